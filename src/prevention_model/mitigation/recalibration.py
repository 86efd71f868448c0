"""Calibration along the whole range, blind to groups: a rising broken line from today's log-odds to better ones."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit
from sklearn.isotonic import isotonic_regression

from prevention_model.errors import WrongUsage
from prevention_model.metrics import calibration_line

_ONSETS = 20
"""About so many onsets stand behind each bend, so that chance bends little."""
_MOST = 12


@dataclass(frozen=True, eq=False)
class RisingLine:
    """Log-odds `to` at the log-odds `at`, straight in between, and rising by `slope` beyond: it only ever rises.

    >>> line = RisingLine(np.array([-3.0, -1.0]), np.array([-2.5, -1.5]))
    >>> line(np.array([-4.0, -2.0, 0.0])).tolist()
    [-3.5, -2.0, -0.5]
    """

    at: npt.NDArray[np.float64]
    to: npt.NDArray[np.float64]
    slope: float = 1.0

    @classmethod
    def fit(cls, margin: npt.ArrayLike, label: npt.ArrayLike) -> Self:
        """Learn from rows that taught nothing else: today's log-odds (n) and what happened (n; 0 or 1).

        Rows are put into bins of as many onsets each; bins whose rates do not rise are joined (isotonic regression).
        Raises WrongUsage where it happened to nobody, or to everybody.
        """
        raw, happened = np.asarray(margin, dtype=np.float64), np.asarray(label, dtype=np.float64)
        if not 0 < happened.sum() < len(happened):
            raise WrongUsage("To calibrate, rows are needed to whom it happened, and others.")
        bins = int(np.clip(happened.sum() // _ONSETS, 1, _MOST))
        order = np.argsort(raw, kind="stable")
        # Ends of bins lie between onsets; rows at one level stay together.
        so_far = np.cumsum(happened[order])
        ends = raw[order][np.searchsorted(so_far, so_far[-1] * np.arange(1, bins) / bins)]
        place = np.searchsorted(np.unique(ends), raw, side="left")
        size = np.bincount(place)
        rate = isotonic_regression(np.bincount(place, happened) / np.maximum(size, 1), sample_weight=size)
        pool = np.unique(rate, return_inverse=True)[1][place]
        rows = np.bincount(pool)
        middle = np.bincount(pool, raw) / rows
        # Half a case more, and half a case less, keeps an empty bin finite.
        onsets = np.bincount(pool, happened)
        to = logit((onsets + 0.5 * onsets.sum() / len(raw)) / (rows + 0.5))
        shape = cls(middle, to)
        # Between bends levels lie above the line of their rates; slope and intercept bring the whole back.
        line = calibration_line(happened, expit(shape(raw)))
        slope, intercept = (line.slope, line.intercept) if line.slope > 0 else (1.0, line.in_the_large)
        return cls(middle, intercept + slope * to, slope)

    def __call__(self, margin: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Better log-odds of each row, from today's."""
        raw = np.asarray(margin, dtype=np.float64)
        inside = np.interp(raw, self.at, self.to)
        return inside + self.slope * (np.minimum(raw - self.at[0], 0) + np.maximum(raw - self.at[-1], 0))
