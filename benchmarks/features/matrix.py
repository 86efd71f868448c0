"""The matrix as peers write it: person_id, index_date and a column of numbers a feature, in one Parquet file."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

COMPRESSION = "zstd"


def write_matrix(out: Path, members: pa.Table, columns: Mapping[str, NDArray | pa.Array]) -> None:
    """Write columns that are in the order of the members. Parquet tries a dictionary for each by itself."""
    keys = {"person_id": members["person_id"], "index_date": members["index_date"]}
    pq.write_table(pa.table(keys | dict(columns)), out, compression=COMPRESSION)
