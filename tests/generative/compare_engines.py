"""The generated comparison of the engines, for as long as one likes and never the same twice.

    python -m tests.generative.compare_engines [--minutes 20]

Ends with what was compared, or with the smallest example of a difference.
"""

import argparse
import sys
import time
from dataclasses import dataclass

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from prevention_model.features import Feature, build_features
from prevention_model.query import ENGINES, Question, Retention, answer
from tests.generative.engine_worlds import PAIRS, RETENTIONS, every_question, frames, records_of
from tests.generative.test_engine_agreement import same_bits
from tests.generative.test_parts_agree import TRAJECTORIES, in_parts

QUESTIONS = every_question()
AT_ONCE = 40
IN_PARTS = 10
"""One world in so many is answered in parts too, which takes longer."""
CELLS = st.lists(st.sampled_from(QUESTIONS), min_size=AT_ONCE, max_size=AT_ONCE, unique=True)


@dataclass
class Counted:
    """What was compared so far."""

    worlds: int = 0
    in_parts: int = 0
    cells: int = 0

    def text(self) -> str:
        """In one line."""
        return (
            f"{self.worlds:,} worlds, {self.cells:,} cells of every other engine beside the reference; "
            f"{self.in_parts:,} of the worlds in parts too: no difference"
        )


def look(counted: Counted) -> None:
    """Compare a hundred worlds more. Raises AssertionError for a difference."""

    @settings(
        max_examples=100, deadline=None, database=None, derandomize=False,
        phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(frames(most=30), PAIRS, CELLS, st.booleans(), RETENTIONS, st.integers(1, 5))
    def compare(
        made: dict[str, pd.DataFrame],
        pairs: pd.DataFrame,
        asked: list[Question],
        covered: bool,
        retention: Retention,
        rows: int,
    ) -> None:
        records, ways = records_of(made), {"covered": covered, "retention": retention}
        slow = answer(records.frames, pairs, asked, engine="reference", **ways)
        for engine in ENGINES:
            fast = answer(records.frames, pairs, asked, engine=engine, **ways)
            assert same_bits(slow, fast).all(), (engine, asked[np.argwhere(~same_bits(slow, fast))[0][1]])
        counted.worlds += 1
        counted.cells += slow.size
        if counted.worlds % IN_PARTS == 0:
            features = [Feature(f"q{j}", q.aggregate, q.lookback, q.scope) for j, q in enumerate(asked)]
            features = (*features, *TRAJECTORIES)
            whole = build_features(records, pairs, features, "reference", retention=retention)
            parts = in_parts(records, pairs, features, rows=rows, retention=retention).reindex(whole.index)
            for name in whole:
                assert same_bits(whole[name].to_numpy(), parts[name].to_numpy(dtype=np.float64)).all(), name
            counted.in_parts += 1

    compare()


def main() -> None:
    """Go on until the time is over."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=20)
    until = time.monotonic() + 60 * parser.parse_args().minutes
    counted = Counted()
    while time.monotonic() < until:
        look(counted)
        sys.stdout.write(f"{counted.text()}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
