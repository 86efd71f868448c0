"""What the police told the authority about the child and the family, domestic abuse apart."""

from prevention_model.features.catalogue.table import COORDINATOR, SOCIAL_CARE, YEAR_BEFORE, group
from prevention_model.query import Change, Count, DaysSinceLast, DistinctCodes, Latest

_NOTICES = Count("event", "police_notice")
_NAMED = "Named in a police notice {times} in the last {window}"
_NOT_NAMED = "Not named in a police notice in the last {window}"
_OTHERS = "Others of the household were named in police notices {times} in the last {window}"
_NO_OTHERS = "Nobody else of the household was named in a police notice in the last {window}"


def _about(*codes: str) -> Count:
    """Police notices about one of these."""
    return Count("event", "police_notice", code=codes)


OWN = group(
    [
        ("police_notices_3m", _NOTICES, "3 months", "risk",
         _NAMED, _NOT_NAMED, "A recent event that someone can ask about"),
        ("police_notices_12m", _NOTICES, "12 months", "risk",
         _NAMED, _NOT_NAMED, "A year against the last months shows whether it grows"),
        ("police_notices_24m", _NOTICES, "24 months", "risk",
         _NAMED, _NOT_NAMED, "Many over time differ from one bad month"),
        ("police_notices_year_before", _NOTICES, YEAR_BEFORE, "context",
         "Named in a police notice {times} in the {window}", "Not named in a police notice in the {window}",
         "What the last year is measured against"),
        ("police_notice_rise", Change(_NOTICES, "3 months"), "12 months", "risk",
         "Police notices that name the child {change} in the last {recent}",
         "Police notices that name the child were as many in the last {recent} as before",
         "Events that come closer together ask for a call now"),
        ("police_notice_kinds_24m", DistinctCodes("event", "police_notice"), "24 months", "risk",
         "Different kinds of police notice in the last {window}: {value:.0f}", _NOT_NAMED,
         "Trouble of several kinds differs from one"),
        ("child_concern_6m", _about("child_concern"), "6 months", "risk",
         "The police reported a concern about the child {times} in the last {window}",
         "No police concern about the child in the last {window}", "A recent concern is a chance to ask"),
        ("child_concern_12m", _about("child_concern"), "12 months", "risk",
         "The police reported a concern about the child {times} in the last {window}",
         "No police concern about the child in the last {window}",
         "A concern for the child, not about the child's conduct"),
        ("anti_social_notices_12m", _about("anti_social_behaviour"), "12 months", "risk",
         "Named in a police notice about anti-social behaviour {times} in the last {window}",
         "No police notice about anti-social behaviour in the last {window}",
         "A youth worker can offer something else"),
        ("custody_notices_24m", _about("custody"), "24 months", "risk",
         "The police told of time in a cell or an arrest {times} in the last {window}",
         "The police told of no time in a cell or arrest in the last {window}",
         "The moment after an arrest is one at which help is taken"),
        ("days_since_police_notice", DaysSinceLast("event", "police_notice"), "3 years", "strength",
         "Not named in a police notice for {duration}", "", "Time without a notice counts in the family's favour"),
        ("police_notice_answered", Latest("attribute", "mash_outcome", equals="early_help"), "24 months", "strength",
         "The last police notice led to early help", "The last police notice did not lead to early help",
         "An answer was offered when it was needed"),
        ("police_notice_closed", Latest("attribute", "mash_outcome", equals=("advice", "nfa")), "24 months", "context",
         "The last police notice was closed with advice or nothing",
         "The last police notice was not closed with advice or nothing", "Nobody may have called the family yet"),
    ],
    theme="police", agency="police", share_with=(COORDINATOR, SOCIAL_CARE),
)  # fmt: skip

SENSITIVE = group(
    [
        ("exploitation_12m", _about("exploitation"), "12 months", "risk",
         "Named in a police notice about exploitation {times} in the last {window}",
         "No police notice about exploitation in the last {window}", "Exploitation asks for help at once"),
        ("exploitation_24m", _about("exploitation"), "24 months", "risk",
         "Named in a police notice about exploitation {times} in the last {window}",
         "No police notice about exploitation in the last {window}", "Exploitation asks for specialist help"),
        ("police_mental_health_24m", _about("mental_health"), "24 months", "risk",
         "Named in a police notice about mental distress {times} in the last {window}",
         "No police notice about mental distress in the last {window}", "Needs specialist help"),
        ("police_graded_high", Latest("attribute", "police_risk_grade", equals="high"), "12 months", "risk",
         "The police gave the last notice their highest grade",
         "The police did not give the last notice their highest grade", "Those on the spot thought it grave"),
        ("police_saw_a_victim", Latest("attribute", "police_role", equals="victim"), "12 months", "risk",
         "The child was the victim in the last police notice", "The child was not the victim in the last police notice",
         "A victim needs support, whatever else is known"),
    ],
    theme="police", agency="police", share_with=(SOCIAL_CARE,),
)  # fmt: skip

HOUSEHOLD = group(
    [
        ("household_police_notices_3m", _NOTICES, "3 months", "risk",
         _OTHERS, _NO_OTHERS, "What children live with at home now"),
        ("household_police_notices_12m", _NOTICES, "12 months", "risk",
         _OTHERS, _NO_OTHERS, "A year against the last months shows whether it grows"),
        ("household_police_rise", Change(_NOTICES, "3 months"), "12 months", "risk",
         "Police notices that name others of the household {change} in the last {recent}",
         "Police notices that name others of the household were as many in the last {recent} as before",
         "What children live with is getting worse"),
        ("household_days_since_police_notice", DaysSinceLast("event", "police_notice"), "3 years", "strength",
         "Nobody else of the household was named in a police notice for {duration}", "",
         "A quiet time at home is a strength"),
    ],
    theme="police", agency="police", share_with=(SOCIAL_CARE,), scope="household_others",
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_anti_social_notices_12m", _about("anti_social_behaviour"), "12 months", "risk",
         "Brothers or sisters were named in police notices about anti-social behaviour {times} in the last {window}",
         "No brother or sister was named in a police notice about anti-social behaviour in the last {window}",
         "Younger ones can be kept from following"),
        ("sibling_exploitation_24m", _about("exploitation"), "24 months", "risk",
         "Brothers or sisters were named in police notices about exploitation {times} in the last {window}",
         "No brother or sister was named in a police notice about exploitation in the last {window}",
         "Who draws in one may draw in another"),
    ],
    theme="police", agency="police", share_with=(SOCIAL_CARE,), scope="siblings",
)  # fmt: skip

FEATURES = (*OWN, *SENSITIVE, *HOUSEHOLD, *SIBLINGS)
