"""Telling apart those to whom it happened from those to whom it did not."""

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, roc_auc_score

from prevention_model.metrics.arrays import outcome_and_score
from prevention_model.metrics.capacity import precision_at


def auc(outcome: npt.ArrayLike, score: npt.ArrayLike) -> float:
    """Area under the ROC curve: how often a case scores above a non-case. NaN unless there are both.

    >>> auc([1, 0, 1, 0], [0.9, 0.1, 0.8, 0.85])
    0.75
    """
    happened, scores = outcome_and_score(outcome, score)
    return float(roc_auc_score(happened, scores)) if 0 < happened.sum() < len(happened) else float("nan")


def average_precision(outcome: npt.ArrayLike, score: npt.ArrayLike) -> float:
    """Precision averaged over the cases, in the order of the score. A score that knows nothing gets the
    base rate, so quote it beside the base rate. NaN without cases.

    >>> average_precision([1, 0, 0, 1], [0.9, 0.8, 0.7, 0.6])
    0.75
    """
    happened, scores = outcome_and_score(outcome, score)
    return float(average_precision_score(happened, scores)) if happened.any() else float("nan")


def lift(outcome: npt.ArrayLike, score: npt.ArrayLike, share: float = 0.05) -> float:
    """Precision among the `share` of rows with the highest scores, over the base rate. NaN without cases.

    >>> lift([1, 0, 0, 0, 1, 0, 0, 0, 0, 0], [9, 1, 1, 1, 8, 1, 1, 1, 1, 1], share=0.2)
    5.0
    """
    happened, scores = outcome_and_score(outcome, score)
    if not 0 < share <= 1:
        raise ValueError(f"share is {share}; give a number above 0 and at most 1")
    size = max(1, round(share * len(happened)))
    return precision_at(happened, scores, size) / float(np.mean(happened)) if happened.any() else float("nan")
