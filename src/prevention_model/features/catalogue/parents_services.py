"""Services for adults that others of the household, or the parents wherever they live, use. Not for coordinators."""

from prevention_model.features.catalogue.table import FAMILY_WORKERS, SOCIAL_CARE, YEAR_BEFORE, group
from prevention_model.query import (
    Change,
    Count,
    DaysInSpell,
    DaysSinceLast,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)

_MIND = Count("event", "adult_mental_health_contact")
_SUBSTANCE = Count("event", "adult_substance_contact")
_ENGAGED = Count("event", "adult_engaged")
_SAW_MIND = "An adult of the household saw a mental health service {times} in the last {window}"
_NOT_MIND = "No adult of the household saw a mental health service in the last {window}"
_SAW_SUBSTANCE = "An adult of the household saw a drug or alcohol service {times} in the last {window}"
_NOT_SUBSTANCE = "No adult of the household saw a drug or alcohol service in the last {window}"
_TOOK_UP = "An adult of the household took up support {times} in the last {window}"
_NOT_TAKEN_UP = "No adult of the household is recorded as taking up support in the last {window}"

ADULTS = group(
    [
        ("adult_mental_health_3m", _MIND, "3 months", "risk", _SAW_MIND, _NOT_MIND, "A recent change at home"),
        ("adult_mental_health_12m", _MIND, "12 months", "risk",
         _SAW_MIND, _NOT_MIND, "Parents' health shapes what children need"),
        ("adult_mental_health_year_before", _MIND, YEAR_BEFORE, "context",
         "An adult of the household saw a mental health service {times} in the {window}",
         "No adult of the household saw a mental health service in the {window}",
         "What the last year is measured against"),
        ("adult_mental_health_rise", Change(_MIND, "3 months"), "12 months", "risk",
         "Contacts of adults of the household with a mental health service {change} in the last {recent}",
         "Contacts of adults of the household with a mental health service were as many in the last {recent} as before",
         "An adult who is getting worse needs relief with the children"),
        ("adult_substance_3m", _SUBSTANCE, "3 months", "risk",
         _SAW_SUBSTANCE, _NOT_SUBSTANCE, "A recent change at home"),
        ("adult_substance_12m", _SUBSTANCE, "12 months", "risk",
         _SAW_SUBSTANCE, _NOT_SUBSTANCE, "Parents' health shapes what children need"),
        ("adult_substance_rise", Change(_SUBSTANCE, "3 months"), "12 months", "risk",
         "Contacts of adults of the household with a drug or alcohol service {change} in the last {recent}",
         "Contacts of adults with a drug or alcohol service were as many in the last {recent} as before",
         "An adult who is getting worse needs relief with the children"),
        ("adult_treatment_left_36m", SpellsEnded("substance_treatment", outcome="dropped_out"), "3 years", "risk",
         "An adult of the household left drug or alcohol treatment early {times} in the last {window}",
         "No adult of the household left drug or alcohol treatment early in the last {window}",
         "The way back into treatment can be made easy"),
        ("adult_treatment_starts_24m", SpellsStarted("substance_treatment"), "24 months", "context",
         "An adult of the household began drug or alcohol treatment {times} in the last {window}",
         "No adult of the household began drug or alcohol treatment in the last {window}", "Shows what has been tried"),
        ("adult_treatment_open", OpenSpell("substance_treatment"), "all", "strength",
         "An adult of the household is in drug or alcohol treatment",
         "No adult of the household is in drug or alcohol treatment", "Being in treatment is a strength"),
        ("adult_treatment_days_24m", DaysInSpell("substance_treatment"), "24 months", "strength",
         "Days of adults of the household in drug or alcohol treatment in the last {window}: {value:.0f}",
         "No adult of the household was in drug or alcohol treatment in the last {window}",
         "Staying in treatment is what makes it work"),
        ("adult_treatment_completed_36m", SpellsEnded("substance_treatment", outcome="completed"), "3 years",
         "strength",
         "An adult of the household completed drug or alcohol treatment {times} in the last {window}",
         "No adult of the household completed drug or alcohol treatment in the last {window}",
         "Treatment that was finished is a strength"),
        ("adult_days_since_mental_health", DaysSinceLast("event", "adult_mental_health_contact"), "all", "strength",
         "No adult of the household saw a mental health service for {duration}", "",
         "A quiet time at home is a strength"),
        ("adult_days_since_substance", DaysSinceLast("event", "adult_substance_contact"), "all", "strength",
         "No adult of the household saw a drug or alcohol service for {duration}", "",
         "A quiet time at home is a strength"),
    ],
    theme="parents", agency="parents_services", share_with=("parents_services", SOCIAL_CARE), scope="household_others",
)  # fmt: skip

ENGAGED = group(
    [
        ("adult_engaged_6m", _ENGAGED, "6 months", "strength",
         _TOOK_UP, _NOT_TAKEN_UP, "An engaged adult is a strength to build on"),
        ("adult_engaged_12m", _ENGAGED, "12 months", "strength",
         _TOOK_UP, _NOT_TAKEN_UP, "A year against the last months shows the direction"),
        ("adult_engaged_rise", Change(_ENGAGED, "3 months"), "12 months", "strength",
         "Support taken up by adults of the household {change} in the last {recent}",
         "Support taken up by adults of the household was as much in the last {recent} as before",
         "An adult who turns to help is a change for the better"),
        ("adult_carer_supported", OpenSpell("adult_care_service", code="carer"), "all", "strength",
         "An adult of the household is supported as a carer", "No adult of the household is supported as a carer",
         "Less falls to the children"),
    ],
    theme="parents", agency="parents_services", share_with=FAMILY_WORKERS, scope="household_others",
)  # fmt: skip

PARENTS = group(
    [
        ("parent_mental_health_12m", _MIND, "12 months", "risk",
         "A parent or carer saw a mental health service {times} in the last {window}",
         "No parent or carer saw a mental health service in the last {window}",
         "A parent's health matters wherever the parent lives"),
        ("parent_substance_12m", _SUBSTANCE, "12 months", "risk",
         "A parent or carer saw a drug or alcohol service {times} in the last {window}",
         "No parent or carer saw a drug or alcohol service in the last {window}",
         "A parent's health matters wherever the parent lives"),
        ("parent_treatment_open", OpenSpell("substance_treatment"), "all", "strength",
         "A parent or carer is in drug or alcohol treatment", "No parent or carer is in drug or alcohol treatment",
         "Being in treatment is a strength"),
        ("parent_treatment_completed_36m", SpellsEnded("substance_treatment", outcome="completed"), "3 years",
         "strength",
         "A parent or carer completed drug or alcohol treatment {times} in the last {window}",
         "No parent or carer completed drug or alcohol treatment in the last {window}",
         "Treatment that was finished is a strength"),
    ],
    theme="parents", agency="parents_services", share_with=("parents_services", SOCIAL_CARE), scope="parents",
)  # fmt: skip

PARENTS_ENGAGED = group(
    [
        ("parent_engaged_12m", _ENGAGED, "12 months", "strength",
         "A parent or carer took up support {times} in the last {window}",
         "No parent or carer is recorded as taking up support in the last {window}",
         "An engaged parent is a strength to build on"),
    ],
    theme="parents", agency="parents_services", share_with=FAMILY_WORKERS, scope="parents",
)  # fmt: skip

FEATURES = (*ADULTS, *ENGAGED, *PARENTS, *PARENTS_ENGAGED)
