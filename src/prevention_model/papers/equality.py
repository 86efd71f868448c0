"""The equality annex: facts for the due regard that section 149 of the Equality Act 2010 asks of a public authority."""

from collections.abc import Mapping
from typing import Any, get_args

from prevention_model.cards import PublicFacts
from prevention_model.cards.group_words import dimension_words, group_words, in_order, whole_words
from prevention_model.cards.telling import missed_words
from prevention_model.disclosure import printed
from prevention_model.pages.document import Block, Document, Facts, Inset, Paragraph, Section, Table
from prevention_model.pages.words import interval, joined, number, percent
from prevention_model.papers.places import EQUALITY, PAPERS, place
from prevention_model.papers.wording import (
    LOW_IS_NO_PROOF,
    NOT_TOLD,
    check_words,
    plain_name,
    said,
    spoken,
    standing,
)
from prevention_model.settings.authority import Authority
from prevention_model.settings.publication import Characteristic

CHARACTERISTICS: tuple[str, ...] = get_args(Characteristic)
_COLUMNS = (
    "Grouping",
    "Group",
    "Children, at each date",
    "To whom it happened",
    "Of those, missed",
    "Share",
    "95% interval",
)
_NOT_HELD = (
    "No grouping of the audit speaks of this, so the figures say nothing about it. That no gap is shown does not mean "
    "that there is none."
)
_NOTES = {
    "age": "Part 3 of the Act does not protect people under 18 on the ground of age; gaps by age are looked at all the "
    "same.",
    "marriage and civil partnership": "Only the first of the three aims is about this.",
}
CHECKS = ("PM005", "PM006", "PM012", "PM015", "PM016", "PM017", "PM018", "PM020", "PM021", "PM022")
"""The checks that look at groups."""


def equality_document(facts: PublicFacts, authority: Authority) -> Document:
    """The annex as a page: the aims, each characteristic with what the figures say, measures, and who has to sign."""
    return Document(
        kind="Equality annex",
        title=f"{PAPERS[EQUALITY]}: {facts.title}",
        lead="Facts for whoever has to have due regard to equality before a list is used. The duty is theirs, goes on "
        "while lists are used, and cannot be met by a paper that nobody has read.",
        tags=standing(facts),
        sections=(
            Section("The three aims", (_aims(authority),)),
            Section("In short", _in_short(facts)),
            *(
                Section(each.capitalize(), _characteristic(each, facts, authority))
                for each in CHARACTERISTICS
            ),
            Section("Other groups", _others(facts, authority)),
            Section("What could be done", _measures(facts)),
            Section("What was found by group", (Paragraph(check_words(facts, *CHECKS)), place("checks"))),
            Section("Who took part", _took_part(authority)),
            Section("Sign-off", _sign_off(facts)),
        ),
        foot=f"{authority.name}. Run {facts.run_id}, made on {spoken(facts.created)}. {NOT_TOLD}",
    )


def _aims(authority: Authority) -> Facts:
    words = authority.publication.equality
    return Facts(
        (
            ("Eliminate discrimination, harassment and victimisation", said(words.eliminate_discrimination)),
            ("Advance equality of opportunity", said(words.advance_opportunity)),
            ("Foster good relations", said(words.foster_relations)),
        )
    )


def _in_short(facts: PublicFacts) -> tuple[Block, ...]:
    return (
        Paragraph(missed_words(facts)),
        Paragraph(
            "Missed means that it happened to a child whose family was on no list. A group that is missed more often "
            "gets less help. A group that is listed more often is asked more often, and most who are asked needed "
            "nothing."
        ),
        Inset(LOW_IS_NO_PROOF),
    )


def _characteristic(name: str, facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    groupings = dict(authority.publication.equality.groupings).get(name, ())  # type: ignore[call-overload]
    rows = _rows(facts, [plain_name(each) for each in groupings])
    blocks: list[Block] = [Paragraph(_NOTES[name])] if name in _NOTES else []
    if not rows:
        return (*blocks, Inset(_NOT_HELD))
    blocks.append(Paragraph(_said_of(rows, facts)))
    blocks.append(
        Table(f"Children missed, by {name}", _COLUMNS, tuple(_row(row) for row in rows), (2, 3, 4, 5, 6))
    )
    return tuple(blocks)


def _rows(facts: PublicFacts, groupings: list[str]) -> list[Mapping[str, Any]]:
    rows = [row for row in facts.groups if str(row["dimension"]) in groupings]
    return sorted(rows, key=lambda row: (groupings.index(str(row["dimension"])), in_order(str(row["group"]))))


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    counts = (printed(row[name]) for name in ("people", "with_outcome", "missed"))
    return (
        dimension_words(str(row["dimension"])),
        group_words(str(row["dimension"]), str(row["group"])),
        *counts,
        percent(row["share"]),
        interval(row["low"], row["high"]),
    )


def _said_of(rows: list[Mapping[str, Any]], facts: PublicFacts) -> str:
    overall = facts.missed["value"]
    shown = [row for row in rows if row["share"] is not None and row["low"] is not None]
    hidden = [_named(row) for row in rows if row not in shown]
    more = [_named(row) for row in shown if overall is not None and row["low"] > overall]
    less = [_named(row) for row in shown if overall is not None and row["high"] < overall]
    if not shown:
        return f"Nothing can be said of any group: all are too small, or too easily recognised ({joined(hidden)})."
    parts = [
        f"Missed more often than all children, beyond chance: {joined(more)}." if more else "",
        f"Missed less often, beyond chance: {joined(less)}." if less else "",
        ""
        if more or less
        else "No group that can be shown is missed more or less often than all, beyond chance.",
        f"Nothing can be said of: {joined(hidden)}." if hidden else "",
    ]
    return " ".join(part for part in parts if part)


def _named(row: Mapping[str, Any]) -> str:
    return whole_words(str(row["dimension"]), str(row["group"]))


def _others(facts: PublicFacts, authority: Authority) -> tuple[Block, ...]:
    named = {plain_name(each) for held in authority.publication.equality.groupings.values() for each in held}
    other = [row for row in facts.groups if str(row["dimension"]) not in named]
    lead = Paragraph(
        "These are not protected characteristics. Families in them are often worse off, and some of them stand in for "
        "characteristics that are."
    )
    if not other:
        return (lead, Inset("No other grouping was compared."))
    return (
        lead,
        Paragraph(_said_of(other, facts)),
        Table("Children missed, by other groups", _COLUMNS, tuple(map(_row, other)), (2, 3, 4, 5, 6)),
    )


def _measures(facts: PublicFacts) -> tuple[Block, ...]:
    if not facts.mitigation:
        return (Paragraph("No measure against gaps was priced for this model."), place("mitigation"))
    rows = tuple(
        (
            str(each["title"]),
            str(each["group"]),
            *(_points(each[name]) for name in ("widest_gap_today", "widest_gap_with")),
            *(percent(each[name]) for name in ("precision_today", "precision_with")),
            "Yes" if each["sign_off"] else "No",
            str(each["why_not"]) or "Priced",
        )
        for each in facts.mitigation
    )
    columns = (
        "Measure",
        "For gaps by",
        "Widest gap today",
        "With it",
        "Precision today",
        "With it",
        "Legal sign-off",
        "State",
    )
    return (
        Paragraph(
            "A measure may narrow one gap and widen another, or find fewer in all. Which price is worth paying is for "
            "the board to say. None is in use unless the card says so."
        ),
        Table("Measures and their price", columns, rows, (2, 3, 4, 5)),
        place("mitigation"),
    )


def _points(gap: float | None) -> str:
    return "not known" if gap is None or gap != gap else f"{number(100 * gap, 1)} points"


def _took_part(authority: Authority) -> tuple[Block, ...]:
    rows = tuple(
        tuple(said(getattr(each, name)) for name in ("who", "when", "how", "what_changed"))
        for each in authority.publication.co_production
    )
    return (Table("People who took part", ("Who", "When", "How", "What changed"), rows),)


def _sign_off(facts: PublicFacts) -> tuple[Block, ...]:
    roles = [str(role).capitalize() for role in facts.monitoring["roles"]]
    rows = tuple((role, "", "", "") for role in roles)
    return (
        Paragraph(
            "To be given by whoever decides, after reading, with what they weighed. A signature of the release is kept "
            "in the ledger, and does not stand in for this."
        ),
        Table("Due regard was had by", ("Role", "Name", "What was weighed", "On"), rows),
    )
