"""The trees of a model: LightGBM with few settings, deterministic, on one thread."""

from collections.abc import Mapping, Sequence
from typing import Any

import lightgbm as lgb
import numpy as np


def lightgbm_settings(of: Mapping[str, Any], directions: Sequence[int] | None = None) -> dict[str, Any]:
    """LightGBM's names for the settings of a `RiskModel`. `directions`: 1, -1 or 0 (free) for each column.

    >>> lightgbm_settings({"leaves": 3, "learning_rate": 0.1, "rows_in_leaf": 50, "feature_share": 1.0,
    ...     "row_share": 1.0, "seed": 1})["num_leaves"]
    3
    """
    settings = {
        "objective": "binary",
        "num_leaves": of["leaves"],
        "learning_rate": of["learning_rate"],
        "min_data_in_leaf": of["rows_in_leaf"],
        "feature_fraction": of["feature_share"],
        "bagging_fraction": of["row_share"],
        "bagging_freq": int(of["row_share"] < 1),
        "lambda_l2": 1.0,
        "max_bin": 63,
        "seed": of["seed"],
        "deterministic": True,
        "force_row_wise": True,
        # Two threads wait for each other at every leaf: on cores that are busy this took three to twenty times
        # the processor time, and longer. Several models side by side make use of several cores.
        "num_threads": 1,
        "verbosity": -1,
    }
    return settings if directions is None else {**settings, "monotone_constraints": list(directions)}


def boost(
    X: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray,
    settings: dict[str, Any],
    *,
    trees: int,
    names: Sequence[Any],
    categorical: Sequence[int] = (),
    stop_on: tuple[np.ndarray, np.ndarray] | None = None,
    patience: int = 30,
) -> lgb.Booster:
    """Trees learnt from rows X (n x columns) whose `target` is 0 or 1.

    `categorical` are the places of columns that hold codes. `stop_on`: rows and labels of the next period; no tree is
    kept past the one that fits it best, and none grown once `patience` of them did not help.
    """
    rows = lgb.Dataset(
        X,
        target,
        weight=weight,
        feature_name=_plain(names),
        categorical_feature=list(categorical) or "auto",
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
        callbacks=[lgb.early_stopping(patience, verbose=False)],
    )
    # Trees past the best are dropped for good, so that nothing can ever count them in.
    return lgb.Booster(model_str=booster.model_to_string(num_iteration=booster.best_iteration))


def _plain(names: Sequence[Any]) -> list[str]:
    """Names without the characters that LightGBM's text format cannot hold, numbered where two become one."""
    plain = ["".join(c if c.isalnum() or c == "_" else "_" for c in str(name)) for name in names]
    if len(set(plain)) < len(plain):
        plain = [f"{place}_{name}" for place, name in enumerate(plain)]
    return plain
