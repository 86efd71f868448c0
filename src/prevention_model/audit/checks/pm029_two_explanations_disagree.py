"""PM029: the contributions worked out again by other programs must be the same."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy

LEAST = 1e-6
"""What evidence keeps: smaller differences are kept as none."""


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when the largest difference of any contribution, to any other program's, is above the tolerance."""
    again = evidence.provenance.get("explained_again", {}).get(outcome.name)
    if not again:
        return Finding.too_few("No other program has worked the contributions out again.")
    numbers = [
        {"by": each["by"], "rows": int(each["rows"]), "value": float(each["largest_difference"])}
        for each in again
    ]
    few = [row for row in numbers if row["rows"] < policy.min_people]
    if few:
        return Finding.too_few(f"{few[0]['by']} worked out {few[0]['rows']} rows only.", numbers)
    wrong = [row for row in numbers if not row["value"] <= policy.explanation_tolerance]
    said = "; ".join(
        f"{row['by']}, to within {max(row['value'], LEAST):.0e} over {row['rows']} rows"
        for row in wrong or numbers
    )
    if wrong:
        return Finding.failed(f"Contributions differ from those of {said}.", numbers)
    return Finding.passed(f"Contributions are those of {said}.", numbers)


CHECK = Check(
    code="PM029",
    title="Two explanations disagree",
    why="Reasons are read off contributions. If two programs do not find the same ones, at least one is wrong.",
    policy_keys=("explanation_tolerance", "min_people"),
    run=look,
)
