"""What has to be refused, each with its exit code: 4 refused, 5 tampered or damaged, 6 expired.

A table to read down. The complete tables of who may sign and release stand in test_gate_decisions.py.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from prevention_model.errors import PreventionError
from prevention_model.release import overview, record, suspend, verify, withdraw
from tests.release.gate_scene import AUTHOR, MANIFEST, TODAY, Scene, another_run, scene, waive

YEAR = timedelta(days=366)


def _row_deleted(made: Scene, seq: str) -> None:
    """A row taken out with a database tool, guards and all."""
    with closing(sqlite3.connect(made.ledger.path, isolation_level=None)) as database:
        triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            database.execute(f"DROP TRIGGER {name}")
        database.execute(f"DELETE FROM entry WHERE seq = {seq}")


def _released(made: Scene) -> Scene:
    made.sign_both()
    made.release()
    return made


def _clock_set_back(made: Scene, folder: Path) -> None:
    _released(made).check(today=TODAY - timedelta(days=1))


def _clock_set_back_over_an_expiry(made: Scene, folder: Path) -> None:
    # Something was written after the certificate had ended; then the clock is set to before it.
    _released(made)
    made.clock.day = TODAY + YEAR
    made.ledger.append("objection", "p-1", {"right": "r1", "by": "Officer", "day": "2027-03-03"})
    made.check(today=TODAY)


def _certificate_past(made: Scene, folder: Path) -> None:
    _released(made).check(today=TODAY + YEAR)


def _certificate_past_at_the_next_use(made: Scene, folder: Path) -> None:
    verify(_released(made).check(), TODAY + YEAR)


def _audit_past_before_signing(made: Scene, folder: Path) -> None:
    made.sign("Hana Head", today=TODAY + YEAR)


def _last_row_deleted(made: Scene, folder: Path) -> None:
    _row_deleted(_released(made), "(SELECT max(seq) FROM entry)")
    made.check()


def _middle_row_deleted(made: Scene, folder: Path) -> None:
    _row_deleted(_released(made), "3")
    overview(made.ledger, TODAY)


def _row_deleted_before_a_signature(made: Scene, folder: Path) -> None:
    _row_deleted(made, "1")
    made.sign("Hana Head")


def _other_lists_at_the_same_stage(made: Scene, folder: Path) -> None:
    first, second = made.check(), made.check()
    record(made.ledger, first, MANIFEST, ())
    record(made.ledger, second, "cd" * 32, ())


def _author_signs(made: Scene, folder: Path) -> None:
    made.sign(AUTHOR)


def _author_s_signature_slipped_in(made: Scene, folder: Path) -> None:
    made.sign("Hana Head")
    made.slip_in(made.who(AUTHOR), made.keys[AUTHOR])
    made.check()


def _waiver_past_before_the_release(made: Scene, folder: Path) -> None:
    made.sign("Hana Head", waive(days=10))
    made.sign("Omar Officer")
    made.clock.day = TODAY + timedelta(days=11)
    made.check(today=made.clock.day)


def _waiver_past_after_the_release(made: Scene, folder: Path) -> None:
    made.sign("Hana Head", waive(days=10))
    made.sign("Omar Officer")
    made.release()
    made.check(today=TODAY + timedelta(days=11))


def _waiver_already_past(made: Scene, folder: Path) -> None:
    made.sign("Hana Head", waive(days=-1))


def _a_stage_left_out(made: Scene, folder: Path) -> None:
    made.sign_both()
    made.release("pilot")


def _the_stage_before_was_withdrawn(made: Scene, folder: Path) -> None:
    _released(made)
    withdraw(made.ledger, "run-1-shadow", "a reason", "Wilma Watch", TODAY)
    second = another_run(made, folder, "run-2")
    second.sign_both()
    second.release("pilot")


def _suspended_while_lists_were_made(made: Scene, folder: Path) -> None:
    prepared = _released(made).check("pilot")
    suspend(made.ledger, "run-1-shadow", "a reason", "Wilma Watch", TODAY)
    record(made.ledger, prepared, MANIFEST, ())


def _model_changed(made: Scene, folder: Path) -> None:
    released = _released(made).check()
    (made.run.files.model / "booster.txt").write_text("another tree")
    verify(released, TODAY)


REFUSED: list[tuple[int, str, Callable[[Scene, Path], None]]] = [
    (4, "passed", _clock_set_back),
    (4, "passed", _clock_set_back_over_an_expiry),
    (6, "passed", _certificate_past),
    (6, "passed", _certificate_past_at_the_next_use),
    (6, "passed", _audit_past_before_signing),
    (5, "passed", _last_row_deleted),
    (5, "passed", _middle_row_deleted),
    (5, "passed", _row_deleted_before_a_signature),
    (4, "signed", _other_lists_at_the_same_stage),
    (4, "passed", _author_signs),
    (4, "passed", _author_s_signature_slipped_in),
    (4, "failed", _waiver_past_before_the_release),
    (6, "failed", _waiver_past_after_the_release),
    (4, "failed", _waiver_already_past),
    (4, "passed", _a_stage_left_out),
    (4, "passed", _the_stage_before_was_withdrawn),
    (4, "passed", _suspended_while_lists_were_made),
    (5, "passed", _model_changed),
]


@pytest.mark.parametrize(
    ("code", "report", "tried"), REFUSED, ids=lambda each: getattr(each, "__name__", None)
)
def test_it_is_refused(code: int, report: str, tried: Callable[[Scene, Path], None], tmp_path: Path) -> None:
    made = scene(tmp_path, ["PM006"] if report == "failed" else [])
    if report == "signed":
        made.sign_both()
    with pytest.raises(PreventionError) as caught:
        tried(made, tmp_path)
    assert caught.value.exit_code == code, str(caught.value)
