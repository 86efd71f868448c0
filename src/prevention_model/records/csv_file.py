"""An agency's CSV file as text columns: any usual encoding, any column order, nothing dropped silently."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from prevention_model.errors import RecordsRefused
from prevention_model.records.csv_text import CsvText, fold, read_csv_text

_BLANK = pa.array(["", "nan", "null", "none", "n/a", "#n/a", "#value!", "#ref!", "#name?"])
_BLOCK, _WIDE = 1 << 23, 1 << 30


@dataclass(frozen=True)
class TextColumn:
    """One column, each distinct text kept once: `texts[codes[i]]` is row i, -1 is blank."""

    codes: np.ndarray
    texts: np.ndarray

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "TextColumn":
        """Trim and number the texts; what spreadsheets and databases write for nothing becomes blank.

        >>> TextColumn.of(pa.chunked_array([[" a", "NULL", "a "]])).values().to_list()
        ['a', nan, 'a']
        """
        # In one piece: encoding chunk by chunk copies the growing dictionary again for every chunk.
        wide = column.cast(pa.large_string()) if column.nbytes > _WIDE else column
        numbered = wide.combine_chunks().dictionary_encode()
        texts = pc.utf8_trim_whitespace(pc.replace_substring(numbered.dictionary, "\u00a0", " "))
        blank = pc.is_in(pc.utf8_lower(texts), value_set=_BLANK.cast(texts.type))
        codes = numbered.indices.to_numpy(zero_copy_only=False)
        if texts.equals(numbered.dictionary):
            numbers = np.where(
                blank.to_numpy(zero_copy_only=False), -1, np.arange(len(texts), dtype=np.int32)
            )
        else:
            # Trimming can make two texts equal: number the trimmed ones afresh.
            fresh = pc.if_else(blank, pa.scalar(None, texts.type), texts).dictionary_encode()
            numbers = fresh.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            texts = fresh.dictionary
        return cls(numbers.astype(np.int32)[codes], texts.to_numpy(zero_copy_only=False))

    @classmethod
    def all_blank(cls, rows: int) -> "TextColumn":
        """A column that the file does not have."""
        return cls(np.full(rows, -1, dtype=np.int32), np.array([], dtype=object))

    @cached_property
    def blank(self) -> np.ndarray:
        """True where the row has no value."""
        return self.codes < 0

    def spread(self, of_texts: np.ndarray, missing: object) -> np.ndarray:
        """One value for each row from one value for each distinct text."""
        whole = np.append(of_texts, np.array([missing], dtype=of_texts.dtype))
        spread: np.ndarray = whole[self.codes]
        return spread

    def at(self, rows: np.ndarray) -> "TextColumn":
        """The same column for some rows only."""
        return TextColumn(self.codes[rows], self.texts)

    def values(self) -> pd.Series:
        """The text of each row, missing where blank."""
        indices = pa.array(self.codes, mask=self.codes < 0)
        texts = pa.array(self.texts, pa.large_string())
        return texts.take(indices).to_pandas().astype("str")


@dataclass(frozen=True)
class CsvFile:
    """A delivered file. `rows` is the number of each row read, as a spreadsheet counts them (header is row 1).

    `malformed` are the numbers of rows with too few or too many cells, or with a quote that is not
    closed. Rows without anything in them are no rows. `twice` are names that two columns share.
    """

    name: str
    table: pa.Table
    rows: np.ndarray
    malformed: np.ndarray
    twice: frozenset[str]
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
            made = TextColumn.of(self.table[key]) if there else TextColumn.all_blank(len(self.rows))
            self._read[key] = made
        return self._read[key]


def read_csv_file(path: Path) -> CsvFile:
    """Read a CSV file as text. Raises RecordsRefused when it is missing, empty or not a text table."""
    text = read_csv_text(path)
    names = [name or f"unnamed {place}" for place, name in enumerate(text.names)]
    twice = frozenset(name for name in names if names.count(name) > 1)
    unique = [f"{name}\0{place}" if name in names[:place] else name for place, name in enumerate(names)]
    table, bad = _parse(text, unique, path.name)
    whole = np.ones(table.num_rows + len(bad), dtype=bool)
    whole[bad] = False
    rows = np.flatnonzero(whole) + text.first_row
    empty = _empty_rows(table)
    if empty.any():
        table, rows = table.filter(pa.array(~empty)), rows[~empty]
    malformed = sorted(text.broken.union(place + text.first_row for place in bad))
    return CsvFile(path.name, table, rows, np.array(malformed, dtype=np.int64), twice)


def _parse(text: CsvText, names: list[str], name: str) -> tuple[pa.Table, list[int]]:
    """The rows as text columns, and the places of rows with a wrong number of cells."""
    if not text.body.strip():
        return pa.table({column: pa.array([], pa.string()) for column in names}), []
    bad: list[int] = []

    def skip(row: pacsv.InvalidRow) -> str:
        bad.append(int(row.number) - 1)
        return "skip"

    try:
        table = pacsv.read_csv(
            pa.py_buffer(text.body),
            # One thread: otherwise the parser does not know the numbers of faulty rows.
            read_options=pacsv.ReadOptions(column_names=names, use_threads=False, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=text.separator,
                newlines_in_values=b'"' in text.body,
                invalid_row_handler=skip,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        raise RecordsRefused(
            "The file is not a table of separated text.",
            where=f"file {name}",
            todo="Open it in a spreadsheet and save it as CSV in UTF-8.",
        ) from None
    return table, bad


def _empty_rows(table: pa.Table) -> np.ndarray:
    empty = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if not empty.any():
            break
        lengths = pc.binary_length(pc.utf8_trim_whitespace(column))
        empty &= lengths.to_numpy() == 0
    return empty
