"""The feature engine on Spark, here on the cores of this machine: what Spark costs beside the engine alone."""

from pathlib import Path

import pyarrow.parquet as pq

import prevention_model as pm
from prevention_model.features.on_spark import local_session
from prevention_model.records import TABLES

PAIRS = 200_000
"""Of a part, about."""


def answer(world: Path, features: tuple[pm.Feature, ...], out: Path) -> None:
    """From the tables of the world to a folder of Parquet files, by a session started for it and ended."""
    parts = -(-pq.read_metadata(world / "members.parquet").num_rows // PAIRS)
    spark = local_session()
    tables = {name: spark.read.parquet(str(world / "records" / f"{name}.parquet")) for name in TABLES}
    members = spark.read.parquet(str(world / "members.parquet"))
    made = pm.features_on_spark(tables, members, features, parts=parts)
    made.write.mode("overwrite").option("compression", "zstd").parquet(str(out))
    gateway = spark.sparkContext._gateway
    spark.stop()
    # Waited for, so that its time is counted with ours; that of its workers is not.
    gateway.proc.stdin.close()
    gateway.proc.wait()
