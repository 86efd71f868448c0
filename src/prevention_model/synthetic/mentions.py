"""Who stands behind each delivered row, by its own word or by a key: the truth that linkage is judged by."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

FIRST_ROW = 2
"""The row of a CSV file that follows its header, as a spreadsheet counts."""


@dataclass
class Mentions:
    """Rows noted while files are written.

    >>> mentions = Mentions()
    >>> mentions.note("police", "files/police/police.csv", np.array([2, 3]), np.array([70, 71]))
    """

    _parts: list[tuple[str, str, np.ndarray, np.ndarray]] = field(default_factory=list)

    def note(self, source: str, file: str, row: np.ndarray, person: np.ndarray) -> None:
        """`row` as the reader of the file would count: of a sheet, or the line of an element."""
        self._parts.append((source, file, row.astype(np.int32), person.astype(np.int32)))

    def write(self, path: Path) -> None:
        """One Parquet file: source, file, row, person."""
        sizes = [len(part[2]) for part in self._parts]
        files = {name: [part[name] for part in self._parts] for name in (0, 1)}

        def repeated(texts: list[str]) -> pa.Array:
            kinds = sorted(set(texts))
            codes = np.repeat([kinds.index(text) for text in texts], sizes).astype(np.int32)
            return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(kinds))

        table = pa.table(
            {
                "source": repeated([str(text) for text in files[0]]),
                "file": repeated([str(text) for text in files[1]]),
                "row": np.concatenate([part[2] for part in self._parts]),
                "person": np.concatenate([part[3] for part in self._parts]),
            }
        )
        pq.write_table(table, path, compression="zstd")
