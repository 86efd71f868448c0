"""PM010: who is listed must not depend on which families happened to be fitted on."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.lists_alike import FAMILIES, drawn_by, judge_lists
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when fits on families drawn anew list too few of the same."""
    table = drawn_by(outcome.refits, FAMILIES)
    return judge_lists(table, policy.refits_min, policy.list_overlap_min, policy)


CHECK = Check(
    code="PM010",
    title="List changes between refits",
    why="A family should be listed for what happened in it, not for the draw of the fit.",
    policy_keys=("list_overlap_min", "refits_min", "min_events"),
    run=look,
)
