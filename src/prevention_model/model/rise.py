"""Rise: how much a child's level has truly gone up, as far as its records can tell.

Most of a change in level is chance: sparse events that enter and leave the windows looked back on, and news of
what was there all along. How much of it is the child's own is learnt from the levels of the same children at three
dates far apart, whose records share few events. See docs/explanation/rise.md.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit, ndtr

_FLOOR = 1e-4
_FEWEST = 50


@dataclass(frozen=True)
class Rise:
    """For each row: `rise` in log-odds, `credibility` P(rise > 0) and `direction` in words.

    Missing and "not known" where the child has no earlier level, or nothing says how reliable a change is.
    """

    rise: np.ndarray
    credibility: np.ndarray
    direction: np.ndarray


@dataclass(frozen=True)
class Reliability:
    """How far a change in level can be believed.

    `share` is the part of the variance of changes that is the child's own (0 to 1, missing where not known);
    `spread` is the standard deviation of changes, in log-odds.
    """

    share: float
    spread: float

    @classmethod
    def unknown(cls) -> "Reliability":
        """Where there are no three dates to learn from: no rise is claimed."""
        return cls(float("nan"), float("nan"))

    @classmethod
    def learn(
        cls,
        three: tuple[np.ndarray, np.ndarray, np.ndarray],
        change: tuple[np.ndarray, np.ndarray],
        part: float,
    ) -> "Reliability":
        """From levels of the same children at `three` equally spaced dates, and from levels `change` (before, now).

        `part` is the time between before and now as a part of the time between two of the three dates. A steady
        need that drifts, seen through chance that two of the dates do not share, has covariances c01, c12 and c02
        from which its own variance (c01 x c12 / c02) and persistence (c02 / c01) follow: D. Heise 1969; D. Wiley
        and J. Wiley 1970. Too few children, or levels that do not hang together, leave it unknown.
        """
        levels = _complete(three)
        pairs = _complete(change)
        if min(levels.shape[1], pairs.shape[1]) < _FEWEST:
            return cls.unknown()
        covariance = np.cov(levels)
        near, far = (covariance[0, 1], covariance[1, 2]), covariance[0, 2]
        moved = float(np.var(pairs[1] - pairs[0], ddof=1))
        if min(*near, far) <= 0 or moved <= 0:
            return cls.unknown()
        persistence = min(far / near[0], 1.0)
        own = 2 * (near[0] * near[1] / far) * (1 - persistence**part)
        # Never wholly believed: levels are estimates even where three dates happen to fit without noise.
        return cls(float(np.clip(own / moved, 0.0, 0.99)), float(np.sqrt(moved)))


def rise_of(
    before: np.ndarray,
    now: np.ndarray,
    refit_before: np.ndarray,
    refit_now: np.ndarray,
    reliability: Reliability,
    credible: float,
) -> Rise:
    """Rise of each row from its levels before and now, and from those that refits gave it.

    `before`, `now`: n. `refit_before`, `refit_now`: refits x n, scaled to the spread of whole fits. The rise is
    the change times the share of it that is the child's own (T. Kelley 1927). Its uncertainty has two parts: what
    chance in the records leaves open, and how unsure the model is (the spread over refits). Credibility is the
    normal probability that it is above 0. "rising" from `credible` on, "falling" up to 1 - `credible`.

    >>> found = rise_of(np.array([0.1, 0.1]), np.array([0.3, 0.11]), np.full((2, 2), 0.1),
    ...     np.array([[0.3, 0.11]] * 2), Reliability(share=0.5, spread=0.5), 0.8)
    >>> found.direction.tolist()
    ['rising', 'steady']
    """
    change = log_odds(now) - log_odds(before)
    unsure = np.std(log_odds(refit_now) - log_odds(refit_before), axis=0, ddof=1)
    share = reliability.share
    rise = share * change
    left_open = share * (1 - share) * reliability.spread**2 + (share * unsure) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        credibility = np.where(rise == 0, 0.5, ndtr(rise / np.sqrt(left_open)))
    credibility = np.where(np.isnan(rise), np.nan, credibility)
    return Rise(rise, credibility, direction_of(credibility, credible))


def direction_of(credibility: np.ndarray, credible: float) -> np.ndarray:
    """The word for each credibility: rising, steady, falling, or not known where it is missing.

    >>> direction_of(np.array([0.9, 0.5, 0.1, np.nan]), 0.8).tolist()
    ['rising', 'steady', 'falling', 'not known']
    """
    moved = [np.isnan(credibility), credibility >= credible, credibility <= 1 - credible]
    return np.select(moved, ["not known", "rising", "falling"], "steady")


def rising_since(rising: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The first of the unbroken run of days on which a child was rising, up to the last day; NaT where it is not now.

    `rising`: days x n, in the order of `days` (earliest first).

    >>> days = np.array(["2024-01-01", "2024-04-01", "2024-07-01"], dtype="datetime64[D]")
    >>> rising_since(np.array([[True, True], [False, True], [True, True]]), days).astype(str).tolist()
    ['2024-07-01', '2024-01-01']
    """
    unbroken = np.logical_and.accumulate(rising[::-1], axis=0)
    length = unbroken.sum(axis=0)
    since: np.ndarray = np.where(length > 0, days[len(days) - np.maximum(length, 1)], np.datetime64("NaT"))
    return since


def log_odds(level: np.ndarray) -> np.ndarray:
    """Log-odds of levels, those at the very ends drawn in so that they stay finite."""
    odds: np.ndarray = logit(np.clip(level, _FLOOR, 1 - _FLOOR))
    return odds


def _complete(levels: tuple[np.ndarray, ...]) -> np.ndarray:
    """Log-odds of the children who have all of these levels; one line a date."""
    table = log_odds(np.array(levels, dtype=np.float64))
    complete: np.ndarray = table[:, ~np.isnan(table).any(axis=0)]
    return complete
