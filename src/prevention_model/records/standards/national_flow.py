"""The national health flows: months are submitted one by one, and a header table says which."""

from datetime import timedelta

import numpy as np

from prevention_model.records.cells import dates_in
from prevention_model.records.extract import Period
from prevention_model.records.standards.calendar import month_in
from prevention_model.records.standards.standard import Part, Return

_FIRST = np.datetime64("2010-01-01", "D")  # none of the flows is as old as that
START, END = "ReportingPeriodStartDate", "ReportingPeriodEndDate"


def dated(delivered: Return, formats: tuple[str, ...]) -> Return:
    """The return with its period: the reporting periods that its header states, else the month in its files' names.

    Without either, or with months missing between those that are stated, nobody can say what time it covers.
    """
    stated = np.array([_days(delivered.parts, name, formats) for name in (START, END)])
    starts, ends = stated[0], stated[1] + np.timedelta64(1, "D")
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], ends[order]
    if not len(starts):
        named = [month_in(part.path.stem) for part in delivered.parts]
        return delivered.dated(named[0] if named else None)
    if (
        not (starts < ends).all()
        or starts[0] < _FIRST
        or (starts[1:] > np.maximum.accumulate(ends)[:-1]).any()
    ):
        return delivered
    first, last = starts[0].item(), min(ends.max().item(), delivered.received + timedelta(days=1))
    return delivered.dated(Period(first, last)) if first < last else delivered


def _days(parts: tuple[Part, ...], column: str, formats: tuple[str, ...]) -> np.ndarray:
    """The days of a column in the header tables, those of its rows that have both ends."""
    found = [np.array([], dtype="datetime64[D]")]
    for part in parts:
        if part.module.module == "header":
            both = ~part.table.column(START).blank & ~part.table.column(END).blank
            held = part.table.column(column)
            found.append(held.spread(dates_in(held.texts, formats), np.datetime64("NaT", "D"))[both])
    return np.concatenate(found)
