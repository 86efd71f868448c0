"""Age bands in which the model is worth using: where a simple rule does as well, nobody is scored by it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from prevention_model.metrics import average_precision
from prevention_model.metrics.paired import average_precision_differences

LEAST_ONSETS = 50
"""Fewer onsets in a band tell nothing about it; it is scored as the whole is."""


@dataclass(frozen=True)
class AgeBand:
    """What the judging period says of children from `start` to under `end` years (None: no upper end).

    `difference` in average precision to the best rival, `rival`, with its paired interval by family.
    """

    start: int
    end: int | None
    rows: int
    onsets: int
    rival: str
    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> str:
        """See `verdict_of`."""
        return verdict_of(self.onsets, self.difference, self.low)

    @property
    def scored(self) -> bool:
        """Whether children of this band are scored."""
        return self.verdict != "not better"

    @property
    def ages(self) -> str:
        """The ages in words."""
        return f"ages {self.start} and over" if self.end is None else f"ages {self.start} to {self.end - 1}"

    @property
    def why_not(self) -> str:
        """The reason on lists and cards for children of a band that is not scored."""
        return f"Not scored at {self.ages}: the model does no better there than a simple rule"


def verdict_of(onsets: int, difference: float, low: float) -> str:
    """In a band with so many onsets and this difference to the best rival, and the low end of its interval.

    >>> verdict_of(200, 0.03, 0.01), verdict_of(200, 0.03, -0.01), verdict_of(200, -0.01, -0.03)
    ('better', 'perhaps better', 'not better')
    >>> verdict_of(20, -0.01, -0.03)
    'too few to tell'
    """
    if onsets < LEAST_ONSETS:
        return "too few to tell"
    if not difference > 0:
        return "not better"
    return "better" if low > 0 else "perhaps better"


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
) -> tuple[AgeBand, ...]:
    """One `AgeBand` for each start, from rows that judged (all n; rivals n x r). Missing outcomes count nowhere."""
    band, known = band_of(age, starts), ~np.isnan(outcome)
    made = []
    for place, start in enumerate(starts):
        rows = np.flatnonzero(known & (band == place))
        end = starts[place + 1] if place + 1 < len(starts) else None
        onsets = int(outcome[rows].sum())
        if onsets < LEAST_ONSETS or rivals.empty:
            missing = float("nan")
            made.append(AgeBand(start, end, len(rows), onsets, "", missing, missing, missing))
            continue
        table = rivals.iloc[rows]
        best = max(table, key=lambda name: average_precision(outcome[rows], table[name].to_numpy()))
        found = average_precision_differences(
            families[rows], outcome[rows], level[rows], table[[best]].to_numpy(), resamples
        )
        ends = float(found.estimate[0]), float(found.lower[0]), float(found.upper[0])
        made.append(AgeBand(start, end, len(rows), onsets, str(best), *ends))
    return tuple(made)
