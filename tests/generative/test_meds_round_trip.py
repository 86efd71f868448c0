"""Event data out and in again: exact exports lose nothing, plain ones only what they say, and none sees the future."""

import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prevention_model.errors import PreventionError
from prevention_model.records import SCHEMAS, Records
from prevention_model.records.meds import meds_delivery, read_meds, write_meds
from prevention_model.records.meds.subjects import subject_numbers
from prevention_model.records.seen import as_known_at
from tests.generative.engine_worlds import INDEX_DATES, PEOPLE, frames, records_of

HELD = ("person", "event", "spell", "measurement", "attribute", "coverage")
SPOILT = 10 * settings.default.max_examples
"""Files that are spoilt: ten times as many when a run is told to explore."""
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
TEXT = st.sampled_from((None, "", "a", "x//y", "//", "start", "é£ 7", "3", "nan", "MEDS_BIRTH"))
DAY = st.sampled_from((None, "1899-12-31", "2011-02-03", "2040-01-01"))


@st.composite
def worlds(draw: st.DrawFn) -> Records:
    """Records with odd texts, numbers, provenance and persons in any table."""
    made = records_of(draw(frames(most=8))).frames
    odd = {}
    for name in HELD:
        frame = made[name].copy()
        for column in SCHEMAS[name].columns:
            if column.required or column.name not in frame or not len(frame) or not draw(st.booleans()):
                continue
            values = {"string": TEXT, "integer": st.none() | st.integers(1, 9), "date": DAY}.get(column.type)
            if values is not None and column.name not in ("known_end", "from", "to"):
                drawn = draw(st.lists(values, min_size=len(frame), max_size=len(frame)))
                frame[column.name] = pd.Series(drawn, index=frame.index, dtype="object")
        odd[name] = SCHEMAS[name].conform(frame)
    spell = odd["spell"]
    undated = spell["end_date"].isna()
    odd["spell"] = spell.assign(
        outcome=spell["outcome"].mask(undated), known_end=spell["known_end"].mask(undated)
    )
    return Records({**made, **odd}, tuple(draw(st.sets(st.sampled_from(("one", "two"))))))


@QUICK
@given(worlds(), st.sampled_from(("known", "event")), st.sampled_from(("", "salt")))
def test_an_exact_export_gives_the_same_records_back(records: Records, time: str, salt: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        write_meds(records, Path(place) / "out", exact=True, time=time, salt=salt)  # type: ignore[arg-type]
        back = read_meds(Path(place) / "out")
    for name in HELD:
        pd.testing.assert_frame_equal(back.frames[name], records.frames[name], check_exact=True)
    lost = [name for name in ("relationship", "household", "place") if len(records.frames[name])]
    assert back.assumptions[: len(records.assumptions)] == records.assumptions
    assert [note.split()[1] for note in back.assumptions[len(records.assumptions) :]] == lost


def plainly(records: Records) -> Counter:
    """By hand: what a plain export may say, as (person, day, kind and code, number)."""
    said: Counter = Counter()
    for name in ("event", "measurement"):
        for row in records.frames[name].to_dict("records"):
            day, code = max(row["event_date"], row["known_date"]), row["kind"] + _part(row["code"])
            said[row["person_id"], day, code, str(np.float32(row["value"]))] += 1
    for row in records.frames["attribute"].to_dict("records"):
        day, text = max(row["event_date"], row["known_date"]), row["value"]
        figure = text in ("3", "7.5")
        code = row["name"] + ("" if figure else _part(text))
        said[row["person_id"], day, code, str(np.float32(text if figure else "nan"))] += 1
    for row in records.frames["spell"].to_dict("records"):
        began = max(row["start_date"], row["known_start"])
        said[row["person_id"], began, f"{row['kind']}_start" + _part(row["code"]), "nan"] += 1
        if pd.notna(row["end_date"]):
            known = row["end_date"] if pd.isna(row["known_end"]) else row["known_end"]
            day = max(row["end_date"], known, began)
            said[row["person_id"], day, f"{row['kind']}_end" + _part(row["outcome"]), "nan"] += 1
    return said


def _part(code: str | None) -> str:
    return "" if pd.isna(code) else f"//{code}"


@QUICK
@given(worlds())
def test_a_plain_export_says_what_the_records_say_and_names_nobody(records: Records) -> None:
    with tempfile.TemporaryDirectory() as place:
        write_meds(records, Path(place) / "out")
        table = pq.read_table(Path(place) / "out" / "data").to_pandas()
        codes = pq.read_table(Path(place) / "out" / "metadata" / "codes.parquet")["code"].to_pylist()
        delivery = meds_delivery(Path(place) / "out")
    static_or_life = table["time"].isna() | table["code"].isin(["MEDS_BIRTH", "MEDS_DEATH"])
    rows = table[~static_or_life]
    found = Counter(
        (row.subject_id, row.time, row.code, str(np.float32(row.numeric_value)))
        for row in rows.itertuples(index=False)
    )
    people = [*PEOPLE, "stranger"]
    number = dict(zip(people, subject_numbers(people), strict=True))
    assert found == Counter({(number[who], *what): n for (who, *what), n in plainly(records).items()})
    assert list(table.columns) == ["subject_id", "time", "code", "numeric_value"]
    assert sorted(set(table["code"])) == codes
    assert delivery.files["rows_in"].sum() == len(table)


@QUICK
@given(worlds(), st.sampled_from(INDEX_DATES))
def test_rows_before_a_day_are_those_that_were_known_before_it(records: Records, day: object) -> None:
    """Whoever takes all rows of an export before a day takes no more than was known then."""
    index_day = np.datetime64(str(day), "s")
    with tempfile.TemporaryDirectory() as place:
        write_meds(records, Path(place) / "whole")
        whole = pq.read_table(Path(place) / "whole" / "data").to_pandas()
        write_meds(as_known_at(records, index_day), Path(place) / "then")
        then = pq.read_table(Path(place) / "then" / "data").to_pandas()
    taken, known = (
        Counter(map(str, rows[rows["time"] < index_day].itertuples(index=False))) for rows in (whole, then)
    )
    assert taken == known


@QUICK
@given(worlds(), st.integers(1, 3), st.booleans())
def test_a_subject_stands_in_one_file_in_the_order_of_time(
    records: Records, people: int, exact: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as place:
        patch.setattr("prevention_model.records.meds.write.PEOPLE_A_FILE", people)
        write_meds(records, Path(place) / "out", exact=exact)
        files = sorted((Path(place) / "out" / "data").iterdir())
        shards = [pq.read_table(path, partitioning=None).to_pandas() for path in files]
    seen: set[int] = set()
    for shard in shards:
        assert len(set(shard["subject_id"])) <= people
        assert not seen & set(shard["subject_id"])
        seen |= set(shard["subject_id"])
        for _, rows in shard.groupby("subject_id"):
            assert np.ptp(rows.index) == len(rows) - 1, "stands together"
            times = rows["time"].to_numpy().astype(np.int64).tolist()  # missing is the smallest number
            assert times == sorted(times)


CODES = st.one_of(
    st.none(),
    st.sampled_from(("", "MEDS_BIRTH", "MEDS_DEATH", "GENDER//F", "LAB//1//x", "//", "person", "RACE")),
)
TIMES = st.one_of(
    st.none(),
    st.sampled_from(("1700-01-01", "1969-12-31T23:59:59", "2020-02-29T12:00", "2299-12-31", "5000-01-01")),
)


@QUICK
@given(
    st.lists(
        st.tuples(st.none() | st.integers(-3, 3), TIMES, CODES, st.none() | st.floats(width=32)), max_size=12
    )
)
def test_of_anybodys_rows_each_is_accepted_or_set_aside_for_a_reason(rows: list[tuple]) -> None:
    subjects, times, codes, numbers = zip(*rows, strict=True) if rows else ((), (), (), ())
    table = pd.DataFrame(
        {
            "subject_id": pd.array(subjects, dtype="Int64"),
            "time": np.array([t or "NaT" for t in times], dtype="datetime64[us]"),
            "code": pd.Series(codes, dtype="str"),
            "numeric_value": np.array([np.nan if n is None else n for n in numbers], dtype="float32"),
        }
    )
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "data" / "train").mkdir(parents=True)
        table.to_parquet(Path(place) / "data" / "train" / "0.parquet")
        delivery = meds_delivery(place)
    accepted = len(rows) - len(delivery.quarantined)
    assert delivery.files["accepted"].sum() == accepted
    assert not delivery.quarantined["row"].duplicated().any()
    made = delivery.records.frames
    usable = ~table.index.isin(delivery.quarantined["row"] - 2)
    dated = usable & table["time"].notna() & ~table["code"].isin(["MEDS_BIRTH", "MEDS_DEATH"])
    assert len(made["event"]) == dated.sum()
    assert set(made["person"]["person_id"]) == set(table["subject_id"][usable].astype(str))


@pytest.mark.slow
@pytest.mark.parametrize("exact", [False, True])
def test_a_spoilt_file_is_refused_or_read_and_never_a_crash(tmp_path: Path, exact: bool) -> None:
    """Bytes flipped and files cut short, in the data and in what the export says of itself."""
    events = {"person_id": list("abcd") * 9, "kind": "contact", "code": "x", "event_date": "2024-03-01"}
    coverage = {"source": ["s"], "kind": ["contact"], "from": ["2020-01-01"], "to": ["2025-01-01"]}
    records = Records.from_frames({"event": pd.DataFrame(events), "coverage": pd.DataFrame(coverage)})
    write_meds(records, tmp_path / "out", exact=exact)
    targets = sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())
    sound = {path: path.read_bytes() for path in targets}
    random, refused = np.random.default_rng(7), 0
    for _ in range(SPOILT):
        path = targets[random.integers(len(targets))]
        spoilt = bytearray(sound[path])
        for place in random.integers(0, len(spoilt), random.integers(1, 9)):
            spoilt[place] = random.integers(256)
        path.write_bytes(bytes(spoilt[: random.integers(len(spoilt))] if random.random() < 0.3 else spoilt))
        try:
            files = meds_delivery(tmp_path / "out").files
            assert files["rows_in"].sum() == files["accepted"].sum() + files["set_aside"].sum()
        except PreventionError:
            refused += 1
        path.write_bytes(sound[path])
    assert SPOILT / 10 < refused < SPOILT
