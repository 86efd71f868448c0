"""The latest day that a return speaks of, where neither its name nor its header says what time it covers."""

from collections.abc import Iterable, Sequence
from datetime import date

import numpy as np

from prevention_model.records.cells import dates_in
from prevention_model.records.declarations import DateCell
from prevention_model.records.maps import DATES
from prevention_model.records.standards.module import Module
from prevention_model.records.standards.standard import Part


def latest_day(parts: Sequence[Part], formats: tuple[str, ...], received: date) -> date | None:
    """The latest day in any date column that the modules read, none of them after `received`; None without any.

    Dates of birth do not count. A day after `received` is a mistake, or a plan.
    """
    latest: list[np.datetime64] = []
    for part in parts:
        for name in date_columns(part.module):
            days = dates_in(part.table.column(name).texts, formats)
            days = days[days <= np.datetime64(received, "D")]
            latest += [days.max()] if len(days) else []
    return max(latest).astype(date) if latest else None


def date_columns(module: Module) -> list[str]:
    """The columns in which the module says when something happened."""
    cells: Iterable[DateCell | None] = (
        piece.date(name)
        for piece in module.produces
        for name, _ in DATES[piece.table]
        if name not in ("birth_date", "death_date") and not name.startswith("known_")
    )
    return sorted({column for cell in cells if cell is not None for column in cell.columns()})
