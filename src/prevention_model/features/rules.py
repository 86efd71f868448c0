"""How a derived feature is made from features: a ratio, a difference, a trajectory, the time since a milestone.

A feature is given itself, or by its name where it stands in the same set. What each rule *means* is written in
`derive.py`, and in tables in `tests/spec/derived_features.md`.
"""

import math
from dataclasses import dataclass, fields, replace
from typing import Any

from prevention_model.errors import WrongUsage
from prevention_model.features.declared import NOW, Declared
from prevention_model.features.feature import Feature
from prevention_model.query import Length, Lookback

Source = Feature | str
"""A feature that a rule starts from, or the name of one in the same set."""

FEWEST = 3
"""Known values that a trajectory needs, where it looks at so many."""


@dataclass(frozen=True)
class Ratio:
    """The value of one feature divided by that of another; missing where either is, or where the divisor is 0.

    Raises WrongUsage for what is no feature.

    >>> Ratio("unauthorised_12m", to="authorised_12m").looks_at
    (Length(number=0, unit='days'),)
    """

    of: Source
    to: Source

    def __post_init__(self) -> None:
        _check_sources(self, self.of, self.to)

    @property
    def looks_at(self) -> tuple[Length, ...]:
        """The index date."""
        return (NOW,)


@dataclass(frozen=True)
class Difference:
    """The value of one feature less that of another, in their unit; missing where either is.

    Raises WrongUsage for what is no feature.

    >>> Difference("absence_12m", less="absence_year_before").less
    'absence_year_before'
    """

    of: Source
    less: Source

    def __post_init__(self) -> None:
        _check_sources(self, self.of, self.less)

    @property
    def looks_at(self) -> tuple[Length, ...]:
        """The index date."""
        return (NOW,)


class _OverDates:
    """Rules that look at the index date and at `times - 1` earlier ones, each `every` before the next."""

    every: str
    times: int

    @property
    def looks_at(self) -> tuple[Length, ...]:
        """The dates, as lengths before the index date, the longest first."""
        step = Length.parse(self.every)
        earlier = (Length(step.number * back, step.unit) for back in range(self.times - 1, 0, -1))
        return (*earlier, NOW)

    @property
    def span(self) -> Lookback:
        """From the earliest date to the index date."""
        number, unit = self.every.split(" ")
        whole = int(number) * (self.times - 1)
        return Lookback(f"{whole} {unit.removesuffix('s')}{'' if whole == 1 else 's'}")

    def _check_dates(self) -> None:
        name = type(self).__name__
        if isinstance(self.times, bool) or not isinstance(self.times, int) or self.times < 2:
            raise WrongUsage(
                f"{name} looks at {self.times!r} dates, and it takes two to see a change.",
                todo="Write a whole number from 2, as in times=4.",
            )
        Length.parse(self.every)
        try:
            self.span  # noqa: B018  # one that is too long refuses itself
        except WrongUsage:
            raise WrongUsage(
                f"{name} looks further back than can be: at {self.times} dates {self.every} apart.",
                todo="Look at fewer dates, or at dates less far apart.",
            ) from None


@dataclass(frozen=True)
class Trajectory(_OverDates):
    """Which way a feature goes: the slope of a straight line through its values by least squares, in its own
    units a year.

    The values are those at the index date and at `times - 1` earlier dates, each `every` before the next, and each
    as it was known at its own date. A month is a twelfth of a year, and a year has 365.25 days. Missing where fewer
    than 3 of the values are known (2, where `times` is 2). Raises WrongUsage for dates that cannot be.

    >>> Trajectory("absence_3m", every="3 months", times=3).looks_at[0]
    Length(number=6, unit='months')
    """

    of: Source
    every: str = "3 months"
    times: int = 4

    def __post_init__(self) -> None:
        _check_sources(self, self.of)
        self._check_dates()

    @property
    def fewest(self) -> int:
        """How many of the values have to be known."""
        return min(FEWEST, self.times)

    @property
    def steps_a_year(self) -> float:
        """How many times `every` a year has."""
        step = Length.parse(self.every)
        return 12 / step.number if step.unit == "months" else 365.25 / step.number


@dataclass(frozen=True)
class SinceReached(_OverDates):
    """Days since a feature first was `at_least` so much, as far back as is looked; 0 if first at the index date.

    It is looked at the index date and at `times - 1` earlier dates, each `every` before the next, and each time at
    what was then known. Missing where it was at none of them. Where it was so at the earliest one already, it may
    have been so for longer. Raises WrongUsage for dates that cannot be, and where `at_least` is no number.

    >>> SinceReached("absence_3m", at_least=0.1, times=5).span
    Lookback(length='12 months', before='0 days')
    """

    of: Source
    at_least: float
    every: str = "3 months"
    times: int = 4

    def __post_init__(self) -> None:
        _check_sources(self, self.of)
        self._check_dates()
        number = self.at_least
        if isinstance(number, bool) or not isinstance(number, (int, float)) or not math.isfinite(number):
            raise WrongUsage(
                f"SinceReached was given at_least={number!r}, which is no number.",
                todo="Write the value to be reached, as in at_least=0.1.",
            )
        object.__setattr__(self, "at_least", float(number))


Rule = Ratio | Difference | Trajectory | SinceReached
RULES: tuple[type[Any], ...] = (Ratio, Difference, Trajectory, SinceReached)


def sources(rule: Rule) -> dict[str, Source]:
    """The features, or their names, under the argument that each was given for.

    >>> sources(Ratio("a", to="b"))
    {'of': 'a', 'to': 'b'}
    """
    given = {item.name: getattr(rule, item.name) for item in fields(rule)}
    return {name: given[name] for name in ("of", "to", "less") if name in given}


def with_sources(rule: Rule, given: dict[str, Source]) -> Rule:
    """The same rule over other features.

    >>> with_sources(Ratio("a", to="b"), {"to": "c"})
    Ratio(of='a', to='c')
    """
    return replace(rule, **given)  # type: ignore[arg-type]  # only its sources are given


def _check_sources(rule: Rule, *given: object) -> None:
    name = type(rule).__name__
    for source in given:
        if isinstance(source, Declared) and not isinstance(source, Feature):
            raise WrongUsage(
                f"{name} cannot start from {source.name!r}, which is derived itself.",
                todo=f"Start from a feature that asks the records, as those do that {source.name!r} is made from.",
            )
        if not isinstance(source, Feature) and not (isinstance(source, str) and source):
            raise WrongUsage(
                f"{name} starts from features, and was given a {type(source).__name__}.",
                todo="Give a Feature, or the name of one in the same set.",
            )


def text_of(source: Source) -> str:
    """The name of a source.

    >>> text_of("absence_3m")
    'absence_3m'
    """
    return source if isinstance(source, str) else source.name
