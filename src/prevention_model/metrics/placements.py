"""How well a score tells the children of each group from all others, by placement values, which need no resamples."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from prevention_model.errors import WrongUsage
from prevention_model.metrics.arrays import Floats
from prevention_model.metrics.bootstrap import family_codes, sums_by_family


@dataclass(frozen=True, eq=False)
class GroupAuc:
    """Of each group (G): `auc`, and the ends of its interval, cut at 0 and 1."""

    auc: Floats
    lower: Floats
    upper: Floats

    def without_direction(self) -> "GroupAuc":
        """The same, turned where it lies below a half: how much is told, whichever way. Ends may still lie below."""
        down = self.auc < 0.5
        return GroupAuc(
            np.where(down, 1 - self.auc, self.auc),
            np.where(down, 1 - self.upper, self.lower),
            np.where(down, 1 - self.lower, self.upper),
        )


def group_auc(
    score: npt.ArrayLike, members: npt.ArrayLike, families: npt.ArrayLike, confidence: float = 0.95
) -> GroupAuc:
    """The area under the curve of `score` (n,) for being in each group, against everybody else.

    `members` (n x G) is 1 where a row is in the group. Missing scores count as the lowest. Equal scores count half.
    The variance is that of DeLong (1988) with the parts of a family added up first (Obuchowski 1997): no resamples,
    so that hundreds of features are a matter of a second. NaN for a group that holds nobody or everybody.

    >>> found = group_auc([1, 2, 3, 4], [[0, 1], [0, 1], [1, 0], [1, 1]], ["a", "b", "c", "d"])
    >>> found.auc.round(3).tolist()
    [1.0, 0.333]
    """
    inside = np.asarray(members, dtype=np.float64)
    scores = np.asarray(score, dtype=np.float64)
    if inside.ndim != 2 or len(inside) != len(scores):
        raise WrongUsage(f"members has the shape {inside.shape}, and there are {len(scores)} scores.")
    step = np.unique(np.nan_to_num(scores, nan=-np.inf), return_inverse=True)[1]
    own, others = _by_step(step, inside), _by_step(step, 1 - inside)
    size, rest = own.sum(axis=0), others.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # Of each step: the share of others below it, and of the group's own above it, those level with it half.
        below = (np.cumsum(others, axis=0) - others / 2) / rest
        above = 1 - (np.cumsum(own, axis=0) - own / 2) / size
        auc = (own * below).sum(axis=0) / size
        pull = inside * (below[step] - auc) / size + (1 - inside) * (above[step] - auc) / rest
    error = np.sqrt((sums_by_family(families, pull) ** 2).sum(axis=0) * _few(families))
    reach = float(norm.ppf(0.5 + confidence / 2)) * error
    return GroupAuc(auc, np.maximum(auc - reach, 0), np.minimum(auc + reach, 1))


def _few(families: npt.ArrayLike) -> float:
    """What makes up for the families having settled the mean as well."""
    number = int(family_codes(families).max()) + 1
    return number / (number - 1) if number > 1 else float("nan")


def _by_step(step: npt.NDArray[np.intp], counted: Floats) -> Floats:
    return np.column_stack([np.bincount(step, column, minlength=int(step.max()) + 1) for column in counted.T])
