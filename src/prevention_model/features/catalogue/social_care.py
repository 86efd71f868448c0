"""Earlier contact with children's social care, and early help."""

from prevention_model.features.catalogue.table import COORDINATOR, EARLY_HELP, SOCIAL_CARE, group
from prevention_model.query import (
    Any,
    Count,
    DaysInSpell,
    DaysSinceLast,
    DistinctCodes,
    Latest,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)

_CONTACTED = "Somebody contacted children's social care about the child {times} in the last {window}"
_NOT_CONTACTED = "No contact with children's social care in the last {window}"
_REFERRED = "Referred to children's social care {times} in the last {window}"
_NOT_REFERRED = "Not referred to children's social care in the last {window}"
_STATUTORY = ("cin_episode", "cp_plan", "care_period")

CONTACTS = group(
    [
        ("contacts_3m", Count("event", "contact"), "3 months", "risk",
         _CONTACTED, _NOT_CONTACTED, "A recent worry that someone raised"),
        ("contacts_12m", Count("event", "contact"), "12 months", "risk",
         _CONTACTED, _NOT_CONTACTED, "A year against the last months shows whether worries grow"),
        ("contact_sources_12m", DistinctCodes("event", "contact"), "12 months", "risk",
         "Different sources of contact with social care in the last {window}: {value:.0f}", _NOT_CONTACTED,
         "Worry from several sides differs from one"),
        ("referrals_12m", Count("event", "referral"), "12 months", "risk",
         _REFERRED, _NOT_REFERRED, "A worry that reached a decision"),
        ("referrals_36m", Count("event", "referral"), "3 years", "risk",
         _REFERRED, _NOT_REFERRED, "Repeated referral without lasting help"),
        ("days_since_referral", DaysSinceLast("event", "referral"), "all", "context",
         "Last referred to children's social care {duration} ago", "", "Time since counts in the family's favour"),
    ],
    theme="social_care", agency="social_care", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE),
)  # fmt: skip

PRIOR = group(
    [
        ("prior_child_in_need", SpellsEnded("cin_episode"), "all", "risk",
         "Was supported as a child in need {times} before", "Not supported as a child in need before",
         "Support that ended may have left needs unmet"),
        ("prior_protection_plans", SpellsEnded("cp_plan"), "all", "risk",
         "Had a child protection plan {times} before", "No child protection plan before",
         "Earlier plans show what has been tried"),
        ("prior_care_periods", SpellsEnded("care_period"), "all", "risk",
         "Was looked after {times} before", "Not looked after before", "A return home asks for continued support"),
        ("days_since_child_in_need", DaysSinceLast("spell", "cin_episode", at="end"), "all", "context",
         "Support as a child in need ended {duration} ago", "", "Recent endings need a lighter continuation"),
        ("child_in_need_days_24m", DaysInSpell("cin_episode"), "24 months", "risk",
         "Days of support as a child in need in the last {window}: {value:.0f}",
         "Not supported as a child in need in the last {window}", "Length of recent support"),
    ],
    theme="social_care", agency="social_care", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE),
)  # fmt: skip

HOUSEHOLD = group(
    [
        ("household_contacts_12m", Count("event", "contact"), "12 months", "risk",
         "Somebody contacted children's social care about others of the household {times} in the last {window}",
         "No contact about others of the household in the last {window}", "Families are helped together"),
        ("household_statutory_open", OpenSpell(_STATUTORY), "all", "risk",
         "Another child of the household has a social worker", "No other child of the household has a social worker",
         "A worker who knows the family is the first to ask"),
        ("household_statutory_prior", SpellsEnded(_STATUTORY), "all", "risk",
         "Social care supported others of the household {times} before",
         "Social care did not support others of the household before", "What has been tried in the family"),
    ],
    theme="social_care", agency="social_care", share_with=(COORDINATOR, SOCIAL_CARE), scope="household_others",
)  # fmt: skip

EARLY_HELP_OWN = group(
    [
        ("early_help_open", OpenSpell("early_help"), "all", "strength",
         "Early help is working with the child now", "Early help is not working with the child now",
         "Help that is already there comes first"),
        ("early_help_started_24m", SpellsStarted("early_help"), "24 months", "context",
         "Early help started {times} in the last {window}", "No early help started in the last {window}",
         "Shows what has been tried"),
        ("early_help_ended_24m", SpellsEnded("early_help"), "24 months", "context",
         "Early help ended {times} in the last {window}", "No early help ended in the last {window}",
         "Needs can return when help ends"),
        ("early_help_completed", SpellsEnded("early_help", outcome="outcomes_met"), "3 years", "strength",
         "Early help ended with its aims met {times} in the last {window}",
         "No early help ended with its aims met in the last {window}", "What worked before can work again"),
        ("early_help_days_12m", DaysInSpell("early_help"), "12 months", "context",
         "Days with early help in the last {window}: {value:.0f}", "No early help in the last {window}",
         "How much help there was"),
        ("family_agreed", Latest("attribute", "family_agreement", equals="agreed"), "all", "strength",
         "The family has agreed to early help", "The family has not agreed to early help",
         "Help is voluntary; agreement is a strength"),
        ("lead_practitioner_named", Any("attribute", "lead_practitioner_team"), "24 months", "strength",
         "A lead practitioner's team is named for the family", "No lead practitioner's team is named",
         "Somebody to ask first"),
    ],
    theme="early_help", agency="early_help", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE, "schools", "health"),
)  # fmt: skip

EARLY_HELP_HOUSEHOLD = group(
    [
        ("household_early_help_open", OpenSpell("early_help"), "all", "strength",
         "Early help is working with others of the household",
         "Early help is not working with others of the household",
         "A worker who knows the family is the first to ask"),
    ],
    theme="early_help", agency="early_help", share_with=(COORDINATOR, EARLY_HELP, SOCIAL_CARE),
    scope="household_others",
)  # fmt: skip

SOCIAL_CARE_AND_EARLY_HELP = (*CONTACTS, *PRIOR, *HOUSEHOLD, *EARLY_HELP_OWN, *EARLY_HELP_HOUSEHOLD)
