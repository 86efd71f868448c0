"""The simple rules that a model must beat at equal capacity, fitted on the same rows.

Each is an estimator: it learns from rows and labels, and scores rows (higher means more likely).
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from prevention_model.errors import WrongUsage, listed
from prevention_model.model.lines import Lines

RIVALS = ("logistic", "additive_count", "area_only", "prior_contact_only", "criteria_met", "last_level")
"""Every rival by its name."""


def rival_scores(
    fit: pd.DataFrame,
    label: np.ndarray,
    test: pd.DataFrame,
    *,
    risk_features: Sequence[str],
    area: tuple[pd.Series, pd.Series] | None = None,
    area_features: Sequence[str] = (),
    prior_contact: Sequence[str] = (),
    criteria: Mapping[str, Mapping[str, float]] | None = None,
    last_level: np.ndarray | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """Scores of each rival on the test rows (higher means more likely); one column a rival.

    `logistic`: regularised logistic regression on a broken line through each feature. `additive_count`: how many risk
    indicators are on, in the style of the risk-of-NEET indicator. `area_only`: the rate in the child's
    zone and area band. `prior_contact_only`: contacts with social care so far. `criteria_met`: how many problem
    areas are, in the style of the 2-of-6 rule. `last_level`: the level of the test rows at the list before,
    missing where there was none. The last four only where what they look at is named. `label` must hold no
    missing values. Raises WrongUsage where a rule names features that are not there.
    """
    scores = {
        "logistic": SplineLogistic(seed=seed).fit(fit, label).decision_function(test),
        "additive_count": IndicatorCount(risk_features).fit(fit, label).decision_function(test),
    }
    if area is not None:
        rates = AreaRate(area_features).fit(fit, label, zones=area[0])
        scores["area_only"] = rates.decision_function(test, zones=area[1])
    if prior_contact:
        scores["prior_contact_only"] = PriorContact(prior_contact).fit(fit, label).decision_function(test)
    if criteria:
        scores["criteria_met"] = CriteriaMet(criteria).fit(fit, label).decision_function(test)
    if last_level is not None:
        scores["last_level"] = LastLevel().fit(fit, label).decision_function(last_level)
    return pd.DataFrame(scores, index=test.index)


class SplineLogistic(BaseEstimator):
    """Logistic regression (L2) on a broken line through each feature: `model.lines`, as a rule of its own.

    >>> X = pd.DataFrame({"absence": np.linspace(0, 1, 200)}); y = (X["absence"] > 0.9).to_numpy(float)
    >>> score = SplineLogistic().fit(X, y).decision_function(X)
    >>> bool(score[-1] > score[0])
    True
    """

    def __init__(self, seed: int = 1) -> None:
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: np.ndarray) -> Self:
        """Learn the lines of each feature from rows X (n x features) and labels (n; 0 or 1)."""
        self.lines_ = Lines.fit(X.to_numpy(dtype=np.float32), y, seed=self.seed)
        return self

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """Log-odds of each row."""
        check_is_fitted(self, "lines_")
        return self.lines_.margin(X.to_numpy(dtype=np.float32))


class IndicatorCount(BaseEstimator):
    """How many risk indicators are on: each above its 90th percentile in the fitted rows, and above 0.

    In the style of the risk-of-NEET indicator: no weights, and nothing learnt from labels.

    >>> X = pd.DataFrame({"a": np.arange(100.0), "b": np.zeros(100)})
    >>> IndicatorCount(["a", "b"]).fit(X).decision_function(X.tail(1).assign(b=1.0)).tolist()
    [2.0]
    """

    def __init__(self, features: Sequence[str]) -> None:
        self.features = features

    def fit(self, X: pd.DataFrame, y: np.ndarray | None = None) -> Self:
        """Learn from which value on each indicator is on."""
        self.cut_ = _of(X, self.features, "additive count").quantile(0.9).fillna(0).clip(lower=0)
        return self

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """The count of each row."""
        count: np.ndarray = X[list(self.features)].gt(self.cut_, axis=1).sum(axis=1).to_numpy(np.float64)
        return count


class CriteriaMet(BaseEstimator):
    """How many problem areas are met, in the style of Dorset Families Matter, which took families with 2 of 6.

    Those six were crime and anti-social behaviour, school attendance, children who need help, no work or
    financial exclusion, domestic abuse, and health. `criteria` says for each area which features speak of
    it, and from which value on: any one of them will do, and missing is not met.

    >>> X = pd.DataFrame({"offences": [0.0, 1, 2], "absence": [0.3, 0.05, 0.2]})
    >>> rule = CriteriaMet({"crime": {"offences": 1}, "school": {"absence": 0.1}}, needed=2).fit(X)
    >>> rule.decision_function(X).tolist(), rule.predict(X).tolist()
    ([1.0, 1.0, 2.0], [False, False, True])
    >>> CriteriaMet({"work": {"benefit_cap": 1}}).fit(X)
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The rule of criteria met names features that are not there: benefit_cap.
    Where: rivals. What to do: Name features that are used, or leave the rule out.
    """

    def __init__(self, criteria: Mapping[str, Mapping[str, float]], needed: int = 2) -> None:
        self.criteria = criteria
        self.needed = needed

    def fit(self, X: pd.DataFrame, y: np.ndarray | None = None) -> Self:
        """Nothing is learnt: it is only seen whether all that is named is there."""
        _of(X, [name for each in self.criteria.values() for name in each], "criteria met")
        self.features_ = tuple(self.criteria)
        return self

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """How many criteria each row meets, so that those who meet `needed` stand before all others."""
        check_is_fitted(self, "features_")
        met = [
            np.any([X[name].to_numpy() >= least for name, least in each.items()], axis=0)
            for each in self.criteria.values()
        ]
        count: np.ndarray = np.asarray(np.sum(met, axis=0), dtype=np.float64)
        return count

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Whether the rule itself would take each row."""
        taken: np.ndarray = self.decision_function(X) >= self.needed
        return taken


class AreaRate(BaseEstimator):
    """The rate among fitted rows of the same zone and area band, drawn towards the overall rate.

    `drawn` is how many rows at the overall rate each area is given beside its own.

    >>> X = pd.DataFrame(index=range(4)); y = np.array([1.0, 1, 0, 0]); zones = pd.Series(["n", "n", "s", "s"])
    >>> AreaRate(drawn=2).fit(X, y, zones=zones).decision_function(X, zones=zones).tolist()
    [0.75, 0.75, 0.25, 0.25]
    """

    def __init__(self, features: Sequence[str] = (), drawn: float = 200.0) -> None:
        self.features = features
        self.drawn = drawn

    def fit(self, X: pd.DataFrame, y: np.ndarray, *, zones: pd.Series) -> Self:
        """Learn the rate of each zone and band."""
        _of(X, self.features, "area")
        self.overall_ = float(y.mean())
        table = pd.DataFrame({"key": self._keys(X, zones), "label": y}).groupby("key")["label"]
        self.rate_ = (table.sum() + self.drawn * self.overall_) / (table.count() + self.drawn)
        return self

    def decision_function(self, X: pd.DataFrame, *, zones: pd.Series) -> np.ndarray:
        """The rate of each row's area; the overall rate where none was learnt."""
        rates = pd.Series(self._keys(X, zones)).map(self.rate_).fillna(self.overall_)
        scores: np.ndarray = rates.to_numpy(dtype=np.float64)
        return scores

    def _keys(self, X: pd.DataFrame, zones: pd.Series) -> np.ndarray:
        key = zones.astype("str").fillna("").to_numpy(dtype=object)
        for name in self.features:
            key = key + "|" + X[name].round().astype("str").fillna("").to_numpy(dtype=object)
        return np.asarray(key, dtype=object)


class PriorContact(BaseEstimator):
    """What services had to do with the child before: the named features, added up; missing adds nothing.

    >>> PriorContact(["contacts"]).fit(pd.DataFrame({"contacts": [2.0]})).decision_function(
    ...     pd.DataFrame({"contacts": [3.0, np.nan]})).tolist()
    [3.0, 0.0]
    """

    def __init__(self, features: Sequence[str]) -> None:
        self.features = features

    def fit(self, X: pd.DataFrame, y: np.ndarray | None = None) -> Self:
        """Nothing is learnt: it is only seen whether all that is named is there."""
        _of(X, self.features, "prior contact")
        return self

    def decision_function(self, X: pd.DataFrame) -> np.ndarray:
        """The sum of each row."""
        total: np.ndarray = X[list(self.features)].fillna(0).sum(axis=1).to_numpy()
        return total


class LastLevel(BaseEstimator):
    """The child's level at the list before, as if nothing had happened since; the rate where there was none.

    It is given those levels, since only the model knows them.

    >>> LastLevel().fit(None, np.array([0.0, 1, 0, 0])).decision_function(np.array([0.5, np.nan])).tolist()
    [0.5, 0.25]
    """

    def fit(self, X: pd.DataFrame | None, y: np.ndarray) -> Self:
        """Learn the rate."""
        self.rate_ = float(np.mean(y))
        return self

    def decision_function(self, level: np.ndarray) -> np.ndarray:
        """The level before of each row."""
        check_is_fitted(self, "rate_")
        scores: np.ndarray = np.where(np.isnan(level), self.rate_, level)
        return scores


def _of(X: pd.DataFrame, names: Sequence[str], rule: str) -> pd.DataFrame:
    if absent := [name for name in names if name not in X]:
        raise WrongUsage(
            f"The rule of {rule} names features that are not there: {listed(absent)}.",
            where="rivals",
            todo="Name features that are used, or leave the rule out.",
        )
    return X[list(names)]
