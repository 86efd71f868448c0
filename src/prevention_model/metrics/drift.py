"""How far two sets of values stand apart: the population stability index (N. Siddiqi, Credit Risk Scorecards, 2006)."""

import numpy as np
import numpy.typing as npt

_LEAST_SHARE = 0.0005
"""An empty bin counts as this share, so that the index stays finite."""


def stability_index(before: npt.ArrayLike, after: npt.ArrayLike, bins: int = 10) -> float:
    """The sum over bins of (share after - share before) x log(share after / share before); 0 where they are alike.

    before (n,), after (m,). Bins are cut at quantiles of `before`, a value that many share being a bin of its own, and
    what is missing is one more. NaN where one of the two is empty.

    >>> stability_index([1, 2, 3, 4], [4, 3, 2, 1])
    0.0
    >>> stability_index([0] * 90 + [1] * 10, [0] * 60 + [1] * 40) > 0.25
    True
    """
    first, second = (np.asarray(values, dtype=np.float64) for values in (before, after))
    if not len(first) or not len(second):
        return float("nan")
    there = first[~np.isnan(first)]
    inner = np.linspace(0, 1, bins + 1)[1:-1]
    edges = np.unique(np.quantile(there, inner, method="inverted_cdf")) if len(there) else np.empty(0)
    shares = [_shares(values, edges) for values in (first, second)]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def shift_since(taught: npt.ArrayLike, now: npt.ArrayLike, bins: int = 10) -> float:
    """How far a feature of those who are scored stands apart from the same feature of those who taught.

    What is missing more often now is a shift: levels are worked out without it. What is missing less often is none, and
    the values that are known are compared: a source that has been received for longer says nothing of the children,
    and the model learnt of the feature where it was known. taught (n,), now (m,).

    >>> nan = float("nan")
    >>> shift_since([nan] * 50 + [0, 1] * 25, [0, 1] * 50), round(shift_since([0, 1] * 50, [nan] * 50 + [0, 1] * 25), 1)
    (0.0, 3.8)
    """
    first, second = (np.asarray(values, dtype=np.float64) for values in (taught, now))
    missing = np.isnan(first), np.isnan(second)
    if not missing[0].all() and len(second) and missing[1].mean() <= missing[0].mean():
        first, second = first[~missing[0]], second[~missing[1]]
    return stability_index(first, second, bins)


def _shares(values: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    missing = np.isnan(values)
    place = np.where(missing, len(edges) + 1, np.searchsorted(edges, values, side="left"))
    counts = np.bincount(place, minlength=len(edges) + 2)
    return np.maximum(counts / len(values), _LEAST_SHARE)
