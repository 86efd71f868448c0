"""Features on Spark, where one machine is outgrown: the same statements part the records, and the same kernel takes
a part at a time inside `mapInArrow`.

What a task holds is one part: its tall rows and its matrix. Rows that are wanted in two parts are copied by a join.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from prevention_model.errors import WrongUsage
from prevention_model.features.declared import Declared
from prevention_model.features.part import ANSWERS, PartWork
from prevention_model.features.query_plan import QueryPlan
from prevention_model.query import (
    KEPT,
    READ,
    SPARK,
    Question,
    Reads,
    Retention,
    by_area,
    by_family,
    pairs_looked_at,
)
from prevention_model.records import SCHEMAS, Records

PARTS = 200
LOCAL_PARTS = 4

_EMPTY = "Some of the members have no person_id or no index_date. What to do: Leave them out."
_TYPES = {"string": "STRING", "date": "DATE", "number": "DOUBLE", "boolean": "BOOLEAN", "integer": "BIGINT"}


def features_on_spark(
    tables: Mapping[str, DataFrame],
    members: DataFrame,
    features: Sequence[Declared],
    *,
    retention: Retention = KEPT,
    parts: int = PARTS,
) -> DataFrame:
    """What `build_features` builds, as a Spark frame: person_id, index_date, and one column a feature.

    `tables` holds the canonical tables by name, `coverage` among them; of a table that is left out nobody has a row.
    `members` has person_id and index_date, each pair once. Numbers are as `write_features` writes them. A task holds
    one part: choose `parts` so that each has about 200,000 pairs. Nothing is computed until the frame is used, but
    the coverage and the distinct index dates are looked up at once. Raises WrongUsage; inside a task it raises
    RecordsRefused for a value that cannot be held, and WrongUsage for a pair that stands there twice; a pair without a
    person or a date ends the job.

    On a cluster: `features_on_spark({name: spark.table(f"records.{name}") for name in TABLES}, members, features)`.

    >>> features_on_spark({}, None, [])
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The tables for Spark are not the canonical ones: coverage is missing. What \
to do: Give frames named as in data_schemas: person, relationship, household, place, event, spell, measurement, \
attribute, coverage.
    """
    unknown = sorted(set(tables) - set(SCHEMAS))
    if unknown or "coverage" not in tables:
        raise WrongUsage(
            f"The tables for Spark are not the canonical ones: {', '.join(unknown) or 'coverage is missing'}.",
            todo=f"Give frames named as in data_schemas: {', '.join(SCHEMAS)}.",
        )
    coverage = (
        tables["coverage"]
        .selectExpr(*(f"CAST(`{name}` AS {kind}) `{name}`" for name, kind in _columns("coverage")))
        .toArrow()
    )
    work = PartWork.of(features, retention, coverage)
    # Joins would lose whoever has no id without a word.
    members = members.selectExpr(
        f"COALESCE(person_id, raise_error('{_EMPTY}')) AS person_id",
        f"COALESCE(CAST(index_date AS DATE), CAST(raise_error('{_EMPTY}') AS DATE)) AS index_date",
    )
    return _Spread(members.sparkSession, tables, members, work, parts).matrix()


def build_on_spark(records: Records, pairs: pd.DataFrame, plan: QueryPlan) -> pd.DataFrame:
    """The features of records in memory, in the order of the pairs, by the session that is there or a local one."""
    spark = SparkSession.getActiveSession() or local_session()
    tables = {name: _sent(spark, frame) for name, frame in records.frames.items()}
    spread = features_on_spark(
        tables, _sent(spark, pairs), plan.features, retention=plan.retention, parts=LOCAL_PARTS
    )
    made = spread.toArrow().to_pandas()
    made["index_date"] = pd.to_datetime(made["index_date"]).astype(pairs["index_date"].dtype)
    keys = ["person_id", "index_date"]
    return made.iloc[pd.MultiIndex.from_frame(made[keys]).get_indexer(pd.MultiIndex.from_frame(pairs[keys]))]


@dataclass(frozen=True)
class _Spread:
    """Records and pairs, spread over the parts of a cluster."""

    spark: SparkSession
    tables: Mapping[str, DataFrame]
    members: DataFrame
    work: PartWork
    parts: int

    def matrix(self) -> DataFrame:
        """The features of all parts."""
        work, asked = self.work, self._pairs()
        if work.of_areas:
            by_areas = by_area(work.of_areas, SPARK, self.parts)
            asked = self._pairs(self._worked(by_areas, asked, work.of_areas, work.area_answers, ANSWERS))
        by_families = by_family(work.of_families, SPARK, self.parts)
        return self._worked(by_families, asked, work.of_families, work.matrix, work.schema)

    def _pairs(self, answered: DataFrame | None = None) -> DataFrame:
        """The pairs looked at, with what was answered about their areas."""
        frames = {"members": self.members} | ({} if answered is None else {"answered": answered})
        looks_back = bool(self.work.of_areas and self.work.plan.earlier)
        if looks_back:
            days = self.members.selectExpr("CAST(index_date AS DATE) AS day").distinct().collect()
            frames["earlier"] = self.spark.createDataFrame(self.work.earlier(row.day for row in days))
        return self._select(pairs_looked_at(SPARK, earlier=looks_back, answered=answered is not None), frames)

    def _worked(
        self,
        statement: str,
        asked: DataFrame,
        questions: Sequence[Question],
        work: Callable[[pa.Table], pa.Table],
        schema: pa.Schema,
    ) -> DataFrame:
        """What the work makes of each part of the rows of a statement."""
        frames = {"asked": asked, "kinds": self.spark.createDataFrame(Reads.of(questions).table())}
        tables = {name: self.tables[name] if name in self.tables else self._nobody(name) for name in READ}
        tall = self._select(statement, {**tables, **frames})

        def of_task(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
            for part in parts_of(batches):
                yield from work(part).to_batches()

        parted = tall.repartition(self.parts, "part").sortWithinPartitions("part")
        return parted.mapInArrow(of_task, from_arrow_schema(schema))

    def _select(self, statement: str, frames: Mapping[str, DataFrame]) -> DataFrame:
        return self.spark.sql(statement, None, **frames)

    def _nobody(self, table: str) -> DataFrame:
        """A table without rows."""
        return self.spark.createDataFrame([], ", ".join(f"`{name}` {kind}" for name, kind in _columns(table)))


def parts_of(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The rows of one part after another, from batches in the order of `part`; no more than one part is held.

    >>> batches = [pa.record_batch({"part": part}) for part in ([1, 1, 2], [2, 5])]
    >>> [part["part"].to_pylist() for part in parts_of(batches)]
    [[1, 1], [2, 2], [5]]
    """
    held: list[pa.RecordBatch] = []
    for batch in batches:
        runs = pc.run_end_encode(batch.column("part")).run_ends.to_pylist() if len(batch) else []
        for begin, end in zip([0, *runs], runs, strict=False):
            run = batch.slice(begin, end - begin)
            if held and held[0].column("part")[0] != run.column("part")[0]:
                yield pa.Table.from_batches(held)
                held = []
            held.append(run)
    if held:
        yield pa.Table.from_batches(held)


def local_session() -> SparkSession:
    """Spark in this process, listening on nothing but the loopback. Raises WrongUsage where Java is missing."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # or its workers would be another Python
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.sql.shuffle.partitions": str(LOCAL_PARTS),
    }
    builder = SparkSession.builder.master("local[2]").appName("prevention_model")
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise WrongUsage(
            f"Spark does not start: {type(error).__name__}.",
            todo='Install Java 17 and set JAVA_HOME, or use engine="kernel", which needs none.',
        ) from None
    session.sparkContext.setLogLevel("ERROR")
    return session


def _columns(table: str) -> list[tuple[str, str]]:
    """The columns of a canonical table, each with its type in Spark."""
    return [(column.name, _TYPES[column.type]) for column in SCHEMAS[table].columns]


def _sent(spark: SparkSession, frame: pd.DataFrame) -> DataFrame:
    """A frame in memory as one of Spark's; days without a time, or a time zone would move them."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    kinds = [
        (field.name, pa.date32() if pa.types.is_timestamp(field.type) else field.type)
        for field in table.schema
    ]
    return spark.createDataFrame(table.cast(pa.schema(kinds)))
