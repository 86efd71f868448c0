"""Figures of the mitigation menu in words, and which of them must not be shown."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from prevention_model.disclosure import is_small
from prevention_model.pages.change_charts import points
from prevention_model.pages.words import number, percent

Words = Callable[[float], str]
LIST = "the list"
SHARES = ("precision", "recall")
"""Figures that are shares; their changes are in points of per cent."""


def gap_words(row: Mapping[str, Any]) -> str:
    """Gap today and with the measure, and the change with its interval."""
    if row["gap_today"] != row["gap_today"] or row["gap_with"] != row["gap_with"]:
        return "not known"
    gaps = f"from {points(row['gap_today'])} to {points(row['gap_with'])}"
    if row["change"] == 0:
        return f"{points(row['gap_today'])}, no change"
    word = ""
    if row["lower"] > 0 or row["upper"] < 0:
        word = ", smaller" if abs(row["gap_with"]) < abs(row["gap_today"]) else ", larger"
    return f"{gaps}: {change_words(row, points)}{word}"


def change_words(row: Mapping[str, Any], show: Words) -> str:
    """A change with its interval."""
    if row["change"] == 0:
        return "no change"
    return f"{if_known(row['change'], show)} ({interval_words(row, show)})"


def kept_words(families: Mapping[str, int]) -> str:
    """How many of the families listed today the measure lists as well."""
    return f"{families['both']:,} of {families['today']:,}"


def named_group(row: Mapping[str, Any]) -> str:
    """A group with the grouping that it is of."""
    return f"{row['group']} ({plain_name(row['grouping'])})"


def cut_words(name: str) -> str:
    """Who is chosen at a cut."""
    return "those on the list" if name == LIST else f"{name} of levels at each date"


def interval_words(row: Mapping[str, Any], show: Words) -> str:
    """The interval of a change."""
    if row["lower"] != row["lower"] or row["upper"] != row["upper"]:
        return "not known"
    return f"{show(row['lower'])} to {show(row['upper'])}"


def end_of(value: float) -> float | None:
    """An end of an interval, None where it is not known."""
    return None if value != value else float(value)


def if_known(value: float, show: Words) -> str:
    """A number in words."""
    return "not known" if value != value else str(show(value))


def share_words(value: float) -> str:
    """A share in per cent."""
    return "not known" if value != value else percent(value, 1)


def number_words(value: float) -> str:
    """A number with three decimals."""
    return "not known" if value != value else number(float(value), 3)


def signed(value: float) -> str:
    """A change of a number, with its sign.

    >>> signed(0.0123), signed(-0.00001)
    ('+0.012', '0.000')
    """
    said = f"{value:+.3f}"
    return "0.000" if said in ("+0.000", "-0.000") else said


def area_words(held: Sequence[float]) -> str:
    """An area under the curve with its interval."""
    return f"{number(held[0])} ({number(held[1])} to {number(held[2])})"


def plain_name(name: str) -> str:
    """A name of a setting as a reader says it."""
    return str(name).replace("_", " ")


def by_figure(each: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The figures of all children under a measure, by name."""
    return {row["figure"]: row for row in each["whole"]}


def hidden_groups(rows: Sequence[Mapping[str, Any]]) -> set[tuple[str, str, str]]:
    """What would count few children, and where that hides one group of a grouping alone, the next smallest with it."""
    found: set[tuple[str, str, str]] = set()
    for rate, grouping in dict.fromkeys((row["rate"], row["grouping"]) for row in rows):
        own = [row for row in rows if (row["rate"], row["grouping"]) == (rate, grouping)]
        few = [row for row in own if is_small(row["fewest"])]
        shown = sorted((row for row in own if row not in few), key=lambda row: row["people"])
        if len(few) == 1:
            few += shown[:1]
        found |= {(rate, grouping, row["group"]) for row in few}
    return found
