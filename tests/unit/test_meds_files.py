"""MEDS folders: what is written for other tools, what is read from theirs, and what is refused."""

import json
import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from prevention_model.errors import Damaged, RecordsRefused, WrongUsage
from prevention_model.query import Count, Lookback, Question, answer
from prevention_model.records import Records
from prevention_model.records.meds import meds_delivery, read_meds, write_meds
from prevention_model.records.meds.subjects import subject_numbers

RECORDS = Records.from_frames(
    {
        "person": pd.DataFrame({"person_id": ["ann", "ben"], "birth_date": ["2015-03-01", None], "sex": ["F", None]}),
        "event": pd.DataFrame(
            {"person_id": "ann", "kind": ["contact", "notice"], "code": ["police", None], "value": [None, 0.1],
             "event_date": ["2024-03-01", "2024-03-02"], "known_date": ["2024-03-09", "2024-03-02"]}
        ),
        "spell": pd.DataFrame(
            {"person_id": ["ann"], "kind": "cp_plan", "code": "neglect", "outcome": "stepped_down",
             "start_date": "2024-01-01", "known_start": "2024-01-05",
             "end_date": "2024-06-01", "known_end": "2024-06-20"}
        ),
        "attribute": pd.DataFrame(
            {"person_id": "ann", "name": ["young_carer", "decile"], "value": ["true", "3"],
             "event_date": "2024-02-01", "known_date": "2024-02-01"}
        ),
        "household": pd.DataFrame({"household_id": "h", "person_id": ["ann", "ben"], "from": "2020-01-01"}),
        "coverage": pd.DataFrame(
            {"source": "s", "kind": ["contact"], "code": None, "from": "2024-01-01", "to": "2025-01-01"}
        ),
    }
)  # fmt: skip


def data_of(folder: Path) -> pd.DataFrame:
    return pq.read_table(folder / "data").to_pandas()


def theirs(folder: Path, **columns: list) -> Path:
    """A folder as another tool writes it."""
    (folder / "data" / "train").mkdir(parents=True)
    types = {
        "subject_id": pa.int64(),
        "time": pa.timestamp("us"),
        "code": pa.string(),
        "numeric_value": pa.float32(),
    }
    arrays = {
        name: pa.array(
            np.array(values, dtype="datetime64[us]") if name == "time" else values, types.get(name)
        )
        for name, values in columns.items()
    }
    pq.write_table(pa.table(arrays), folder / "data" / "train" / "0.parquet")
    return folder


def test_a_data_set_has_the_columns_types_and_files_of_the_standard(tmp_path: Path) -> None:
    write_meds(RECORDS, tmp_path / "out", splits={"ann": "train", "ben": "held_out"})
    schema = pq.read_schema(tmp_path / "out" / "data" / "0.parquet")
    assert schema.names == ["subject_id", "time", "code", "numeric_value"]
    assert schema.types == [pa.int64(), pa.timestamp("us"), pa.string(), pa.float32()]
    codes = pq.read_schema(tmp_path / "out" / "metadata" / "codes.parquet")
    assert codes.names == ["code", "description", "parent_codes"]
    assert codes.types == [pa.string(), pa.string(), pa.list_(pa.string())]
    splits = pq.read_table(tmp_path / "out" / "metadata" / "subject_splits.parquet")
    assert splits.schema.types == [pa.int64(), pa.string()]
    assert dict(zip(*splits.to_pydict().values(), strict=True)) == dict(
        zip(subject_numbers(["ann", "ben"]).tolist(), ["train", "held_out"], strict=True)
    )
    dataset = json.loads((tmp_path / "out" / "metadata" / "dataset.json").read_text())
    assert dataset["meds_version"] == "0.4.1"
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700


def test_each_row_says_one_thing_dated_when_it_could_be_known(tmp_path: Path) -> None:
    write_meds(RECORDS, tmp_path / "out")
    rows = data_of(tmp_path / "out")
    ann = rows[rows["subject_id"] == subject_numbers(["ann"])[0]]
    days = ann["time"].dt.date.astype(str).mask(ann["time"].isna(), "")
    figures = ann["numeric_value"].astype(object).where(ann["numeric_value"].notna(), None)
    shown = list(zip(days, ann["code"], figures, strict=True))
    assert shown == [
        ("", "person", None),
        ("", "sex//F", None),
        ("2015-03-01", "MEDS_BIRTH", None),
        ("2024-01-05", "cp_plan_start//neglect", None),
        ("2024-02-01", "young_carer//true", None),
        ("2024-02-01", "decile", 3.0),
        ("2024-03-02", "notice", np.float32(0.1)),
        ("2024-03-09", "contact//police", None),
        ("2024-06-20", "cp_plan_end//stepped_down", None),
    ]
    write_meds(RECORDS, tmp_path / "event", time="event")
    happened = data_of(tmp_path / "event").set_index("code")["time"]
    assert str(happened["contact//police"].date()) == "2024-03-01"
    assert str(happened["cp_plan_end//stepped_down"].date()) == "2024-06-01"


def test_a_plain_data_set_holds_no_pseudonym_and_no_source(tmp_path: Path) -> None:
    people = pd.DataFrame(
        {"person_id": ["pseudonym-1"], "source": ["police-extract"], "delivery": ["2024-05-05"]}
    )
    write_meds(Records.from_frames({"person": people}), tmp_path / "out", salt="spice")
    content = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    for text in (b"pseudonym-1", b"police-extract", b"2024-05-05", b"spice"):
        assert text not in content
    write_meds(Records.from_frames({"person": people}), tmp_path / "exact", exact=True)
    content = b"".join(path.read_bytes() for path in (tmp_path / "exact").rglob("*") if path.is_file())
    assert b"pseudonym-1" in content, "this test can see a pseudonym where there is one"


def test_what_the_standard_cannot_hold_is_counted_and_said(tmp_path: Path) -> None:
    odd = RECORDS.frames["spell"].assign(end_date=pd.NaT)
    write_meds(Records({**RECORDS.frames, "spell": odd}), tmp_path / "out", exact=True)
    about = json.loads((tmp_path / "out" / "metadata" / "prevention_model.json").read_text())
    assert about["left_out"] == {"household": 2, "ends of spells without a day": 1}
    assert read_meds(tmp_path / "out").assumptions == (
        "meds: household could not be held, 2 rows",
        "meds: ends of spells without a day could not be held, 1 rows",
    )


def test_coverage_travels_along_so_that_nothing_is_never_taken_for_zero(tmp_path: Path) -> None:
    write_meds(RECORDS, tmp_path / "out")
    back = read_meds(tmp_path / "out")
    ben = str(subject_numbers(["ben"])[0])
    pairs = pd.DataFrame(
        {"person_id": [ben, ben], "index_date": pd.to_datetime(["2024-02-01", "2023-12-01"])}
    )
    found = answer(back.frames, pairs, [Question(Count("event", "contact"), Lookback("30 days"))])
    assert found[0, 0] == 0 and np.isnan(found[1, 0])


def test_somebody_elses_data_become_records(tmp_path: Path) -> None:
    folder = theirs(
        tmp_path,
        subject_id=[7, 7, 7, 7, 7, 7, 8],
        time=[
            "NaT",
            "NaT",
            "2011-05-17T04:00",
            "2024-01-02T23:59:59",
            "2024-02-03T08:00",
            "2025-01-01",
            "2024-01-01",
        ],
        code=[
            "GENDER//F",
            "BLOOD//0",
            "MEDS_BIRTH",
            "LAB//50912//mg/dL",
            "ADMISSION",
            "MEDS_DEATH",
            "RACE//X",
        ],
        numeric_value=[None, None, None, 7.5, None, None, None],
        text_value=["a name"] * 7,
        site=["x"] * 7,
    )
    made = read_meds(folder)
    person = made.frames["person"].set_index("person_id")
    assert person.loc["7", ["birth_date", "death_date"]].astype(str).to_list() == ["2011-05-01", "2025-01-01"]
    assert person["sex"].to_list()[:1] == ["F"] and pd.isna(person.loc["8", "sex"])
    events = made.frames["event"][["person_id", "kind", "code", "value", "event_date"]].astype(object)
    assert events.where(events.notna(), None).to_numpy().tolist() == [
        ["7", "LAB", "50912//mg/dL", 7.5, pd.Timestamp("2024-01-02")],
        ["7", "ADMISSION", None, None, pd.Timestamp("2024-02-03")],
        ["8", "RACE", "X", None, pd.Timestamp("2024-01-01")],
    ]
    fact = made.frames["attribute"].iloc[0]
    assert (fact["name"], fact["value"], str(fact["known_date"].date())) == ("BLOOD", "0", "2025-01-01")
    assert "a name" not in "".join(frame.to_csv() for frame in made.frames.values())
    assert made.assumptions == (
        "coverage: none delivered, so every source counts as received at all times",
        "meds: no day on which a row became known, so each counts as known on the day of its time",
        "meds: a fact without a time counts as known on the day of the person's last row",
    )


@pytest.mark.parametrize("unit", ["s", "ms", "ns"])
def test_other_widths_and_units_are_read(tmp_path: Path, unit: str) -> None:
    (tmp_path / "data").mkdir()
    late = pa.array(np.array(["1969-12-31T23:00"], "datetime64[s]")).cast(pa.timestamp(unit, "UTC"))
    code = pa.array(["A//b"]).dictionary_encode()
    table = pa.table({"subject_id": pa.array([7], pa.uint32()), "time": late, "code": code})
    pq.write_table(table, tmp_path / "data" / "0.parquet")
    event = read_meds(tmp_path).frames["event"].iloc[0]
    assert (event["person_id"], event["kind"], str(event["event_date"].date())) == ("7", "A", "1969-12-31")
    assert pd.isna(event["value"])


def test_rows_that_cannot_be_used_are_set_aside_with_reason_and_row(tmp_path: Path) -> None:
    folder = theirs(
        tmp_path,
        subject_id=[None, 1, 1, 2, 3, 3],
        time=["2024-01-01", "2024-01-01", "5000-01-01", "NaT", "2024-01-01", "NaT"],
        code=["A", None, "A", "BLOOD//0", "A", "MEDS_BIRTH"],
    )
    delivery = meds_delivery(folder)
    assert delivery.quarantined.to_dict("records") == [
        {"file": "data/train/0.parquet", "row": 2, "column": "subject_id", "reason": "no_identifier"},
        {"file": "data/train/0.parquet", "row": 3, "column": "code", "reason": "missing_value"},
        {"file": "data/train/0.parquet", "row": 4, "column": "time", "reason": "impossible_date"},
        {"file": "data/train/0.parquet", "row": 5, "column": "time", "reason": "missing_date"},
        {"file": "data/train/0.parquet", "row": 7, "column": "time", "reason": "missing_date"},
    ]
    assert delivery.files.to_dict("records") == [
        {"file": "data/train/0.parquet", "rows_in": 6, "accepted": 1, "set_aside": 5}
    ]
    assert delivery.records.assumptions[-1] == "meds: 5 rows could not be used"


def test_all_faults_of_all_files_are_said_at_once(tmp_path: Path) -> None:
    theirs(tmp_path, subject_id=[1], time=["NaT"], code=["A"])
    pq.write_table(pa.table({"subject_id": ["zoe"], "code": ["A"]}), tmp_path / "data" / "1.parquet")
    (tmp_path / "data" / "2.parquet").write_bytes(b"PAR1")
    with pytest.raises(RecordsRefused) as refused:
        read_meds(tmp_path)
    assert refused.value.what == (
        "The MEDS data cannot be read: data/1.parquet holds something else in the column subject_id than MEDS does; "
        "data/1.parquet lacks the column time; data/2.parquet is damaged or only half there (ArrowInvalid)."
    )
    assert "zoe" not in str(refused.value)


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused, match="There are no MEDS data here"):
        read_meds(tmp_path)


def test_an_exact_export_that_was_changed_is_refused(tmp_path: Path) -> None:
    write_meds(RECORDS, tmp_path / "out", exact=True)
    path = tmp_path / "out" / "data" / "0.parquet"
    table = pq.read_table(path)
    pq.write_table(table.filter(pc.not_equal(table["table"], "spell")), path)
    with pytest.raises(RecordsRefused, match="contradict each other in 1 rows"):
        read_meds(tmp_path / "out")


def test_a_description_that_cannot_be_read_is_damage(tmp_path: Path) -> None:
    write_meds(RECORDS, tmp_path / "out")
    (tmp_path / "out" / "metadata" / "prevention_model.json").write_text("{}")
    with pytest.raises(Damaged, match=r"metadata/prevention_model\.json"):
        read_meds(tmp_path / "out")


def test_nothing_is_written_over(tmp_path: Path) -> None:
    write_meds(RECORDS, tmp_path / "out")
    before = sorted(path.name for path in tmp_path.rglob("*"))
    with pytest.raises(WrongUsage, match="exists"):
        write_meds(RECORDS, tmp_path / "out")
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"time": "today"}, "'today'"), ({"splits": {"nobody": "train", "ann": "train"}}, "names 1 people")],
)
def test_wrong_usage_is_said_before_anything_is_written(tmp_path: Path, wrong: dict, said: str) -> None:
    with pytest.raises(WrongUsage, match=said) as refused:
        write_meds(RECORDS, tmp_path / "out", **wrong)
    assert "nobody" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_a_number_depends_on_the_person_and_the_salt_and_on_nothing_else() -> None:
    one, other = subject_numbers(["ann", "ben"]), subject_numbers(["ben", "cat", "ann"])
    assert one.tolist() == [other[2], other[0]] and (one >= 0).all() and one.dtype == np.int64
    assert not set(one) & set(subject_numbers(["ann", "ben"], "salt"))
    assert not set(subject_numbers(["ann"], "1:a")) & set(subject_numbers(["a1:ann"], ""))
