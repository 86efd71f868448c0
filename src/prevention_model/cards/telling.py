"""What a card can and cannot tell: how many are found and how many missed, in words of twenty and of a thousand."""

from collections.abc import Mapping
from typing import Any

from prevention_model.cards.groups import group_blocks
from prevention_model.cards.public import PublicFacts
from prevention_model.pages.document import Block, Inset, Paragraph, Picture
from prevention_model.pages.icon_charts import Part, icon_chart
from prevention_model.pages.words import about_of, about_range, plural

OF = 20
"""Shares are told as so many of these."""
_CHILDREN = 1000


def telling_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """Natural frequencies: of families listed, of children to whom it happens, of all children."""
    blocks: list[Block] = [
        Paragraph(f"{found_words(facts)} Being listed says nothing about what a family will do.")
    ]
    if known(facts.precision["value"]):
        share = float(facts.precision["value"])
        parts = [Part("it came to", share), Part("it did not come to", 1 - share)]
        blocks.append(
            Picture(
                icon_chart(
                    parts,
                    of=OF,
                    who="families listed",
                    title=f"Families listed, and {facts.outcome_plain}",
                    name="listed",
                )
            )
        )
    blocks.append(Paragraph(f"{missed_words(facts)} {_missed_count(facts)}"))
    blocks += _of_all_children(facts)
    blocks.append(
        Inset(
            "Being low on a list, or on none, says nothing about how well a child is cared for. Every other way "
            "to help stays open: referrals, schools, and families who ask.",
            strong=True,
        )
    )
    return tuple(blocks)


def _of_all_children(facts: PublicFacts) -> tuple[Block, ...]:
    """A thousand children as shapes; nothing where a count behind it is hidden."""
    held = facts.frequencies
    names = ("children", "with_outcome", "listed", "listed_with_outcome")
    if any(not known(held[name]) for name in names):
        return (
            Paragraph("How many of 1,000 children are listed cannot be shown: a count behind it is small."),
        )
    children, happened, listed, both = (int(held[name]) for name in names)
    parts = [
        Part("it happened to, and a list named", both / children),
        Part("it happened to, and no list named", (happened - both) / children),
        Part("it did not happen to, and a list named", (listed - both) / children),
        Part("it did not happen to, and no list named", (children - happened - listed + both) / children),
    ]
    chart = icon_chart(
        parts,
        of=_CHILDREN,
        who="children at a date",
        title="Of 1,000 children",
        about="A child counts once at each date that was tested.",
        name="thousand",
    )
    return (Picture(chart),)


def found_words(facts: PublicFacts) -> str:
    """Of families listed, to how many it comes, with the interval; or why that cannot be said."""
    found = facts.precision
    if known(found["value"]):
        return (
            f"Of {OF} families listed, {_bare(found)} come to {facts.outcome_plain} {facts.horizon}{_spread(found)}. "
            "For the others it does not happen."
        )
    if facts.frequencies["families"] == 0:
        return "No family was listed in the test, so nothing is known of how many families it would find."
    return "How many of the families listed it comes to cannot be shown: they are too few."


def missed_words(facts: PublicFacts) -> str:
    """Of children to whom it happens, how many are on no list, with the interval; or why that cannot be said."""
    missed = facts.missed
    if known(missed["value"]):
        return f"Of {OF} children to whom it happens, {_bare(missed)} are on no list{_spread(missed)}."
    if facts.frequencies["with_outcome"] == 0:
        return "It happened to no child in the test, so nothing is known of how many children it would miss."
    return "How many of the children to whom it happens are on no list cannot be shown: they are too few."


def _bare(share: Mapping[str, Any]) -> str:
    return about_of(share["value"], OF).removesuffix(f" of {OF}")


def _spread(share: Mapping[str, Any]) -> str:
    if not known(share["low"], share["high"]):
        return ""
    return f" (95% interval: {about_range(share['low'], share['high'], OF)})"


def _missed_count(facts: PublicFacts) -> str:
    missed, everybody = facts.missed["missed"], facts.missed["with_outcome"]
    if missed is None or everybody is None:
        return "The counts are too small to print."
    happened = plural(int(everybody), "child", "children")
    return f"In the test it happened to {happened}; {int(missed):,} of them were on no list."


def missed_blocks(facts: PublicFacts) -> tuple[Block, ...]:
    """Who is missed more often: a sentence, a picture and a table for each way of dividing children."""
    if not facts.groups:
        return (Inset("No comparison of groups was made. Do not read this as no difference.", strong=True),)
    lead = Paragraph(
        "Missed means that it happened to the child and the family was on no list. A model that misses one "
        "group more than another gives that group less help. Differences within chance are not called "
        "differences. A child counts once at each date that was tested."
    )
    return (lead, *group_blocks(facts.groups, facts.missed["value"]))


def of_twenty(share: Mapping[str, Any]) -> str:
    """A share with its value as "About x of 20"."""
    return about_of(share["value"], OF).capitalize() if known(share["value"]) else "Not known"


def known(*values: Any) -> bool:
    """Whether each is a number: neither hidden, nor one that could not be worked out."""
    return all(value is not None and value == value for value in values)
