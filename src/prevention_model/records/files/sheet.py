"""One sheet of a workbook, heard cell by cell, as a table of text.

Only cells that hold something count: a sheet may say that it is 16,384 columns wide and a million rows long
because somebody once coloured it. Formulas are never worked out; the value that the spreadsheet program kept
beside one is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from openpyxl.utils.datetime import from_excel

from prevention_model.records.files.gathering import MOST_COLUMNS, Cells
from prevention_model.records.files.stream import DEEPEST, Listener, Stop
from prevention_model.records.files.texts import plain, text_of
from prevention_model.records.text_table import TextTable, fold, told_apart

NO_VALUE = "formula without a value: blank"
ERROR = "spreadsheet error: blank"
ZERO_DATE = "date of zero, as a formula on an empty cell leaves it: blank"
ABOVE = "rows above the header are not read"

_HEADER_WITHIN = 50
_FEWEST_NAMES = 3
_TOO_WIDE = f"More than {MOST_COLUMNS:,} columns hold something"
_CACHED = 100_000


@dataclass(frozen=True)
class Formats:
    """What the styles of a workbook say about its figures: which styles are days, which are lengths of time."""

    epoch: datetime
    days: frozenset[int]
    lengths: frozenset[int]


class Cell(NamedTuple):
    """A cell that holds something: its column, its text, and whether somebody wrote it as text."""

    column: int
    text: str
    written: bool


class Sheet(Listener):
    """Hears one sheet: rows as they end, cells as they are, oddities by column."""

    def __init__(self, strings: Sequence[str], formats: Formats) -> None:
        super().__init__()
        self.strings, self.formats = strings, formats
        self.depth = self.row = self.column = 0
        self.kind = ""
        self.style = 0
        self.value: list[str] = []
        self.inside = ""
        self.formula = False
        self.first_rows: list[tuple[int, list[Cell]]] = []
        self.header: int | None = None
        self.cells: list[Cell] = []
        self.numbers: list[int] = []
        self.columns: dict[int, Cells] = {}
        self.odd: dict[tuple[str, int], list[int]] = {}
        self._places: dict[str, int] = {}
        self._days: dict[tuple[str, int], str] = {}

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Stop(f"Its elements lie more than {DEEPEST} deep in one another")
        name = tag.rpartition(":")[2]
        self.text.clear()
        if name == "c":
            place = attributes.get("r", "").rstrip("0123456789")
            self.column = (self._places.get(place) or self._place(place)) if place else self.column + 1
            self.kind, self.style = attributes.get("t", "n"), _whole(attributes.get("s", "0"))
            self.value, self.formula = [], False
        elif name == "f":
            self.formula = True
        elif name == "row":
            # A number that goes back, or none, counts on from the row before.
            self.row = max(_whole(attributes.get("r", "0")), self.row + 1)
            self.column, self.cells = 0, []
        elif name == "rPh":
            self.inside = name  # how a word is spoken, beside the word

    def end(self, tag: str) -> None:
        self.depth -= 1
        name = tag.rpartition(":")[2]
        if name in ("v", "t"):
            if not self.inside:
                self.value.append("".join(self.text))
        elif name == "c":
            self._cell("".join(self.value))
        elif name == "row":
            self._row()
        elif name == "rPh":
            self.inside = ""
        self.text.clear()

    def between(self) -> None:
        for cells in self.columns.values():
            cells.put_away()

    def finish(self) -> None:
        if self.header is None and self.first_rows:
            self._begin()
        self.between()

    def _place(self, letters: str) -> int:
        number = 0
        for letter in letters.upper():
            number = number * 26 + ord(letter) - 64
        if not letters.isascii() or not letters.isalpha() or number > 16_384:
            raise Stop("A cell has no column that a sheet can have")
        return self._places.setdefault(letters, number)

    def _cell(self, raw: str) -> None:
        text = self._text(raw)
        if self.formula and not raw:
            self._note(NO_VALUE)
        if text and not text.isspace():
            written = self.kind in ("s", "inlineStr", "str")
            self.cells.append(Cell(self.column, text, written))

    def _text(self, raw: str) -> str:
        kind = self.kind
        if not raw or kind in ("inlineStr", "str"):
            return raw
        try:
            if kind == "s":
                return self.strings[int(raw)]
            if kind == "b":
                return "true" if int(raw) else "false"
            if kind == "e":
                self._note(ERROR)
                return ""
            if kind == "d":
                return raw.removesuffix("T00:00:00").removesuffix("T00:00:00.000")
            return self._figure(raw)
        except (ValueError, IndexError):
            raise Stop("A cell holds what a cell of its kind cannot hold") from None

    def _figure(self, raw: str) -> str:
        if self.style in self.formats.days:
            return self._day(raw)
        # What Excel counts as a whole number is written out; it keeps fifteen figures of any other.
        return raw if raw.isdigit() and raw.isascii() else plain(float(f"{float(raw):.15g}"))

    def _day(self, raw: str) -> str:
        key = (raw, self.style)
        if key not in self._days:
            if len(self._days) > _CACHED:
                self._days.clear()
            length = self.style in self.formats.lengths
            try:
                value = from_excel(float(raw), self.formats.epoch, timedelta=length)
                self._days[key] = ZERO_DATE if float(raw) == 0 and not length else text_of(value)
            except OverflowError:
                self._days[key] = ERROR
        if self._days[key] in (ERROR, ZERO_DATE):
            self._note(self._days[key])
            return ""
        return self._days[key]

    def _note(self, what: str) -> None:
        self.odd.setdefault((what, self.column), []).append(self.row)

    def _row(self) -> None:
        if not self.cells:
            return
        if self.header is None:
            self.first_rows.append((self.row, self.cells))
            if len(self.first_rows) == _HEADER_WITHIN:
                self._begin()
        else:
            self._keep(self.row, self.cells)
        self.cells = []

    def _begin(self) -> None:
        """Enough rows are heard to say which is the header."""
        self.header = header_among([cells for _, cells in self.first_rows])
        if len(self.first_rows[self.header][1]) > MOST_COLUMNS:
            raise Stop(_TOO_WIDE)
        for row, cells in self.first_rows[self.header + 1 :]:
            self._keep(row, cells)

    def _keep(self, row: int, cells: list[Cell]) -> None:
        place = len(self.numbers)
        self.numbers.append(row)
        for cell in cells:
            self.columns.setdefault(cell.column, Cells()).put(place, cell.text)
        if len(self.columns) > MOST_COLUMNS:
            raise Stop(_TOO_WIDE)

    def table(self, name: str) -> TextTable | None:
        """The sheet as a table; None when nothing stands on it."""
        if self.header is None:
            return None
        row, named = self.first_rows[self.header]
        names = {cell.column: fold(cell.text) for cell in named}
        labels = {
            place: names.get(place) or f"unnamed {place - 1}" for place in sorted({*names, *self.columns})
        }
        columns = [self.columns.get(place, Cells()).column(len(self.numbers)) for place in labels]
        unique, twice = told_apart(list(labels.values()))
        numbers, nothing = np.array(self.numbers, dtype=np.int64), np.array([], dtype=np.int64)
        table = pa.table(columns, names=unique)
        return TextTable(name, table, numbers, nothing, twice, self._notes(row, labels))

    def _notes(self, header: int, labels: Mapping[int, str]) -> tuple[tuple[str, str, int, int], ...]:
        above = self.first_rows[: self.header]
        notes = [(ABOVE, "", len(above), above[0][0])] if above else []
        for (what, place), rows in self.odd.items():
            below = [row for row in rows if row > header]
            if below:
                notes.append((what, labels.get(place, f"unnamed {place - 1}"), len(below), below[0]))
        return tuple(notes)


def header_among(rows: Sequence[Sequence[Cell]]) -> int:
    """Which of the first rows is the header: the first with three texts that is at least half as wide as any.

    A title above it has fewer cells. On a narrow sheet it is the first of the rows with the most texts.

    >>> title, names = [Cell(1, "Made up", True)], [Cell(n, f"name {n}", True) for n in (1, 2, 3)]
    >>> header_among([title, names, names])
    1
    """
    widest = max(map(len, rows))
    texts = [sum(cell.written for cell in row) for row in rows]
    for place, row in enumerate(rows):
        if texts[place] >= _FEWEST_NAMES and 2 * len(row) >= widest:
            return place
    return texts.index(max(texts))


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise Stop("A row or a style is numbered by something else than a whole number") from None
