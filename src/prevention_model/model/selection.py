"""Choosing among candidates by regret over periods: how much worse each was than the best of the same period.

Periods differ: in one year everybody does worse than in another. Regret compares within a period only, so a hard
year weighs no more than an easy one (L. Savage 1951, the least worst regret). The candidate with the least is chosen;
where several are as good, the simpler.

What the choice itself is worth is seen on the next period: for each period but the first, who would have been chosen
by the periods before it, and with how much regret in it. The regret of the chosen in the periods that chose it is too
kind, for they chose it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from prevention_model.errors import WrongUsage, listed

By = Literal["worst", "mean"]


@dataclass(frozen=True, eq=False)
class Selection:
    """What was chosen and from what. `values` and `regret` have a row for each candidate, the simplest first, and a
    column for each period, the earliest first. `tied` are all that came within the tolerance of the least regret.

    `next_period` has a row for each period but the first: `chosen` by the periods before it, its `value` in it, the
    `best` of the period and the `regret`.
    """

    chosen: str
    tied: tuple[str, ...]
    values: pd.DataFrame
    regret: pd.DataFrame
    next_period: pd.DataFrame
    by: By

    def table(self) -> pd.DataFrame:
        """For people: regret by candidate and period, then mean and worst, and which is chosen; the simplest first."""
        shown = self.regret.copy()
        shown["mean"], shown["worst"] = self.regret.mean(axis=1), self.regret.max(axis=1)
        shown["chosen"] = ["chosen" if name == self.chosen else "" for name in shown.index]
        return shown

    def __str__(self) -> str:
        kind = {"worst": "worst regret in any period", "mean": "mean regret"}[self.by]
        also = f"; the simplest of {len(self.tied)} that are as good" if len(self.tied) > 1 else ""
        return f"{self.chosen}: the least {kind} of {len(self.regret)} candidates{also}"


def select(
    values: pd.DataFrame,
    *,
    among: Sequence[str] | None = None,
    by: By = "worst",
    tolerance: float = 0.0,
    more_is_better: bool = True,
) -> Selection:
    """Choose by regret. `values`: a row for each candidate from the simplest on, a column for each period from the
    earliest on, each cell the metric of the candidate when judged in that period.

    A candidate that comes within `tolerance` (in units of the metric) of the least regret counts as as good, and the
    first of these is chosen. `among` names those that may be chosen; the others, such as simple rules, only say what
    the best of a period was. Give the metric with `more_is_better=False` where less is better, as of a Brier score.
    Raises WrongUsage where a cell is missing, a candidate or period stands there twice, or nobody may be chosen.

    >>> values = pd.DataFrame(
    ...     {"2022": [0.70, 0.74, 0.73], "2023": [0.70, 0.66, 0.72]}, index=["count", "deep trees", "small trees"]
    ... )
    >>> selection = select(values)
    >>> str(selection)
    'small trees: the least worst regret in any period of 3 candidates'
    >>> selection.next_period.round(2).to_dict("records")
    [{'period': '2023', 'chosen': 'deep trees', 'value': 0.66, 'best': 0.72, 'regret': 0.06}]
    >>> select(values, tolerance=0.05).chosen
    'count'
    >>> select(values, among=["deep trees"]).chosen
    'deep trees'
    """
    values = values.set_axis(values.index.astype("str"), axis=0)
    _check(values, by, tolerance)
    may = list(values.index) if among is None else [name for name in values.index if name in among]
    if not may:
        raise WrongUsage("None of those that may be chosen has values.", todo="Judge them in every period.")
    better = values if more_is_better else -values
    regret = better.max(axis=0) - better
    tied = _as_good(regret.loc[may], by, tolerance)
    following = _next_periods(values, regret, may, by, tolerance, more_is_better)
    return Selection(tied[0], tied, values, regret, following, by)


def _as_good(regret: pd.DataFrame, by: By, tolerance: float) -> tuple[str, ...]:
    """In the order given. Differences in the last digits of a float are no difference."""
    each = regret.max(axis=1) if by == "worst" else regret.mean(axis=1)
    close = each.to_numpy() <= each.min() + tolerance + 1e-12
    return tuple(str(name) for name in each.index[close])


def _next_periods(
    values: pd.DataFrame, regret: pd.DataFrame, may: list[str], by: By, tolerance: float, more_is_better: bool
) -> pd.DataFrame:
    rows = []
    for place in range(1, len(values.columns)):
        chosen = _as_good(regret.loc[may].iloc[:, :place], by, tolerance)[0]
        there = values.iloc[:, place]
        rows.append(
            {
                "period": values.columns[place],
                "chosen": chosen,
                "value": float(there[chosen]),
                "best": float(there.max() if more_is_better else there.min()),
                "regret": float(regret.iloc[:, place][chosen]),
            }
        )
    return pd.DataFrame(rows, columns=["period", "chosen", "value", "best", "regret"])


def _check(values: pd.DataFrame, by: str, tolerance: float) -> None:
    if values.empty:
        raise WrongUsage(
            "There is nothing to choose from.", todo="Give at least one candidate and one period."
        )
    if by not in ("worst", "mean") or not tolerance >= 0:
        raise WrongUsage(f"by is {by!r} and tolerance {tolerance}; give 'worst' or 'mean', and 0 or more")
    if not (values.index.is_unique and values.columns.is_unique):
        raise WrongUsage("A candidate or a period stands there twice.", todo="Give each its own name.")
    lacking = [
        f"{values.index[row]} in {values.columns[column]}"
        for row, column in zip(*np.nonzero(~np.isfinite(values.to_numpy(dtype=np.float64))), strict=True)
    ]
    if lacking:
        raise WrongUsage(
            f"These candidates have no value in a period: {listed(lacking)}.",
            todo="Judge every candidate in every period, or leave the candidate or the period out for all.",
        )
