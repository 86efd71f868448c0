"""How closely hidden counts can be told from everything that is published. Run by hand.

    python -m benchmarks.disclosure --worlds 1000

Each world has two tables that share a margin, with counts of random size, and a second release of both in which some
have grown. Every hidden cell of the first pack, of the second, and of both together is attacked by linear programming
over the smallest parts of the population, which no table prints. Prints how many could be told to within the protection
range (none should be), how much is hidden, and what it costs.
"""

import argparse
import time

import numpy as np

from prevention_model.disclosure import DFE, protect_pack
from tests.unit.test_disclosure_pack import attack, few_in_between, tables, world


def main() -> None:
    """As the command line asks."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--worlds", type=int, default=1000)
    told, hidden, cells, small, few, seconds = 0, 0, 0, 0, 0, 0.0
    for seed in range(asked.parse_args().worlds):
        random = np.random.default_rng(seed)
        inner = random.poisson(random.choice([0.3, 2, 8, 30], size=(4, 2, 3)))
        more = random.poisson(random.choice([0.0, 0.5, 3, 12], size=inner.shape))
        started = time.process_time()
        first = protect_pack(tables(inner, grows=True))
        second = protect_pack(tables(inner + more, grows=True), first.printed())
        seconds += time.process_time() - started
        for pack, counts in ((first, inner), (second, inner + more)):
            widths = attack(pack.printed(), *world(counts))
            told += sum(width < DFE.protection_range - 1e-6 for width in widths.values())
            hidden, cells = hidden + len(widths), cells + len(pack.printed())
            small += sum(
                0 < count < DFE.smallest_count for table in pack.tables for count in table.cells().values()
            )
        few += few_in_between(first.printed(), second.printed(), world(inner)[1])
    print(
        f"{told} of {hidden:,} hidden cells told to within {DFE.protection_range}; {few} small differences told"
    )
    print(
        f"{hidden / cells:.0%} of {cells:,} cells hidden, {small / cells:.0%} small by themselves; {seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
