"""PM005: the same level must mean the same in every group."""

from typing import Any

import numpy as np

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.gaps import FEW, multiplicity
from prevention_model.audit.grouping import Grouping, Known, groupings, known_rows
from prevention_model.audit.ratios import OUTSIDE, distance, judged_ratio
from prevention_model.metrics import Resampled, family_bootstrap_each
from prevention_model.pages.words import plural
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when a group's observed over expected is outside the band and its interval leaves 1 out."""
    known = known_rows(outcome, policy)
    rows = _ratios(known, groupings(known, policy), policy)
    assessed = [row for row in rows if row["judged"] != FEW]
    if not assessed:
        return Finding.too_few(
            f"No group has {policy.group_calibration_min_events} children to whom it happened.", rows
        )
    said = f"{len(assessed)} of {len(rows)} groups are large enough to assess"
    outside = [row for row in assessed if row["judged"] == OUTSIDE]
    if outside:
        named = "; ".join(_said(row) for row in sorted(outside, key=distance, reverse=True)[:3])
        return Finding.failed(
            f"In {plural(len(outside), 'group')} the levels mean something else: {named}. {said}.", rows
        )
    worst = max(assessed, key=distance)
    return Finding.passed(f"{said}; the furthest is {_said(worst)}. {multiplicity(rows, policy)}", rows)


def _ratios(known: Known, found: list[Grouping], policy: Policy) -> list[dict[str, Any]]:
    drawn = Resampled.joined(_observed_over_expected(known, found, policy))
    ratio = np.square(drawn.estimate)
    places = [(grouping, at) for grouping in found for at in range(len(grouping.labels))]
    able = np.array(
        [
            grouping.cases[at] >= policy.group_calibration_min_events
            and grouping.people[at] >= policy.min_people
            for grouping, at in places
        ]
    )
    # A spread that came out small by chance is no surer than a count by these levels would be.
    half = drawn.reach(able) * np.where(able, np.fmax(drawn.spread, _spread_by_levels(known, found)), np.nan)
    low, high = (np.square(np.maximum(end, 0.0)) for end in (drawn.estimate - half, drawn.estimate + half))
    return [
        {
            "cut": "all",
            "grouping": grouping.name,
            "group": grouping.labels[at],
            "people": grouping.people[at],
            "events": grouping.cases[at],
            "value": ratio[row],
            "value_lower": drawn.lower[row] ** 2,
            "value_upper": drawn.upper[row] ** 2,
            "lower": low[row],
            "upper": high[row],
            "judged": judged_ratio(ratio[row], low[row], high[row], policy.group_observed_expected)
            if able[row]
            else FEW,
        }
        for row, (grouping, at) in enumerate(places)
    ]


def _observed_over_expected(known: Known, found: list[Grouping], policy: Policy) -> list[Resampled]:
    """By group, the root of observed over expected: on that scale the spread of a count hardly hangs on the count, so
    that a group in which it happened to few by chance does not look surer than it is (M. S. Bartlett 1936)."""
    sums = []
    for grouping in found:
        members = grouping.members
        sums.append(np.column_stack([members * known.happened[:, None], members * known.level[:, None]]))

    def roots(total: np.ndarray) -> np.ndarray:
        observed, expected = np.split(total, 2, axis=1)
        root: np.ndarray = np.sqrt(observed / expected)
        return root

    return family_bootstrap_each(
        known.families, sums, [roots] * len(sums), policy.resamples, policy.seed, policy.confidence
    )


def _spread_by_levels(known: Known, found: list[Grouping]) -> np.ndarray:
    """By group, the spread of the same root were every level exactly right and no child like its brother or sister."""
    expected, varies = (
        np.concatenate([grouping.members.T @ each for grouping in found])
        for each in (known.level, known.level * (1 - known.level))
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        spread: np.ndarray = np.sqrt(varies) / (2 * expected)
    return spread


def _said(row: dict[str, Any]) -> str:
    return (
        f"{row['grouping']} {row['group']}, observed over expected {row['value']:.2f} "
        f"({row['lower']:.2f} to {row['upper']:.2f})"
    )


CHECK = Check(
    code="PM005",
    title="Levels do not match what happened in a group",
    why="In Allegheny the same score meant 50% placed among Black and 30% among White children.",
    policy_keys=(
        "group_observed_expected",
        "group_calibration_min_events",
        "groups",
        "intersections",
        "min_people",
    ),
    run=look,
)
