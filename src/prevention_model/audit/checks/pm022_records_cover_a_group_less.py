"""PM022: in one group fewer features have a value than in the others, so that its children are seen in less detail."""

from typing import Any

import numpy as np

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.gaps import FEW, FOUND, Rate, limits_by_grouping, multiplicity, rate_gaps
from prevention_model.audit.grouping import groupings, known_rows
from prevention_model.pages.words import plural
from prevention_model.settings.policy import Policy

CUT = "features without a value"


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when the share of features without a value is larger in a group than in the rest by more than the limit,
    with an interval above no gap."""
    if "covered" not in outcome.predictions:
        return Finding.too_few("It is not known how many features of each child have a value.")
    known = known_rows(outcome, policy)
    covered = outcome.predictions.loc[outcome.predictions["outcome"].notna(), "covered"].to_numpy()
    found = groupings(known, policy)
    rate = Rate(CUT, hits=1 - covered, of=np.ones(len(covered), dtype=bool))
    large = {(rate.cut, grouping.name): grouping.people >= policy.min_people for grouping in found}
    limits = limits_by_grouping(found, policy.covered_gap_max, policy.covered_gap_by_group)
    rows = rate_gaps([rate], found, known.families, large, limits, policy)
    assessed = [row for row in rows if row["judged"] != FEW]
    if not assessed:
        return Finding.too_few("No group is large enough to assess.", rows)
    note = multiplicity(rows, policy)
    said = f"{covered.mean():.0%} of features have a value"
    caught = sorted((row for row in rows if row["judged"] == FOUND), key=lambda row: -row["gap"])
    if caught:
        named = "; ".join(_said(row) for row in caught[:3])
        return Finding.failed(f"{said}, fewer in {plural(len(caught), 'group')}: {named}. {note}", rows)
    worst = max(assessed, key=lambda row: row["gap"])
    return Finding.passed(f"{said}; no gap above the limits, the largest is {_said(worst)}. {note}", rows)


def _said(row: dict[str, Any]) -> str:
    return (
        f"{row['grouping']} {row['group']}, {row['value']:.0%} without a value against {row['rest']:.0%} "
        f"(gap {row['gap']:+.2f}, {row['lower']:+.2f} to {row['upper']:+.2f})"
    )


CHECK = Check(
    code="PM022",
    title="Records cover a group less",
    why="Of whom less is known less is found, and nobody notices, for there is nothing to see.",
    policy_keys=("covered_gap_max", "covered_gap_by_group", "groups", "intersections", "min_people"),
    run=look,
)
