"""A whole experiment in counties of several sizes: how long each step takes, how much memory, and how both grow.

    python -m benchmarks.experiment [--people 21400,42800,85690,171380] [--folder FOLDER] [--out experiment-scale.svg]

Each county is written and loaded, if it does not lie in FOLDER from before, and then the shipped experiment is run in a
process of its own: index dates a quarter apart, all outcomes, candidates, rivals, periods, refits, audit, scores, card.
Processor time of a step holds all its threads. The figures go beside the plot, as CSV.
"""

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import matplotlib.pyplot as plt
import pandas as pd

from prevention_model.pipeline.load import load
from prevention_model.pipeline.opening import opened
from prevention_model.pipeline.plan import plan_from_files
from prevention_model.pipeline.progress import Silent
from prevention_model.pipeline.run import run_plan
from prevention_model.settings.shipped import shipped
from prevention_model.synthetic import write_county

T = TypeVar("T")
_SIZES = "21400,42800,85690,171380"


def main() -> None:
    """All sizes, one after the other, or with `--one` a single run that prints its steps as CSV."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--people", default=_SIZES)
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--out", type=Path, default=Path("experiment-scale.svg"))
    asked.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    chosen = asked.parse_args()
    if chosen.one:
        one(chosen.one)
        return
    with tempfile.TemporaryDirectory() as made:
        folder = chosen.folder or Path(made)
        figures = pd.concat([size(folder / each, int(each)) for each in chosen.people.split(",")])
    figures.to_csv(chosen.out.with_suffix(".csv"), index=False)
    draw(figures, chosen.out)


def size(county: Path, people: int) -> pd.DataFrame:
    """Steps of a run in a county of so many people, in a process of its own."""
    if not (county / "workspace").exists():
        write_county(county, people=people, seed=1)
        load(county / "authority.yaml", Silent())
    for name in ("quarterly.yaml", "policy.yaml"):
        shutil.copyfile(shipped("experiments/county") / name, county / name)
    command = [sys.executable, "-m", "benchmarks.experiment", "--one", str(county)]
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    steps = pd.DataFrame(
        [line.rsplit(";", 3) for line in said.splitlines() if ";" in line],
        columns=["step", "wall_s", "processor_s", "peak_gb"],
    )
    steps = steps.astype({"wall_s": float, "processor_s": float, "peak_gb": float})
    print(f"\n{people:,} people\n{steps.to_string(index=False)}", flush=True)
    return steps.assign(people=people)


def one(county: Path) -> None:
    """Run the experiment in this process; one line a step, and one for all of it."""
    authority, workspace = opened(county / "authority.yaml")
    plan = plan_from_files(county / "quarterly.yaml", authority)
    said = Said()
    with said.step("all"):
        run_plan(workspace.records(), plan, workspace, said, authority)


class Said:
    """A line for each step: what; seconds; seconds of the processor; most memory so far in GB."""

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        wall, own = time.perf_counter(), time.process_time()
        yield
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        taken = time.perf_counter() - wall, time.process_time() - own
        print(f"{what};{taken[0]:.1f};{taken[1]:.1f};{peak:.2f}", flush=True)

    @contextmanager
    def steps(self, what: str, items: Sequence[T]) -> Iterator[Iterable[T]]:
        with self.step(what):
            yield items


def draw(figures: pd.DataFrame, out: Path) -> None:
    """Time and memory by people, and a line through the smallest county with which each would be in proportion."""
    drawn, panels = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    whole = figures[figures["step"] == "all"]
    lines = {
        "processor, minutes": (panels[0], whole["processor_s"] / 60, "o"),
        "wall, minutes": (panels[0], whole["wall_s"] / 60, "s"),
        "most memory, GB": (panels[1], whole["peak_gb"], "o"),
    }
    for label, (panel, values, mark) in lines.items():
        panel.plot(whole["people"], values, marker=mark, label=label)
        first = values.iloc[0] / whole["people"].iloc[0]
        panel.plot(whole["people"], first * whole["people"], ":", color="grey")
        panel.set(xlabel="people under 25", ylim=(0, None))
        panel.legend()
    drawn.suptitle("A whole experiment (dotted: in proportion to the smallest county)")
    drawn.savefig(out)


if __name__ == "__main__":
    main()
