"""How a list is ordered by several outcomes: the weights, who wrote them, and what that finds of each outcome."""

from collections.abc import Mapping
from typing import Any

from prevention_model.disclosure import printed
from prevention_model.pages.document import Block, Facts, Paragraph, Table


def order_blocks(order: Mapping[str, Any]) -> tuple[Block, ...]:
    """The weights in words, and onsets found by the list and by a list for each outcome alone."""
    plain = order["plain"]
    weights = tuple((plain[name], f"weight {weight:g}") for name, weight in order["weights"].items())
    held = {(row["by"], row["outcome"]): row for row in order["found"]}
    rows = tuple(
        (
            f"By {plain[by]} alone" if by else "The list that is handed out",
            *(_found(held[by, o]) for o in plain),
        )
        for by in ("", *plain)
    )
    whose = (
        f'they are the board\'s to write, and the policy "{order["policy"]}" says that all count the same.'
        if order["equal"]
        else f'they are the board\'s, written in the policy "{order["policy"]}".'
    )
    return (
        Paragraph(
            "Several outcomes rank families together. A child's place is the expected number of onsets: its level of "
            "each outcome times the weight of that outcome, added up. An outcome that the child is not at risk of, or "
            "is not scored for, adds nothing. Every row of a list shows how the child stands by each outcome alone."
        ),
        Paragraph(
            "The weights say how much an onset of one outcome matters beside one of another. No data can say that: "
            + whose
        ),
        Facts(weights),
        Paragraph(
            f"Each outcome has a card: that of {next(iter(plain.values()))} is the run's own, and the others lie under "
            '"beside". One audit judged all of them: they are released together, or not at all.'
        ),
        Paragraph(
            "A list by several outcomes mostly finds fewer of one than a list as long made for that one alone. "
            "In the test, onsets among children of listed families, of all:"
        ),
        Table(
            "Onsets found by lists of the same length",
            ("List", *(name[:1].upper() + name[1:] for name in plain.values())),
            rows,
            tuple(range(1, len(plain) + 1)),
        ),
    )


def _found(row: Mapping[str, Any]) -> str:
    return printed(None) if row["found"] is None else f"{row['found']:,} of {row['of']:,}"
