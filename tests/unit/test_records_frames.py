"""Records from anybody's frames: what is filled in, what is refused, what is stored comes back."""

from pathlib import Path

import pandas as pd
import pytest

from prevention_model.errors import Damaged, RecordsRefused, WrongUsage
from prevention_model.records import SCHEMAS, TABLES, Records

EVENT = {"person_id": ["a", "b"], "kind": ["visit", "visit"], "event_date": ["2024-03-01", "2024-03-02"]}
COVERAGE = {"source": ["x"], "kind": ["visit"], "from": ["2020-01-01"], "to": ["2025-01-01"]}


def records(**tables: dict[str, object]) -> Records:
    return Records.from_frames({name: pd.DataFrame(columns) for name, columns in tables.items()})


def test_all_nine_tables_are_there_with_their_types() -> None:
    made = records(event=EVENT)
    assert tuple(made.frames) == TABLES
    for name, frame in made.frames.items():
        assert {c.name: c.dtype for c in SCHEMAS[name].columns} == {c: str(frame[c].dtype) for c in frame}


@pytest.mark.parametrize(
    ("tables", "assumed"),
    [
        (
            {"event": EVENT},
            "event: no known_date delivered, so each row counts as known on the day it happened",
        ),
        ({"event": EVENT}, "coverage: none delivered, so every source counts as received at all times"),
        (
            {"event": {**EVENT, "colour": "red", "size": 2}},
            "event: columns that the table does not have were left out: colour; size",
        ),
        (
            {"household": {"household_id": ["h"], "person_id": ["a"], "known_date": ["2024-01-01"]}},
            "household: no first day (from) delivered, so the day it became known stands for it",
        ),
        (
            {"place": {"person_id": ["a"], "kind": ["home"]}},
            "place: no first day (from) delivered, so it counts as always so",
        ),
    ],
)
def test_what_is_assumed_is_said(tables: dict[str, dict[str, object]], assumed: str) -> None:
    assert assumed in records(**tables).assumptions


def test_where_all_is_delivered_nothing_is_assumed() -> None:
    assert records(event={**EVENT, "known_date": EVENT["event_date"]}, coverage=COVERAGE).assumptions == ()


@pytest.mark.parametrize(
    ("event", "fault"),
    [
        ({"kind": ["visit"]}, "mandatory column person_id is absent; mandatory column event_date is absent; "
         "mandatory column known_date is absent"),
        ({**EVENT, "person_id": ["a", None]}, "mandatory column person_id is empty (first at row 1)"),
        ({**EVENT, "known_date": ["2024-03-01", None]}, "mandatory column known_date is empty (first at row 1)"),
        ({**EVENT, "event_date": ["2024-03-01", "soon"], "known_date": "2024-04-01"},
         "column event_date does not hold a date (year-month-day) in every row"),
        ({**EVENT, "event_date": "03/04/2024", "known_date": "2024-04-01"},
         "column event_date does not hold a date (year-month-day) in every row"),
        ({**EVENT, "event_date": [45000, 45001], "known_date": "2024-04-01"},
         "column event_date does not hold a date (year-month-day) in every row"),
        ({**EVENT, "known_date": pd.to_datetime(["2024-03-01"] * 2, utc=True)},
         "column known_date does not hold a date (year-month-day) in every row"),
        ({**EVENT, "value": ["1", "much"]}, "column value does not hold a number in every row"),
        ({**EVENT, "row": [1.5, 2.0]}, "column row does not hold a whole number in every row"),
    ],
)  # fmt: skip
def test_frames_that_cannot_be_used_are_refused(event: dict[str, object], fault: str) -> None:
    with pytest.raises(RecordsRefused) as refused:
        records(event=event)
    assert str(refused.value) == (
        f"The table event cannot be used: {fault}. "
        "What to do: Give the tables the columns of data_schemas/*.yaml."
    )


def test_all_tables_are_checked_before_one_is_refused() -> None:
    with pytest.raises(RecordsRefused, match=r"table person cannot .* table event cannot"):
        records(event={"kind": ["x"]}, person={"sex": ["F"]})


def test_a_column_twice_is_refused() -> None:
    frame = pd.DataFrame(
        [["a", "visit", "2024-01-01", "x"]], columns=["person_id", "kind", "event_date", "kind"]
    )
    with pytest.raises(RecordsRefused, match="column kind stands twice"):
        Records.from_frames({"event": frame})


def test_a_table_that_is_none_is_refused() -> None:
    with pytest.raises(RecordsRefused) as refused:
        records(events=EVENT)
    assert str(refused.value) == (
        f"There is no canonical table called events. What to do: Use one of: {', '.join(TABLES)}."
    )
    with pytest.raises(WrongUsage, match="must be a pandas DataFrame; these are none: event"):
        Records.from_frames({"event": [1, 2]})  # type: ignore[dict-item]


def test_a_time_of_day_is_cut_off() -> None:
    made = records(event={**EVENT, "event_date": pd.to_datetime(["2024-03-01 23:59", "2024-03-02 00:00"])})
    assert made.frames["event"]["event_date"].dt.strftime("%H:%M").to_list() == ["00:00", "00:00"]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ["visit", "call"]},
        {"event_date": ["2024-03-02", "2024-03-02"]},
        {"person_id": ["ab", ""]},
        {"person_id": ["b", "a"]},
        {"value": [1.0, None]},
        {"code": [None, ""]},
    ],
)
def test_the_fingerprint_tells_other_records_apart(change: dict[str, object]) -> None:
    before = records(event={**EVENT, "known_date": "2024-05-01"}).fingerprint()
    assert records(event={**EVENT, "known_date": "2024-05-01", **change}).fingerprint() != before


def test_the_fingerprint_does_not_depend_on_how_frames_are_held() -> None:
    made = records(event=EVENT, coverage=COVERAGE)
    frames = {
        name: pd.concat([frame.iloc[:1], frame.iloc[1:]]).astype(dict(frame.dtypes)) if len(frame) else frame
        for name, frame in made.frames.items()
    }
    assert Records(frames, made.assumptions).fingerprint() == made.fingerprint()


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    made = records(event={**EVENT, "value": [1.5, None]}, person={"person_id": ["a"], "is_adult": [True]})
    made.write(tmp_path / "tables")
    back = Records.read(tmp_path / "tables")
    for name in TABLES:
        pd.testing.assert_frame_equal(back.frames[name], made.frames[name])
    assert (back.assumptions, back.fingerprint()) == (made.assumptions, made.fingerprint())


@pytest.mark.parametrize("broken", ["event.parquet", "assumptions.txt"])
def test_stored_records_that_cannot_be_read_are_damaged(tmp_path: Path, broken: str) -> None:
    records(event=EVENT).write(tmp_path / "tables")
    (tmp_path / "tables" / broken).unlink()
    with pytest.raises(Damaged) as damaged:
        Records.read(tmp_path / "tables")
    assert str(damaged.value) == (
        f"A stored table of the records cannot be read (FileNotFoundError). Where: tables/{broken}. "
        "What to do: Load the authority's files again with `prevention-model load`."
    )


@pytest.mark.parametrize("keep", [0, 3, 200, -1, -300])
def test_a_truncated_table_is_damaged(tmp_path: Path, keep: int) -> None:
    records(event=EVENT).write(tmp_path / "tables")
    path = tmp_path / "tables" / "event.parquet"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(Damaged):
        Records.read(tmp_path / "tables")
