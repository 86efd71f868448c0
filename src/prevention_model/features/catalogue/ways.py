"""Which way things go: derived features over those of the other pages, of several themes."""

from prevention_model.features.catalogue import (
    attendance,
    exclusion,
    health,
    housing,
    missing,
    participation,
    police,
    social_care,
)
from prevention_model.features.catalogue.table import (
    COORDINATOR,
    EARLY_HELP,
    HEALTH_WORKERS,
    SCHOOL_WORKERS,
    SOCIAL_CARE,
    YEAR_BEFORE,
    derived_group,
)
from prevention_model.features.feature import Feature
from prevention_model.features.rules import Difference, Ratio, SinceReached, Trajectory
from prevention_model.query import Aggregate, Count, Lookback, Share, Sum

_PAGES = (attendance, exclusion, health, housing, missing, participation, police, social_care)
_OF = {feature.name: feature for page in _PAGES for feature in page.FEATURES}

_POSSIBLE = Sum("measurement", "possible_sessions")
_WITH_LEAVE = Sum("measurement", "authorised_absence_sessions")
_WITHOUT_LEAVE = Sum("measurement", "unauthorised_absence_sessions")
_MISSED = Sum("measurement", ("authorised_absence_sessions", "unauthorised_absence_sessions"))


def _behind(name: str, aggregate: Aggregate, length: str) -> Feature:
    """A feature that only others are made from."""
    return Feature(name, aggregate, Lookback(length))


_ABSENCE_3M = _behind("absence_share_3m", Share(_MISSED, _POSSIBLE), "3 months")
_ATTENDANCE_3M = _behind("attendance_share_3m", Share(_MISSED, _POSSIBLE, rest=True), "3 months")
_UNAUTHORISED_3M = _behind("unauthorised_share_3m", Share(_WITHOUT_LEAVE, _POSSIBLE), "3 months")
_ACTIVITIES_BEFORE = Feature("activities_year_before", Count("event", "activity_attended"), YEAR_BEFORE)

_STEADY = " neither rose nor fell on the whole over the last {window}"
_OVER = " {change} over the last {window}"
_SINCE = " {change} from the year before to the last year"
_NOT_SINCE = " were as many in the last year as in the year before"

AT_SCHOOL = derived_group(
    [
        ("absence_trajectory", Trajectory(_ABSENCE_3M), "risk",
         "Absence from school" + _OVER, "Absence from school" + _STEADY,
         "Absence that grows bit by bit is easily overlooked"),
        ("unauthorised_trajectory", Trajectory(_UNAUTHORISED_3M), "risk",
         "Absence from school without leave" + _OVER, "Absence from school without leave" + _STEADY,
         "A pattern that grows is easier to turn round early"),
        ("attendance_trajectory", Trajectory(_ATTENDANCE_3M), "strength",
         "Attendance at school" + _OVER, "Attendance at school" + _STEADY,
         "Attendance that recovers bit by bit shows that something works"),
        ("absence_against_year_before", Difference(_OF["absence_share_12m"], _OF["absence_share_year_before"]),
         "risk", "Absence from school" + _SINCE,
         "Absence from school was the same in the last year as in the year before",
         "Whole years hold the same terms, so the season does not matter"),
        ("unauthorised_to_authorised_12m",
         Ratio(_behind("unauthorised_sessions_12m", _WITHOUT_LEAVE, "12 months"),
               _behind("authorised_sessions_12m", _WITH_LEAVE, "12 months")), "risk",
         "School sessions missed without leave for each one missed with leave in the last {window}: {value:.1f}",
         "Missed no school session without leave in the last {window}",
         "Whether home and school are in touch about absence, however much there is of it"),
        ("tenth_of_school_missed_since", SinceReached(_ABSENCE_3M, at_least=0.1, times=5), "risk",
         "First missed a tenth or more of 3 months of school {duration} ago, as far as the last {window} show",
         "Has come to miss a tenth or more of 3 months of school, for the first time in the last {window}",
         "Absence that has lasted asks for other help than absence that is new"),
    ],
    theme="attendance", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

SUSPENDED = derived_group(
    [
        ("suspension_trajectory", Trajectory(_OF["suspensions_3m"]), "risk",
         "Suspensions counted over 3 months" + _OVER, "Suspensions counted over 3 months" + _STEADY,
         "Suspensions that come closer together go before exclusion"),
        ("suspensions_against_year_before", Difference(_OF["suspensions_12m"], _OF["suspensions_year_before"]),
         "risk", "Suspensions" + _SINCE, "Suspensions" + _NOT_SINCE, "A school year against the one before it"),
    ],
    theme="exclusion", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

IN_CONTACT = derived_group(
    [
        ("contact_trajectory", Trajectory(_OF["contacts_3m"]), "risk",
         "Contacts with children's social care counted over 3 months" + _OVER,
         "Contacts with children's social care counted over 3 months" + _STEADY,
         "Worries that come closer together ask for a call now"),
        ("contacts_against_year_before", Difference(_OF["contacts_12m"], _OF["contacts_year_before"]), "risk",
         "Contacts with children's social care" + _SINCE, "Contacts with children's social care" + _NOT_SINCE,
         "More worry than a year ago, whoever raises it"),
    ],
    theme="social_care", agency="social_care", share_with=_OF["contacts_12m"].share_with,
)  # fmt: skip

WITH_POLICE = derived_group(
    [
        ("police_notices_against_year_before",
         Difference(_OF["police_notices_12m"], _OF["police_notices_year_before"]), "risk",
         "Police notices that name the child" + _SINCE, "Police notices that name the child" + _NOT_SINCE,
         "More trouble than a year ago, or less"),
    ],
    theme="police", agency="police", share_with=_OF["police_notices_12m"].share_with,
)  # fmt: skip

AWAY = derived_group(
    [
        ("missing_trajectory", Trajectory(_OF["missing_3m"]), "risk",
         "Reports of going missing counted over 3 months" + _OVER,
         "Reports of going missing counted over 3 months" + _STEADY,
         "Going missing more often can mean a growing pull"),
    ],
    theme="missing", agency="police", share_with=(COORDINATOR, SOCIAL_CARE),
)  # fmt: skip

IN_HEALTH = derived_group(
    [
        ("emergency_visits_against_year_before",
         Difference(_OF["emergency_visits_12m"], _OF["emergency_visits_year_before"]), "risk",
         "Visits to an emergency department" + _SINCE, "Visits to an emergency department" + _NOT_SINCE,
         "More visits than a year ago ask for a call"),
        ("kept_appointment_trajectory", Trajectory(_OF["kept_appointment_share_6m"], every="6 months"), "strength",
         "The share of health appointments kept" + _OVER, "The share of health appointments kept" + _STEADY,
         "A family that comes more and more is a family that seeks help"),
    ],
    theme="health", agency="health", share_with=HEALTH_WORKERS,
)  # fmt: skip

AT_HOME = derived_group(
    [
        ("household_rent_arrears_trajectory", Trajectory(_OF["household_rent_arrears_3m"]), "risk",
         "Rent that the household owes, in pounds," + _OVER, "Rent that the household owes" + _STEADY,
         "Debt that grows can still be stopped"),
    ],
    theme="housing", agency="housing", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE, "housing"),
)  # fmt: skip

TAKING_PART = derived_group(
    [
        ("activities_trajectory", Trajectory(_OF["activities_3m"]), "strength",
         "Activities counted over 3 months" + _OVER, "Activities counted over 3 months" + _STEADY,
         "A child who is drawn in bit by bit is on a good way"),
        ("activities_against_year_before", Difference(_OF["activities_12m"], _ACTIVITIES_BEFORE), "strength",
         "Activities" + _SINCE, "Activities" + _NOT_SINCE, "More ties than a year ago"),
    ],
    theme="participation", agency="participation", share_with=SCHOOL_WORKERS,
)  # fmt: skip

FEATURES = (
    *AT_SCHOOL, *SUSPENDED, *IN_CONTACT, *WITH_POLICE, *AWAY, *IN_HEALTH, *AT_HOME, *TAKING_PART,
)  # fmt: skip
