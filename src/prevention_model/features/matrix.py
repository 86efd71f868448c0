"""Features of many children straight to a file, a part of the children at a time: memory stays bounded.

Own answers are made part by part; answers about the people around a child, who may stand in any part, are made
first. The file is in the order of person and index date.
"""

import typing
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
from prevention_model.features.declared import Declared
from prevention_model.features.feature import Feature
from prevention_model.features.query_plan import Places, QueryPlan
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
    Question,
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
    features: Sequence[Declared],
    out: str | Path,
    *,
    retention: Retention = KEPT,
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """What `build_features` builds, written to `out`; returns the number of rows.

    `out` ends in .arrow (an Arrow file, the faster) or .parquet. Columns: person_id, index_date, and one a feature:
    float32 for counts and days of a child's own or of a household, which it holds exactly, float64 for all others.
    Rows are in the order of person and index date, and nothing stands at `out` until all of it does. `progress` is
    told how many rows are written, and of how many: at the start, and after each part. Raises WrongUsage.

    >>> import tempfile
    >>> from prevention_model.features.feature import Feature
    >>> from prevention_model.query import Lookback
    >>> events = pd.DataFrame({"person_id": ["a"], "kind": "contact", "event_date": ["2024-03-01"]})
    >>> members = pd.DataFrame({"person_id": ["a", "a"], "index_date": ["2024-03-01", "2024-03-02"]})
    >>> contacts = Feature("contacts", Count("event", kind="contact"), Lookback("30 days"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     told = write_features(Records.from_frames({"event": events}), members, [contacts], f"{folder}/made.arrow")
    ...     pa.OSFile(f"{folder}/made.arrow").size() > 0, told
    (True, 2)
    """
    plan = QueryPlan.of(features, retention=retention)
    out = Path(out)
    if out.suffix not in (".arrow", ".parquet"):
        raise WrongUsage(
            f"Features cannot be written to a {out.suffix or 'nameless'} file.",
            todo="Write .arrow or .parquet.",
        )
    asked = pairs_of(members)
    tell = progress or _tell_nobody
    tell(0, len(asked))
    pairs, places = plan.with_earlier(asked)
    frames = records.frames if isinstance(records, Records) else records
    with ThreadPoolExecutor(1) as early:  # the compiled steps load while the records are read
        early.submit(fastest)
        kernel = Kernel(frames, pairs, retention=retention)
    matrix = _Matrix.of(kernel, plan, places.in_order(kernel.order), workers)
    unfinished = out.with_name(out.name + ".unfinished")
    written = 0
    try:
        with ThreadPoolExecutor(workers) as pool, _writer(unfinished, matrix.schema) as writer:
            for batch in _in_turn(pool, matrix.batch, kernel.parts(ROWS), workers):
                writer.write_batch(batch)
                written += batch.num_rows
                tell(written, len(asked))
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
    return written


def _tell_nobody(written: int, rows: int) -> None:
    """What is told of progress where nobody asked to be."""


@dataclass(frozen=True, eq=False)
class _Matrix:
    """What each part of the file is made from; `others` holds the answers about the people around, made before."""

    kernel: Kernel
    plan: QueryPlan
    places: Places
    others: dict[Question, NDArray]
    people: pa.Array
    schema: pa.Schema

    @classmethod
    def of(cls, kernel: Kernel, plan: QueryPlan, places: Places, workers: int) -> "_Matrix":
        around = [question for question in plan.questions if question.scope != "own"]
        others = {
            question: made.astype(_kind(question))
            for question, made in kernel.columns_in_order(around, workers)
        }
        keys = [("person_id", pa.dictionary(pa.int32(), pa.string())), ("index_date", pa.timestamp("s"))]
        asked = [(each.name, pa.from_numpy_dtype(kind_of(each))) for each in plan.features]
        people = pa.array(kernel.tables.people, pa.string())
        return cls(kernel, plan, places, others, people, pa.schema([*keys, *asked]))

    def batch(self, part: Part) -> pa.RecordBatch:
        """The asked rows of one part."""
        here = self.places.within(part.where)
        code = self.kernel.rows.person[part.where][here.asked].astype(np.int32)
        person = pa.DictionaryArray.from_arrays(pa.array(code), self.people)
        day = here.day.astype("datetime64[D]").astype("datetime64[s]")
        made = self.plan.columns(lambda question: self._answers(question, part), here)
        columns = [
            pa.array(column.astype(kind_of(each), copy=False))
            for each, column in zip(self.plan.features, made, strict=True)
        ]
        return pa.RecordBatch.from_arrays([person, pa.array(day), *columns], schema=self.schema)

    def _answers(self, question: Question, part: Part) -> NDArray:
        return part.own(question) if question.scope == "own" else self.others[question][part.where]


def kind_of(each: Declared) -> type[np.floating]:
    """The kind of number that a feature is written as."""
    return _kind(each.question) if isinstance(each, Feature) else np.float64


def _kind(question: Question) -> type[np.floating]:
    is_small = isinstance(question.aggregate, _WHOLE) and question.scope != "place"
    return np.float32 if is_small else np.float64


def _writer(path: Path, schema: pa.Schema) -> ipc.RecordBatchFileWriter | pq.ParquetWriter:
    if path.name.endswith(".arrow.unfinished"):
        return ipc.new_file(path, schema, options=ipc.IpcWriteOptions(compression=None))
    return pq.ParquetWriter(path, schema, **parquet_options(schema))


def parquet_options(schema: pa.Schema) -> dict[str, typing.Any]:
    """How a matrix is written as Parquet: its columns are numbers, and few of them alike."""
    numbers = [field.name for field in schema if pa.types.is_floating(field.type)]
    return {
        "compression": "zstd",
        "compression_level": 1,
        "use_dictionary": ["person_id"],
        "use_byte_stream_split": numbers,
    }


def _in_turn(
    pool: ThreadPoolExecutor, make: Callable[[Part], pa.RecordBatch], parts: Iterator[Part], workers: int
) -> Iterator[pa.RecordBatch]:
    """The batches in the order of the parts, no more of them at a time than there are workers, and one."""
    waiting = [pool.submit(make, part) for part in islice(parts, workers)]
    while waiting:
        batch = waiting.pop(0).result()
        waiting += [pool.submit(make, part) for part in islice(parts, 1)]
        yield batch
