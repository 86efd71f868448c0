"""Contacts with and referrals to children's social care: who worried, how often, and what came of it."""

from prevention_model.features.catalogue.table import FAMILY_WORKERS, YEAR_BEFORE, group
from prevention_model.query import Change, Count, DaysSinceFirst, DaysSinceLast, DistinctCodes, Latest

_CONTACTS = Count("event", "contact")
_REFERRALS = Count("event", "referral")
_CONTACTED = "Somebody contacted children's social care about the child {times} in the last {window}"
_NOT_CONTACTED = "No contact with children's social care in the last {window}"
_REFERRED = "Referred to children's social care {times} in the last {window}"
_NOT_REFERRED = "Not referred to children's social care in the last {window}"
_PERMANENT = (
    "adopted", "adopted_outside_england_and_wales", "child_arrangements_order", "residence_order",
    "special_guardianship",
)  # fmt: skip

CONTACTS = group(
    [
        ("contacts_3m", _CONTACTS, "3 months", "risk",
         _CONTACTED, _NOT_CONTACTED, "A recent worry that someone raised"),
        ("contacts_6m", _CONTACTS, "6 months", "risk",
         _CONTACTED, _NOT_CONTACTED, "Worries that came again within half a year"),
        ("contacts_12m", _CONTACTS, "12 months", "risk",
         _CONTACTED, _NOT_CONTACTED, "A year against the last months shows whether worries grow"),
        ("contacts_24m", _CONTACTS, "24 months", "risk",
         _CONTACTED, _NOT_CONTACTED, "Worries that came again after a quiet year"),
        ("contacts_year_before", _CONTACTS, YEAR_BEFORE, "context",
         "Somebody contacted children's social care about the child {times} in the {window}",
         "No contact with children's social care in the {window}", "What the last year is measured against"),
        ("contact_rise", Change(_CONTACTS, "3 months"), "12 months", "risk",
         "Contacts with children's social care about the child {change} in the last {recent}",
         "Contacts with children's social care were as many in the last {recent} as before",
         "Worries that come closer together ask for a call now"),
        ("contact_sources_12m", DistinctCodes("event", "contact"), "12 months", "risk",
         "Different sources of contact with social care in the last {window}: {value:.0f}", _NOT_CONTACTED,
         "Worry from several sides differs from one"),
        ("contacts_by_police_12m", Count("event", "contact", code="police"), "12 months", "risk",
         "The police contacted children's social care about the child {times} in the last {window}",
         "No contact from the police with children's social care in the last {window}",
         "What the police saw is often about the adults"),
        ("contacts_by_schools_12m", Count("event", "contact", code=("education", "school")), "12 months", "risk",
         "A school or nursery contacted children's social care about the child {times} in the last {window}",
         "No contact from a school or nursery with children's social care in the last {window}",
         "Those who see the child each day noticed something"),
        ("contacts_by_health_12m", Count("event", "contact", code="health"), "12 months", "risk",
         "A health worker contacted children's social care about the child {times} in the last {window}",
         "No contact from a health worker with children's social care in the last {window}",
         "A health worker is often the first to be told"),
        ("contacts_by_people_12m", Count("event", "contact", code="individual"), "12 months", "context",
         "Family, friends or neighbours contacted children's social care {times} in the last {window}",
         "No contact from family, friends or neighbours in the last {window}",
         "Families who ask can be answered early"),
        ("contacts_closed_12m", Count("event", "contact_outcome", code="nfa"), "12 months", "risk",
         "A contact with children's social care ended without action {times} in the last {window}",
         "No contact with children's social care ended without action in the last {window}",
         "Worries below the threshold are where early help belongs"),
        ("contacts_advised_12m", Count("event", "contact_outcome", code="advice"), "12 months", "context",
         "A contact with children's social care ended with advice {times} in the last {window}",
         "No contact with children's social care ended with advice in the last {window}",
         "Advice that was given can be followed up"),
        ("days_since_first_contact", DaysSinceFirst("event", "contact"), "all", "context",
         "The first contact with children's social care on record was {duration} ago", "",
         "Long worry differs from new worry"),
    ],
    theme="social_care", agency="social_care", share_with=FAMILY_WORKERS,
)  # fmt: skip

REFERRALS = group(
    [
        ("referrals_12m", _REFERRALS, "12 months", "risk",
         _REFERRED, _NOT_REFERRED, "A worry that reached a decision"),
        ("referrals_36m", _REFERRALS, "3 years", "risk",
         _REFERRED, _NOT_REFERRED, "Repeated referral without lasting help"),
        ("referral_rise", Change(_REFERRALS, "6 months"), "24 months", "risk",
         "Referrals to children's social care {change} in the last {recent}",
         "Referrals to children's social care were as many in the last {recent} as before",
         "A rise shows that earlier answers did not last"),
        ("referral_sources_36m", DistinctCodes("event", "referral"), "3 years", "risk",
         "Different sources of referral to social care in the last {window}: {value:.0f}", _NOT_REFERRED,
         "Worry from several sides differs from one"),
        ("referrals_closed_36m", Count("event", "referral_nfa"), "3 years", "risk",
         "A referral to children's social care ended without action {times} in the last {window}",
         "No referral to children's social care ended without action in the last {window}",
         "Needs below the threshold are where early help belongs"),
        ("previous_permanence", Latest("attribute", "previously_looked_after", equals=_PERMANENT), "all", "context",
         "Left care earlier for adoption or for a guardian's or relative's home",
         "Not recorded as having left care for adoption or for a guardian's or relative's home",
         "Such families have a right to support"),
    ],
    theme="social_care", agency="social_care", share_with=FAMILY_WORKERS,
)  # fmt: skip

QUIET = group(
    [
        ("days_since_contact", DaysSinceLast("event", "contact"), "all", "strength",
         "No contact with children's social care about the child for {duration}", "",
         "Time without a new worry counts in the family's favour"),
        ("days_since_contact_24m", DaysSinceLast("event", "contact"), "24 months", "strength",
         "No contact with children's social care about the child for {duration}", "",
         "How long it is quiet, looking back as far at every date, however far back records go"),
        ("days_since_referral", DaysSinceLast("event", "referral"), "all", "strength",
         "Not referred to children's social care for {duration}", "", "Time since counts in the family's favour"),
    ],
    theme="social_care", agency="social_care", share_with=FAMILY_WORKERS,
)  # fmt: skip

FEATURES = (*CONTACTS, *REFERRALS, *QUIET)
