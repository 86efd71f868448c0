"""Hazards in discrete time: one row for each child and period in which it was watched and still at risk.

A hazard is the probability that it happens in a period, given that it has not happened before. A child counts
in every period that it was watched through, up to the one in which it happened; one who is censored counts as
far as it was seen and no further. The likelihood of such rows is that of separate yes-or-no outcomes (Allison
1982; Singer and Willett 1993), so no weights for censoring are needed, as long as leaving has nothing to do
with what would have followed.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import xlog1py, xlogy

from prevention_model.errors import WrongUsage
from prevention_model.metrics.arrays import Floats, weighed_levels


@dataclass(frozen=True, eq=False)
class PersonPeriods:
    """Rows of children and periods: `row`, the child's place in what was given; `period` from 1; `outcome`,
    whether it happened in that period. All (m,).
    """

    row: npt.NDArray[np.intp]
    period: npt.NDArray[np.intp]
    outcome: Floats


def person_periods(periods: npt.ArrayLike, happened: npt.ArrayLike) -> PersonPeriods:
    """One row for each child and period at risk.

    periods (n,): in how many periods a child was watched and at risk, the one in which it happened included;
    0 for a child who was never watched through one. happened (n,): 1 where it happened in the last of them,
    0 where the child was censored after it. Raises WrongUsage.

    >>> rows = person_periods([2, 1], [1, 0])
    >>> rows.row.tolist(), rows.period.tolist(), rows.outcome.tolist()
    ([0, 0, 1], [1, 2, 1], [0.0, 1.0, 0.0])
    """
    watched, ended = np.asarray(periods), np.asarray(happened, dtype=np.float64)
    if watched.ndim != 1 or watched.shape != ended.shape:
        raise WrongUsage(
            f"periods has shape {watched.shape} and happened {ended.shape}; give two flat arrays of one length"
        )
    if not (np.isfinite(watched) & (watched >= 0) & (watched == np.floor(watched))).all():
        raise WrongUsage("periods holds something other than whole numbers from 0")
    if not np.isin(ended, (0.0, 1.0)).all() or (watched[ended == 1] == 0).any():
        raise WrongUsage("happened must be 0 or 1, and 0 for a child who was watched through no period")
    counts = watched.astype(np.intp)
    row = np.repeat(np.arange(len(counts)), counts)
    period = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    return PersonPeriods(row, period, np.where(period == counts[row], ended[row], 0.0))


@dataclass(frozen=True)
class HazardLikelihood:
    """The log-likelihood of person-period rows, in nats: `total`, and the sum of the `weight` of the rows."""

    total: float
    weight: float

    @property
    def mean(self) -> float:
        """Log-likelihood for one person-period. Higher is better; 0 is best."""
        return self.total / self.weight

    @property
    def deviance(self) -> float:
        """Minus twice the log-likelihood. Lower is better."""
        return -2 * self.total


def hazard_log_likelihood(
    outcome: npt.ArrayLike, hazard: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> HazardLikelihood:
    """How likely hazards make what happened, over person-period rows. Higher is better.

    outcome, hazard and weights (m,), one for each child and period at risk, as `person_periods` makes them. A
    hazard of 0 where it happened, or of 1 where it did not, has a log-likelihood of minus infinity: it was
    ruled out and came about. Raises WrongUsage.

    >>> rows = person_periods([2, 1], [1, 0])
    >>> round(hazard_log_likelihood(rows.outcome, [0.5, 0.5, 0.5]).mean, 4)
    -0.6931
    """
    happened, hazards, given = weighed_levels(outcome, hazard, weights)
    if not len(happened):
        raise WrongUsage("outcome has no rows; give at least one child and period at risk")
    each = xlogy(happened, hazards) + xlog1py(1 - happened, -hazards)
    return HazardLikelihood(total=float(given @ each), weight=float(given.sum()))


def level_from_hazards(hazards: npt.ArrayLike) -> Floats:
    """The level at the end of each period: the probability that it has happened by then.

    hazards (n x k), one column for each period; the result has the same shape. Raises WrongUsage.

    >>> level_from_hazards([[0.5, 0.5]]).tolist()
    [[0.5, 0.75]]
    """
    table = np.asarray(hazards, dtype=np.float64)
    if table.ndim != 2:
        raise WrongUsage(f"hazards has shape {table.shape}; give one row a child and one column a period")
    if not ((table >= 0) & (table <= 1)).all():
        raise WrongUsage("hazards holds missing values, or values outside 0 to 1; give probabilities")
    free: Floats = np.cumprod(1 - table, axis=1).astype(np.float64)
    return 1 - free
