"""The children in need census, from its files to canonical rows."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.extract import Period
from prevention_model.records.standards.cin_census.columns import Columns, as_text
from prevention_model.records.standards.cin_census.dating import (
    DISAGREE,
    by_content,
    by_header,
    by_name,
    by_year,
    disagrees,
)
from prevention_model.records.standards.cin_census.derived import (
    end_of_enquiry,
    first_authorisation,
    noted,
    possible_authorisation,
    with_expected_month,
)
from prevention_model.records.standards.cin_census.flat import flat_table
from prevention_model.records.standards.cin_census.once import once
from prevention_model.records.standards.standard import Part, Return, Standard

LATE = "after the last day that the return covers"
_BEGINS = {
    "cin_details": "CINreferralDate",
    "assessments": "AssessmentActualStartDate",
    "cin_plans": "CINPlanStartDate",
    "section47": "S47ActualStartDate",
    "protection_plans": "CPPstartDate",
    "protection_reviews": "CPPreviewDate",
    "flat": "CINreferralDate",
}
_NEW_IN_2026 = date(2025, 4, 1)


def prepare(delivered: Return) -> Return:
    """The parts of one file, dated, each with the columns that come from several of its cells or rows.

    >>> prepare(Return((), date(2024, 9, 1))).parts
    ()
    """
    dated = _dated(delivered)
    ready = [_late(_named(_ready(part, dated)), delivered.received) for part in dated.parts]
    return replace(dated, parts=tuple(part for part in ready if not _never_asked(part)))


def _dated(delivered: Return) -> Return:
    """The return with each part dated: by header, column Year, name, or else by what is in it."""
    formats, received = STANDARD.settings.date_format, delivered.received
    parts: list[Part] = []
    for part in delivered.parts:
        parts += by_year(part, received) if part.module.module == "flat" else [part]
    parts = [replace(part, period=_stated(part, formats, received)) for part in parts]
    if any(part.period is None for part in parts):
        last = by_content([Columns.of(part.table, formats, received) for part in parts])
        parts = [replace(part, period=part.period or last) for part in parts]
    return replace(delivered, parts=tuple(parts))


def _stated(part: Part, formats: tuple[str, ...], received: date) -> Period | None:
    """The period that a file itself states."""
    return part.period or by_header(part.header, formats, received) or by_name(part, received)


def _ready(part: Part, delivered: Return) -> Part:
    """A part with its derived columns."""
    formats, received = STANDARD.settings.date_format, delivered.received
    columns = Columns.of(part.table, formats, received)
    match part.module.module:
        case "flat":
            return with_expected_month(flat_table(part, formats, received), formats, received)
        case "child":
            return _dated_children(with_expected_month(part, formats, received), formats)
        case "cin_details":
            for assessments in delivered.of("assessments"):
                first = _first_authorisation(columns, assessments)
                part = part.with_columns({"first authorisation": as_text(first)})
        case "assessments":
            return part.with_columns({"possible authorisation": as_text(possible_authorisation(columns))})
        case "section47":
            return part.with_columns({"end of the enquiry": as_text(end_of_enquiry(columns))})
    return part


def _first_authorisation(referrals: Columns, assessments: Part) -> np.ndarray:
    columns = replace(referrals, table=assessments.table.renamed({}))
    return first_authorisation(referrals, columns, possible_authorisation(columns))


def _dated_children(part: Part, formats: tuple[str, ...]) -> Part:
    """Children with the return that they stand in: what it says of them is not dated otherwise."""
    table = part.table
    if disagrees(part.header, formats):
        table = replace(table, notes=(*table.notes, (DISAGREE, "Year", 1, 1)))
    last = part.period.last.isoformat() if part.period else ""
    stated = pa.array([last] * len(table.rows), pa.string())
    return replace(part, table=table.with_columns({"_return": stated}))


def _named(part: Part) -> Part:
    """A part whose rows go by the child's UPN where they have no number of the authority's, and only there."""
    if "_upn" not in part.module.declared:
        return part
    unnumbered = part.table.renamed({}).column("LAchildID").blank
    upn = pc.if_else(pa.array(unnumbered), part.table.plain("UPN"), None) if unnumbered.any() else None
    return part.with_columns({"_upn": pa.nulls(len(unnumbered), pa.string()) if upn is None else upn})


def _late(part: Part, received: date) -> Part:
    """A part with a note on what began after its return ended: the header may be another year's."""
    name = _BEGINS.get(part.module.module)
    if name is None or part.period is None or not len(part.table.rows):
        return part
    days = Columns.of(part.table, STANDARD.settings.date_format, received).days(name)
    return replace(part, table=noted(part.table, LATE, name, days > np.datetime64(part.period.last, "D")))


def _never_asked(part: Part) -> bool:
    """Whether a block is empty because no return of that year had it: its absence means nothing then."""
    empty = part.module.module == "pre_proceedings" and not len(part.table.rows)
    return empty and (part.period is None or part.period.end <= _NEW_IN_2026)


STANDARD = Standard.shipped(Path(__file__).parent, prepare=prepare, finish=once)
"""The CIN census as `read_return` and authority.yaml know it."""
