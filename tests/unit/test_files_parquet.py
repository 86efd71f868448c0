"""Parquet files as tables of text: every type in the words that a CSV would hold."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from prevention_model.errors import RecordsRefused
from prevention_model.records.files.opening import open_file
from prevention_model.records.text_table import TextTable


def parquet(folder: Path, table: pa.Table, **options: object) -> TextTable:
    pq.write_table(table, folder / "a.parquet", **options)
    (found,) = open_file(folder / "a.parquet").tables
    return found


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array(["Zoë\u00a0"]), "Zoë"),
        (pa.array(["x"]).dictionary_encode(), "x"),
        (pa.array([7], pa.int64()), "7"),
        (pa.array([7.0]), "7"),
        (pa.array([0.5], pa.float32()), "0.5"),
        (pa.array([1e-7]), "0.0000001"),
        (pa.array([Decimal("7.50")]), "7.5"),
        (pa.array([True]), "true"),
        (pa.array([date(2015, 5, 17)]), "2015-05-17"),
        (pa.array([datetime(2015, 5, 17)]), "2015-05-17"),
        (pa.array([datetime(2015, 5, 17, 9, 30)]), "2015-05-17T09:30:00"),
        (pa.array([datetime(2015, 5, 17, 9, 30, tzinfo=UTC)], pa.timestamp("s", "UTC")), "2015-05-17T09:30:00+00:00"),
        (pa.array([time(9, 30)]), "09:30:00"),
        (pa.array([timedelta(hours=26)]), "26:00:00"),
        (pa.array([b"\x01\xff"]), "01ff"),
        (pa.array([["1A", "2B"]]), '["1A", "2B"]'),
        (pa.array([{"day": date(2015, 5, 17), "n": 1}]), '{"day": "2015-05-17", "n": 1}'),
        (pa.array([float("nan")]), None),
        (pa.array([None], pa.int64()), None),
        (pa.array([None]), None),
    ],
)  # fmt: skip
def test_a_value_reads_as_it_would_in_a_csv(tmp_path: Path, column: pa.Array, text: str | None) -> None:
    values = parquet(tmp_path, pa.table({"ref": ["C1"], " Value": column})).column("value").values()
    assert [None if values.isna()[0] else values[0]] == [text]


def test_rows_are_numbered_as_in_a_csv_and_types_may_change_between_groups(tmp_path: Path) -> None:
    table = pa.table({"n": list(range(2, 120_002)), "Name": ["x"] * 120_000, "name": ["y"] * 120_000})
    found = parquet(tmp_path, table, row_group_size=50_000)
    assert (found.column("n").values().astype(int).to_numpy() == found.rows).all()
    assert found.twice == {"name"}


def test_a_table_without_rows_has_its_columns(tmp_path: Path) -> None:
    found = parquet(tmp_path, pa.table({"ref": pa.array([], pa.int32())}))
    assert (found.names, found.rows_in) == (["ref"], 0)


def test_a_file_that_claims_endless_rows_is_refused(tmp_path: Path) -> None:
    nothing = pa.table([pa.nulls(0)] * 2_001, names=[f"c{n}" for n in range(2_001)])
    with pytest.raises(RecordsRefused, match=r"The file has more than 2,000 columns, or more than"):
        parquet(tmp_path, nothing)


def test_a_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    parquet(tmp_path, pa.table({"name": ["Quillfeather"] * 9}))
    path = tmp_path / "a.parquet"
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(RecordsRefused) as caught:
        open_file(path)
    assert str(caught.value) == (
        "The Parquet file is damaged or only half there (ArrowInvalid). Where: file a.parquet. "
        "What to do: Export it again from the system that made it."
    )
