"""Facts of a card that are figures: worked out from the evidence on one outcome, counts as they are."""

from typing import Any

import numpy as np
from scipy.stats import norm

from prevention_model.audit import Evidence, OutcomeEvidence
from prevention_model.audit.grouping import Grouping, Known, grouping_of, known_rows
from prevention_model.metrics import (
    calibration_line,
    effective_size,
    family_bootstrap,
    natural_frequency,
    net_benefit,
    sums_by_family,
    wilson,
)
from prevention_model.metrics.calibration import bins_of_equal_weight, slope_from_sums, slope_terms
from prevention_model.pipeline.figures import shares
from prevention_model.settings.policy import Policy

THRESHOLDS = (0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3)
"""Levels at which the decision curve is drawn: one child found may be worth 99 asked in vain, or about two."""

_BINS = 10


def missed_of(outcome: OutcomeEvidence, policy: Policy) -> dict[str, float]:
    """The share of those to whom it happened who were on no list, with its interval by family, and both counts."""
    known = known_rows(outcome, policy)
    cases = known.happened == 1
    resampled = family_bootstrap(
        known.families,
        np.column_stack([cases & ~known.listed, cases]),
        shares,
        resamples=policy.resamples,
        seed=policy.seed,
        confidence=policy.confidence,
    )
    return {
        "value": float(resampled.estimate[0]),
        "low": float(resampled.lower[0]),
        "high": float(resampled.upper[0]),
        "missed": int((cases & ~known.listed).sum()),
        "with_outcome": int(cases.sum()),
    }


def frequencies_of(outcome: OutcomeEvidence, policy: Policy) -> dict[str, int]:
    """How many children at dates judged the model, to how many it happened, and how many were on a list; the same of
    different children (`different_...`), the index dates, and families listed at dates."""
    known = known_rows(outcome, policy)
    rows = outcome.predictions[outcome.predictions["outcome"].notna()]
    listed = rows[rows["listed"]].groupby(["index_date", "family_id"])["outcome"].max()
    everybody = np.ones(len(known.people), dtype=bool)
    parts = {
        "children": everybody,
        "with_outcome": known.happened == 1,
        "listed": known.listed,
        "listed_with_outcome": known.listed & (known.happened == 1),
    }
    return {
        "dates": int(rows["index_date"].nunique()),
        "cut_short": int(outcome.predictions["outcome"].isna().sum()),
        **{name: int(part.sum()) for name, part in parts.items()},
        **{f"different_{name}": len(np.unique(known.people[part])) for name, part in parts.items()},
        "families": len(listed),
        "families_with_outcome": int(listed.sum()),
    }


def groups_of(outcome: OutcomeEvidence, policy: Policy) -> list[dict[str, Any]]:
    """Share missed by every list in each group of the policy, with intervals as the audit's: by family, and wide too
    where everybody in a small group was missed. Counts are of children at dates; `different_...` of children."""
    known = known_rows(outcome, policy)
    return [
        row
        for dimension in policy.groups
        for row in _group_rows(grouping_of(dimension, known.groups[dimension], known), known, policy)
    ]


def _group_rows(grouping: Grouping, known: Known, policy: Policy) -> list[dict[str, Any]]:
    cases = known.happened == 1
    missed, everybody = cases & ~known.listed, np.ones(len(cases), dtype=bool)
    members = grouping.members.astype(bool)
    sums = np.hstack([members & missed[:, None], members & cases[:, None]])
    resampled = family_bootstrap(
        known.families,
        sums,
        shares,
        resamples=policy.resamples,
        seed=policy.seed,
        confidence=policy.confidence,
    )
    families = (sums_by_family(known.families[cases], members[cases]) > 0).sum(axis=0)
    size = effective_size(resampled.estimate, resampled.spread, families)
    lower, upper = wilson(resampled.estimate, size, float(norm.ppf(0.5 + policy.confidence / 2)))
    parts = {"people": everybody, "with_outcome": cases, "missed": missed, "found": cases & known.listed}
    counts = {name: (members & part[:, None]).sum(axis=0) for name, part in parts.items()}
    counts |= {f"different_{name}": grouping.counted(known.people, part) for name, part in parts.items()}
    ends = {"share": resampled.estimate, "low": lower, "high": upper}
    return [
        {
            "dimension": grouping.name.replace("_", " "),
            "group": str(label).replace("_", " "),
            **{name: int(count[place]) for name, count in counts.items()},
            **{name: or_none(end[place]) for name, end in ends.items()},
        }
        for place, label in enumerate(grouping.labels)
    ]


def calibration_of(outcome: OutcomeEvidence, policy: Policy) -> dict[str, Any]:
    """The calibration slope with its interval by family, and what happened at each tenth of the levels."""
    known = known_rows(outcome, policy)
    line = calibration_line(known.happened, known.level)
    resampled = family_bootstrap(
        known.families,
        slope_terms(known.happened, known.level, line),
        lambda total: slope_from_sums(total, line),
        resamples=policy.resamples,
        seed=policy.seed,
        confidence=policy.confidence,
    )
    bins = bins_of_equal_weight(known.level, _BINS, np.ones(len(known.level)))
    cases = known.happened == 1
    return {
        "slope": line.slope,
        "slope_low": resampled.lower[1],
        "slope_high": resampled.upper[1],
        "bins": [_bin(known, bins == place, cases) for place in range(int(bins.max()) + 1)],
    }


def _bin(known: Known, inside: np.ndarray, cases: np.ndarray) -> dict[str, Any]:
    people, happened = int(inside.sum()), int((inside & cases).sum())
    spread = natural_frequency(happened, people, of=10_000)
    return {
        "expected": float(known.level[inside].mean()),
        "observed": happened / people,
        "low": spread.lower / 10_000,
        "high": spread.upper / 10_000,
        "people": people,
        "happened": happened,
        "different_people": len(np.unique(known.people[inside])),
        "different_happened": len(np.unique(known.people[inside & cases])),
    }


def decision_curve_of(outcome: OutcomeEvidence, rival: str, policy: Policy) -> dict[str, Any]:
    """Net benefit at several levels: of asking whoever is above, of asking as many by the `rival` rule, of asking
    everybody, with the counts behind each (Vickers and Elkin 2006). Asking nobody is 0."""
    known = known_rows(outcome, policy)
    rows = outcome.predictions[outcome.predictions["outcome"].notna()]
    ranked = known.happened[np.argsort(-rows[f"rival:{rival}"].to_numpy(), kind="stable")]
    points = []
    for threshold in THRESHOLDS:
        chosen = known.level >= threshold
        found = int(known.happened[chosen].sum())
        as_many = int(ranked[: int(chosen.sum())].sum())
        points.append(
            {
                "threshold": threshold,
                "chosen": int(chosen.sum()),
                "found": found,
                "found_by_rival": as_many,
                "model": net_benefit(known.happened, known.level, threshold),
                "rival": _worth(as_many, int(chosen.sum()), len(ranked), threshold),
                "everybody": net_benefit(known.happened, np.ones(len(ranked)), threshold),
            }
        )
    return {"rival": rival.replace("_", " "), "points": points}


def _worth(found: int, chosen: int, of: int, threshold: float) -> float:
    return (found - (chosen - found) * threshold / (1 - threshold)) / of


def stability_of(outcome: OutcomeEvidence) -> dict[str, float]:
    """The share of the families on the model's own list that each refit lists too, on average."""
    refits = outcome.refits
    own = set(refits.loc[(refits["refit"] == 0) & refits["listed"], "family_id"])
    others = [
        set(rows.loc[rows["listed"], "family_id"]) for number, rows in refits.groupby("refit") if number
    ]
    overlap = [len(own & other) / len(own) for other in others] if own else [0.0]
    return {"overlap": float(np.mean(overlap)), "refits": len(others)}


def explained_of(evidence: Evidence, outcome: OutcomeEvidence) -> dict[str, Any]:
    """By what contributions were worked out and held against, on how many rows, and how much of what moves levels
    is of each theme (mean size of the summed contributions)."""
    theme = evidence.features.set_index("name")["theme"].replace("", "other").to_dict()
    summed = outcome.contributions.T.groupby(lambda name: theme.get(name, "other")).sum().T.abs().mean()
    whole = float(summed.sum())
    largest = summed.sort_values(ascending=False)
    again = evidence.provenance.get("explained_again", {}).get(outcome.name, [])
    return {
        "by": str(evidence.provenance.get("contributions_from", {}).get(outcome.name, "not stated")),
        "rows": len(outcome.contributions),
        "held_against": [
            {"by": str(row["by"]), "rows": int(row["rows"]), "difference": float(row["largest_difference"])}
            for row in again
        ],
        "themes": [
            {"theme": str(name).replace("_", " "), "share": float(size) / whole if whole else 0.0}
            for name, size in largest.items()
        ],
    }


def or_none(value: float) -> float | None:
    """The value as JSON can hold it: none where it is not a number."""
    return None if np.isnan(value) else float(value)
