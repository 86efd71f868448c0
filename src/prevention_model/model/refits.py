"""Refits: the model fitted again on parts of the families, to say how unsure it is.

Each refit learns from a share of the families, drawn without replacement, all from one binned data set. Smaller
samples scatter more: the variance of such a fit around the whole one is (1 - share) / share of what the whole one
itself has (D. Politis and J. Romano 1994, subsampling; C. F. J. Wu 1986), so distances are scaled back by the root
of share / (1 - share). That costs a small part of what resamples as large as the data cost.
"""

from copy import copy
from dataclasses import dataclass
from typing import Any, Self

import lightgbm as lgb
import numpy as np
import pandas as pd

from prevention_model.model.calibration import platt
from prevention_model.model.risk_model import RiskModel

_ROWS = 40_000
_SHARE = 0.25
_ONSETS = 100
_CALIBRATING = 40_000


@dataclass(frozen=True)
class Refits:
    """Models that each learnt from `share` of the families."""

    models: tuple[RiskModel, ...]
    share: float

    @property
    def scale(self) -> float:
        """What brings the distance of a refit from the model to that of a fit on families drawn anew.

        >>> Refits((), 0.5).scale
        1.0
        """
        return float(np.sqrt(self.share / (1 - self.share)))

    def scaled(self, own: np.ndarray, refit: np.ndarray) -> np.ndarray:
        """What a refit gives (log-odds, or contributions to them), at the distance of a whole fit from `own`."""
        brought: np.ndarray = own + self.scale * (refit - own)
        return brought


def share_of(rows: int, onsets: float) -> float:
    """The share of families for one refit: a quarter, less where there are many rows, up to half for few onsets.

    >>> share_of(20_000, 2_000), round(share_of(400_000, 9_000), 2), share_of(5_000, 150)
    (0.25, 0.1, 0.5)
    """
    enough = min(0.5, _ONSETS / max(onsets, 1))
    return float(max(min(_SHARE, _ROWS / max(rows, 1)), enough))


def refit(
    model: RiskModel,
    X: pd.DataFrame,
    label: np.ndarray,
    families: np.ndarray,
    number: int,
    calibrate: tuple[pd.DataFrame, np.ndarray] | None = None,
) -> Refits:
    """Fit `model` again `number` times on the rows it learnt from, whose labels are all known.

    Each refit is calibrated on `calibrate`, or without it on families that it did not draw.
    """
    values = model.numbers(X)
    target = (label == model.classes_[1]).astype(np.float64)
    codes = pd.factorize(families)[0]
    share = share_of(len(target), float(target.sum()))
    trees = None if model.booster_ is None else _Trees.of(model.booster_, model, values, target, share)
    later = None if calibrate is None else (model.numbers(calibrate[0]), calibrate[1] == model.classes_[1])
    made = []
    for place in range(number):
        drawn = np.random.default_rng([model.seed, place]).permutation(codes.max() + 1)[codes]
        rows = np.flatnonzero(drawn < share * (codes.max() + 1))
        again = copy(model)
        if trees is not None:
            again.booster_ = trees.fit(rows, model.seed + place + 1)
        if model.lines_ is not None:
            # Rows that stand for more of their kind, so that what was supposed beforehand weighs as in the whole fit.
            weight = np.full(len(rows), 1 / share)
            again.lines_ = model.lines_of(values[rows], target[rows], weight, model.seed + place + 1)
        made.append(_calibrated(again, *(later if later is not None else _left_out(values, target, rows))))
    return Refits(tuple(made), share)


@dataclass(frozen=True)
class _Trees:
    """The trees of a model to be fitted again on parts of its rows, which are binned once."""

    settings: dict[str, Any]
    binned: lgb.Dataset
    number: int

    @classmethod
    def of(
        cls, booster: lgb.Booster, model: RiskModel, values: np.ndarray, target: np.ndarray, share: float
    ) -> Self:
        settings = {**booster.params, "feature_pre_filter": False, "num_threads": 1}
        binned = lgb.Dataset(
            values,
            target,
            categorical_feature=model.codes() or "auto",
            params=settings,
            free_raw_data=False,
        ).construct()
        # The draw of families is the chance in a refit; one more draw for each tree would only cost.
        least = model.rows_in_leaf
        settings |= {
            "bagging_freq": 0,
            "bagging_fraction": 1.0,
            "min_data_in_leaf": max(min(20, least), round(share * least)),
        }
        return cls(settings, binned, booster.num_trees())

    def fit(self, rows: np.ndarray, seed: int) -> lgb.Booster:
        part = self.binned.subset(rows.tolist())
        return lgb.train(self.settings | {"seed": seed}, part, num_boost_round=self.number)


def _left_out(values: np.ndarray, target: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    left = np.setdiff1d(np.arange(len(target)), rows, assume_unique=True)[:_CALIBRATING]
    return values[left], target[left]


def _calibrated(model: RiskModel, values: np.ndarray, happened: np.ndarray) -> RiskModel:
    """The model, calibrated on these rows."""
    raw = model.raw(values)
    model.slope_, model.intercept_ = platt(raw, happened.astype(np.float64), np.ones(len(raw)))
    return model
