"""The longer fuzz by hand, of one reader or of all: `python -m tests.generative.fuzz_files --help`.

    python -m tests.generative.fuzz_files --files 20000 --reader xml --reader cin_census

To fuzz another reader, make a `Reader` and give it to `fuzz`, and to `CONTAINERS` or to `STANDARD_READERS`.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Mapping

from tests.generative.container_readers import CONTAINERS
from tests.generative.fuzzing import Reader, fuzz
from tests.generative.standard_readers import STANDARD_READERS

READERS: Mapping[str, Reader] = {**CONTAINERS, **STANDARD_READERS}
"""What can be fuzzed by name: the containers, and the standards by the names that authority.yaml has for them."""


def say(text: str) -> None:
    """Write at once, so that a long run can be followed in a file too."""
    sys.stdout.write(text)
    sys.stdout.flush()


def progress(name: str, files: int) -> Callable[[int], None]:
    """Says how far a run is: on a terminal every second in one line, elsewhere a line every half a minute."""
    live = sys.stdout.isatty()
    last = time.monotonic()

    def told(done: int) -> None:
        nonlocal last
        if time.monotonic() - last > (1 if live else 30):
            last = time.monotonic()
            say(f"\r{name}: {done:,} of {files:,}" if live else f"{name}: {done:,} of {files:,}\n")

    return told


def main() -> None:
    """Fuzz the readers that are named, or all of them. Exit code 1 when any did what it must not."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=20_000, help="how many for each reader")
    parser.add_argument("--reader", choices=sorted(READERS), action="append", help="may be given again")
    parser.add_argument("--seed", type=int, help="makes the same files again; without it they are new ones")
    asked = parser.parse_args()
    seed = random.randrange(1_000_000) if asked.seed is None else asked.seed
    failed = False
    for name in asked.reader or READERS:
        started = time.monotonic()
        try:
            tally = fuzz(READERS[name], asked.files, seed, progress(name, asked.files))
        except AssertionError as wrong:
            # The other readers are fuzzed all the same: a long run tells of every reader.
            say(f"\r{name}: FAILED. {wrong}\n")
            failed = True
            continue
        taken = time.monotonic() - started
        say(f"\r{name}: {tally.read:,} read, {tally.refused:,} refused, {taken:.0f} s, seed {seed}\n")
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
