"""The feature engine of this repository: records where a workspace keeps them, features to an Arrow file."""

from pathlib import Path

import pyarrow.parquet as pq

import prevention_model as pm
from prevention_model.features import write_features
from prevention_model.query import stored
from prevention_model.records import TABLES


def answer(world: Path, features: tuple[pm.Feature, ...], out: Path) -> None:
    """Read the columns that are needed, build the features, write them."""
    members = pq.read_table(world / "members.parquet").to_pandas()
    write_features(stored(world / "records", TABLES), members, features, out)
