"""Exact contributions of features to scores (TreeSHAP), from tables where that can be done, else from LightGBM."""

import importlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd

from prevention_model.explanation.bins import Bins
from prevention_model.explanation.layout import Layout
from prevention_model.explanation.trees import NotTabulated, read_trees
from prevention_model.model import RiskModel

TABLES = "tables"
LINES = "lines"
# Bins of the rows taken at once (64 MB), and the fewest rows, and branches, worth a thread.
_MOST_CELLS = 2**25
_FEWEST_ROWS = 256
_FEWEST_BRANCHES = 8


@dataclass(frozen=True, eq=False)
class Contributions:
    """What each feature adds to each score: `values` (n x features) and `base`, in log-odds.

    Base plus the sum of a row is its score. `method` is "tables", "lines" where there are no trees, or
    "LightGBM" and why it had to be asked. With several scores a row, `values` is n x scores x features, and `base` has
    one number for each score.

    >>> said = Contributions(np.array([[0.5, -0.25]]), base=-2.0, method="tables")
    >>> (said.base + said.values.sum(axis=1)).tolist()
    [-1.75]
    """

    values: np.ndarray
    base: float | np.ndarray
    method: str

    def weight(self) -> pd.Series:
        """How much each feature moves scores: the sum of its absolute contributions."""
        return pd.Series(np.abs(self.values).sum(axis=0))


def contributions_of(model: RiskModel, X: Any) -> Contributions:
    """The contributions to the calibrated log-odds of each row of X, those of `RiskModel.contributions`.

    >>> rng = np.random.default_rng(1)
    >>> X = rng.normal(size=(400, 3)); y = (X[:, 0] + rng.normal(size=400) > 1).astype(float)
    >>> model = RiskModel(trees=20, rows_in_leaf=20).fit(X, y)
    >>> said = contributions_of(model, X)
    >>> bool(np.allclose(said.base + said.values.sum(axis=1), model.margin(X)))
    True
    """
    numbers = model.numbers(X)
    trees = (
        Contributions(np.zeros(numbers.shape), 0.0, LINES)
        if model.booster_ is None
        else tree_contributions(model.booster_, numbers)
    )
    return Contributions(*model.mixed(numbers, trees.values, float(trees.base)), trees.method)


def tree_contributions(booster: lgb.Booster, X: np.ndarray, threads: int | None = None) -> Contributions:
    """The contributions to the raw score of each row of X (n x features; missing where NaN).

    They are those of `booster.predict(X, pred_contrib=True)`, to within rounding: S. Lundberg and others 2020,
    path-dependent. Whatever the number of threads, and whichever rows stand beside it, a row's numbers are the
    same to the last bit. Where the trees are of another kind (several scores a row, linear leaves) or numba cannot
    be loaded, LightGBM itself is asked, and `method` says so.

    >>> rng = np.random.default_rng(1)
    >>> X = rng.normal(size=(200, 2)); y = X[:, 0] + (X[:, 1] > 0)
    >>> booster = lgb.train({"verbosity": -1}, lgb.Dataset(X, y), num_boost_round=5)
    >>> said = tree_contributions(booster, X)
    >>> bool(np.allclose(said.values, booster.predict(X, pred_contrib=True)[:, :-1], rtol=0, atol=1e-9))
    True
    >>> said.method
    'tables'
    """
    rows = np.asarray(X, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != booster.num_feature():
        raise ValueError(
            f"X has the shape {rows.shape}, and the trees know {booster.num_feature()} features."
        )
    try:
        return _from_tables(booster, rows, threads or _processors())
    except NotTabulated as reason:
        return _from_lightgbm(booster, rows, f"LightGBM: {reason}")


def _from_tables(booster: lgb.Booster, rows: np.ndarray, threads: int) -> Contributions:
    trees = read_trees(booster.model_to_string())
    loops = _compiled()
    bins, layout = Bins.of(trees), Layout.of(trees)
    added = np.zeros(rows.shape[::-1])
    most = max(1, _MOST_CELLS // max(1, len(bins.features)))
    with ThreadPoolExecutor(threads) as workers:
        for first in range(0, len(rows), most):
            block = range(first, min(first + most, len(rows)))
            _add(loops, bins, layout, rows, block, added, _Sharing(workers, threads))
    return Contributions(added.T, float(sum(tree.base for tree in trees)), TABLES)


@dataclass(frozen=True)
class _Sharing:
    """Work on rows, or branches, shared out among threads."""

    workers: ThreadPoolExecutor
    threads: int

    def out(self, work: Callable[..., None], first: int, last: int, fewest: int, *given: Any) -> None:
        """Call `work(from, to, *given)` for parts of first to last, each of `fewest` at least."""
        parts = max(1, min(2 * self.threads, (last - first) // fewest))
        ends = np.linspace(first, last, parts + 1).astype(int).tolist()
        waiting = [self.workers.submit(work, *ends[part : part + 2], *given) for part in range(parts)]
        for each in waiting:
            each.result()


def _add(
    loops: ModuleType,
    bins: Bins,
    layout: Layout,
    rows: np.ndarray,
    block: range,
    added: np.ndarray,
    shared: _Sharing,
) -> None:
    """Add the contributions to a block of rows to `added` (features x rows)."""
    binned = np.empty((len(bins.features), len(block)), dtype=np.uint16)
    shared.out(loops.bin_values, 0, len(block), _FEWEST_ROWS, block.start, rows, bins, binned)
    for group in layout.groups:
        tables = np.zeros(group[2])
        first, last = layout.branch_starts[group[:2]].tolist()
        shared.out(loops.tabulate, first, last, _FEWEST_BRANCHES, layout, tables)
        given = block.start, group, binned, bins, layout, tables, added
        shared.out(loops.add_trees, 0, len(block), _FEWEST_ROWS, *given)


def _from_lightgbm(booster: lgb.Booster, rows: np.ndarray, method: str) -> Contributions:
    """LightGBM's own answer. The base is the same for every row, so one of zeros tells it even if there is no other."""
    asked = np.vstack([rows, np.zeros((1, rows.shape[1]))])
    raw = np.asarray(booster.predict(asked, pred_contrib=True))
    scores = booster.num_model_per_iteration()
    if scores == 1:
        return Contributions(raw[:-1, :-1], float(raw[-1, -1]), method)
    raw = raw.reshape(len(asked), scores, -1)
    return Contributions(raw[:-1, :, :-1], raw[-1, :, -1], method)


def _compiled() -> ModuleType:
    """The compiled loops. numba is loaded when contributions are asked for, and need not be installed."""
    try:
        return importlib.import_module("prevention_model.explanation.lookups")
    except (ImportError, RuntimeError):  # RuntimeError where it finds no folder to keep compiled code in
        raise NotTabulated("numba cannot be loaded") from None


def _processors() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1
