"""Annex A: a workbook with a sheet a list, or a CSV file a list; two categories of abuse together are `multiple`."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.extract import Period
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
    changed = delivered.changed(_one_category)
    return changed if day is None else changed.changed(lambda part: replace(part, period=_period(part, day)))


def _period(part: Part, day: date) -> Period:
    months = _MONTHS.get(part.module.module, 6)
    return Period((pd.Timestamp(day) - pd.DateOffset(months=months)).date(), day + timedelta(days=1))


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


STANDARD = Standard.shipped(Path(__file__).parent, prepare=prepare)
