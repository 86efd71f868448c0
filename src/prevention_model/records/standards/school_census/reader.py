"""The School Census: three a year, each a set of CSV tables that hang on the pupils' tables by keys of the extract.

What is said of a pupil in one census is known from its day on; attendance is that of the term before (terms.py).
What lasts from census to census (enrolments, free school meals, homes, support) is put together in stitching.py.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from prevention_model.records.extract import Period
from prevention_model.records.standards.joining import Join, joined
from prevention_model.records.standards.school_census.pupils import roll_of, with_pupils
from prevention_model.records.standards.school_census.roll import OFF, ON, Roll
from prevention_model.records.standards.school_census.sessions import (
    SECOND_HALF,
    Table,
    births,
    in_time,
    possible,
    reports_sessions,
)
from prevention_model.records.standards.school_census.stitching import stitched
from prevention_model.records.standards.school_census.terms import belongs, census_before, census_on
from prevention_model.records.standards.standard import Part, Return, Standard

_PUPIL = {"pupilonrolltableid": "pupilonrolltableid"}
_BY_WAY_OF = (
    Join(
        "learningaims", "programmeaimsonrolltableid", ("programmeaims",), "programmeaimsonrolltableid", _PUPIL
    ),
    Join(
        "workplaceentity", "learningaimsonrolltableid", ("learningaims",), "learningaimsonrolltableid", _PUPIL
    ),
)
"""Tables that hang on the pupils' by way of others."""


def _prepared(delivered: Return) -> Return:
    """Every table with the pupil, the census day and the school that its rows belong to."""
    formats = STANDARD.settings.date_format
    roll = roll_of(delivered, formats)
    roll = replace(roll, has_second_half=bool(delivered.of(SECOND_HALF)))
    born = births(roll, formats)
    hanging: list[Part] = []
    tables: dict[str, list[Table]] = {}
    for part in joined(delivered, _BY_WAY_OF).parts:
        if part.module.module in (ON, OFF) or "_enrolment" not in part.module.declared:
            continue
        made, rows = with_pupils(part, roll)
        if reports_sessions(part.module):
            table = in_time(made, rows, roll, born)
            tables.setdefault(part.module.module, []).append(table)
            made = table.part
        hanging.append(made)
    parts = (*possible(roll, tables).parts, *hanging)
    return Return(parts, delivered.received).dated(_period(roll))


def _period(roll: Roll) -> Period:
    """From the day after the census before, up to and including the census."""
    days = [np.datetime64(text, "D").astype(object) for text in roll.column("census date").texts]
    days = days or [roll.usual.astype(object)]
    before = census_before(census_on(min(days))).day
    return Period(min(before, min(days) - timedelta(1)) + timedelta(1), max(days) + timedelta(1))


STANDARD = Standard.shipped(Path(__file__).parent, belongs=belongs, prepare=_prepared, finish=stitched)
"""The School Census as the library reads it."""
