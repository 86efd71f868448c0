"""One declared piece of a map, read from one file: its canonical columns, and which rows it speaks of."""

from dataclasses import dataclass, field

import numpy as np

from prevention_model.records.cells import (
    NOT_A_DATE,
    code_lists_in,
    codes_in,
    dates_in,
    figures_in,
    identifiers_in,
    truth_in,
)
from prevention_model.records.declarations import TRUE, Cell, Condition, DateCell
from prevention_model.records.maps import DATES, FIGURES, Produce, SourceMap
from prevention_model.records.quarantine import Findings, PieceFindings
from prevention_model.records.text_table import TextColumn, TextTable

EARLIEST = np.datetime64("1900-01-01", "D")


@dataclass(frozen=True)
class SplitColumn:
    """A column whose cells hold several codes: `lists[codes[i]]` are those of row i, -1 is blank."""

    codes: np.ndarray
    lists: list[list[str]]

    def spread(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Each of `rows` as many times as it has codes, and the codes.

        >>> SplitColumn(np.array([1, -1, 0]), [["a"], ["b", "c"]]).spread(np.array([0, 1, 2]))
        (array([0, 0, 2]), array(['b', 'c', 'a'], dtype=object))
        """
        held = [*self.lists, []]
        codes = self.codes[rows]
        sizes = np.array([len(some) for some in held], dtype=np.int64)[codes]
        flat = [code for number in codes for code in held[number]]
        return np.repeat(rows, sizes), np.array(flat, dtype=object)


@dataclass(frozen=True)
class Days:
    """The day of each row, NaT where blank or unreadable; which cells could not be read, and which days are before
    any possible one or after the day of the delivery."""

    days: np.ndarray
    unreadable: np.ndarray
    early: np.ndarray
    late: np.ndarray


Held = TextColumn | SplitColumn | np.ndarray | str | float | bool

# What is true of a key only where it is said: a blank cell is no statement, and no fault either.
_SAID_BY = {
    "attribute": "value",
    "household": "household_key",
    "relationship": "role",
    "measurement": "value",
}
_OF = {"known_date": ("event_date", "from"), "known_start": ("start_date",), "known_end": ("end_date",)}
_SPANS = (("start_date", "end_date"), ("from", "to"), ("birth_date", "death_date"))
_ENDS = {end: start for start, end in _SPANS[:2]}
_RETURN_END = DateCell(rule="return_end")
EARLY = "known before it happened, taken as known on the day it happened"
PLANNED = "ends after the day of the delivery, kept as open"
UNDATED_END = "an end without the day it became known, taken as the day of the delivery"
UNDATED_START = "no first day, the day it became known stands for it"
NOBODY = "an identifier that stands for nobody, not used"
UNKNOWN = "unknown code, kept as `unmapped`"
BAD_PERSON_DATE = "a date of birth or death that is no possible date, left blank"
UNSURE = "neither yes nor no, taken as not said"
OVER = "an end that is no possible day, taken as the last day that the return covers"
NO_DAY = "no possible day, left blank"


@dataclass(frozen=True)
class Reading:
    """One file on its way through one map. Every method may set rows aside or note something odd."""

    file: TextTable
    map: SourceMap
    received: np.datetime64
    findings: Findings | PieceFindings
    return_end: np.datetime64 = NOT_A_DATE
    _dates: dict[str, Days] = field(default_factory=dict)
    _identifiers: dict[str, TextColumn] = field(default_factory=dict)

    def dates_of(self, name: str) -> Days:
        """The days of a column, and what is wrong with them."""
        if name not in self._dates:
            column = self.file.column(name)
            days = column.ask(dates_in, self.map.date_format)
            faults = (np.isnat(days), days < EARLIEST, days > self.received)
            spread = [column.spread(fault, False) for fault in faults]
            self._dates[name] = Days(column.spread(days, NOT_A_DATE), *spread)
        return self._dates[name]

    def identifier(self, name: str) -> TextColumn:
        """A column of identifiers as they are compared; what stands for nobody is blank."""
        if name not in self._identifiers:
            column = self.file.column(name)
            names, nobody = column.ask(compared)
            if nobody.any():
                self.findings.note(column.spread(nobody, False), NOBODY, name)
            self._identifiers[name] = names.by(names.codes[column.codes])
        return self._identifiers[name]

    def chosen(self, piece: Produce) -> np.ndarray:
        """The rows that meet the piece's condition and say what it is about."""
        used = np.ones(len(self.file.rows), dtype=bool)
        for condition in piece.when:
            used = used & self._meets(condition)
        said_by = piece.cells().get(_SAID_BY.get(piece.table, ""))
        if isinstance(said_by, Cell) and piece.table == "household":
            used = used & ~self.identifier(said_by.column).blank
        elif isinstance(said_by, Cell) and not said_by.mandatory:
            used = used & ~self.file.column(said_by.column).blank
        if piece.table == "place":
            used = used & ~self._silent(piece)
        if piece.table == "relationship":
            others = [self.identifier(name).blank for name in self.map.other_identifiers.values()]
            used = used & ~np.logical_and.reduce(others)
        return used

    def _meets(self, condition: Condition) -> np.ndarray:
        """The rows that meet a condition."""
        column = self.file.column(condition.column)
        if condition.filled is not None:
            return column.blank != condition.filled
        named = frozenset(value.casefold().strip() for value in condition.values or condition.not_in)
        among = column.spread(column.ask(_among, named), False)
        return among if condition.values else ~among

    def _silent(self, piece: Produce) -> np.ndarray:
        """Rows that name neither an area nor a school, nor a first day: they say nothing of a place."""
        columns = [cell.column for cell in piece.cells().values() if isinstance(cell, Cell)]
        columns += [piece.from_.column] if piece.from_ and piece.from_.column else []
        if not columns:
            return np.zeros(len(self.file.rows), dtype=bool)
        silent: np.ndarray = np.logical_and.reduce([self.file.column(name).blank for name in columns])
        return silent

    def values(self, piece: Produce, used: np.ndarray) -> dict[str, Held]:
        """The piece's value fields for every row of the file."""
        made: dict[str, Held] = {}
        for name in ("kind", "name", "unit"):
            constant = getattr(piece, name)
            if constant is not None and (name != "unit" or piece.table == "measurement"):
                made[name] = constant
        for name, cell in piece.cells().items():
            is_figure = name in FIGURES and piece.table != "attribute"
            if isinstance(cell, str):
                made[name] = (
                    float(cell) if is_figure else cell.casefold() in TRUE if name == "is_adult" else cell
                )
            elif is_figure:
                made[name] = self._figures(cell, used)
            elif name == "household_key":
                made[name] = self.identifier(cell.column)
            else:
                coded = self._codes(cell, used)
                made[name] = (
                    coded
                    if isinstance(coded, SplitColumn) or name != "is_adult"
                    else self._truth(coded, cell, used)
                )
        return made

    def _figures(self, cell: Cell, used: np.ndarray) -> np.ndarray:
        column = self.file.column(cell.column)
        figures = column.spread(column.ask(figures_in), np.nan)
        self.findings.set_aside(np.isnan(figures) & ~column.blank & used, "not_a_number", cell.column)
        least = -np.inf if cell.least is None else cell.least
        most = np.inf if cell.most is None else cell.most
        outside = (figures < least) | (figures > most)
        self.findings.set_aside(outside & used, "impossible_figure", cell.column)
        if cell.mandatory:
            self.findings.set_aside(column.blank & used, "missing_value", cell.column)
        return figures

    def _codes(self, cell: Cell, used: np.ndarray) -> TextColumn | SplitColumn:
        column = self.file.column(cell.column)
        codes, unknown = column.ask(code_lists_in if cell.split else _coded, cell)
        rows = column.spread(unknown, False) & used
        if rows.any() and not cell.mandatory:
            self.findings.keep_raw(rows, cell.column, column.values())
        if cell.mandatory:
            self.findings.set_aside(rows, "unknown_code", cell.column)
            self.findings.set_aside(column.blank & used, "missing_value", cell.column)
        else:
            self.findings.note(rows, UNKNOWN, cell.column)
        return SplitColumn(column.codes, codes) if isinstance(codes, list) else codes.by(column.codes)

    def _truth(self, column: TextColumn, cell: Cell, used: np.ndarray) -> TextColumn:
        """Yes and no as the texts `true` and `false`, which the canonical table holds as booleans."""
        yes, unsure = column.ask(truth_in)
        if cell.map is None:
            self.findings.note(column.spread(unsure, False) & used, UNSURE, cell.column)
        texts = np.array(["true", "false"], dtype=object)
        numbers = np.where(unsure, -1, np.where(yes, 0, 1))
        return TextColumn(column.spread(numbers, -1), texts)

    def days(self, piece: Produce, used: np.ndarray) -> dict[str, np.ndarray]:
        """The piece's dates for every row of the file."""
        made: dict[str, np.ndarray] = {}
        for name, needed in DATES[piece.table]:
            cell = piece.date(name)
            if cell is not None:
                of = next((made[other] for other in _OF.get(name, ()) if other in made), None)
                made[name] = self._day(name, cell, of, used, needed)
                if cell.minor and name in _ENDS and _ENDS[name] in made:
                    made[name] = self._over(made[_ENDS[name]], made[name], cell, used)
        for start, end in _SPANS:
            if start in made and end in made:
                wrong = (made[end] < made[start]) & used
                self.findings.set_aside(wrong, "ends_before_start", _column_of(piece, end))
        if piece.table in ("household", "place"):
            self._first_days(piece, made, used)
        if piece.table == "person" and "birth_date" in made:
            made["birth_date"] = made["birth_date"].astype("datetime64[M]").astype("datetime64[D]")
        return made

    def _over(self, start: np.ndarray, end: np.ndarray, cell: DateCell, used: np.ndarray) -> np.ndarray:
        """Ends, those before their start put at the end of the return: it was over by then."""
        wrong = (end < start) & used
        self.findings.note(wrong, OVER, cell.column or "")
        return np.where(wrong, np.fmax(self._by_rule(_RETURN_END, None), start), end)

    def _first_days(self, piece: Produce, made: dict[str, np.ndarray], used: np.ndarray) -> None:
        given = made.get("from", np.full(len(used), NOT_A_DATE))
        blank = np.isnat(given)
        self.findings.note(blank & used, UNDATED_START, _column_of(piece, "from"))
        known = made["known_date"]
        stood_in = np.fmin(known, made["to"]) if "to" in made else known
        made["from"] = np.where(blank, stood_in, given)

    def _day(
        self, name: str, cell: DateCell, of: np.ndarray | None, used: np.ndarray, needed: bool
    ) -> np.ndarray:
        """One date field. `of` is when that happened of which this date says when it was known."""
        if name == "known_end" and of is not None:
            used = used & ~np.isnat(of)
        days = self._said(name, cell, of, used)
        if name == "known_end" and cell.column is not None:
            self.findings.note(np.isnat(days) & used, UNDATED_END, cell.column)
            days = np.where(np.isnat(days) & used, self.received, days)
        elif needed:
            self.findings.set_aside(np.isnat(days) & used, "missing_date", cell.column or "")
        if of is not None and name.startswith("known_") and (before := days < of).any():
            if cell.column is not None:
                self.findings.note(before & used, EARLY, cell.column)
            days = np.where(before, of, days)
        return np.where(used, days, NOT_A_DATE) if name == "known_end" else days

    def _said(self, name: str, cell: DateCell, of: np.ndarray | None, used: np.ndarray) -> np.ndarray:
        """What the cell, or what stands in for it, says of every row."""
        if cell.column is None:
            return self._by_rule(cell, of)
        days = self._written(name, cell.column, used, cell.minor)
        if cell.or_else is not None:
            blank = np.isnat(days)
            days = np.where(blank, self._said(name, cell.or_else, of, used & blank), days)
        return days

    def _by_rule(self, cell: DateCell, of: np.ndarray | None) -> np.ndarray:
        received = np.full(len(self.file.rows), self.received)
        if cell.rule == "return_end":
            return np.fmin(np.full(len(received), self.return_end), received)
        if cell.rule == "extract" or of is None:
            return received
        if cell.rule == "working_days_after":
            told = ~np.isnat(of)
            after = np.full(len(of), NOT_A_DATE)
            after[told] = np.busday_offset(of[told], cell.days, roll="forward")
            return np.fmin(after, received)
        if cell.rule == "days_after_month":
            of = (of.astype("datetime64[M]") + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
        return np.fmin(of + np.timedelta64(cell.days, "D"), received)

    def _written(self, name: str, column: str, used: np.ndarray, minor: bool) -> np.ndarray:
        told = self.dates_of(column)
        days, later = told.days, told.late
        if name in ("birth_date", "death_date"):
            # Who somebody is never hangs on it: a wrong one is left out, and costs nobody their row.
            wrong = told.unreadable | told.early | later
            self.findings.note(wrong & used, BAD_PERSON_DATE, column)
            return np.where(wrong, NOT_A_DATE, days)
        if name in _ENDS:
            self.findings.note(later & used, PLANNED, column)
            days, later = np.where(later, NOT_A_DATE, days), np.zeros(len(days), dtype=bool)
        if minor:
            wrong = told.unreadable | told.early | later
            self.findings.note(wrong & used, OVER if name in _ENDS else NO_DAY, column)
            instead = self._by_rule(_RETURN_END, None) if name in _ENDS else NOT_A_DATE
            return np.where(wrong, instead, days)
        self.findings.set_aside(told.unreadable & used, "bad_date", column)
        self.findings.set_aside((told.early | later) & used, "impossible_date", column)
        return days


def _among(texts: np.ndarray, named: frozenset[str]) -> np.ndarray:
    return np.array([text.casefold() in named for text in texts], dtype=bool)


def _coded(texts: np.ndarray, cell: Cell) -> tuple[TextColumn, np.ndarray]:
    """The code of each text, and which texts are in no list."""
    codes, unknown = codes_in(texts, cell)
    return TextColumn(np.arange(len(texts)), codes), unknown


def compared(texts: np.ndarray) -> tuple[TextColumn, np.ndarray]:
    """The identifier of each text and, last, of none; blank where it stands for nobody. And which of them do."""
    names, nobody = identifiers_in(texts)
    places = np.append(np.where(nobody, -1, np.arange(len(texts))), -1)
    return TextColumn(places.astype(np.int32), names), nobody


def _column_of(piece: Produce, name: str) -> str:
    cell = piece.date(name)
    return cell.column if cell is not None and cell.column else ""
