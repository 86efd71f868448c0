"""PM002: children, or their families, who were in the fit must not be in the test."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails on a single child or family who is on both sides."""
    people = set(outcome.predictions["person_id"])
    families = set(outcome.predictions["family_id"])
    if not people or not len(outcome.fitted_people) or not len(outcome.fitted_families):
        return Finding.too_few("Who was fitted on, or who was tested, is not in the evidence.")
    both_people = len(people & set(outcome.fitted_people.tolist()))
    both_families = len(families & set(outcome.fitted_families.tolist()))
    numbers = [
        {"unit": "people", "tested": len(people), "fitted": len(outcome.fitted_people), "both": both_people},
        {
            "unit": "families",
            "tested": len(families),
            "fitted": len(outcome.fitted_families),
            "both": both_families,
        },
    ]
    if both_people or both_families:
        return Finding.failed(
            f"{both_people} of {len(people)} tested children and {both_families} of {len(families)} tested "
            "families were also used to fit or to calibrate.",
            numbers,
        )
    return Finding.passed(
        f"None of {len(people)} tested children and {len(families)} tested families was used to fit or to calibrate.",
        numbers,
    )


CHECK = Check(
    code="PM002",
    title="Same people or families on both sides",
    why="A model remembers families it was fitted on. Brothers and sisters split across the two sides inflated "
    "the first published figures of Allegheny.",
    policy_keys=(),
    run=look,
)
