"""Views and participation: what the child and the family take part in, and whose voice is on record."""

from prevention_model.features.catalogue.table import FAMILY_WORKERS, SCHOOL_WORKERS, group
from prevention_model.query import (
    Change,
    Count,
    DaysSinceFirst,
    DaysSinceLast,
    DistinctCodes,
    Latest,
    Share,
)

_JOINED = Count("event", "activity_attended")
_ATTENDED = "Took part in activities {times} in the last {window}"
_NOT_ATTENDED = "No activities on record in the last {window}"
_TOOK_PART = ("attended", "attended_advocate_spoke", "attended_spoke", "attended_symbols")
_HEARD = (*_TOOK_PART, "absent_advocate_briefed", "absent_views_sent", "views_conveyed")
_NOT_HEARD = ("absent_no_view", "attended_no_view", "no_views")


def _at(*codes: str) -> Count:
    """How often the child took part in one of these."""
    return Count("event", "activity_attended", code=codes)


ACTIVITIES = group(
    [
        ("activities_3m", _JOINED, "3 months", "strength", _ATTENDED, _NOT_ATTENDED, "Belonging somewhere protects"),
        ("activities_12m", _JOINED, "12 months", "strength",
         _ATTENDED, _NOT_ATTENDED, "A year against the last months shows the direction"),
        ("activities_24m", _JOINED, "24 months", "strength", _ATTENDED, _NOT_ATTENDED, "Ties that last hold best"),
        ("activities_rise", Change(_JOINED, "3 months"), "12 months", "strength",
         "Taking part in activities {change} in the last {recent}",
         "Taking part in activities was as frequent in the last {recent} as before",
         "A child who is drawn in is on a good way"),
        ("activity_kinds_12m", DistinctCodes("event", "activity_attended"), "12 months", "strength",
         "Different kinds of activity in the last {window}: {value:.0f}", _NOT_ATTENDED,
         "Several ties hold better than one"),
        ("sport_12m", _at("sport"), "12 months", "strength",
         "Went to sport {times} in the last {window}", "No sport on record in the last {window}",
         "A team and a trainer are ties"),
        ("youth_club_12m", _at("youth_club"), "12 months", "strength",
         "Went to a youth club {times} in the last {window}", "No visit to a youth club on record in the last {window}",
         "A youth worker is somebody to turn to"),
        ("holiday_activities_12m", _at("holiday_activity"), "12 months", "strength",
         "Joined holiday activities {times} in the last {window}",
         "No holiday activities on record in the last {window}", "Holidays are when school cannot help"),
        ("young_carers_group_12m", _at("young_carers_group"), "12 months", "strength",
         "Went to a young carers' group {times} in the last {window}",
         "No visit to a young carers' group on record in the last {window}", "A break, and others who understand"),
        ("days_since_activity", DaysSinceLast("event", "activity_attended"), "all", "context",
         "Last took part in an activity {duration} ago", "", "A tie that was lost can be picked up again"),
        ("days_since_first_activity", DaysSinceFirst("event", "activity_attended"), "all", "strength",
         "The first activity on record was {duration} ago", "", "Long known to those who run them"),
    ],
    theme="participation", agency="participation", share_with=SCHOOL_WORKERS,
)  # fmt: skip

VIEWS = group(
    [
        ("child_view_12m", Count("event", "view_recorded", code="child"), "12 months", "strength",
         "The child's own view was recorded {times} in the last {window}",
         "The child's own view is not on record in the last {window}", "Help works when children are heard"),
        ("child_view_24m", Count("event", "view_recorded", code="child"), "24 months", "strength",
         "The child's own view was recorded {times} in the last {window}",
         "The child's own view is not on record in the last {window}", "Being heard more than once builds trust"),
        ("parent_view_12m", Count("event", "view_recorded", code="parent"), "12 months", "strength",
         "A parent's view was recorded {times} in the last {window}",
         "No parent's view is on record in the last {window}", "Help works when parents are heard"),
        ("parent_view_24m", Count("event", "view_recorded", code="parent"), "24 months", "strength",
         "A parent's view was recorded {times} in the last {window}",
         "No parent's view is on record in the last {window}", "Being heard more than once builds trust"),
        ("days_since_view", DaysSinceLast("event", "view_recorded"), "all", "context",
         "A view of child or parent was last recorded {duration} ago", "", "Old views should be asked for again"),
    ],
    theme="participation", agency="participation", share_with=SCHOOL_WORKERS,
)  # fmt: skip

HEARD = group(
    [
        ("took_part_in_review_24m", Count("event", "care_review", code=_TOOK_PART), "24 months", "strength",
         "Took part in a review of the plan for care {times} in the last {window}",
         "Took part in no review of the plan for care in the last {window}", "Help works when children are heard"),
        ("not_heard_at_review_24m", Count("event", "care_review", code=_NOT_HEARD), "24 months", "context",
         "A review of the plan for care went without the child's view {times} in the last {window}",
         "No review of the plan for care went without the child's view in the last {window}",
         "Somebody should ask the child"),
        ("heard_share_36m",
         Share(Count("event", "care_review", code=_HEARD), Count("event", "care_review", code=(*_HEARD, *_NOT_HEARD))),
         "3 years", "strength", "Was heard in {value:.0f}% of the reviews of the plan for care of the last {window}",
         "Was heard in no review of the plan for care in the last {window}", "Being heard each time builds trust"),
        ("explained_worries", Latest("attribute", "explained_worries", equals="true"), "24 months", "strength",
         "Has told a worker what worries them", "Has not told a worker what worries them",
         "A child who speaks has somebody to trust"),
    ],
    theme="participation", agency="social_care", share_with=FAMILY_WORKERS,
)  # fmt: skip

HOUSEHOLD = group(
    [
        ("household_activities_12m", _JOINED, "12 months", "strength",
         "Others of the household took part in activities {times} in the last {window}",
         "No activities of others of the household on record in the last {window}",
         "A family that joins in is easier to reach"),
    ],
    theme="participation", agency="participation", share_with=SCHOOL_WORKERS, scope="household_others",
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_activities_12m", _JOINED, "12 months", "strength",
         "Brothers or sisters took part in activities {times} in the last {window}",
         "No activities of brothers or sisters on record in the last {window}",
         "A brother or sister can take a child along"),
        ("sibling_views_24m", Count("event", "view_recorded", code="child"), "24 months", "strength",
         "The view of a brother or sister was recorded {times} in the last {window}",
         "No view of a brother or sister is on record in the last {window}",
         "A family whose children are heard"),
    ],
    theme="participation", agency="participation", share_with=SCHOOL_WORKERS, scope="siblings",
)  # fmt: skip

FEATURES = (*ACTIVITIES, *VIEWS, *HEARD, *HOUSEHOLD, *SIBLINGS)
