"""How alike the lists of several fits are: listed by both of two, over listed by either (Jaccard)."""

from itertools import combinations

import numpy as np
import pandas as pd

from prevention_model.audit.check import Finding
from prevention_model.settings.policy import Policy

FAMILIES, SEED = "families", "seed"
"""What differs from fit to fit: the families that taught, or only the random seed."""


def drawn_by(refits: pd.DataFrame, what: str) -> pd.DataFrame:
    """The refits that differ by this. Without a column that says so they differ by families."""
    if "drawn" not in refits:
        return refits if what == FAMILIES else refits.iloc[:0]
    return refits[refits["drawn"] == what]


def judge_lists(table: pd.DataFrame, fits_min: int, least: float, policy: Policy) -> Finding:
    """Fails when, averaged over pairs of fits, listed by both over listed by either is below `least`."""
    fits = table["refit"].nunique()
    if fits < fits_min:
        return Finding.too_few(f"{fits} fits; at least {fits_min} are needed.")
    unit = "family_id" if "family_id" in table.columns else "person_id"
    lists = [frozenset(fit.loc[fit["listed"], unit]) for _, fit in table.groupby("refit")]
    if not any(lists):
        return Finding.not_applicable("No fit would have listed anybody for this outcome.")
    overlaps = [len(a & b) / len(a | b) for a, b in combinations(lists, 2) if a | b]
    mean, listed = float(np.mean(overlaps)), float(np.mean([len(each) for each in lists]))
    if listed < policy.min_events:
        return Finding.too_few(f"{listed:.0f} listed on average; at least {policy.min_events} are needed.")
    numbers = [
        {
            "measure": "listed by both over listed by either",
            "value": mean,
            "lower": min(overlaps),
            "upper": max(overlaps),
            "unit": "families" if unit == "family_id" else "children",
            "fits": fits,
        }
    ]
    said = (
        f"Two fits list {mean:.0%} the same {numbers[0]['unit']} (from {min(overlaps):.0%} to {max(overlaps):.0%} "
        f"over {len(overlaps)} pairs; at least {least:.0%} wanted)."
    )
    return Finding.passed(said, numbers) if mean >= least else Finding.failed(said, numbers)
