"""Youth justice: outcomes, programmes and assessments of the child, and brothers and sisters."""

from prevention_model.features.catalogue.table import FAMILY_WORKERS, SOCIAL_CARE, group
from prevention_model.query import (
    Any,
    Change,
    Count,
    DaysInSpell,
    DaysSinceLast,
    Latest,
    Max,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)

_OUTCOMES = Count("event", "offence_outcome")
_HAD = "Had a youth justice outcome {times} in the last {window}"
_NOT_HAD = "No youth justice outcome in the last {window}"
_WITHOUT_COURT = (
    "community_resolution",
    "outcome_22",
    "pre_court",
    "youth_caution",
    "youth_conditional_caution",
)
_BY_COURT = (
    "custody",
    "fine",
    "first_tier",
    "referral_order",
    "reparation_order",
    "youth_rehabilitation_order",
)
_HIGH = ("high", "very_high")

OWN = group(
    [
        ("offence_outcomes_12m", _OUTCOMES, "12 months", "risk",
         _HAD, _NOT_HAD, "Help before a second outcome works best"),
        ("offence_outcomes_36m", _OUTCOMES, "3 years", "risk", _HAD, _NOT_HAD, "Repeated outcomes differ from one"),
        ("offence_rise", Change(_OUTCOMES, "6 months"), "24 months", "risk",
         "Youth justice outcomes {change} in the last {recent}",
         "Youth justice outcomes were as many in the last {recent} as before", "A rise is a time to offer a way out"),
        ("outcomes_without_court_36m", Count("event", "offence_outcome", code=_WITHOUT_COURT), "3 years", "risk",
         "Had a caution or another outcome without court {times} in the last {window}",
         "No caution or other outcome without court in the last {window}", "A first outcome is a chance to turn round"),
        ("court_outcomes_36m", Count("event", "offence_outcome", code=_BY_COURT), "3 years", "risk",
         "A court ordered something {times} in the last {window}", "No court ordered anything in the last {window}",
         "An order brings a worker who can be joined with"),
        ("offences_24m", Count("event", "offence"), "24 months", "risk",
         "Offences recorded in the last {window}: {value:.0f}", "No offence recorded in the last {window}",
         "Many differ from one"),
        ("offence_gravity_36m", Max("event", "offence"), "3 years", "risk",
         "The gravest offence of the last {window} is of grade {value:.0f} of 8",
         "No grade of an offence in the last {window}", "A grave event asks for a plan with youth justice"),
        ("offences_violence_36m", Count("event", "offence", code=("robbery", "violence", "weapons")), "3 years", "risk",
         "Offences with violence or weapons in the last {window}: {value:.0f}",
         "No offence with violence or weapons in the last {window}", "Those who hurt are often hurt themselves"),
        ("offences_drugs_36m", Count("event", "offence", code="drugs"), "3 years", "risk",
         "Offences with drugs in the last {window}: {value:.0f}", "No offence with drugs in the last {window}",
         "May point to use, or to being used by others"),
        ("entered_youth_justice_24m", Any("event", "first_time_entrant"), "24 months", "risk",
         "Came into youth justice for the first time in the last {window}",
         "Did not come into youth justice for the first time in the last {window}",
         "Help before a second outcome works best"),
        ("custody_36m", SpellsStarted("youth_custody"), "3 years", "risk",
         "Was held in custody or on remand {times} in the last {window}",
         "Not held in custody or on remand in the last {window}", "The return from custody has to be prepared"),
        ("youth_intervention_days_24m", DaysInSpell("youth_intervention"), "24 months", "context",
         "Days in a youth justice programme in the last {window}: {value:.0f}",
         "In no youth justice programme in the last {window}", "How much help there was"),
        ("youth_justice_education_lost", Latest("attribute", "education_status", equals=("excluded", "neet")),
         "24 months", "risk", "Youth justice found the child without a place to learn",
         "Youth justice found the child in a place to learn", "A place to go to each day protects"),
    ],
    theme="youth_justice", agency="youth_justice", share_with=(*FAMILY_WORKERS, "youth_justice"),
)  # fmt: skip

WENT_WELL = group(
    [
        ("youth_intervention_open", OpenSpell("youth_intervention"), "all", "strength",
         "A youth justice worker is working with the child", "No youth justice worker is working with the child",
         "Help that is already there comes first"),
        ("days_since_offence_outcome", DaysSinceLast("event", "offence_outcome"), "all", "strength",
         "No youth justice outcome for {duration}", "", "Time since counts in the young person's favour"),
        ("youth_intervention_ended_36m", SpellsEnded("youth_intervention"), "3 years", "strength",
         "A youth justice programme came to its end {times} in the last {window}",
         "No youth justice programme came to its end in the last {window}", "What was finished shows staying power"),
        ("youth_justice_in_education", Latest("attribute", "education_status", equals="full_time"), "24 months",
         "strength", "Youth justice found the child in full-time education",
         "Youth justice did not find the child in full-time education", "A place to go to each day protects"),
        ("youth_justice_assessed_12m", Count("event", "asset_assessment"), "12 months", "strength",
         "Youth justice looked at what the child needs {times} in the last {window}",
         "Youth justice did not look at what the child needs in the last {window}",
         "A plan that is looked at again stays a good one"),
        ("reoffending_thought_unlikely", Latest("attribute", "asset_reoffending", equals="low"), "24 months",
         "strength",
         "Youth justice thinks a further offence unlikely", "Youth justice does not call a further offence unlikely",
         "A worker's own view that things go well"),
    ],
    theme="youth_justice", agency="youth_justice", share_with=(*FAMILY_WORKERS, "youth_justice"),
)  # fmt: skip

SENSITIVE = group(
    [
        ("reoffending_thought_likely", Latest("attribute", "asset_reoffending", equals=_HIGH), "24 months", "risk",
         "Youth justice thinks a further offence likely", "Youth justice does not call a further offence likely",
         "More support in time can prevent it"),
        ("safety_in_doubt", Latest("attribute", "asset_safety", equals=_HIGH), "24 months", "risk",
         "Youth justice is worried about the child's own safety",
         "Youth justice is not much worried about the child's own safety", "The child has to be kept safe first"),
    ],
    theme="youth_justice", agency="youth_justice", share_with=(SOCIAL_CARE, "youth_justice"),
)  # fmt: skip

HOUSEHOLD = group(
    [
        ("household_offence_outcomes_24m", _OUTCOMES, "24 months", "risk",
         "Others of the household had youth justice outcomes {times} in the last {window}",
         "Nobody else of the household had a youth justice outcome in the last {window}",
         "Brothers and sisters can be helped together"),
    ],
    theme="youth_justice", agency="youth_justice", share_with=(SOCIAL_CARE, "youth_justice"), scope="household_others",
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_offence_outcomes_36m", _OUTCOMES, "3 years", "risk",
         "Brothers or sisters had youth justice outcomes {times} in the last {window}",
         "No brother or sister had a youth justice outcome in the last {window}",
         "Younger ones can be kept from following"),
        ("sibling_youth_intervention_open", OpenSpell("youth_intervention"), "all", "strength",
         "A youth justice worker is working with a brother or sister",
         "No youth justice worker is working with a brother or sister",
         "A worker who knows the family is the first to ask"),
    ],
    theme="youth_justice", agency="youth_justice", share_with=(SOCIAL_CARE, "youth_justice"), scope="siblings",
)  # fmt: skip

FEATURES = (*OWN, *WENT_WELL, *SENSITIVE, *HOUSEHOLD, *SIBLINGS)
