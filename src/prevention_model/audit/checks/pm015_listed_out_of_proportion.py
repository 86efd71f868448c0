"""PM015: who is listed, group by group, beside whom the outcome happens to."""

from typing import Any

import numpy as np

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.fairlearn_rates import rates_by_label
from prevention_model.audit.gaps import FEW, multiplicity
from prevention_model.audit.grouping import Grouping, Known, groupings, known_rows
from prevention_model.audit.ratios import OUTSIDE, distance, judged_ratio
from prevention_model.metrics import Resampled, family_bootstrap_each
from prevention_model.pages.words import plural
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when a group's share of those chosen, over its share of those to whom it happened, is outside the band
    and its interval leaves 1 out."""
    known = known_rows(outcome, policy)
    rows = _ratios(known, groupings(known, policy), policy)
    assessed = [row for row in rows if row["judged"] != FEW]
    if not assessed:
        return Finding.too_few("No group is large enough to assess.", rows)
    note = multiplicity(rows, policy)
    outside = sorted((row for row in assessed if row["judged"] == OUTSIDE), key=distance, reverse=True)
    if outside:
        groups = len({(row["grouping"], row["group"]) for row in outside})
        named = "; ".join(_said(row) for row in outside[:3])
        return Finding.failed(f"Chosen out of proportion in {plural(groups, 'group')}: {named}. {note}", rows)
    return Finding.passed(
        f"No group outside its band; the furthest is {_said(max(assessed, key=distance))}. {note}", rows
    )


def _ratios(known: Known, found: list[Grouping], policy: Policy) -> list[dict[str, Any]]:
    cuts = known.cuts(policy)
    drawn = Resampled.joined(
        [each for chosen in cuts.values() for each in _excess(known, chosen, found, policy)]
    )
    places = [(cut, grouping, at) for cut in cuts for grouping in found for at in range(len(grouping.labels))]
    able = np.array(
        [
            grouping.people[at] >= policy.min_people and grouping.cases[at] >= policy.min_events
            for _, grouping, at in places
        ]
    ) & np.isfinite(drawn.spread)
    low, high = drawn.simultaneous(able)
    rates = {
        (cut, grouping.name): rates_by_label(known.happened, chosen, grouping, "chosen")
        for cut, chosen in cuts.items()
        for grouping in found
    }
    cases = np.array([grouping.share_of_rows(known.happened == 1)[at] for _, grouping, at in places])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, lower, upper = (1 + end / cases for end in (drawn.estimate, low, high))
    return [
        {
            "cut": cut,
            "grouping": grouping.name,
            "group": grouping.labels[at],
            "people": grouping.people[at],
            "events": grouping.cases[at],
            "selection_rate": rates[cut, grouping.name][at],
            "rate": float(known.happened[grouping.codes == at].mean()),
            "value": ratio[row],
            "lower": max(lower[row], 0.0) if able[row] else np.nan,
            "upper": upper[row],
            "judged": judged_ratio(ratio[row], lower[row], upper[row], _band(grouping.name, policy))
            if able[row]
            else FEW,
        }
        for row, (cut, grouping, at) in enumerate(places)
    ]


def _excess(known: Known, chosen: np.ndarray, found: list[Grouping], policy: Policy) -> list[Resampled]:
    """By group, its share of the chosen less its share of those to whom it happened: 0 where in proportion.

    A difference and not the ratio, which leaps where next to nobody of a group is chosen.
    """
    sums = []
    for grouping in found:
        members = grouping.members
        sums.append(np.column_stack([members * chosen[:, None], members * known.happened[:, None]]))

    def excess(total: np.ndarray) -> np.ndarray:
        picked, cases = np.split(total, 2, axis=1)
        share: np.ndarray = picked / picked.sum(axis=1, keepdims=True)
        return share - cases / cases.sum(axis=1, keepdims=True)

    return family_bootstrap_each(
        known.families, sums, [excess] * len(sums), policy.resamples, policy.seed, policy.confidence
    )


def _band(grouping: str, policy: Policy) -> tuple[float, float]:
    return policy.selection_ratio_by_group.get(grouping, policy.selection_ratio)


def _said(row: dict[str, Any]) -> str:
    return (
        f"{row['grouping']} {row['group']} at {row['cut']}, {row['value']:.2f} times its share of those to whom it "
        f"happened ({row['lower']:.2f} to {row['upper']:.2f})"
    )


CHECK = Check(
    code="PM015",
    title="Listed out of proportion by group",
    why="A list that reaches one group far more, or far less, than what happens in it has to be explained to it.",
    policy_keys=(
        "selection_ratio",
        "selection_ratio_by_group",
        "wider_cut",
        "groups",
        "intersections",
        "min_people",
        "min_events",
    ),
    run=look,
)
