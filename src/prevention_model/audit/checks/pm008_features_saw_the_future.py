"""PM008: features rebuilt from only what was known before the index date must come out the same."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails on a single cell that differs."""
    compared = int(evidence.recomputed["cells_compared"])
    different = int(evidence.recomputed["cells_different"])
    names = [str(name) for name in evidence.recomputed["features_different"]]
    numbers = [{"compared": compared, "different": different, "features": names}]
    if different or names:
        named = ", ".join(names[:5]) or "not named"
        return Finding.failed(
            f"{different} of {compared} cells come out differently when only what was known before the index "
            f"date is given: {named}.",
            numbers,
        )
    if compared < policy.recomputed_cells_min:
        return Finding.too_few(
            f"{compared} cells were rebuilt; {policy.recomputed_cells_min} are needed.", numbers
        )
    return Finding.passed(f"All {compared} rebuilt cells are the same.", numbers)


CHECK = Check(
    code="PM008",
    title="Features saw the future",
    why="What was recorded late was not known on the day a list would have been drawn.",
    policy_keys=("recomputed_cells_min",),
    run=look,
    once=True,
)
