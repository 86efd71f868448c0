"""Features in the plain terms that every peer works in, so that each translates them once and the same way.

A peer brings the rows of one source together with the pairs that see them, and gives each such row these
columns: `age`, the days from its date (of a spell, its start) to the index date; `value`; `code`, numbered;
and for spells `to_age`, the days from its end as far as seen (0 while it looks open), and `ended`.
"""

from dataclasses import dataclass
from typing import Literal

import prevention_model as pm
from prevention_model import query

Function = Literal["count", "sum", "mean", "distinct", "min", "max"]
Amount = Literal["row", "value", "code", "age", "days", "open"]

_MEANING: dict[str, tuple[Function, Amount]] = {
    "Count": ("count", "row"),
    "Sum": ("sum", "value"),
    "Mean": ("mean", "value"),
    "Max": ("max", "value"),
    "Min": ("min", "value"),
    "DistinctCodes": ("distinct", "code"),
    "DaysSinceLast": ("min", "age"),
    "DaysSinceFirst": ("max", "age"),
    "OpenSpell": ("max", "open"),
    "DaysInSpell": ("sum", "days"),
    "SpellsStarted": ("count", "row"),
    "SpellsEnded": ("count", "row"),
}


@dataclass(frozen=True)
class Plain:
    """`function` of `amount` over the rows that are in the window, of these codes, and, if so asked, ended.

    `window` is in days, None for all that went before. For `home`, partial answers of the others of the
    household are put together by `over_others`. `days` are those of a spell that lie in the window.
    """

    name: str
    source: str
    home: bool
    function: Function
    amount: Amount
    window: int | None
    codes: tuple[int, ...] | None
    ended: bool

    @property
    def over_others(self) -> Literal["sum", "min", "max"]:
        """How the answers of several people become one."""
        return "sum" if self.function in ("count", "sum") else "min" if self.function == "min" else "max"

    @property
    def is_total(self) -> bool:
        """Whether the answer is 0, rather than missing, where there is no row."""
        return self.function in ("count", "sum", "distinct") or self.amount == "open"

    @property
    def dated_by(self) -> Literal["age", "to_age"]:
        """Which date has to lie in the window. Days and openness look at both by themselves."""
        return "to_age" if self.ended else "age"

    @property
    def has_window(self) -> bool:
        """Whether rows outside a window are left out."""
        return self.window is not None and self.amount != "days"


def plain(features: tuple[pm.Feature, ...]) -> list[Plain]:
    """All features but the sizes of households, in plain terms."""
    return [_plain(f) for f in features if not isinstance(f.aggregate, query.People)]


def _plain(feature: pm.Feature) -> Plain:
    ask, lookback = feature.aggregate, feature.lookback
    name = type(ask).__name__
    codes = getattr(ask, "codes", None)
    return Plain(
        feature.name,
        ask.kinds[0],
        feature.scope == "household_others",
        *_MEANING[name],
        None if lookback.is_all else query.Length.parse(lookback.length).number,
        # Codes are named by letters in their order.
        None if codes is None else tuple(ord(code[-1]) - ord("a") for code in codes),
        name == "SpellsEnded",
    )


def sizes(features: tuple[pm.Feature, ...]) -> dict[str, bool]:
    """The features that are the size of the household, with whether adults are counted."""
    return {f.name: f.aggregate.who == "adults" for f in features if isinstance(f.aggregate, query.People)}
