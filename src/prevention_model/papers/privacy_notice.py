"""A draft of the privacy notice, in plain English, with the age at which it can be read."""

from prevention_model.cards import PublicFacts
from prevention_model.cards.telling import OF, known
from prevention_model.explanation.reading_age import reading_age
from prevention_model.pages.document import Block, Bullets, Document, Facts, Inset, Paragraph, Section
from prevention_model.pages.words import about_of
from prevention_model.papers.places import NOTICE, PAPERS
from prevention_model.papers.wording import counts_by, outcome_words, said, sentence, spoken, status
from prevention_model.settings.authority import Authority

_THEMES = {
    "attendance": "Days away from school",
    "exclusion": "Being suspended or excluded from school",
    "send": "Help at school for special needs",
    "family": "Changes at home",
    "transitions": "Moving to another school",
    "social care": "What social care was told, and did",
    "early help": "Help that you had before",
    "police": "Times when the police came, or wrote to us about a child",
    "missing": "Going missing",
    "youth justice": "Trouble with the law",
    "health": "Visits to hospital, and help with mental health",
    "development": "How small children grow and learn",
    "parents": "Services that parents go to",
    "housing": "Your home, rent and moves",
    "place": "The area where you live",
    "participation": "Clubs and other things to do",
}
"""What features look at, as a family would say it; a theme that is not here is named as it is."""
RIGHTS = (
    "Ask what we hold about you, and if you were on a list and why.",
    "Say that you do not want us to look at you. Then no list has your family on it, unless we can show you a strong "
    "reason.",
    "Tell us that something is wrong. We put it right.",
    "Say what you think about what was decided, and ask us to look at it again.",
    "Complain. We tell you within 30 days that we have it.",
    "Complain to the Information Commissioner as well.",
)


def notice_document(facts: PublicFacts, authority: Authority) -> Document:
    """The draft as a page. What the authority says of itself stands in its own words."""
    sections = (
        Section("What we do", _what(facts)),
        Section("How sure it is", _how_sure(facts)),
        Section("A person decides", _who_decides()),
        Section("What we look at", _looked_at(facts, authority)),
        Section("What we never do with it", (Bullets(tuple(facts.never_for)),)),
        Section("Who is told, and for how long we keep it", _kept(facts, authority)),
        Section("What the law says", _law(authority)),
        Section("What you can do", _rights(authority)),
        Section("Who to ask", _ask(authority)),
    )
    return Document(
        kind="Draft of a privacy notice",
        title="How we find families who may want help early",
        lead="This page is for families. It says what we do with what is on record about you, and what you can do.",
        sections=sections,
        foot=f"{PAPERS[NOTICE]} of {authority.name}, a draft of {spoken(facts.created)}. {_age_words(sections)}",
    )


def _age_words(sections: tuple[Section, ...]) -> str:
    return f"Our own words here can be read from about the age of {round(reading_age(own_words(sections)))}."


def own_words(sections: tuple[Section, ...]) -> str:
    """All that the draft says by itself: its paragraphs, warnings and rights, without what the authority wrote.

    >>> own_words((Section("Title", (Paragraph("One."), Inset("Two."), Bullets(("Three",)))),))[:13]
    'One. Two. Ask'
    """
    blocks = [block for section in sections for block in section.blocks]
    return " ".join([*(block.text for block in blocks if isinstance(block, Paragraph | Inset)), *RIGHTS])


def _what(facts: PublicFacts) -> tuple[Block, ...]:
    return (
        Paragraph(
            "Some families have a hard time for a while. Help is best when it comes early. So we look at what schools, "
            "health and other services have on record. A computer puts it together. It works out for which children "
            "this is more likely to happen:"
        ),
        Bullets((outcome_words(facts),)),
        Paragraph(
            "It makes a short list for each part of the area, so that we can ask if you want help before that. There "
            f"is room for {_room(facts)}."
        ),
    )


def _room(facts: PublicFacts) -> str:
    sizes = sorted({*facts.capacity.values()})
    return (
        f"{sizes[0]} families on each" if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]} families on each"
    )


def _how_sure(facts: PublicFacts) -> tuple[Block, ...]:
    found, missed = facts.precision["value"], facts.missed["value"]
    words = "The list is often wrong."
    if known(found):
        words += f" Of {OF} families on it, it happens in {_few(found)}. In the others it does not."
    if known(missed):
        words += f" And of {OF} children to whom it happens, {_few(missed)} are on no list."
    return (
        Paragraph(words),
        Inset(
            "To be on a list does not mean that you did something wrong. To be on no list does not mean that you need "
            "no help. You can ask for help at any time."
        ),
    )


def _few(share: float) -> str:
    return about_of(share, OF).removesuffix(f" of {OF}")


def _who_decides() -> tuple[Block, ...]:
    return (
        Paragraph(
            "The computer decides nothing. A trained person reads the list. They talk to people who know the family. "
            "They may leave a family out. Then somebody may ask if you want help. You can say no. If you say no, you "
            "lose nothing by it."
        ),
    )


def _looked_at(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    by_source = authority.publication.data.by_source
    sources = tuple(
        (said(by_source[row["name"]].collected_for), said(by_source[row["name"]].people_told))
        for row in facts.sources
        if row["name"] in by_source
    )
    themes = tuple(_THEMES.get(name, name.capitalize()) for name in counts_by(facts.features, "theme"))
    return (
        Paragraph("We look at what is on record about these things:"),
        Bullets(themes),
        Paragraph(
            f"{_traits(facts)} We look at them to see if the list leaves out some groups more than others."
        ),
        Paragraph("It comes from records that are kept for this. Beside each is how you are told of it:"),
        Facts(sources),
    )


def _traits(facts: PublicFacts) -> str:
    """Said as so only where a check found it to be so."""
    if status(facts, "PM011") == "passed":
        return "Your sex, your ethnic group and your faith do not move you up or down the list."
    return (
        "Your sex, your ethnic group and your faith must not move you up or down the list. A check of this has not "
        "been passed."
    )


def _kept(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    form = authority.publication
    return (
        Paragraph(
            f"Names are kept apart and locked. A list ends after {facts.monitoring['list_days']} days. This is who "
            "sees it, and how long we keep the rest:"
        ),
        Facts(
            (
                ("Who is told", said(form.privacy.recipients)),
                ("Who can see records", said(form.data.access_and_storage)),
                ("How long", said(form.privacy.retention)),
                ("Out of the country", said(form.privacy.transfers)),
            )
        ),
    )


def _law(authority: Authority) -> tuple[Block, ...]:
    form = authority.publication
    return (
        Paragraph("We may do this because the law gives us the task. These are the laws:"),
        Facts(
            (
                ("To look for families", authority.identification_basis),
                ("For health and the like", said(form.privacy.special_category_condition)),
                ("For crime", said(form.privacy.criminal_offence_condition)),
            )
        ),
        Paragraph("To get help is up to you. We ask you first."),
    )


def _rights(authority: Authority) -> tuple[Block, ...]:
    return (
        Paragraph("You can do all of this, and it costs nothing:"),
        Bullets(RIGHTS),
        Paragraph("This is how:"),
        Facts(
            (
                ("To complain or object", authority.complaint_route),
                ("To challenge what was decided", said(authority.publication.deployment.appeals_and_review)),
            )
        ),
    )


def _ask(authority: Authority) -> tuple[Block, ...]:
    form = authority.publication
    return (
        Facts(
            (
                ("We are", sentence(authority.name)),
                ("Ask us", said(form.privacy.contact)),
                ("Our data protection officer", said(form.privacy.data_protection_officer)),
                ("Read more", said(form.website)),
            )
        ),
    )
