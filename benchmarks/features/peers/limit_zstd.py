"""The limit with its matrix encoded: as Parquet with dictionaries and zstd, which takes longer than the reading."""

from pathlib import Path

import pyarrow.parquet as pq

import prevention_model as pm
from benchmarks.features.matrix import write_matrix
from benchmarks.features.peers.limit import limit_columns


def answer(world: Path, features: tuple[pm.Feature, ...], out: Path) -> None:
    """Read, group, encode, write."""
    members = pq.read_table(world / "members.parquet")
    write_matrix(out, members, limit_columns(world, members, features))
