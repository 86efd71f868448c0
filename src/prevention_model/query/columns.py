"""Columns of the records as arrays of whole numbers, from pandas frames, Arrow tables, or tables on disk.

Arrays are as narrow as their content allows: with millions of rows, memory is what limits the engine.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from prevention_model.query.length import Days
from prevention_model.query.rows import MISSING_DAY, Ints

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Stored:
    """A table in a Parquet file, read a column at a time."""

    path: Path

    def __len__(self) -> int:
        return int(pq.read_metadata(self.path).num_rows)

    def column(self, name: str) -> pa.ChunkedArray:
        """One column; texts as dictionaries."""
        return pq.read_table(self.path, columns=[name], read_dictionary=[name], partitioning=None).column(0)

    def table(self) -> pa.Table:
        """All of it."""
        return pq.read_table(self.path, partitioning=None)

    @property
    def column_names(self) -> list[str]:
        """The names of its columns."""
        return list(pq.read_schema(self.path).names)


Frame: TypeAlias = pd.DataFrame | pa.Table | Stored
Frames: TypeAlias = Mapping[str, Frame]
"""The canonical tables, each as a pandas frame, as an Arrow table, or where it is stored."""


def stored(folder: Path, tables: Iterable[str]) -> Frames:
    """The tables of a folder of records, where they lie: each column is read when it is needed."""
    return {name: Stored(folder / f"{name}.parquet") for name in tables}


@dataclass(frozen=True, eq=False)
class Texts:
    """A text column as codes; -1 is missing. `texts` holds each text once, in no order that means anything."""

    codes: NDArray[np.signedinteger]
    texts: pd.Index

    def numbers(self, wanted: tuple[str, ...]) -> Ints:
        """The codes of the wanted texts, of those that are there."""
        found = self.texts.get_indexer(pd.Index(wanted, dtype=self.texts.dtype))
        return found[found >= 0].astype(np.int64)

    def wanted(self, texts: tuple[str, ...]) -> Bools:
        """For each code, and at the end for none, whether it is that of one of these texts."""
        is_one = np.zeros(len(self.texts) + 1, dtype=np.bool_)
        is_one[self.numbers(texts)] = True
        return is_one

    def among(self, wanted: tuple[str, ...]) -> Bools:
        """Which rows hold one of the wanted texts."""
        return self.wanted(wanted)[self.codes]

    def ranks(self) -> Ints:
        """For each row the place of its text among the texts in order; -1 is missing."""
        rank = np.empty(len(self.texts) + 1, dtype=np.int64)
        rank[np.argsort(self.texts.to_numpy(dtype=object), kind="stable")] = np.arange(len(self.texts))
        rank[-1] = -1
        return rank[self.codes]

    def by(self, arrange: Callable[[NDArray], NDArray]) -> "Texts":
        """The texts with their codes put in another order."""
        return Texts(arrange(self.codes), self.texts)

    def take(self, which: Bools | Ints | slice) -> "Texts":
        """The texts of some rows."""
        return Texts(self.codes[which], self.texts)


def texts(frame: Frame, name: str) -> Texts:
    """A column of texts; all missing where the frame has no such column."""
    if name not in _names(frame):
        return Texts(np.full(len(frame), -1, dtype=np.int8), pd.Index([], dtype="str"))
    if isinstance(frame, pd.DataFrame):
        codes, found = pd.factorize(frame[name].astype("str"))
        return Texts(_narrow(codes, len(found)), pd.Index(found))
    column = frame.column(name)
    if not pa.types.is_dictionary(column.type):
        column = pc.dictionary_encode(column)
    whole = column.unify_dictionaries().combine_chunks()
    if isinstance(whole, pa.ChunkedArray):  # a column without any row stays in no chunks
        whole = pa.array([], type=column.type)
    codes = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return Texts(_narrow(codes, len(whole.dictionary)), pd.Index(whole.dictionary.to_pandas(), dtype="str"))


def places(frame: Frame, name: str, among: pd.Index) -> NDArray[np.int32]:
    """For each row the place of its text in `among`; -1 for a text that does not stand there, and for none."""
    if not isinstance(frame, Stored):
        said = texts(frame, name)
        return np.append(among.get_indexer(said.texts), -1).astype(np.int32)[said.codes]
    wanted = pa.array(among, pa.string())
    made = np.empty(len(frame), dtype=np.int32)

    def read(groups: range, begin: int) -> None:
        # A row group at a time, since each has a dictionary of its own: to make one of all takes longer.
        file = pq.ParquetFile(frame.path, read_dictionary=[name])
        read = [file.read_row_group(group, columns=[name], use_threads=False).column(0) for group in groups]
        chunks = [chunk for column in read for chunk in column.chunks]
        if not chunks:
            return
        held = pa.chunked_array([chunk.dictionary for chunk in chunks])
        found = pc.fill_null(pc.index_in(held, value_set=wanted.cast(held.type)), -1).to_numpy()
        last = 0
        for chunk in chunks:
            first, last = last, last + len(chunk.dictionary)
            place = np.append(found[first:last], np.int32(-1))
            end = begin + len(chunk)
            made[begin:end] = place[pc.fill_null(chunk.indices, -1).to_numpy()]
            begin = end

    sizes = _group_sizes(frame.path)
    half = int(np.searchsorted(np.cumsum(sizes), len(made) / 2))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(read, range(half), 0)
        second = pool.submit(read, range(half, len(sizes)), int(np.sum(sizes[:half])))
        for half_read in (first, second):
            half_read.result()
    return made


def _group_sizes(path: Path) -> NDArray[np.int64]:
    stored = pq.read_metadata(path)
    sizes = [stored.row_group(group).num_rows for group in range(stored.num_row_groups)]
    return np.array(sizes, dtype=np.int64)


def _narrow(codes: NDArray, texts: int) -> NDArray:
    """Codes below `texts`, and -1, in as few bytes as hold them."""
    kind = next(kind for kind in (np.int8, np.int16, np.int32, np.int64) if texts <= np.iinfo(kind).max)
    return codes.astype(kind, copy=False)


def days(frame: Frame, name: str) -> Days:
    """Days since 1970; missing dates become MISSING_DAY."""
    if name not in _names(frame):
        return np.full(len(frame), MISSING_DAY, dtype=np.int32)
    if isinstance(frame, pd.DataFrame):
        found = frame[name].to_numpy().astype("datetime64[D]")
        return np.where(np.isnat(found), MISSING_DAY, found.astype(np.int64)).astype(np.int32)
    column = frame.column(name)
    if not pa.types.is_date32(column.type):
        column = pc.cast(column, pa.date32(), safe=False)
    counted: Days = pc.fill_null(pc.cast(column, pa.int32()), MISSING_DAY).to_numpy()
    return counted


def values(frame: Frame, name: str) -> NDArray[np.float64]:
    """Numbers; missing ones become not-a-number."""
    if isinstance(frame, pd.DataFrame):
        return frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    column = pc.cast(frame.column(name), pa.float64())
    found: NDArray[np.float64] = pc.fill_null(column, np.nan).to_numpy()
    return found


def together(frame: Frame, *tasks: Callable[[], Any]) -> list[Any]:
    """What each of the tasks reads; from a stored table two at a time, since reading leaves the interpreter alone."""
    if not isinstance(frame, Stored):
        return [task() for task in tasks]
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda task: task(), tasks))


def rows_where(frame: Frame, which: Bools) -> Frame:
    """Some rows of a frame, in order."""
    if isinstance(frame, pd.DataFrame):
        return frame[which]
    return (frame.table() if isinstance(frame, Stored) else frame).filter(pa.array(which))


def as_pandas(frame: Frame) -> pd.DataFrame:
    """A small table as a pandas frame."""
    if isinstance(frame, pd.DataFrame):
        return frame
    made: pd.DataFrame = (frame.table() if isinstance(frame, Stored) else frame).to_pandas()
    return made


def _names(frame: Frame) -> list[str]:
    return list(frame.columns) if isinstance(frame, pd.DataFrame) else frame.column_names
