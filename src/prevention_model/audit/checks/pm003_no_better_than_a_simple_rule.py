"""PM003: at equal capacity, on later rows, the model must beat every rule that needs only a pencil.

Rivals that the policy does not require are compared and shown, and do not block.
"""

from typing import Any

import numpy as np
import pandas as pd

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.grouping import Known, known_rows
from prevention_model.audit.tables import LISTED_BY
from prevention_model.metrics import Resampled, average_precision_differences, family_bootstrap, top_within
from prevention_model.settings.policy import Policy

WORDS = {
    "average_precision": "average precision",
    "recall_at_capacity": "children found by lists of equal length",
    "recall_at_wider_cut": "children found at the wider cut",
}


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails unless every paired interval, by family, of model less rival lies above zero."""
    absent = [name for name in policy.rivals_required if name not in outcome.rivals.columns]
    if absent:
        return Finding.failed(f"Nothing shows that the model beats {', '.join(absent)}: not scored.")
    known = known_rows(outcome, policy)
    events = int(known.happened.sum())
    if events < policy.overall_min_events:
        return Finding.too_few(
            f"{events} events on later rows; a comparison needs {policy.overall_min_events}."
        )
    alone = _listed_alone(outcome)
    if "recall_at_capacity" in policy.must_beat_on and not alone.any():
        return Finding.not_applicable("Nobody would have been listed, so there is no capacity to compare at.")
    numbers = _comparisons(outcome, known, alone, policy)
    judged = [row for row in numbers if row["must_beat"]]
    lost = [row for row in judged if not row["lower"] > 0]
    beside = [row for row in numbers if row["rival"] not in policy.rivals_required and not row["lower"] > 0]
    unbeaten = sorted({row["rival"] for row in beside if row["measure"] in policy.must_beat_on})
    also = f" Not shown to beat, and not required to: {', '.join(unbeaten)}." if unbeaten else ""
    if lost:
        named = "; ".join(_said(row) for row in lost[:3])
        return Finding.failed(
            f"The model is not shown to beat {len({row['rival'] for row in lost})} of "
            f"{len(policy.rivals_required)} simple rules: {named}.{also}",
            numbers,
        )
    closest = min(judged, key=lambda row: row["lower"])
    return Finding.passed(
        f"The model beats all {len(policy.rivals_required)} simple rules; the closest is {_said(closest)}.{also}",
        numbers,
    )


def _comparisons(
    outcome: OutcomeEvidence, known: Known, alone: np.ndarray, policy: Policy
) -> list[dict[str, Any]]:
    names = list(outcome.rivals.columns)
    keep = outcome.predictions["outcome"].notna().to_numpy()
    scores = outcome.rivals[keep].to_numpy()
    found = {
        "average_precision": average_precision_differences(
            known.families,
            known.happened,
            known.level,
            scores,
            policy.resamples,
            policy.seed,
            policy.confidence,
        ),
        "recall_at_wider_cut": _recall(known, known.wide, _rivals_wide(outcome, policy)[keep], policy),
    }
    if alone.any():
        found["recall_at_capacity"] = _recall(known, alone[keep], _rivals_listed(outcome)[keep], policy)
    return [
        {
            "measure": measure,
            "rival": name,
            "difference": result.estimate[at],
            "lower": result.lower[at],
            "upper": result.upper[at],
            "must_beat": measure in policy.must_beat_on and name in policy.rivals_required,
        }
        for measure, result in found.items()
        for at, name in enumerate(names)
    ]


def _recall(known: Known, chosen: np.ndarray, rivals: np.ndarray, policy: Policy) -> Resampled:
    both = np.column_stack([chosen, rivals]).astype(np.float64) * known.happened[:, None]
    sums = np.column_stack([known.happened, both])
    return family_bootstrap(
        known.families,
        sums,
        lambda total: (total[:, 1:2] - total[:, 2:]) / total[:, :1],
        policy.resamples,
        policy.seed,
        policy.confidence,
    )


def _listed_alone(outcome: OutcomeEvidence) -> np.ndarray:
    """Who would be listed by this outcome's level alone, as a rival lists by its score alone: a list by several
    outcomes finds fewer of one than a list made for it, and that says nothing about the model."""
    rows = outcome.predictions
    listed: np.ndarray = rows.get("listed_alone", rows["listed"]).to_numpy(dtype=bool)
    return listed


def _rivals_listed(outcome: OutcomeEvidence) -> np.ndarray:
    """Each rival's list: by families as the model's was, where the evidence says so (`listed_by:<rival>`),
    otherwise as many children in the same zone at the same date."""
    rows = outcome.predictions
    places = pd.factorize(pd.MultiIndex.from_frame(rows[["zone", "index_date"]]))[0]
    sizes = np.bincount(places, weights=_listed_alone(outcome)).astype(int)
    names = rows["person_id"].to_numpy(dtype=str)
    lists = []
    for name, score in outcome.rivals.items():
        given = rows.get(f"{LISTED_BY}{name}")
        lists.append(top_within(score, sizes, places, names) if given is None else given.to_numpy(dtype=bool))
    return np.column_stack(lists)


def _rivals_wide(outcome: OutcomeEvidence, policy: Policy) -> np.ndarray:
    rows = outcome.predictions
    dates = pd.factorize(rows["index_date"])[0]
    sizes = np.ceil(np.bincount(dates) * policy.wider_cut).astype(int)
    names = rows["person_id"].to_numpy(dtype=str)
    return np.column_stack([top_within(score, sizes, dates, names) for _, score in outcome.rivals.items()])


def _said(row: dict[str, Any]) -> str:
    return (
        f"{row['rival']} on {WORDS[row['measure']]}, difference {row['difference']:+.3f} "
        f"({row['lower']:+.3f} to {row['upper']:+.3f})"
    )


CHECK = Check(
    code="PM003",
    title="No better than a simple rule",
    why="What a pencil can do needs no personal data from seven agencies.",
    policy_keys=(
        "rivals_required",
        "must_beat_on",
        "overall_min_events",
        "wider_cut",
        "resamples",
        "confidence",
    ),
    run=look,
)
