"""The Brier score, and what it is made of."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from prevention_model.metrics.arrays import shares_of, weighed_levels
from prevention_model.metrics.calibration import bins_of_equal_weight


def brier(outcome: npt.ArrayLike, level: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Mean squared distance of the level from what happened (Brier 1950). Lower is better.

    outcome, level and weights (n,). With the weights of `at_horizon` this is the score of Graf and others
    (1999) at that horizon. Raises WrongUsage.

    >>> brier([1, 0], [0.8, 0.2]).__round__(3)
    0.04
    """
    happened, levels, given = weighed_levels(outcome, level, weights)
    return float(shares_of(given) @ (levels - happened) ** 2)


@dataclass(frozen=True)
class BrierParts:
    """A Brier `score` and its parts, which add up to it exactly:

    score = reliability - resolution + uncertainty + within_variance - within_covariance

    `reliability`: squared distance of mean level from share, over bins; 0 is best. `resolution`: how far
    the shares of the bins lie from the whole. `uncertainty`: share times its complement, the score of the
    whole share given to everybody. These are Murphy's (1973), and enough where all levels of a bin are
    equal. Else levels vary within a bin (`within_variance`), and go with outcomes there
    (`within_covariance`, twice the covariance): the two extra parts of Stephenson and others (2008).
    `bins` is how many there are.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within_variance: float
    within_covariance: float
    bins: int

    @property
    def skill(self) -> float:
        """Share of the uncertainty that the levels take away: 1 at best, 0 for the base rate, less if worse."""
        return 1 - self.score / self.uncertainty if self.uncertainty else float("nan")


def brier_parts(
    outcome: npt.ArrayLike,
    level: npt.ArrayLike,
    bins: int | None = 10,
    weights: npt.ArrayLike | None = None,
) -> BrierParts:
    """The Brier score and its parts, over bins of equal weight by level; equal levels stay in one bin.

    With `bins=None` every level is a bin of its own: the parts within bins are 0, and with levels that
    hardly repeat, reliability and resolution are mostly chance. Raises WrongUsage.

    >>> parts = brier_parts([1, 0, 1, 0], [0.8, 0.6, 0.2, 0.2], bins=2)
    >>> round(parts.score, 3), round(parts.reliability, 3), round(parts.resolution, 3)
    (0.27, 0.065, 0.0)
    >>> parts.uncertainty, round(parts.within_variance, 3), round(parts.within_covariance, 3)
    (0.25, 0.005, 0.05)
    """
    happened, levels, given = weighed_levels(outcome, level, weights)
    share = shares_of(given)
    if bins is None:
        place = np.unique(levels, return_inverse=True)[1]
    else:
        place = bins_of_equal_weight(levels, bins, given)
    size = np.bincount(place, share)
    expected, observed = (np.bincount(place, share * part) / size for part in (levels, happened))
    whole = float(share @ happened)
    level_off, outcome_off = levels - expected[place], happened - observed[place]
    return BrierParts(
        score=float(share @ (levels - happened) ** 2),
        reliability=float(size @ (expected - observed) ** 2),
        resolution=float(size @ (observed - whole) ** 2),
        uncertainty=whole * (1 - whole),
        within_variance=float(share @ level_off**2),
        within_covariance=float(2 * (share @ (level_off * outcome_off))),
        bins=len(size),
    )
