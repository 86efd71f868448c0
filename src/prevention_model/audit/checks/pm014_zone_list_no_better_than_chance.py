"""PM014: in each zone, at that zone's own capacity, the list must find more than a draw by lot would."""

from typing import Any

import numpy as np
from scipy.stats import norm

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.grouping import grouping_of, known_rows
from prevention_model.metrics import effective_size, family_bootstrap, sums_by_family, wilson
from prevention_model.pages.words import plural
from prevention_model.settings.policy import Policy

BETTER, WEAK, UNCLEAR, FEW = "better than chance", "too near to chance", "cannot tell", "too few"


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when the list of a zone is shown to find less than `zone_lift_min` times what chance would; "too few"
    when a zone's list is not shown to be better than chance either."""
    if not outcome.predictions["listed"].any():
        return Finding.not_applicable("Nobody would have been listed, so no zone has a list to judge.")
    rows = _zones(outcome, policy)
    assessed = [row for row in rows if row["judged"] != FEW]
    weak = [row for row in rows if row["judged"] == WEAK]
    said = f"{len(assessed)} of {len(rows)} zones have lists long enough to assess"
    if weak:
        named = "; ".join(_said(row) for row in weak[:3])
        return Finding.failed(
            f"In {plural(len(weak), 'zone')} the list is too near to chance: {named}. {said}.", rows
        )
    open_zones = [row for row in rows if row["judged"] in (UNCLEAR, FEW)]
    if open_zones:
        named = ", ".join(str(row["group"]) for row in open_zones[:5])
        return Finding.too_few(
            f"{said}; not shown to be better than chance in {len(open_zones)}: {named}.", rows
        )
    worst = min(assessed, key=lambda row: row["value"])
    return Finding.passed(f"{said}, and each finds more than chance; the least in {_said(worst)}.", rows)


def _zones(outcome: OutcomeEvidence, policy: Policy) -> list[dict[str, Any]]:
    """One row a zone: the share of those listed to whom it happened, over the share of all its children. People and
    events are those of the list."""
    known = known_rows(outcome, policy)
    zones = grouping_of(
        "zone", outcome.predictions.loc[outcome.predictions["outcome"].notna(), "zone"], known
    )
    members, size = zones.members, len(zones.labels)
    listed = members * known.listed[:, None]
    sums = np.column_stack([listed, listed * known.happened[:, None]])
    drawn = family_bootstrap(
        known.families,
        sums,
        lambda total: total[:, size:] / total[:, :size],
        policy.resamples,
        policy.seed,
        policy.confidence,
    )
    people = zones.counted(known.people, known.listed)
    found = zones.counted(known.people, known.listed & (known.happened == 1))
    able = (people >= policy.min_people) & (zones.cases >= policy.min_events)
    base = members.T @ known.happened / members.sum(axis=0)
    families = (sums_by_family(known.families, listed) > 0).sum(axis=0)
    # Where no resample varies (nobody found at all) the width is that of one comparison.
    reach = np.nan_to_num(drawn.reach(able), nan=float(norm.ppf(0.5 + policy.confidence / 2)))
    low, high = wilson(drawn.estimate, effective_size(drawn.estimate, drawn.spread, families), reach)
    with np.errstate(divide="ignore", invalid="ignore"):
        lift, lower, upper = drawn.estimate / base, low / base, high / base
    return [
        {
            "grouping": "zone",
            "group": zones.labels[at],
            "people": int(people[at]),
            "events": int(found[at]),
            "precision": drawn.estimate[at],
            "rate_in_zone": base[at],
            "value": lift[at],
            "lower": lower[at] if able[at] else np.nan,
            "upper": upper[at] if able[at] else np.nan,
            "judged": _judged(lower[at], upper[at], policy) if able[at] else FEW,
        }
        for at in range(size)
    ]


def _judged(lower: float, upper: float, policy: Policy) -> str:
    if upper < policy.zone_lift_min:
        return WEAK
    return BETTER if lower > 1 else UNCLEAR


def _said(row: dict[str, Any]) -> str:
    return f"{row['group']}, {row['value']:.1f} times chance ({row['lower']:.1f} to {row['upper']:.1f})"


CHECK = Check(
    code="PM014",
    title="A zone's list is no better than chance",
    why="A list that is good in the county and useless in one zone wastes that zone's families and its coordinator.",
    policy_keys=("zone_lift_min", "min_people", "min_events", "resamples", "confidence"),
    run=look,
)
