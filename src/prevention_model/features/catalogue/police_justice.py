"""What the police told the authority, and youth justice. Domestic abuse is never shown to a coordinator."""

from prevention_model.features.catalogue.table import COORDINATOR, EARLY_HELP, SOCIAL_CARE, group
from prevention_model.query import Count, DaysSinceLast, OpenSpell

_NAMED = "Named in a police notice {times} in the last {window}"
_NOT_NAMED = "Not named in a police notice in the last {window}"

POLICE_OWN = group(
    [
        ("police_notices_3m", Count("event", "police_notice"), "3 months", "risk",
         _NAMED, _NOT_NAMED, "A recent event that someone can ask about"),
        ("police_notices_12m", Count("event", "police_notice"), "12 months", "risk",
         _NAMED, _NOT_NAMED, "A year against the last months shows whether it grows"),
        ("child_concern_12m", Count("event", "police_notice", code="child_concern"), "12 months", "risk",
         "The police reported a concern about the child {times} in the last {window}",
         "No police concern about the child in the last {window}",
         "A concern for the child, not about the child's conduct"),
        ("missing_12m", Count("event", "police_notice", code="missing"), "12 months", "risk",
         "Reported missing {times} in the last {window}", "Not reported missing in the last {window}",
         "Going missing is a sign of pull or push"),
        ("days_since_police_notice", DaysSinceLast("event", "police_notice"), "3 years", "context",
         "Last named in a police notice {duration} ago", "", "Time without a notice counts in the family's favour"),
    ],
    theme="police", agency="police", share_with=(COORDINATOR, SOCIAL_CARE),
)  # fmt: skip

POLICE_SENSITIVE = group(
    [
        ("domestic_abuse_12m", Count("event", "police_notice", code="domestic_abuse"), "12 months", "risk",
         "Named in a police notice about domestic abuse {times} in the last {window}",
         "No police notice about domestic abuse in the last {window}",
         "Children living with abuse need help of their own"),
        ("domestic_abuse_36m", Count("event", "police_notice", code="domestic_abuse"), "3 years", "risk",
         "Named in a police notice about domestic abuse {times} in the last {window}",
         "No police notice about domestic abuse in the last {window}", "Repeated abuse differs from one event"),
        ("exploitation_24m", Count("event", "police_notice", code="exploitation"), "24 months", "risk",
         "Named in a police notice about exploitation {times} in the last {window}",
         "No police notice about exploitation in the last {window}", "Exploitation asks for specialist help"),
    ],
    theme="police", agency="police", share_with=(SOCIAL_CARE,),
)  # fmt: skip

POLICE_HOUSEHOLD = group(
    [
        ("household_police_notices_3m", Count("event", "police_notice"), "3 months", "risk",
         "Others of the household were named in police notices {times} in the last {window}",
         "Nobody else of the household was named in a police notice in the last {window}",
         "What children live with at home now"),
        ("household_police_notices_12m", Count("event", "police_notice"), "12 months", "risk",
         "Others of the household were named in police notices {times} in the last {window}",
         "Nobody else of the household was named in a police notice in the last {window}",
         "A year against the last months shows whether it grows"),
        ("household_domestic_abuse_12m", Count("event", "police_notice", code="domestic_abuse"), "12 months", "risk",
         "Others of the household were named in police notices about domestic abuse {times} in the last {window}",
         "Nobody else of the household was named in a police notice about domestic abuse in the last {window}",
         "Children living with abuse need help of their own"),
    ],
    theme="police", agency="police", share_with=(SOCIAL_CARE,), scope="household_others",
)  # fmt: skip

JUSTICE_OWN = group(
    [
        ("offence_outcomes_12m", Count("event", "offence_outcome"), "12 months", "risk",
         "Had a youth justice outcome {times} in the last {window}", "No youth justice outcome in the last {window}",
         "Help before a second outcome works best"),
        ("offence_outcomes_36m", Count("event", "offence_outcome"), "3 years", "risk",
         "Had a youth justice outcome {times} in the last {window}", "No youth justice outcome in the last {window}",
         "Repeated outcomes differ from one"),
        ("youth_intervention_open", OpenSpell("youth_intervention"), "all", "strength",
         "A youth justice worker is working with the child", "No youth justice worker is working with the child",
         "Help that is already there comes first"),
    ],
    theme="youth_justice", agency="youth_justice", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE, "youth_justice"),
)  # fmt: skip

JUSTICE_HOUSEHOLD = group(
    [
        ("household_offence_outcomes_24m", Count("event", "offence_outcome"), "24 months", "risk",
         "Others of the household had youth justice outcomes {times} in the last {window}",
         "Nobody else of the household had a youth justice outcome in the last {window}",
         "Brothers and sisters can be helped together"),
    ],
    theme="youth_justice", agency="youth_justice", share_with=(SOCIAL_CARE, "youth_justice"), scope="household_others",
)  # fmt: skip

POLICE_AND_JUSTICE = (*POLICE_OWN, *POLICE_SENSITIVE, *POLICE_HOUSEHOLD, *JUSTICE_OWN, *JUSTICE_HOUSEHOLD)
