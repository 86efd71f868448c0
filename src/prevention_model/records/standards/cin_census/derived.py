"""Columns that a table of the census gets before it is mapped, because they come from several of its cells or rows."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.cells import NOT_A_DATE, UNMAPPED
from prevention_model.records.standards.cin_census.columns import Columns
from prevention_model.records.standards.standard import Part
from prevention_model.records.text_table import TextTable

NO_MONTH = "an expected date of birth that is no date, kept as `unmapped`"
_LATEST = 1 << 20
_DUE = 15
"""Working days from the start of an enquiry in which its conference is due."""


def possible_authorisation(columns: Columns) -> np.ndarray:
    """When each assessment was authorised; NaT where that is no possible day, or before it started."""
    start, day = columns.days("AssessmentActualStartDate"), columns.days("AssessmentAuthorisationDate")
    return np.where(day < start, NOT_A_DATE, day)


def first_authorisation(referrals: Columns, assessments: Columns, authorised: np.ndarray) -> np.ndarray:
    """For each row of `referrals`, the first authorisation of the same referral's assessments."""
    told = ~np.isnat(authorised)
    children = pc.unique(referrals.children()).drop_null()
    first = (
        pd.Series(authorised[told].astype("datetime64[s]")).groupby(_keys(assessments, children)[told]).min()
    )
    found = first.reindex(_keys(referrals, children)).to_numpy().astype("datetime64[D]")
    return np.where(found < referrals.days("CINreferralDate"), NOT_A_DATE, found)


def _keys(columns: Columns, children: pa.Array) -> np.ndarray:
    """A number for each row's child and day of referral. In numbers only: a census has a million texts."""
    places = pc.index_in(columns.children(), value_set=children).fill_null(-1)
    days = columns.written("CINreferralDate").astype(np.int64)
    keys: np.ndarray = places.to_numpy().astype(np.int64) * _LATEST + np.clip(days, -1, _LATEST - 1)
    return keys


def end_of_enquiry(columns: Columns) -> np.ndarray:
    """When each section 47 enquiry ended: at its conference, else when that was due."""
    start = columns.days("S47ActualStartDate")
    due = np.full(len(start), NOT_A_DATE)
    told = ~np.isnat(start)
    due[told] = np.busday_offset(start[told], _DUE, roll="forward")
    end = due
    for name in ("InitialCPCtarget", "DateOfInitialCPC"):
        day = columns.written(name)
        end = np.where((day >= start) & (day <= start + np.timedelta64(365, "D")), day, end)
    return end


def with_expected_month(part: Part, formats: tuple[str, ...], received: date) -> Part:
    """The month in which an unborn child is expected: the day is as telling as a day of birth."""
    columns, name = Columns.of(part.table, formats, received), "ExpectedPersonBirthDate"
    days = columns.written(name)
    unreadable = columns.filled(name) & np.isnat(days)
    months = pd.Series(days.astype("datetime64[M]").astype("str").astype("object"))
    months[np.isnat(days)] = None
    months[unreadable] = UNMAPPED
    part = replace(part, table=noted(part.table, NO_MONTH, name, unreadable))
    return part.with_columns({"expected month of birth": pa.array(months, pa.string())})


def noted(table: TextTable, issue: str, column: str, where: np.ndarray) -> TextTable:
    """The table with a note on the rows where the mask is true.

    >>> table = TextTable("a.csv", pa.table({"type": ["x"]}), np.array([2]), np.array([], dtype=np.int64))
    >>> noted(table, "an event of a type that is not known", "Type", np.array([True])).notes
    (('an event of a type that is not known', 'Type', 1, 2),)
    """
    places = np.flatnonzero(where)
    if not len(places):
        return table
    return replace(table, notes=(*table.notes, (issue, column, len(places), int(table.rows[places[0]]))))
