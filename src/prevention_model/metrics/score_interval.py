"""Intervals for shares that hold with few events, and where everybody or nobody was hit.

Resampling ten children who were all missed gives no spread at all, as if ten were certain. Wilson's score
interval (1927) asks instead which true shares could have given what was seen, and Newcombe's (1998, method
10) does so for the difference of two. Brothers, sisters and repeated dates carry less than as many separate
children: `effective_size` says how many, from the spread over resampled families.
"""

import numpy as np
import numpy.typing as npt

from prevention_model.metrics.arrays import Floats


def wilson(share: npt.ArrayLike, size: npt.ArrayLike, z: float) -> tuple[Floats, Floats]:
    """Lower and upper ends of shares of `size` draws, `z` standard errors wide. NaN where size is 0.

    >>> [round(float(end), 3) for end in wilson(1.0, 10, 1.96)]
    [0.722, 1.0]
    """
    p, n = np.asarray(share, dtype=np.float64), np.asarray(size, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)


def newcombe(
    first: npt.ArrayLike,
    first_size: npt.ArrayLike,
    second: npt.ArrayLike,
    second_size: npt.ArrayLike,
    z: float,
) -> tuple[Floats, Floats]:
    """Lower and upper ends of `first - second`, two shares of separate draws.

    >>> [round(float(end), 2) for end in newcombe(1.0, 10, 0.7, 1000, 3.3)]
    [-0.22, 0.35]
    """
    p, q = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    (p_low, p_high), (q_low, q_high) = wilson(p, first_size, z), wilson(q, second_size, z)
    gap = p - q
    return gap - np.hypot(p - p_low, q_high - q), gap + np.hypot(p_high - p, q - q_low)


def effective_size(share: npt.ArrayLike, spread: npt.ArrayLike, most: npt.ArrayLike) -> Floats:
    """How many separate draws would give this share this spread (a standard error), at most `most`.

    >>> effective_size([0.5, 1.0], [0.125, 0.0], [40, 12]).tolist()
    [16.0, 12.0]
    """
    p, s, n = (np.asarray(part, dtype=np.float64) for part in (share, spread, most))
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.where(s > 0, p * (1 - p) / (s * s), n)
    return np.fmin(size, n)


def kish_size(weights: npt.ArrayLike) -> float:
    """How many rows of equal weight tell as much as rows of these weights (Kish 1965). 0 where all are 0.

    >>> kish_size([1, 1, 0]), round(kish_size([3, 1]), 3)
    (2.0, 1.6)
    """
    given = np.asarray(weights, dtype=np.float64)
    squares = float(given @ given)
    return float(given.sum() ** 2 / squares) if squares else 0.0
