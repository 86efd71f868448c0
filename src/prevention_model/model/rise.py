"""Rise: how much a child's level has gone up against what its own earlier level led one to expect.

A high level tends to fall back by itself and a low one to come up (regression to the mean), so the raw
change would call every child after a bad month "falling". What is expected is learnt from children of
an earlier period: now = a + b x before, in log-odds; the rise is what is left over.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit, ndtr
from scipy.stats import linregress

_FLOOR = 1e-4


@dataclass(frozen=True)
class Rise:
    """For each row: `rise` in log-odds, `credibility` P(rise > 0) and `direction` in words.

    Missing and "not known" where the child has no earlier level.
    """

    rise: np.ndarray
    credibility: np.ndarray
    direction: np.ndarray


@dataclass(frozen=True)
class Expectation:
    """What an earlier level leads one to expect: log-odds now = intercept + slope x log-odds before."""

    intercept: float
    slope: float

    @classmethod
    def learn(cls, before: np.ndarray, now: np.ndarray) -> "Expectation":
        """From pairs of levels of the same children at two index dates.

        >>> Expectation.learn(np.array([.1, .2, .4]), np.array([.1, .2, .4]))
        Expectation(intercept=0.0, slope=1.0)
        """
        known = ~(np.isnan(before) | np.isnan(now))
        if known.sum() < 2 or np.ptp(before[known]) == 0:
            return cls(0.0, 1.0)
        fitted = linregress(_log_odds(before[known]), _log_odds(now[known]))
        return cls(round(float(fitted.intercept), 12), round(float(fitted.slope), 12))

    def surplus(self, before: np.ndarray, now: np.ndarray) -> np.ndarray:
        """How far the level now lies above what the level before led one to expect, in log-odds."""
        left: np.ndarray = _log_odds(now) - (self.intercept + self.slope * _log_odds(before))
        return left


def rise_of(
    before: np.ndarray,
    now: np.ndarray,
    refit_before: np.ndarray,
    refit_now: np.ndarray,
    expectation: Expectation,
    credible: float,
) -> Rise:
    """Rise of each row from its levels before and now, and from those that refits gave it.

    `before`, `now`: n. `refit_before`, `refit_now`: refits x n, by models fitted again on resampled
    families. The spread of the rise over refits is how unsure the model is of it; credibility is the
    normal probability that it is above 0. "rising" from `credible` on, "falling" below 1 - `credible`.
    """
    rise = expectation.surplus(before, now)
    spread = np.std(
        [expectation.surplus(b, n) for b, n in zip(refit_before, refit_now, strict=True)], axis=0, ddof=1
    )
    credibility = ndtr(rise / np.maximum(spread, 1e-6))
    direction = np.select(
        [credibility >= credible, credibility <= 1 - credible], ["rising", "falling"], "steady"
    )
    unknown = np.isnan(rise)
    direction = np.where(unknown, "not known", direction)
    return Rise(rise, np.where(unknown, np.nan, credibility), direction)


def _log_odds(level: np.ndarray) -> np.ndarray:
    odds: np.ndarray = logit(np.clip(level, _FLOOR, 1 - _FLOOR))
    return odds
