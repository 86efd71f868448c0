"""The reader of housing's extracts: the stages of a homelessness case are one duty, and a credit is no arrears."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from prevention_model.records.cells import NOT_A_DATE, dates_in, figures_in
from prevention_model.records.standards.calendar import by_month
from prevention_model.records.standards.joining import Join, joined
from prevention_model.records.standards.standard import Part, Return, Standard

STAGES = ("prevention", "relief", "main")
# A case's needs and stays name the case, and not always the person.
_WHO = ("person_id", "la_child_id", "nhs_number", "forename", "surname", "birth_date")
_JOINS = tuple(
    Join(module, "case_id", ("cases",), "case_id", {name: name for name in _WHO})
    for module in ("support_needs", "temporary")
)


def prepare(delivered: Return) -> Return:
    """The tables, with the whole time of each case's duties, and what is owed where a balance is in credit."""
    return joined(delivered, _JOINS).changed(_changed)


def _changed(part: Part) -> Part:
    if part.module.module == "cases":
        return _whole_time(part)
    return _owed(part) if part.module.module == "balances" else part


def _whole_time(part: Part) -> Part:
    """From the first duty that began to the last that ended; open while any stage that began has not ended."""
    starts, ends, open_ = [], [], np.zeros(len(part.table.rows), dtype=bool)
    for place, stage in enumerate(STAGES):
        start, end = _days(part, f"{stage}_start"), _days(part, f"{stage}_end")
        later = [_days(part, f"{name}_start") for name in STAGES[place + 1 :]]
        # A stage whose end nobody wrote down was over when the next one began.
        followed = np.logical_or.reduce([~np.isnat(day) for day in later]) if later else np.zeros_like(open_)
        open_ |= ~np.isnat(start) & np.isnat(end) & ~followed
        starts.append(start)
        ends.append(np.where(np.isnat(start), NOT_A_DATE, end))
    first, last = np.fmin.reduce(starts), np.fmax.reduce(ends)
    return part.with_columns({"_first": _iso(first), "_last": _iso(np.where(open_, NOT_A_DATE, last))})


def _owed(part: Part) -> Part:
    held = part.table.column("balance")
    figures = figures_in(held.texts)
    texts = np.where(figures < 0, "0", held.texts) if len(held.texts) else held.texts
    return part.with_columns({"_owed": pa.array(held.spread(texts, None), pa.string())})


def _days(part: Part, name: str) -> np.ndarray:
    held = part.table.column(name)
    return held.spread(dates_in(held.texts, STANDARD.settings.date_format), NOT_A_DATE)


def _iso(days: np.ndarray) -> pa.Array:
    return pa.array(np.datetime_as_string(days).astype(object), pa.string(), mask=np.isnat(days))


STANDARD = Standard.shipped(Path(__file__).parent, belongs=by_month, prepare=prepare)
