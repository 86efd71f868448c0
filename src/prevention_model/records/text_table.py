"""A delivered table as columns of text, whatever file it came in: nothing dropped, nothing interpreted."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_BLANK = pa.array(
    ["", "placeholder_data", "nan", "null", "none", "n/a", "#n/a", "#value!", "#ref!", "#name?"]
)
NONE = "NONE"
"""In a column whose codes include it, no blank but a statement."""
_WIDE = 1 << 30
_MANY = 1 << 20
"""Texts that the parts of a table share: of more, each part keeps its own."""


def fold(name: str) -> str:
    """A column's name as it is compared: outer and doubled spaces and case do not matter.

    >>> fold(" Date  of\\u00a0Birth ")
    'date of birth'
    """
    return " ".join(name.split()).casefold()


def told_apart(names: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """Names of columns as they can stand in one table, and those that several columns share: the first keeps it.

    >>> told_apart(["ref", "name", "name"])
    (['ref', 'name', 'name\\x002'], frozenset({'name'}))
    """
    counts = Counter(names)
    seen: set[str] = set()
    unique = []
    for place, name in enumerate(names):
        unique.append(f"{name}\0{place}" if name in seen else name)
        seen.add(name)
    return unique, frozenset(name for name, count in counts.items() if count > 1)


@dataclass(frozen=True)
class TextColumn:
    """One column, each distinct text kept once: `texts[codes[i]]` is row i, -1 is blank.

    Columns taken from one another share their texts, and what has been asked of these.
    """

    codes: np.ndarray
    texts: np.ndarray
    _asked: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, column: pa.ChunkedArray, none_is_said: bool = False) -> "TextColumn":
        """Trim and number the texts; what spreadsheets and databases write for nothing becomes blank.

        With `none_is_said`, NONE in capitals is a code: somebody looked, and found none.

        >>> TextColumn.of(pa.chunked_array([[" a", "NULL", "a "]])).values().to_list()
        ['a', nan, 'a']
        """
        # In one piece: encoding chunk by chunk copies the growing dictionary again for every chunk.
        wide = column.cast(pa.large_string()) if column.nbytes > _WIDE else column
        numbered = wide.combine_chunks().dictionary_encode()
        texts = pc.utf8_trim_whitespace(pc.replace_substring(numbered.dictionary, "\u00a0", " "))
        blank = pc.is_in(pc.utf8_lower(texts), value_set=_BLANK.cast(texts.type))
        if none_is_said:
            blank = pc.and_(blank, pc.not_equal(texts, NONE))
        indices = numbered.indices if numbered.null_count == 0 else numbered.indices.fill_null(-1)
        codes = indices.to_numpy(zero_copy_only=False)
        if texts.equals(numbered.dictionary):
            if codes.dtype == np.int32 and not pc.any(blank).as_py():
                return cls(codes, texts.to_numpy(zero_copy_only=False))
            numbers = np.where(
                blank.to_numpy(zero_copy_only=False), -1, np.arange(len(texts), dtype=np.int32)
            )
        else:
            # Trimming can make two texts equal: number the trimmed ones afresh.
            fresh = pc.if_else(blank, pa.scalar(None, texts.type), texts).dictionary_encode()
            numbers = fresh.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            texts = fresh.dictionary
        return cls(np.append(numbers, -1).astype(np.int32)[codes], texts.to_numpy(zero_copy_only=False))

    @classmethod
    def all_blank(cls, rows: int) -> "TextColumn":
        """A column that the file does not have."""
        return cls(np.full(rows, -1, dtype=np.int32), np.array([], dtype=object))

    @cached_property
    def blank(self) -> np.ndarray:
        """True where the row has no value."""
        return self.codes < 0

    def ask(self, meaning: Callable[..., Any], *more: Hashable) -> Any:
        """What a function says of the distinct texts: asked once for all columns that share them.

        >>> column = TextColumn.of(pa.chunked_array([["a", "b", "a"]]))
        >>> column.ask(len)
        2
        """
        question = (meaning, *more)
        if question not in self._asked:
            self._asked[question] = meaning(self.texts, *more)
        return self._asked[question]

    @property
    def arrow(self) -> pa.LargeStringArray:
        """The distinct texts as Arrow holds them."""
        return self.ask(_as_arrow)

    def spread(self, of_texts: np.ndarray, missing: object) -> np.ndarray:
        """One value for each row from one value for each distinct text."""
        whole = np.append(of_texts, np.array([missing], dtype=of_texts.dtype))
        spread: np.ndarray = whole[self.codes]
        return spread

    def at(self, rows: np.ndarray | slice) -> "TextColumn":
        """The same column for some rows only."""
        return self.by(self.codes[rows])

    def by(self, codes: np.ndarray) -> "TextColumn":
        """Other rows of the same texts."""
        return TextColumn(codes, self.texts, self._asked)

    def as_dictionary(self) -> pa.DictionaryArray:
        """The column as Arrow holds it, null where blank."""
        indices = pa.array(self.codes, pa.int32(), mask=self.blank if self.blank.any() else None)
        return pa.DictionaryArray.from_arrays(indices, self.arrow)

    def values(self) -> pd.Series:
        """The text of each row, missing where blank."""
        indices = pa.array(self.codes, mask=self.blank if self.blank.any() else None)
        return as_series(self.arrow.take(indices))


def _fewer(column: TextColumn) -> TextColumn:
    """The column, with the texts of its own rows only where there are too many to share."""
    if len(column.texts) <= _MANY:
        return column
    used = np.zeros(len(column.texts) + 1, dtype=bool)
    used[column.codes] = True
    used[-1] = False
    numbers = np.where(used, np.cumsum(used, dtype=np.int32) - 1, -1)
    return TextColumn(numbers[column.codes], column.texts[used[:-1]])


def _as_arrow(texts: np.ndarray) -> pa.LargeStringArray:
    return pa.array(texts, pa.large_string())


def as_series(texts: pa.LargeStringArray) -> pd.Series:
    """Texts as pandas holds them, without copying them; null is missing.

    >>> as_series(pa.array(["a", None], pa.large_string())).to_list()
    ['a', nan]
    """
    made = texts.to_pandas()
    # Asking for the type that it has takes three times as long as making it, which tells in files of few rows.
    return made if str(made.dtype) == "str" else made.astype("str")


@dataclass(frozen=True)
class TextTable:
    """A delivered table. `rows` is the number of each row as the file counts it: a spreadsheet's row (the
    header is row 1), the line of an element, the place in a database table.

    `malformed` are the numbers of rows that cannot be read: too few or too many cells, a quote that is not
    closed. Rows without anything in them are no rows. `twice` are names that two columns share. `notes` are
    oddities of the file itself, such as formulas without a value: (what, column, rows, the first of them).
    `none_said` are columns in which NONE is a code and no blank.
    """

    name: str
    table: pa.Table
    rows: np.ndarray
    malformed: np.ndarray
    twice: frozenset[str] = frozenset()
    notes: tuple[tuple[str, str, int, int], ...] = ()
    none_said: frozenset[str] = frozenset()
    _read: dict[str, TextColumn] = field(default_factory=dict, repr=False)

    @property
    def rows_in(self) -> int:
        """How many rows the file holds below its header."""
        return len(self.rows) + len(self.malformed)

    def has(self, name: str) -> bool:
        """Whether there is a column of this name."""
        return fold(name) in self.table.column_names

    def column(self, name: str) -> TextColumn:
        """A column by name, read once; blank all through when the file does not have it."""
        key = fold(name)
        if key not in self._read:
            there = key in self.table.column_names
            said = key in self.none_said
            made = TextColumn.of(self.table[key], said) if there else TextColumn.all_blank(len(self.rows))
            self._read[key] = made
        return self._read[key]

    def plain(self, name: str) -> pa.ChunkedArray:
        """A column as the file has it, as plain text (it may be held as a dictionary); null where it is blank.

        >>> table = TextTable("a.csv", pa.table({"pl": ["R1", ""]}), np.array([2, 3]), np.array([], dtype=np.int64))
        >>> table.plain("PL").to_pylist(), table.plain("URN").to_pylist()
        (['R1', None], [None, None])
        """
        key = fold(name)
        if key not in self.table.column_names:
            return pa.chunked_array([pa.nulls(len(self.rows), pa.string())])
        texts = self.table[key].cast(pa.string())
        return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)

    @property
    def names(self) -> list[str]:
        """The names of the columns, folded."""
        return list(self.table.column_names)

    def part(self, places: slice, names: Sequence[str]) -> "TextTable":
        """Rows that stand together, of some columns. What has been numbered is not numbered again.

        What is said of the whole file stays with its first rows.

        >>> table = TextTable("a.csv", pa.table({"pl": ["R1", "K2"], "b": ["", ""]}), np.array([2, 3]), np.array([9]))
        >>> some = table.part(slice(1, 2), ["pl"])
        >>> some.column("pl").values().to_list(), some.names, some.rows_in
        (['K2'], ['pl'], 1)
        """
        rows = self.rows[places]
        narrow = self.table.select(names).slice(places.start, len(rows))
        # A slice of a dictionary would keep all of its texts.
        numbered = [
            name for name in names if name in self._read or pa.types.is_dictionary(self.table[name].type)
        ]
        read = {name: _fewer(self.column(name).at(places)) for name in numbered}
        some = replace(self, table=narrow, rows=rows, _read=read)
        return some if places.start == 0 else replace(some, malformed=self.malformed[:0], notes=())

    def taken(self, places: np.ndarray) -> "TextTable":
        """Some of its rows, in this order, by their places or by a mask; what is said of the whole file stays behind.

        >>> table = TextTable("a.csv", pa.table({"pl": ["R1", "K2"]}), np.array([2, 3]), np.array([9]))
        >>> some = table.taken(np.array([False, True]))
        >>> some.column("pl").values().to_list(), some.rows.tolist(), some.rows_in
        (['K2'], [3], 1)
        """
        chosen = np.flatnonzero(places) if places.dtype == bool else places
        none = np.array([], dtype=np.int64)
        table = self.table.take(pa.array(chosen, pa.int64()))
        return replace(self, table=table, rows=self.rows[chosen], malformed=none, notes=(), _read={})

    def renamed(self, names: Mapping[str, str]) -> "TextTable":
        """The same table with columns under other (folded) names; names that it does not have do not matter.

        >>> table = TextTable("a.csv", pa.table({"pl": ["R1"]}), np.array([2]), np.array([], dtype=np.int64))
        >>> table.renamed({"PL": "PLACE"}).names
        ['place']
        """
        told = {fold(old): fold(new) for old, new in names.items()}
        return replace(
            self, table=self.table.rename_columns([told.get(name, name) for name in self.names]), _read={}
        )

    def saying_none(self, names: Collection[str]) -> "TextTable":
        """The same table, in which NONE is a code in these columns.

        >>> table = TextTable("a.csv", pa.table({"found": ["NONE", "n/a"]}), np.array([2, 3]), np.array([]))
        >>> table.saying_none(["Found"]).column("Found").values().to_list(), table.column("Found").blank.all()
        (['NONE', nan], np.True_)
        """
        said = self.none_said | {fold(name) for name in names}
        if said == self.none_said:
            return self
        kept = {name: read for name, read in self._read.items() if name not in said}
        return replace(self, none_said=said, _read=kept)

    def with_columns(self, columns: Mapping[str, TextColumn | pa.Array | pa.ChunkedArray]) -> "TextTable":
        """The same table with further columns of text (null is blank); one of the same name is replaced.

        A TextColumn is taken as it is, and not numbered again.

        >>> table = TextTable("a.csv", pa.table({"pl": ["R1"]}), np.array([2]), np.array([], dtype=np.int64))
        >>> table.with_columns({"year": pa.array(["2024"])}).column("YEAR").values().to_list()
        ['2024']
        """
        table = self.table
        for name, given in columns.items():
            key = fold(name)
            column = given.as_dictionary() if isinstance(given, TextColumn) else given
            place = table.column_names.index(key) if key in table.column_names else None
            if place is None:
                table = table.append_column(key, column)
            else:
                table = table.set_column(place, key, column)
        replaced = {fold(name) for name in columns}
        kept = {name: read for name, read in self._read.items() if name not in replaced}
        ready = {fold(name): column for name, column in columns.items() if isinstance(column, TextColumn)}
        return replace(self, table=table, _read={**kept, **ready})
