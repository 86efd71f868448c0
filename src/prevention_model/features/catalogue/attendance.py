"""Attendance: sessions missed, late or without leave, their direction, and brothers and sisters."""

from prevention_model.features.catalogue.table import SCHOOL_WORKERS, YEAR_BEFORE, group
from prevention_model.query import Change, Max, Share, Sum

_POSSIBLE = Sum("measurement", "possible_sessions")
_WITHOUT_LEAVE = Sum("measurement", "unauthorised_absence_sessions")
_MISSED = Sum("measurement", ("authorised_absence_sessions", "unauthorised_absence_sessions"))
_ABSENCE = Share(_MISSED, _POSSIBLE)
_ATTENDANCE = Share(_MISSED, _POSSIBLE, rest=True)
_UNAUTHORISED = Share(_WITHOUT_LEAVE, _POSSIBLE)
_EXPLAINED = Share(_WITHOUT_LEAVE, _MISSED, rest=True)
_AWAY = ("interview", "sporting_activity", "visit", "work_experience")


def _marked(*codes: str) -> Sum:
    """Sessions that the register marks so."""
    return Sum("measurement", "attendance_sessions", code=codes)


def _part(*codes: str) -> Share:
    """The part of all possible sessions that the register marks so."""
    return Share(_marked(*codes), _POSSIBLE)


_ON_TIME = Share(_marked("present"), _marked("present", "late", "late_after_close"))

_SAID = "Missed {value:.0f}% of school sessions in the last {window}"
_NONE = "Missed no school sessions in the last {window}"
_SAID_WITHOUT = "Missed {value:.0f}% of school sessions without leave in the last {window}"
_NONE_WITHOUT = "Missed no school sessions without leave in the last {window}"
_SAID_LATE = "Came late to {value:.0f}% of school sessions in the last {window}"
_NONE_LATE = "Came late to no school session in the last {window}"
_SAID_ILL = "Missed {value:.0f}% of school sessions through illness in the last {window}"
_NONE_ILL = "Missed no school session through illness in the last {window}"
_SAID_PUNCTUAL = "Was on time for {value:.0f}% of the sessions come to in the last {window}"
_NONE_PUNCTUAL = "Was on time for none of the sessions come to in the last {window}"
_SAID_ATTENDED = "Attended {value:.0f}% of school sessions in the last {window}"
_NONE_ATTENDED = "Attended no school session in the last {window}"
_SAME = " was the same in the last {recent} as before"

ATTENDANCE = group(
    [
        ("absence_share_6m", _ABSENCE, "6 months", "risk",
         _SAID, _NONE, "Absence is the earliest sign that most families and schools see"),
        ("absence_share_12m", _ABSENCE, "12 months", "risk",
         _SAID, _NONE, "A year against the last months shows whether absence grows"),
        ("absence_share_24m", _ABSENCE, "24 months", "risk",
         _SAID, _NONE, "Long absence differs from a recent change"),
        ("absence_share_year_before", _ABSENCE, YEAR_BEFORE, "context",
         "Missed {value:.0f}% of school sessions in the {window}", "Missed no school sessions in the {window}",
         "What the last year is measured against"),
        ("absence_rise", Change(_ABSENCE, "4 months"), "12 months", "risk",
         "Absence from school {change} in the last {recent}", "Absence from school" + _SAME,
         "A change of a term is a chance to ask what happened"),
        ("unauthorised_share_6m", _UNAUTHORISED, "6 months", "risk",
         _SAID_WITHOUT, _NONE_WITHOUT, "Absence without leave asks for other help than illness does"),
        ("unauthorised_share_12m", _UNAUTHORISED, "12 months", "risk",
         _SAID_WITHOUT, _NONE_WITHOUT, "A year against the last months shows whether it grows"),
        ("unauthorised_share_24m", _UNAUTHORISED, "24 months", "risk",
         _SAID_WITHOUT, _NONE_WITHOUT, "Long absence without leave differs from a recent change"),
        ("unauthorised_rise", Change(_UNAUTHORISED, "4 months"), "12 months", "risk",
         "Absence without leave {change} in the last {recent}", "Absence without leave" + _SAME,
         "A new pattern is easier to turn round than an old one"),
        ("unauthorised_worst_24m", Max("measurement", "unauthorised_absence_sessions"), "24 months", "risk",
         "Sessions missed without leave in the worst term or half term of the last {window}: {value:.0f}",
         "Missed no session without leave in any term of the last {window}",
         "One bad term differs from a little absence in each"),
    ],
    theme="attendance", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

WHY_AWAY = group(
    [
        ("illness_share_6m", _part("illness"), "6 months", "risk",
         _SAID_ILL, _NONE_ILL, "Illness that keeps a child at home may need a nurse, not a warning"),
        ("illness_share_12m", _part("illness"), "12 months", "risk",
         _SAID_ILL, _NONE_ILL, "A year against the last months shows whether it lasts"),
        ("illness_rise", Change(_part("illness"), "4 months"), "12 months", "risk",
         "Absence through illness {change} in the last {recent}", "Absence through illness" + _SAME,
         "A new pattern of illness can be worry in disguise"),
        ("late_share_6m", _part("late", "late_after_close"), "6 months", "risk",
         _SAID_LATE, _NONE_LATE, "Lateness is often about mornings at home, which can be helped"),
        ("late_share_12m", _part("late", "late_after_close"), "12 months", "risk",
         _SAID_LATE, _NONE_LATE, "A year against the last months shows whether it lasts"),
        ("unexplained_share_6m", _part("no_reason_yet"), "6 months", "risk",
         "Missed {value:.0f}% of school sessions without a reason given in the last {window}",
         "Missed no school session without a reason given in the last {window}",
         "Silence between home and school can be ended by a call"),
        ("part_time_timetable_12m", _marked("part_time_timetable"), "12 months", "risk",
         "School sessions on a part-time timetable in the last {window}: {value:.0f}",
         "Not on a part-time timetable in the last {window}", "Less school is time that somebody has to fill"),
    ],
    theme="attendance", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

GOOD_ATTENDANCE = group(
    [
        ("attendance_recent", _ATTENDANCE, "4 months", "strength",
         _SAID_ATTENDED, _NONE_ATTENDED, "Good recent attendance is a strength to build on"),
        ("attendance_24m", _ATTENDANCE, "24 months", "strength",
         _SAID_ATTENDED, _NONE_ATTENDED, "Attendance that lasts holds a family to a school"),
        ("attendance_recovering", Change(_ATTENDANCE, "6 months"), "24 months", "strength",
         "Attendance at school {change} in the last {recent}", "Attendance at school" + _SAME,
         "Attendance that recovers shows that something works"),
        ("punctual_share_6m", _ON_TIME, "6 months", "strength",
         _SAID_PUNCTUAL, _NONE_PUNCTUAL, "Being on time shows that mornings work"),
        ("punctual_share_12m", _ON_TIME, "12 months", "strength",
         _SAID_PUNCTUAL, _NONE_PUNCTUAL, "A year against the last months shows the direction"),
        ("explained_absence_12m", _EXPLAINED, "12 months", "strength",
         "The school agreed to {value:.0f}% of the sessions missed in the last {window}",
         "The school agreed to none of the sessions missed in the last {window}",
         "A home that tells the school why is easy to reach"),
        ("school_visits_12m", _marked(*_AWAY), "12 months", "strength",
         "School sessions on visits, sport, interviews or work experience in the last {window}: {value:.0f}",
         "No school visits, sport, interviews or work experience on record in the last {window}",
         "Being taken along is a tie to school"),
    ],
    theme="attendance", agency="schools", share_with=SCHOOL_WORKERS,
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_absence_12m", _ABSENCE, "12 months", "risk",
         "Brothers and sisters missed {value:.0f}% of their school sessions in the last {window}",
         "Brothers and sisters missed no school sessions in the last {window}",
         "When all miss school the reason lies at home"),
        ("sibling_unauthorised_12m", _UNAUTHORISED, "12 months", "risk",
         "Brothers and sisters missed {value:.0f}% of their school sessions without leave in the last {window}",
         "Brothers and sisters missed no school sessions without leave in the last {window}",
         "One talk with the family can help all"),
        ("sibling_absence_rise", Change(_ABSENCE, "4 months"), "12 months", "risk",
         "Absence of brothers and sisters from school {change} in the last {recent}",
         "Absence of brothers and sisters from school" + _SAME, "A change for all points to something at home"),
        ("sibling_attendance_6m", _ATTENDANCE, "6 months", "strength",
         "Brothers and sisters attended {value:.0f}% of their school sessions in the last {window}",
         "Brothers and sisters attended no school session in the last {window}",
         "A brother or sister who attends well shows that the family can"),
    ],
    theme="attendance", agency="schools", share_with=SCHOOL_WORKERS, scope="siblings",
)  # fmt: skip

FEATURES = (*ATTENDANCE, *WHY_AWAY, *GOOD_ATTENDANCE, *SIBLINGS)
