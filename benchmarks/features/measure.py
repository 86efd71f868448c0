"""Running peers, each in a process of its own and one after the other, and what each run took.

Only the standard library is imported here: a process inherits the peak memory of whoever starts it.
"""

import importlib.util
import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import rmtree, which
from statistics import median
from typing import NamedTuple

from tests.fixtures import postgresql

PEERS = ("limit", "limit_zstd", "ours", "parts", "spark", "duckdb", "polars", "pandas", "collate")
"""`parts` and `spark` are the same engine, in parts on the disk and on Spark; each answers with a folder of files."""
SMALL_ONLY = ("pandas", "collate")
"""Peers that are asked at no more than `SMALL` children."""
SMALL = 20_000


class Took(NamedTuple):
    """Seconds from the files to the matrix, seconds of the processor, and peak memory in bytes."""

    wall: float
    processor: float
    memory: int


@dataclass
class Result:
    """What became of one peer: its runs, or why there is none, and in what its answers differ from ours."""

    peer: str
    runs: list[Took] = field(default_factory=list)
    reason: str = ""
    differs: dict[str, int] | None = None

    @property
    def last(self) -> str:
        """How the last run went."""
        if self.reason:
            return self.reason
        return f"{self.runs[-1].wall:.1f} s, of the processor {self.runs[-1].processor:.1f} s"

    def middle(self, measure: str) -> float:
        """The median of one measure over the runs."""
        return median(getattr(run, measure) for run in self.runs)


def measure(folder: Path, peers: list[str], size: list[str], repeats: int) -> list[Result]:
    """Make the world, then let the peers answer in turn, `repeats` times round."""
    world = folder / "-".join(["world", *size[1::2]])
    _call("worlds", str(world), *size)
    results = [Result(peer, reason=why_not(peer)) for peer in peers]
    for turn in range(repeats):
        for result in (result for result in results if not result.reason):
            _run(result, world, _matrix(folder, result.peer))
            told(f"  {result.peer}, {turn + 1} of {repeats}: {result.last}")
        if turn == 0:
            _compare(folder, results)
    for result in results:
        made = _matrix(folder, result.peer)
        rmtree(made) if made.is_dir() else made.unlink(missing_ok=True)
    return results


def _run(result: Result, world: Path, out: Path) -> None:
    try:
        result.runs.append(Took(**json.loads(_call("one", result.peer, str(world), str(out)))))
    except subprocess.CalledProcessError as error:
        # A negative code is the signal that ended it: -9 where memory ran out.
        result.reason = f"ended with {error.returncode}"


def _compare(folder: Path, results: list[Result]) -> None:
    """The limit answers nothing, so there is nothing to compare."""
    ran = {result.peer for result in results if result.runs}
    for result in results:
        if "ours" in ran and result.peer in ran - {"limit", "limit_zstd", "ours"}:
            paths = [str(_matrix(folder, peer)) for peer in ("ours", result.peer)]
            result.differs = json.loads(_call("agree", *paths))


def _matrix(folder: Path, peer: str) -> Path:
    """Ours is the working copy, which is not encoded, and so is the limit; the others write Parquet."""
    return folder / f"{peer}.{'arrow' if peer in ('limit', 'ours') else 'parquet'}"


def _call(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", f"benchmarks.features.{module}", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def why_not(peer: str) -> str:
    """Why a peer cannot answer here; empty where it can."""
    if peer == "collate":
        return postgresql.why_not()
    if peer == "spark" and (importlib.util.find_spec("pyspark") is None or not which("java")):
        return "Spark is not installed, or Java is not"
    if peer in ("duckdb", "polars", "pandas") and importlib.util.find_spec(peer) is None:
        return f"{peer} is not installed (`uv pip install --group bench`)"
    return ""


def machine() -> str:
    """What all this ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if os.name != "nt" else 0
    versions = ", ".join(
        f"{name} {_version(name)}" for name in ("numpy", "pyarrow", "duckdb", "polars", "pandas")
    )
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GiB{load}\n{versions}"
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def told(text: str) -> None:
    """A line of progress, apart from the figures."""
    print(text, file=sys.stderr, flush=True)
