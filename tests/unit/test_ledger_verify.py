"""What verification finds: every edit, removal, move and cut, with the number of the entry."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import prevention_model.errors
from prevention_model.errors import Damaged, PreventionError, WrongUsage
from prevention_model.ledger import GENESIS, Head, Ledger, verify_export
from prevention_model.ledger.__main__ import main

SOURCE = Path(prevention_model.errors.__file__).parents[1]
GUARDS = (
    "entry_never_changes",
    "entry_never_goes",
    "entry_follows",
    "head_moves",
    "head_follows",
    "head_never_goes",
)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    made = Ledger.create(tmp_path / "ledger.sqlite")
    for number in range(1, 6):
        made.append("noted", f"run-{number}", {"n": number})
    return made


def by_hand(ledger: Ledger, *statements: str, keep_guards: bool = True) -> None:
    """Change the file with a database tool, past its guards, and put the guards back."""
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in guards if keep_guards else []:
            connection.execute(sql)


@pytest.mark.parametrize("column", ["at", "kind", "subject", "body", "previous", "hash"])
@pytest.mark.parametrize("number", [1, 3, 5])
def test_an_edit_of_any_field_of_any_entry(ledger: Ledger, column: str, number: int) -> None:
    by_hand(ledger, f"UPDATE entry SET {column} = replace({column}, substr({column}, 3, 1), '~')")
    with pytest.raises(Damaged, match="Where: ledger entry 1"):
        ledger.verify()
    by_hand(ledger, f"UPDATE entry SET {column} = 'x' WHERE seq = {number}")
    with pytest.raises(Damaged):
        ledger.verify()


@pytest.mark.parametrize(
    ("statement", "entry", "what"),
    [
        ("UPDATE entry SET body = '{\"n\":9}' WHERE seq = 3", 3, "its content is not what was written"),
        ("UPDATE entry SET body = '{\"n\": 3}' WHERE seq = 3", 3, "its content is not what was written"),
        (
            "UPDATE entry SET at = '2020' || substr(at, 5) WHERE seq = 2",
            2,
            "its content is not what was written",
        ),
        (
            "DELETE FROM entry WHERE seq = 1",
            1,
            "here stands an entry numbered 2, so one was removed or moved",
        ),
        (
            "DELETE FROM entry WHERE seq = 3",
            3,
            "here stands an entry numbered 4, so one was removed or moved",
        ),
        ("DELETE FROM entry WHERE seq = 5", 5, "the ledger should have 5 entries and has 4"),
        ("DELETE FROM entry WHERE seq > 3", 4, "the ledger should have 5 entries and has 3"),
        ("DELETE FROM entry", 1, "the ledger should have 5 entries and has 0"),
        ("UPDATE head SET count = 4", 5, "the ledger should have 4 entries and has 5"),
        ("UPDATE head SET hash = 'x'", 5, "the last entry is not the one that was written last"),
        ("DELETE FROM head", 1, "the record of its end is gone"),
    ],
)
def test_changes_by_hand_are_named(ledger: Ledger, statement: str, entry: int, what: str) -> None:
    by_hand(ledger, "PRAGMA ignore_check_constraints = ON", statement)
    with pytest.raises(Damaged) as caught:
        ledger.verify()
    assert str(caught.value) == (
        f"The ledger is damaged: {what}. Where: ledger entry {entry}. "
        "What to do: Stop using this ledger, keep it for the auditor, and restore the last backup that verifies."
    )


def test_entries_that_changed_places(ledger: Ledger) -> None:
    by_hand(
        ledger,
        "UPDATE entry SET seq = 99 WHERE seq = 2",
        "UPDATE entry SET seq = 2 WHERE seq = 4",
        "UPDATE entry SET seq = 4 WHERE seq = 99",
    )
    with pytest.raises(Damaged, match=r"it does not follow from the entry before it\. Where: ledger entry 2"):
        ledger.verify()


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_taken_away(ledger: Ledger, guard: str) -> None:
    with closing(sqlite3.connect(ledger.path, isolation_level=None)) as connection:
        connection.execute(f"DROP TRIGGER {guard}")
    with pytest.raises(Damaged, match=f"its guard or table `{guard}` was changed"):
        ledger.verify()


def test_nothing_is_appended_to_a_ledger_whose_end_was_changed(ledger: Ledger) -> None:
    by_hand(ledger, "DELETE FROM entry WHERE seq = 5")
    with pytest.raises(Damaged, match="Where: ledger entry 5"):
        ledger.append("noted", "run-6", {})


def test_the_end_cut_off_with_its_record_is_found_by_a_head_noted_elsewhere(ledger: Ledger) -> None:
    noted = ledger.head()
    fourth = ledger.entries()[3].hash
    by_hand(ledger, "DELETE FROM entry WHERE seq = 5", f"UPDATE head SET count = 4, hash = '{fourth}'")
    assert ledger.verify() == 4  # the ledger alone cannot know; docs/explanation/release.md says so
    with pytest.raises(Damaged, match="does not pass through the head noted earlier at entry 5"):
        ledger.verify(noted)


def test_a_head_noted_earlier_is_met_by_a_longer_ledger(ledger: Ledger) -> None:
    noted = ledger.head()
    ledger.append("noted", "run-6", {})
    assert ledger.verify(noted) == ledger.verify(Head(0, GENESIS)) == 6
    with pytest.raises(Damaged, match="noted earlier at entry 5"):
        ledger.verify(Head(5, "a" * 64))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    made = Ledger.create(tmp_path_factory.mktemp("sample") / "ledger.sqlite")
    for number in range(1, 4):
        made.append("noted", f"run-{number}", {"n": number})
    made.export(made.path.with_suffix(".jsonl"))
    return made


@settings(max_examples=150, deadline=None)
@given(place=st.integers(min_value=0), change=st.integers(1, 255))
def test_any_byte_of_an_export(sample: Ledger, place: int, change: int) -> None:
    path = sample.path.with_suffix(".jsonl")
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= change
    other = path.with_name("other.jsonl")
    other.write_bytes(bytes(content))
    with pytest.raises(Damaged):
        verify_export(other)


@settings(max_examples=60, deadline=None)
@given(length=st.integers(min_value=0))
def test_an_export_cut_anywhere(sample: Ledger, length: int) -> None:
    path = sample.path.with_suffix(".jsonl")
    other = path.with_name("cut.jsonl")
    other.write_bytes(path.read_bytes()[: length % path.stat().st_size])
    with pytest.raises(Damaged):
        verify_export(other)


@settings(max_examples=150, deadline=None)
@given(place=st.integers(min_value=0), change=st.integers(1, 255))
def test_any_byte_of_the_file_is_found_or_changes_nothing(sample: Ledger, place: int, change: int) -> None:
    """A database file has bytes that mean nothing; a change to one that means something is found."""
    other = sample.path.with_name("other.sqlite")
    content = bytearray(sample.path.read_bytes())
    content[place % len(content)] ^= change
    other.write_bytes(bytes(content))
    try:
        ledger = Ledger(other)
        assert ledger.verify() == 3
        assert ledger.entries() == sample.entries()
    except PreventionError as error:
        assert isinstance(error, (Damaged, WrongUsage))


def test_an_export_is_the_same_ledger(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    assert ledger.export(path) == ledger.head() == verify_export(path, ledger.head())
    assert len(path.read_text().splitlines()) == 6
    with pytest.raises(WrongUsage, match="cannot be written"):
        ledger.export(tmp_path / "absent" / "ledger.jsonl")


def test_lines_removed_moved_or_added_in_an_export(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger.export(path)
    lines = path.read_text().splitlines()
    for changed, number in (
        (lines[1:], 1),
        ([*lines[:2], *lines[3:]], 3),
        ([*lines[:4], lines[5]], 5),
        ([lines[1], lines[0], *lines[2:]], 1),
        ([*lines[:5], lines[4], lines[5]], 6),
        (lines[:5], 5),
        ([*lines, lines[5]], 6),
    ):
        path.write_text("\n".join(changed) + "\n")
        with pytest.raises(Damaged, match=f"Where: ledger entry {number}"):
            verify_export(path)


def test_a_broken_ledger_is_not_exported(ledger: Ledger, tmp_path: Path) -> None:
    by_hand(ledger, "UPDATE entry SET kind = 'other' WHERE seq = 2")
    with pytest.raises(Damaged, match="ledger entry 2"):
        ledger.export(tmp_path / "ledger.jsonl")
    assert not (tmp_path / "ledger.jsonl").exists()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command with the standard library alone: -S leaves out everything that was ever installed."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "prevention_model.ledger", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(SOURCE)},
    )


def test_the_verifier_needs_only_the_standard_library(ledger: Ledger, tmp_path: Path) -> None:
    head = ledger.head().text()
    done = run("verify", str(ledger.path), "--head", head)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"The ledger is whole. Entries: 5. Head: {head}\n"
    out = tmp_path / "ledger.jsonl"
    assert run("export", str(ledger.path), str(out)).returncode == 0
    assert run("verify", str(out)).stdout == done.stdout
    by_hand(ledger, "UPDATE entry SET kind = 'other' WHERE seq = 2")
    done = run("verify", str(ledger.path))
    assert (done.returncode, done.stdout) == (5, "")
    assert done.stderr.startswith(
        "The ledger is damaged: its content is not what was written. Where: ledger entry 2."
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda path: path.unlink(), 5),
        (lambda path: path.write_bytes(b""), 5),
        (lambda path: path.write_bytes(b"nonsense"), 5),
        (lambda path: path.write_bytes(b"{"), 5),
    ],
)
def test_the_verifier_ends_with_a_code(ledger: Ledger, change: Callable[[Path], object], code: int) -> None:
    change(ledger.path)
    assert main(["verify", str(ledger.path)]) == code


def test_a_head_that_is_not_one_is_wrong_usage(ledger: Ledger) -> None:
    assert main(["verify", str(ledger.path), "--head", "5"]) == 2


def test_a_copy_in_a_folder_that_cannot_be_written_can_be_verified(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert Ledger(ledger.path).verify() == 5
    assert [path.name for path in ledger.path.parent.iterdir()] == ["ledger.sqlite"]
