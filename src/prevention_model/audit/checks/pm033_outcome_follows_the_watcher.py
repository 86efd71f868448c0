"""PM033: a model of what an agency goes on to do, read off what that agency did before, proves itself right."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when more of what the model tells than allowed is gone without the records of the agency that records
    the outcome: the same model made again without them, compared above the .5 of a coin."""
    found = evidence.provenance.get("own_agency", {}).get(outcome.name)
    if found is None or found["share_lost"] is None:
        return Finding.too_few("The model was not made again without the agency that records the outcome.")
    share = float(found["share_lost"])
    value, lower, upper = (float(end) for end in found["lost"])
    numbers = [
        {"agency": found["agency"], "share_lost": share, "value": value, "lower": lower, "upper": upper}
    ]
    said = (
        f"Without what {str(found['agency']).replace('_', ' ')} recorded, {share:.0%} of what the model tells is gone "
        f"(at most {policy.own_agency_share_max:.0%}; AUC less {value:.3f}, {lower:.3f} to {upper:.3f})."
    )
    return (
        Finding.failed(said, numbers)
        if share > policy.own_agency_share_max
        else Finding.passed(said, numbers)
    )


CHECK = Check(
    code="PM033",
    title="Outcome follows the watcher",
    why="Who is watched is found, and who is found is watched. Such a model says who will be seen, not who needs help.",
    policy_keys=("own_agency_share_max",),
    run=look,
)
