"""PM007: the reasons stated for a child must not depend on which families happened to be fitted on."""

from itertools import combinations

import numpy as np
import pandas as pd

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy

SEPARATOR = ";"


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when too small a share of a child's reasons, averaged over pairs of fits, is stated again."""
    table = outcome.refits
    fits, people = table["refit"].nunique(), table["person_id"].nunique()
    if fits < policy.refits_min or people < policy.min_people:
        return Finding.too_few(
            f"{people} children in {fits} fits; at least {policy.min_people} in {policy.refits_min} are needed."
        )
    shares = table.groupby("person_id")["reasons"].apply(shared)
    if shares.isna().all():
        return Finding.too_few("No fit states a reason for any child.")
    mean, lowest = float(shares.mean()), float(shares.quantile(0.1))
    half = 1.96 * float(shares.std(ddof=1)) / np.sqrt(int(shares.notna().sum()))
    numbers = [
        {
            "measure": "share of reasons stated again",
            "value": mean,
            "lower": mean - half,
            "upper": mean + half,
            "lowest_tenth": lowest,
            "children": people,
            "fits": fits,
        }
    ]
    said = (
        f"{mean:.0%} of the reasons stated for a child are stated again by another fit "
        f"(at least {policy.reasons_shared_min:.0%} wanted; {people} children, {fits} fits)."
    )
    return (
        Finding.passed(said, numbers) if mean >= policy.reasons_shared_min else Finding.failed(said, numbers)
    )


def shared(reasons: pd.Series) -> float:
    """Mean over pairs of fits of reasons in both over the longer of the two; NaN when neither states any.

    >>> round(shared(pd.Series(["a; b; c", "b; a; d"])), 3)
    0.667
    """
    stated = [frozenset(part.strip() for part in text.split(SEPARATOR) if part.strip()) for text in reasons]
    pairs = [(a, b) for a, b in combinations(stated, 2) if a or b]
    return float(np.mean([len(a & b) / max(len(a), len(b)) for a, b in pairs])) if pairs else float("nan")


CHECK = Check(
    code="PM007",
    title="Stated reasons change between refits",
    why="A worker opens the conversation with the reasons. Reasons drawn by chance mislead everybody.",
    policy_keys=("reasons_shared_min", "refits_min", "min_people"),
    run=look,
)
