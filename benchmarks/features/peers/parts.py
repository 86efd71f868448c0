"""The feature engine for more children than memory holds: the records in parts on the disk, a part at a time."""

from pathlib import Path
from shutil import rmtree

import prevention_model as pm


def answer(world: Path, features: tuple[pm.Feature, ...], out: Path) -> None:
    """From the tables of the world to a folder of Parquet files."""
    if out.exists():
        rmtree(out)
    pm.write_features_in_parts(world / "records", world / "members.parquet", features, out)
