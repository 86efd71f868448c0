"""Domestic abuse, as the police told it. Never shown to a coordinator: a list can lie open in the wrong home."""

from prevention_model.features.catalogue.table import SOCIAL_CARE, YEAR_BEFORE, group
from prevention_model.query import Change, Count, DaysSinceLast, Max

_ABUSE = Count("event", "police_notice", code="domestic_abuse")
_NAMED = "Named in a police notice about domestic abuse {times} in the last {window}"
_NOT_NAMED = "No police notice about domestic abuse in the last {window}"
_OTHERS = (
    "Others of the household were named in police notices about domestic abuse {times} in the last {window}"
)
_NO_OTHERS = (
    "Nobody else of the household was named in a police notice about domestic abuse in the last {window}"
)

OWN = group(
    [
        ("domestic_abuse_3m", _ABUSE, "3 months", "risk", _NAMED, _NOT_NAMED,
         "Recent abuse is when safety comes first"),
        ("domestic_abuse_12m", _ABUSE, "12 months", "risk",
         _NAMED, _NOT_NAMED, "Children living with abuse need help of their own"),
        ("domestic_abuse_36m", _ABUSE, "3 years", "risk", _NAMED, _NOT_NAMED, "Repeated abuse differs from one event"),
        ("domestic_abuse_year_before", _ABUSE, YEAR_BEFORE, "context",
         "Named in a police notice about domestic abuse {times} in the {window}",
         "No police notice about domestic abuse in the {window}", "What the last year is measured against"),
        ("domestic_abuse_rise", Change(_ABUSE, "3 months"), "12 months", "risk",
         "Police notices about domestic abuse {change} in the last {recent}",
         "Police notices about domestic abuse were as many in the last {recent} as before",
         "Abuse that comes more often is more dangerous"),
        ("domestic_abuse_dash_24m", Max("measurement", "dash_score"), "24 months", "risk",
         "The most signs of danger ticked after domestic abuse in the last {window}: {value:.0f}",
         "No sign of danger ticked after domestic abuse in the last {window}", "How grave it was thought on the spot"),
        ("domestic_abuse_conferences_24m", Count("event", "marac"), "24 months", "risk",
         "A conference about high danger of domestic abuse was held {times} in the last {window}",
         "No conference about high danger of domestic abuse was held in the last {window}",
         "A plan for safety exists and must be known"),
        ("days_since_domestic_abuse", DaysSinceLast("event", "police_notice", code="domestic_abuse"), "all", "strength",
         "No police notice about domestic abuse for {duration}", "", "Time in safety counts"),
    ],
    theme="police", agency="police", share_with=(SOCIAL_CARE,),
)  # fmt: skip

HOUSEHOLD = group(
    [
        ("household_domestic_abuse_3m", _ABUSE, "3 months", "risk",
         _OTHERS, _NO_OTHERS, "What children live with at home now"),
        ("household_domestic_abuse_12m", _ABUSE, "12 months", "risk",
         _OTHERS, _NO_OTHERS, "Children living with abuse need help of their own"),
        ("household_domestic_abuse_36m", _ABUSE, "3 years", "risk",
         _OTHERS, _NO_OTHERS, "Repeated abuse differs from one event"),
        ("household_domestic_abuse_rise", Change(_ABUSE, "3 months"), "12 months", "risk",
         "Police notices about domestic abuse that name others of the household {change} in the last {recent}",
         "Police notices about domestic abuse of others were as many in the last {recent} as before",
         "Abuse that comes more often is more dangerous"),
        ("household_days_since_domestic_abuse", DaysSinceLast("event", "police_notice", code="domestic_abuse"), "all",
         "strength", "No police notice about domestic abuse of others of the household for {duration}", "",
         "Time in safety counts"),
    ],
    theme="police", agency="police", share_with=(SOCIAL_CARE,), scope="household_others",
)  # fmt: skip

PARENTS = group(
    [
        ("parent_domestic_abuse_12m", _ABUSE, "12 months", "risk",
         "A parent or carer was named in a police notice about domestic abuse {times} in the last {window}",
         "No parent or carer was named in a police notice about domestic abuse in the last {window}",
         "Abuse follows a parent from home to home"),
        ("parent_domestic_abuse_conferences_24m", Count("event", "marac"), "24 months", "risk",
         "Parents or carers were named in conferences about high danger of domestic abuse {times} in the last {window}",
         "No parent or carer was named in a conference about high danger of domestic abuse in the last {window}",
         "A plan for safety exists and must be known"),
    ],
    theme="police", agency="police", share_with=(SOCIAL_CARE,), scope="parents",
)  # fmt: skip

FEATURES = (*OWN, *HOUSEHOLD, *PARENTS)
