"""Going missing, as police and social care recorded it, and the talk after the return."""

from prevention_model.features.catalogue.table import COORDINATOR, SOCIAL_CARE, group
from prevention_model.query import Change, Count, DaysInSpell, DaysSinceLast, SpellsStarted

_REPORTS = Count("event", "police_notice", code="missing")
_REPORTED = "Reported missing {times} in the last {window}"
_NOT_REPORTED = "Not reported missing in the last {window}"

REPORTED = group(
    [
        ("missing_3m", _REPORTS, "3 months", "risk", _REPORTED, _NOT_REPORTED,
         "A recent absence is a chance to ask why"),
        ("missing_12m", _REPORTS, "12 months", "risk",
         _REPORTED, _NOT_REPORTED, "Going missing is a sign of pull or push"),
        ("missing_24m", _REPORTS, "24 months", "risk", _REPORTED, _NOT_REPORTED, "Repeated absence differs from one"),
        ("missing_rise", Change(_REPORTS, "3 months"), "12 months", "risk",
         "Reports of going missing {change} in the last {recent}",
         "Reports of going missing were as many in the last {recent} as before", "A rise can mean a growing pull"),
        ("days_since_missing", DaysSinceLast("event", "police_notice", code="missing"), "all", "strength",
         "Not reported missing for {duration}", "", "Time at home counts in the child's favour"),
        ("return_talks_12m", Count("event", "return_interview"), "12 months", "strength",
         "Talked with somebody after a return {times} in the last {window}",
         "No talk after a return on record in the last {window}", "A child who was heard has somebody to turn to"),
    ],
    theme="missing", agency="police", share_with=(COORDINATOR, SOCIAL_CARE),
)  # fmt: skip

EPISODES = group(
    [
        ("missing_spells_24m", SpellsStarted("missing"), "24 months", "risk",
         "Records of going missing or being away without leave in the last {window}: {value:.0f}",
         "No record of going missing or being away without leave in the last {window}",
         "Going missing is a sign of pull or push"),
        ("missing_days_24m", DaysInSpell("missing"), "24 months", "risk",
         "Days recorded as missing or away without leave in the last {window}: {value:.0f}",
         "No day recorded as missing or away without leave in the last {window}", "Length says more than number"),
        ("return_talks_offered_12m", Count("event", "return_interview_offered"), "12 months", "strength",
         "Was offered a talk after a return {times} in the last {window}",
         "No offer of a talk after a return on record in the last {window}", "Somebody asked"),
    ],
    theme="missing", agency="social_care", share_with=(COORDINATOR, SOCIAL_CARE),
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_missing_12m", _REPORTS, "12 months", "risk",
         "Brothers or sisters were reported missing {times} in the last {window}",
         "No brother or sister was reported missing in the last {window}", "What draws one away may draw another"),
    ],
    theme="missing", agency="police", share_with=(SOCIAL_CARE,), scope="siblings",
)  # fmt: skip

FEATURES = (*REPORTED, *EPISODES, *SIBLINGS)
