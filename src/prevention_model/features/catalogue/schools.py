"""Attendance, exclusion, and support at school."""

from prevention_model.features.catalogue.table import COORDINATOR, EARLY_HELP, SOCIAL_CARE, group
from prevention_model.query import (
    Any,
    Count,
    DaysInSpell,
    DaysSinceLast,
    OpenSpell,
    Share,
    SpellsStarted,
    Sum,
)

_SHARE_WITH = (COORDINATOR, EARLY_HELP, SOCIAL_CARE, "schools")

_POSSIBLE = Sum("measurement", "possible_sessions")
_ABSENCE = Share(
    Sum("measurement", ("authorised_absence_sessions", "unauthorised_absence_sessions")), _POSSIBLE
)
_ATTENDANCE = Share(_ABSENCE.numerator, _POSSIBLE, rest=True)
_UNAUTHORISED = Share(Sum("measurement", "unauthorised_absence_sessions"), _POSSIBLE)
_MISSED = "Missed {value:.0f}% of school sessions in the last {window}"
_NONE_MISSED = "Missed no school sessions in the last {window}"
_WITHOUT_LEAVE = "Missed {value:.0f}% of school sessions without leave in the last {window}"
_NONE_WITHOUT_LEAVE = "Missed no school sessions without leave in the last {window}"

ATTENDANCE = group(
    [
        ("absence_share_6m", _ABSENCE, "6 months", "risk",
         _MISSED, _NONE_MISSED, "Absence is the earliest sign that most families and schools see"),
        ("absence_share_12m", _ABSENCE, "12 months", "risk",
         _MISSED, _NONE_MISSED, "A year against the last months shows whether absence grows"),
        ("absence_share_24m", _ABSENCE, "24 months", "risk",
         _MISSED, _NONE_MISSED, "Long absence differs from a recent change"),
        ("unauthorised_share_6m", _UNAUTHORISED, "6 months", "risk",
         _WITHOUT_LEAVE, _NONE_WITHOUT_LEAVE, "Absence without leave asks for other help than illness does"),
        ("unauthorised_share_12m", _UNAUTHORISED, "12 months", "risk",
         _WITHOUT_LEAVE, _NONE_WITHOUT_LEAVE, "A year against the last months shows whether it grows"),
        ("attendance_recent", _ATTENDANCE, "4 months", "strength",
         "Attended {value:.0f}% of school sessions in the last {window}",
         "Attended no school session in the last {window}", "Good recent attendance is a strength to build on"),
    ],
    theme="attendance", agency="schools", share_with=_SHARE_WITH,
)  # fmt: skip

EXCLUSION = group(
    [
        ("suspensions_3m", Count("event", "suspension"), "3 months", "risk",
         "Suspended from school {times} in the last {window}", "Not suspended from school in the last {window}",
         "A recent suspension is a chance to act before the next"),
        ("suspensions_12m", Count("event", "suspension"), "12 months", "risk",
         "Suspended from school {times} in the last {window}", "Not suspended from school in the last {window}",
         "Repeated suspension goes before exclusion"),
        ("suspended_sessions_12m", Sum("event", "suspension"), "12 months", "risk",
         "School sessions lost to suspension in the last {window}: {value:.0f}",
         "Lost no school sessions to suspension in the last {window}", "Length says more than number"),
        ("suspensions_24m", Count("event", "suspension"), "24 months", "risk",
         "Suspended from school {times} in the last {window}", "Not suspended from school in the last {window}",
         "Two years against one shows whether it is new"),
        ("days_since_suspension", DaysSinceLast("event", "suspension"), "3 years", "context",
         "Last suspended from school {duration} ago", "", "Time without a suspension counts in the child's favour"),
        ("permanently_excluded", Any("event", "permanent_exclusion"), "all", "risk",
         "Has been permanently excluded from a school", "Has never been permanently excluded",
         "A lost school place changes what help is within reach"),
    ],
    theme="exclusion", agency="schools", share_with=_SHARE_WITH,
)  # fmt: skip

SEND = group(
    [
        ("sen_support_open", OpenSpell("sen_support"), "all", "context",
         "Has special educational needs support at school", "No special educational needs support on record",
         "Shows what support is already there"),
        ("sen_support_days_24m", DaysInSpell("sen_support"), "24 months", "context",
         "Days with special educational needs support in the last {window}: {value:.0f}",
         "No special educational needs support in the last {window}", "New support differs from long support"),
        ("ehcp_open", OpenSpell("ehcp"), "all", "context",
         "Has an education, health and care plan", "No education, health and care plan on record",
         "Shows what support is already there"),
    ],
    theme="send", agency="schools", share_with=_SHARE_WITH,
)  # fmt: skip

SCHOOL = group(
    [
        ("free_school_meals_open", OpenSpell("fsm"), "all", "context",
         "Is eligible for free school meals", "Not eligible for free school meals",
         "Low income is where practical help starts"),
        ("free_school_meals_started_24m", SpellsStarted("fsm"), "24 months", "context",
         "Became eligible for free school meals in the last {window}",
         "Did not become eligible for free school meals in the last {window}",
         "A recent fall in income is a change that help can meet"),
        ("school_moves_12m", SpellsStarted("enrolment"), "12 months", "risk",
         "Joined a school {times} in the last {window}", "No change of school in the last {window}",
         "Moves break ties with teachers and friends"),
        ("school_moves_36m", SpellsStarted("enrolment"), "3 years", "risk",
         "Joined a school {times} in the last {window}", "No change of school in the last {window}",
         "Repeated moves differ from one"),
        ("time_at_school", DaysSinceLast("spell", "enrolment", at="start"), "all", "strength",
         "At the same school for {duration}", "", "A school that knows the child is a strength"),
        ("on_school_roll", OpenSpell("enrolment"), "all", "strength",
         "Is on a school roll", "Not on a school roll as far as is known", "A school place gives daily contact"),
    ],
    theme="school", agency="schools", share_with=_SHARE_WITH,
)  # fmt: skip

SCHOOLS = (*ATTENDANCE, *EXCLUSION, *SEND, *SCHOOL)
