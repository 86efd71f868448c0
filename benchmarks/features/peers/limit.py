"""What no engine can beat: every event read once and brought together by person once, and a matrix written once.

The quickest ways known here are taken: people numbered a row group at a time, one counting sort, and an Arrow file
that is not encoded, as ours is. The matrix has the shape of the answers and about their spread, but nothing in it was
looked up by window. It is a limit of time, not of memory: it holds all events, and then the matrix.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc
import pyarrow.parquet as pq

import prevention_model as pm
from benchmarks.features.plain import plain
from prevention_model.query import fastest
from prevention_model.query.columns import Stored, days, places, texts, values

BATCH = 120_000


def answer(world: Path, features: tuple[pm.Feature, ...], out: Path) -> None:
    """Read, group, write."""
    members = pq.read_table(world / "members.parquet")
    columns = limit_columns(world, members, features)
    table = pa.table({"person_id": members["person_id"], "index_date": members["index_date"]} | columns)
    with ipc.new_file(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=BATCH)


def limit_columns(world: Path, members: pa.Table, features: tuple[pm.Feature, ...]) -> dict[str, pa.Array]:
    """Read every event and bring it to its person; columns of the spread of answers, as narrow as ours."""
    events, steps = Stored(world / "records" / "event.parquet"), fastest()
    everybody = pq.read_table(world / "records" / "person.parquet", columns=["person_id"]).column(0)
    people = pd.Index(everybody.to_pandas(), dtype="str")
    person = places(events, "person_id", people)
    order = steps.order_of(person, len(people))
    for name in ("kind", "code"):
        texts(events, name).codes[order]
    for name in ("event_date", "known_date"):
        days(events, name)[order]
    value = values(events, "value")[order]
    rows_of = np.bincount(person, minlength=len(people))
    starts = np.minimum(np.cumsum(rows_of) - rows_of, len(value) - 1)
    total_of = np.add.reduceat(np.nan_to_num(value), starts)

    at = pc.index_in(members["person_id"].combine_chunks(), everybody.combine_chunks()).to_numpy()
    late = 1 + np.arange(len(at)) % 12
    amounts = {item.name for item in plain(features) if item.amount == "value"}
    counted, summed = ((spread[at] * late).astype(np.float32) for spread in (rows_of, total_of))
    return {
        feature.name: pa.array(summed / np.float32(100) if feature.name in amounts
                               else np.floor(counted / np.float32(12 + number % 50)))
        for number, feature in enumerate(features)
    }  # fmt: skip
