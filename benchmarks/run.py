"""How long the main steps take, and how the engine stands beside its own definition.

    python benchmarks/run.py [--people 20000]

Everything runs in one process, one after the other, so that the ratios hold on a noisy machine.
"""

import argparse
import os
import platform
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

import prevention_model as pm
from prevention_model.metrics import family_bootstrap
from prevention_model.pipeline.load import load
from prevention_model.pipeline.progress import Silent
from prevention_model.synthetic import write_county

T = TypeVar("T")


def main() -> None:
    """Print one line a step."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=20_000)
    people = parser.parse_args().people
    print(
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, {people:,} people"
    )
    with tempfile.TemporaryDirectory() as made:
        out = Path(made) / "county"
        timed("county", lambda: write_county(out, people=people))
        loaded = timed("load", lambda: load(out / "authority.yaml", Silent()))
        records = timed("open records", lambda: pm.open_records(loaded.workspace.folder))
    cohort = pm.Cohort(every="3 months", start="2021-07-01", end="2025-04-01", ages=(0, 18))
    members = timed("cohort", lambda: cohort.members(records))
    catalogue = pm.catalogue()
    timed(
        f"{len(catalogue)} features, {len(members):,} rows",
        lambda: pm.build_features(records, members, catalogue),
    )
    timed("outcomes", lambda: pm.build_outcomes(records, members, outcomes()))
    beside_definition(records, members.frame)
    bootstrap()
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def outcomes() -> list[pm.Outcome]:
    """One outcome, as a script would declare it."""
    return [pm.Outcome("care", pm.Onset("spell", kind="care_period"), pm.FollowUp("12 months"))]


def beside_definition(records: pm.Records, frame: pd.DataFrame, rows: int = 300) -> None:
    """The kernel and the reference engine on a few hundred rows, which must agree cell for cell."""
    asked = frame[["person_id", "index_date"]].iloc[:rows].reset_index(drop=True)
    started = time.perf_counter()
    fast = pm.build_features(records, asked, pm.catalogue())
    middle = time.perf_counter()
    plain = pm.build_features(records, asked, pm.catalogue(), engine="reference")
    ended = time.perf_counter()
    pd.testing.assert_frame_equal(fast, plain, check_exact=True)
    print(f"{rows} rows: kernel {middle - started:.2f} s, reference {ended - middle:.2f} s")


def bootstrap(rows: int = 85_690) -> None:
    """A thousand resamples by family of forty rates."""
    rng = np.random.default_rng(1)
    hits = rng.random((rows, 40)) < 0.1
    families = rng.integers(0, rows // 2, rows)
    timed(
        "1,000 family resamples of 40 rates",
        lambda: family_bootstrap(families, hits, lambda total: total / rows),
    )


def timed(what: str, step: Callable[[], T]) -> T:
    """Run a step and print its seconds."""
    started = time.perf_counter()
    made = step()
    print(f"{what}: {time.perf_counter() - started:.2f} s", flush=True)
    return made


if __name__ == "__main__":
    main()
