"""What an audit costs, check by check, and how our resampling stands beside fairlearn's own.

    python -m benchmarks.audit [--people 85690] [--resamples 1000] [--theirs 5]

Evidence about people who do not exist, with the groups of the shipped policy; refits, models and records are made
before and are not part of it. fairlearn resamples rows and works out its frame again in each; ours resamples whole
families. Both work out the same two rates in the same groups, one after the other in one process.
"""

import argparse
import os
import platform
import resource
import time
from collections.abc import Callable

import numpy as np
from fairlearn.metrics import MetricFrame, false_negative_rate, selection_rate

from prevention_model.audit import CHECKS, Evidence, audit
from prevention_model.audit.grouping import known_rows
from prevention_model.metrics import family_bootstrap
from prevention_model.settings.policy import Policy
from tests.fixtures.evidence_cases import clean_evidence


def main() -> None:
    """Print the cost of each check and of the whole, and then both ways to resample."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("--people", type=int, default=85_690)
    asked.add_argument("--resamples", type=int, default=1000)
    asked.add_argument("--theirs", type=int, default=5, help="resamples that fairlearn is given")
    chosen = asked.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    evidence = clean_evidence(families=chosen.people // 2)
    policy = Policy.default().model_copy(update={"resamples": chosen.resamples})
    print(f"{chosen.people:,} people, {len(policy.groups)} groups, {chosen.resamples} resamples\n")
    print("| check | s wall | s processor |\n|---|---|---|")
    outcome = evidence.outcomes[0]
    for check in CHECKS:
        wall, processor = timed(lambda check=check: check(evidence, outcome, policy))
        if wall > 0.1:
            print(f"| {check.code} | {wall:.1f} | {processor:.1f} |")
    wall, processor = timed(lambda: audit(evidence, policy))
    print(f"| the whole audit | {wall:.1f} | {processor:.1f} |")
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB\n")
    beside_fairlearn(evidence, policy, chosen.theirs)


def beside_fairlearn(evidence: Evidence, policy: Policy, theirs: int) -> None:
    """Missed and chosen by ethnicity, at the wider cut: seconds for each resample, three times each in turn."""
    known = known_rows(evidence.outcomes[0], policy)
    group = known.groups["ethnicity"].to_numpy()
    codes = np.unique(group, return_inverse=True)[1]
    members = (codes[:, None] == np.arange(codes.max() + 1)).astype(np.float64)
    case, chosen = known.happened[:, None], known.wide[:, None]
    sums = np.column_stack([members, members * chosen, members * case, members * case * ~chosen])
    size = members.shape[1]

    def ours() -> None:
        family_bootstrap(
            known.families,
            sums,
            lambda total: np.column_stack(
                [
                    total[:, size : 2 * size] / total[:, :size],
                    total[:, 3 * size :] / total[:, 2 * size : 3 * size],
                ]
            ),
            policy.resamples,
            policy.seed,
        )

    def fairlearn() -> None:
        MetricFrame(
            metrics={"chosen": selection_rate, "missed": false_negative_rate},
            y_true=known.happened,
            y_pred=known.wide,
            sensitive_features=group,
            n_boot=theirs,
            ci_quantiles=[0.025, 0.975],
            random_state=1,
        )

    ratios = []
    for _ in range(3):
        mine = timed(ours)[1] / policy.resamples
        others = timed(fairlearn)[1] / theirs
        ratios.append(others / mine)
        print(
            f"a resample: ours {mine * 1e3:.2f} ms, fairlearn {others * 1e3:.0f} ms, {others / mine:.0f} times"
        )
    print(f"median of three rounds {np.median(ratios):.0f} times ({min(ratios):.0f} to {max(ratios):.0f})")


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall time and of processor time."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    main()
