"""How much faster contributions come from tables than from LightGBM, and that they are the same.

    python -m benchmarks.contributions [--rows 85690 --features 300 --trees 300 --leaves 31 --rounds 3]

Rows and a model are made up. In each round both are asked for all rows, one after the other, so that a noisy machine
is noisy to both; the processor's time counts all threads of each.
"""

import argparse
import os
import platform
import resource
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np

from prevention_model.explanation import Contributions, tree_contributions
from prevention_model.model import RiskModel


class Took(NamedTuple):
    """Seconds by the clock, and of the processor."""

    wall: float
    processor: float


def main() -> None:
    """Print what each way took, and by how much they differ."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, default in (("rows", 85_690), ("features", 300), ("trees", 300), ("leaves", 31), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    chosen = parser.parse_args()
    print(machine())
    X, y = made_up(chosen.rows, chosen.features)
    model = RiskModel(trees=chosen.trees, leaves=chosen.leaves)
    taught = measured(lambda: model.fit(X, y, calibrate=(X[: chosen.rows // 10], y[: chosen.rows // 10])))[0]
    print(f"{X.shape[0]:,} rows x {X.shape[1]} features, {chosen.trees} trees of {chosen.leaves} leaves")
    print(f"taught in {taught.wall:.1f} s, of the processor {taught.processor:.1f} s", flush=True)
    loaded, _ = measured(lambda: tree_contributions(model.booster_, X[:10]))
    print(f"first call, with what is loaded or compiled for it: {loaded.wall:.1f} s", flush=True)
    compare(model, X, chosen.rounds)


def compare(model: RiskModel, X: np.ndarray, rounds: int) -> None:
    """Ask both for all rows, `rounds` times in turn, and print times, ratios and differences."""
    ours: list[Took] = []
    theirs: list[Took] = []
    for number in range(rounds):
        took, said = measured(lambda: tree_contributions(model.booster_, X))
        ours.append(took)
        took, expected = measured(lambda: model.booster_.predict(X, pred_contrib=True))
        theirs.append(took)
        print(f"round {number + 1}: {told('ours', ours[-1:])}; {told('LightGBM', theirs[-1:])}", flush=True)
        different(said, np.asarray(expected), np.asarray(model.booster_.predict(X, raw_score=True)))
    print(told(f"ours ({said.method})", ours))
    print(told("LightGBM", theirs))
    for measure in Took._fields:
        ratios = [getattr(b, measure) / getattr(a, measure) for a, b in zip(ours, theirs, strict=True)]
        print(f"times faster, {measure}: {spread(ratios)}")
    print(
        f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB, both ways together"
    )


def made_up(rows: int, features: int) -> tuple[np.ndarray, np.ndarray]:
    """Counts, numbers, rare amounts and grades in turn, a third of them with values missing; and labels."""
    draw = np.random.default_rng(1)
    X = np.empty((rows, features))
    for place in range(features):
        X[:, place] = (
            draw.poisson(0.4, rows),
            draw.normal(size=rows),
            np.where(draw.random(rows) < 0.8, 0, draw.exponential(size=rows)),
            draw.integers(0, 12, rows),
        )[place % 4]
        if place % 3 == 0:
            X[draw.random(rows) < 0.1, place] = np.nan
    weight = draw.normal(size=features) * (draw.random(features) < 0.3)
    strain = np.nan_to_num(X) @ weight
    strain = (strain - strain.mean()) / max(strain.std(), 1e-9)
    return X, (draw.random(rows) < 1 / (1 + np.exp(2 - strain))).astype(float)


def measured(work: Callable[[], Any]) -> tuple[Took, Any]:
    """What a piece of work took, and what it gave."""
    wall, processor = time.perf_counter(), time.process_time()
    done = work()
    return Took(time.perf_counter() - wall, time.process_time() - processor), done


def different(said: Contributions, expected: np.ndarray, score: np.ndarray) -> None:
    """Print the largest differences; more than 1e-9 is a fault."""
    values = float(np.abs(said.values - expected[:, :-1]).max())
    base = float(abs(said.base - expected[0, -1]))
    total = float(np.abs(said.base + said.values.sum(axis=1) - score).max())
    print(f"  largest difference {values:.1e}, of the base {base:.1e}, of sum and score {total:.1e}")
    assert max(values, base, total) < 1e-9, "they do not agree"


def told(who: str, runs: list[Took]) -> str:
    """One line on some runs."""
    return (
        f"{who} {spread([r.wall for r in runs])} s, of the processor {spread([r.processor for r in runs])} s"
    )


def spread(numbers: list[float]) -> str:
    """The median, with the least and the most where there are several."""
    ends = f" ({min(numbers):.2f} to {max(numbers):.2f})" if len(numbers) > 1 else ""
    return f"{median(numbers):.2f}{ends}"


def machine() -> str:
    """What this runs on, and how busy it is."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    names = [line for line in info.read_text().splitlines() if "model name" in line] if info.exists() else []
    cpu = names[0].partition(":")[2].strip() if names else cpu
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("lightgbm", "numpy"))
    return f"{cpu}, {os.cpu_count()} cores{load}, Python {platform.python_version()}, {libraries}"


if __name__ == "__main__":
    main()
