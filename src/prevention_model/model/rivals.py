"""The simple rules that a model must beat at equal capacity, fitted on the same rows."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

_ROWS = 120_000
_SMOOTHING = 200.0


def rival_scores(
    fit: pd.DataFrame,
    label: np.ndarray,
    test: pd.DataFrame,
    *,
    risk_features: Sequence[str],
    area: tuple[pd.Series, pd.Series] | None = None,
    area_features: Sequence[str] = (),
    prior_contact: Sequence[str] = (),
    seed: int = 1,
) -> pd.DataFrame:
    """Scores of each rival on the test rows (higher means more likely); one column a rival.

    `logistic`: regularised logistic regression on all features. `additive_count`: how many risk
    indicators are on, in the style of the risk-of-NEET indicator. `area_only`: the rate in the child's
    zone and area band. `prior_contact_only`: contacts with social care so far. The last two only where
    their columns are named. `label` must hold no missing values.
    """
    scores = {
        "logistic": _logistic(fit, label, test, seed),
        "additive_count": _additive_count(fit, test, risk_features),
    }
    if area is not None:
        scores["area_only"] = _area_only(fit, label, test, area, area_features)
    if prior_contact:
        scores["prior_contact_only"] = test[list(prior_contact)].fillna(0).sum(axis=1).to_numpy()
    return pd.DataFrame(scores, index=test.index)


def _logistic(fit: pd.DataFrame, label: np.ndarray, test: pd.DataFrame, seed: int) -> np.ndarray:
    """At most `_ROWS` rows teach: for some 100 coefficients more would change nothing but the time."""
    chosen = np.arange(len(fit))
    if len(fit) > _ROWS:
        chosen = np.sort(np.random.default_rng(seed).choice(len(fit), _ROWS, replace=False))
    pipeline = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(C=0.05, max_iter=300),
    )
    pipeline.fit(_tamed(fit.iloc[chosen]), label[chosen])
    scores: np.ndarray = pipeline.decision_function(_tamed(test))
    return scores


def _tamed(frame: pd.DataFrame) -> np.ndarray:
    """Signed logarithms, so that a few long counts do not carry a linear rule."""
    values = frame.to_numpy(dtype=np.float64)
    tamed: np.ndarray = np.sign(values) * np.log1p(np.abs(values))
    return tamed


def _additive_count(fit: pd.DataFrame, test: pd.DataFrame, risk_features: Sequence[str]) -> np.ndarray:
    """How many risk indicators are on: each above its 90th percentile in the fitted rows, and above 0."""
    cut = fit[list(risk_features)].quantile(0.9).fillna(0).clip(lower=0)
    on = test[list(risk_features)].gt(cut, axis=1)
    count: np.ndarray = on.sum(axis=1).to_numpy(dtype=np.float64)
    return count


def _area_only(
    fit: pd.DataFrame,
    label: np.ndarray,
    test: pd.DataFrame,
    area: tuple[pd.Series, pd.Series],
    features: Sequence[str],
) -> np.ndarray:
    """The rate among fitted rows of the same zone and area band, drawn towards the overall rate."""
    keys = [_area_key(frame, zone, features) for frame, zone in zip((fit, test), area, strict=True)]
    overall = float(label.mean())
    table = pd.DataFrame({"key": keys[0], "label": label}).groupby("key")["label"].agg(["sum", "count"])
    rate = (table["sum"] + _SMOOTHING * overall) / (table["count"] + _SMOOTHING)
    scores: np.ndarray = pd.Series(keys[1]).map(rate).fillna(overall).to_numpy(dtype=np.float64)
    return scores


def _area_key(frame: pd.DataFrame, zone: pd.Series, features: Sequence[str]) -> np.ndarray:
    key = zone.astype("str").fillna("").to_numpy(dtype=object)
    for name in features:
        key = key + "|" + frame[name].round().astype("str").fillna("").to_numpy(dtype=object)
    return np.asarray(key, dtype=object)
