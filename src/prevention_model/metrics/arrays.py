"""Checks on the arrays that every metric takes."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def outcome_and_score(outcome: npt.ArrayLike, score: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Both as float arrays of one length. Raises ValueError unless every outcome is 0 or 1 and every
    score a number: censored rows are left out before a metric is asked for, never inside it.

    >>> outcome_and_score([1, 0], [0.2])
    Traceback (most recent call last):
    ...
    ValueError: outcome has shape (2,) and score (1,); give two flat arrays of one length
    """
    happened = np.asarray(outcome, dtype=np.float64)
    scores = np.asarray(score, dtype=np.float64)
    if happened.ndim != 1 or happened.shape != scores.shape:
        raise ValueError(
            f"outcome has shape {happened.shape} and score {scores.shape}; give two flat arrays of one length"
        )
    if not np.isin(happened, (0.0, 1.0)).all():
        raise ValueError("outcome holds something other than 0 and 1; leave censored rows out")
    if np.isnan(scores).any():
        raise ValueError("score holds missing values; every row needs a score")
    return happened, scores


def outcome_and_level(outcome: npt.ArrayLike, level: npt.ArrayLike) -> tuple[Floats, Floats]:
    """As `outcome_and_score`, for levels: probabilities from 0 to 1. Raises ValueError."""
    happened, levels = outcome_and_score(outcome, level)
    if ((levels < 0) | (levels > 1)).any():
        raise ValueError("level holds values outside 0 to 1; give probabilities, not raw scores")
    return happened, levels
