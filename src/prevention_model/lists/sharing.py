"""What a recipient may see of what other agencies hold: the least that the work needs (R-20).

A coordinator may know *that* a service works with a family, because speaking to it comes first. What an
agency recorded is shown only where that agency agreed to it.
"""

from collections.abc import Collection, Hashable, Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.lists.rows import Reason
from prevention_model.lists.text import plain

HIDDEN = "Information held by another agency"

AGENCIES: dict[str, str] = {
    "schools": "Schools",
    "social_care": "Children's social care",
    "early_help": "Early help",
    "police": "Police",
    "housing": "Housing",
    "health": "Health",
    "youth_justice": "Youth justice",
    "parents_services": "Services for parents",
    "participation": "Participation and youth work",
    "place": "Area",
}
"""Agencies in words."""

MAY_SEE: frozenset[str] = frozenset({"schools", "early_help", "participation", "place"})
"""Whose information a coordinator may see where a reason does not say with whom it may be shared."""

RECIPIENT = frozenset({"zone_coordinator", "coordinator", "zone coordinator"})
"""The names by which a feature's `share_with` may call a coordinator."""


def agency_name(code: object) -> str:
    """An agency in words.

    >>> agency_name("schools"), agency_name("fire_service")
    ('Schools', 'Fire service')
    """
    text = plain(code)
    return AGENCIES.get(text, text.replace("_", " ").capitalize())


def shown_reasons(rows: pd.DataFrame, may_see: Collection[str] | None) -> tuple[Reason, ...]:
    """The reasons (or strengths) of one child as told; those not to be seen keep only their place.

    What the feature says decides: a row whose `share_with` names a coordinator is seen. Where a row says
    nothing, its agency must be in `MAY_SEE`. `may_see` (agencies) narrows both.
    """
    made = []
    for row in rows.to_dict("records"):
        if not _seen(row, may_see):
            made.append(Reason(HIDDEN, "", "", "", None, hidden=True))
            continue
        as_at = row.get("as_at")
        made.append(
            Reason(
                plain(row["text"]),
                plain(row["theme"]),
                agency_name(row["agency"]),
                plain(row["source"]).replace("_", " "),
                None if as_at is None or pd.isna(as_at) else as_day(as_at),
                bears_on=row["bears_on"],
            )
        )
    return tuple(made)


def may_be_shown(rows: pd.DataFrame) -> np.ndarray:
    """For each reason (agency, share_with) whether a coordinator may see it."""
    return np.array([_seen(row, None) for row in rows.to_dict("records")], dtype=bool)


def _seen(row: Mapping[Hashable, Any], may_see: Collection[str] | None) -> bool:
    agency = plain(row["agency"])
    if may_see is not None and agency not in may_see:
        return False
    agreed = row.get("share_with")
    if agreed is None or agreed is pd.NA or (isinstance(agreed, float) and agreed != agreed):
        return agency in MAY_SEE
    names = agreed.replace(";", ",").split(",") if isinstance(agreed, str) else list(agreed)
    return bool(RECIPIENT & {str(name).strip().lower() for name in names})


def as_day(value: Any) -> date:
    """A date from whatever a table holds it as.

    >>> as_day("2024-03-01")
    datetime.date(2024, 3, 1)
    """
    made: date = pd.Timestamp(value).date()
    return made
