"""Who received a list is recorded with its release, and everybody who did is told when it is taken back."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from prevention_model.errors import ReleaseRefused, WrongUsage
from prevention_model.ledger import BY_NAME, Entry, kinds_table, lacking, whole
from prevention_model.release import Recipient, receipt, record, suspend, withdraw
from prevention_model.release.states import KINDS as STATE_KINDS
from tests.release.gate_scene import MANIFEST, TODAY, Scene, scene

GIVEN = (
    Recipient("Z1", "L-1", "Zone one partnership", "Zone coordinator", "1" * 64),
    Recipient("Z2", "L-2", "Zone two partnership", "Zone coordinator", "2" * 64),
)


@pytest.fixture
def signed(tmp_path: Path) -> Scene:
    made = scene(tmp_path)
    made.sign_both()
    return made


def release(made: Scene, stage: str = "shadow") -> Entry:
    return record(made.ledger, made.check(stage), MANIFEST, GIVEN)


def said(made: Scene, kind: str, *names: str) -> list[tuple[object, ...]]:
    return [tuple(entry.body[name] for name in names) for entry in made.ledger.entries(kind)]


def test_who_received_which_list_stands_beside_the_release(signed: Scene) -> None:
    released = release(signed)
    entries = signed.ledger.entries("list_given")
    assert [entry.seq for entry in entries] == [released.seq + 1, released.seq + 2]
    assert entries[0].body == {
        "release_id": "run-1-shadow",
        "zone": "Z1",
        "list_id": "L-1",
        "recipient": "Zone one partnership",
        "role": "Zone coordinator",
        "pack": "1" * 64,
        "until": "2026-04-06",
    }


def test_releasing_again_gives_nobody_a_second_list(signed: Scene) -> None:
    release(signed)
    release(signed)
    assert said(signed, "list_given", "zone") == [("Z1",), ("Z2",)]


def test_a_release_that_is_refused_has_no_recipients(signed: Scene) -> None:
    release(signed)
    with pytest.raises(ReleaseRefused, match="with other lists"):
        record(signed.ledger, signed.check(), "cd" * 32, GIVEN)
    assert len(signed.ledger.entries("list_given")) == 2


@pytest.mark.parametrize(("close", "state"), [(withdraw, "withdrawn"), (suspend, "suspended")])
def test_every_recipient_has_to_be_told_once(signed: Scene, close: object, state: str) -> None:
    assert callable(close)
    release(signed)
    for _ in range(2):
        close(signed.ledger, "run-1-shadow", "calibration drifted", "Wilma Watch", TODAY)
    assert said(signed, "notice", "zone", "list_id", "because", "date") == [
        ("Z1", "L-1", state, "2026-03-02"),
        ("Z2", "L-2", state, "2026-03-02"),
    ]


def test_every_copy_is_void_the_sealed_ones_too(signed: Scene) -> None:
    release(signed)
    sealed = {"list_id": "L-2", "how": "zip", "copy": "3" * 64, "by": "Ann", "day": "2026-03-02"}
    signed.ledger.append("list_sealed", "run-1", sealed)
    suspend(signed.ledger, "run-1-shadow", "calibration drifted", "Wilma Watch", TODAY)
    copies = [("L-1", ["1" * 64], "suspended"), ("L-2", ["2" * 64, "3" * 64], "suspended")]
    assert said(signed, "list_void", "list_id", "copies", "because") == copies
    withdraw(signed.ledger, "run-1-shadow", "found wrong", "Wilma Watch", TODAY)
    assert said(signed, "list_void", "because")[2:] == [("withdrawn",), ("withdrawn",)]


def test_what_a_recipient_reports_is_entered_once_also_after_withdrawal(signed: Scene) -> None:
    release(signed)
    withdraw(signed.ledger, "run-1-shadow", "found wrong", "Wilma Watch", TODAY)
    for _ in range(2):
        receipt(signed.ledger, "L-2", "list_destroyed", " Zone coordinator ", TODAY)
    assert said(signed, "list_destroyed", "list_id", "by", "day") == [
        ("L-2", "Zone coordinator", "2026-03-02")
    ]


@pytest.mark.parametrize(
    ("list_id", "by", "day", "message"),
    [
        ("L-9", "Coordinator", TODAY, "no such list"),
        ("L-1", " ", TODAY, "Somebody reports this"),
        ("L-1", "Coordinator", TODAY - timedelta(days=1), "before the list was made, or is still to come"),
        ("L-1", "Coordinator", TODAY + timedelta(days=1), "before the list was made, or is still to come"),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    signed: Scene, list_id: str, by: str, day: date, message: str
) -> None:
    release(signed)
    with pytest.raises(WrongUsage, match=message):
        receipt(signed.ledger, list_id, "list_viewed", by, day)
    assert signed.ledger.entries("list_viewed") == []


def test_a_run_is_closed_at_every_stage_so_lists_of_all_stages_are_called_back(signed: Scene) -> None:
    release(signed)
    release(signed, "pilot")
    withdraw(signed.ledger, "run-1-pilot", "calibration drifted", "Wilma Watch", TODAY)
    assert said(signed, "notice", "release_id", "zone") == [
        ("run-1-shadow", "Z1"), ("run-1-shadow", "Z2"), ("run-1-pilot", "Z1"), ("run-1-pilot", "Z2"),
    ]  # fmt: skip


def test_after_a_suspension_a_withdrawal_is_told_again(signed: Scene) -> None:
    release(signed)
    suspend(signed.ledger, "run-1-shadow", "being looked into", "Wilma Watch", TODAY)
    withdraw(signed.ledger, "run-1-shadow", "found wrong", "Wilma Watch", TODAY)
    assert said(signed, "notice", "zone", "because") == [
        ("Z1", "suspended"), ("Z2", "suspended"), ("Z1", "withdrawn"), ("Z2", "withdrawn"),
    ]  # fmt: skip


def test_every_step_of_a_run_is_a_kind_that_the_ledger_knows() -> None:
    assert set(BY_NAME) >= STATE_KINDS
    wanted = {"loaded", "drafted", "audited", "signed", "released", "list_given", "list_viewed", "decided"}
    assert set(BY_NAME) >= wanted | {"withdrawn", "suspended", "notice", "objection", "erasure"}
    assert all(f"| `{name}` |" in kinds_table() for name in BY_NAME)


def test_what_belongs_in_an_entry_is_named_when_it_is_not_there() -> None:
    assert lacking("contest_closed", {"contest": "C-1", "by": "x"}) == ["outcome", "day"]
    with pytest.raises(WrongUsage, match="An entry `list_viewed` of the ledger lacks: by; day"):
        whole("list_viewed", {"list_id": "L-1"})
    with pytest.raises(WrongUsage, match="The ledger knows no kind of entry 'gossip'"):
        lacking("gossip", {})
