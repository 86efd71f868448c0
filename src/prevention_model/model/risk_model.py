"""`RiskModel`: gradient-boosted trees whose probabilities are calibrated on rows they did not learn from."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import lightgbm as lgb
import numpy as np
import pandas as pd
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.model_selection import GroupKFold
from sklearn.utils.validation import check_is_fitted, validate_data

from prevention_model.errors import listed
from prevention_model.model.calibration import platt
from prevention_model.model.columns import (
    WrongData,
    encoded,
    learn_categories,
    names_of,
    refuse_infinite,
    refuse_other_order,
    warn_of_unseen,
    without_use,
)
from prevention_model.model.labels import (
    censored_rows,
    refuse_answers,
    refuse_too_few,
    two_classes,
    weights_of,
)

_FOLDS = 3


class RiskModel(ClassifierMixin, BaseEstimator):
    """Probability of an onset within the horizon, from LightGBM with Platt calibration.

    Missing feature values are allowed. Rows whose label is missing (censored) are left out of the fit
    and counted in `n_censored_`. Class weights are off, so levels stay probabilities. The same rows,
    settings and library versions give the same model on one thread or several.

    `trees`, `leaves`, `learning_rate`, `rows_in_leaf`, `feature_share` and `row_share` (of features and of
    rows tried for each tree: J. Friedman 2002) are LightGBM's; `seed` drives everything random.
    `categorical` names columns whose values are categories, beside those that pandas says are.
    `monotone` maps columns to 1 where the level may only rise with them, or to -1 where it may only fall.
    `least_onsets` is the fewest onsets to learn from. `patience`: how many trees may go by without a gain
    on the period to stop on.

    What it does with rows that are not as they should be: columns that are all missing or hold one value
    teach nothing and stand in `without_use_`; a category that the fit never saw counts as missing, with
    a warning; a row that is there twice counts twice, so give both the same family. Refused by name
    (WrongData, a ValueError): infinite values, text that is no category, columns that stand twice, that
    are missing or in another order than in the fit, or that equal the outcome; one class; too few onsets.

    >>> rng = np.random.default_rng(1)
    >>> X = rng.normal(size=(400, 3)); y = (X[:, 0] + rng.normal(size=400) > 1).astype(float)
    >>> model = RiskModel(trees=20, rows_in_leaf=20).fit(X, y, families=np.arange(400) // 2)
    >>> model.predict_proba(X).shape
    (400, 2)
    >>> RiskModel().fit(X, np.arange(400) < 7)
    Traceback (most recent call last):
    ...
    prevention_model.model.columns.WrongData: too few onsets to fit: 7 of at least 50. Give a longer period, or
    leave this outcome out.
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
        categorical: Sequence[str] = (),
        monotone: Mapping[str, int] | None = None,
        least_onsets: int = 50,
        patience: int = 30,
    ) -> None:
        self.trees = trees
        self.leaves = leaves
        self.learning_rate = learning_rate
        self.rows_in_leaf = rows_in_leaf
        self.feature_share = feature_share
        self.row_share = row_share
        self.seed = seed
        self.categorical = categorical
        self.monotone = monotone
        self.least_onsets = least_onsets
        self.patience = patience

    def fit(
        self,
        X: Any,
        y: Any,
        *,
        families: Any = None,
        sample_weight: Any = None,
        calibrate: tuple[Any, Any] | None = None,
        stop_on: tuple[Any, Any] | None = None,
    ) -> Self:
        """Fit on rows X (n x features) with labels y (two classes, or missing where censored).

        `families` (n) keeps siblings together when calibrating on left-out families; without it each
        row is its own family. `calibrate` is (X, y) of a later slice, used for calibration only. `stop_on`
        is (X, y) of the next period: `trees` is then the most, and as many are kept as fit that period best.
        """
        if y is None:
            raise WrongData("RiskModel requires y to be passed, but the target y is None.")
        y = np.asarray(y)
        censored = censored_rows(y)
        if censored.any():
            X = X[~censored] if isinstance(X, pd.DataFrame) else np.asarray(X)[~censored]
            y = y[~censored]
            families = None if families is None else np.asarray(families)[~censored]
            sample_weight = None if sample_weight is None else np.asarray(sample_weight)[~censored]
        names = names_of(X) if isinstance(X, pd.DataFrame) else None
        self.categories_ = learn_categories(X, self.categorical)
        X, _ = encoded(X, self.categories_)
        X, y = validate_data(self, X, y, dtype="numeric", ensure_all_finite=False)
        self.feature_names_ = names or names_of(X)
        self.classes_ = two_classes(y)
        target = (y == self.classes_[1]).astype(np.float64)
        weight = weights_of(sample_weight, len(target))
        refuse_infinite(X, self.feature_names_)
        refuse_too_few(target, self.least_onsets)
        refuse_answers(X, target, self.feature_names_)
        self.n_censored_ = int(censored.sum())
        self.without_use_ = without_use(X, self.feature_names_)
        next_period = self._known(*stop_on, "period to stop on") if stop_on is not None else None
        self.booster_ = self._boost(X, target, weight, self.trees, next_period)
        self.n_trees_ = self.booster_.num_trees()
        if calibrate is not None:
            later, seen = self._known(*calibrate, "calibration slice")
            margin, seen_weight = self._raw(later), np.ones(len(seen))
        else:
            margin, seen, seen_weight = self._left_out_margin(X, target, weight, families), target, weight
        self.slope_, self.intercept_ = platt(margin, seen, seen_weight)
        return self

    def margin(self, X: Any) -> np.ndarray:
        """Calibrated log-odds of each row."""
        margin: np.ndarray = self.intercept_ + self.slope_ * self._raw(self.numbers(X))
        return margin

    def predict_proba(self, X: Any) -> np.ndarray:
        """Calibrated probabilities, n x 2, in the order of `classes_`."""
        check_is_fitted(self, "booster_")
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
        raw = np.asarray(self.booster_.predict(self.numbers(X), pred_contrib=True))
        return raw[:, :-1] * self.slope_, float(self.intercept_ + self.slope_ * raw[0, -1])

    def numbers(self, X: Any) -> np.ndarray:
        """The rows as the trees see them (n x features): checked against the fit, categories as their codes.

        Warns (UnseenCategory) of categories that the fit never saw; they become missing.
        """
        check_is_fitted(self, "booster_")
        return self._checked(X)

    def unseen(self, X: Any) -> dict[str, int]:
        """In how many rows each categorical column holds a category that the fit never saw."""
        check_is_fitted(self, "booster_")
        return encoded(X, self.categories_)[1]

    def _checked(self, X: Any) -> np.ndarray:
        if isinstance(X, pd.DataFrame):
            names_of(X)  # refuses columns that stand twice
            refuse_other_order(X, self.feature_names_)
        codes, unseen = encoded(X, self.categories_)
        checked: np.ndarray = validate_data(
            self, codes, dtype="numeric", ensure_all_finite=False, reset=False
        )
        refuse_infinite(checked, self.feature_names_)
        warn_of_unseen(unseen)
        return checked

    def _boost(
        self,
        X: np.ndarray,
        target: np.ndarray,
        weight: np.ndarray,
        trees: int,
        stop_on: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> lgb.Booster:
        settings: dict[str, Any] = {
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
            # Two threads wait for each other at every leaf: on cores that are busy this took three to twenty times
            # the processor time, and longer. Several models side by side make use of several cores.
            "num_threads": 1,
            "verbosity": -1,
        }
        if self.monotone:
            settings["monotone_constraints"] = self._directions()
        rows = lgb.Dataset(
            X,
            target,
            weight=weight,
            feature_name=_plain(self.feature_names_),
            categorical_feature=[self.feature_names_.index(name) for name in self.categories_] or "auto",
            params=settings,
            free_raw_data=True,
        )
        if stop_on is None:
            return lgb.train(settings, rows, num_boost_round=trees)
        booster = lgb.train(
            settings,
            rows,
            num_boost_round=trees,
            valid_sets=[lgb.Dataset(*stop_on, reference=rows, params=settings)],
            callbacks=[lgb.early_stopping(self.patience, verbose=False)],
        )
        # Trees past the best are dropped for good, so that nothing can ever count them in.
        return lgb.Booster(model_str=booster.model_to_string(num_iteration=booster.best_iteration))

    def _directions(self) -> list[int]:
        """1, -1 or 0 for each column, in their order."""
        monotone = dict(self.monotone or {})
        strange = [
            str(name) for name in monotone if name not in self.feature_names_ or name in self.categories_
        ]
        if strange:
            raise WrongData(f"`monotone` names columns that are absent or categorical: {listed(strange)}.")
        if not set(monotone.values()) <= {-1, 0, 1}:
            raise WrongData("`monotone` takes 1 (may only rise), -1 (may only fall) or 0 (free).")
        return [int(monotone.get(name, 0)) for name in self.feature_names_]

    def _raw(self, numbers: np.ndarray) -> np.ndarray:
        return np.asarray(self.booster_.predict(numbers, raw_score=True))

    def _known(self, X: Any, y: Any, what: str) -> tuple[np.ndarray, np.ndarray]:
        """Rows of a later slice whose label is known, as numbers, and the labels as 0 and 1."""
        y = np.asarray(y)
        known = ~censored_rows(y)
        target = (y[known] == self.classes_[1]).astype(np.float64)
        if len(np.unique(target)) < 2:
            raise WrongData(f"The {what} holds one class only: choose a longer one.")
        return self._checked(X[known] if isinstance(X, pd.DataFrame) else np.asarray(X)[known]), target

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
                booster = self._boost(X[taught], target[taught], weight[taught], self.n_trees_)
                margin[left_out] = booster.predict(X[left_out], raw_score=True)
        return margin

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


def _plain(names: list[str]) -> list[str]:
    """Names without the characters that LightGBM's text format cannot hold, numbered where two become one."""
    plain = ["".join(c if c.isalnum() or c == "_" else "_" for c in str(name)) for name in names]
    if len(set(plain)) < len(plain):
        plain = [f"{place}_{name}" for place, name in enumerate(plain)]
    return plain
