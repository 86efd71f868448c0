"""Who is missed more often: group tables after disclosure control, and a chart for each dimension."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from prevention_model.disclosure import printed, protect_groups
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


def protected(groups: Sequence[Mapping[str, Any]], dimension: str) -> pd.DataFrame:
    """One dimension's rows with small numbers hidden, and the shares that would give them away.

    Counts of children at dates can be large where there are few children. So rows may also hold
    distinct_people, distinct_with_outcome and distinct_missed: what is hidden of those is hidden.

    >>> rows = [{"dimension": "sex", "group": g, "people": 500, "with_outcome": 40, "missed": m,
    ...          "share": m / 40, "low": 0.1, "high": 0.9} for g, m in (("girls", 20), ("boys", 38))]
    >>> protected(rows, "sex")["missed"].tolist()
    [None, None]
    """
    rows = pd.DataFrame([dict(row) for row in groups if row["dimension"] == dimension])
    made = _protected(rows)
    distinct = {f"distinct_{name}": name for name in _COUNTS}
    if set(distinct) <= set(rows):
        also = _protected(rows.drop(columns=list(_COUNTS)).rename(columns=distinct))
        for name in (*_COUNTS, "share", "low", "high"):
            made[name] = made[name].where(also[name].notna(), None)
    return made


_COUNTS = ("people", "with_outcome", "missed")


def _protected(rows: pd.DataFrame) -> pd.DataFrame:
    return protect_groups(
        rows,
        counts={"people": None, "with_outcome": "people", "missed": "with_outcome"},
        shares={"share": ("missed", "with_outcome")},
        follow={"share": ("low", "high")},
    )


def group_blocks(groups: Sequence[Mapping[str, Any]], overall: float | None) -> tuple[Block, ...]:
    """A sentence, a chart and a table for each dimension, in the order given."""
    blocks: list[Block] = []
    for number, dimension in enumerate(dict.fromkeys(str(row["dimension"]) for row in groups)):
        rows = protected(groups, dimension)
        points = [
            Point(str(g), _number(v), _number(low), _number(high))
            for g, v, low, high in zip(rows["group"], rows["share"], rows["low"], rows["high"], strict=True)
        ]
        blocks.append(Paragraph(_sentence(dimension, points, overall)))
        title = f"Share missed, by {dimension}"
        if any(point.value is not None for point in points):
            chart = gap_chart(
                points, title=title, quantity="Share missed", overall=overall, name=f"gap{number}"
            )
            blocks.append(Picture(chart, table=False))
        blocks.append(
            Table(title, COLUMNS, tuple(_row(row) for row in rows.to_dict("records")), (1, 2, 3, 4, 5))
        )
    return tuple(blocks)


def _row(row: Mapping[Any, Any]) -> tuple[str, ...]:
    return (
        str(row["group"]),
        printed(row["people"]),
        printed(row["with_outcome"]),
        printed(row["missed"]),
        percent(row["share"]),
        interval(row["low"], row["high"]),
    )


def _sentence(dimension: str, points: Sequence[Point], overall: float | None) -> str:
    """Which groups are missed more often than everybody, beyond chance."""
    more = [p.label for p in points if overall is not None and p.low is not None and p.low > overall]
    unknown = [p.label for p in points if p.value is None]
    said = f"By {dimension}: " + (
        f"missed more often than everybody, beyond chance: {joined(more)}."
        if more
        else "no group that can be shown is missed more often than everybody, beyond chance."
    )
    if unknown:
        said += f" Nothing can be said of {joined(unknown)}: too few, or too easily recognised."
    return said


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
