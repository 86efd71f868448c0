"""Bringing into one table of a return what stands in another, such as a pupil's number into attendance rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa

from prevention_model.records.standards.standard import Part, Return


@dataclass(frozen=True)
class Join:
    """Rows of `module` belong to rows of one of `parents`: where `key` equals the parent's `parent_key`.

    `take` says which columns of the parent the rows get, and under what name; a cell that the table itself fills
    stays. Where a parent's key stands in several rows, the first counts. A blank key belongs to nobody.
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


def orphaned(part: Part, found: str, key: str) -> Part:
    """The part, its rows set aside that name a parent by `key` and got nothing in `found` from it.

    What such a row says is somebody's, and nobody can say whose.
    """
    names_one = ~part.table.column(key).blank
    return part.without(names_one & part.table.column(found).blank, "no_parent", key)


def _with_parent(part: Part, join: Join, delivered: Return) -> Part:
    parents = [one.table for name in join.parents for one in delivered.of(name)]
    if part.module.module != join.module or not part.table.has(join.key) or not parents:
        return part
    keys = pd.concat([table.column(join.parent_key).values() for table in parents], ignore_index=True)
    first = keys.notna() & ~keys.duplicated()
    places = pd.Index(keys[first]).get_indexer(pd.Index(part.table.column(join.key).values()))
    taken = {}
    for name, under in join.take.items():
        there = pd.concat([table.column(name).values() for table in parents], ignore_index=True)[first]
        brought = np.append(there.to_numpy(dtype=object), np.array([None], dtype=object))[places]
        own = part.table.column(under).values().astype("object")
        taken[under] = pa.array(own.where(own.notna(), brought), pa.string(), from_pandas=True)
    return part.with_columns(taken)
