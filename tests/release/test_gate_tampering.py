"""Any change to what was judged or signed is found: any byte of any file, the sign-offs, the ledger."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.errors import Damaged, ReleaseRefused
from prevention_model.ledger import Entry, canonical
from prevention_model.release import overview, verify
from tests.release.gate_scene import MANIFEST, TODAY, Scene, another_run, report, scene

FILES = ["scores.parquet", "reasons.parquet", "report.json", "policy.yaml", "model/booster.txt"]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    made = scene(tmp_path_factory.mktemp("tampering"))
    made.sign_both()
    made.release()
    return made


@contextmanager
def other_bytes(path: Path, content: bytes) -> Iterator[None]:
    before = path.read_bytes()
    path.write_bytes(content)
    try:
        yield
    finally:
        path.write_bytes(before)


def refused_everywhere(made: Scene) -> str:
    """Every way in refuses; the message of `check`."""
    with pytest.raises(Damaged) as caught:
        made.check()
    assert caught.value.exit_code == 5
    with pytest.raises(Damaged):
        made.sign("Hana Head")
    return str(caught.value)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(FILES), place=st.integers(min_value=0), change=st.integers(1, 255))
def test_any_byte_of_any_file_of_the_run(released: Scene, name: str, place: int, change: int) -> None:
    path = released.run.files.scores.parent / name
    content = bytearray(path.read_bytes())
    content[place % len(content)] ^= change
    with other_bytes(path, bytes(content)), pytest.raises(Damaged):
        released.check()
    released.check()


@settings(max_examples=20, deadline=None)
@given(name=st.sampled_from(FILES), more=st.binary(min_size=1, max_size=8))
def test_bytes_added_or_cut_off(released: Scene, name: str, more: bytes) -> None:
    path = released.run.files.scores.parent / name
    for content in (path.read_bytes() + more, path.read_bytes()[: -len(more)]):
        with other_bytes(path, content), pytest.raises(Damaged):
            released.check()


def test_the_message_names_every_file_that_changed(released: Scene) -> None:
    files = released.run.files
    with other_bytes(files.scores, b"x"), other_bytes(files.policy, b"y"):
        assert refused_everywhere(released) == (
            "Not what the run wrote: scores.parquet; policy.yaml. Where: run run-1. "
            "What to do: Run the experiment again, and find out who changed it."
        )


def test_a_file_added_to_the_model_or_taken_away(released: Scene) -> None:
    extra = released.run.files.model / "extra.txt"
    extra.write_text("")
    refused_everywhere(released)
    extra.unlink()
    path = released.run.files.model / "calibration.json"
    path.rename(path.with_name("calibration.txt"))
    refused_everywhere(released)
    path.with_name("calibration.txt").rename(path)
    hidden = released.run.files.reasons
    hidden.rename(hidden.with_suffix(".old"))
    assert refused_everywhere(released) == (
        "A file of the run is missing or cannot be read. Where: reasons.parquet. "
        "What to do: Restore it from a backup, or run the experiment again."
    )
    hidden.with_suffix(".old").rename(hidden)


def test_a_change_after_the_release_is_found_at_the_next_use(released: Scene) -> None:
    value = released.check()
    assert verify(value, TODAY).certificate == value.certificate
    with other_bytes(released.run.files.scores, b"x"), pytest.raises(Damaged):
        verify(value, TODAY)


def test_facts_that_call_a_failed_report_passed(tmp_path: Path) -> None:
    made = scene(tmp_path, ["PM006"])
    real = made.run
    made.run = replace(real, verdict="passed", failed_checks=())
    assert refused_everywhere(made) == (
        "The run does not agree with itself: the audit report says something else than the run's facts. "
        "Where: run run-1. What to do: Run the experiment again, and find out who changed it."
    )
    made.run = replace(real, failed_checks=())
    refused_everywhere(made)


def test_facts_and_files_changed_together_differ_from_the_ledger(tmp_path: Path) -> None:
    made = scene(tmp_path, ["PM006"])
    made.run.files.report.write_text(report().to_json())
    made.run = type(made.run).of_files(
        made.run.files,
        run_id="run-1",
        author=made.run.author,
        records_hash=made.run.records_hash,
        created=made.run.created,
        experiment=made.run.experiment,
    )
    assert refused_everywhere(made) == (
        "The run is not the one that was audited: its facts differ from those in the ledger. "
        "Where: ledger entry 2. What to do: Do not use this run; find out who changed it."
    )


def test_a_policy_beside_the_report_that_did_not_judge_it(tmp_path: Path) -> None:
    made = scene(tmp_path, audited=False)
    path = made.run.files.policy
    path.write_text(path.read_text().replace("missed_gap_max: 0.", "missed_gap_max: 0.9"))
    made.run = type(made.run).of_files(
        made.run.files, run_id="run-1", author="Ann Analyst", records_hash="f" * 64, created=TODAY
    )
    with pytest.raises(Damaged, match="judged by another policy than the one beside it"):
        made.check()


def rewritten(made: Scene, number: int, change: Any) -> None:
    """What somebody with the file and a database tool could do: change an entry and rebuild every hash."""
    with closing(sqlite3.connect(made.ledger.path, isolation_level=None)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        previous = "0" * 64
        for entry in made.ledger.entries():
            body = entry.body
            if entry.seq == number:
                change(body)
            made_again = Entry.make(entry.seq, entry.at, entry.kind, entry.subject, body, previous)
            row = (canonical(body), previous, made_again.hash, entry.seq)
            connection.execute("UPDATE entry SET body = ?, previous = ?, hash = ? WHERE seq = ?", row)
            previous = made_again.hash
        connection.execute("UPDATE head SET hash = ?", (previous,))
        for _, sql in guards:
            connection.execute(sql)
    made.ledger.verify()  # the chain is whole: only signatures can show what was done


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (1, lambda body: body.update(date="2020-01-01")),
        (3, lambda body: body["payload"].update(date="2026-03-01")),
        (3, lambda body: body["payload"].update(name="Omar Officer")),
        (3, lambda body: body["payload"]["run"].update(scores_hash="0" * 64)),
        (3, lambda body: body.update(signature="0" * 128)),
        (3, lambda body: body.update(payload={})),
        (4, lambda body: body.update(signature=None)),
    ],
)
def test_a_ledger_written_anew_with_all_its_hashes_is_betrayed_by_the_signatures(
    tmp_path: Path, number: int, change: Any
) -> None:
    made = scene(tmp_path)
    made.sign_both()
    made.check()
    rewritten(made, number, change)
    with pytest.raises(Damaged, match="A signature in the ledger does not belong to what it signs"):
        made.check()


@settings(max_examples=30, deadline=None)
@given(place=st.integers(0, 127), digit=st.sampled_from("0123456789abcdef"))
def test_any_digit_of_a_signature(released: Scene, place: int, digit: str) -> None:
    good = released.ledger.entries("signed")[0].body["signature"]
    changed = good[:place] + digit + good[place + 1 :]
    with other_bytes(released.ledger.path, released.ledger.path.read_bytes()):
        rewritten(released, 3, lambda body: body.update(signature=changed))
        if changed != good:
            with pytest.raises(Damaged, match="A signature in the ledger"):
                released.check()
    released.check()


def test_a_certificate_made_longer_in_the_ledger(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.sign_both()
    made.release()
    rewritten(made, 5, lambda body: body["certificate"].update(expires="2036-03-02"))
    with pytest.raises(Damaged) as caught:
        made.check()
    assert str(caught.value) == (
        "The certificate is not the one that the sign-offs give. Where: ledger entry 5. "
        "What to do: Do not use this release; find out who wrote to the ledger without the gate."
    )


def test_a_released_entry_put_in_by_hand(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.ledger.append("released", "run-1", {"manifest": MANIFEST})
    for look in (made.check, lambda: overview(made.ledger, TODAY)):
        with pytest.raises(Damaged) as caught:
            look()
        assert str(caught.value) == (
            "The ledger says that a run was released when it is audited, which cannot be. "
            "Where: ledger entry 3. "
            "What to do: Do not use this run; find out who wrote to the ledger without the gate."
        )


def test_a_released_entry_without_what_belongs_in_it(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.sign_both()
    made.ledger.append("released", "run-1", {"manifest": MANIFEST})
    with pytest.raises(Damaged, match="holds an entry `released` without what belongs in one"):
        made.check()


def test_a_ledger_taken_away_is_not_an_empty_one(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.sign_both()
    os.rename(made.ledger.path, made.ledger.path.with_suffix(".old"))
    with pytest.raises(Damaged, match="There is no ledger here"):
        made.check()


def test_a_run_that_the_ledger_never_heard_of(tmp_path: Path) -> None:
    made = scene(tmp_path)
    stranger = replace(another_run(made, tmp_path, "run-2").run, run_id="run-3")
    made.run = stranger
    with pytest.raises(ReleaseRefused, match="it is not in the ledger"):
        made.check()
