"""Age bands in which the model is worth using: where a simple rule or a coin does as well, nobody is scored by it.

It is decided on intervals, so that chance in one period leaves nobody out, and on periods before the test where
there are any, so that what decides is not what audits.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from prevention_model.metrics import average_precision
from prevention_model.metrics.paired import average_precision_differences, ranking_bootstrap

LEAST_ONSETS = 50
"""Fewer onsets in a band tell nothing about it; it is scored as the whole is."""

_WHY_NOT = {
    "worse": "a simple rule does better there than the model",
    "no better than a coin": "the model is not shown there to do better than a coin",
}


@dataclass(frozen=True)
class AgeBand:
    """What the rows that judged say of children from `start` to under `end` years (None: no upper end).

    `difference` in average precision to the best rival, `rival`, with its paired interval by family; `auc` of the
    model with the lower end of its interval. `decided_on` says which rows judged, in words.
    """

    start: int
    end: int | None
    rows: int
    onsets: int
    rival: str
    difference: float
    low: float
    high: float
    auc: float
    auc_low: float
    decided_on: str = "the test"

    @property
    def verdict(self) -> str:
        """See `verdict_of`."""
        return verdict_of(self.onsets, self.low, self.high, self.auc_low)

    @property
    def scored(self) -> bool:
        """Whether children of this band are scored."""
        return self.verdict not in _WHY_NOT

    @property
    def ages(self) -> str:
        """The ages in words."""
        return f"ages {self.start} and over" if self.end is None else f"ages {self.start} to {self.end - 1}"

    @property
    def why_not(self) -> str:
        """The reason on lists and cards for children of a band that is not scored."""
        return f"Not scored at {self.ages}: {_WHY_NOT[self.verdict]}"


def verdict_of(onsets: int, low: float, high: float, auc_low: float) -> str:
    """Of a band with so many onsets, by the interval of the difference to the best rival and that of the AUC.

    A missing end of an interval shows nothing.

    >>> verdict_of(200, 0.01, 0.05, 0.6), verdict_of(200, -0.01, 0.05, 0.6), verdict_of(200, -0.05, -0.01, 0.6)
    ('better', 'not shown to be better', 'worse')
    >>> verdict_of(200, 0.01, 0.05, 0.49), verdict_of(20, -0.05, -0.01, 0.4)
    ('no better than a coin', 'too few to tell')
    """
    if onsets < LEAST_ONSETS:
        return "too few to tell"
    if not auc_low > 0.5:
        return "no better than a coin"
    if high < 0:
        return "worse"
    return "better" if low > 0 else "not shown to be better"


def band_of(age: np.ndarray, starts: tuple[int, ...]) -> np.ndarray:
    """The number of each age's band, -1 where it is not known or below the first.

    >>> band_of(np.array([0, 4, 5, 30, np.nan]), (0, 5, 11)).tolist()
    [0, 0, 1, 2, -1]
    """
    place = np.searchsorted(np.asarray(starts, dtype=np.float64), age, side="right") - 1
    band: np.ndarray = np.where(np.isnan(age), -1, place)
    return band


def judge_age_bands(
    age: np.ndarray,
    starts: tuple[int, ...],
    families: np.ndarray,
    outcome: np.ndarray,
    level: np.ndarray,
    rivals: pd.DataFrame,
    resamples: int = 1000,
    decided_on: str = "the test",
) -> tuple[AgeBand, ...]:
    """One `AgeBand` for each start, from rows that judged (all n; rivals n x r). Missing outcomes count nowhere."""
    band, known = band_of(age, starts), ~np.isnan(outcome)
    made = []
    for place, start in enumerate(starts):
        rows = np.flatnonzero(known & (band == place))
        end = starts[place + 1] if place + 1 < len(starts) else None
        onsets = int(outcome[rows].sum())
        if onsets < LEAST_ONSETS or onsets == len(rows):
            missing = float("nan")
            few = AgeBand(
                start, end, len(rows), onsets, "", missing, missing, missing, missing, missing, decided_on
            )
            made.append(few)
            continue
        of_model = ranking_bootstrap(families[rows], outcome[rows], level[rows], resamples)
        found = (
            _beside_rivals(families[rows], outcome[rows], level[rows], rivals.iloc[rows], resamples)
            if len(rivals.columns)
            else ("", float("nan"), float("nan"), float("nan"))
        )
        auc = float(of_model.estimate[0]), float(of_model.lower[0])
        made.append(AgeBand(start, end, len(rows), onsets, *found, *auc, decided_on))
    return tuple(made)


def _beside_rivals(
    families: np.ndarray, outcome: np.ndarray, level: np.ndarray, rivals: pd.DataFrame, resamples: int
) -> tuple[str, float, float, float]:
    """The best rival, and by how much the model is better, with the ends of the interval."""
    best = max(rivals, key=lambda name: average_precision(outcome, rivals[name].to_numpy()))
    found = average_precision_differences(families, outcome, level, rivals[[best]].to_numpy(), resamples)
    return str(best), float(found.estimate[0]), float(found.lower[0]), float(found.upper[0])
