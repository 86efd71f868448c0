"""Bringing into one table of a return what stands in another, such as a pupil's number into attendance rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.standards.standard import Part, Return


@dataclass(frozen=True)
class Join:
    """Rows of `module` belong to rows of one of `parents`: where `key` equals the parent's `parent_key`.

    `take` says which columns of the parent the rows get, and under what name. Where a parent's key stands in
    several rows, the first counts.
    """

    module: str
    key: str
    parents: Sequence[str]
    parent_key: str
    take: Mapping[str, str]


def joined(delivered: Return, joins: Sequence[Join]) -> Return:
    """The return with every join made, in their order; a row without a parent gets nothing."""
    for join in joins:
        delivered = delivered.changed(partial(_with_parent, join=join, delivered=delivered))
    return delivered


def _with_parent(part: Part, join: Join, delivered: Return) -> Part:
    if part.module.module != join.module or not part.table.has(join.key):
        return part
    parents = [one.table for name in join.parents for one in delivered.of(name)]
    if not parents:
        return part
    keys = pa.chunked_array(
        [c for table in parents for c in table.plain(join.parent_key).chunks], pa.string()
    )
    places = pc.index_in(part.table.plain(join.key), value_set=keys.combine_chunks())
    taken = {}
    for name, under in join.take.items():
        column = pa.chunked_array([c for table in parents for c in table.plain(name).chunks], pa.string())
        taken[under] = column.combine_chunks().take(places.combine_chunks())
    return part.with_columns(taken)
