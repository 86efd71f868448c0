"""Rise: how much a child's level has truly gone up, as far as its records can tell.

Most of a change in level is chance: sparse events that enter and leave the windows looked back on, and news of
what was there all along. How much of it is the child's own is learnt from the levels of the same children at dates
far apart, whose records share few events. See docs/explanation/rise.md.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import logit, ndtr

from prevention_model.metrics.bootstrap import family_codes, weight_blocks

_FLOOR = 1e-4
_FEWEST = 50
_RESAMPLES = 200
_KEPT = 20
# Dates at less than this distance from each other tell too little of how fast levels lose their likeness.
_APART = 60.0


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
    `spread` is the standard deviation of changes, in log-odds. `shares` says how unsure `share` is: evenly spaced
    quantiles of what other families would have told. Without it `share` is taken as certain.
    """

    share: float
    spread: float
    shares: tuple[float, ...] = ()

    @classmethod
    def unknown(cls) -> "Reliability":
        """Where there are no dates far enough apart to learn from: no rise is claimed."""
        return cls(float("nan"), float("nan"))

    @classmethod
    def learn(
        cls,
        levels: np.ndarray,
        days: np.ndarray,
        families: np.ndarray,
        change: tuple[np.ndarray, np.ndarray],
        over: float,
        least: float,
    ) -> "Reliability":
        """From `levels` (dates x children, missing where there is none) at `days` (numbers, in order), and `change`.

        `change` are levels before and now, `over` days apart. Need that drifts, seen through chance that two dates
        at least `least` days apart do not share, has covariances that fall with the time between them as own
        variance x persistence^time: a line in their logarithms, and its height at no time at all is the own variance.
        Too few children or dates, or levels that do not hang together, leave it unknown.
        """
        table, codes = log_odds(levels), family_codes(families)
        before, now = (log_odds(each) for each in change)
        pairs = [
            (days[j] - days[i], table[i], table[j])
            for i in range(len(days))
            for j in range(i + 1, len(days))
            if days[j] - days[i] >= least
        ]
        lags = np.array([lag for lag, _, _ in pairs])
        if not len(lags) or np.ptp(lags) < _APART:
            return cls.unknown()
        asked = [(x, y) for _, x, y in pairs] + [(now - before, now - before)]
        children = np.array([int((~np.isnan(x + y)).sum()) for x, y in asked])
        if children.min() < _FEWEST:
            return cls.unknown()
        once = np.ones((1, int(codes.max()) + 1))
        blocks = (once, *weight_blocks(once.shape[1], _RESAMPLES, seed=0))
        found = np.hstack([np.array([_covariance(x, y, codes, block) for x, y in asked]) for block in blocks])
        shares = _own_shares(found[:-1], found[-1], lags, children[:-1], over)
        if np.isnan(shares[0]):
            return cls.unknown()
        kept = np.quantile(np.nan_to_num(shares[1:]), (np.arange(_KEPT) + 0.5) / _KEPT)
        return cls(float(shares[0]), float(np.sqrt(found[-1, 0])), tuple(kept.tolist()))


def _own_shares(
    covariances: np.ndarray, moved: np.ndarray, lags: np.ndarray, children: np.ndarray, over: float
) -> np.ndarray:
    """The own part of the variance `moved` of changes over `over` days, for each column of covariances by lag.

    Missing where levels do not hang together.
    """
    # Pairs of about the same lag are taken together first: the logarithm of a small, unsure number leans to the left.
    groups = np.unique(np.round(lags / _APART), return_inverse=True)[1]
    weight = np.bincount(groups, children)
    middle_lags = np.bincount(groups, children * lags) / weight
    pooled = np.array([np.bincount(groups, children * each) / weight for each in covariances.T]).T
    sound = (pooled > 0).all(axis=0) & (moved > 0)
    weight = weight / weight.sum()
    heights = np.log(np.where(sound, pooled, 1.0))
    away = middle_lags - weight @ middle_lags
    slope = np.minimum((weight * away) @ heights / (weight @ away**2), 0.0)
    own = 2 * np.exp(weight @ heights - slope * (weight @ middle_lags)) * (1 - np.exp(slope * over))
    # Never wholly believed: levels are estimates even where they happen to fit without noise.
    shares: np.ndarray = np.where(sound, np.clip(own / np.where(sound, moved, 1.0), 0.0, 0.99), np.nan)
    return shares


def _covariance(x: np.ndarray, y: np.ndarray, codes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of x and y over the children who have both, for each row of weights of families."""
    both = ~np.isnan(x + y)
    parts = (both, np.where(both, x, 0.0), np.where(both, y, 0.0), np.where(both, x * y, 0.0))
    count, of_x, of_y, of_both = (weights @ np.bincount(codes, part, weights.shape[1]) for part in parts)
    found: np.ndarray = of_both / count - of_x * of_y / count**2
    return found


def drift_of(before: np.ndarray, now: np.ndarray) -> float:
    """The change that everybody has: the median change in log-odds; 0 where nobody has both levels.

    >>> round(drift_of(np.array([0.1, 0.2, np.nan]), np.array([0.2, 0.2, 0.3])), 3)
    0.405
    """
    change = log_odds(now) - log_odds(before)
    known = change[~np.isnan(change)]
    return float(np.median(known)) if len(known) else 0.0


def rise_of(
    before: np.ndarray,
    now: np.ndarray,
    refit_before: np.ndarray,
    refit_now: np.ndarray,
    reliability: Reliability,
    credible: float,
    drift: np.ndarray | float = 0.0,
) -> Rise:
    """Rise of each row from its levels before and now, and from those that refits gave it.

    `before`, `now`: n. `refit_before`, `refit_now`: refits x n, scaled to the spread of whole fits. `drift` is the
    change that everybody has, in log-odds, and is no rise. The rise is the rest of the change times the share of it
    that is the child's own (T. Kelley 1927). Its uncertainty has three parts: what chance in the records leaves open,
    how unsure the model is (the spread over refits), and how unsure that share is. Credibility is the normal
    probability that it is above 0, averaged over the shares there may be. "rising" from `credible` on, "falling" up to
    1 - `credible`.

    >>> found = rise_of(np.array([0.1, 0.1]), np.array([0.3, 0.11]), np.full((2, 2), 0.1),
    ...     np.array([[0.3, 0.11]] * 2), Reliability(share=0.5, spread=0.5), 0.8)
    >>> found.direction.tolist()
    ['rising', 'steady']
    """
    change = log_odds(now) - log_odds(before) - drift
    unsure = np.std(log_odds(refit_now) - log_odds(refit_before), axis=0, ddof=1)
    shares = reliability.shares or (reliability.share,)
    credibility = np.mean(
        [_above_nothing(change, unsure, share, reliability.spread) for share in shares], axis=0
    )
    return Rise(reliability.share * change, credibility, direction_of(credibility, credible))


def _above_nothing(change: np.ndarray, unsure: np.ndarray, share: float, spread: float) -> np.ndarray:
    """P(rise > 0) were this the share: the rise over its spread, both divided by the share."""
    if share == 0:
        return np.where(np.isnan(change), np.nan, 0.5)
    left_open = (1 - share) / share * spread**2 + unsure**2
    with np.errstate(divide="ignore", invalid="ignore"):
        found: np.ndarray = np.where(change == 0, 0.5, ndtr(change / np.sqrt(left_open)))
    return np.where(np.isnan(change + share), np.nan, found)


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
