"""Several small fits whose mean finds about the same share in each group: A. Agarwal and others 2018, by fairlearn.

The only file that imports `fairlearn.reductions`.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from fairlearn.reductions import ErrorRate, ExponentiatedGradient, TruePositiveRateParity
from sklearn.base import BaseEstimator, ClassifierMixin

from prevention_model.model.boosting import boost

MOST_ROWS = 20_000
"""Whole families are drawn until they have about so many rows: a reduction fits some twenty times."""
_FITS = 6
_BEHIND = 0.02
"""How far the share found in a group may lie from that of all."""
_PRESSURE = 1.0
"""The most that a group's lagging may weigh beside the costs, which come to about 1 where nothing is found. More would
buy a smaller gap on the rows that teach, by scores that tell little on others."""
_OTHERS = "all others"


class Boosted(ClassifierMixin, BaseEstimator):
    """LightGBM as a reduction asks for it: fitted with weights, saying yes or no, with a `margin` beside."""

    def __init__(self, settings: Mapping[str, Any], trees: int) -> None:
        self.settings = settings
        self.trees = trees

    def fit(self, X: npt.NDArray, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> Self:
        """Learn from rows X (n x columns), answers y (n; 0 or 1) and weights."""
        target = np.asarray(y, dtype=np.float64)
        weight = np.ones(len(target)) if sample_weight is None else np.asarray(sample_weight)
        self.booster_ = boost(
            X,
            target,
            weight,
            dict(self.settings),
            trees=self.trees,
            names=[f"c{place}" for place in range(X.shape[1])],
        )
        return self

    def margin(self, X: npt.NDArray) -> npt.NDArray[np.float64]:
        """Log-odds of yes."""
        return np.asarray(self.booster_.predict(X, raw_score=True, num_threads=1), dtype=np.float64)

    def predict(self, X: npt.NDArray) -> npt.NDArray[np.intp]:
        """1 for yes."""
        return (self.margin(X) > 0).astype(np.intp)


@dataclass(frozen=True)
class Mixture:
    """Fits and what each counts; the score is their weighted mean. It reads features only."""

    fits: tuple[Boosted, ...]
    weights: tuple[float, ...]

    def margin(self, X: npt.NDArray) -> npt.NDArray[np.float64]:
        """The weighted mean of the log-odds. A score, no level: to be calibrated."""
        total: npt.NDArray[np.float64] = np.zeros(len(X))
        for fit, weight in zip(self.fits, self.weights, strict=True):
            total += weight * fit.margin(X)
        return total


def found_alike(
    X: npt.NDArray,
    label: npt.NDArray,
    group: npt.NDArray,
    cut: float,
    settings: Mapping[str, Any],
    trees: int,
    least_onsets: int,
) -> Mixture:
    """A mixture that, of those to whom it happens, finds about the same share in each group.

    X (n x columns), label (n; 0 or 1) and group (n; text). `cut` is the level from which on a child is to be found: to
    miss one costs so much more than to ask one in vain that this is where both come to the same. Groups with fewer than
    `least_onsets` stand together as "all others". The group is read here, and never by `Mixture.margin`.
    """
    costs = {"fp": cut, "fn": 1 - cut}
    worst = (1 - cut) * float(label.mean())
    reduction = ExponentiatedGradient(
        Boosted(dict(settings), trees),
        TruePositiveRateParity(difference_bound=_BEHIND),
        objective=ErrorRate(costs=costs),
        eps=1 / (_PRESSURE * worst),
        max_iter=_FITS,
    )
    with warnings.catch_warnings():
        # fairlearn 0.15 fills its tables in a way that pandas 4 will refuse; the result is the same.
        warnings.filterwarnings("ignore", "Setting an? (value|item)", DeprecationWarning)
        reduction.fit(X, label.astype(np.intp), sensitive_features=_large(group, label, least_onsets))
    kept = [
        (fit, float(reduction.weights_[place]))
        for place, fit in reduction.predictors_.items()
        if reduction.weights_[place] > 0 and isinstance(fit, Boosted)
    ]
    return Mixture(tuple(fit for fit, _ in kept), tuple(weight for _, weight in kept))


def _large(group: npt.NDArray, label: npt.NDArray, least_onsets: int) -> npt.NDArray:
    onsets = pd.Series(label).groupby(group).sum()
    few = onsets.index[onsets < least_onsets]
    return np.where(np.isin(group, few), _OTHERS, group).astype(object)
