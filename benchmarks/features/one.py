"""One peer in a process of its own, which ends by saying in one line of JSON what it took."""

import argparse
import importlib
import json
import resource
import sys
import time
from pathlib import Path

from benchmarks.features.questions import questions


def main() -> None:
    """Time begins when everything is imported and ends when the matrix is written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer")
    parser.add_argument("world", type=Path)
    parser.add_argument("out", type=Path)
    asked = parser.parse_args()
    answer = importlib.import_module(f"benchmarks.features.peers.{asked.peer}").answer
    features = questions()
    begun, spent = time.perf_counter(), _processor()
    answer(asked.world, features, asked.out)
    took = {"wall": time.perf_counter() - begun, "processor": _processor() - spent, "memory": _memory()}
    print(json.dumps(took))


def _processor() -> float:
    """Seconds of this process and of those it has waited for, such as a database's server."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _memory() -> int:
    """Peak memory in bytes, of this process or of the largest that it has waited for."""
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return peak * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main()
