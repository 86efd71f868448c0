"""A long table read slice by slice, so that memory grows with what it says and not with how it is written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from prevention_model.records.extract import Extract
from prevention_model.records.mapped import Delivered, read_table
from prevention_model.records.maps import SourceMap
from prevention_model.records.row_keys import RowKeys
from prevention_model.records.text_table import fold

SLICE = 100_000
"""Rows that are read at a time."""

Read = tuple[Extract, pd.Series]


def read_long_table(given: Delivered, source_map: SourceMap) -> Read:
    """What `read_table` makes of the table, a slice at a time: the same extract, but for frames in more pieces.

    Raises RecordsRefused as `read_table` does.
    """
    if len(given.table.rows) <= SLICE:
        return read_table(given, source_map)
    read: list[Read] = []
    keys = RowKeys()
    for start, part in _slices(given, source_map):
        extract, told = read_table(replace(part, seen=keys), source_map)
        keys.add(told.to_numpy(dtype=np.uint64))
        read.append((_moved(extract, start), told.set_axis(told.index + start)))
    return _joined([extract for extract, _ in read]), pd.concat([told for _, told in read])


def _slices(given: Delivered, source_map: SourceMap) -> Iterator[tuple[int, Delivered]]:
    """Where each slice starts, and the slice, of what the map reads. What is said of the whole file goes with the
    first."""
    table = given.table.saying_none(source_map.saying_none())
    wanted = {fold(name) for name in (*source_map.used(), *source_map.columns.required)}
    names = [name for name in table.names if name in wanted]
    for start in range(0, len(table.rows), SLICE):
        places = slice(start, min(start + SLICE, len(table.rows)))
        faults = tuple((where[places], reason, column) for where, reason, column in given.faults)
        yield start, replace(given, table=table.part(places, names), faults=faults)


def _moved(extract: Extract, start: int) -> Extract:
    """The extract of a slice, its mentions where they stand in the whole table."""
    frames = {
        table: [part.assign(mention=part["mention"] + start) for part in parts]
        for table, parts in extract.frames.items()
    }
    return replace(extract, mentions=extract.mentions.set_axis(extract.mentions.index + start), frames=frames)


def _joined(parts: Sequence[Extract]) -> Extract:
    """The extracts of a table's slices as one."""
    tables = dict.fromkeys(table for part in parts for table in part.frames)
    unfilled = [name for name in parts[0].unfilled if all(name in part.unfilled for part in parts)]
    return replace(
        parts[0],
        rows_in=sum(part.rows_in for part in parts),
        mentions=pd.concat([part.mentions for part in parts]),
        frames={table: [frame for part in parts for frame in part.frames[table]] for table in tables},
        quarantined=_rows([part.quarantined for part in parts]),
        issues=_issues(issue for part in parts for issue in part.issues),
        unfilled=tuple(unfilled),
        unmapped=_rows([part.unmapped for part in parts]),
    )


def _rows(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Lines about rows, in the order of the file."""
    some = [part for part in parts if len(part)]
    if not some:
        return parts[0]
    return pd.concat(some).sort_values("row", kind="stable", ignore_index=True)


def _issues(found: Iterable[Mapping[str, object]]) -> tuple[dict[str, object], ...]:
    """What was odd in any slice, counted over all of them."""
    whole: dict[tuple[object, object], dict[str, object]] = {}
    for issue in found:
        key = (issue["column"], issue["issue"])
        held = whole.setdefault(key, {**issue, "rows": 0})
        held["rows"] = int(str(held["rows"])) + int(str(issue["rows"]))
    return tuple(whole.values())
