"""Three outcomes that agencies' records can show, each with its time of follow-up and who must look for it."""

from prevention_model.outcomes.onset import Onset, ShareReaches
from prevention_model.outcomes.outcome import Outcome
from prevention_model.query import FollowUp

STATUTORY_ESCALATION = Outcome(
    "statutory_escalation",
    Onset("spell", kind=("cin_episode", "cp_plan", "care_period"), free_for="12 months"),
    FollowUp("12 months"),
    plain="Becomes a child in need, has a child protection plan or is looked after within 12 months",
    short="statutory social care",
    exposure="On record only where somebody referred the child: families who are seen more are found more",
)
PERSISTENT_ABSENCE = Outcome(
    "persistent_absence",
    ShareReaches(
        ("authorised_absence_sessions", "unauthorised_absence_sessions"), "possible_sessions", at_least=0.10
    ),
    FollowUp("12 months"),
    plain="Misses 10% or more of possible school sessions over the next 12 months",
    short="persistent absence",
    exposure="On record only for children on a school roll: children educated at home are not seen",
)
SUSPENSION_OR_EXCLUSION = Outcome(
    "suspension_or_exclusion",
    Onset("event", kind=("suspension", "permanent_exclusion"), free_for="12 months"),
    FollowUp("12 months"),
    plain="Is suspended or permanently excluded from school within 12 months",
    short="suspension or exclusion",
    exposure="Decided by schools, which differ in how readily they suspend",
)


def catalogue() -> tuple[Outcome, ...]:
    """The outcomes of the catalogue, in a stated order.

    >>> [outcome.name for outcome in catalogue()]
    ['statutory_escalation', 'persistent_absence', 'suspension_or_exclusion']
    """
    return STATUTORY_ESCALATION, PERSISTENT_ABSENCE, SUSPENSION_OR_EXCLUSION
