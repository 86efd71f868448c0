"""The board pack: two pages of paper for the people who decide, from the facts of the run that is to be released."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from prevention_model.cards.answering import STATUS_TAGS, standing_tags
from prevention_model.cards.group_words import whole_words
from prevention_model.cards.groups import rows_missed_more
from prevention_model.cards.public import PublicFacts
from prevention_model.cards.questions import board_questions
from prevention_model.cards.rivals import best_of, simple_rules
from prevention_model.cards.telling import OF, known, of_twenty
from prevention_model.pages.document import (
    Block,
    Document,
    Facts,
    Figures,
    Inset,
    Link,
    Paragraph,
    Section,
    Table,
    to_html,
    to_markdown,
)
from prevention_model.pages.words import about_of, about_range, joined, plain_date, plural

BOARD_FILES = ("board_pack.html", "board_pack.md")

_STAGES = {
    "shadow": "lists are made and nobody acts on them",
    "pilot": "some zones act on their lists, and what comes of it is looked at before others do",
    "live": "all zones act on their lists",
}
_AS_IT_WAS = ("changed", "nothing that shows", "not known")
"""Of a row of the change log: what is said of it when it has not moved by so and so much."""
_MOVED, _FAILED, _NAMED, _WAIVERS, _SIGNED = 5, 6, 3, 2, 2
"""How many of each kind have room on two pages; the rest are counted, and stand on the card."""
_SAID = {"failed": _FAILED, "could_not_run": _NAMED, "too_few": _NAMED}
"""How many checks of each result are named; those that were waived stand under waivers."""
_LINE, _TITLE, _NAME = 110, 70, 44
"""How many letters have room on a line of the page, in its title, and in a cell."""


def write_board_pack(folder: Path, facts: PublicFacts) -> tuple[Path, ...]:
    """Write board_pack.html and board_pack.md with the same content; return their paths."""
    document = board_pack(facts)
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / name for name in BOARD_FILES)
    for path, text in zip(paths, (to_html(document), to_markdown(document)), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    return paths


def board_pack(facts: PublicFacts) -> Document:
    """Two pages of paper: what is asked and what speaks to it; then what moved, and what to ask."""
    return Document(
        kind="Board pack",
        title=_short(facts.title, _TITLE),
        lead=_short(facts.purpose, _LINE + _NAME),
        tags=standing_tags(facts),
        sections=(
            Section("The decision asked", _decision(facts)),
            Section("Five numbers", (_five(facts),)),
            Section("Checks", _checks(facts)),
            Section("Waivers", _waivers(facts)),
            Section("Who signed, and until when", _signed(facts)),
            Section("What changed since the last version", _changed(facts), new_page=True),
            Section("Questions to ask", _questions(facts)),
        ),
        foot=f"{facts.authority}. Run {facts.run_id}, made on {plain_date(facts.created)} by {facts.author}. "
        'Counts of 1 to 5, and shares that would give them away, are shown as "c".',
        tight=True,
    )


def _decision(facts: PublicFacts) -> tuple[Block, ...]:
    # what was never released is asked about at the first stage
    stage = facts.stage if facts.stage in _STAGES else next(iter(_STAGES))
    at = f"at the stage {stage}: {_STAGES[stage]}"
    roles = joined([str(role) for role in facts.monitoring["roles"]])
    match facts.verdict:
        case "refused":
            said = (
                "The audit refused it. Is it to be made again, otherwise? Or do two people, neither of them the "
                "author, sign waivers for what did not pass, each with a reason and an end? Some checks nobody may "
                "waive."
            )
        case "awaiting sign-off":
            said = f"May lists be made by this model, {at}? Two people sign, neither of them the author: {roles}."
        case "signed":
            said = f"It is signed. Is it released, {at}?"
        case "released":
            said = f"It is released, {at}. Does it go on, to another stage, or is it taken back?"
        case _:
            said = f"It is {facts.verdict}, and may not be used. Is another version to be made?"
    return (Inset(said, strong=True),)


def _five(facts: PublicFacts) -> Figures:
    found, missed = facts.precision, facts.missed
    best = best_of(simple_rules(facts))
    return Figures(
        (
            (
                of_twenty(found),
                f"families listed, for whom it came to {_short(facts.outcome_plain, _TITLE)}{_between(found)}",
            ),
            (
                "Not known" if best is None else of_twenty(best),
                "no simple rule could be compared"
                if best is None
                else f"by the best simple rule, {_short(best['name'], _NAME)}{_between(best)}",
            ),
            (of_twenty(missed), f"children to whom it happened, who were on no list{_between(missed)}"),
            _widest(facts),
            (
                plural(sum(facts.capacity.values()), "family", "families"),
                f"on all lists together, in {plural(len(facts.capacity), 'zone')}",
            ),
        )
    )


def _between(share: Mapping[str, Any]) -> str:
    """The interval in brackets; nothing where it is hidden, or the same in twentieths."""
    if not known(share["low"], share["high"]) or round(share["low"] * OF) == round(share["high"] * OF):
        return ""
    return f" ({about_range(share['low'], share['high'], OF)})"


def _widest(facts: PublicFacts) -> tuple[str, str]:
    """The group that is missed most, where that is beyond chance."""
    overall = facts.missed["value"]
    more = rows_missed_more(facts.groups, overall)
    if not facts.groups or not known(overall):
        return "Not known", "no comparison of groups was made: do not read this as no difference"
    if not more:
        return "None shown", "no group that can be shown is missed more often than everybody, beyond chance"
    row = more[0]
    # a twentieth is coarser than the gap may be
    return (
        about_of(row["share"], 100).capitalize(),
        f"missed among {_short(whole_words(row['dimension'], row['group']), _NAME)}, the most of all groups that can "
        f"be shown; of everybody {about_of(overall, 100)}",
    )


def _checks(facts: PublicFacts) -> tuple[Block, ...]:
    names = {
        status: [str(row["name"]) for row in facts.checks if row["status"] == status]
        for status in STATUS_TAGS
    }
    rows = tuple(
        (STATUS_TAGS[status], str(len(held)), _some(held, _SAID.get(status, 0)))
        for status, held in names.items()
        if held or status in ("passed", "failed", "too_few", "not_applicable")
    )
    return (
        Table("Checks by result; only passed counts as passed", ("Result", "How many", "Which"), rows, (1,)),
    )


def _waivers(facts: PublicFacts) -> tuple[Block, ...]:
    asked = [row for row in facts.checks if row["blocks"] and row["status"] != "waived"]
    blocks: list[Block] = []
    if asked:
        need = "needs a waiver" if len(asked) == 1 else "need a waiver each"
        blocks.append(
            Paragraph(
                f"{plural(len(asked), 'check')} in the way of a release {need}. Nobody has to give one."
            )
        )
    if facts.waivers:
        rows = tuple(
            (
                _short(str(row["check"]), _NAME),
                _short(str(row["reason"]), 2 * _NAME),
                _short(str(row["by"]), _NAME),
                plain_date(row["until"]),
            )
            for row in facts.waivers[:_WAIVERS]
        )
        caption = f"Waivers given{_more(facts.waivers, _WAIVERS)}"
        blocks.append(Table(caption, ("Check", "Reason", "By", "Until"), rows))
    else:
        blocks.append(Paragraph("No check was waived."))
    return tuple(blocks)


def _signed(facts: PublicFacts) -> tuple[Block, ...]:
    until = (
        f"Certificate {facts.certificate['id']}, until {plain_date(facts.certificate['expires'])}"
        if facts.certificate is not None
        else "No certificate: no list can be written"
    )
    signed = [
        f"{_short(row['name'], _NAME)}, {_short(row['role'], _NAME)}, on {plain_date(row['on'])}"
        for row in facts.sign_offs[:_SIGNED]
    ]
    said = "; ".join(signed) + _more(facts.sign_offs, _SIGNED) if signed else "By nobody yet"
    return (Facts((("Signed", said), ("Until", until))),)


def _changed(facts: PublicFacts) -> tuple[Block, ...]:
    held = facts.changed
    if not held["since"]:
        return (Paragraph("This is the first version: no version of it was released before."),)
    moved = [row for row in held["rows"] if row["moved"] not in _AS_IT_WAS]
    other = [str(row["what"]) for row in held["rows"] if row["moved"] == "changed"]
    rows = tuple(
        tuple(_short(str(row[name]), _NAME) for name in ("what", "before", "now", "moved"))
        for row in moved[:_MOVED]
    )
    blocks: list[Block] = [
        Paragraph(f"Against the version released before, run {held['since']} of {plain_date(held['on'])}.")
    ]
    if rows:
        blocks.append(Table(f"What moved{_more(moved, _MOVED)}", ("What", "Before", "Now", "Moved by"), rows))
    if other:
        blocks.append(Paragraph(f"Changed too, see the card: {_some(other, _NAMED)}."))
    if not rows and not other:
        blocks.append(Paragraph("Nothing that shows."))
    return tuple(blocks)


def _questions(facts: PublicFacts) -> tuple[Block, ...]:
    questions = board_questions(facts)
    card = Link("The card, with every figure and what it cannot tell", "card.html")
    if not questions:
        return (
            Paragraph(
                "No figure of this run calls for a question of its own. That is no proof that nothing is wrong: the "
                "card says what was not looked at."
            ),
            card,
        )
    rows = tuple(
        (str(n), _short(each.text, 2 * _LINE), _short(each.figure, _LINE + _NAME))
        for n, each in enumerate(questions, 1)
    )
    return (
        Paragraph(
            "Each comes from a figure of this run, the most serious first. There is more to ask than stands here."
        ),
        Table("Questions, and what calls for them", ("No.", "Question", "Because"), rows),
        card,
    )


def _some(names: Sequence[str], most: int) -> str:
    """The first names, and how many more there are; nothing where none are to be named."""
    more = len(names) - most
    said = "; ".join(_short(name, _NAME) for name in names[:most])
    return said + (f"; and {more} more" if more > 0 and most else "")


def _more(rows: Sequence[object], most: int) -> str:
    more = len(rows) - most
    return f" ({more} more on the card)" if more > 0 else ""


def _short(text: str, letters: int = _LINE) -> str:
    """A text that has room on the page; what is cut off stands on the card."""
    if len(text) <= letters:
        return text
    return text[: letters - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + " \u2026"
