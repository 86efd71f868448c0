"""A 903 return whose tables are read together: dated, the XML's header unfolded, columns derived."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from prevention_model.records.declarations import FALSE
from prevention_model.records.standards.module import Module
from prevention_model.records.standards.ssda903.deriving import DERIVED, Formats
from prevention_model.records.standards.ssda903.years import dated, days_of, year_column
from prevention_model.records.standards.standard import Part, Return

_TOGETHER: Mapping[str, tuple[str, ...]] = {
    "uasc": ("UASC", "DUC"),
    "oc3": ("IN_TOUCH", "ACTIV", "ACCOM"),
    "ad1": ("DATE_INT", "DATE_MATCH"),
}
"""Modules whose columns the XML has in the header: a child with any of these filled has a row in them."""


def prepared(delivered: Return, modules: Mapping[str, Module], formats: Formats) -> Return:
    """The return, dated, with the columns that its modules derive."""
    there = tuple(part for part in delivered.parts if not _never_asked(part))
    whole = dated(Return(there, delivered.received), formats)
    whole = Return(tuple(one for part in whole.parts for one in _unfolded(part, modules)), delivered.received)
    orders = _orders(whole, formats)

    def change(part: Part) -> Part:
        made = part.with_columns({"_RETURN_YEAR": year_column(part)})
        if part.module.module == "ad1":
            made = made.with_columns({"_ORDER_DATE": _looked_up(part, orders)})
        derive = DERIVED.get(part.module.module)
        return derive(made, formats) if derive else made

    return whole.changed(change)


def _never_asked(part: Part) -> bool:
    """Whether the XML has no such element: most XML has none for these modules, so it says nothing of anybody."""
    seldom = part.module.module in ("oc3", "ad1", "social_worker", "dolo")
    return seldom and not part.table.rows_in and part.table.name.endswith(f": {part.module.element}")


def _unfolded(part: Part, modules: Mapping[str, Module]) -> list[Part]:
    """A header, and the tables that its further columns are."""
    if part.module.module != "header":
        return [part]
    found = [part]
    for name, columns in _TOGETHER.items():
        said = ~np.logical_and.reduce([part.table.column(column).blank for column in columns])
        said &= ~_says_no(part, "UASC") if name == "uasc" else True
        if said.any():
            rows = part.table.taken(said)
            blank = pa.nulls(len(rows.rows), pa.string())
            lacking = [column for column in modules[name].columns.required if not rows.has(column)]
            rows = replace(
                rows.with_columns(dict.fromkeys(lacking, blank)),
                name=f"{rows.name} ({name})",
                twice=frozenset(),
            )
            found.append(replace(part, module=modules[name], table=rows))
    return found


def _says_no(part: Part, column: str) -> np.ndarray:
    held = part.table.column(column)
    return held.spread(np.array([text.casefold() in FALSE for text in held.texts], dtype=bool), False)


def _orders(delivered: Return, formats: Formats) -> dict[str, str]:
    """The day of each child's adoption order: the end of the episode that closed with it."""
    found: dict[str, str] = {}
    for part in delivered.of("episodes"):
        reason = part.table.column("REC")
        adopted = reason.spread(
            np.array([t[:3].upper() in ("E11", "E12") for t in reason.texts], dtype=bool), False
        )
        days = days_of(part, "DEC", formats)
        some = np.flatnonzero(adopted & ~np.isnat(days))
        children = part.table.column("CHILD").at(some).values()
        found |= dict(zip(children, np.datetime_as_string(days[some]), strict=True))
    return found


def _looked_up(part: Part, found: Mapping[str, str]) -> pa.Array:
    return pa.array(
        part.table.column("CHILD").values().map(found).astype("object"), pa.string(), from_pandas=True
    )
