"""The child's health, and adult services that the others of the household use."""

from prevention_model.features.catalogue.table import COORDINATOR, EARLY_HELP, SOCIAL_CARE, group
from prevention_model.query import Count, DistinctCodes, Latest, OpenSpell, Share, SpellsStarted

_MISSED = Share(
    Count("event", "missed_appointment"), Count("event", ("missed_appointment", "kept_appointment"))
)

HEALTH = group(
    [
        ("emergency_visits_3m", Count("event", "ed_attendance"), "3 months", "risk",
         "Went to an emergency department {times} in the last {window}",
         "Did not go to an emergency department in the last {window}", "A recent visit is a chance to ask"),
        ("emergency_visits_12m", Count("event", "ed_attendance"), "12 months", "risk",
         "Went to an emergency department {times} in the last {window}",
         "Did not go to an emergency department in the last {window}",
         "A year against the last months shows whether it grows"),
        ("injury_visits_24m", Count("event", "ed_attendance", code="injury"), "24 months", "risk",
         "Went to an emergency department with an injury {times} in the last {window}",
         "No emergency visit with an injury in the last {window}", "Repeated injury can be prevented"),
        ("missed_appointment_share_12m", _MISSED, "12 months", "risk",
         "Was not brought to {value:.0f}% of health appointments in the last {window}",
         "Was brought to every health appointment in the last {window}",
         "Missed appointments often have a practical cause"),
        ("missed_appointments_6m", Count("event", "missed_appointment"), "6 months", "risk",
         "Was not brought to a health appointment {times} in the last {window}",
         "Missed no health appointment in the last {window}", "A recent change can be met with practical help"),
        ("kept_appointments_12m", Count("event", "kept_appointment"), "12 months", "strength",
         "Kept health appointments {times} in the last {window}",
         "No kept health appointment on record in the last {window}",
         "Keeping appointments shows a family that seeks help"),
        ("kept_appointments_6m", Count("event", "kept_appointment"), "6 months", "strength",
         "Kept health appointments {times} in the last {window}",
         "No kept health appointment on record in the last {window}", "Recent engagement against the year's"),
    ],
    theme="health", agency="health", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE, "health"),
)  # fmt: skip

DEVELOPMENT = group(
    [
        ("health_checks", DistinctCodes("event", "mandated_check"), "all", "strength",
         "Had {value:.0f} of the 4 early health and development checks",
         "No early health and development check on record", "Checks that were kept show early contact"),
        ("development_score", Latest("measurement", "development_score"), "all", "strength",
         "Scored {value:.0f} of 60 in the two-year development review",
         "Scored 0 of 60 in the two-year development review",
         "Early development is a strength, or a need that can be met"),
    ],
    theme="development", agency="health", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE, "health"),
)  # fmt: skip

HEALTH_SENSITIVE = group(
    [
        ("self_harm_visits_24m", Count("event", "ed_attendance", code="self_harm"), "24 months", "risk",
         "Went to an emergency department after self-harm {times} in the last {window}",
         "No emergency visit after self-harm in the last {window}", "Needs specialist help, quickly"),
        ("mental_health_referral_open", OpenSpell("mh_referral"), "all", "context",
         "Is waiting for, or seeing, a mental health service", "No open referral to a mental health service",
         "Help that is already there, or awaited"),
        ("mental_health_referrals_24m", SpellsStarted("mh_referral"), "24 months", "risk",
         "Referred to a mental health service {times} in the last {window}",
         "Not referred to a mental health service in the last {window}", "Repeated referral without lasting help"),
    ],
    theme="health", agency="health", share_with=("health", SOCIAL_CARE),
)  # fmt: skip

ADULTS = group(
    [
        ("adult_mental_health_3m", Count("event", "adult_mental_health_contact"), "3 months", "risk",
         "An adult of the household saw a mental health service {times} in the last {window}",
         "No adult of the household saw a mental health service in the last {window}", "A recent change at home"),
        ("adult_mental_health_12m", Count("event", "adult_mental_health_contact"), "12 months", "risk",
         "An adult of the household saw a mental health service {times} in the last {window}",
         "No adult of the household saw a mental health service in the last {window}",
         "Parents' health shapes what children need"),
        ("adult_substance_12m", Count("event", "adult_substance_contact"), "12 months", "risk",
         "An adult of the household saw a drug or alcohol service {times} in the last {window}",
         "No adult of the household saw a drug or alcohol service in the last {window}",
         "Parents' health shapes what children need"),
        ("adult_treatment_open", OpenSpell("substance_treatment"), "all", "strength",
         "An adult of the household is in drug or alcohol treatment",
         "No adult of the household is in drug or alcohol treatment", "Being in treatment is a strength"),
    ],
    theme="parents", agency="parents_services", share_with=("parents_services", SOCIAL_CARE), scope="household_others",
)  # fmt: skip

ADULTS_ENGAGED = group(
    [
        ("adult_engaged_6m", Count("event", "adult_engaged"), "6 months", "strength",
         "An adult of the household took up support {times} in the last {window}",
         "No adult of the household is recorded as taking up support in the last {window}",
         "An engaged adult is a strength to build on"),
        ("adult_engaged_12m", Count("event", "adult_engaged"), "12 months", "strength",
         "An adult of the household took up support {times} in the last {window}",
         "No adult of the household is recorded as taking up support in the last {window}",
         "A year against the last months shows the direction"),
    ],
    theme="parents", agency="parents_services", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE),
    scope="household_others",
)  # fmt: skip

HEALTH_AND_PARENTS = (*HEALTH, *DEVELOPMENT, *HEALTH_SENSITIVE, *ADULTS, *ADULTS_ENGAGED)
