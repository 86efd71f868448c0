"""PM006: of the children to whom it happened, one group must not be missed much more often than the rest."""

from typing import Any

import numpy as np

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.fairlearn_rates import with_point_values
from prevention_model.audit.gaps import (
    FOUND,
    Rate,
    limits_by_grouping,
    multiplicity,
    rate_gaps,
    unassessed_share,
)
from prevention_model.audit.grouping import Grouping, Known, groupings, known_rows
from prevention_model.pages.words import plural
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """At list capacity, where nearly everybody is missed, and at the wider cut. Fails when a group is missed
    more often than the rest by more than the limit, with an interval above no gap."""
    known = known_rows(outcome, policy)
    found = groupings(known, policy)
    rows = _gaps(known, found, policy)
    caught = sorted((row for row in rows if row["judged"] == FOUND), key=lambda row: -row["gap"])
    name, share = unassessed_share(rows, "events")
    note = multiplicity(rows, policy)
    if caught:
        named = "; ".join(_said(row) for row in caught[:3])
        groups = len({(row["grouping"], row["group"]) for row in caught})
        return Finding.failed(f"Missed more often in {plural(groups, 'group')}: {named}. {note}", rows)
    if share > policy.maximum_share_unassessed:
        return Finding.too_few(
            f"By {name}, {share:.0%} of the children to whom it happened are in groups too small to assess.",
            rows,
        )
    worst = max((row for row in rows if row["judged"] != "too few"), key=lambda row: row["gap"], default=None)
    if worst is None:
        return Finding.too_few("No group is large enough to assess.", rows)
    return Finding.passed(f"No gap above the limits; the largest is {_said(worst)}. {note}", rows)


def _gaps(known: Known, found: list[Grouping], policy: Policy) -> list[dict[str, Any]]:
    cases = known.happened == 1
    cuts = known.cuts(policy)
    rates = [Rate(cut, hits=~chosen, of=cases) for cut, chosen in cuts.items()]
    enough = {
        (cut, grouping.name): (grouping.people >= policy.min_people) & (grouping.cases >= policy.min_events)
        for cut in cuts
        for grouping in found
    }
    limits = limits_by_grouping(found, policy.missed_gap_max, policy.missed_gap_by_group)
    rows = rate_gaps(rates, found, known.families, enough, limits, policy)
    with_point_values(rows, known, cuts, found, "missed")
    beside = {
        (cut, grouping.name): _beside(known, chosen, grouping)
        for cut, chosen in cuts.items()
        for grouping in found
    }
    return [row | beside[row["cut"], row["grouping"]][row["group"]] for row in rows]


def _beside(known: Known, chosen: np.ndarray, grouping: Grouping) -> dict[str, dict[str, float]]:
    """By label: the share of all its children chosen, and the gap to be expected were the levels exactly right
    in every group (children at lower risk are lower on any ranking). The second says nothing about a group
    whose levels are wrong: read it beside PM005."""
    size = len(grouping.labels)
    of = np.bincount(grouping.codes, weights=known.level, minlength=size)
    missed = np.bincount(grouping.codes, weights=known.level * ~chosen, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = missed / of - (missed.sum() - missed) / (of.sum() - of)
    share = grouping.share(chosen, np.ones_like(chosen))
    return {
        label: {"chosen": float(share[at]), "gap_by_levels": float(gap[at])}
        for at, label in enumerate(grouping.labels)
    }


def _said(row: dict[str, Any]) -> str:
    return (
        f"{row['grouping']} {row['group']} at {row['cut']}, {row['value']:.0%} missed against {row['rest']:.0%} "
        f"(gap {row['gap']:+.2f}, {row['lower']:+.2f} to {row['upper']:+.2f})"
    )


CHECK = Check(
    code="PM006",
    title="Children missed more often in a group",
    why="A list that overlooks the children of one group takes help from them, however good it is on the whole.",
    policy_keys=(
        "missed_gap_max",
        "missed_gap_by_group",
        "wider_cut",
        "groups",
        "intersections",
        "min_people",
        "min_events",
        "maximum_share_unassessed",
    ),
    run=look,
)
