"""Signs of a likely high risk, as the Information Commissioner lists them, each with whether it is there and why."""

from dataclasses import dataclass

from prevention_model.cards import PublicFacts
from prevention_model.pages.words import joined, plural
from prevention_model.papers.wording import NO_DECISION, count_of, counts_by, plain_name
from prevention_model.settings.authority import Authority
from prevention_model.settings.publication import Characteristic

_HEALTH = ("health", "send", "special needs", "development", "parents")
_OFFENCES = ("police", "youth justice", "offence")
_SPECIAL: tuple[Characteristic, ...] = ("race", "disability", "religion or belief", "sexual orientation")


@dataclass(frozen=True)
class Sign:
    """One sign: whether it is there, and what that rests on."""

    sign: str
    there: bool
    why: str


def signs(facts: PublicFacts, authority: Authority) -> tuple[Sign, ...]:
    """Every sign. Those of special categories and offences follow from what the features look at, and from the traits
    that the audit compares."""
    sources = plural(len(facts.sources), "source")
    return (
        Sign("New technology", True, "A model puts families in an order."),
        Sign("Denial of a service", True, f"A family on no list may be offered help later. {NO_DECISION}"),
        Sign("Profiling on a large scale", True, f"{count_of(facts.linkage['people'])} people are linked."),
        Sign(
            "Biometric or genetic data",
            False,
            "No source of such data is read by any reader of this program.",
        ),
        Sign("Matching of data", len(facts.sources) > 1, f"Records of {sources} are linked."),
        Sign(
            "Processing that people do not see",
            True,
            "Data come from agencies, and not from the people themselves.",
        ),
        Sign("Tracking", False, "Homes and schools are known by their area, and nobody's movements are."),
        Sign("Children, or people who depend on services", True, "Nearly all of it is about children."),
        Sign(
            "Harm to the body if data leak",
            True,
            "A list holds addresses. Those of protected records are hidden.",
        ),
        _special(facts, authority),
        _offences(facts),
    )


def _special(facts: PublicFacts, authority: Authority) -> Sign:
    groupings = authority.publication.equality.groupings
    about = {plain_name(each) for name in _SPECIAL for each in groupings.get(name, ())}
    compared = [
        name for name in dict.fromkeys(str(row["dimension"]) for row in facts.groups) if name in about
    ]
    parts = [
        _features(facts, _HEALTH),
        f"The audit compares children by {joined(compared)}." if compared else "",
    ]
    why = " ".join(part for part in parts if part)
    return Sign(
        "Special category data", bool(why), why or "No feature, and no grouping of the audit, is about any."
    )


def _offences(facts: PublicFacts) -> Sign:
    found = _features(facts, _OFFENCES)
    return Sign(
        "Criminal offence data", bool(found), found or "No feature is about offences, or from the police."
    )


def _features(facts: PublicFacts, words: tuple[str, ...]) -> str:
    """Which features are about something, by the words in their theme and agency; "" where none is."""
    rows = [
        each for each in facts.features if any(word in f"{each['theme']} {each['agency']}" for word in words)
    ]
    themes = joined(list(counts_by(rows, "theme")))
    return (
        f"{plural(len(rows), 'feature')} {'is' if len(rows) == 1 else 'are'} about {themes}." if rows else ""
    )
