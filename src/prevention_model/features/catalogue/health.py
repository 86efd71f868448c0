"""Health: emergency visits, appointments kept and missed, community services, and brothers and sisters."""

from prevention_model.features.catalogue.table import HEALTH_WORKERS, SOCIAL_CARE, YEAR_BEFORE, group
from prevention_model.query import (
    Change,
    Count,
    DaysSinceLast,
    Latest,
    OpenSpell,
    Share,
    SpellsEnded,
    SpellsStarted,
)

_VISITS = Count("event", "ed_attendance")
_BOTH = Count("event", ("missed_appointment", "kept_appointment"))
_MISSED = Share(Count("event", "missed_appointment"), _BOTH)
_KEPT = Share(Count("event", "kept_appointment"), _BOTH)
_WENT = "Went to an emergency department {times} in the last {window}"
_NOT_WENT = "Did not go to an emergency department in the last {window}"
_NOT_BROUGHT = "Was not brought to {value:.0f}% of health appointments in the last {window}"
_ALL_BROUGHT = "Was brought to every health appointment in the last {window}"

EMERGENCY = group(
    [
        ("emergency_visits_3m", _VISITS, "3 months", "risk", _WENT, _NOT_WENT, "A recent visit is a chance to ask"),
        ("emergency_visits_12m", _VISITS, "12 months", "risk",
         _WENT, _NOT_WENT, "A year against the last months shows whether it grows"),
        ("emergency_visits_24m", _VISITS, "24 months", "risk",
         _WENT, _NOT_WENT, "Many visits over time differ from one bad month"),
        ("emergency_visits_year_before", _VISITS, YEAR_BEFORE, "context",
         "Went to an emergency department {times} in the {window}",
         "Did not go to an emergency department in the {window}", "What the last year is measured against"),
        ("emergency_rise", Change(_VISITS, "3 months"), "12 months", "risk",
         "Visits to an emergency department {change} in the last {recent}",
         "Visits to an emergency department were as many in the last {recent} as before",
         "Visits that come closer together ask for a call"),
        ("injury_visits_12m", Count("event", "ed_attendance", code="injury"), "12 months", "risk",
         "Went to an emergency department with an injury {times} in the last {window}",
         "No emergency visit with an injury in the last {window}", "Accidents at home can be prevented"),
        ("injury_visits_24m", Count("event", "ed_attendance", code="injury"), "24 months", "risk",
         "Went to an emergency department with an injury {times} in the last {window}",
         "No emergency visit with an injury in the last {window}", "Repeated injury can be prevented"),
        ("illness_visits_12m", Count("event", "ed_attendance", code="illness"), "12 months", "risk",
         "Went to an emergency department with an illness {times} in the last {window}",
         "No emergency visit with an illness in the last {window}", "A health visitor or nurse can help nearer home"),
        ("days_since_emergency_visit", DaysSinceLast("event", "ed_attendance"), "all", "strength",
         "No emergency visit for {duration}", "", "A quiet time counts in the family's favour"),
    ],
    theme="health", agency="health", share_with=HEALTH_WORKERS,
)  # fmt: skip

APPOINTMENTS = group(
    [
        ("missed_appointment_share_12m", _MISSED, "12 months", "risk",
         _NOT_BROUGHT, _ALL_BROUGHT, "Missed appointments often have a practical cause"),
        ("missed_appointment_share_24m", _MISSED, "24 months", "risk",
         _NOT_BROUGHT, _ALL_BROUGHT, "A long pattern differs from a recent change"),
        ("missed_appointments_6m", Count("event", "missed_appointment"), "6 months", "risk",
         "Was not brought to a health appointment {times} in the last {window}",
         "Missed no health appointment in the last {window}", "A recent change can be met with practical help"),
        ("missed_appointment_rise", Change(_MISSED, "6 months"), "24 months", "risk",
         "The share of health appointments missed {change} in the last {recent}",
         "The share of health appointments missed was the same in the last {recent} as before",
         "A change asks what makes it harder to come"),
        ("kept_appointments_12m", Count("event", "kept_appointment"), "12 months", "strength",
         "Kept health appointments {times} in the last {window}",
         "No kept health appointment on record in the last {window}",
         "Keeping appointments shows a family that seeks help"),
        ("kept_appointments_6m", Count("event", "kept_appointment"), "6 months", "strength",
         "Kept health appointments {times} in the last {window}",
         "No kept health appointment on record in the last {window}", "Recent engagement against the year's"),
        ("kept_appointment_share_6m", _KEPT, "6 months", "strength",
         "Was brought to {value:.0f}% of health appointments in the last {window}",
         "Was brought to no health appointment in the last {window}",
         "A family that comes is a family that seeks help"),
        ("kept_appointments_recovering", Change(_KEPT, "6 months"), "12 months", "strength",
         "The share of health appointments kept {change} in the last {recent}",
         "The share of health appointments kept was the same in the last {recent} as before",
         "A turn for the better shows that something works"),
        ("appointments_cancelled_12m", Count("event", "appointment", code="cancelled_by_provider"), "12 months",
         "context",
         "The service cancelled a health appointment {times} in the last {window}",
         "The service cancelled no health appointment in the last {window}",
         "What the service did is not the family's doing"),
        ("days_since_kept_appointment", DaysSinceLast("event", "kept_appointment"), "all", "context",
         "Last came to a health appointment {duration} ago", "", "Long silence can mean good health or lost contact"),
    ],
    theme="health", agency="health", share_with=HEALTH_WORKERS,
)  # fmt: skip

SERVICES = group(
    [
        ("health_service_open", OpenSpell("service_referral"), "all", "strength",
         "A community health service is involved with the child",
         "No community health service is involved with the child", "Help that is already there comes first"),
        ("health_service_referrals_24m", SpellsStarted("service_referral"), "24 months", "context",
         "Referred to a community health service {times} in the last {window}",
         "Not referred to a community health service in the last {window}", "Shows what has been tried"),
        ("health_service_completed_24m", SpellsEnded("service_referral", outcome="completed"), "24 months", "strength",
         "Completed what a community health service offered {times} in the last {window}",
         "Completed nothing that a community health service offered in the last {window}",
         "What was finished shows a family that holds on"),
        ("health_service_lost_24m", SpellsEnded("service_referral", outcome="no_contact"), "24 months", "risk",
         "A community health service lost contact {times} in the last {window}",
         "No community health service lost contact in the last {window}",
         "Another way to reach the family may be needed"),
        ("immunisations_24m", Count("event", "immunisation"), "24 months", "strength",
         "Immunised {times} in the last {window}", "No immunisation on record in the last {window}",
         "Prevention that the family takes up"),
    ],
    theme="health", agency="health", share_with=HEALTH_WORKERS,
)  # fmt: skip

SENSITIVE = group(
    [
        ("assault_visits_24m", Count("event", "ed_assault"), "24 months", "risk",
         "Went to an emergency department after an assault {times} in the last {window}",
         "No emergency visit after an assault in the last {window}", "Being hurt by others needs an answer"),
        ("safeguarding_visits_24m", Count("event", "ed_safeguarding_concern"), "24 months", "risk",
         "Emergency staff noted a concern for the child {times} in the last {window}",
         "Emergency staff noted no concern for the child in the last {window}",
         "Staff saw something that they wrote down"),
        ("substance_visits_24m", Count("event", "ed_attendance", code="substance_use"), "24 months", "risk",
         "Went to an emergency department over drugs or alcohol {times} in the last {window}",
         "No emergency visit over drugs or alcohol in the last {window}", "A young person's service can help"),
    ],
    theme="health", agency="health", share_with=("health", SOCIAL_CARE),
)  # fmt: skip

IN_CARE = group(
    [
        ("care_health_assessed", Latest("attribute", "health_assessment_done", equals="true"), "24 months", "strength",
         "Had the yearly health assessment of children in care", "Had no yearly health assessment of children in care",
         "Health looked after in care carries over"),
        ("care_dentist_seen", Latest("attribute", "dental_check_done", equals="true"), "24 months", "strength",
         "Saw a dentist while in care", "Did not see a dentist while in care",
         "Health looked after in care carries over"),
        ("care_immunised", Latest("attribute", "immunised", equals="true"), "24 months", "strength",
         "Was up to date with immunisations while in care", "Was behind with immunisations while in care",
         "Health looked after in care carries over"),
    ],
    theme="health", agency="social_care", share_with=HEALTH_WORKERS,
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_missed_appointments_12m", _MISSED, "12 months", "risk",
         "Brothers and sisters were not brought to {value:.0f}% of their health appointments in the last {window}",
         "Brothers and sisters were brought to every health appointment in the last {window}",
         "When all miss appointments the reason lies in the family's days"),
        ("sibling_injuries_24m", Count("event", "ed_attendance", code="injury"), "24 months", "risk",
         "Brothers or sisters went to an emergency department with an injury {times} in the last {window}",
         "No brother or sister went to an emergency department with an injury in the last {window}",
         "A home can be made safer for all"),
        ("sibling_kept_appointments_12m", _KEPT, "12 months", "strength",
         "Brothers and sisters were brought to {value:.0f}% of their health appointments in the last {window}",
         "Brothers and sisters were brought to no health appointment in the last {window}",
         "A family that comes is a family that seeks help"),
    ],
    theme="health", agency="health", share_with=HEALTH_WORKERS, scope="siblings",
)  # fmt: skip

FEATURES = (*EMERGENCY, *APPOINTMENTS, *SERVICES, *SENSITIVE, *IN_CARE, *SIBLINGS)
