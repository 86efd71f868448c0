"""The data files of a MEDS folder as one frame, with all that is wrong with them said at once."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from prevention_model.errors import RecordsRefused, listed
from prevention_model.records.meds.layout import CORE, DATA, OWN

_FIRST_ROW = 2
"""Rows are numbered as in a CSV of the same table."""
_TODO = (
    "Give the folder that holds data/ and metadata/, with the columns of MEDS 0.4: subject_id, time, code."
)
_WORDS = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)


def read_shards(folder: Path) -> tuple[pd.DataFrame, bool]:
    """All rows, with `file` and `at` (the row's number there), and whether every file has our own columns.

    Raises RecordsRefused when there is no data, or a file cannot be read or lacks a column of the standard.
    """
    paths = sorted((folder / DATA).rglob("*.parquet"))
    if not paths:
        raise RecordsRefused("There are no MEDS data here.", where=f"folder {folder.name}", todo=_TODO)
    parts: list[pd.DataFrame] = []
    faults: list[str] = []
    owned = True
    for path in paths:
        name = path.relative_to(folder).as_posix()
        try:
            with pq.ParquetFile(path) as file:
                schema = file.schema_arrow
                wrong = _faults(schema)
                if not wrong:
                    own = set(OWN) <= set(schema.names)
                    parts.append(_frame(file, own).assign(file=name))
                    owned &= own
        except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
            wrong = [f"is damaged or only half there ({type(error).__name__})"]
        faults += [f"{name} {fault}" for fault in wrong]
    if faults:
        raise RecordsRefused(
            f"The MEDS data cannot be read: {listed(faults)}.", where=f"folder {folder.name}", todo=_TODO
        )
    return pd.concat(parts, ignore_index=True), owned


def _faults(schema: pa.Schema) -> list[str]:
    wrong = []
    for name in ("subject_id", "time", "code", "numeric_value"):
        found = schema.get_all_field_indices(name)
        if len(found) > 1:
            wrong.append(f"has the column {name} twice")
        elif not found:
            wrong += [] if name == "numeric_value" else [f"lacks the column {name}"]
        elif not _is_kind(name, schema.field(name).type):
            wrong.append(f"holds something else in the column {name} than MEDS does")
    return wrong


def _is_kind(name: str, kind: pa.DataType) -> bool:
    """What other tools write differs in width and unit, and is read all the same."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if name == "subject_id":
        return bool(pa.types.is_integer(kind))
    if name == "time":
        return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))
    if name == "code":
        return any(is_words(kind) for is_words in _WORDS)
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_null(kind))


def _frame(file: pq.ParquetFile, own: bool) -> pd.DataFrame:
    wanted = [name for name in (*CORE, *(OWN if own else ())) if name in file.schema_arrow.names]
    table = file.read(columns=wanted)
    time = table["time"].cast(pa.timestamp("us"), safe=False)
    days = time.to_numpy().astype("datetime64[D]").astype("datetime64[s]")
    number = (
        table["numeric_value"].cast(pa.float64()).to_numpy()
        if "numeric_value" in wanted
        else np.full(len(table), np.nan)
    )
    made = {
        "subject_id": pd.array(
            table["subject_id"].cast(pa.int64()).to_pandas(integer_object_nulls=True), dtype="Int64"
        ),
        "day": days,
        "code": table["code"].cast(pa.string()).to_pandas().astype("str"),
        "numeric_value": number,
        "at": np.arange(len(table), dtype=np.int64) + _FIRST_ROW,
    }
    if own:
        made |= {f"own:{name}": _own(table[name].cast(kind), kind) for name, kind in OWN.items()}
    return pd.DataFrame(made)


def _own(column: pa.ChunkedArray, kind: pa.DataType) -> object:
    if kind == pa.int64():
        return pd.array(column.to_pandas(integer_object_nulls=True), dtype="Int64")
    if kind == pa.date32():
        return column.to_numpy().astype("datetime64[s]")
    return column.to_pandas().astype("str") if kind == pa.string() else column.to_numpy()
