"""PM016: a gap can hide in a combination of traits, such as girls of one origin with special needs."""

from typing import Any

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.gaps import FEW, FOUND, Rate, multiplicity, rate_gaps
from prevention_model.audit.grouping import Grouping, Known, known_rows
from prevention_model.audit.pooling import OTHERS, pooled
from prevention_model.errors import WrongUsage
from prevention_model.settings.policy import Policy

MISSED, FOR_NOTHING = "missed at", "for nothing at"


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when a pooled combination is missed, or chosen for nothing, more often than the rest by more than its
    limit, with an interval above no gap."""
    if len(policy.pooled_traits) < 2:
        return Finding.not_applicable("The policy names no traits to combine.")
    absent = [name for name in policy.pooled_traits if name not in outcome.groups.columns]
    if absent:
        raise WrongUsage(f"There is no column for: {', '.join(absent)}.", where="groups")
    known = known_rows(outcome, policy)
    found = pooled(known, policy.pooled_traits, policy.pooled_min_people, policy.pooled_min_events)
    rows = _gaps(known, found, policy)
    assessed = [row for row in rows if row["judged"] != FEW]
    said = f"{len(found.labels)} combinations of {', '.join(policy.pooled_traits)} after pooling"
    if len(found.labels) < 2 or not assessed:
        return Finding.too_few(f"{said}: too few to compare.", rows)
    note = multiplicity(rows, policy)
    caught = sorted((row for row in rows if row["judged"] == FOUND), key=lambda row: -row["gap"])
    if caught:
        groups = len({row["group"] for row in caught})
        named = "; ".join(_said(row) for row in caught[:3])
        return Finding.failed(f"A gap in {groups} of {said}: {named}. {note}", rows)
    lost = float((found.codes == _place(found, OTHERS)).mean())
    if lost > policy.maximum_share_unassessed:
        return Finding.too_few(f"{said}; {lost:.0%} of the rows are in combinations too small even so.", rows)
    worst = max(assessed, key=lambda row: row["gap"])
    return Finding.passed(f"{said}, no gap above the limits; the largest is {_said(worst)}. {note}", rows)


def _gaps(known: Known, found: Grouping, policy: Policy) -> list[dict[str, Any]]:
    cases, in_vain = known.happened == 1, known.happened == 0
    rates = []
    for cut, chosen in known.cuts(policy).items():
        rates.append(Rate(f"{MISSED} {cut}", hits=~chosen, of=cases, limit=policy.pooled_missed_gap_max))
        rates.append(
            Rate(f"{FOR_NOTHING} {cut}", hits=in_vain, of=chosen, limit=policy.pooled_false_alarm_gap_max)
        )
    large = {
        (rate.cut, found.name): found.counted(known.people, rate.of)
        >= (policy.min_events if rate.cut.startswith(MISSED) else policy.min_people)
        for rate in rates
    }
    return rate_gaps(rates, [found], known.families, large, {}, policy)


def _place(found: Grouping, label: str) -> int:
    return found.labels.index(label) if label in found.labels else -1


def _said(row: dict[str, Any]) -> str:
    return (
        f"{row['group']}, {row['cut']}, {row['value']:.0%} against {row['rest']:.0%} "
        f"(gap {row['gap']:+.2f}, {row['lower']:+.2f} to {row['upper']:+.2f})"
    )


CHECK = Check(
    code="PM016",
    title="Gaps in combinations of traits",
    why="Each trait alone can look even while the children who share several are overlooked.",
    policy_keys=(
        "pooled_traits",
        "pooled_min_people",
        "pooled_min_events",
        "pooled_missed_gap_max",
        "pooled_false_alarm_gap_max",
        "wider_cut",
        "min_people",
        "min_events",
        "maximum_share_unassessed",
    ),
    run=look,
)
