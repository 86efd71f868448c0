"""PM025: the same families, the same settings, another random seed: the list must stay much the same."""

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.lists_alike import SEED, drawn_by, judge_lists
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when fits that differ in nothing but the seed list too few of the same."""
    table = drawn_by(outcome.refits, SEED)
    return judge_lists(table, policy.seed_fits_min, policy.list_overlap_seeds_min, policy)


CHECK = Check(
    code="PM025",
    title="List changes with the seed",
    why="A seed is a number somebody typed. No family should be on a list because of it.",
    policy_keys=("list_overlap_seeds_min", "seed_fits_min", "min_events"),
    run=look,
)
