"""How the feature engine stands beside others that answer the same questions, and beside the physical limit.

    python -m benchmarks.features [--children 85690] [--dates quarterly] [--only ours,limit] [--repeats 3]
    python -m benchmarks.features scale [--only limit,ours,duckdb,polars] [--out scale.svg]

Each peer runs in a process of its own, in turn: it reads the Parquet files of a made-up world (175 events for
each child, from seven sources) and writes the matrix as Parquet. Peers' answers are compared with ours, so that
nobody is timed at another question. `limit` reads every event once, brings it to its person once and writes a
matrix of that shape once, not encoded; `limit_zstd` writes it as Parquet. pandas and `collate` (PostgreSQL) are asked
at 20,000 children at most. `scale` does the same at a quarter, a half, once, twice and four times the size, and draws
time and memory.

Compare processor time where the machine is shared. polars: `uv pip install --group bench`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.features.measure import PEERS, SMALL, SMALL_ONLY, Result, machine, measure, told

EVENTS_A_CHILD = 15_000_000 / 85_690
SCALES = (0.25, 0.5, 1, 2, 4)


def main() -> None:
    """One table for a size, or a plot over sizes."""
    asked = arguments()
    print(machine())
    with folder_of(asked.folder) as folder:
        if asked.what == "scale":
            scale(asked, folder)
            return
        at_full = [peer for peer in asked.only if peer not in SMALL_ONLY or asked.children <= SMALL]
        if at_full:
            compared(asked, folder, at_full, asked.children)
        if len(at_full) < len(asked.only):
            beside = [peer for peer in asked.only if peer in ("limit", "ours", *SMALL_ONLY)]
            compared(asked, folder, beside, SMALL)


def arguments() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.features",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="?", choices=("compare", "scale"), default="compare")
    parser.add_argument("--children", type=int, default=85_690)
    parser.add_argument(
        "--dates", choices=("monthly", "quarterly"), default="quarterly", help="over five years"
    )
    parser.add_argument("--only", type=named, help=f"of {','.join(PEERS)}")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep the worlds here, and use those that are there")
    parser.add_argument(
        "--out", type=Path, default=Path("scale.svg"), help="the plot; its figures go beside it"
    )
    asked = parser.parse_args()
    if asked.only is None:
        asked.only = [peer for peer in PEERS if asked.what == "compare" or peer not in SMALL_ONLY]
    return asked


def named(text: str) -> list[str]:
    """Peers by name, in the order of the table."""
    wanted = set(text.split(","))
    if not wanted <= set(PEERS):
        raise argparse.ArgumentTypeError(f"the peers are {', '.join(PEERS)}")
    return [peer for peer in PEERS if peer in wanted]


@contextmanager
def folder_of(given: Path | None) -> Iterator[Path]:
    """The folder that was named, or one that goes when all is done."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def compared(asked: argparse.Namespace, folder: Path, peers: list[str], children: int) -> list[Result]:
    """Measure at one size, and print the table."""
    events = round(children * EVENTS_A_CHILD)
    told(f"{children:,} children, {events:,} events, {asked.dates} dates")
    size = ["--children", str(children), "--events", str(events), "--dates", asked.dates]
    results = measure(folder, peers, size, asked.repeats)
    print(f"\n{children:,} children, {events:,} events, {asked.dates} index dates over five years")
    print(f"{'':8} {'wall s':>16} {'processor s':>16} {'peak GB':>8} {'x limit':>8} {'x ours':>8}  answers")
    base = {result.peer: result.middle("processor") for result in results if result.runs}
    for result in results:
        print(line(result, base), flush=True)
    return results


def line(result: Result, base: dict[str, float]) -> str:
    """One peer: medians, the spread behind them, and ratios of processor time."""
    if result.reason:
        return f"{result.peer:8} {result.reason}"
    took = " ".join(f"{spread(result, measure):>16}" for measure in ("wall", "processor"))
    ratios = " ".join(
        f"{result.middle('processor') / base[other]:>8.2f}" if other in base else f"{'':>8}"
        for other in ("limit", "ours")
    )
    return f"{result.peer:8} {took} {result.middle('memory') / 1e9:>8.2f} {ratios}  {answers(result)}"


def spread(result: Result, measure: str) -> str:
    """The median, with the least and the most."""
    values = [getattr(run, measure) for run in result.runs]
    return f"{result.middle(measure):.1f} ({min(values):.1f}-{max(values):.1f})"


def answers(result: Result) -> str:
    """Whether they are ours."""
    if result.differs is None:
        return "not compared"
    if not result.differs:
        return "the same"
    return "DIFFER: " + ", ".join(f"{name} in {cells:,}" for name, cells in list(result.differs.items())[:5])


def scale(asked: argparse.Namespace, folder: Path) -> None:
    """Every size in turn; figures are kept as they come, so that an end halfway loses none."""
    figures: list[dict[str, float | str]] = []
    kept = asked.out.with_suffix(".json")
    for factor in SCALES:
        children = round(asked.children * factor)
        for result in compared(asked, folder, asked.only, children):
            if result.runs:
                took = {name: result.middle(name) for name in ("wall", "processor", "memory")}
                figures.append({"peer": result.peer, "children": children, **took})
        kept.write_text(json.dumps(figures), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.features.plot", str(kept), str(asked.out)]
    subprocess.run(command, check=True)
    print(f"\n{asked.out}")


if __name__ == "__main__":
    main()
