"""The flat form: which of its rows tell of a child, a referral or a block, and what each row is itself about.

Worked example. A referral of 1 March and an assessment begun on the 2nd are three rows:

    LAchildID  Type                         Date        CINreferralDate  AssessmentActualStartDate
    C1         CINreferralDate              2024-03-01  2024-03-01
    C1         AssessmentActualStartDate    2024-03-02  2024-03-01       2024-03-02
    C1         AssessmentAuthorisationDate  2024-03-20  2024-03-01       2024-03-02

All three hold the referral; the first tells it. The second tells the assessment, and the third tells nothing
that another row does not, but names the child like any other.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.declarations import TRUE
from prevention_model.records.mapped import Fault
from prevention_model.records.piece import EARLIEST
from prevention_model.records.standards.cin_census.columns import Columns, as_mark, as_text
from prevention_model.records.standards.cin_census.derived import (
    end_of_enquiry,
    first_authorisation,
    noted,
    possible_authorisation,
)
from prevention_model.records.standards.module import squash
from prevention_model.records.standards.standard import Part

ROUNDED = "every day of birth is the first of its month: read as the month only"
STRANGE = "an event of a type that is not known"

_TOLD: Mapping[str, str] = {
    "_referral": "CINreferralDate",
    "_assessment": "AssessmentActualStartDate",
    "_internal_review": "AssessmentInternalReviewDate",
    "_plan": "CINPlanStartDate",
    "_enquiry": "S47ActualStartDate",
    "_conference": "DateOfInitialCPC",
    "_protection": "CPPstartDate",
    "_review": "CPPreviewDate",
    "_pre_proceedings": "PPStartDate",
}
"""For each mark, the date that begins what it tells."""

_ENDS = ("CINclosureDate", "AssessmentAuthorisationDate", "CINPlanEndDate", "CPPendDate")
_TYPES = (*_TOLD.values(), *_ENDS)
_FEW = 5


def flat_table(part: Part, formats: tuple[str, ...], received: date) -> Part:
    """The flat table of one return, with what each row tells and the dates that come from several cells."""
    about = _about(part)
    part = _filled_in(part, about)
    columns = Columns.of(part.table, formats, received)
    for fault in _faults(columns, about):
        part = part.without(*fault)
    whole = ~np.logical_or.reduce([np.zeros(len(part.table.rows), dtype=bool), *(f[0] for f in part.faults)])
    authorised = possible_authorisation(columns)
    part = part.with_columns(
        _marks(columns, about, whole)
        | {
            "possible authorisation": as_text(authorised),
            "first authorisation": as_text(first_authorisation(columns, columns, authorised)),
            "end of the enquiry": as_text(end_of_enquiry(columns)),
        }
    )
    return _days_of_birth(part, columns)


def _about(part: Part) -> dict[str, np.ndarray]:
    """For each type of event, the rows that are about it. Without a column Type, a row is about its first date."""
    table = part.table
    if not table.has("Type"):
        first = next((name for name in _TOLD.values() if table.has(name)), None)
        return {first: ~table.column(first).blank} if first is not None else {}
    column = table.column("Type")
    said = np.array([squash(text) for text in column.texts], dtype=object)
    return {name: column.spread(said == squash(name), False) for name in _TYPES}


def _filled_in(part: Part, about: Mapping[str, np.ndarray]) -> Part:
    """What stands only under Date put under its own name too; types that are not known are reported."""
    table, filled = part.table, {}
    for name, rows in about.items():
        where = rows & table.column(name).blank & ~table.column("Date").blank
        if where.any():
            filled[name] = pc.if_else(pa.array(where), table.plain("Date"), table.plain(name))
    if table.has("Type"):
        strange = ~table.column("Type").blank & ~np.logical_or.reduce(list(about.values()))
        table = noted(table, STRANGE, "Type", strange)
    return replace(part, table=table.with_columns(filled))


def _faults(columns: Columns, about: Mapping[str, np.ndarray]) -> Iterator[Fault]:
    """Rows about an event that cannot be dated."""
    shown = "Date" if columns.table.has("Date") else ""
    for name, rows in about.items():
        day, filled = columns.written(name), columns.filled(name)
        yield rows & ~filled, "missing_date", shown or name
        yield rows & filled & np.isnat(day), "bad_date", shown or name
        late = (day > np.datetime64(columns.received, "D")) & (name not in _ENDS)
        yield rows & ((day < EARLIEST) | late), "impossible_date", shown or name


def _marks(columns: Columns, about: Mapping[str, np.ndarray], whole: np.ndarray) -> dict[str, pa.Array]:
    """Of the rows that hold the same thing, the one that tells it: the one about it, else the first."""
    nothing = np.zeros(len(whole), dtype=bool)
    told = {"_child": _first(columns.keys(), whole, nothing)}
    for mark, name in _TOLD.items():
        if columns.table.has(name):
            told[mark] = _first(columns.keys(name), whole & columns.filled(name), about.get(name, nothing))
    if columns.table.has("AssessmentFactors"):
        keys = columns.keys("AssessmentActualStartDate", "AssessmentAuthorisationDate")
        told["_factors"] = _first(keys, whole & columns.filled("AssessmentFactors"), nothing)
    if "_referral" in told:
        no_action = columns.among("ReferralNFA", TRUE)
        told["_episode"] = told["_referral"] & ~no_action
        if columns.table.has("ReferralNFA"):
            told["_nfa"] = told["_referral"] & no_action
    return {mark: as_mark(where) for mark, where in told.items()}


def _first(keys: np.ndarray, among: np.ndarray, rather: np.ndarray) -> np.ndarray:
    """For each key, one of the rows in `among`: the first that is in `rather`, else the first."""
    places = np.flatnonzero(among)
    places = places[np.argsort(~rather[places], kind="stable")]
    chosen = np.zeros(len(keys), dtype=bool)
    chosen[places[~pd.Series(keys[places]).duplicated().to_numpy()]] = True
    return chosen


def _days_of_birth(part: Part, columns: Columns) -> Part:
    """Days of birth for the vault; none where the file was rounded to months, as regional pipelines do."""
    days = np.unique(columns.days("PersonBirthDate"))
    days = days[~np.isnat(days)]
    if len(days) < _FEW or (days != days.astype("datetime64[M]")).any():
        return part.with_columns({"day of birth": part.table.plain("PersonBirthDate")})
    filled = columns.filled("PersonBirthDate")
    return replace(part, table=noted(part.table, ROUNDED, "PersonBirthDate", filled))
