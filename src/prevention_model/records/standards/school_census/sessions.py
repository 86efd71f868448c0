"""Sessions by reason: in which time they lie, which codes count as what, and whether they add up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from prevention_model.records.cells import figures_in
from prevention_model.records.row_keys import repeated
from prevention_model.records.standards.module import Module
from prevention_model.records.standards.school_census.attendance import (
    ATTENDED,
    OF_AGE,
    dated,
    of_compulsory_age,
    out_of_time,
)
from prevention_model.records.standards.school_census.roll import Roll
from prevention_model.records.standards.school_census.terms import Sessions, census_on, sessions_of
from prevention_model.records.standards.standard import Part
from prevention_model.records.standards.texts import NOBODY, days_written, texts_by
from prevention_model.records.text_table import TextColumn

TERMLY, SECOND_HALF = "sessions", "sessions_summer_half_term_2"
_PREFIX = {TERMLY: "termlysessions", SECOND_HALF: "summerhalfterm2sessions"}
_COUNTED = {TERMLY: "sessions", SECOND_HALF: "second half"}
MISSED = ("authorised_absence_sessions", "unauthorised_absence_sessions")
UNEXPLAINED = (
    "sessions possible without sessions by reason: not used, since nobody can say how many were missed"
)
UNEQUAL = "the sessions by reason do not add up to the sessions possible"


@dataclass(frozen=True)
class Table:
    """A table of sessions by reason, and the pupil's row of each of its rows."""

    part: Part
    rows: np.ndarray

    @cached_property
    def count(self) -> np.ndarray:
        """How many sessions each row reports; 0 where it does not say."""
        column = self.part.table.column("sessions")
        figures = column.spread(figures_in(column.texts), 0.0)
        found: np.ndarray = np.where(np.isnan(figures) | (figures < 0), 0.0, figures)
        return found

    @cached_property
    def missed(self) -> frozenset[str]:
        """The codes that count as absence, in small letters."""
        asked = [one for piece in self.part.module.produces if piece.kind in MISSED for one in piece.when]
        return frozenset(code.casefold() for condition in asked for code in condition.values)

    def sums(self, codes: frozenset[str], size: int) -> np.ndarray:
        """For each pupil's row, the sessions with one of these codes."""
        column = self.part.table.column("attendancereason")
        hits = np.array([text.casefold() in codes for text in column.texts], dtype=bool)
        used = column.spread(hits, False) & (self.rows >= 0)
        return np.bincount(self.rows[used], weights=self.count[used], minlength=size)


def times_of(module: str, roll: Roll, days: TextColumn) -> list[Sessions]:
    """For each census day, the sessions that a table of the module reports."""
    halves = roll.has_second_half or not roll.column("summerhalfterm2sessionspossible").blank.all()
    part = "second" if module == SECOND_HALF else "first" if halves else "whole"
    found = [census_on(np.datetime64(text, "D").astype(object)) for text in days.texts]
    return [sessions_of(census, part) for census in found]


def in_time(part: Part, rows: np.ndarray, roll: Roll, born: np.ndarray) -> Table:
    """The table with its time, its codes told apart by date, and rows that say the same again numbered."""
    table = part.table
    days, code = table.column("census date"), table.column("attendancereason")
    times = times_of(part.module.module, roll, days)
    pair = np.where(code.blank, NOBODY, days.codes.astype(np.int64) * len(code.texts) + code.codes)
    numbers, kinds = pd.factorize(pair[pair >= 0])
    each = np.full(len(pair), NOBODY, dtype=np.int64)
    each[pair >= 0] = numbers
    told = [(times[kind // len(code.texts)], code.texts[kind % len(code.texts)]) for kind in kinds]
    texts = [dated(text, time) for time, text in told]
    odd = [out_of_time(text, time) for time, text in told]
    columns: dict[str, TextColumn | pa.DictionaryArray] = {
        "attendancereason": _by_age(texts_by(each, texts), texts, each, rows, born, days, times),
        "_sessions to": texts_by(days.codes, [time.last.isoformat() for time in times]),
        "_sessions called": texts_by(days.codes, [time.called for time in times]),
        "_again": _again(part, each),
    }
    upn = table.column("upn")
    if not upn.blank.all():
        # Of the many rows of a pupil only those without a number need another way to be known.
        local = table.column("_pupil in term")
        columns["_pupil in term"] = local.by(np.where(upn.blank, local.codes, np.int32(NOBODY)))
    made = part.with_columns(columns)
    for what in sorted(set(odd) - {""}):
        places = np.array([*(one == what for one in odd), False], dtype=bool)[each]
        made = made.noted(places, what, "attendancereason")
    return Table(made, rows)


def _by_age(
    column: pa.DictionaryArray,
    texts: Sequence[str],
    each: np.ndarray,
    rows: np.ndarray,
    born: np.ndarray,
    days: TextColumn,
    times: Sequence[Sessions],
) -> pa.DictionaryArray:
    """X of a pupil of compulsory age is an absence; of any other it is none."""
    is_x = np.array([*(text.strip().upper() == "X" for text in texts), False], dtype=bool)[each]
    places = np.flatnonzero(is_x & (rows >= 0))
    if not len(places):
        return column
    codes = each.copy()
    for number, time in enumerate(times):
        some = places[days.codes[places] == number]
        codes[some[of_compulsory_age(born[rows[some]], time.term)]] = len(texts)
    return texts_by(codes, [*texts, "X" + OF_AGE])


def _again(part: Part, reasons: np.ndarray) -> pa.DictionaryArray:
    """Of several rows of one pupil with one reason, which it is: 2 for the second. A row told twice is no second."""
    table = part.table
    pupil = table.column("_pupil in term")
    pair = pupil.codes.astype(np.int64) * (int(reasons.max(initial=0)) + 2) + reasons + 1
    named = np.flatnonzero(~pupil.blank)
    if not repeated(pair[named]).any():
        return texts_by(np.zeros(len(pair), dtype=np.int32), ["1"])
    times = np.full(len(pair), 1, dtype=np.int64)
    places = named[pd.Series(pair[named]).duplicated(keep=False)]
    row = TextColumn.of(table.plain("_row").take(pa.array(places)))
    told = pd.DataFrame({"pair": pair[places], "row": row.codes, "n": table.column("sessions").codes[places]})
    # Without keys of their own, equal rows are one row told twice.
    told["row"] = told["row"].where(told["row"] >= 0, -2 - told["n"])
    first = ~told.duplicated(["pair", "row"])
    told["turn"] = told[first].groupby("pair").cumcount() + 1
    told["turn"] = told.groupby(["pair", "row"])["turn"].transform("first")
    times[places] = told["turn"].to_numpy(dtype=np.int64)
    numbers, kinds = pd.factorize(times)
    return texts_by(numbers, [str(kind) for kind in kinds])


def possible(roll: Roll, tables: Mapping[str, Sequence[Table]]) -> Roll:
    """The pupils with the sessions that were possible, and where only totals of those missed were given, these."""
    for module, prefix in _PREFIX.items():
        days = roll.column("census date")
        times = times_of(module, roll, days)
        parts = tuple(
            _counted(part, slice(start, end), module, prefix, tables.get(module, ()), roll.size)
            for part, start, end in zip(roll.parts, roll.starts[:-1], roll.starts[1:], strict=True)
        )
        name = _COUNTED[module]
        roll = replace(roll, parts=parts).with_columns(
            {
                f"_{name} to": texts_by(days.codes, [time.last.isoformat() for time in times]),
                f"_{name} called": texts_by(days.codes, [time.called for time in times]),
            }
        )
    return roll


def _counted(part: Part, rows: slice, module: str, prefix: str, tables: Sequence[Table], size: int) -> Part:
    """One of the pupils' tables with what it may say of sessions possible and missed."""
    table, name = part.table, _COUNTED[module]
    given = table.column(f"{prefix}possible")
    totals = [table.column(f"{prefix}{word}") for word in ("authorised", "unauthorised")]
    by_reason = any(((one.rows >= rows.start) & (one.rows < rows.stop)).any() for one in tables)
    by_total = not by_reason and not all(column.blank.all() for column in totals)
    second = "" if module == TERMLY else "second half "
    columns = {}
    if by_reason or by_total:
        columns[f"_{name} counted"] = texts_by(given.codes, given.texts)
    if by_total:
        for word, column in zip(("authorised", "unauthorised"), totals, strict=True):
            columns[f"_{second}{word} in all"] = texts_by(column.codes, column.texts)
    made = (
        part.with_columns(columns) if columns else part.noted(~given.blank, UNEXPLAINED, f"{prefix}possible")
    )
    if not by_reason:
        return made
    figures = given.spread(figures_in(given.texts), np.nan)
    attended = sum((one.sums(ATTENDED, size)[rows] for one in tables), np.zeros(len(figures)))
    missed = sum((one.sums(one.missed, size)[rows] for one in tables), np.zeros(len(figures)))
    # Many systems return absences only: then the rest is what was attended.
    wrong = np.where(attended > 0, attended + missed != figures, missed > figures)
    return made.noted(wrong & ~np.isnan(figures), UNEQUAL, f"{prefix}possible")


def births(roll: Roll, formats: tuple[str, ...]) -> np.ndarray:
    """The date of birth in each pupil's row, NaT where there is none."""
    return days_written(roll.column("dob"), formats)


def reports_sessions(module: Module) -> bool:
    """Whether a module is a table of sessions by reason."""
    return module.module in _PREFIX
