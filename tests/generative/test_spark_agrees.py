"""Spark gives what the reference gives, bit for bit: many worlds side by side in one run, since each run takes long."""

import os
import shutil
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from prevention_model.errors import WrongUsage
from prevention_model.features import Feature, build_features
from prevention_model.query import Question, Retention
from prevention_model.records import Records
from tests.generative.engine_worlds import COVERAGE, PAIRS, every_question, frames, records_of
from tests.generative.test_engine_agreement import STEP, same_bits
from tests.generative.test_parts_agree import CONTACTS, TRAJECTORIES

pytestmark = pytest.mark.xdist_group("spark")  # its session is started once, not once for each worker

pytest.importorskip("pyspark", reason='Spark is not installed: pip install "prevention-model[spark]"')
if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
    pytest.skip("Spark needs Java 17, and there is no java on the path", allow_module_level=True)

WORLDS = 16
IDS = ("person_id", "other_id", "household_id", "lsoa")


@pytest.fixture(scope="module", autouse=True)
def session() -> Iterator[object]:
    """One session for all tests of this file, ended with it."""
    from prevention_model.features.on_spark import local_session

    spark = local_session()
    yield spark
    spark.stop()


@pytest.fixture(scope="module")
def worlds() -> tuple[Records, pd.DataFrame]:
    """Generated worlds as one: each has people, households and areas of its own; coverage is that of the first."""
    made: list[tuple[dict[str, pd.DataFrame], pd.DataFrame]] = []

    @settings(
        max_examples=WORLDS, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(frames(), PAIRS)
    @seed(1)
    def collect(world: dict[str, pd.DataFrame], pairs: pd.DataFrame) -> None:
        number = len(made)
        made.append(({name: _apart(frame, number) for name, frame in world.items()}, _apart(pairs, number)))

    @settings(max_examples=20, database=None, phases=[Phase.generate])
    @given(COVERAGE)
    @seed(1)
    def cover(drawn: pd.DataFrame) -> None:
        if len(drawn) == 5:  # the longest there is, of which something is covered
            coverage.append(drawn)

    coverage: list[pd.DataFrame] = []
    collect()
    cover()
    names = {name for world, _ in made for name in world} - {"coverage"}
    whole = {name: pd.concat([world[name] for world, _ in made if name in world]) for name in sorted(names)}
    whole["coverage"] = coverage[0].assign(source="s")
    return records_of(whole), pd.concat([pairs for _, pairs in made], ignore_index=True)


def _apart(frame: pd.DataFrame, number: int) -> pd.DataFrame:
    """Whose ids nobody else has."""
    ids = {name: frame[name].map(lambda text: text and f"{text} {number}") for name in IDS if name in frame}
    return frame.assign(**ids)


def _features(questions: list[Question]) -> tuple[Feature, ...]:
    return tuple(Feature(f"q{j}", q.aggregate, q.lookback, q.scope) for j, q in enumerate(questions))


def test_spark_is_the_reference_bit_for_bit(worlds: tuple[Records, pd.DataFrame]) -> None:
    features = (*_features(every_question()[3::STEP]), *TRAJECTORIES)
    ways = {"retention": Retention({"p": "2 months", "q": "1 month"}), "coverage_flags": True}
    _same(*(build_features(*worlds, features, engine, **ways) for engine in ("reference", "spark")))


def test_spark_is_the_kernel_for_every_question(worlds: tuple[Records, pd.DataFrame]) -> None:
    """The kernel is held to the reference elsewhere; here every aggregate goes through Spark in every scope."""
    features = _features(every_question())
    _same(*(build_features(*worlds, features, engine) for engine in ("kernel", "spark")))


def _same(slow: pd.DataFrame, fast: pd.DataFrame) -> None:
    assert slow.index.equals(fast.index) and list(slow) == list(fast)
    different = [name for name in slow if not same_bits(slow[name].to_numpy(), fast[name].to_numpy()).all()]
    assert not different
    assert (slow.notna() & (slow != 0)).to_numpy().any()


def test_tables_that_are_left_out_are_empty_and_others_are_refused(session: object) -> None:
    from prevention_model.features.on_spark import features_on_spark

    tables = {
        "event": session.sql("SELECT 'ann' person_id, 'contact' kind, NULL code, NULL value, "
                             "DATE'2024-02-20' event_date, DATE'2024-02-20' known_date"),
        "coverage": session.sql("SELECT 's' source, NULL kind, NULL code, "
                                "DATE'2020-01-01' `from`, DATE'2025-01-01' `to`"),
    }  # fmt: skip
    members = session.sql("SELECT 'ann' person_id, TIMESTAMP'2024-03-01 00:00:00' index_date")
    made = features_on_spark(tables, members, [CONTACTS], parts=3)
    assert [tuple(row)[2] for row in made.collect()] == [1.0]
    with pytest.raises(WrongUsage, match="coverage is missing"):
        features_on_spark({"event": tables["event"]}, members, [CONTACTS])
    with pytest.raises(WrongUsage, match="events"):
        features_on_spark({**tables, "events": tables["event"]}, members, [CONTACTS])


def test_pairs_that_cannot_be_answered_end_the_job(session: object) -> None:
    from pyspark.errors import PySparkException

    from prevention_model.features.on_spark import features_on_spark

    coverage = session.createDataFrame([], "source STRING, kind STRING, code STRING, `from` DATE, `to` DATE")
    members = session.sql("SELECT 'ann' person_id, DATE'2024-03-01' index_date FROM RANGE(2)")
    with pytest.raises(PySparkException, match="stand there twice"):
        features_on_spark({"coverage": coverage}, members, [CONTACTS], parts=2).collect()
    nobody = session.sql("SELECT CAST(NULL AS STRING) person_id, DATE'2024-03-01' index_date")
    with pytest.raises(PySparkException, match="no person_id"):
        features_on_spark({"coverage": coverage}, nobody, [CONTACTS], parts=2).collect()


def test_the_people_of_a_county_are_parted_evenly(session: object) -> None:
    """A part is what a task holds, so no part may have much more than its share."""
    from prevention_model.query import SPARK

    people = session.range(20_000).selectExpr(f"{SPARK.part('CAST(id AS STRING)', 10)} AS part")
    counts = np.array([row["count"] for row in people.groupBy("part").count().collect()])
    assert len(counts) == 10 and counts.max() < 1.1 * 2_000
