"""PM032: the papers without which such work may not begin: basis, assessment, co-production, evaluation."""

from datetime import date

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy

NAMES = {"co_production": "record of co-production", "evaluation_design": "design of the evaluation"}


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when the policy has no name, a source has no lawful basis, no reference to a data protection impact
    assessment, or one that was due for review before the day that is scored, or when there is no record of
    co-production or no design of an evaluation."""
    papers = evidence.provenance.get("papers")
    if papers is None:
        return Finding.too_few("The evidence does not speak of any papers.")
    basis = evidence.provenance["lawful_basis"]
    sources = sorted({*basis, *papers["dpia"], *papers["review_by"]})
    faults = [] if sources else [("all", "no source is named")]
    for source in sources:
        if not str(basis.get(source, "")).strip():
            faults.append((source, "no lawful basis"))
        if not str(papers["dpia"].get(source, "")).strip():
            faults.append((source, "no impact assessment"))
        faults += [(source, fault) for fault in _overdue(papers["review_by"].get(source), papers["as_at"])]
    faults += [("all", f"no {words}") for key, words in NAMES.items() if not str(papers.get(key, "")).strip()]
    if not policy.name.strip():
        faults.append(("all", "the policy has no name"))
    numbers = [{"source": source, "fault": fault} for source, fault in faults]
    if faults:
        named = "; ".join(f"{fault} ({source})" for source, fault in faults[:5])
        return Finding.failed(f"Missing or overdue, {len(faults)}: {named}.", numbers)
    return Finding.passed(
        f"All {len(sources)} sources have a lawful basis and an impact assessment that is not due for review; there "
        "is a record of co-production and a design of the evaluation."
    )


def _overdue(review_by: object, as_at: object) -> list[str]:
    if not review_by:
        return ["no day by which the assessment is reviewed"]
    due = date.fromisoformat(str(review_by)) < date.fromisoformat(str(as_at))
    return [f"the assessment was due for review by {review_by}"] if due else []


CHECK = Check(
    code="PM032",
    title="Papers missing",
    why="No lawful basis, no processing. And nobody will know whether it helped if nobody planned how to find out.",
    policy_keys=("name",),
    run=look,
    once=True,
)
