"""`RiskModel`: trees, lines, or both, whose probabilities are calibrated on rows they did not learn from."""

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
from prevention_model.model.boosting import boost, lightgbm_settings
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
from prevention_model.model.lines import Lines

_FOLDS = 3


class RiskModel(ClassifierMixin, BaseEstimator):
    """Probability of an onset within the horizon, from LightGBM and lines, with Platt calibration.

    Missing feature values are allowed. Rows whose label is missing (censored) are left out of the fit
    and counted in `n_censored_`. Class weights are off, so levels stay probabilities. The same rows,
    settings and library versions give the same model on one thread or several.

    `trees`, `leaves`, `learning_rate`, `rows_in_leaf`, `feature_share` and `row_share` (of features and of
    rows tried for each tree: J. Friedman 2002) are LightGBM's; `seed` drives everything random.
    `lines` is the share that a logistic regression on broken lines has in the log-odds (`model.lines`): 0 is trees
    alone, 1 lines alone, 0.5 the mean of both, which scatters less than either where onsets are few.
    `categorical` names columns whose values are categories, beside those that pandas says are.
    `monotone` maps columns to 1 where the level may only rise with them, or to -1 where it may only fall.
    `least_onsets` is the fewest onsets to learn from. `patience`: how many trees may go by without a gain
    on the period to stop on.

    What it does with rows that are not as they should be: columns that are all missing or hold one value
    teach nothing and stand in `without_use_`; a category that the fit never saw counts as missing, with
    a warning; a row that is there twice counts twice, so give both the same family. Raises
    WrongData (a ValueError), by name, for: infinite values, text that is no category, columns that stand twice, that
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
        trees: int = 300,
        leaves: int = 4,
        learning_rate: float = 0.05,
        rows_in_leaf: int = 100,
        feature_share: float = 0.5,
        row_share: float = 1.0,
        seed: int = 1,
        categorical: Sequence[str] = (),
        monotone: Mapping[str, int] | None = None,
        least_onsets: int = 50,
        patience: int = 30,
        lines: float = 0.5,
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
        self.lines = lines

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
        self._refuse_lines()
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
        self.n_trees_ = 0 if self.booster_ is None else self.booster_.num_trees()
        self.lines_ = self._draw_lines(X, target, weight)
        if calibrate is not None:
            later, seen = self._known(*calibrate, "calibration slice")
            margin, seen_weight = self.raw(later), np.ones(len(seen))
        else:
            margin, seen, seen_weight = self._left_out_margin(X, target, weight, families), target, weight
        self.slope_, self.intercept_ = platt(margin, seen, seen_weight)
        return self

    def margin(self, X: Any) -> np.ndarray:
        """Calibrated log-odds of each row."""
        margin: np.ndarray = self.intercept_ + self.slope_ * self.raw(self.numbers(X))
        return margin

    def predict_proba(self, X: Any) -> np.ndarray:
        """Calibrated probabilities, n x 2, in the order of `classes_`."""
        check_is_fitted(self, "slope_")
        chance = expit(self.margin(X))
        return np.column_stack([1 - chance, chance])

    def predict(self, X: Any) -> np.ndarray:
        """The likelier class. Lists are cut by capacity, never by this."""
        check_is_fitted(self, "slope_")
        labels: np.ndarray = self.classes_[(self.margin(X) > 0).astype(int)]
        return labels

    def contributions(self, X: Any) -> tuple[np.ndarray, float]:
        """Exact contributions (n x features, in calibrated log-odds) and their base: TreeSHAP, by LightGBM, and lines.

        Base plus the sum of a row is its `margin`. `explanation.contributions_of` gives the same, faster.
        """
        numbers = self.numbers(X)
        raw = np.zeros((len(numbers), numbers.shape[1] + 1))
        if self.booster_ is not None:
            raw = np.asarray(self.booster_.predict(numbers, pred_contrib=True))
        return self.mixed(numbers, raw[:, :-1], float(raw[0, -1]))

    def mixed(self, numbers: np.ndarray, trees: np.ndarray, base: float) -> tuple[np.ndarray, float]:
        """Contributions and their base, in calibrated log-odds, from those of the trees to their raw score."""
        values, middle = (1 - self.lines) * trees, (1 - self.lines) * base
        if self.lines_ is not None:
            values = values + self.lines * self.lines_.contributions(numbers)
            middle += self.lines * self.lines_.base
        return values * self.slope_, float(self.intercept_ + self.slope_ * middle)

    def raw(self, numbers: np.ndarray) -> np.ndarray:
        """Log-odds before calibration, of rows as `numbers` gives them."""
        return _mean(self.lines, self.booster_, self.lines_, numbers)

    def numbers(self, X: Any) -> np.ndarray:
        """The rows as the trees see them (n x features): checked against the fit, categories as their codes.

        Warns (UnseenCategory) of categories that the fit never saw; they become missing.
        """
        check_is_fitted(self, "slope_")
        return self._checked(X)

    def unseen(self, X: Any) -> dict[str, int]:
        """In how many rows each categorical column holds a category that the fit never saw."""
        check_is_fitted(self, "slope_")
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
    ) -> lgb.Booster | None:
        if self.lines == 1:
            return None
        return boost(
            X,
            target,
            weight,
            lightgbm_settings(self.get_params(), self._directions() if self.monotone else None),
            trees=trees,
            names=self.feature_names_,
            categorical=self.codes(),
            stop_on=stop_on,
            patience=self.patience,
        )

    def _refuse_lines(self) -> None:
        if not 0 <= self.lines <= 1:
            raise WrongData(f"`lines` is a share from 0 to 1, not {self.lines}.")
        if self.lines and self.monotone:
            raise WrongData("`monotone` holds for trees alone: lines may go up and down. Set `lines` to 0.")

    def _draw_lines(self, X: np.ndarray, target: np.ndarray, weight: np.ndarray) -> Lines | None:
        return self.lines_of(X, target, weight, self.seed) if self.lines else None

    def lines_of(self, X: np.ndarray, target: np.ndarray, weight: np.ndarray, seed: int) -> Lines:
        """Lines as this model has them, learnt from rows as `numbers` gives them."""
        return Lines.fit(X, target, weight, categorical=self.codes(), seed=seed)

    def codes(self) -> list[int]:
        """The places of columns that hold codes of categories."""
        return [self.feature_names_.index(name) for name in self.categories_]

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
                learnt = X[taught], target[taught], weight[taught]
                booster, lines = self._boost(*learnt, self.n_trees_), self._draw_lines(*learnt)
                margin[left_out] = _mean(self.lines, booster, lines, X[left_out])
        return margin

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags


def _mean(share: float, booster: lgb.Booster | None, lines: Lines | None, numbers: np.ndarray) -> np.ndarray:
    """Log-odds of trees and lines, by the share of the lines."""
    total = np.zeros(len(numbers))
    if booster is not None:
        total += (1 - share) * np.asarray(booster.predict(numbers, raw_score=True))
    if lines is not None:
        total += share * lines.margin(numbers)
    return total
