"""How often the audit finds a fault that is not there, and how often it finds one that is. Run by hand.

    python -m benchmarks.audit_power alarms --sets 200
    python -m benchmarks.audit_power power --sets 60 --svg docs/images/audit-power.svg

`alarms` audits evidence sets without any fault, whose levels are the true probabilities, and prints for each check how
many it fails, with an interval, and how many sets any check fails. `power` makes one ethnic group, of several sizes, be
missed more often than the rest by several amounts, and prints how often PM006 says so: that its gap is above the limit.
The processes share the machine's processors; the figures do not depend on how many there are.
"""

import argparse
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache, partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.optimize import brentq
from scipy.stats import norm

from prevention_model.audit import CHECKS, Evidence
from prevention_model.audit.checks import pm006_children_missed_more_often_in_a_group as missed
from prevention_model.metrics import top_within, wilson
from prevention_model.pages.svg import inline_svg, settings
from prevention_model.settings.policy import Policy
from tests.fixtures import evidence_cases as cases

FAMILIES = 6000
SIZES = (0.02, 0.05, 0.10, 0.20)
GAPS = (0.0, 0.10, 0.15, 0.20, 0.30, 0.40)
GROUP = "Asian"


def policy() -> Policy:
    """The shipped policy, its number of resamples included: fewer give shorter reaches, and more false alarms."""
    return Policy.default()


def alarms_in(seed: int) -> dict[str, str]:
    """The status of every check on one set without a fault."""
    evidence = cases.clean_evidence(families=FAMILIES, seed=10_000 + seed)
    return {check.code: check(evidence, evidence.outcomes[0], policy()).status for check in CHECKS}


def alarms(sets: int) -> None:
    """Print how many of so many sets each check fails, and any does."""
    found = list(_spread(alarms_in, range(sets)))
    joint = {"any check": sum("failed" in statuses.values() for statuses in found)}
    failed = Counter(code for statuses in found for code, status in statuses.items() if status == "failed")
    few = Counter(code for statuses in found for code, status in statuses.items() if status == "too_few")
    print(f"{sets} sets of {2 * FAMILIES:,} children without a fault\n")
    print("| check | failed | share (95%) | too few to assess |\n|---|---|---|---|")
    for code, count in ({check.code: failed[check.code] for check in CHECKS} | joint).items():
        low, high = wilson(count / sets, sets, float(norm.ppf(0.975)))
        print(
            f"| {code} | {count} | {count / sets:.1%} ({float(low):.1%} to {float(high):.1%}) | {few[code]} |"
        )


@lru_cache(maxsize=4)
def _clean(seed: int) -> Evidence:
    return cases.clean_evidence(families=FAMILIES, seed=20_000 + seed)


def missed_more(size: float, gap: float, seed: int) -> Evidence:
    """A set in which one ethnic group of this share of children is missed more often by `gap` at the wider cut.

    Levels of the group are lowered, in log-odds, by as much as makes the true gap: that between the chances of
    children to whom it happens to be among the highest tenth, worked out over all children of the set.
    """
    evidence = _clean(seed)
    outcome = evidence.outcomes[0]
    random = np.random.default_rng(seed)
    people = outcome.predictions["person_id"].to_numpy()
    names, place = np.unique(people, return_inverse=True)
    member = (random.random(len(names)) < size)[place]
    truth = outcome.predictions["level"].to_numpy()
    wide = policy().wider_cut

    def gap_at(shift: float) -> float:
        level = cases.shifted(truth, np.where(member, -shift, 0.0))
        chosen = top_within(
            level, np.array([int(np.ceil(len(level) * wide))]), np.zeros(len(level), int), people
        )
        lost = [float((truth * ~chosen)[who].sum() / truth[who].sum()) for who in (member, ~member)]
        return lost[0] - lost[1] - gap

    shift = brentq(gap_at, -1.0, 6.0, xtol=0.01) if gap else 0.0
    rows = outcome.predictions.assign(level=cases.shifted(truth, np.where(member, -shift, 0.0)))
    ethnicity = np.where(member, GROUP, outcome.groups["ethnicity"].replace(GROUP, "White"))
    groups = outcome.groups.assign(ethnicity=ethnicity)
    return replace(evidence, outcomes=(replace(outcome, predictions=rows, groups=groups),))


def found_in(case: tuple[float, float], seed: int) -> bool:
    """Whether PM006 fails and names the group."""
    evidence = missed_more(*case, seed)
    finding = missed.CHECK(evidence, evidence.outcomes[0], policy())
    rows = [row for row in finding.numbers if row["group"] == GROUP]
    return any(row["judged"] == "gap found" for row in rows)


def power(sets: int, svg: Path | None) -> None:
    """Print, and draw, how often the gap of the group is found."""
    table = pd.DataFrame(
        [
            {
                "size": size,
                "gap": gap,
                "found": float(np.mean(list(_spread(partial(found_in, (size, gap)), range(sets))))),
            }
            for size, gap in product(SIZES, GAPS)
        ]
    )
    shown = table.pivot(index="gap", columns="size", values="found")
    print(f"{sets} sets of {2 * FAMILIES:,} children a cell; limit {policy().missed_gap_max:.0%}\n")
    print("| gap at the highest tenth | " + " | ".join(f"{size:.0%} of children" for size in SIZES) + " |")
    print("|---" * (1 + len(SIZES)) + "|")
    for gap, row in shown.iterrows():
        print(f"| {gap:.0%} | " + " | ".join(f"{row[size]:.0%}" for size in SIZES) + " |")
    if svg:
        svg.write_text(_drawn(shown), encoding="utf-8")


def _drawn(shown: pd.DataFrame) -> str:
    with settings():
        figure = Figure(figsize=(6.8, 4.2), layout="constrained")
        axes = figure.add_subplot()
        for mark, size in zip("os^D", shown.columns, strict=True):
            axes.plot(shown.index, shown[size], marker=mark, label=f"{size:.0%} of children")
        axes.axvline(policy().missed_gap_max, linestyle="--", color="#505a5f", label="the limit")
        axes.set(
            xlabel="True gap in children missed, at the highest tenth", ylabel="Share of audits that find it"
        )
        axes.set_ylim(-0.02, 1.02)
        axes.legend(frameon=False)
        return inline_svg(
            figure,
            name="audit-power",
            title="How often a gap in children missed is found",
            description="Four lines, one for each size of the group; each rises with the gap, later for small groups.",
        )


def _spread(work: Callable[[int], Any], seeds: Iterable[int]) -> Iterator[Any]:
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        yield from workers.map(work, seeds, chunksize=4)


def main() -> None:
    """As the command line asks."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("what", choices=("alarms", "power"))
    asked.add_argument("--sets", type=int, default=200)
    asked.add_argument("--svg", type=Path)
    chosen = asked.parse_args()
    alarms(chosen.sets) if chosen.what == "alarms" else power(chosen.sets, chosen.svg)


if __name__ == "__main__":
    main()
