"""PM009: a reason is a share of the score only if all shares together make the score."""

import numpy as np

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when base plus contributions is off the raw score in any row, or a contribution is missing."""
    parts = outcome.contributions.to_numpy()
    if len(parts) < policy.min_people:
        return Finding.too_few(f"{len(parts)} rows with contributions; {policy.min_people} are needed.")
    off = np.abs(parts.sum(axis=1) + outcome.base - outcome.margin)
    wrong = ~(off <= policy.contribution_tolerance)  # a missing number is wrong too
    known = off[np.isfinite(off)]
    largest = float(known.max()) if len(known) else float("inf")
    numbers = [{"rows": len(parts), "wrong": int(wrong.sum()), "largest_difference": f"{largest:.1e}"}]
    if wrong.any():
        return Finding.failed(
            f"In {int(wrong.sum())} of {len(parts)} rows the contributions do not add up to the score; "
            f"the largest difference is {largest:.1e} in log-odds.",
            numbers,
        )
    return Finding.passed(
        f"In all {len(parts)} rows the contributions add up to the score, to within {largest:.1e} in log-odds.",
        numbers,
    )


CHECK = Check(
    code="PM009",
    title="Contributions do not add up",
    why="Reasons that do not add up to the score explain some other model.",
    policy_keys=("contribution_tolerance", "min_people"),
    run=look,
)
