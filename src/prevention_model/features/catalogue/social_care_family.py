"""Social care around the child: others of the household, and brothers and sisters wherever they live."""

from prevention_model.features.catalogue.table import COORDINATOR, SOCIAL_CARE, group
from prevention_model.query import (
    Change,
    Count,
    DaysSinceLast,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)

_STATUTORY = ("cin_episode", "cp_plan", "care_period")
_CONTACTS = Count("event", "contact")
_CONTACTED = (
    "Somebody contacted children's social care about others of the household {times} in the last {window}"
)
_NOT_CONTACTED = "No contact about others of the household in the last {window}"

HOUSEHOLD = group(
    [
        ("household_contacts_3m", _CONTACTS, "3 months", "risk",
         _CONTACTED, _NOT_CONTACTED, "A recent worry about the family"),
        ("household_contacts_12m", _CONTACTS, "12 months", "risk",
         _CONTACTED, _NOT_CONTACTED, "Families are helped together"),
        ("household_contacts_24m", _CONTACTS, "24 months", "risk",
         _CONTACTED, _NOT_CONTACTED, "Worries about the family that came again after a quiet year"),
        ("household_contact_rise", Change(_CONTACTS, "3 months"), "12 months", "risk",
         "Contacts about others of the household {change} in the last {recent}",
         "Contacts about others of the household were as many in the last {recent} as before",
         "Worries that come closer together ask for a call now"),
        ("household_statutory_open", OpenSpell(_STATUTORY), "all", "risk",
         "Another child of the household has a social worker", "No other child of the household has a social worker",
         "A worker who knows the family is the first to ask"),
        ("household_statutory_prior", SpellsEnded(_STATUTORY), "all", "risk",
         "Social care supported others of the household {times} before",
         "Social care did not support others of the household before", "What has been tried in the family"),
        ("household_days_since_contact", DaysSinceLast("event", "contact"), "all", "strength",
         "No contact with social care about others of the household for {duration}", "",
         "Time without a new worry counts in the family's favour"),
        ("household_days_since_contact_24m", DaysSinceLast("event", "contact"), "24 months", "strength",
         "No contact with social care about others of the household for {duration}", "",
         "How long it is quiet, looking back as far at every date, however far back records go"),
    ],
    theme="social_care", agency="social_care", share_with=(COORDINATOR, SOCIAL_CARE), scope="household_others",
)  # fmt: skip

SIBLINGS = group(
    [
        ("sibling_referrals_36m", Count("event", "referral"), "3 years", "risk",
         "Brothers or sisters were referred to children's social care {times} in the last {window}",
         "No brother or sister was referred to children's social care in the last {window}",
         "One plan can serve the whole family"),
        ("sibling_child_in_need_36m", SpellsStarted("cin_episode"), "3 years", "risk",
         "Support of brothers or sisters as children in need began {times} in the last {window}",
         "No support of a brother or sister as a child in need began in the last {window}",
         "What has been tried in the family"),
        ("sibling_protection_open", OpenSpell("cp_plan"), "all", "risk",
         "A brother or sister has a child protection plan", "No brother or sister has a child protection plan",
         "A worker who knows the family is the first to ask"),
        ("sibling_protection_prior", SpellsEnded("cp_plan"), "all", "risk",
         "Brothers or sisters had a child protection plan {times} before",
         "No brother or sister had a child protection plan before", "Earlier plans show what has been tried"),
        ("sibling_care_open", OpenSpell("care_period"), "all", "risk",
         "A brother or sister is looked after, away from the family",
         "No brother or sister is looked after, away from the family",
         "A family that has lost a child to care needs care in how it is met"),
        ("sibling_care_prior", SpellsEnded("care_period"), "all", "risk",
         "Brothers or sisters were looked after {times} before", "No brother or sister was looked after before",
         "A return home asks for continued support"),
        ("sibling_needs_met_36m", SpellsEnded("cin_episode", outcome="no_longer_in_need"), "3 years", "strength",
         "Support of brothers or sisters as children in need was no longer needed {times} in the last {window}",
         "No support of a brother or sister ended because it was no longer needed in the last {window}",
         "What worked for one can work for another"),
        ("sibling_days_since_protection", DaysSinceLast("spell", "cp_plan", at="end"), "all", "strength",
         "The last child protection plan of a brother or sister to end did so {duration} ago", "",
         "Time since counts in the family's favour"),
        ("sibling_days_since_referral", DaysSinceLast("event", "referral"), "all", "strength",
         "No brother or sister was referred to children's social care for {duration}", "",
         "Quiet around the whole family is a strength"),
    ],
    theme="social_care", agency="social_care", share_with=(COORDINATOR, SOCIAL_CARE), scope="siblings",
)  # fmt: skip

FEATURES = (*HOUSEHOLD, *SIBLINGS)
