"""The frameworks that an outcome belongs to, and how far its label depends on who is watched: closed vocabularies.

Absence is said: "none" means that somebody looked and it belongs to none; "not_said" that nobody has said yet, as in a
first experiment. The mappings of the catalogue are a start: an authority agrees them with families and partners.
"""

from prevention_model.errors import WrongUsage

NONE, NOT_SAID = "none", "not_said"
_ABSENT = {NONE: "none", NOT_SAID: "not said"}

SUPPORTING_FAMILIES: dict[str, str] = {
    "good_education": "Getting a good education",
    "early_years": "Good early years development",
    "health": "Improved mental and physical health",
    "substance_use": "Promoting recovery and reducing harm from substance use",
    "family_relationships": "Improved family relationships",
    "safe_from_abuse": "Children safe from abuse and exploitation",
    "crime_prevention": "Crime prevention and tackling crime",
    "safe_from_domestic_abuse": "Safe from domestic abuse",
    "secure_housing": "Secure housing",
    "financial_stability": "Financial stability",
}
"""The ten headline outcomes of Supporting Families (2022-25)."""

ACHIEVE: dict[str, str] = {
    "ambitious": "Ambitious: pursue my interests and aspirations",
    "connected": "Connected: have relationships with people who are important to me",
    "healthy": "Healthy: access health and wellbeing support when I need it",
    "informed": "Informed: make informed choices",
    "educated": "Educated: access education and opportunities for lifelong learning",
    "valued": "Valued: be heard, have choices and have control over my life",
    "employed": "Employed: or have access to money",
}
"""What children with special needs and their families in Somerset said matters for a happy life."""

OBSESSIONS: dict[str, str] = {
    "children_in_care": "Rate of children in care",
    "protection_plans": "Rate of children subject to a child protection plan",
    "care_leavers_accommodation": "Care leavers in suitable accommodation",
    "open_slot": "A slot left open",
}
"""Dorset's ten obsessions as far as they were published: three, and `open_slot` for a candidate for one of the seven
slots that an authority fills itself."""

OWNERS: dict[str, str] = {
    "schools": "schools",
    "social_care": "social care",
    "early_help": "early help",
    "police": "police",
    "housing": "housing",
    "health": "health",
    "youth_justice": "youth justice",
    "participation": "participation",
}
"""The agency whose records show the outcome and who answers for what it means."""

WATCHED: dict[str, str] = {
    "low": "low: recorded for all, or by those who come of themselves",
    "some": "some: one agency decides, or has to keep in touch",
    "high": "high: recorded where somebody reported, referred or stopped the child",
}
"""How far having the outcome on record depends on being watched, apart from its happening."""

_FIELDS = {
    "owner": OWNERS,
    "supporting_families": SUPPORTING_FAMILIES,
    "achieve": ACHIEVE,
    "obsession": OBSESSIONS,
    "watched": WATCHED,
}
_NEVER_NONE = ("owner", "watched")


def check_framework(outcome: str, field: str, value: object) -> None:
    """Refuse what is in no vocabulary.

    >>> check_framework("care", "obsession", "attendance")
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The outcome 'care' has obsession='attendance', which is not in the \
vocabulary. What to do: Write one of: children_in_care, protection_plans, care_leavers_accommodation, open_slot, \
none, not_said.
    """
    allowed = [*_FIELDS[field], *(word for word in _ABSENT if field not in _NEVER_NONE or word != NONE)]
    if value not in allowed:
        raise WrongUsage(
            f"The outcome {outcome!r} has {field}={value!r}, which is not in the vocabulary.",
            todo=f"Write one of: {', '.join(allowed)}.",
        )


def in_words(field: str, value: str) -> str:
    """A value as people read it.

    >>> in_words("achieve", "educated"), in_words("achieve", "none")
    ('Educated: access education and opportunities for lifelong learning', 'none')
    """
    return (_FIELDS[field] | _ABSENT)[value]
