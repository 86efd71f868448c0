"""Intervals by resampling whole families.

A child's own dates, and brothers and sisters, are not independent; resampling rows would make intervals
too narrow. One resample draws as many families as there are, with replacement, which is one weight for each
family: 0, 1, 2, ... Any statistic of sums over rows then needs one matrix product, weights (B x families)
with sums per family (families x k): with 1,000 resamples of 40,000 families and 60 sums, about a second.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.errors import WrongUsage
from prevention_model.metrics.arrays import Floats

Statistic = Callable[[Floats], Floats]
Measure = Callable[[Floats], npt.ArrayLike]
_BLOCK = 100


@dataclass(frozen=True, eq=False)
class Resampled:
    """A statistic with its resamples: `estimate` (m,), `draws` (B x m), `lower` and `upper` (m,).

    Percentile intervals at `confidence`. NaN where fewer than nine in ten resamples define the statistic.
    """

    estimate: Floats
    draws: Floats
    confidence: float
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, estimate: Floats, draws: Floats, confidence: float) -> "Resampled":
        """Estimate and draws, with percentile intervals."""
        estimate, draws = np.atleast_1d(estimate), draws.reshape(len(draws), -1)
        tail = (1 - confidence) / 2
        lower, upper = np.full(estimate.shape, np.nan), np.full(estimate.shape, np.nan)
        usable = np.isfinite(draws).mean(axis=0) >= 0.9
        if usable.any():
            kept = np.where(np.isfinite(draws[:, usable]), draws[:, usable], np.nan)
            lower[usable], upper[usable] = np.nanquantile(kept, [tail, 1 - tail], axis=0)
        return cls(estimate, draws, confidence, lower, upper)

    def simultaneous(self, which: npt.NDArray[np.bool_] | None = None) -> tuple[Floats, Floats]:
        """Lower and upper ends that hold for all of `which` at once (max-t: Romano and Wolf 2005).

        Of a hundred audits without any gap, about `100 * (1 - confidence)` have some interval that leaves
        its truth out, however many groups are compared. NaN outside `which`.
        """
        chosen = np.isfinite(self.lower) if which is None else np.isfinite(self.lower) & which
        reach = self.reach(chosen) * np.where(chosen, self.spread, np.nan)
        return self.estimate - reach, self.estimate + reach

    @property
    def spread(self) -> Floats:
        """The standard deviation of each statistic over its resamples: its standard error."""
        found: Floats = np.full(self.estimate.shape, np.nan)
        usable = np.isfinite(self.lower)
        kept = np.where(np.isfinite(self.draws[:, usable]), self.draws[:, usable], np.nan)
        found[usable] = np.nanstd(kept, axis=0, ddof=1)
        return found

    def reach(self, which: npt.NDArray[np.bool_]) -> float:
        """How many standard errors wide intervals must be to hold for all of `which` at once; NaN for none."""
        spread = self.spread
        chosen = which & np.isfinite(spread) & (spread > 0)
        if not chosen.any():
            return float("nan")
        distance = np.abs(self.draws[:, chosen] - self.estimate[chosen]) / spread[chosen]
        return float(np.quantile(np.nanmax(np.nan_to_num(distance), axis=1), self.confidence))

    def part(self, columns: slice) -> "Resampled":
        """Some of the statistics."""
        return Resampled(
            self.estimate[columns],
            self.draws[:, columns],
            self.confidence,
            self.lower[columns],
            self.upper[columns],
        )

    @classmethod
    def joined(cls, parts: "Sequence[Resampled]") -> "Resampled":
        """Several statistics side by side, when they were resampled with the same weights."""
        return cls(
            estimate=np.concatenate([part.estimate for part in parts]),
            draws=np.concatenate([part.draws for part in parts], axis=1),
            confidence=parts[0].confidence,
            lower=np.concatenate([part.lower for part in parts]),
            upper=np.concatenate([part.upper for part in parts]),
        )


def family_bootstrap(
    families: npt.ArrayLike,
    sums: npt.ArrayLike,
    statistic: Statistic,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Resampled:
    """Resample whole families and recompute a statistic of sums.

    families (n,) labels; sums (n x k), one row for each child and date; statistic maps (B x k) totals to
    (B,) or (B x m). The same seed and number of families give the same weights, so two statistics of one
    data set are paired, resample by resample. Raises WrongUsage.

    >>> mean = family_bootstrap(["a", "a", "b", "c"], [[1, 1], [0, 1], [1, 1], [0, 1]],
    ...                         lambda total: total[:, 0] / total[:, 1], resamples=200)
    >>> mean.estimate.tolist(), bool(mean.lower[0] < 0.5 < mean.upper[0])
    ([0.5], True)
    """
    (found,) = family_bootstrap_each(families, [sums], [statistic], resamples, seed, confidence)
    return found


def family_bootstrap_each(
    families: npt.ArrayLike,
    sums: Sequence[npt.ArrayLike],
    statistics: Sequence[Statistic],
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> list[Resampled]:
    """`family_bootstrap` of several statistics of the same rows, each of its own sums: one product for all of them.

    >>> both = family_bootstrap_each(["a", "b"], [[[1.0], [3.0]], [[2.0], [2.0]]], [lambda total: total] * 2, 200)
    >>> [each.estimate.tolist() for each in both]
    [[4.0], [4.0]]
    """
    labels = np.asarray(families)
    tables = [np.asarray(table, dtype=np.float64) for table in sums]
    for table in tables:
        if table.ndim != 2 or len(labels) != len(table) or not len(table):
            raise WrongUsage(
                f"families has {len(labels)} rows and sums has shape {table.shape}; give n labels and n x k sums"
            )
    codes = family_codes(labels)
    totals = np.column_stack([sums_by_family(codes, table) for table in tables])
    ends = np.cumsum([table.shape[1] for table in tables])[:-1]
    drawn = np.concatenate([block @ totals for block in weight_blocks(len(totals), resamples, seed)])
    parts = zip(
        statistics,
        np.split(totals.sum(axis=0, keepdims=True), ends, axis=1),
        np.split(drawn, ends, axis=1),
        strict=True,
    )
    found = []
    for statistic, whole, many in parts:
        with np.errstate(divide="ignore", invalid="ignore"):
            estimate, draws = statistic(whole), statistic(many)
        found.append(Resampled.of(np.asarray(estimate)[0], np.asarray(draws), confidence))
    return found


def family_bootstrap_by_weights(
    families: npt.ArrayLike,
    measure: Measure,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Resampled:
    """Resample whole families and measure again, for a measure that is no function of sums, such as the area
    under the curve. `measure` maps one weight for each row (n,) to a number or to (m,) numbers.

    It is called once for each resample, so a statistic of sums is faster by `family_bootstrap`; the seed means
    the same weights there and here, so the two are paired. Rows that already have weights: multiply them in.
    Raises WrongUsage, and whatever `measure` raises.

    >>> happened = np.array([1, 0, 1, 0])
    >>> share = family_bootstrap_by_weights(["a", "a", "b", "c"], lambda weights: np.average(happened, weights=weights),
    ...                                     resamples=200)
    >>> share.estimate.tolist(), bool(share.lower[0] < 0.5 < share.upper[0])
    ([0.5], True)
    """
    codes = family_codes(families)
    if not len(codes):
        raise WrongUsage("families has no rows; give one label for each row")
    estimate = np.atleast_1d(np.asarray(measure(np.ones(len(codes))), dtype=np.float64))
    drawn = [
        np.atleast_1d(np.asarray(measure(weight[codes]), dtype=np.float64))
        for block in weight_blocks(int(codes.max()) + 1, resamples, seed)
        for weight in block
    ]
    return Resampled.of(estimate, np.array(drawn), confidence)


def family_codes(families: npt.ArrayLike) -> npt.NDArray[np.intp]:
    """Whole numbers from 0 in order of first appearance, one for each family.

    >>> family_codes(["b", "a", "b"]).tolist()
    [0, 1, 0]
    """
    given = np.asarray(families)
    return pd.factorize(given if given.dtype.kind in "iu" else given.astype(object))[0]


def sums_by_family(families: npt.ArrayLike, sums: Floats) -> Floats:
    """Sums over the rows of each family (families x k), families in order of first appearance."""
    codes = family_codes(families)
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    return np.add.reduceat(sums[order], starts, axis=0)


def weight_blocks(families: int, resamples: int, seed: int) -> Iterator[Floats]:
    """The weights, a hundred resamples at a time (100 x families), so that memory stays small."""
    weights = _weights(families, resamples, seed)
    for start in range(0, resamples, _BLOCK):
        yield weights[start : start + _BLOCK].astype(np.float64)


@lru_cache(maxsize=3)
def _weights(families: int, resamples: int, seed: int) -> npt.NDArray[np.uint8]:
    # Kept because every metric of one audit uses the same ones; they depend on no data. A family drawn more
    # than 255 times cannot happen: its chance is below 1e-500.
    random = np.random.default_rng(seed)
    weights = np.empty((resamples, families), dtype=np.uint8)
    for row in weights:
        row[:] = np.bincount(random.integers(0, families, families), minlength=families)
    weights.flags.writeable = False
    return weights
