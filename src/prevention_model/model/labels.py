"""What a model takes as labels and weights: two classes, onsets enough, and no column that is the answer."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.utils.multiclass import check_classification_targets

from prevention_model.errors import listed
from prevention_model.model.columns import WrongData

# With fewer rows of either class, a column can agree with the label in all of them by chance.
_BY_CHANCE = 10


def censored_rows(y: np.ndarray) -> np.ndarray:
    """True where the label is missing: nobody knows what happened.

    >>> censored_rows(np.array([1.0, np.nan, 0.0])).tolist()
    [False, True, False]
    """
    censored: np.ndarray = np.isnan(y) if y.dtype.kind == "f" else np.zeros(y.shape, dtype=bool)
    return censored


def two_classes(y: np.ndarray) -> np.ndarray:
    """Both classes, sorted; the second is the onset. Raises WrongData for any other number of classes.

    >>> two_classes(np.array(["onset", "none", "none"])).tolist()
    ['none', 'onset']
    """
    check_classification_targets(y)
    classes: np.ndarray = np.unique(y)
    if len(classes) > 2:
        raise WrongData(f"Only binary classification is supported. The labels hold {len(classes)} classes.")
    if len(classes) < 2:
        raise WrongData(
            f"RiskModel needs two classes, and the labels hold {len(classes)} class: "
            "give it a period in which the outcome both happened and did not."
        )
    return classes


def refuse_too_few(target: np.ndarray, least: int) -> None:
    """Raises WrongData where fewer than `least` rows are onsets.

    Rows that could not hold so many of both classes, fewer than twice `least`, are a trial and pass: the
    leaves of a model by its defaults hold more rows than that, so it learns nothing from them but their rate.
    """
    onsets = int(target.sum())
    if onsets < least and len(target) >= 2 * least:
        raise WrongData(
            f"too few onsets to fit: {onsets} of at least {least}. "
            "Give a longer period, or leave this outcome out."
        )


def refuse_answers(X: np.ndarray, target: np.ndarray, names: Sequence[Any]) -> None:
    """Raises WrongData naming columns that tell the label in every row: one value at onsets, another elsewhere.

    Missing counts as a value here. Copies that differ in some rows are left to the audit (PM001).
    """
    onset = target == 1
    if min(onset.sum(), (~onset).sum()) < _BY_CHANCE:
        return
    at_onset, else_ = X[np.argmax(onset)], X[np.argmin(onset)]
    left = np.flatnonzero(~_same(at_onset, else_))
    for rows in (slice(0, 512), slice(None)):  # the first rows rule out all but copies, at little cost
        expected = np.where(onset[rows, None], at_onset[left], else_[left])
        left = left[_same(X[rows, left], expected).all(axis=0)]
    if len(left):
        raise WrongData(
            f"Columns that equal the outcome: {listed([str(names[place]) for place in left.tolist()])}. "
            "Leave them out: they were written after it."
        )


def weights_of(sample_weight: Any, rows: int) -> np.ndarray:
    """One weight a row; 1 where none are given. Raises WrongData for another shape, below zero, or all zero.

    >>> weights_of(None, 2).tolist()
    [1.0, 1.0]
    """
    if sample_weight is None:
        return np.ones(rows)
    weight = np.asarray(sample_weight, dtype=np.float64)
    if weight.shape != (rows,):
        raise WrongData(f"sample_weight has the shape {weight.shape}, and there are {rows} rows.")
    if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.any()):
        raise WrongData("sample_weight must be finite, nowhere below zero, and not zero in every row.")
    return weight


def _same(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    same: np.ndarray = (one == other) | (np.isnan(one) & np.isnan(other))
    return same
