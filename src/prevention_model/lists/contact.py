"""How to make contact with a family: an interpreter, a format to write in, and the way that was agreed."""

from collections.abc import Collection

from prevention_model.lists.facts import Contact, NotHeld
from prevention_model.lists.known import Known
from prevention_model.lists.text import plain

_ENGLISH = frozenset({"english", "eng", "enb"})
_SAYS_NOTHING = frozenset({"", "oth", "othb", "not obtained", "notb", "refused", "refb", "nob", "unmapped"})
# The school census' codes of languages spoken most in English schools.
_LANGUAGES = {
    "ALB": "Albanian", "ARA": "Arabic", "BNG": "Bengali", "BUL": "Bulgarian", "CHI": "Chinese", "CZE": "Czech",
    "FRN": "French", "GER": "German", "GRE": "Greek", "GUJ": "Gujarati", "HIN": "Hindi", "HUN": "Hungarian",
    "ITA": "Italian", "LIT": "Lithuanian", "LTV": "Latvian", "PAN": "Panjabi", "PAT": "Pashto", "POL": "Polish",
    "POR": "Portuguese", "PRS": "Persian", "RUM": "Romanian", "RUS": "Russian", "SLO": "Slovak", "SOM": "Somali",
    "SPA": "Spanish", "TAM": "Tamil", "TGL": "Tagalog", "TUR": "Turkish", "UKR": "Ukrainian", "URD": "Urdu",
    "VIE": "Vietnamese",
}  # fmt: skip


def contact(known: Known, people: Collection[str]) -> Contact:
    """What is on record of how to make contact with these people."""
    return Contact(
        interpreter=_interpreter(known, people),
        accessible_format=_said(known, people, "accessible_format", "no source delivers a format"),
        safe_contact=_said(known, people, "safe_contact", "no way of contact has been agreed"),
    )


def _interpreter(known: Known, people: Collection[str]) -> str | NotHeld:
    """Only that another language is spoken, for the interpreter who has to be booked; nothing follows from it."""
    found = known.latest(people, "language")
    language = plain(found.value) if found else ""
    if language.lower() in _SAYS_NOTHING:
        return NotHeld("no language is on record; ask")
    if language.lower() in _ENGLISH:
        return "Not needed: English at home"
    return f"Offer one: {_LANGUAGES.get(language.upper(), language.replace('_', ' '))} at home"


def _said(known: Known, people: Collection[str], name: str, none: str) -> str | NotHeld:
    found = known.latest(people, name)
    return plain(found.value).replace("_", " ") if found and plain(found.value) else NotHeld(none)
