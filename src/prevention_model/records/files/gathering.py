"""Cells heard one after the other, put away as columns: memory for the texts that differ, not for every cell."""

from array import array
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.files.stream import LONGEST_TEXT, Stop

JOINED = "\x1f"
"""Stands between the values of a field that repeats within one row (the sign that ASCII has for it)."""

MOST_COLUMNS = 2_000
"""The widest return has about a hundred."""

_MOST_REPEATS = 100_000


Hearing = tuple[Callable[[int], None], Callable[[str], None]]


class Cells:
    """One column as it is heard: which row, which text. Rows without a text are not heard of.

    >>> cells = Cells()
    >>> for row, text in ((0, "a"), (2, "b"), (2, "c")): cells.put(row, text)
    >>> cells.column(4).to_pylist()
    ['a', '', 'b\\x1fc', '']
    """

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.texts: list[str] = []
        self._rows: list[np.ndarray] = []
        self._texts: list[pa.DictionaryArray] = []

    def put(self, row: int, text: str) -> None:
        """Hear of a cell. Rows come in order; a row that comes again repeats the field."""
        self.rows.append(row)
        self.texts.append(text)

    def put_away(self, open_row: int | None = None) -> None:
        """Number the texts gathered so far, but for those of a row that is not at its end."""
        if not self.rows:
            return
        numbers = np.array(self.rows, dtype=np.int64)
        done = len(numbers) if open_row is None else int(np.searchsorted(numbers, open_row))
        rows, texts = _joined(numbers[:done], self.texts[:done])
        # The lists stay the same lists, for others hold on to them.
        del self.rows[:done], self.texts[:done]
        if len(self.rows) > _MOST_REPEATS:
            raise Stop("A field repeats more than 100,000 times within one row")
        if done:
            self._rows.append(rows.astype(np.int32))
            self._texts.append(pa.array(texts, pa.string()).dictionary_encode())

    def column(self, rows: int) -> pa.DictionaryArray:
        """The whole column; blank where a row was not heard of."""
        self.put_away()
        if not self._rows:
            return blank(rows)
        heard = pa.chunked_array(self._texts).combine_chunks()
        codes = np.full(rows, len(heard.dictionary), dtype=np.int32)
        codes[np.concatenate(self._rows)] = heard.indices.to_numpy()
        texts = pa.concat_arrays([heard.dictionary, pa.array([""])])
        self._rows, self._texts = [], []
        return pa.DictionaryArray.from_arrays(pa.array(codes), texts)


def blank(rows: int) -> pa.DictionaryArray:
    """A column that holds nothing.

    >>> blank(2).to_pylist()
    ['', '']
    """
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, dtype=np.int32)), pa.array([""]))


def filled(columns: Sequence[pa.DictionaryArray], rows: int) -> np.ndarray:
    """The places of rows with anything in them: a row without is no row.

    >>> filled([pa.array(["", "a", " "]).dictionary_encode()], 3).tolist()
    [1]
    """
    empty = np.ones(rows, dtype=bool)
    for column in columns:
        lengths = pc.binary_length(pc.utf8_trim_whitespace(column.dictionary)).to_numpy(zero_copy_only=False)
        empty &= (lengths == 0)[column.indices.to_numpy(zero_copy_only=False)]
    return np.flatnonzero(~empty)


def _joined(rows: np.ndarray, texts: list[str]) -> tuple[np.ndarray, list[str]]:
    """The texts with those of one row made one."""
    first = np.flatnonzero(np.diff(rows, prepend=-1))
    if len(first) == len(rows):
        return rows, texts
    ends = np.append(first[1:], len(rows))
    whole = [JOINED.join(texts[start:end]) for start, end in zip(first.tolist(), ends.tolist(), strict=True)]
    if max(map(len, whole)) > LONGEST_TEXT:
        raise Stop("The values of a field that repeats are longer than a million characters")
    return rows[first], whole


class Gathering:
    """The rows of one kind: their lines, the rows they lie in, and their cells."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.count = 0
        self.open = self.filled = False
        self.lines = array("q")
        self.parents = array("q")
        self.within: list[Gathering] = []
        self._within = array("b")
        self.place = -1
        self.cells: dict[str, Cells] = {}
        self.heard: dict[str, Hearing] = {}

    def begin(self, line: int, parent: "Gathering | None") -> None:
        """A row begins, in the row of its parent that is open."""
        self.place = self.count
        self.count += 1
        self.open, self.filled = True, False
        self.lines.append(line)
        if parent is not None and parent not in self.within:
            self.within.append(parent)
        self._within.append(-1 if parent is None else self.within.index(parent))
        self.parents.append(-1 if parent is None else parent.place)

    def finish(self) -> bool:
        """The row is at its end. False when there was nothing in it: then it is no row."""
        self.open = False
        if not self.filled:
            self.count -= 1
            for kept in (self.lines, self.parents, self._within):
                kept.pop()
        return self.filled

    def hears(self, tag: str, name: str) -> Hearing:
        """How a cell of the open row is heard of, from now on by the tag as it is spelt: its row, its text."""
        if len(self.cells) == MOST_COLUMNS:
            raise Stop(f"One kind of row has more than {MOST_COLUMNS:,} different fields")
        cells = self.cells.setdefault(name, Cells())
        return self.heard.setdefault(tag, (cells.rows.append, cells.texts.append))

    def put_away(self) -> None:
        """Put away what was gathered, but for the row that is open."""
        open_row = self.place if self.open else None
        for cells in self.cells.values():
            cells.put_away(open_row)

    def places(self) -> list[tuple["Gathering", np.ndarray, np.ndarray]]:
        """For each kind of row that these lie in: which of these do, and in which of those."""
        within, parents = np.array(self._within, dtype=np.int8), np.array(self.parents, dtype=np.int64)
        masks = [(kind, within == number) for number, kind in enumerate(self.within)]
        return [(kind, np.flatnonzero(mask), parents[mask]) for kind, mask in masks]
