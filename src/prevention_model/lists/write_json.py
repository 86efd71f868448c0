"""A list as JSON for another system: every field by its name, as `data_schemas/zone_list.schema.json` says."""

import json
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from prevention_model.lists.facts import NotHeld, Reason
from prevention_model.lists.flat import unranked_lines
from prevention_model.lists.rows import ChildRow, FamilyRow, ListHeader, ZoneList

FORMAT = "prevention-model zone list 1"

_KEPT = {FamilyRow: {"household_id", "rank"}, ChildRow: {"person_id"}}
"""For the record of the list alone, and never written in it."""


def list_json(made: ZoneList) -> bytes:
    """The list as UTF-8. Dates are YYYY-MM-DD; what is not held is an object that says why; no count is small.

    The same list gives the same bytes; keys stand in the order of showing.
    """
    content = {
        "format": FORMAT,
        "header": _header(made.header),
        "families": _plain(made.families),
        "complex_needs": _plain(made.complex_needs),
        "not_ranked": [{"reason": why, "children": count} for why, count in unranked_lines(made)],
        "offers_needed": _plain(made.offers_needed),
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _header(header: ListHeader) -> dict[str, Any]:
    return {**_plain(header), "data_as_at": {source: day.isoformat() for source, day in header.data_as_at}}


def _plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, NotHeld):
        return {"not_held": value.reason}
    if is_dataclass(value) and not isinstance(value, type):
        kept = _KEPT.get(type(value), set())
        told = {
            item.name: _plain(getattr(value, item.name)) for item in fields(value) if item.name not in kept
        }
        if isinstance(value, Reason):
            told["code"] = value.code
        if isinstance(value, FamilyRow):
            told["plan_in_place"] = value.plan_in_place
        return told
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
