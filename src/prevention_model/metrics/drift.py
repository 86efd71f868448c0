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


def _shares(values: npt.NDArray[np.float64], edges: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    missing = np.isnan(values)
    place = np.where(missing, len(edges) + 1, np.searchsorted(edges, values, side="left"))
    counts = np.bincount(place, minlength=len(edges) + 2)
    return np.maximum(counts / len(values), _LEAST_SHARE)
