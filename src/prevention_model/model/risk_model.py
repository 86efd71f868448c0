"""`RiskModel`: gradient-boosted trees whose probabilities are calibrated on rows they did not learn from."""

from typing import Any, Self

import lightgbm as lgb
import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

_FOLDS = 3


class RiskModel(ClassifierMixin, BaseEstimator):
    """Probability of an onset within the horizon, from LightGBM with Platt calibration.

    Missing feature values are allowed. Rows whose label is missing (censored) are left out of the fit
    and counted in `n_censored_`. Class weights are off, so levels stay probabilities. The same rows,
    settings and library versions give the same model on one thread or several.

    `trees`, `leaves`, `learning_rate`, `rows_in_leaf`, `feature_share` and `row_share` (of features and of
    rows tried for each tree: J. Friedman 2002) are LightGBM's; `seed` drives everything random.
    Calibration: J. Platt 1999, a logistic regression on the raw score, either on `calibrate` (a later
    slice) or on predictions for families left out in turn.

    >>> rng = np.random.default_rng(1)
    >>> X = rng.normal(size=(400, 3)); y = (X[:, 0] + rng.normal(size=400) > 1).astype(float)
    >>> model = RiskModel(trees=20, rows_in_leaf=20).fit(X, y, families=np.arange(400) // 2)
    >>> model.predict_proba(X).shape
    (400, 2)
    """

    def __init__(
        self,
        trees: int = 250,
        leaves: int = 15,
        learning_rate: float = 0.05,
        rows_in_leaf: int = 100,
        feature_share: float = 0.5,
        row_share: float = 1.0,
        seed: int = 1,
    ) -> None:
        self.trees = trees
        self.leaves = leaves
        self.learning_rate = learning_rate
        self.rows_in_leaf = rows_in_leaf
        self.feature_share = feature_share
        self.row_share = row_share
        self.seed = seed

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        families: Any = None,
        sample_weight: Any = None,
        calibrate: tuple[Any, Any] | None = None,
    ) -> Self:
        """Fit on rows X (n x features) with labels y (two classes, or missing where censored).

        `families` (n) keeps siblings together when calibrating on left-out families; without it each
        row is its own family. `calibrate` is (X, y) of a later slice, used for calibration only.
        """
        names = list(X.columns) if isinstance(X, pd.DataFrame) else None
        y = np.asarray(y)
        censored = np.isnan(y) if y.dtype.kind == "f" else np.zeros(len(y), dtype=bool)
        if censored.any():
            X = X[~censored]
            y = y[~censored]
            families = None if families is None else np.asarray(families)[~censored]
            sample_weight = None if sample_weight is None else np.asarray(sample_weight)[~censored]
        X, y = validate_data(self, X, y, dtype="numeric", ensure_all_finite="allow-nan")
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        if len(self.classes_) != 2:
            raise ValueError(
                f"RiskModel needs two classes, and the labels hold {len(self.classes_)} class: "
                "give it a period in which the outcome both happened and did not."
            )
        self.n_censored_ = int(censored.sum())
        self.feature_names_ = names or [f"feature_{place}" for place in range(X.shape[1])]
        target = (y == self.classes_[1]).astype(np.float64)
        weight = (
            np.ones(len(target)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        )
        self.booster_ = self._boost(X, target, weight)
        if calibrate is not None:
            margin, seen, seen_weight = self._later_margin(*calibrate)
        else:
            margin, seen, seen_weight = self._left_out_margin(X, target, weight, families), target, weight
        self.slope_, self.intercept_ = _platt(margin, seen, seen_weight)
        return self

    def margin(self, X: Any) -> np.ndarray:
        """Calibrated log-odds of each row."""
        check_is_fitted(self, "booster_")
        margin: np.ndarray = self.intercept_ + self.slope_ * self._raw(X)
        return margin

    def predict_proba(self, X: Any) -> np.ndarray:
        """Calibrated probabilities, n x 2, in the order of `classes_`."""
        chance = expit(self.margin(X))
        return np.column_stack([1 - chance, chance])

    def predict(self, X: Any) -> np.ndarray:
        """The likelier class. Lists are cut by capacity, never by this."""
        check_is_fitted(self, "booster_")
        labels: np.ndarray = self.classes_[(self.margin(X) > 0).astype(int)]
        return labels

    def contributions(self, X: Any) -> tuple[np.ndarray, float]:
        """Exact TreeSHAP contributions (n x features, in calibrated log-odds) and their base, from LightGBM.

        Base plus the sum of a row is its `margin`. `explanation.contributions_of` gives the same, faster.
        """
        check_is_fitted(self, "booster_")
        raw = np.asarray(self.booster_.predict(self._checked(X), pred_contrib=True))
        return raw[:, :-1] * self.slope_, float(self.intercept_ + self.slope_ * raw[0, -1])

    def _boost(self, X: np.ndarray, target: np.ndarray, weight: np.ndarray) -> lgb.Booster:
        settings = {
            "objective": "binary",
            "num_leaves": self.leaves,
            "learning_rate": self.learning_rate,
            "min_data_in_leaf": self.rows_in_leaf,
            "feature_fraction": self.feature_share,
            "bagging_fraction": self.row_share,
            "bagging_freq": int(self.row_share < 1),
            "lambda_l2": 1.0,
            "max_bin": 63,
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "verbosity": -1,
        }
        rows = lgb.Dataset(
            X,
            target,
            weight=weight,
            feature_name=_plain(self.feature_names_),
            params=settings,
            free_raw_data=True,
        )
        return lgb.train(settings, rows, num_boost_round=self.trees)

    def _checked(self, X: Any) -> np.ndarray:
        checked: np.ndarray = validate_data(
            self, X, dtype="numeric", ensure_all_finite="allow-nan", reset=False
        )
        return checked

    def _raw(self, X: Any) -> np.ndarray:
        return np.asarray(self.booster_.predict(self._checked(X), raw_score=True))

    def _later_margin(self, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        y = np.asarray(y)
        known = ~np.isnan(y) if y.dtype.kind == "f" else np.ones(len(y), dtype=bool)
        target = (y[known] == self.classes_[1]).astype(np.float64)
        if len(np.unique(target)) < 2:
            raise ValueError("The calibration slice holds one class only: choose a longer one.")
        return self._raw(X[known]), target, np.ones(len(target))

    def _left_out_margin(
        self, X: np.ndarray, target: np.ndarray, weight: np.ndarray, families: Any
    ) -> np.ndarray:
        groups = np.arange(len(target)) if families is None else pd.factorize(np.asarray(families))[0]
        folds = min(_FOLDS, len(np.unique(groups)))
        margin = np.full(len(target), logit(np.clip(np.average(target, weights=weight), 1e-6, 1 - 1e-6)))
        if folds < 2:
            return margin
        for taught, left_out in GroupKFold(folds).split(X, target, groups):
            if len(np.unique(target[taught])) == 2:
                booster = self._boost(X[taught], target[taught], weight[taught])
                margin[left_out] = booster.predict(X[left_out], raw_score=True)
        return margin

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


def _platt(margin: np.ndarray, target: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the label on the raw score."""
    if np.ptp(margin) < 1e-9:
        rate = np.clip(np.average(target, weights=weight), 1e-6, 1 - 1e-6)
        return 1.0, float(logit(rate) - margin[0])
    # Almost no penalty: one predictor needs none, and a bound keeps separable rows finite.
    fitted = LogisticRegression(C=1e4).fit(margin[:, None], target, sample_weight=weight)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def _plain(names: list[str]) -> list[str]:
    """Names without the characters that LightGBM's text format cannot hold."""
    return ["".join(c if c.isalnum() or c == "_" else "_" for c in str(name)) for name in names]
