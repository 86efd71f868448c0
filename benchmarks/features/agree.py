"""Whether a peer answered the same questions: its matrix beside ours, cell for cell.

Where definitions differ: we hold values to four decimal places as whole numbers and add those up, so that the
order of rows never matters; the peers add floating-point numbers. So a difference below a millionth is none,
which is exact all the same: different sums differ by a ten-thousandth at least, counts and days by 1.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

NONE = 1e-6


def differences(ours: Path, theirs: Path) -> dict[str, int]:
    """Each column in which cells differ, with how many; one column is in memory at a time."""
    order, wanted = _order(theirs), _order(ours)
    names = pq.read_schema(ours).names[2:]
    if len(order) != len(wanted) or pq.read_schema(theirs).names[2:] != names:
        return {"rows or columns": max(len(order), len(wanted))}
    found = {}
    for name in names:
        mine, other = (_column(path, name)[at] for path, at in ((ours, wanted), (theirs, order)))
        same = (np.abs(mine - other) < NONE) | (np.isnan(mine) & np.isnan(other))
        if not same.all():
            found[name] = int((~same).sum())
    return found


def _order(path: Path) -> np.ndarray:
    """The rows by person, then index date, for peers write them in any order."""
    keys = pq.read_table(path, columns=["person_id", "index_date"])
    person = keys["person_id"].combine_chunks().dictionary_encode()
    people = np.empty(len(person.dictionary), dtype=np.int64)
    people[np.argsort(person.dictionary.to_numpy(zero_copy_only=False))] = np.arange(len(person.dictionary))
    return np.lexsort((keys["index_date"].to_numpy(), people[person.indices.to_numpy()]))


def _column(path: Path, name: str) -> np.ndarray:
    return pq.read_table(path, columns=[name])[name].to_numpy().astype(np.float64)


def main() -> None:
    """Print the differing columns as JSON."""
    parser = argparse.ArgumentParser(description=differences.__doc__)
    parser.add_argument("ours", type=Path)
    parser.add_argument("theirs", type=Path)
    asked = parser.parse_args()
    print(json.dumps(differences(asked.ours, asked.theirs)))


if __name__ == "__main__":
    main()
