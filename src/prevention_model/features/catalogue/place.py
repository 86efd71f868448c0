"""Place: the neighbourhood, and how everybody else who lives there fares."""

from prevention_model.features.catalogue.table import COORDINATOR, EARLY_HELP, group
from prevention_model.query import Count, DistinctCodes, Latest, Share, SpellsEnded, Sum

_POSSIBLE = Sum("measurement", "possible_sessions")
_MISSED = Sum("measurement", ("authorised_absence_sessions", "unauthorised_absence_sessions"))
_BOTH = Count("event", ("missed_appointment", "kept_appointment"))
_SEEN_BY = (COORDINATOR, EARLY_HELP)

AREA = group(
    [
        ("idaci_decile", Latest("attribute", "idaci_decile"), "all", "context",
         "The neighbourhood is in decile {value:.0f} for child income deprivation", "",
         "Sets a child's own history against where they live"),
        ("rural", Latest("attribute", "rural", equals="true"), "all", "context",
         "Lives in a rural area", "Lives in a town", "Distance decides which offers are within reach"),
    ],
    theme="place", agency="place", share_with=_SEEN_BY,
)  # fmt: skip

SCHOOLING = group(
    [
        ("area_attendance_12m",
         Share(_MISSED, _POSSIBLE, rest=True), "12 months", "context",
         "Children of the neighbourhood attended {value:.0f}% of school sessions in the last {window}",
         "Children of the neighbourhood attended no school session in the last {window}",
         "Sets a child's own attendance against that of the neighbours"),
        ("area_unauthorised_12m", Share(Sum("measurement", "unauthorised_absence_sessions"), _POSSIBLE),
         "12 months", "context",
         "Children of the neighbourhood missed {value:.0f}% of school sessions without leave in the last {window}",
         "Children of the neighbourhood missed no school session without leave in the last {window}",
         "What many share asks for an answer to the whole street"),
        ("area_school_kept_24m", Share(Sum("event", "suspension"), _POSSIBLE, rest=True), "24 months", "context",
         "Children of the neighbourhood were not suspended during {value:.0f}% of school sessions in the last {window}",
         "Children of the neighbourhood lost all school sessions of the last {window} to suspension",
         "Sets a child's own suspensions against those of the neighbours"),
    ],
    theme="place", agency="schools", share_with=_SEEN_BY, scope="place",
)  # fmt: skip

NEIGHBOURS = group(
    [
        ("area_kept_appointments_12m", Share(Count("event", "kept_appointment"), _BOTH), "12 months", "context",
         "{value:.0f}% of health appointments in the neighbourhood were kept in the last {window}",
         "No health appointment in the neighbourhood was kept in the last {window}",
         "Where many miss appointments the clinic may be too far"),
    ],
    theme="place", agency="health", share_with=_SEEN_BY, scope="place",
)  # fmt: skip

STREET = group(
    [
        ("area_anti_social_12m", Count("event", "police_notice", code="anti_social_behaviour"), "12 months", "context",
         "People of the neighbourhood were named in notices about anti-social behaviour {times} in the last {window}",
         "No police notice about anti-social behaviour in the neighbourhood in the last {window}",
         "What happens in the street reaches the children"),
    ],
    theme="place", agency="police", share_with=_SEEN_BY, scope="place",
)  # fmt: skip

WHAT_THERE_IS = group(
    [
        ("area_activities_12m", Count("event", "activity_attended"), "12 months", "strength",
         "Others of the neighbourhood took part in activities {times} in the last {window}",
         "No activities of others of the neighbourhood on record in the last {window}",
         "There is something near to join"),
        ("area_activity_kinds_12m", DistinctCodes("event", "activity_attended"), "12 months", "strength",
         "Different kinds of activity that others of the neighbourhood took part in, in the last {window}: {value:.0f}",
         "No activities of others of the neighbourhood on record in the last {window}",
         "There is something near for different children"),
    ],
    theme="place", agency="participation", share_with=_SEEN_BY, scope="place",
)  # fmt: skip

HELP_NEARBY = group(
    [
        ("area_early_help_completed_36m", SpellsEnded("early_help", outcome="outcomes_met"), "3 years", "strength",
         "Early help in the neighbourhood ended with its aims met {times} in the last {window}",
         "No early help in the neighbourhood ended with its aims met in the last {window}",
         "Help is known and trusted near by"),
    ],
    theme="place", agency="early_help", share_with=_SEEN_BY, scope="place",
)  # fmt: skip

FEATURES = (*AREA, *SCHOOLING, *NEIGHBOURS, *STREET, *WHAT_THERE_IS, *HELP_NEARBY)
