"""A Parquet file as a table of text, one batch of rows after the other."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from prevention_model.errors import RecordsRefused
from prevention_model.records.files.gathering import MOST_COLUMNS, filled
from prevention_model.records.files.texts import text_of
from prevention_model.records.text_table import TextTable, fold, told_apart

MOST_CELLS = 2_000_000_000
"""Rows times columns. A few bytes can claim any number of rows of one value."""

_BATCH = 50_000
_NESTED = (pa.types.is_nested, pa.types.is_null)


def parquet_tables(path: Path) -> list[TextTable]:
    """Read a file. Rows are numbered as in a CSV of the same table: the first is 2. Raises RecordsRefused.

    >>> import tempfile
    >>> from datetime import date
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.parquet"
    ...     pq.write_table(pa.table({"Ref": ["C1"], "Born": [date(2015, 5, 17)], "Score": [7.0]}), path)
    ...     table, = parquet_tables(path)
    >>> [table.column(name).values().to_list() for name in table.names], table.rows.tolist()
    ([['C1'], ['2015-05-17'], ['7']], [2])
    """
    try:
        with pq.ParquetFile(path) as file:
            return [_read(file, path.name)]
    except (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError) as error:
        raise RecordsRefused(
            f"The Parquet file is damaged or only half there ({type(error).__name__}).",
            where=f"file {path.name}",
            todo="Export it again from the system that made it.",
        ) from None


def _read(file: pq.ParquetFile, name: str) -> TextTable:
    schema = file.schema_arrow
    if len(schema) > MOST_COLUMNS or file.metadata.num_rows * max(len(schema), 1) > MOST_CELLS:
        raise RecordsRefused(
            f"The file has more than {MOST_COLUMNS:,} columns, or more than {MOST_CELLS:,} cells.",
            where=f"file {name}",
            todo="Ask for the columns that the standard names, or for one file a year.",
        )
    heard: list[list[pa.Array]] = [[] for _ in schema]
    numbers: list[np.ndarray] = []
    rows = 0
    for batch in file.iter_batches(_BATCH):
        columns = [_texts(column) for column in batch.columns]
        kept = filled(columns, batch.num_rows)
        numbers.append(kept + rows + 2)
        rows += batch.num_rows
        for column, chunks in zip(columns, heard, strict=True):
            chunks.append(column.take(pa.array(kept)))
    kind = pa.dictionary(pa.int32(), pa.string())
    unique, twice = told_apart([fold(field.name) or f"unnamed {n}" for n, field in enumerate(schema)])
    table = pa.table([pa.chunked_array(chunks, kind) for chunks in heard], names=unique)
    nothing = np.array([], dtype=np.int64)
    return TextTable(name, table, np.concatenate([nothing, *numbers]), nothing, twice)


def _texts(column: pa.Array) -> pa.DictionaryArray:
    """Each different value is put into words once."""
    if any(is_kind(column.type) for is_kind in _NESTED):
        return pa.array(list(map(text_of, column.to_pylist())), pa.string()).dictionary_encode()
    numbered = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    words = [text_of(value) for value in numbered.dictionary.to_pylist()]
    codes = numbered.indices.fill_null(len(words)).cast(pa.int32())
    return pa.DictionaryArray.from_arrays(codes, pa.array([*words, ""], pa.string()))
