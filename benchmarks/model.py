"""Fitting and scoring of `RiskModel` beside bare LightGBM: the same matrix, settings and process, in both orders.

    python -m benchmarks.model                       100,000 rows x 90 features
    python -m benchmarks.model --rows 300000 --rounds 3

Calibration on a later slice costs one scoring of it, and is what is compared. Without a later slice the model
is fitted again for each left-out third of the families; that is said apart. Times are processor time on one
thread, the median over rounds.
"""

import argparse
import statistics
import time
from collections.abc import Callable

import lightgbm as lgb
import numpy as np
import pandas as pd
from scipy.special import expit
from threadpoolctl import threadpool_limits

from prevention_model.model import RiskModel


def made_up(rows: int, features: int, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """Counts, flags and shares with holes, as single precision in one block, and a rare outcome."""
    draw = np.random.default_rng(seed)
    X = draw.poisson(0.4, size=(rows, features)).astype(np.float32)
    X[:, : features // 3] = draw.random((rows, features // 3), dtype=np.float32)
    X[draw.random(X.shape) < 0.1] = np.nan
    known = np.nan_to_num(X)
    chance = expit(-4 + 2 * known[:, 0] + 0.5 * known[:, -1] + 0.3 * known[:, -2])
    frame = pd.DataFrame(X, columns=[f"feature_{place}" for place in range(features)])
    return frame, (draw.random(rows) < chance).astype(float)


def main() -> None:
    """Print the medians, and how many times those of bare LightGBM they are."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--features", type=int, default=90)
    asked.add_argument("--rounds", type=int, default=4)
    chosen = asked.parse_args()
    X, y = made_up(chosen.rows, chosen.features)
    later = made_up(chosen.rows // 4, chosen.features, seed=2)
    families = np.arange(chosen.rows) // 2
    ways: dict[str, Callable[[], object]] = {
        "bare LightGBM": lambda: bare(X.to_numpy(), y),
        "RiskModel, later slice": lambda: RiskModel().fit(X, y, calibrate=later).predict_proba(X),
        "RiskModel, left-out families": lambda: RiskModel().fit(X, y, families=families).predict_proba(X),
    }
    taken: dict[str, list[float]] = {name: [] for name in ways}
    with threadpool_limits(1):
        for number in range(chosen.rounds):
            for name in sorted(ways, reverse=bool(number % 2)):
                began = time.process_time()
                ways[name]()
                taken[name].append(time.process_time() - began)
            say(taken, f"{chosen.rows:,} rows x {chosen.features} features, {number + 1} rounds, one thread")


def say(taken: dict[str, list[float]], title: str) -> None:
    """The medians so far."""
    plain = statistics.median(taken["bare LightGBM"])
    print(title)
    for name, seconds in taken.items():
        middle = statistics.median(seconds)
        print(f"{name:<30} {middle:6.2f} s   {middle / plain:5.2f} times", flush=True)


def bare(X: np.ndarray, y: np.ndarray) -> np.ndarray:
    """LightGBM with the settings that `RiskModel` gives it."""
    defaults = RiskModel()
    settings = {
        "objective": "binary",
        "num_leaves": defaults.leaves,
        "learning_rate": defaults.learning_rate,
        "min_data_in_leaf": defaults.rows_in_leaf,
        "feature_fraction": defaults.feature_share,
        "lambda_l2": 1.0,
        "max_bin": 63,
        "seed": defaults.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    rows = lgb.Dataset(X, y, params=settings)
    return np.asarray(lgb.train(settings, rows, num_boost_round=defaults.trees).predict(X))


if __name__ == "__main__":
    main()
