"""PM021: records put together with less certainty in one group, and what that does to who is missed."""

from typing import Any

import numpy as np
import pandas as pd

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.gaps import FEW, FOUND, Rate, limits_by_grouping, multiplicity, rate_gaps
from prevention_model.audit.grouping import Grouping, Known, grouping_of, groupings, known_rows
from prevention_model.settings.policy import Policy

UNSURE, SURE = "linked with less certainty", "linked surely"
LINKAGE = "linkage"


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when a group's records hang together by unsure links more often than the rest's by more than the limit,
    or when children linked with less certainty are missed more often by more than the limit for missed children."""
    if "link_certainty" not in outcome.predictions:
        return Finding.too_few("It is not known how surely the records of each child were put together.")
    known = known_rows(outcome, policy)
    certainty = outcome.predictions.loc[outcome.predictions["outcome"].notna(), "link_certainty"]
    unsure = certainty.to_numpy() < policy.sure_link_min
    rows = _by_group(known, unsure, groupings(known, policy), policy)
    rows += _effect(known, unsure, policy)
    if all(row["judged"] == FEW for row in rows):
        return Finding.too_few("No group is large enough to assess.", rows)
    caught = sorted((row for row in rows if row["judged"] == FOUND), key=lambda row: -row["gap"])
    note = multiplicity(rows, policy)
    said = f"{unsure.mean():.1%} of the rows hang together by a link below {policy.sure_link_min:.0%}"
    if caught:
        named = "; ".join(_said(row) for row in caught[:3])
        return Finding.failed(f"{said}, unevenly: {named}. {note}", rows)
    worst = max((row for row in rows if row["judged"] != FEW), key=lambda row: row["gap"])
    return Finding.passed(f"{said}; no gap above the limits, the largest is {_said(worst)}. {note}", rows)


def _by_group(
    known: Known, unsure: np.ndarray, found: list[Grouping], policy: Policy
) -> list[dict[str, Any]]:
    everybody = np.ones(len(unsure), dtype=bool)
    rate = Rate(UNSURE, hits=unsure, of=everybody)
    large = {(rate.cut, grouping.name): grouping.people >= policy.min_people for grouping in found}
    limits = limits_by_grouping(found, policy.unsure_link_gap_max, {})
    return rate_gaps([rate], found, known.families, large, limits, policy)


def _effect(known: Known, unsure: np.ndarray, policy: Policy) -> list[dict[str, Any]]:
    """Missed children among those linked surely and not, at the wider cut."""
    found = grouping_of(LINKAGE, pd.Series(np.where(unsure, UNSURE, SURE)), known)
    rate = Rate("missed at the wider cut", hits=~known.wide, of=known.happened == 1)
    large = {(rate.cut, LINKAGE): (found.people >= policy.min_people) & (found.cases >= policy.min_events)}
    return rate_gaps([rate], [found], known.families, large, {LINKAGE: policy.missed_gap_max}, policy)


def _said(row: dict[str, Any]) -> str:
    return (
        f"{row['grouping']} {row['group']}, {row['cut']}, {row['value']:.1%} against {row['rest']:.1%} "
        f"(gap {row['gap']:+.3f}, {row['lower']:+.3f} to {row['upper']:+.3f})"
    )


CHECK = Check(
    code="PM021",
    title="Linkage less sure in a group",
    why="Some names are written in more ways than others. Records that are not put together show half a child.",
    policy_keys=(
        "sure_link_min",
        "unsure_link_gap_max",
        "missed_gap_max",
        "wider_cut",
        "groups",
        "intersections",
        "min_people",
        "min_events",
    ),
    run=look,
)
