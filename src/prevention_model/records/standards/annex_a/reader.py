"""Annex A: a workbook with a sheet a list, or a CSV file a list; two categories of abuse together are `multiple`."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.cells import NOT_A_DATE, dates_in
from prevention_model.records.extract import Period
from prevention_model.records.standards.calendar import by_date
from prevention_model.records.standards.dated import latest_day
from prevention_model.records.standards.standard import Part, Return, Standard

_CATEGORIES = ("initial category", "latest category")
_NAMED = ("neglect", "physical", "sexual", "emotional", "neg", "phy", "sab", "emo")
_MONTHS = {"list_1": 3}
"""How far back a list goes; the others go back six months (inspection guidance differs by year)."""


def prepare(delivered: Return) -> Return:
    """The lists, each with the months that it covers, and two categories of abuse in one cell read as several.

    The lists end on the latest day that any of them speaks of: the day of the extract is not in the workbook,
    and it can only be later.
    """
    day = latest_day(delivered.parts, STANDARD.settings.date_format, delivered.received)
    changed = delivered.changed(_one_category).changed(lambda part: _enquiries(part, delivered.received))
    return changed if day is None else changed.changed(lambda part: replace(part, period=_period(part, day)))


def _period(part: Part, day: date) -> Period:
    months = _MONTHS.get(part.module.module, 6)
    return Period((pd.Timestamp(day) - pd.DateOffset(months=months)).date(), day + timedelta(days=1))


def _enquiries(part: Part, received: date) -> Part:
    """The end of each section 47 enquiry: its conference, else the day when that was due, if that has come."""
    if part.module.module != "list_5":
        return part
    start, met = (_days(part, name) for name in ("section 47 start date", "date of conference"))
    due = np.full(len(start), NOT_A_DATE)
    told = ~np.isnat(start)
    due[told] = np.busday_offset(start[told], 15, roll="forward")
    end = np.where(met >= start, met, due)
    end = np.where(end > np.datetime64(received, "D"), NOT_A_DATE, end)
    texts = pa.array(np.datetime_as_string(end).astype(object), pa.string(), mask=np.isnat(end))
    return part.with_columns({"_enquiry_ended": texts})


def _days(part: Part, name: str) -> np.ndarray:
    held = part.table.column(name)
    return held.spread(dates_in(held.texts, STANDARD.settings.date_format), NOT_A_DATE)


def _one_category(part: Part) -> Part:
    names = [name for name in _CATEGORIES if part.table.has(name)]
    return part.with_columns({name: _several(part.table.plain(name)) for name in names})


def _several(column: pa.ChunkedArray) -> pa.ChunkedArray:
    words = pc.utf8_lower(column)
    found = [pc.match_substring_regex(words, rf"\b{name}") for name in _NAMED]
    # "neglect" is found under its short code too, so the two are one.
    kinds = [pc.or_(found[place], found[place + 4]) for place in range(4)]
    counted = kinds[0].cast(pa.int8())
    for kind in kinds[1:]:
        counted = pc.add(counted, kind.cast(pa.int8()))
    return pc.if_else(pc.fill_null(pc.greater(counted, 1), False), "multiple", column)


def belongs(path: Path) -> str:
    """A workbook is an extract of its own; CSV files are one by folder and date.

    >>> belongs(Path("annex/list_1.csv")) == belongs(Path("annex/list_2.csv")) != belongs(Path("annex/whole.xlsx"))
    True
    """
    return by_date(path) if path.suffix.casefold() in (".csv", ".txt") else path.as_posix()


STANDARD = Standard.shipped(Path(__file__).parent, belongs=belongs, prepare=prepare)
