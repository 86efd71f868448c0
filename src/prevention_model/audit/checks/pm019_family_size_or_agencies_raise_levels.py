"""PM019: one more child in a home, or one more agency in contact, must not raise a level by itself."""

from typing import Any

import numpy as np
import pandas as pd

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.metrics import log_odds
from prevention_model.settings.policy import Policy

ONE_MORE_CHILD, ONE_MORE_AGENCY = "one more child in the home", "one more agency in contact"
CHANGES = (ONE_MORE_CHILD, ONE_MORE_AGENCY)
"""What is changed, and nothing else: a child of whom nothing is on record; the same contacts, one by another agency."""


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when a change raises levels, on average, by more log-odds than allowed, with an interval above none."""
    table = outcome.counterfactuals
    absent = [change for change in CHANGES if change not in set(table["change"])]
    if absent:
        return Finding.too_few(f"Nobody was scored again with {' or with '.join(absent)}.")
    rows = [_row(change, each, policy) for change, each in table.groupby("change", sort=True)]
    few = [row for row in rows if row["children"] < policy.min_people]
    raised = [row for row in rows if row["value"] > policy.counterfactual_rise_max and row["lower"] > 0]
    if raised:
        return Finding.failed(f"Levels are raised by {'; by '.join(_said(row) for row in raised)}.", rows)
    if few:
        return Finding.too_few(
            f"Only {few[0]['children']} children were scored again with {few[0]['change']}.", rows
        )
    return Finding.passed(f"Levels stay as they are with {'; with '.join(_said(row) for row in rows)}.", rows)


def _row(change: object, table: pd.DataFrame, policy: Policy) -> dict[str, Any]:
    moved = log_odds(table["after"]) - log_odds(table["before"])
    mean = float(moved.mean())
    half = 1.96 * float(np.std(moved, ddof=1)) / np.sqrt(len(moved)) if len(moved) > 1 else float("nan")
    return {
        "change": str(change),
        "children": len(moved),
        "value": mean,
        "lower": mean - half,
        "upper": mean + half,
        "share_raised": float((moved > policy.counterfactual_rise_max).mean()),
        "largest": float(moved.max()),
    }


def _said(row: dict[str, Any]) -> str:
    return (
        f"{row['change']}, by {row['value']:+.3f} in log-odds ({row['lower']:+.3f} to {row['upper']:+.3f}; "
        f"{row['children']} children)"
    )


CHECK = Check(
    code="PM019",
    title="Family size or agencies in contact raise levels",
    why="A large family is not a worse one, and to be known to many agencies says who looked, not what is wrong.",
    policy_keys=("counterfactual_rise_max", "min_people"),
    run=look,
)
