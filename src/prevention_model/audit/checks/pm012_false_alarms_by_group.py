"""PM012: of the children chosen, one group must not be chosen for nothing much more often than the others."""

from typing import Any

import numpy as np

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.fairlearn_rates import with_point_values
from prevention_model.audit.gaps import (
    FEW,
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
    """Fails when, among those chosen, the share to whom it did not happen is higher in a group than in the
    rest by more than the limit, with an interval above no gap."""
    known = known_rows(outcome, policy)
    rows = _gaps(known, groupings(known, policy), policy)
    caught = sorted((row for row in rows if row["judged"] == FOUND), key=lambda row: -row["gap"])
    note = multiplicity(rows, policy)
    if caught:
        named = "; ".join(_said(row) for row in caught[:3])
        groups = len({(row["grouping"], row["group"]) for row in caught})
        return Finding.failed(
            f"Chosen for nothing more often in {plural(groups, 'group')}: {named}. {note}", rows
        )
    # A zone's list is too short to compare many groups on: the wider cut decides whether there is enough.
    wide = [row for row in rows if row["cut"] != "the list"]
    name, share = unassessed_share(wide, "chosen_people")
    assessed = [row for row in rows if row["judged"] != FEW]
    if share > policy.maximum_share_unassessed or not assessed:
        return Finding.too_few(
            f"By {name}, {share:.0%} of those chosen are in groups too small to assess.", rows
        )
    worst = max(assessed, key=lambda row: row["gap"])
    return Finding.passed(f"No gap above the limits; the largest is {_said(worst)}. {note}", rows)


def _gaps(known: Known, found: list[Grouping], policy: Policy) -> list[dict[str, Any]]:
    in_vain = known.happened == 0
    cuts = known.cuts(policy)
    people = {
        (cut, grouping.name): grouping.counted(known.people, chosen)
        for cut, chosen in cuts.items()
        for grouping in found
    }
    enough = {key: counts >= policy.min_people for key, counts in people.items()}
    limits = limits_by_grouping(found, policy.false_alarm_gap_max, policy.false_alarm_gap_by_group)
    rates = [Rate(cut, hits=in_vain, of=chosen) for cut, chosen in cuts.items()]
    rows = rate_gaps(rates, found, known.families, enough, limits, policy)
    with_point_values(rows, known, cuts, found, "in_vain")
    beside = {
        (cut, grouping.name): _beside(known, chosen, grouping, people[cut, grouping.name])
        for cut, chosen in cuts.items()
        for grouping in found
    }
    return [row | beside[row["cut"], row["grouping"]][row["group"]] for row in rows]


def _beside(
    known: Known, chosen: np.ndarray, grouping: Grouping, people: np.ndarray
) -> dict[str, dict[str, float]]:
    """By label: the share chosen of those to whom it did not happen, the share of all chosen, and how many."""
    alarms = grouping.share(chosen, known.happened == 0)
    share = grouping.share(chosen, np.ones_like(chosen))
    return {
        label: {
            "false_alarm_rate": float(alarms[at]),
            "chosen": float(share[at]),
            "chosen_people": int(people[at]),
        }
        for at, label in enumerate(grouping.labels)
    }


def _said(row: dict[str, Any]) -> str:
    return (
        f"{row['grouping']} {row['group']} at {row['cut']}, {row['value']:.0%} for nothing against "
        f"{row['rest']:.0%} (gap {row['gap']:+.2f}, {row['lower']:+.2f} to {row['upper']:+.2f})"
    )


CHECK = Check(
    code="PM012",
    title="False alarms by group",
    why="To be asked in vain costs a family trust. The cost must not fall on one group.",
    policy_keys=(
        "false_alarm_gap_max",
        "false_alarm_gap_by_group",
        "wider_cut",
        "groups",
        "intersections",
        "min_people",
        "maximum_share_unassessed",
    ),
    run=look,
)
