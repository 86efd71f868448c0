"""Our contributions beside those of other programs, which know nothing of how we worked them out."""

import importlib
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.explanation.contributions import contributions_of
from prevention_model.model import RiskModel

_SHAP_ROWS = 100


def explained_again(model: RiskModel, X: pd.DataFrame) -> list[dict[str, Any]]:
    """By each other program: by, rows, largest_difference (log-odds, over all cells and the base).

    Trees are explained again by LightGBM and, on the first hundred rows and where no column is a category, by shap's
    own program. Lines add up feature by feature,
    so they are asked themselves: what changes in the score when one feature of a row becomes that of another row must
    be the difference of their contributions.

    >>> rng = np.random.default_rng(1)
    >>> X = pd.DataFrame(rng.normal(size=(400, 3)), columns=["a", "b", "c"])
    >>> y = (X["a"] + rng.normal(size=400) > 1).astype(float)
    >>> model = RiskModel(trees=20, rows_in_leaf=20, lines=0).fit(X, y)
    >>> [bool(each["largest_difference"] < 1e-4) for each in explained_again(model, X)]
    [True, True]
    """
    ours = contributions_of(model, X)
    numbers = model.numbers(X)
    found = []
    if model.booster_ is not None:
        raw = np.asarray(model.booster_.predict(numbers, pred_contrib=True))
        theirs = model.mixed(numbers, raw[:, :-1], float(raw[0, -1]))
        found.append(_told("LightGBM", ours.values, ours.base, *theirs))
        if not model.codes():  # shap 0.51 misreads splits by category
            by_shap = importlib.import_module("prevention_model.explanation.by_shap")
            first = numbers[:_SHAP_ROWS]
            theirs = model.mixed(first, *by_shap.shap_contributions(model.booster_, first))
            found.append(_told(by_shap.NAME, ours.values[:_SHAP_ROWS], ours.base, *theirs))
    else:
        found.append(_by_swapping(model, X, ours.values))
    return found


def _told(
    by: str, ours: np.ndarray, our_base: float | np.ndarray, theirs: np.ndarray, their_base: float
) -> dict[str, Any]:
    largest = max(
        float(np.abs(ours - theirs).max(initial=0.0)), float(np.abs(np.ravel(our_base) - their_base).max())
    )
    return {"by": by, "rows": len(ours), "largest_difference": largest}


def _by_swapping(model: RiskModel, X: pd.DataFrame, ours: np.ndarray) -> dict[str, Any]:
    before, largest = model.margin(X), 0.0
    order = np.roll(np.arange(len(X)), 1)
    for place, name in enumerate(X.columns):
        swapped = X.assign(**{str(name): X[name].to_numpy()[order]})
        expected = ours[order, place] - ours[:, place]
        largest = max(largest, float(np.abs(model.margin(swapped) - before - expected).max(initial=0.0)))
    return {"by": "the score itself, one feature swapped", "rows": len(X), "largest_difference": largest}
