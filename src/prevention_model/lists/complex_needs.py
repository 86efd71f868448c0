"""Children for whom others lead already (M30): counted beside a zone's list, never ranked, never named on it."""

from collections.abc import Collection
from datetime import date

import pandas as pd

from prevention_model.disclosure import is_small
from prevention_model.lists.facts import SMALL, ComplexNeeds, NotHeld
from prevention_model.lists.known import open_spells
from prevention_model.records import Records

DELIVERED = "complex_needs"
"""The attribute by which an agency can deliver the groups that no statutory return holds, by these values."""

_GROUPS = (
    ("in_care", "In the care of the authority", "Care plan", "The child's social worker"),
    (
        "placed_away",
        "Placed away from home because of harm or neglect",
        "Care plan",
        "The child's social worker",
    ),
    (
        "high_cost_health",
        "Support that health pays for in full",
        "Continuing care package, or the education, health and care plan",
        "Whoever the health commissioner named",
    ),
    (
        "early_long_term_concern",
        "Young children about whom all agencies are concerned for the long term",
        "The plan that agencies agreed",
        "Whoever the agencies named; else the health visitor",
    ),
)
_AT_HOME = frozenset({"with_parents", "adoption_order_current_carer"})
_HARM = frozenset({"abuse_or_neglect", "N1"})


def complex_needs(records: Records, people: Collection[str], index_date: date) -> tuple[ComplexNeeds, ...]:
    """The four groups among `people`, the children of a zone, as known at the index date.

    A small count is not shown, nor one from which a small one could be worked out; a group that no source delivers
    says so.
    """
    found = _counts(records, people, index_date)
    return tuple(
        ComplexNeeds(name, _printed(found, group), plan, leads) for group, name, plan, leads in _GROUPS
    )


def _printed(found: dict[str, int | None], group: str) -> str | NotHeld:
    count = found[group]
    if count is None:
        return NotHeld("no source delivers it")
    # Whoever is placed away is in care too, so the rest of those in care could be worked out.
    rest = (found["in_care"] or 0) - count if group == "placed_away" else 0
    return SMALL if is_small(count) or is_small(rest) else f"{count:,}"


def _counts(records: Records, people: Collection[str], index_date: date) -> dict[str, int | None]:
    """Children of each group; None where no source delivers it."""
    spell, attribute = records.frames["spell"], records.frames["attribute"]
    here = set(people)
    attribute = attribute[attribute["name"].isin([DELIVERED, "care_need"])]
    said = attribute[attribute["name"].eq(DELIVERED) & attribute["known_date"].lt(pd.Timestamp(index_date))]
    last = said.sort_values(["event_date", "known_date"], kind="stable").drop_duplicates(
        "person_id", keep="last"
    )
    counts: dict[str, int | None] = {}
    for group, *_ in _GROUPS:
        told = set(last.loc[last["value"].eq(group), "person_id"])
        counts[group] = len(told & here) if len(last) and group not in ("in_care", "placed_away") else None
    if spell["kind"].eq("care_period").any():
        open_now = open_spells(spell, index_date)
        care = set(open_now.loc[open_now["kind"].eq("care_period"), "person_id"]) & here
        away = open_now["kind"].eq("placement") & ~open_now["code"].isin(_AT_HOME)
        counts["in_care"] = len(care)
        needs = attribute.loc[attribute["name"].eq("care_need") & attribute["value"].isin(_HARM), "person_id"]
        counts["placed_away"] = len(care & set(open_now.loc[away, "person_id"]) & set(needs))
    return counts
