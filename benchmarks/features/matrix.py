"""The matrix as every peer writes it: person_id, index_date and a column of doubles a feature, in one Parquet file."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

COMPRESSION = "zstd"


def write_matrix(out: Path, members: pa.Table, columns: Mapping[str, NDArray]) -> None:
    """Write columns that are in the order of the members. Parquet tries a dictionary for each by itself."""
    held = {name: pa.array(values) for name, values in columns.items()}
    table = pa.table({"person_id": members["person_id"], "index_date": members["index_date"]} | held)
    pq.write_table(table, out, compression=COMPRESSION)
