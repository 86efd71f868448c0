"""The model card: what a board needs in order to say yes or no, first on one page, then in full."""

from pathlib import Path

from prevention_model.cards.answering import (
    check_blocks,
    decision,
    hidden_blocks,
    human_blocks,
    mitigation_blocks,
    monitoring_blocks,
    sign_off_blocks,
    standing_tags,
)
from prevention_model.cards.change import change_blocks
from prevention_model.cards.groups import missed_more
from prevention_model.cards.judging import (
    calibration_blocks,
    explanation_blocks,
    rival_blocks,
    stability_blocks,
    worth_blocks,
)
from prevention_model.cards.making import feature_blocks, making_blocks
from prevention_model.cards.order import order_blocks
from prevention_model.cards.public import PublicFacts
from prevention_model.cards.rivals import best_of, better_words, simple_rules
from prevention_model.cards.since import since_blocks
from prevention_model.cards.telling import known, missed_blocks, of_twenty, telling_blocks
from prevention_model.cards.watching import watching_blocks
from prevention_model.pages.document import (
    Block,
    Bullets,
    Document,
    Facts,
    Figures,
    Inset,
    Paragraph,
    Section,
    to_html,
    to_markdown,
)
from prevention_model.pages.words import joined, plain_date, plural

CARD_FILES = ("card.html", "card.md", "card.json")


def write_card(folder: Path, facts: PublicFacts) -> tuple[Path, ...]:
    """Write card.html, card.md and card.json with the same content; return their paths."""
    document = card_document(facts)
    folder.mkdir(parents=True, exist_ok=True)
    paths = tuple(folder / name for name in CARD_FILES)
    for path, text in zip(paths, (to_html(document), to_markdown(document), facts.to_json()), strict=True):
        path.write_text(text, encoding="utf-8", newline="\n")
    return paths


def card_document(facts: PublicFacts) -> Document:
    """The card as a document."""
    return Document(
        kind="Model card",
        title=facts.title,
        lead=facts.purpose,
        tags=standing_tags(facts),
        sections=(
            Section("In short", _in_short(facts)),
            Section("What it is for, and never for", _purpose(facts)),
            Section("What it can and cannot tell", telling_blocks(facts)),
            *([Section("How the list is ordered", order_blocks(facts.order))] if facts.order else []),
            Section("Who is missed more often", missed_blocks(facts)),
            Section("How it compares with simple rules", rival_blocks(facts)),
            Section("What a change means", change_blocks(facts.change)),
            Section("How it was made", making_blocks(facts)),
            Section("Are its numbers true?", calibration_blocks(facts)),
            Section("What is it worth?", worth_blocks(facts)),
            Section("Would it say the same again?", stability_blocks(facts)),
            Section("Reasons and strengths", explanation_blocks(facts)),
            Section("Who is being watched", watching_blocks(facts.watching)),
            Section("What could be done about gaps", mitigation_blocks(facts)),
            Section("How people decide", human_blocks(facts)),
            Section("Questions and complaints", (Paragraph(facts.complaint_route),)),
            Section("What is watched after release", monitoring_blocks(facts)),
            Section("What changed since the last version", since_blocks(facts.changed)),
            Section("Limits", (Bullets(tuple(facts.limits)),)),
            Section("Checks", check_blocks(facts)),
            Section("Who answers for it", sign_off_blocks(facts)),
            Section("What it looks at", feature_blocks(facts.features)),
            Section("What is not printed", hidden_blocks(facts)),
            Section("Versions and hashes", _versions(facts)),
        ),
        foot=f"{facts.authority}. Run {facts.run_id}, made on {plain_date(facts.created)} by {facts.author}. "
        'Counts of 1 to 5, and shares that would give them away, are shown as "c".',
        before_contents=1,
    )


def _in_short(facts: PublicFacts) -> tuple[Block, ...]:
    failed = sum(check["status"] in ("failed", "could_not_run") for check in facts.checks)
    unsure = sum(check["status"] == "too_few" for check in facts.checks)
    figures = [
        (of_twenty(facts.precision), f"families listed, for whom it came to {facts.outcome_plain}"),
        (of_twenty(facts.missed), "children to whom it happened, who were on no list"),
        (
            plural(sum(facts.capacity.values()), "family", "families"),
            "on all lists together, by the capacity of the zones",
        ),
        (f"{failed} failed", f"of {len(facts.checks)} checks; {unsure} more had too few people to assess"),
    ]
    if (best := best_of(simple_rules(facts))) is not None:
        figures.insert(1, (of_twenty(best), f"by the best simple rule: {best['name']}"))
    asked = Facts(
        (
            ("Who is missed?", _who_is_missed(facts)),
            ("Is it better than a simple rule?", better_words(facts)),
            ("Who signed, and until when?", _signed(facts)),
        )
    )
    return (Figures(tuple(figures)), asked, decision(facts), *_unfilled(facts))


def _who_is_missed(facts: PublicFacts) -> str:
    more = missed_more(facts.groups, facts.missed["value"])
    whole = (
        f"{of_twenty(facts.missed)} children to whom it happens are on no list."
        if known(facts.missed["value"])
        else "How many children are missed is not known."
    )
    if not facts.groups:
        return f"{whole} No comparison of groups was made: do not read this as no difference."
    unknown = sum(row["share"] is None for row in facts.groups)
    said = (
        f"Missed more often than everybody, beyond chance: {joined(more)}."
        if more
        else "No group that can be shown is missed more often than everybody, beyond chance."
    )
    return f"{whole} {said} {plural(unknown, 'group is', 'groups are')} too small to show."


def _signed(facts: PublicFacts) -> str:
    signed = [f"{each['name']} ({each['role']}, {plain_date(each['on'])})" for each in facts.sign_offs]
    if facts.verdict == "refused":
        return "Nobody: it was refused, and may not be used."
    if not signed:
        return "Nobody yet. No list can be written."
    waived = f" {plural(len(facts.waivers), 'check was', 'checks were')} waived." if facts.waivers else ""
    until = (
        f" Until {plain_date(facts.certificate['expires'])}."
        if facts.certificate is not None
        else " There is no certificate, so no list can be written."
    )
    return f"{joined(signed)}.{until}{waived}"


def _unfilled(facts: PublicFacts) -> tuple[Block, ...]:
    """What the authority has yet to say: it stands in the way of a release, so it stands at the top."""
    if not facts.unfilled:
        return ()
    count = plural(len(facts.unfilled), "field", "fields")
    return (
        Inset(
            f'The authority has not filled {count} of what it has to say (named under "Who answers for it"). Nothing '
            "is released before all are.",
            strong=True,
        ),
    )


def _purpose(facts: PublicFacts) -> tuple[Block, ...]:
    return (
        Paragraph(facts.purpose),
        Paragraph(f"Who uses it: {facts.users}"),
        Paragraph("Never for:"),
        Bullets(tuple(facts.never_for)),
    )


def _versions(facts: PublicFacts) -> tuple[Block, ...]:
    return (
        Facts((("Model", f"{facts.model_id}, version {facts.model_version}"), ("Run", facts.run_id))),
        Facts(tuple((str(k), str(v)) for k, v in facts.versions.items())),
        Facts(tuple((f"{k} (SHA-256)", str(v)) for k, v in facts.hashes.items())),
    )
