"""The reader of housing's extracts: the stages of a homelessness case are one duty, and a credit is no arrears."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from prevention_model.records.cells import NOT_A_DATE, dates_in, figures_in
from prevention_model.records.standards.calendar import by_date
from prevention_model.records.standards.joining import Join, joined
from prevention_model.records.standards.standard import Part, Return, Standard

STAGES = ("prevention", "relief", "main")
# A case's needs and stays name the case, and not always the person.
_WHO = ("person_id", "la_child_id", "nhs_number", "forename", "surname", "birth_date")
_JOINS = (
    *(
        Join(module, "case_id", ("cases",), "case_id", dict(zip(_WHO, _WHO, strict=True)))
        for module in ("support_needs", "temporary")
    ),
    Join("case_people", "case_id", ("cases",), "case_id", {"applied": "_since"}),
)


def prepare(delivered: Return) -> Return:
    """The tables, with the whole time of each case's duties, and what is owed where a balance is in credit."""
    return joined(delivered, _JOINS).changed(_changed)


def _changed(part: Part) -> Part:
    if part.module.module == "cases":
        return _whole_time(part)
    return _owed(part) if part.module.module == "balances" else part


def _whole_time(part: Part) -> Part:
    """From the first duty that began to the last that ended; open while any stage that began has not ended.

    A stage whose end nobody wrote down was over when the next one began.
    """
    starts = [_days(part, f"{stage}_start") for stage in STAGES]
    over = [np.fmin.reduce(starts[place + 1 :]) for place in range(len(STAGES) - 1)]
    over.append(np.full(len(part.table.rows), NOT_A_DATE))
    ends, open_ = [], np.zeros(len(part.table.rows), dtype=bool)
    for stage, start, next_ in zip(STAGES, starts, over, strict=True):
        written = _days(part, f"{stage}_end")
        end = np.where(np.isnat(written) & (next_ >= start), next_, written)
        open_ |= ~np.isnat(start) & np.isnat(end)
        ends.append(np.where(np.isnat(start), NOT_A_DATE, end))
    last = np.where(open_, NOT_A_DATE, np.fmax.reduce(ends))
    told = {"_first": np.fmin.reduce(starts), "_last": last}
    told |= {f"_{stage}_over": day for stage, day in zip(STAGES[:-1], over[:-1], strict=True)}
    return part.with_columns({name: _iso(days) for name, days in told.items()})


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


STANDARD = Standard.shipped(Path(__file__).parent, belongs=by_date, prepare=prepare)
