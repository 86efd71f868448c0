"""Appending to the ledger and reading it; what it refuses to hold; nothing in it can be changed."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.ledger import GENESIS, Entry, Head, Ledger, canonical

AT = "2026-03-02T09:30:00.000000Z"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.create(tmp_path / "ledger.sqlite")


def test_entries_come_back_in_order_and_by_kind_and_subject(ledger: Ledger) -> None:
    ledger.append("drafted", "run-1", {"author": "A. Analyst"})
    ledger.append("audited", "run-1", {"numbers": [1, 2.5, None, True], "text": "Zoë"})
    ledger.append("drafted", "run-2", {})
    assert [entry.seq for entry in ledger.entries()] == [1, 2, 3]
    assert [entry.subject for entry in ledger.entries("drafted")] == ["run-1", "run-2"]
    assert [entry.kind for entry in ledger.entries(subject="run-1")] == ["drafted", "audited"]
    assert ledger.entries("audited", "run-2") == []
    assert ledger.entries("audited")[0].body == {"numbers": [1, 2.5, None, True], "text": "Zoë"}
    assert ledger.verify() == 3


def test_each_entry_names_the_one_before(ledger: Ledger) -> None:
    first, second = ledger.append("a", "x", {}), ledger.append("b", "x", {})
    assert (first.previous, second.previous) == (GENESIS, first.hash)
    assert ledger.head() == Head(2, second.hash)
    assert ledger.entries() == [first, second]


def test_times_are_utc_whatever_the_clock_shows(tmp_path: Path) -> None:
    summer = timezone(timedelta(hours=1))
    ledger = Ledger.create(tmp_path / "a.sqlite", lambda: datetime(2026, 7, 1, 0, 30, tzinfo=summer))
    entry = ledger.append("a", "x", {})
    assert entry.at == "2026-06-30T23:30:00.000000Z"
    assert entry.day == ledger.today() == date(2026, 6, 30)
    without = Ledger.create(tmp_path / "b.sqlite", lambda: datetime(2026, 7, 1))
    with pytest.raises(WrongUsage, match="must give times with a time zone"):
        without.append("a", "x", {})


def test_the_usual_clock_is_now(ledger: Ledger) -> None:
    before = datetime.now(UTC)
    entry = ledger.append("a", "x", {})
    assert before <= datetime.fromisoformat(entry.at) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"a": (1,)}, "this is a tuple. Where: body.a."),
        ({"a": date(2026, 1, 1)}, "this is a date. Where: body.a."),
        ({"a": [1, {"b": float("nan")}]}, "this is not a finite number. Where: body.a[1].b."),
        ({1: "a"}, "this is an object with a key of type int. Where: body."),
        ({"a": b"x"}, "this is a bytes. Where: body.a."),
        ({"a": {1, 2}}, "this is a set. Where: body.a."),
        ([1], "this is a list. Where: body."),
    ],
)
def test_what_is_not_plain_json_is_refused(ledger: Ledger, body: Any, message: str) -> None:
    with pytest.raises(WrongUsage) as caught:
        ledger.append("a", "x", body)
    assert message in str(caught.value)
    assert ledger.head() == Head(0, GENESIS)


def test_a_body_nested_without_end_is_refused(ledger: Ledger) -> None:
    body: dict[str, Any] = {}
    body["again"] = body
    with pytest.raises(WrongUsage, match="nested too deeply"):
        ledger.append("a", "x", body)


@pytest.mark.parametrize(
    ("kind", "subject"), [("", "x"), ("A", "x"), ("a b", "x"), ("a", ""), ("a", "x\ny"), ("a", "x" * 201)]
)
def test_kinds_and_subjects_are_short_and_plain(ledger: Ledger, kind: str, subject: str) -> None:
    with pytest.raises(WrongUsage):
        ledger.append(kind, subject, {})


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=40, deadline=None)
@given(body=st.dictionaries(st.text(), PLAIN, max_size=3))
def test_equal_bodies_have_one_spelling_and_one_hash(body: dict[str, Any]) -> None:
    backwards = dict(reversed(body.items()))
    assert canonical(body) == canonical(backwards)
    entry = Entry.make(1, AT, "a", "x", body, GENESIS)
    assert entry.hash == Entry.make(1, AT, "a", "x", backwards, GENESIS).hash == entry.computed_hash()
    assert entry.body == body


@given(st.sampled_from(["seq", "at", "kind", "subject", "body", "previous"]))
def test_the_hash_covers_every_field(field: str) -> None:
    fields: dict[str, Any] = {
        "seq": 1,
        "at": AT,
        "kind": "a",
        "subject": "x",
        "body": {},
        "previous": GENESIS,
    }
    other = {"seq": 2, "at": AT.replace("2026", "2027"), "kind": "b", "subject": "y", "body": {"a": 1}}
    changed = {**fields, field: other.get(field, "1" * 64)}
    assert Entry.make(**fields).hash != Entry.make(**changed).hash


def test_the_caller_changing_a_body_later_does_not_reach_the_entry(ledger: Ledger) -> None:
    body: dict[str, Any] = {"names": ["a"]}
    entry = ledger.append("a", "x", body)
    body["names"].append("b")
    assert entry.body == {"names": ["a"]}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET body = '{}' WHERE seq = 1",
        "DELETE FROM entry WHERE seq = 2",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry SELECT 1, at, kind, subject, '{}', previous, hash FROM entry WHERE seq = 1",
        "INSERT INTO entry SELECT 3, at, kind, subject, body, previous, hash FROM entry WHERE seq = 2",
        "INSERT INTO entry SELECT 9, at, kind, subject, body, hash, hash FROM entry WHERE seq = 2",
        "UPDATE head SET count = 1",
        "UPDATE head SET count = 3",
        "DELETE FROM head",
        "INSERT OR REPLACE INTO head VALUES (1, 0, '')",
    ],
)
def test_the_file_itself_refuses_every_other_change(ledger: Ledger, statement: str) -> None:
    ledger.append("a", "x", {"n": 1})
    ledger.append("a", "x", {"n": 2})
    before = ledger.entries()
    with (
        closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        connection.execute(statement)
    assert ledger.entries() == before
    assert ledger.verify() == 2


def test_a_transaction_is_kept_as_a_whole_or_not_at_all(ledger: Ledger) -> None:
    ledger.append("a", "x", {})
    with pytest.raises(RuntimeError), ledger.transaction() as held:
        held.append("b", "x", {})
        assert [entry.kind for entry in held.entries()] == ["a", "b"]
        raise RuntimeError
    assert [entry.kind for entry in ledger.entries()] == ["a"]
    with ledger.transaction() as held:
        held.append("b", "x", {})
        held.append("c", "x", {})
        assert held.verify() == 3
    assert ledger.verify() == 3


def test_a_missing_ledger_is_never_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(Damaged) as caught:
        Ledger(tmp_path / "ledger.sqlite")
    assert str(caught.value) == (
        "There is no ledger here. Where: ledger.sqlite. "
        "What to do: Check the path; if the ledger was deleted, restore it from a backup."
    )
    assert list(tmp_path.iterdir()) == []


def test_a_ledger_deleted_while_open_is_not_made_again(ledger: Ledger) -> None:
    ledger.path.unlink()
    with pytest.raises(Damaged, match="There is no ledger here"):
        ledger.append("a", "x", {})
    assert not ledger.path.exists()


def test_making_a_ledger_never_replaces_one(ledger: Ledger) -> None:
    ledger.append("a", "x", {})
    with pytest.raises(WrongUsage) as caught:
        Ledger.create(ledger.path)
    assert str(caught.value) == (
        "There is a ledger here already. Where: ledger.sqlite. What to do: Open it, or name another file."
    )
    assert ledger.verify() == 1
    assert [path.name for path in ledger.path.parent.iterdir()] == ["ledger.sqlite"]


def test_a_ledger_in_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="cannot be made"):
        Ledger.create(tmp_path / "absent" / "ledger.sqlite")


def test_another_database_is_not_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entry (seq INTEGER)")
    with pytest.raises(Damaged, match="This file is not a ledger"):
        Ledger(path)


def test_the_file_is_synchronised_in_full_and_written_ahead(ledger: Ledger) -> None:
    with ledger.transaction() as held:
        assert held._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert held._connection.execute("PRAGMA synchronous").fetchone() == (2,)
