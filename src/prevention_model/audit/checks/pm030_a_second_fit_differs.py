"""PM030: the same rows, settings and seed must give the same model, to the last bit."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails on a single level that differs."""
    again = evidence.provenance.get("fitted_again", {}).get(outcome.name)
    if again is None:
        return Finding.too_few("The model was not fitted a second time.")
    rows, different = int(again["rows"]), int(again["different"])
    numbers = [{"rows": rows, "different": different}]
    if different:
        return Finding.failed(f"{different} of {rows} levels come out differently at a second fit.", numbers)
    if rows < policy.min_people:
        return Finding.too_few(f"{rows} levels were compared; {policy.min_people} are needed.", numbers)
    return Finding.passed(f"All {rows} levels come out the same at a second fit.", numbers)


CHECK = Check(
    code="PM030",
    title="A second fit differs",
    why="What cannot be made again cannot be checked by anybody, nor answered for when a family asks.",
    policy_keys=("min_people",),
    run=look,
)
