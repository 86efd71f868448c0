"""Checks on the arrays that every metric takes."""

import numpy as np
import numpy.typing as npt

from prevention_model.errors import WrongUsage

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def outcome_and_score(outcome: npt.ArrayLike, score: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Both as float arrays of one length. Raises WrongUsage unless every outcome is 0 or 1 and every
    score a number: censored rows are left out before a metric is asked for, or have weight 0.

    >>> outcome_and_score([1, 0], [0.2])
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: outcome has shape (2,) and score (1,); give two flat arrays of one length
    """
    happened, scores = _side_by_side(outcome, score)
    if not np.isin(happened, (0.0, 1.0)).all():
        raise WrongUsage("outcome holds something other than 0 and 1; leave censored rows out")
    if np.isnan(scores).any():
        raise WrongUsage("score holds missing values; every row needs a score")
    return happened, scores


def outcome_and_level(outcome: npt.ArrayLike, level: npt.ArrayLike) -> tuple[Floats, Floats]:
    """As `outcome_and_score`, for levels: probabilities from 0 to 1. Raises WrongUsage."""
    happened, levels = outcome_and_score(outcome, level)
    return happened, _probabilities(levels)


def weights_of(weights: npt.ArrayLike | None, rows: int) -> Floats:
    """One weight for each row, in any unit; 1 where none are given. Raises WrongUsage unless they are
    finite, none below 0 and not all 0.

    >>> weights_of(None, 2).tolist(), weights_of([0, 3], 2).tolist()
    ([1.0, 1.0], [0.0, 3.0])
    """
    if weights is None:
        return np.ones(rows)
    given = np.asarray(weights, dtype=np.float64)
    if given.shape != (rows,):
        raise WrongUsage(f"weights has shape {given.shape}; give one weight for each of {rows} rows")
    if not (np.isfinite(given) & (given >= 0)).all():
        raise WrongUsage("weights holds missing, endless or negative values; give 0 or more")
    if rows and not given.any():
        raise WrongUsage("every weight is 0; no row is left to measure")
    return given


def weighed_scores(
    outcome: npt.ArrayLike, score: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Outcome, score and weight of the rows whose weight is above 0, checked as `outcome_and_score` does.

    A row of weight 0 is as if it were not there, so its outcome may be missing: it was censored.

    >>> [part.tolist() for part in weighed_scores([1, np.nan, 0], [3, 2, 1], [1.5, 0, 1])]
    [[1.0, 0.0], [3.0, 1.0], [1.5, 1.0]]
    """
    happened, scores = _side_by_side(outcome, score)
    given = weights_of(weights, len(happened))
    kept = given > 0
    return (*outcome_and_score(happened[kept], scores[kept]), given[kept])


def weighed_levels(
    outcome: npt.ArrayLike, level: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """As `weighed_scores`, for levels: probabilities from 0 to 1. Raises WrongUsage."""
    happened, levels, given = weighed_scores(outcome, level, weights)
    return happened, _probabilities(levels), given


def shares_of(weights: Floats) -> Floats:
    """Weights as shares that add up to 1. Raises WrongUsage where there is no row.

    >>> shares_of(np.array([1.0, 3.0])).tolist()
    [0.25, 0.75]
    """
    if not len(weights):
        raise WrongUsage("there are no rows; give at least one")
    return weights / weights.sum()


def both_classes(happened: Floats) -> bool:
    """Whether there are rows to whom it happened and rows to whom it did not."""
    return bool(0 < happened.sum() < len(happened))


def _side_by_side(outcome: npt.ArrayLike, score: npt.ArrayLike) -> tuple[Floats, Floats]:
    happened = np.asarray(outcome, dtype=np.float64)
    scores = np.asarray(score, dtype=np.float64)
    if happened.ndim != 1 or happened.shape != scores.shape:
        raise WrongUsage(
            f"outcome has shape {happened.shape} and score {scores.shape}; give two flat arrays of one length"
        )
    return happened, scores


def _probabilities(levels: Floats) -> Floats:
    if ((levels < 0) | (levels > 1)).any():
        raise WrongUsage("level holds values outside 0 to 1; give probabilities, not raw scores")
    return levels
