"""Features of many children straight to a file, a part of the children at a time: memory stays bounded.

Own answers are made part by part; answers about the people around a child, who may stand in any part, are made
first. The file is in the order of person and index date.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.ipc as ipc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from prevention_model.errors import WrongUsage
from prevention_model.features.feature import Feature
from prevention_model.features.feature_set import check_names
from prevention_model.query import (
    KEPT,
    AgeMonths,
    Any,
    Count,
    DaysInSpell,
    DaysSinceLast,
    DistinctCodes,
    Frames,
    HasFrame,
    Kernel,
    OpenSpell,
    Part,
    People,
    Retention,
    SpellsEnded,
    SpellsStarted,
    fastest,
    pairs_of,
)
from prevention_model.records import Records

ROWS = 120_000
"""Pairs that are answered at a time by each worker."""

_WHOLE = (
    Count,
    Any,
    DistinctCodes,
    DaysSinceLast,
    OpenSpell,
    DaysInSpell,
    SpellsStarted,
    SpellsEnded,
    AgeMonths,
    People,
)


def write_features(
    records: Records | Frames,
    members: HasFrame | pd.DataFrame,
    features: Sequence[Feature],
    out: str | Path,
    *,
    retention: Retention = KEPT,
    workers: int = 2,
) -> int:
    """What `build_features` builds, written to `out`; returns the number of rows.

    `out` ends in .arrow (an Arrow file, the faster) or .parquet. Columns: person_id, index_date, and one a feature:
    float32 for counts and days of a child's own or of a household, which it holds exactly, float64 for all others.
    Rows are in the order of person and index date, and nothing stands at `out` until all of it does. Raises
    WrongUsage.

    >>> import tempfile
    >>> from prevention_model.query import Lookback
    >>> events = pd.DataFrame({"person_id": ["a"], "kind": "contact", "event_date": ["2024-03-01"]})
    >>> members = pd.DataFrame({"person_id": ["a", "a"], "index_date": ["2024-03-01", "2024-03-02"]})
    >>> contacts = Feature("contacts", Count("event", kind="contact"), Lookback("30 days"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     told = write_features(Records.from_frames({"event": events}), members, [contacts], f"{folder}/made.arrow")
    ...     pa.OSFile(f"{folder}/made.arrow").size() > 0, told
    (True, 2)
    """
    features = check_names(list(features))
    out = Path(out)
    if out.suffix not in (".arrow", ".parquet"):
        raise WrongUsage(
            f"Features cannot be written to a {out.suffix or 'nameless'} file.",
            todo="Write .arrow or .parquet.",
        )
    pairs = pairs_of(members)
    frames = records.frames if isinstance(records, Records) else records
    with ThreadPoolExecutor(1) as early:  # the compiled steps load while the records are read
        early.submit(fastest)
        kernel = Kernel(frames, pairs, retention=retention)
    matrix = _Matrix.of(kernel, features)
    unfinished = out.with_name(out.name + ".unfinished")
    try:
        with ThreadPoolExecutor(workers) as pool, _writer(unfinished, matrix.schema) as writer:
            for batch in _in_turn(pool, matrix.batch, kernel.parts(ROWS), workers):
                writer.write_batch(batch)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    return len(pairs)


@dataclass(frozen=True, eq=False)
class _Matrix:
    """What each part of the file is made from; `others` holds the answers about the people around, made before."""

    kernel: Kernel
    features: Sequence[Feature]
    others: dict[str, NDArray]
    people: pa.Array
    schema: pa.Schema

    @classmethod
    def of(cls, kernel: Kernel, features: Sequence[Feature]) -> "_Matrix":
        others = {
            feature.name: kernel.covered_in_order(feature.question).astype(_kind(feature))
            for feature in features
            if feature.scope != "own"
        }
        keys = [("person_id", pa.dictionary(pa.int32(), pa.string())), ("index_date", pa.timestamp("s"))]
        asked = [(feature.name, pa.from_numpy_dtype(_kind(feature))) for feature in features]
        people = pa.array(kernel.tables.people, pa.string())
        return cls(kernel, features, others, people, pa.schema([*keys, *asked]))

    def batch(self, part: Part) -> pa.RecordBatch:
        """The rows of one part."""
        rows, where = self.kernel.rows, part.where
        person = pa.DictionaryArray.from_arrays(pa.array(rows.person[where].astype(np.int32)), self.people)
        day = rows.day[where].astype(np.int64).astype("datetime64[D]").astype("datetime64[s]")
        columns = [pa.array(self._column(feature, part)) for feature in self.features]
        return pa.RecordBatch.from_arrays([person, pa.array(day), *columns], schema=self.schema)

    def _column(self, feature: Feature, part: Part) -> NDArray:
        if feature.scope != "own":
            return self.others[feature.name][part.where]
        return part.own(feature.question).astype(_kind(feature), copy=False)


def _kind(feature: Feature) -> type[np.floating]:
    is_small = isinstance(feature.aggregate, _WHOLE) and feature.scope != "place"
    return np.float32 if is_small else np.float64


def _writer(path: Path, schema: pa.Schema) -> ipc.RecordBatchFileWriter | pq.ParquetWriter:
    if path.name.endswith(".arrow.unfinished"):
        return ipc.new_file(path, schema, options=ipc.IpcWriteOptions(compression=None))
    names = [field.name for field in schema if pa.types.is_floating(field.type)]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=["person_id"],
        use_byte_stream_split=names,
    )


def _in_turn(
    pool: ThreadPoolExecutor, make: Callable[[Part], pa.RecordBatch], parts: Iterator[Part], workers: int
) -> Iterator[pa.RecordBatch]:
    """The batches in the order of the parts, no more of them at a time than there are workers, and one."""
    waiting = [pool.submit(make, part) for part in islice(parts, workers)]
    while waiting:
        batch = waiting.pop(0).result()
        waiting += [pool.submit(make, part) for part in islice(parts, 1)]
        yield batch
