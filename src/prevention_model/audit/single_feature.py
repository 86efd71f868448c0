"""How much each feature alone tells of the outcome on later rows: the table that PM001 reads."""

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata


def single_feature_table(features: pd.DataFrame, outcome: npt.ArrayLike) -> pd.DataFrame:
    """For each feature: feature, auc, flagged, precision. Rows without a known outcome are left out.

    `auc` has no direction (0.5 to 1) and takes missing values as lowest or as highest, whichever tells
    more: that a value is missing can leak too. `flagged` counts the rows that hold the feature's highest,
    lowest or missing value (whichever is followed most often by the outcome, among those with at least
    ten rows), and `precision` is the share of them to whom it happened.

    >>> table = single_feature_table(pd.DataFrame({"a": [0, 0, 1, 1], "b": [1, 1, 1, 1]}), [0, 0, 1, 1])
    >>> table[["feature", "auc"]].values.tolist()
    [['a', 1.0], ['b', 0.5]]
    """
    happened = np.asarray(outcome, dtype=np.float64)
    known = np.isfinite(happened)
    happened = happened[known]
    rows = []
    for name in features.columns:
        values = features[name].to_numpy(dtype=np.float64, na_value=np.nan)[known]
        flagged, precision = _purest_end(values, happened)
        rows.append(
            {"feature": str(name), "auc": _auc(values, happened), "flagged": flagged, "precision": precision}
        )
    return pd.DataFrame(rows, columns=["feature", "auc", "flagged", "precision"])


def _auc(values: npt.NDArray[np.float64], happened: npt.NDArray[np.float64]) -> float:
    missing = np.isnan(values)
    found = [
        _by_ranks(np.where(missing, end, values), happened) for end in (-np.inf, np.inf)[: 1 + missing.any()]
    ]
    return max(max(each, 1 - each) for each in found)


def _by_ranks(values: npt.NDArray[np.float64], happened: npt.NDArray[np.float64]) -> float:
    """The AUC as the Mann-Whitney statistic: one sort, where there are hundreds of features."""
    cases = happened.sum()
    others = len(happened) - cases
    if not cases or not others:
        return float("nan")
    return float((rankdata(values)[happened == 1].sum() - cases * (cases + 1) / 2) / (cases * others))


def _purest_end(
    values: npt.NDArray[np.float64], happened: npt.NDArray[np.float64], least: int = 10
) -> tuple[float, float]:
    missing = np.isnan(values)
    ends = [missing]
    if not missing.all():
        ends += [values == np.nanmax(values), values == np.nanmin(values)]
    usable = [end for end in ends if least <= end.sum() < len(values)]
    if not usable:
        return 0.0, float("nan")
    purest = max(usable, key=lambda end: float(happened[end].mean()))
    return float(purest.sum()), float(happened[purest].mean())
