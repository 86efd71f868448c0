"""The two phases of a release, stages, certificates, taking back, and the overview."""

import copy
import dataclasses
import pickle
from datetime import date, timedelta
from pathlib import Path

import pytest

from prevention_model.errors import Expired, ReleaseRefused, WrongUsage
from prevention_model.release import ReleasedScores, overview, record, suspend, verify, withdraw
from tests.release.gate_scene import MANIFEST, TODAY, Scene, another_run, scene, waive


@pytest.fixture
def signed(tmp_path: Path) -> Scene:
    made = scene(tmp_path)
    made.sign_both()
    return made


def test_checking_writes_nothing_and_gives_the_scores(signed: Scene) -> None:
    before = signed.ledger.head()
    released = signed.check()
    assert signed.ledger.head() == before
    assert released.scores["level"].tolist() == [0.125, 0.25]
    assert released.reasons["person_id"].tolist() == ["p1"]
    assert (released.release_id, released.stage) == ("run-1-shadow", "shadow")
    assert released.certificate.issued == TODAY
    assert released.certificate.expires == date(2027, 3, 2)
    assert released.lists_until == date(2026, 4, 6)


def test_changing_a_frame_does_not_change_the_released_scores(signed: Scene) -> None:
    released = signed.check()
    mine = released.scores
    mine.loc[0, "level"] = 0.99
    assert released.scores["level"].tolist() == [0.125, 0.25]


def test_printing_released_scores_shows_no_person(signed: Scene) -> None:
    assert "p1" not in repr(signed.check())


def test_released_scores_cannot_be_made_elsewhere(signed: Scene) -> None:
    released = signed.check()
    given = {each.name: getattr(released, each.name) for each in dataclasses.fields(released)}
    with pytest.raises(ReleaseRefused) as caught:
        ReleasedScores(**given, made_by=object())
    assert str(caught.value) == (
        "Released scores are made by the gate only. "
        "What to do: Have the run audited and signed, then release it."
    )
    with pytest.raises(TypeError):
        ReleasedScores(**given)  # type: ignore[call-arg]
    with pytest.raises((TypeError, ValueError)):
        dataclasses.replace(released, stage="live")
    for trick in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(ReleaseRefused):
            trick(released)
    with pytest.raises(ReleaseRefused):
        type("Mine", (ReleasedScores,), {})
    with pytest.raises(dataclasses.FrozenInstanceError):
        released.stage = "live"  # type: ignore[misc]


def test_recording_twice_gives_the_same_entry_and_other_lists_are_refused(signed: Scene) -> None:
    first = signed.release()
    signed.clock.day = TODAY + timedelta(days=3)
    again = record(signed.ledger, signed.check(today=signed.clock.day), MANIFEST, ())
    assert again == first
    with pytest.raises(ReleaseRefused) as caught:
        signed.release(today=signed.clock.day, manifest="cd" * 32)
    assert str(caught.value) == (
        "The run was released at this stage before, with other lists. Where: release run-1-shadow. "
        "What to do: Use the lists that were released; to replace them, withdraw the release and make a new run."
    )
    assert len(signed.ledger.entries("released")) == 1


def test_a_release_cut_off_before_its_folder_was_moved_gives_the_same_certificate_later(
    signed: Scene,
) -> None:
    first = signed.check()
    record(signed.ledger, first, MANIFEST, ())
    later = signed.clock.day = TODAY + timedelta(days=1)
    again = signed.check(today=later)
    assert (again.certificate, again.lists_until) == (first.certificate, first.lists_until)


def test_a_manifest_is_a_hash(signed: Scene) -> None:
    with pytest.raises(WrongUsage, match="64 hexadecimal characters"):
        signed.release(manifest="lists")


def test_the_stages_are_climbed_one_by_one(signed: Scene, tmp_path: Path) -> None:
    with pytest.raises(ReleaseRefused) as caught:
        signed.check("pilot")
    assert str(caught.value) == (
        "The run cannot be released: nothing of this experiment was released at the stage before, shadow. "
        "Where: run run-1. What to do: Put right each of these, then try again."
    )
    signed.release("shadow")
    signed.release("pilot")
    next_run = another_run(signed, tmp_path, "run-2")
    next_run.sign_both()
    next_run.release("live")
    unrelated = another_run(signed, tmp_path, "run-3", experiment="absence")
    unrelated.sign_both()
    with pytest.raises(ReleaseRefused, match="nothing of this experiment"):
        unrelated.check("pilot")
    with pytest.raises(WrongUsage) as wrong:
        signed.check("everywhere")
    assert str(wrong.value) == (
        "There is no stage everywhere. What to do: Choose one of shadow, pilot, live."
    )


def test_a_withdrawn_stage_is_not_a_step_to_the_next(signed: Scene, tmp_path: Path) -> None:
    signed.release()
    withdraw(signed.ledger, "run-1-shadow", "wrong zones", "Wilma Watch", TODAY)
    next_run = another_run(signed, tmp_path, "run-2")
    next_run.sign_both()
    with pytest.raises(ReleaseRefused, match="nothing of this experiment"):
        next_run.check("pilot")


def test_a_later_stage_does_not_extend_the_certificate(signed: Scene) -> None:
    signed.release()
    later = signed.clock.day = TODAY + timedelta(days=300)
    signed.release("pilot", later)
    pilot = signed.check("pilot", later)
    assert pilot.certificate == signed.check("shadow", later).certificate
    assert pilot.lists_until == later + timedelta(days=35)
    last_weeks = signed.clock.day = TODAY + timedelta(days=350)
    signed.release("live", last_weeks)
    assert signed.check("live", last_weeks).lists_until == pilot.certificate.expires


def test_the_certificate_holds_on_its_last_day_and_not_after(signed: Scene) -> None:
    signed.release()
    released = signed.check()
    assert verify(released, date(2027, 3, 2)).certificate == released.certificate
    with pytest.raises(Expired) as caught:
        verify(released, date(2027, 3, 3))
    assert caught.value.exit_code == 6
    assert str(caught.value) == (
        "The certificate ended on 2027-03-02. Where: run run-1. "
        "What to do: Run the experiment again, with a new audit; a certificate is never extended."
    )


def test_a_certificate_that_rests_on_a_waiver_ends_with_it(tmp_path: Path) -> None:
    made = scene(tmp_path, ["PM006"])
    made.sign_both(waive(days=30))
    made.release()
    last = TODAY + timedelta(days=30)
    assert made.check(today=last).certificate.expires == last
    with pytest.raises(Expired, match="ended on 2026-04-01"):
        made.check(today=last + timedelta(days=1))


def test_a_run_signed_too_late_to_be_released_has_expired(signed: Scene) -> None:
    with pytest.raises(Expired):
        signed.check(today=TODAY + timedelta(days=366))


def test_a_clock_set_back_is_refused(signed: Scene) -> None:
    with pytest.raises(ReleaseRefused) as caught:
        signed.check(today=TODAY - timedelta(days=1))
    assert str(caught.value) == (
        "The run cannot be released: the clock says 2026-03-01, and the ledger was last written on 2026-03-02; "
        "the clock says 2026-03-01, and the run was audited on 2026-03-02. "
        "Where: run run-1. What to do: Put right each of these, then try again."
    )


@pytest.mark.parametrize(("close", "word"), [(withdraw, "withdrawn"), (suspend, "suspended")])
def test_a_release_taken_back_is_of_no_use(signed: Scene, close: object, word: str) -> None:
    assert callable(close)
    signed.release()
    released = signed.check()
    entry = close(signed.ledger, "run-1-shadow", "calibration drifted", "Wilma Watch", TODAY)
    assert close(signed.ledger, "run-1-shadow", "calibration drifted", "Wilma Watch", TODAY) == entry
    with pytest.raises(ReleaseRefused, match=f"it is {word}"):
        verify(released, TODAY)
    with pytest.raises(ReleaseRefused, match=f"it is {word}"):
        record(signed.ledger, released, MANIFEST, ())


def test_withdrawn_between_the_phases_is_not_recorded(signed: Scene) -> None:
    signed.release()
    prepared = signed.check("pilot")
    withdraw(signed.ledger, "run-1-shadow", "wrong zones", "Wilma Watch", TODAY)
    with pytest.raises(ReleaseRefused, match="it is withdrawn"):
        record(signed.ledger, prepared, MANIFEST, ())
    assert len(signed.ledger.entries("released")) == 1


def test_taking_back_needs_a_release_a_reason_and_a_name(signed: Scene) -> None:
    signed.release()
    with pytest.raises(WrongUsage, match="There is no such release"):
        withdraw(signed.ledger, "run-9-live", "a reason", "Wilma Watch", TODAY)
    for reason, by in ((" ", "Wilma Watch"), ("a reason", "")):
        with pytest.raises(WrongUsage, match="by a named person, for a reason"):
            withdraw(signed.ledger, "run-1-shadow", reason, by, TODAY)
    withdraw(signed.ledger, "run-1-shadow", "a reason", "Wilma Watch", TODAY)
    with pytest.raises(ReleaseRefused) as caught:
        suspend(signed.ledger, "run-1-shadow", "a reason", "Wilma Watch", TODAY)
    assert (
        str(caught.value) == "The release cannot be suspended: it is withdrawn. Where: release run-1-shadow."
    )


def test_an_expired_release_can_still_be_withdrawn(signed: Scene) -> None:
    signed.release()
    withdraw(signed.ledger, "run-1-shadow", "found wrong", "Wilma Watch", TODAY + timedelta(days=400))
    assert overview(signed.ledger, TODAY + timedelta(days=400))[0].state == "withdrawn"


def test_the_overview_tells_every_run_and_when_it_ends(signed: Scene, tmp_path: Path) -> None:
    signed.release()
    refused = scene(tmp_path, ["PM006"], audited=False)
    another_run(signed, tmp_path, "run-2")
    first, second = overview(signed.ledger, TODAY)
    assert (first.state, second.state) == ("released", "audited")
    assert first.signed_by == ("Hana Head (Head of service)", "Omar Officer (Data protection officer)")
    assert [(each.release_id, each.state, each.expires) for each in first.releases] == [
        ("run-1-shadow", "released", date(2027, 3, 2))
    ]
    assert overview(signed.ledger, date(2027, 3, 3))[0].releases[0].state == "expired"
    withdraw(signed.ledger, "run-1-shadow", "wrong zones", "Wilma Watch", TODAY)
    assert overview(signed.ledger, TODAY)[0].closed_because == "wrong zones"
    assert [(each.state, each.failed_checks) for each in overview(refused.ledger, TODAY)] == [("drafted", ())]


def test_what_the_authority_has_not_said_stands_in_the_way_with_everything_else(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.unfilled = ("publication.owner.team", "publication.privacy.contact")
    with pytest.raises(ReleaseRefused) as refused:
        made.check()
    for said in (*made.unfilled, "nobody has signed as"):
        assert said in str(refused.value)
    made.sign_both()
    with pytest.raises(ReleaseRefused, match=r"nobody has filled publication\.owner\.team"):
        made.check()


def test_a_release_that_is_recorded_is_looked_at_again_without_asking_for_the_form(signed: Scene) -> None:
    entry = signed.release()
    signed.unfilled = ("publication.owner.team",)
    assert signed.check().certificate.id == entry.body["certificate"]["id"]
    with pytest.raises(ReleaseRefused, match=r"publication\.owner\.team"):
        signed.check(stage="pilot")
