"""How a model was made: the outcome, what was looked at, the data with their dates, linkage, people, and periods."""

from collections.abc import Mapping, Sequence
from typing import Any

from prevention_model.cards.periods import periods_picture
from prevention_model.cards.public import PublicFacts
from prevention_model.disclosure import printed
from prevention_model.pages.document import Block, Bullets, Facts, Paragraph, Table
from prevention_model.pages.words import joined, number, plain_date


def making_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """The section, from the question that was asked to what had to be assumed."""
    outcome = facts.outcome
    blocks: list[Block] = [
        Facts(
            (
                ("What is looked for", f"{outcome['in_words']}"),
                (
                    "When",
                    f"{facts.horizon}, {_from(outcome['gap'])}; {outcome['ages']}",
                ),
                ("How it gets on record", outcome["exposure"] or "nobody has stated it"),
            )
        ),
        Paragraph(facts.method),
        Paragraph(f"Why this model: {facts.choice}"),
        Paragraph(f"Who: {facts.population}"),
        *_sizes(facts.sizes),
        Table(
            "Data",
            ("Source", "From", "To", "Newest", "Basis", "Impact assessment", "Looked at for"),
            tuple(_source(row) for row in facts.sources),
        ),
        *_linkage(facts.linkage),
        Table(
            "Periods",
            ("Use", "From", "To", "Children, at each date", "To whom it happened"),
            tuple(_split(row) for row in facts.splits),
            (3, 4),
        ),
        periods_picture(facts.periods),
        Paragraph(f"Gap between the periods: {facts.gap} {facts.periods[-1]['embargo']}"),
    ]
    if facts.left_out:
        blocks += _left_out(facts.left_out)
    if facts.assumptions:
        blocks += [Paragraph("What had to be assumed:"), Bullets(tuple(facts.assumptions))]
    return tuple(blocks)


def _from(gap: str) -> str:
    return "from the index date on" if gap.startswith("0 ") else f"from {gap} after the index date on"


def feature_blocks(features: Sequence[Mapping[str, str]]) -> tuple[Block, ...]:
    """Every feature with what it is needed for."""
    themes = dict.fromkeys(each["theme"] or "other" for each in features)
    lead = Paragraph(
        f"{len(features)} features, in {joined(list(themes))}. Sex, ethnicity, religion, nationality and disability "
        "are never among them; the audit looks at what stands in for them."
    )
    rows = tuple(
        (
            each["name"].replace("_", " "),
            each["theme"],
            each["agency"],
            each["polarity"],
            each["window"],
            each["purpose"],
        )
        for each in features
    )
    columns = ("Feature", "Theme", "Agency", "Counts as", "Looks back", "What it is needed for")
    return (lead, Table("Features", columns, rows))


def _sizes(held: Mapping[str, Any]) -> tuple[Block, ...]:
    if held["onsets_taught"] is None:
        return (Paragraph("How many onsets taught it is too small a number to print."),)
    return (
        Paragraph(
            f"It was taught by {int(held['rows_taught']):,} children at dates, to {int(held['onsets_taught']):,} of "
            f"whom it happened: {number(float(held['onsets_per_feature']), 0)} for each of "
            f"{int(held['features'])} features."
        ),
    )


def _linkage(held: Mapping[str, int]) -> tuple[Block, ...]:
    if not held["mentions"]:
        return (Paragraph("The records came with people already told apart; nothing was linked."),)
    return (
        Paragraph(
            f"About {held['mentions']:,} ways in which agencies name somebody were linked to about {held['people']:,} "
            f"people. Left apart because it could not be decided: about {held['undecided']:,}; because something spoke "
            f"against it: about {held['refused']:,}. These counts are of records, to the nearest 10."
        ),
    )


def _left_out(steps: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    """Step by step."""
    rows = tuple((str(step["reason"]), printed(step["pairs"]), printed(step["children"])) for step in steps)
    lead = Paragraph(
        "Who was left out, step by step: each step was asked about those whom the ones above it left. Pairs are of a "
        "child and an index date; the children are those of whom no pair was left."
    )
    names = ("Why", "Pairs left out", "Children left out altogether")
    return (lead, Table("Children who were left out", names, rows, (1, 2)))


def _source(row: Mapping[str, Any]) -> tuple[str, ...]:
    days = (plain_date(row[name]) for name in ("from", "to", "as_at"))
    return (
        str(row["name"]).replace("_", " "),
        *days,
        *(str(row[key]) for key in ("lawful_basis", "dpia", "retention")),
    )


def _split(row: Mapping[str, Any]) -> tuple[str, ...]:
    days = plain_date(row["from"]), plain_date(row["to"])
    return (str(row["name"]), *days, printed(row["children"]), printed(row["with_outcome"]))
