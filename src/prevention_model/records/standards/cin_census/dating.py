"""Which time a census return covers: as its header says, its column Year, its name, or what it holds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from prevention_model.records.cells import dates_in
from prevention_model.records.extract import Period
from prevention_model.records.standards.calendar import financial_year, financial_year_of, year_in
from prevention_model.records.standards.cin_census.columns import Columns
from prevention_model.records.standards.standard import Part

DISAGREE = "the header's Year and its ReferenceDate do not agree"
_FIRST = 2005
_HAPPENED = ("CINreferralDate", "CINclosureDate", "AssessmentActualStartDate", "AssessmentAuthorisationDate",
             "CINPlanStartDate", "S47ActualStartDate", "CPPstartDate", "CPPreviewDate", "Date")  # fmt: skip


def by_header(header: Mapping[str, str], formats: tuple[str, ...], received: date) -> Period | None:
    """The period that a header names: the year that ends on the ReferenceDate, else the Year.

    A ReferenceDate that is no 31 March is the day of an extract: from the start of the Year, up to that day.

    >>> by_header({"referencedate": "2024-03-31", "year": "2023"}, ("%Y-%m-%d",), date(2024, 9, 1)).start
    datetime.date(2023, 4, 1)
    >>> by_header({"referencedate": "2024-01-09"}, ("%Y-%m-%d",), date(2024, 9, 1)).last
    datetime.date(2024, 1, 9)
    """
    day, stated = _reference(header, formats), _possible(year_in(header.get("year", "")), received)
    if day is None or not _FIRST <= day.year <= received.year + 1:
        return stated
    start = financial_year_of(day).start
    if (day.month, day.day) != (3, 31) and stated is not None and stated.end.year == day.year:
        start = min(start, stated.start)
    return Period(start, day + timedelta(days=1))


def disagrees(header: Mapping[str, str], formats: tuple[str, ...]) -> bool:
    """Whether a header's Year is another one than its ReferenceDate lies in."""
    day, year = _reference(header, formats), year_in(header.get("year", ""))
    return day is not None and year is not None and financial_year_of(day).last.year != year


def by_name(part: Part, received: date) -> Period | None:
    """The period that the name of the file gives, else that of its folder."""
    names = (part.path.stem, part.path.parent.name)
    found = [_possible(year_in(name), received) for name in names]
    return next((period for period in found if period is not None), None)


def by_content(columns: Sequence[Columns]) -> Period | None:
    """The year of the latest possible day on which anything in the tables happened."""
    latest = [days.max() for some in columns for name in _HAPPENED for days in _days(some, name)]
    return financial_year_of(max(latest).item()) if latest else None


def by_year(part: Part, received: date) -> list[Part]:
    """A part, each year of its column Year by itself: a flat file may hold several returns."""
    column = part.table.column("Year")
    periods = [_possible(year_in(text), received) for text in column.texts]
    dated = [place for place, period in enumerate(periods) if period is not None]
    years = np.array([place if place in dated else -1 for place in range(len(periods))], dtype=np.int64)
    numbers = column.spread(years, -1)
    parts = []
    for number in np.unique(numbers).tolist():
        table = part.table.taken(numbers == number)
        parts.append(replace(part, table=table, period=periods[number] if number >= 0 else None))
    if not parts:
        return [part]
    # What is said of the whole file, and rows that cannot be read, stay with its first year.
    whole = replace(parts[0].table, malformed=part.table.malformed, notes=part.table.notes)
    return [replace(parts[0], table=whole), *parts[1:]]


def _reference(header: Mapping[str, str], formats: tuple[str, ...]) -> date | None:
    day = dates_in(np.array([header.get("referencedate", "").strip()], dtype=object), formats)[0]
    return None if np.isnat(day) else day.item()


def _possible(year: int | None, received: date) -> Period | None:
    return financial_year(year) if year is not None and _FIRST <= year <= received.year + 1 else None


def _days(columns: Columns, name: str) -> list[np.ndarray]:
    days = columns.days(name)
    days = days[~np.isnat(days)]
    return [days] if len(days) else []
