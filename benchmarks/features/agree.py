"""Whether a peer answered the same questions: its matrix beside ours, cell for cell.

Where definitions differ: we hold values to four decimal places as whole numbers and add those up, so that the
order of rows never matters; the peers add floating-point numbers. So a difference below a millionth is none,
which is exact all the same: different sums differ by a ten-thousandth at least, counts and days by 1.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow.dataset import dataset

NONE = 1e-6
KEYS = {"person_id": pa.large_string(), "index_date": pa.timestamp("s")}


def differences(ours: Path, theirs: Path) -> dict[str, int]:
    """Each column in which cells differ, with how many; one column is in memory at a time."""
    (wanted, mine_at), (keys, their_at) = (_in_order(path) for path in (ours, theirs))
    names = _read(ours, None).column_names[2:]
    if not keys.equals(wanted) or _names(theirs) != names:
        return {"rows or columns": max(len(keys), len(wanted))}
    found = {}
    for name in names:
        mine, other = _column(ours, name)[mine_at], _column(theirs, name)[their_at]
        same = (np.abs(mine - other) < NONE) | (np.isnan(mine) & np.isnan(other))
        if not same.all():
            found[name] = int((~same).sum())
    return found


def _in_order(path: Path) -> tuple[pa.Table, np.ndarray]:
    """The keys by person, then index date, and where each stands, for peers write the rows in any order."""
    keys = _read(path, list(KEYS)).cast(pa.schema(KEYS))
    at = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in KEYS])
    return keys.take(at).combine_chunks(), at.to_numpy()


def _read(path: Path, columns: list[str] | None) -> pa.Table:
    if path.suffix == ".parquet":
        return pq.read_table(path, columns=columns)
    table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
    return table if columns is None else table.select(columns)


def _names(path: Path) -> list[str]:
    """The columns after the keys, of a file or of a folder of them."""
    names: list[str] = dataset(path, format=path.suffix.removeprefix(".")).schema.names[2:]
    return names


def _column(path: Path, name: str) -> np.ndarray:
    return _read(path, [name])[name].to_numpy().astype(np.float64)


def main() -> None:
    """Print the differing columns as JSON."""
    parser = argparse.ArgumentParser(description=differences.__doc__)
    parser.add_argument("ours", type=Path)
    parser.add_argument("theirs", type=Path)
    asked = parser.parse_args()
    print(json.dumps(differences(asked.ours, asked.theirs)))


if __name__ == "__main__":
    main()
