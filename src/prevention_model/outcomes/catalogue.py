"""The outcomes that agencies' records can show: whom each can befall, where it belongs and who must look for it.

Each is followed for 12 months, and all but those named otherwise need 12 months free of it. They belong to frameworks
as a start: an authority agrees with families and partners what each is evidence for.
"""

from prevention_model.outcomes.onset import Onset, Return, ShareReaches
from prevention_model.outcomes.outcome import Outcome
from prevention_model.query import FollowUp, Lookback, OpenSpell, Question

_YEAR = FollowUp("12 months")
_MISSED = ("authorised_absence_sessions", "unauthorised_absence_sessions")
_ON_A_ROLL = "On record only for children on a school roll: children educated at home are not seen"
_LOST_SIGHT = OpenSpell("activity", code="not_known")
_FIRST_ENTRY = (
    "custody", "discharge", "fine", "first_tier", "referral_order", "reparation_order", "youth_caution",
    "youth_conditional_caution", "youth_rehabilitation_order",
)  # fmt: skip
"""Cautions and convictions; not a community resolution, outcome 22 or no further action, nor what says only
"pre-court", which may be either."""

STATUTORY_ESCALATION = Outcome(
    "statutory_escalation",
    Onset("spell", kind=("cin_episode", "cp_plan", "care_period"), free_for="12 months"),
    _YEAR,
    plain="Becomes a child in need, has a child protection plan or is looked after within 12 months",
    short="statutory social care",
    exposure="On record only where somebody referred the child: families who are seen more are found more",
    owner="social_care",
    supporting_families="safe_from_abuse",
    achieve="none",
    obsession="none",
    watched="high",
)
PROTECTION_PLAN_BEGINS = Outcome(
    "protection_plan_begins",
    Onset("spell", kind="cp_plan"),
    _YEAR,
    plain="A child protection plan begins within 12 months",
    short="a child protection plan",
    exposure="Decided by a conference of professionals, about children whom somebody had referred",
    owner="social_care",
    supporting_families="safe_from_abuse",
    achieve="none",
    obsession="protection_plans",
    watched="high",
)
CARE_BEGINS = Outcome(
    "care_begins",
    Onset("spell", kind="care_period"),
    _YEAR,
    plain="Begins to be looked after by the authority within 12 months",
    short="care",
    exposure="Decided by the authority and courts, mostly about children who already have a social worker",
    owner="social_care",
    supporting_families="safe_from_abuse",
    achieve="connected",
    obsession="children_in_care",
    watched="high",
)
RE_REFERRAL = Outcome(
    "re_referral",
    Return("event", kind="referral", within="12 months"),
    _YEAR,
    plain="Is referred to social care again, within 12 months of an earlier referral",
    short="another referral to social care",
    exposure="Somebody has to refer again: a family known from the first time is watched more",
    owner="social_care",
    supporting_families="safe_from_abuse",
    achieve="none",
    obsession="open_slot",
    watched="high",
)
PERSISTENT_ABSENCE = Outcome(
    "persistent_absence",
    ShareReaches(_MISSED, "possible_sessions", at_least=0.10),
    _YEAR,
    plain="Misses 10% or more of possible school sessions over the next 12 months",
    short="persistent absence",
    exposure=_ON_A_ROLL,
    owner="schools",
    supporting_families="good_education",
    achieve="educated",
    obsession="open_slot",
    watched="low",
)
SEVERE_ABSENCE = Outcome(
    "severe_absence",
    ShareReaches(_MISSED, "possible_sessions", at_least=0.50),
    _YEAR,
    plain="Misses half or more of possible school sessions over the next 12 months",
    short="severe absence",
    exposure=_ON_A_ROLL,
    owner="schools",
    supporting_families="good_education",
    achieve="educated",
    obsession="open_slot",
    watched="low",
)
SUSPENSION_OR_EXCLUSION = Outcome(
    "suspension_or_exclusion",
    Onset("event", kind=("suspension", "permanent_exclusion"), free_for="12 months"),
    _YEAR,
    plain="Is suspended or permanently excluded from school within 12 months",
    short="suspension or exclusion",
    exposure="Decided by schools, which differ in how readily they suspend",
    owner="schools",
    supporting_families="good_education",
    achieve="educated",
    obsession="open_slot",
    watched="some",
)
SUSPENSION = Outcome(
    "suspension",
    Onset("event", kind="suspension"),
    _YEAR,
    plain="Is suspended from school within 12 months",
    short="suspension",
    exposure="Decided by schools, which differ in how readily they suspend",
    owner="schools",
    supporting_families="good_education",
    achieve="educated",
    obsession="open_slot",
    watched="some",
)
PERMANENT_EXCLUSION = Outcome(
    "permanent_exclusion",
    Onset("event", kind="permanent_exclusion"),
    _YEAR,
    plain="Is permanently excluded from school within 12 months",
    short="permanent exclusion",
    exposure="Decided by schools; a child who is moved on instead is not on record",
    owner="schools",
    supporting_families="good_education",
    achieve="educated",
    obsession="open_slot",
    watched="some",
)
NOT_IN_LEARNING_OR_WORK = Outcome(
    "not_in_learning_or_work",
    Onset("spell", kind="activity", code="neet"),
    _YEAR,
    plain="Is in no education, employment or training within 12 months, at 16 or 17",
    short="no education, employment or training",
    exposure="On record only where somebody keeps in touch: of those lost sight of it is not known",
    lost_sight=_LOST_SIGHT,
    from_age=16,
    owner="participation",
    supporting_families="financial_stability",
    achieve="employed",
    obsession="open_slot",
    watched="some",
)
NOT_IN_LEARNING_OR_WORK_WITH_A_PLAN = Outcome(
    "not_in_learning_or_work_with_a_plan",
    Onset("spell", kind="activity", code="neet"),
    _YEAR,
    plain="Is in no education, employment or training within 12 months, at 18 to 24, with an education, health and "
    "care plan",
    short="no education, employment or training, with a plan",
    exposure="On record only where somebody keeps in touch: of those lost sight of it is not known",
    lost_sight=_LOST_SIGHT,
    from_age=18,
    until_age=25,
    among=(Question(OpenSpell("ehcp"), Lookback("all")),),
    owner="participation",
    supporting_families="financial_stability",
    achieve="employed",
    obsession="open_slot",
    watched="some",
)
YOUTH_JUSTICE_FIRST_ENTRY = Outcome(
    "youth_justice_first_entry",
    Onset("event", kind="offence_outcome", code=_FIRST_ENTRY, free_for="all"),
    _YEAR,
    plain="Is cautioned or convicted for the first time within 12 months, from the age of 10",
    short="a first caution or conviction",
    exposure="Children in places and groups that are policed more are found more",
    from_age=10,
    owner="youth_justice",
    supporting_families="crime_prevention",
    achieve="none",
    obsession="open_slot",
    watched="high",
)
MISSING_EPISODE = Outcome(
    "missing_episode",
    Onset("spell", kind="missing", code="missing"),
    _YEAR,
    plain="Is reported missing within 12 months",
    short="a missing episode",
    exposure="Somebody has to report it: carers of children in care have to, and parents need not",
    owner="police",
    supporting_families="safe_from_abuse",
    achieve="none",
    obsession="none",
    watched="high",
)
SELF_HARM_OR_CRISIS = Outcome(
    "self_harm_or_crisis",
    Onset("event", kind="ed_attendance", code=("mental_health", "self_harm")),
    _YEAR,
    plain="Comes to an emergency department for self-harm or a mental-health crisis within 12 months",
    short="self-harm or a mental-health crisis at the emergency department",
    exposure="Those who come are on record whoever watches them, as far as the department writes down the reason",
    owner="health",
    supporting_families="health",
    achieve="healthy",
    obsession="none",
    watched="low",
)
FAMILY_HOMELESSNESS = Outcome(
    "family_homelessness",
    Onset("spell", kind="homelessness_duty", scope="household"),
    _YEAR,
    plain="The authority comes to owe the family a homelessness duty within 12 months",
    short="family homelessness",
    exposure="On record for families who applied: those who stay with friends are not seen",
    owner="housing",
    supporting_families="secure_housing",
    achieve="none",
    obsession="none",
    watched="some",
)


def catalogue() -> tuple[Outcome, ...]:
    """The outcomes of the catalogue, in a stated order.

    >>> [outcome.name for outcome in catalogue()][:3]
    ['statutory_escalation', 'protection_plan_begins', 'care_begins']
    """
    return (
        STATUTORY_ESCALATION, PROTECTION_PLAN_BEGINS, CARE_BEGINS, RE_REFERRAL,
        PERSISTENT_ABSENCE, SEVERE_ABSENCE, SUSPENSION_OR_EXCLUSION, SUSPENSION, PERMANENT_EXCLUSION,
        NOT_IN_LEARNING_OR_WORK, NOT_IN_LEARNING_OR_WORK_WITH_A_PLAN,
        YOUTH_JUSTICE_FIRST_ENTRY, MISSING_EPISODE, SELF_HARM_OR_CRISIS, FAMILY_HOMELESSNESS,
    )  # fmt: skip
