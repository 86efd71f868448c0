"""Telling apart those to whom it happened from those to whom it did not."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score

from prevention_model.errors import WrongUsage
from prevention_model.metrics.arrays import both_classes, weighed_scores
from prevention_model.metrics.capacity import precision_at


def auc(outcome: npt.ArrayLike, score: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Area under the ROC curve: how often a case scores above a non-case, equal scores counting half.

    outcome, score and weights (n,). A pair of rows counts with the product of their weights; with those of
    `at_horizon` this is the cumulative/dynamic area of Uno and others (2007). NaN unless there are both.

    >>> auc([1, 0, 1, 0], [0.9, 0.1, 0.8, 0.85])
    0.75
    """
    happened, scores, given = weighed_scores(outcome, score, weights)
    if not both_classes(happened):
        return float("nan")
    steps, step = np.unique(scores, return_inverse=True)
    cases = np.bincount(step, given * happened, len(steps))
    others = np.bincount(step, given * (1 - happened), len(steps))
    below = np.cumsum(others) - others
    return float(cases @ (below + others / 2) / (cases.sum() * others.sum()))


def average_precision(
    outcome: npt.ArrayLike, score: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> float:
    """Precision averaged over the cases, in the order of the score. A score that knows nothing gets the
    base rate, so quote it beside the base rate: `ranking_precision` does. NaN without cases.

    >>> average_precision([1, 0, 0, 1], [0.9, 0.8, 0.7, 0.6])
    0.75
    """
    happened, scores, given = weighed_scores(outcome, score, weights)
    if not happened.any():
        return float("nan")
    return float(average_precision_score(happened, scores, sample_weight=given))


def lift(
    outcome: npt.ArrayLike,
    score: npt.ArrayLike,
    share: float = 0.05,
    weights: npt.ArrayLike | None = None,
) -> float:
    """Precision among the `share` of rows with the highest scores, over the base rate. NaN without cases.

    The share is of rows, whatever their weights, and rows of weight 0 are no part of it.

    >>> lift([1, 0, 0, 0, 1, 0, 0, 0, 0, 0], [9, 1, 1, 1, 8, 1, 1, 1, 1, 1], share=0.2)
    5.0
    """
    happened, scores, given = weighed_scores(outcome, score, weights)
    if not 0 < share <= 1:
        raise WrongUsage(f"share is {share}; give a number above 0 and at most 1")
    if not happened.any():
        return float("nan")
    size = max(1, round(share * len(happened)))
    return precision_at(happened, scores, size, weights=given) / float(np.average(happened, weights=given))


@dataclass(frozen=True)
class RankingPrecision:
    """`average` precision beside the `base_rate` that a score knowing nothing gets, and the `lift` among the
    `share` of rows with the highest scores. An average precision says nothing without its base rate.

    >>> str(RankingPrecision(average=0.24, base_rate=0.06, share=0.05, lift=5.5))
    'average precision 0.240, 4.0 times the base rate of 0.060; lift 5.5 in the highest 5%'
    """

    average: float
    base_rate: float
    share: float
    lift: float

    @property
    def times_base_rate(self) -> float:
        """Average precision over the base rate: 1 for a score that knows nothing."""
        return self.average / self.base_rate

    def __str__(self) -> str:
        return (
            f"average precision {self.average:.3f}, {self.times_base_rate:.1f} times the base rate of "
            f"{self.base_rate:.3f}; lift {self.lift:.1f} in the highest {self.share:.0%}"
        )


def ranking_precision(
    outcome: npt.ArrayLike,
    score: npt.ArrayLike,
    share: float = 0.05,
    weights: npt.ArrayLike | None = None,
) -> RankingPrecision:
    """Average precision with its base rate and lift, as one value. Raises WrongUsage for one class only.

    >>> ranking_precision([1, 0, 0, 1], [0.9, 0.8, 0.7, 0.6], share=0.25)
    RankingPrecision(average=0.75, base_rate=0.5, share=0.25, lift=2.0)
    """
    happened, scores, given = weighed_scores(outcome, score, weights)
    if not both_classes(happened):
        raise WrongUsage("outcome holds one class only; give rows to whom it happened and others")
    return RankingPrecision(
        average=average_precision(happened, scores, given),
        base_rate=float(np.average(happened, weights=given)),
        share=share,
        lift=lift(happened, scores, share, given),
    )
