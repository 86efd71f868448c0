"""PM028: families are told what is going well too, or a list is a list of faults."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when too few of the children of whom anything is said have a strength stated."""
    people = outcome.stated["person_id"].nunique()
    if people < policy.min_people:
        return Finding.too_few(f"Something is said of {people} children; {policy.min_people} are needed.")
    found = outcome.stated.loc[outcome.stated["kind"] == "strength", "person_id"].nunique()
    themes = outcome.stated.loc[outcome.stated["kind"] == "strength", "theme"].nunique()
    share = found / people
    numbers = [{"children": people, "with_a_strength": found, "value": share, "themes": themes}]
    said = (
        f"A strength is stated for {share:.0%} of the {people} children of whom anything is said (at least "
        f"{policy.strengths_share_min:.0%} wanted), of {themes} themes."
    )
    return (
        Finding.passed(said, numbers)
        if share >= policy.strengths_share_min
        else Finding.failed(said, numbers)
    )


CHECK = Check(
    code="PM028",
    title="No strengths found",
    why="Help builds on what a family does well. A model that sees only faults sends workers to look for faults.",
    policy_keys=("strengths_share_min", "min_people"),
    run=look,
)
