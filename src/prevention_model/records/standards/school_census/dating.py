"""On which census day each row of a return stands, and which school it comes from.

A row's own year and term count most, then the header of its school's return, then the names of the files, and last
the latest day on which somebody in them joined or left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from prevention_model.records.cells import NOT_A_DATE
from prevention_model.records.standards.school_census.roll import Roll
from prevention_model.records.standards.school_census.terms import (
    Census,
    census_by,
    census_named,
    season_called,
    year_called,
)
from prevention_model.records.standards.standard import Part, Return
from prevention_model.records.standards.texts import NOBODY, days_written, stacked
from prevention_model.records.text_table import TextColumn

_YEAR = ("year", "censusyear", "census year", "academicyear", "academic year", "acadyear")
_TERM = ("term", "censusterm", "census term", "season")
_BY_NATIVE_ID = "native "
"""What stands before the extract's own key of a school whose number nobody gives: it means nothing elsewhere."""


@dataclass(frozen=True)
class Headers:
    """What the schools' headers of a return say: a day and a school for each of their keys."""

    key: TextColumn
    native: TextColumn
    days: np.ndarray
    school: TextColumn

    @classmethod
    def of(cls, delivered: Return, formats: tuple[str, ...]) -> "Headers":
        """Gather the headers of all schools."""
        parts = delivered.of("schoolcensus")
        columns = {
            name: stacked([part.table.column(name) for part in parts])
            for name in ("schoolcensustableid", "nativeid", "referencedate", "urn", "lea", "estab")
        }
        days = days_written(columns["referencedate"], formats)
        own = [own_days(part) for part in parts]
        days = np.where(np.isnat(days), np.concatenate([*own, days[:0]]), days)
        numbers = schools(columns["urn"], columns["lea"], columns["estab"])
        return cls(columns["schoolcensustableid"], columns["nativeid"], days, numbers)

    def days_of(self, roll: Roll) -> np.ndarray:
        """The day that the header of each pupil's return gives, NaT where none does."""
        rows = _first(self.key, roll.column("schoolcensustableid"))
        return np.append(self.days, NOT_A_DATE)[rows]

    def school_of(self, roll: Roll) -> TextColumn:
        """The number of each pupil's school: by the header's key, else by the school's, else that key itself."""
        by_key = _first(self.key, roll.column("schoolcensustableid"))
        native = roll.column("nativeid")
        rows = np.where(by_key < 0, _first(self.native, native), by_key)
        codes = np.append(self.school.codes, NOBODY)[rows]
        own = schools(roll.column("urn"), roll.column("lea"), roll.column("estab"))
        unnamed = TextColumn(native.codes, np.array([_BY_NATIVE_ID + text for text in native.texts], object))
        found = TextColumn(np.where(rows < 0, NOBODY, codes), self.school.texts)
        choice = stacked([found, own, unnamed])
        each = choice.codes.reshape(3, -1)
        first = np.argmax(each >= 0, axis=0)
        return TextColumn(each[first, np.arange(roll.size)], choice.texts)

    @property
    def usual(self) -> np.datetime64:
        """The day that most headers give."""
        return _usual(self.days)


def lasting(school: pd.Series) -> np.ndarray:
    """Which schools are named by a number that means the same in every return; False where none is named.

    >>> lasting(pd.Series(["900001", "native SCH1", None], dtype="str")).tolist()
    [True, False, False]
    """
    codes, names = pd.factorize(school)
    lasts = [not str(name).startswith(_BY_NATIVE_ID) for name in names]
    return np.array([*lasts, False], dtype=bool)[codes]


def schools(urn: TextColumn, lea: TextColumn, estab: TextColumn) -> TextColumn:
    """The unique reference number of each row's school, else authority and establishment as in 838/4001."""
    numbers = pd.Series(urn.texts, dtype="object").str.removesuffix(".0").to_numpy(dtype=object)
    both = ~lea.blank & ~estab.blank
    if not both.any():
        return TextColumn(urn.codes, numbers)
    whole = (
        lea.values().str.removesuffix(".0") + "/" + estab.values().str.removesuffix(".0").str.zfill(4)
    ).to_numpy(dtype=object)
    codes, texts = pd.factorize(pd.Series(whole, dtype="object").where(both))
    joined = stacked(
        [TextColumn(urn.codes, numbers), TextColumn(codes.astype(np.int32), np.asarray(texts, dtype=object))]
    )
    first, second = joined.codes.reshape(2, -1)
    return TextColumn(np.where(first < 0, second, first), joined.texts)


def own_days(part: Part) -> np.ndarray:
    """The census day that a table's own columns of year and term give each row, NaT where they do not."""
    size = len(part.table.rows)
    held = [next((name for name in names if part.table.has(name)), None) for names in (_YEAR, _TERM)]
    if None in held:
        return np.full(size, NOT_A_DATE)
    year, term = (part.table.column(str(name)) for name in held)
    pair = (year.codes + 1).astype(np.int64) * (len(term.texts) + 1) + term.codes + 1
    codes, kinds = pd.factorize(pair)
    days = [_day(*divmod(int(kind), len(term.texts) + 1), year.texts, term.texts) for kind in kinds]
    return np.array([*days, NOT_A_DATE], dtype="datetime64[D]")[codes]


def _day(year: int, term: int, years: np.ndarray, terms: np.ndarray) -> date | None:
    season = season_called(terms[term - 1]) if term else None
    number = year_called(years[year - 1], season) if year else None
    return Census(number, season).day if number and season else None


def usual_day(delivered: Return, headers: Headers, roll: Roll, formats: tuple[str, ...]) -> np.datetime64:
    """The census day of a return as a whole."""
    if not np.isnat(headers.usual):
        return headers.usual
    for part in delivered.parts:
        year, season = census_named(part.path)
        if year and season:
            return np.datetime64(Census(year, season).day, "D")
    received = np.datetime64(delivered.received, "D")
    moved = [days_written(roll.column(name), formats) for name in ("entrydate", "leavingdate")]
    days = np.concatenate([*moved, [NOT_A_DATE]])
    days = days[~np.isnat(days) & (days <= received)]
    # A few typing errors must not date the whole return.
    latest = np.quantile(days.astype(np.int64), 0.999, method="lower") if len(days) else None
    found = received if latest is None else np.datetime64(int(latest), "D")
    return np.datetime64(census_by(found.astype(object)).day, "D")


def _first(keys: TextColumn, wanted: TextColumn) -> np.ndarray:
    """For each row the first place in `keys` that holds its text, NOBODY where none does."""
    texts = pd.Series(keys.texts[keys.codes[~keys.blank]], dtype="object")
    places = pd.Series(np.flatnonzero(~keys.blank), index=texts)
    places = places[~places.index.duplicated()]
    found = places.reindex(wanted.texts).fillna(NOBODY).to_numpy(dtype=np.int64)
    return wanted.spread(found, NOBODY)


def _usual(days: Sequence[np.datetime64] | np.ndarray) -> np.datetime64:
    told = np.asarray(days)[~np.isnat(days)]
    if not len(told):
        return NOT_A_DATE
    kinds, counts = np.unique(told, return_counts=True)
    found: np.datetime64 = kinds[np.argmax(counts)]
    return found
