"""PM018: groups that are too small, or whose trait is on no record, so that nothing can be said of them."""

from typing import Any

import numpy as np

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import NOT_RECORDED, Evidence, OutcomeEvidence
from prevention_model.audit.grouping import Grouping, groupings, known_rows
from prevention_model.pages.words import plural
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when a trait is on no record for more children than the policy allows, or a grouping holds one group;
    "too few" when too many of those to whom it happened are in small groups."""
    known = known_rows(outcome, policy)
    rows = [_row(grouping, policy) for grouping in groupings(known, policy) if grouping.name in policy.groups]
    blank = [row for row in rows if row["not_recorded"] > row["limit"] or row["groups"] < 2]
    small = [row for row in rows if row["cases_in_small_groups"] > policy.maximum_share_unassessed]
    if blank:
        named = "; ".join(_said(row) for row in sorted(blank, key=lambda row: -row["not_recorded"])[:3])
        return Finding.failed(f"{len(blank)} of {len(rows)} groupings tell too little: {named}.", rows)
    if small:
        named = "; ".join(
            f"{row['grouping']}, {row['cases_in_small_groups']:.0%} of those to whom it happened"
            for row in small[:3]
        )
        return Finding.too_few(f"Too many are in groups too small to assess: {named}.", rows)
    worst = max(rows, key=lambda row: row["not_recorded"] - row["limit"])
    return Finding.passed(
        f"All {len(rows)} groupings can be seen; the nearest to its limit is {_said(worst)}.", rows
    )


def _row(grouping: Grouping, policy: Policy) -> dict[str, Any]:
    few = (grouping.people < policy.min_people) | (grouping.cases < policy.min_events)
    blank = np.array([label == NOT_RECORDED for label in grouping.labels])
    everybody, cases = max(int(grouping.people.sum()), 1), max(int(grouping.cases.sum()), 1)
    return {
        "grouping": grouping.name,
        "groups": int((~blank).sum()),
        "small_groups": int(few.sum()),
        "cases_in_small_groups": float(grouping.cases[few].sum() / cases),
        "not_recorded": float(grouping.people[blank].sum() / everybody),
        "limit": policy.not_recorded_max_by_group.get(grouping.name, policy.not_recorded_max),
    }


def _said(row: dict[str, Any]) -> str:
    return f"{row['grouping']}, not recorded for {row['not_recorded']:.0%}, {plural(row['groups'], 'group')}"


CHECK = Check(
    code="PM018",
    title="Groups that cannot be seen",
    why="An audit must not pass because a group was too small, or nobody wrote down who belongs to it.",
    policy_keys=(
        "not_recorded_max",
        "not_recorded_max_by_group",
        "maximum_share_unassessed",
        "groups",
        "min_people",
        "min_events",
    ),
    run=look,
)
