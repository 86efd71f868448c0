"""SEN2: every January the requests of the year before and the whole caseload, however old the requests.

A return tells of requests and plans as they stand on its census day. Requests, decisions, plans and reviews have days
of their own and are known from those; what has none, such as the type of need, is known from the census day on. Of
requests and plans that several returns hold, the last one counts.
"""

import re
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from prevention_model.records.cells import dates_in
from prevention_model.records.extract import Period
from prevention_model.records.standards.calendar import year_in
from prevention_model.records.standards.dated import latest_day
from prevention_model.records.standards.school_census.terms import Census
from prevention_model.records.standards.sen2.people import with_people
from prevention_model.records.standards.sen2.together import told_once
from prevention_model.records.standards.standard import Part, Return, Standard
from prevention_model.records.standards.texts import texts_by

_FOLDERS = 3
_DECISIONS = {"requests": ("RequestOutcome", "RequestOutcomeDate"),
              "assessment": ("AssessmentOutcome", "AssessmentOutcomeDate")}  # fmt: skip
UNDATED = "a decision without its day, left open"


def belongs(path: Path) -> str:
    """The return that a file is part of: an XML file is one; tables belong to the year of their name, or folder.

    >>> belongs(Path("sen2/2024/person.csv")) == belongs(Path("sen2/2024/requests.csv"))
    True
    >>> belongs(Path("sen2/person_2023.csv")) == belongs(Path("sen2/person_2024.csv"))
    False
    """
    if path.suffix.casefold() == ".xml":
        return str(path)
    return f"{path.parent} {_year_named(path.name) or ''}"


def _year_named(name: str) -> int | None:
    """The year in a name, in which SEN2 itself ends with a number."""
    return year_in(re.sub(r"sen[\W_]*2(?!\d)", "", name, flags=re.IGNORECASE))


def _prepared(delivered: Return) -> Return:
    """The tables of one return, dated, each row with its person."""
    period = _period(delivered)
    dated = with_people(delivered.dated(period), period.last)
    return dated.changed(_decided)


def _period(delivered: Return) -> Period:
    """From the day after the census a year before, up to and including the census."""
    census = min(_census(delivered), delivered.received)
    before = Census(census.year - 1, "spring").day
    return Period(min(before, census - timedelta(1)) + timedelta(1), census + timedelta(1))


def _census(delivered: Return) -> date:
    """The census day: the header's, else that of the year in the header, a column, the name, or of what it tells."""
    formats = STANDARD.settings.date_format
    for part in delivered.parts:
        stated = dates_in(np.array([part.header.get("referencedate", "")], dtype=object), formats)[0]
        year = _whole(part.header.get("year", ""))
        if not np.isnat(stated) and (year is None or stated.astype(date).year == year):
            return stated.astype(date)
        if year is not None:
            return Census(year, "spring").day
    years = [year for part in delivered.parts for year in (_year_told(part), _year_of(part.path)) if year]
    if years:
        return Census(max(set(years), key=years.count), "spring").day
    latest = latest_day(delivered.parts, formats, delivered.received) or delivered.received
    day = Census(latest.year, "spring").day
    return day if latest <= day else Census(latest.year + 1, "spring").day


def _whole(text: str) -> int | None:
    plain = text.strip().removesuffix(".0")
    return int(plain) if re.fullmatch(r"20[0-9]{2}", plain) else None


def _year_told(part: Part) -> int | None:
    """The year that most rows of a table give in a column for it."""
    for name in ("year", "collectionyear", "sen2year"):
        if part.table.has(name):
            column = part.table.column(name)
            counts = np.bincount(column.codes[~column.blank], minlength=len(column.texts))
            return _whole(str(column.texts[int(np.argmax(counts))])) if len(counts) else None
    return None


def _year_of(path: Path) -> int | None:
    names = [path.name, *(folder.name for folder in list(path.parents)[:_FOLDERS])]
    return next((year for name in names if (year := _year_named(name))), None)


def _decided(part: Part) -> Part:
    """A decision only where it has been taken, and on what day; what is awaited is not known."""
    if part.module.module not in _DECISIONS:
        return part
    code, day = (part.table.column(name) for name in _DECISIONS[part.module.module])
    awaited = code.spread(np.array([text.strip().upper() == "A" for text in code.texts], dtype=bool), False)
    undated = day.blank & ~code.blank & ~awaited
    # H is of a request so old that nobody holds its outcome.
    old = code.spread(np.array([text.strip().upper() == "H" for text in code.texts], dtype=bool), False)
    told = texts_by(np.where(awaited, -1, code.codes), code.texts)
    return part.with_columns({"_outcome": told}).noted(
        undated & ~old, UNDATED, _DECISIONS[part.module.module][1]
    )


STANDARD = Standard.shipped(Path(__file__).parent, belongs=belongs, prepare=_prepared, finish=told_once)
"""SEN2 as the library reads it."""
