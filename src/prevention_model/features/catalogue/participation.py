"""What the child takes part in, and whose views are on record: strengths all."""

from prevention_model.features.catalogue.table import COORDINATOR, EARLY_HELP, SOCIAL_CARE, group
from prevention_model.query import Count, DistinctCodes

_SHARE_WITH = (COORDINATOR, EARLY_HELP, SOCIAL_CARE, "schools")
_ATTENDED = "Took part in activities {times} in the last {window}"
_NOT_ATTENDED = "No activities on record in the last {window}"

PARTICIPATION = group(
    [
        ("activities_3m", Count("event", "activity_attended"), "3 months", "strength",
         _ATTENDED, _NOT_ATTENDED, "Belonging somewhere protects"),
        ("activities_12m", Count("event", "activity_attended"), "12 months", "strength",
         _ATTENDED, _NOT_ATTENDED, "A year against the last months shows the direction"),
        ("activity_kinds_12m", DistinctCodes("event", "activity_attended"), "12 months", "strength",
         "Different kinds of activity in the last {window}: {value:.0f}", _NOT_ATTENDED,
         "Several ties hold better than one"),
        ("child_view_12m", Count("event", "view_recorded", code="child"), "12 months", "strength",
         "The child's own view was recorded {times} in the last {window}",
         "The child's own view is not on record in the last {window}", "Help works when children are heard"),
        ("parent_view_12m", Count("event", "view_recorded", code="parent"), "12 months", "strength",
         "A parent's view was recorded {times} in the last {window}",
         "No parent's view is on record in the last {window}", "Help works when parents are heard"),
    ],
    theme="participation", agency="participation", share_with=_SHARE_WITH,
)  # fmt: skip

HOUSEHOLD_PARTICIPATION = group(
    [
        ("household_activities_12m", Count("event", "activity_attended"), "12 months", "strength",
         "Others of the household took part in activities {times} in the last {window}",
         "No activities of others of the household on record in the last {window}",
         "A family that joins in is easier to reach"),
    ],
    theme="participation", agency="participation", share_with=_SHARE_WITH, scope="household_others",
)  # fmt: skip

TAKING_PART = (*PARTICIPATION, *HOUSEHOLD_PARTICIPATION)
