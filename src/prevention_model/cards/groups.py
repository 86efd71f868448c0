"""Who is missed more often: a sentence, a chart and a table for each way of dividing children."""

from collections.abc import Mapping, Sequence
from typing import Any

from prevention_model.cards.group_words import dimension_words, group_words, in_order, whole_words
from prevention_model.disclosure import printed
from prevention_model.pages.charts import Point, gap_chart
from prevention_model.pages.document import Block, Paragraph, Picture, Table
from prevention_model.pages.words import interval, joined, percent

COLUMNS = (
    "Group",
    "Children, at each date",
    "To whom it happened",
    "Of those, missed",
    "Share missed",
    "95% interval",
)


def group_blocks(groups: Sequence[Mapping[str, Any]], overall: float | None) -> tuple[Block, ...]:
    """A sentence, a chart and a table for each dimension, in the order given."""
    blocks: list[Block] = []
    for number, dimension in enumerate(dict.fromkeys(str(row["dimension"]) for row in groups)):
        rows = sorted(
            (row for row in groups if row["dimension"] == dimension),
            key=lambda row: in_order(str(row["group"])),
        )
        points = [
            Point(group_words(dimension, str(row["group"])), row["share"], row["low"], row["high"])
            for row in rows
        ]
        blocks.append(Paragraph(_sentence(dimension, points, overall)))
        title = f"Share missed, by {dimension_words(dimension)}"
        if any(point.value is not None for point in points):
            chart = gap_chart(
                points, title=title, quantity="Share missed", overall=overall, name=f"gap{number}"
            )
            blocks.append(Picture(chart, table=False))
        blocks.append(Table(title, COLUMNS, tuple(_row(row) for row in rows), (1, 2, 3, 4, 5)))
    return tuple(blocks)


def _row(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        group_words(str(row["dimension"]), str(row["group"])),
        printed(row["people"]),
        printed(row["with_outcome"]),
        printed(row["missed"]),
        percent(row["share"]),
        interval(row["low"], row["high"]),
    )


def _sentence(dimension: str, points: Sequence[Point], overall: float | None) -> str:
    """Which groups are missed more often than everybody, beyond chance."""
    more = [point.label for point in points if _is_more(point.low, overall)]
    unknown = [p.label for p in points if p.value is None]
    said = f"By {dimension_words(dimension)}: " + (
        f"missed more often than everybody, beyond chance: {joined(more)}."
        if more
        else "no group that can be shown is missed more often than everybody, beyond chance."
    )
    if unknown:
        said += f" Nothing can be said of {joined(unknown)}: too few, or too easily recognised."
    return said


def missed_more(groups: Sequence[Mapping[str, Any]], overall: float | None) -> list[str]:
    """The groups that can be shown and are missed more often than everybody, beyond chance, each with its dimension."""
    return [
        whole_words(str(row["dimension"]), str(row["group"])) for row in rows_missed_more(groups, overall)
    ]


def rows_missed_more(groups: Sequence[Mapping[str, Any]], overall: float | None) -> list[Mapping[str, Any]]:
    """The rows of those groups, the one that is missed most first."""
    more = [row for row in groups if _is_more(row["low"], overall)]
    return sorted(more, key=lambda row: -float(row["share"]))


def _is_more(low: float | None, overall: float | None) -> bool:
    return low is not None and overall is not None and low > overall
