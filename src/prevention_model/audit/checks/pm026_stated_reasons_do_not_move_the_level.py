"""PM026: without what is stated as a reason the level must fall, and without the strengths it must rise."""

from typing import Any

import numpy as np
import pandas as pd

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy

UP = {"reason": 1.0, "strength": -1.0}
"""The way in which each kind is said to move a level."""


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when taking away what is stated moves too few levels the way it is said to, or on average no further
    than taking away as many other things that are present. Children are scored again, so this asks the model itself
    and not the contributions by which the reasons were chosen."""
    rows = [_row(str(kind), each) for kind, each in outcome.deletions.groupby("kind", sort=True)]
    reasons = [row for row in rows if row["kind"] == "reason"]
    if not reasons or reasons[0]["children"] < policy.min_people:
        found = reasons[0]["children"] if reasons else 0
        return Finding.too_few(
            f"{found} children were scored again without the reasons stated for them.", rows
        )
    wrong = [
        row
        for row in rows
        if row["children"] >= policy.min_people
        and (row["share_moved"] < policy.reasons_move_min or row["beyond_others"] <= 0)
    ]
    if wrong:
        return Finding.failed("; ".join(_said(row) for row in wrong) + ".", rows)
    return Finding.passed("; ".join(_said(row) for row in rows) + ".", rows)


def _row(kind: str, table: pd.DataFrame) -> dict[str, Any]:
    moved = UP[kind] * (table["before"] - table["after"]).to_numpy()
    beyond = UP[kind] * (table["other"] - table["after"]).dropna().to_numpy()
    half = 1.96 * float(np.std(moved)) / np.sqrt(max(len(moved), 1))
    return {
        "kind": kind,
        "children": len(moved),
        "share_moved": float((moved > 0).mean()),
        "value": float(moved.mean()),
        "lower": float(moved.mean()) - half,
        "upper": float(moved.mean()) + half,
        # Where nothing else is present there is nothing to compare with, and nothing to fault.
        "beyond_others": float(beyond.mean()) if len(beyond) else float("inf"),
    }


def _said(row: dict[str, Any]) -> str:
    way = "lowers" if row["kind"] == "reason" else "raises"
    return (
        f"To take away the stated {row['kind']}s {way} {row['share_moved']:.0%} of {row['children']} levels, by "
        f"{row['value']:.2f} in log-odds on average ({row['lower']:.2f} to {row['upper']:.2f})"
    )


CHECK = Check(
    code="PM026",
    title="Stated reasons do not move the level",
    why="A reason that can be taken away without anything changing is a story, and a worker would tell it to a family.",
    policy_keys=("reasons_move_min", "min_people"),
    run=look,
)
