"""In however many parts the children are answered, the answers are those of everybody at once."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.features import Derived, Feature, Trajectory, build_features
from prevention_model.features.in_parts import write_features_in_parts
from prevention_model.query import Count, Lookback, Retention
from prevention_model.records import Records
from tests.generative.engine_worlds import PAIRS, RETENTIONS, every_question, frames, records_of
from tests.generative.test_engine_agreement import same_bits

STEP = 40
SETS = [
    tuple(Feature(f"q{j}", asked.aggregate, asked.lookback, asked.scope) for j, asked in enumerate(some))
    for some in (every_question()[part::STEP] for part in range(STEP))
]
TRAJECTORIES = tuple(
    Derived(
        f"trajectory_{scope}",
        Trajectory(Feature(f"n_{scope}", Count("event", "p"), Lookback("3 months"), scope)),
    )
    for scope in ("own", "household_others", "place")
)
"""They look back at earlier dates, at which a child may have lived elsewhere."""


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(most=30), PAIRS, st.sampled_from(SETS), st.integers(1, 5), RETENTIONS)
def test_parts_change_nothing(
    made: dict[str, pd.DataFrame],
    pairs: pd.DataFrame,
    some: tuple[Feature, ...],
    rows: int,
    retention: Retention,
) -> None:
    features = (*some, *TRAJECTORIES)
    whole = build_features(records_of(made), pairs, features, retention=retention)
    found = in_parts(records_of(made), pairs, features, rows=rows, retention=retention)
    assert found.index.sort_values().equals(whole.index.sort_values())
    found = found.reindex(whole.index)
    for name in whole:
        # A column of narrow numbers holds them exactly: they are whole.
        assert same_bits(whole[name].to_numpy(), found[name].to_numpy(dtype=np.float64)).all(), name


def in_parts(records: Records, pairs: pd.DataFrame, features: tuple, **ways: object) -> pd.DataFrame:
    """What `write_features_in_parts` writes, as a frame."""
    with TemporaryDirectory() as folder:
        records.write(Path(folder, "records"))
        told = write_features_in_parts(Path(folder, "records"), pairs, features, Path(folder, "made"), **ways)
        assert told == len(pairs)
        assert sorted(each.name for each in Path(folder).iterdir()) == ["made", "records"]
        found = pq.read_table(Path(folder, "made")).to_pandas()
    found["index_date"] = pd.to_datetime(found["index_date"]).astype("datetime64[s]")
    return found.set_index(["person_id", "index_date"])


CONTACTS = Feature("contacts", Count("event", "contact"), Lookback("30 days"))
ANN = pd.DataFrame({"person_id": ["ann"], "index_date": ["2024-03-01"]})


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    events = pd.DataFrame({"person_id": ["ann"], "kind": "contact", "event_date": ["2024-02-20"]})
    Records.from_frames({"event": events}).write(tmp_path / "records")
    return tmp_path / "records"


def test_tables_and_pairs_may_be_folders_of_files(stored: Path, tmp_path: Path) -> None:
    event = pd.read_parquet(stored / "event.parquet")
    (stored / "event.parquet").unlink()
    for place in (stored / "event", tmp_path / "members"):
        place.mkdir()
    for number, text in enumerate(("2024-02-10", "2024-02-20")):
        day = pd.Timestamp(text)
        event.assign(event_date=day, known_date=day).to_parquet(stored / "event" / f"{number}.parquet")
        ANN.assign(index_date=day).to_parquet(tmp_path / "members" / f"{number}.parquet")
    assert write_features_in_parts(stored, tmp_path / "members", [CONTACTS], tmp_path / "made") == 2
    assert pq.read_table(tmp_path / "made")["contacts"].to_pylist() == [0.0, 1.0]


def test_nothing_stands_there_when_it_fails(stored: Path, tmp_path: Path) -> None:
    twice = pd.concat([ANN, ANN])
    twice.to_parquet(tmp_path / "twice.parquet")
    with pytest.raises(WrongUsage, match="stand there twice"):
        write_features_in_parts(stored, tmp_path / "twice.parquet", [CONTACTS], tmp_path / "made")
    ANN.assign(person_id=None).to_parquet(tmp_path / "nobody.parquet")
    with pytest.raises(WrongUsage, match="no person_id"):
        write_features_in_parts(stored, tmp_path / "nobody.parquet", [CONTACTS], tmp_path / "made")
    with pytest.raises(WrongUsage, match="no amount of memory"):
        write_features_in_parts(stored, ANN, [CONTACTS], tmp_path / "made", memory="much")
    assert not (tmp_path / "made").exists() and not (tmp_path / "made.unfinished").exists()


def test_what_is_there_is_not_written_over(stored: Path, tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    with pytest.raises(WrongUsage, match="made already"):
        write_features_in_parts(stored, ANN, [CONTACTS], tmp_path / "made")


def test_a_missing_table_is_named(stored: Path, tmp_path: Path) -> None:
    (stored / "relationship.parquet").unlink()
    with pytest.raises(WrongUsage, match="no table relationship"):
        write_features_in_parts(stored, ANN, [CONTACTS], tmp_path / "made")


def test_nobody_is_an_answer(stored: Path, tmp_path: Path) -> None:
    assert write_features_in_parts(stored, ANN.head(0), [CONTACTS], tmp_path / "made") == 0
    assert pq.read_table(tmp_path / "made").column_names == ["person_id", "index_date", "contacts"]


def test_a_table_that_is_there_twice_is_refused(stored: Path, tmp_path: Path) -> None:
    (stored / "event").mkdir()
    with pytest.raises(WrongUsage, match="event is there twice"):
        write_features_in_parts(stored, ANN, [CONTACTS], tmp_path / "made")


def test_a_missing_column_is_named(stored: Path, tmp_path: Path) -> None:
    pd.read_parquet(stored / "event.parquet").drop(columns="code").to_parquet(stored / "event.parquet")
    with pytest.raises(WrongUsage, match='"code"'):
        write_features_in_parts(stored, ANN, [CONTACTS], tmp_path / "made")


def test_too_little_memory_is_said(stored: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match=r"cannot be parted in 1 MB\. What to do: Write a larger memory="):
        write_features_in_parts(stored, ANN, [CONTACTS], tmp_path / "made", memory="1 MB")


def test_progress_is_told_to_the_end(stored: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    members = pd.DataFrame({"person_id": ["ann", "ben", "cat"], "index_date": "2024-03-01"})
    ways = {"rows": 1, "progress": lambda done, whole: told.append((done, whole))}
    write_features_in_parts(stored, members, [CONTACTS], tmp_path / "made", **ways)
    assert told[-1] == (3, 3)
