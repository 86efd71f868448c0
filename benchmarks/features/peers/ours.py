"""The feature engine of this repository, as a script uses it."""

from pathlib import Path

import pyarrow.parquet as pq

import prevention_model as pm
from benchmarks.features.matrix import write_matrix
from prevention_model.records import Records


def answer(world: Path, features: tuple[pm.Feature, ...], out: Path) -> None:
    """Open the records as they lie in a workspace, build the features, write them."""
    members = pq.read_table(world / "members.parquet")
    made = pm.build_features(Records.read(world / "records"), members.to_pandas(), features)
    write_matrix(out, members, {name: made[name].to_numpy() for name in made.columns})
