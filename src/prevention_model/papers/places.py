"""Where papers point: sections of the card, and the papers themselves, each by a short name."""

from prevention_model.pages.document import Link, Section

CARD = "card.html"
ATRS = "atrs_record"
TRIPOD = "tripod_ai"
PROBAST = "probast_ai"
DATASHEET = "datasheet"
DPIA = "dpia_annex"
NOTICE = "privacy_notice"
EQUALITY = "equality_annex"

SECTIONS = {
    "short": "In short",
    "purpose": "What it is for, and never for",
    "telling": "What it can and cannot tell",
    "missed": "Who is missed more often",
    "rivals": "How it compares with simple rules",
    "change": "What a change means",
    "making": "How it was made",
    "calibration": "Are its numbers true?",
    "worth": "What is it worth?",
    "stability": "Would it say the same again?",
    "reasons": "Reasons and strengths",
    "watching": "Who is being watched",
    "mitigation": "What could be done about gaps",
    "people": "How people decide",
    "complaints": "Questions and complaints",
    "monitoring": "What is watched after release",
    "since": "What changed since the last version",
    "limits": "Limits",
    "checks": "Checks",
    "signed": "Who answers for it",
    "features": "What it looks at",
    "hidden": "What is not printed",
    "versions": "Versions and hashes",
}
"""Sections of the card, by the titles that they have there."""

PAPERS = {
    ATRS: "Transparency record",
    TRIPOD: "TRIPOD+AI",
    PROBAST: "Self-appraisal",
    DATASHEET: "Datasheet",
    DPIA: "Data protection annex",
    NOTICE: "Privacy notice",
    EQUALITY: "Equality annex",
}
"""The papers, by the names of their files."""


def place(name: str) -> Link:
    """A link to a section of the card, or to a paper. Raises KeyError for a name that is neither.

    >>> place("missed").page, place("datasheet").text
    ('card.html#who-is-missed-more-often', 'Datasheet')
    """
    if name in PAPERS:
        return Link(PAPERS[name], f"{name}.html")
    title = SECTIONS[name]
    return Link(f"Card: {title}", f"{CARD}#{Section(title, ()).anchor}")


def places(*names: str) -> tuple[Link, ...]:
    """Links to several places."""
    return tuple(place(name) for name in names)
