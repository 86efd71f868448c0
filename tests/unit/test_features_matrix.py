"""Features written to a file are those that are built in memory, whatever the parts; nothing is left half-written."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import prevention_model.features.matrix as matrix
import prevention_model.query.rows as query_rows
import prevention_model.query.views as views
from prevention_model.errors import WrongUsage
from prevention_model.features import Feature, build_features, write_features
from prevention_model.query import (
    SCOPES,
    Count,
    DaysInSpell,
    DistinctCodes,
    Latest,
    Lookback,
    Mean,
    People,
    Share,
    Sum,
    stored,
)
from prevention_model.records import TABLES, Records
from tests.generative.engine_worlds import PAIRS, RETENTIONS, frames, records_of

QUARTER = Lookback("3 months")
FEATURES = (
    *(Feature(f"events_{scope}", Count("event", ("p", "q")), QUARTER, scope) for scope in SCOPES),
    *(Feature(f"days_{scope}", DaysInSpell("p"), QUARTER, scope) for scope in SCOPES),
    *(
        Feature(f"latest_{scope}", Latest("measurement", ("p", "q")), Lookback("all"), scope)
        for scope in SCOPES
    ),
    Feature("codes", DistinctCodes("event", ("p", "q")), QUARTER),
    Feature("mean", Mean("event", "p"), QUARTER),
    Feature("share", Share(Sum("event", "p"), Sum("event", ("p", "q"))), Lookback("all")),
    Feature("people", People(), Lookback("all"), "household_others"),
)


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pandas()
    return pa.ipc.open_file(path).read_pandas()


def built(records: Records, pairs: pd.DataFrame, **ways: object) -> pd.DataFrame:
    frame = build_features(records, pairs, FEATURES, **ways).reset_index()  # type: ignore[arg-type]
    return frame.sort_values(["person_id", "index_date"], ignore_index=True)


def same(file: pd.DataFrame, memory: pd.DataFrame) -> None:
    file = file.assign(person_id=file["person_id"].astype("str")).sort_values(["person_id", "index_date"])
    assert file["person_id"].tolist() == memory["person_id"].tolist()
    assert (file["index_date"].to_numpy() == memory["index_date"].to_numpy()).all()
    for feature in FEATURES:
        np.testing.assert_array_equal(
            file[feature.name].to_numpy(float), memory[feature.name].to_numpy(float)
        )


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    frames(),
    PAIRS,
    RETENTIONS,
    st.integers(1, 9),
    st.sampled_from((".arrow", ".parquet")),
    st.booleans(),
    st.sampled_from((0, 10**6)),
)
def test_the_parts_make_no_difference(
    tmp_path_factory, made, pairs, retention, rows, suffix, on_disk, grid
) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("features")
    records = records_of(made)
    source = records
    if on_disk:
        records.write(folder / "records")
        source = stored(folder / "records", TABLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matrix, "ROWS", rows)
        patch.setattr(views, "ROWS", rows)
        patch.setattr(query_rows, "LARGEST_GRID", grid)
        told = write_features(source, pairs, FEATURES, folder / f"features{suffix}", retention=retention)
    assert told == len(pairs)
    assert [path.name for path in folder.iterdir() if path.is_file()] == [f"features{suffix}"]
    same(read(folder / f"features{suffix}"), built(records, pairs, retention=retention))


@pytest.mark.parametrize("scopes", [SCOPES, ("own",)], ids=["before the first part", "in a part"])
def test_nothing_stands_there_when_it_cannot_be_finished(tmp_path: Path, scopes: tuple[str, ...]) -> None:
    events = pd.DataFrame({"person_id": ["a"], "kind": "p", "value": [2.5e9], "event_date": ["2024-01-01"]})
    pairs = pd.DataFrame({"person_id": ["a"], "index_date": ["2024-02-01"]})
    with pytest.raises(Exception, match="A value is beyond"):
        asked = [feature for feature in FEATURES if feature.scope in scopes]
        write_features(Records.from_frames({"event": events}), pairs, asked, tmp_path / "features.arrow")
    assert not list(tmp_path.iterdir())


def test_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    pairs = pd.DataFrame({"person_id": ["a"], "index_date": ["2024-02-01"]})
    with pytest.raises(WrongUsage, match=r"Write \.arrow or \.parquet"):
        write_features(Records.from_frames({}), pairs, FEATURES, tmp_path / "features.csv")
