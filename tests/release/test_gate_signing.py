"""Keys, sign-offs and waivers: whole messages, and the ways of signing that must not count."""

import os
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from prevention_model.errors import Damaged, Expired, ReleaseRefused, WrongUsage
from prevention_model.ledger import canonical
from prevention_model.release import Key, SignOff, load, new_key, record_audit, record_draft, sign
from prevention_model.release.facts import INCOMPLETE
from prevention_model.release.keys import verify
from prevention_model.settings.authority import Signatory
from tests.release.gate_scene import AUTHOR, HEAD, OFFICER, TODAY, facts, report, scene, waive, write_files


def test_a_new_key_is_private_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "head.pem"
    public = new_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load(path).public == public
    before = path.read_bytes()
    with pytest.raises(WrongUsage) as caught:
        new_key(path)
    assert str(caught.value) == (
        "There is a file of that name already, and a key is never overwritten. Where: head.pem. "
        "What to do: Name another file."
    )
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["head.pem"]


@pytest.mark.skipif(os.name != "posix", reason="file modes are a matter of POSIX")
def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "head.pem"
    new_key(path)
    path.chmod(0o640)
    with pytest.raises(WrongUsage, match="Other people on this computer may read the key"):
        load(path)


def test_what_is_not_a_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "head.pem"
    path.write_text("not a key")
    path.chmod(0o600)
    with pytest.raises(WrongUsage, match="is not an Ed25519 private key"):
        load(path)
    with pytest.raises(WrongUsage, match="cannot be read"):
        load(tmp_path / "absent.pem")


def test_printing_a_key_does_not_show_its_private_half(tmp_path: Path) -> None:
    new_key(tmp_path / "head.pem")
    assert repr(load(tmp_path / "head.pem")) == "Key()"


def test_a_signature_of_nonsense_does_not_verify() -> None:
    assert not verify("zz", "zz", b"")
    assert not verify("00" * 32, "00" * 64, b"")


def test_the_author_cannot_sign_and_the_message_says_so(tmp_path: Path) -> None:
    made = scene(tmp_path)
    with pytest.raises(ReleaseRefused) as caught:
        made.sign(AUTHOR)
    assert str(caught.value) == (
        "The run cannot be signed: Ann Analyst is the author, and nobody signs off their own run. "
        "Where: run run-1. What to do: Put right each of these, then try again."
    )
    assert made.ledger.entries("signed") == []


def test_the_author_in_another_spelling_is_still_the_author(tmp_path: Path) -> None:
    made = scene(tmp_path)
    key = made.keys["A Stranger"]
    made.signatories = (Signatory(name="ann  ANALYST ", role=OFFICER, public_key=key.public),)
    with pytest.raises(ReleaseRefused, match="is the author"):
        made.sign("A Stranger")


def test_everything_wrong_with_a_sign_off_is_said_at_once(tmp_path: Path) -> None:
    made = scene(tmp_path, ["PM002", "PM006"])
    waivers = [waive("PM002"), waive("PM006", "because", days=200), waive("PM005"), waive("PM005")]
    with pytest.raises(ReleaseRefused) as caught:
        made.sign("Theo Third", *waivers, today=TODAY - timedelta(days=1))
    assert str(caught.value) == (
        "The run cannot be signed: the clock says 2026-03-01, and the ledger was last written on 2026-03-02; "
        "the clock says 2026-03-01, and the run was audited on 2026-03-02; "
        "Theo Third is Elected member, which is not a role that the policy asks for; "
        "PM002 stands in the way, and nobody may waive it; "
        "the reason to waive PM006 has fewer than 20 characters; "
        "the waiver of PM006 would last past 2026-06-01, the longest that the policy allows; "
        "PM005 did not fail, so there is nothing to waive; "
        "PM005 did not fail, so there is nothing to waive; "
        "PM005 is waived twice. "
        "Where: run run-1. What to do: Put right each of these, then try again."
    )


def test_one_person_in_two_roles_is_refused(tmp_path: Path) -> None:
    made = scene(tmp_path)
    second = made.keys["A Stranger"]
    made.signatories = (
        *made.signatories,
        Signatory(name="hana head", role=OFFICER, public_key=second.public),
    )
    with pytest.raises(ReleaseRefused, match="hana head is named twice among the signatories"):
        made.sign("Hana Head")


def test_two_people_in_one_role_leave_the_other_unsigned(tmp_path: Path) -> None:
    made = scene(tmp_path)
    key = made.keys["A Stranger"]
    made.signatories = (*made.signatories, Signatory(name="Hugo Head", role=HEAD, public_key=key.public))
    made.sign("Hana Head")
    made.sign("A Stranger")
    with pytest.raises(ReleaseRefused, match="nobody has signed as Data protection officer"):
        made.check()
    made.sign("Omar Officer")
    assert len(made.check().signed_by) == 3


def test_two_people_with_one_key_are_refused(tmp_path: Path) -> None:
    made = scene(tmp_path)
    shared = Signatory(name="Nora New", role=OFFICER, public_key=made.keys["Hana Head"].public)
    made.signatories = (*made.signatories, shared)
    with pytest.raises(ReleaseRefused, match="Hana Head and Nora New have one key between them"):
        made.sign("Hana Head")


def test_signing_twice_gives_the_sign_off_that_is_there(tmp_path: Path) -> None:
    made = scene(tmp_path)
    first = made.sign("Hana Head")
    made.clock.day = TODAY + timedelta(days=2)
    assert made.sign("Hana Head", today=made.clock.day) == first
    assert len(made.ledger.entries("signed")) == 1


def test_a_waiver_that_ended_before_the_release_can_be_given_again(tmp_path: Path) -> None:
    made = scene(tmp_path, ["PM006"])
    made.sign_both(waive(days=5))
    later = made.clock.day = TODAY + timedelta(days=10)
    with pytest.raises(ReleaseRefused, match="the waiver of PM006 ended on 2026-03-07"):
        made.check(today=later)
    made.sign("Hana Head", waive(days=40), today=later)
    assert made.check(today=later).certificate.expires == TODAY + timedelta(days=40)


def test_all_failed_checks_need_a_waiver(tmp_path: Path) -> None:
    made = scene(tmp_path, ["PM005", "PM006"])
    made.sign("Hana Head", waive("PM005"))
    made.sign("Omar Officer", waive("PM005"))
    with pytest.raises(ReleaseRefused) as caught:
        made.check()
    assert str(caught.value) == (
        "The run cannot be released: PM006 failed and is not waived. Where: run run-1. "
        "What to do: Put right each of these, then try again."
    )
    made.sign("Hana Head", waive("PM006", days=10))
    assert {each.check for each in made.check().waivers} == {"PM005", "PM006"}


def test_an_audit_over_evidence_that_was_not_whole_cannot_be_waived(tmp_path: Path) -> None:
    made = scene(tmp_path, audited=False)
    made.run.files.report.write_text(report(["PM006"], beyond=["No rows."]).to_json())
    made.run = facts(made.run.files)
    record_audit(made.ledger, made.run, TODAY)
    assert made.run.failed_checks == ("PM006", INCOMPLETE)
    with pytest.raises(ReleaseRefused, match=f"{INCOMPLETE} stands in the way, and nobody may waive it"):
        made.sign("Hana Head", waive(), waive(INCOMPLETE))
    made.sign("Hana Head", waive())
    with pytest.raises(ReleaseRefused, match=f"{INCOMPLETE} stands in the way"):
        made.check()


def test_other_rules_than_those_the_run_was_judged_by_are_refused(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.policy = replace(made.policy, never_waived=())
    with pytest.raises(ReleaseRefused, match="not those of the policy that the run was judged by"):
        made.sign("Hana Head")


def test_a_signature_over_another_report_does_not_count(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.sign("Hana Head")
    real = made.run
    made.run = replace(real, report_hash="0" * 64)
    made.slip_in(made.who("Omar Officer"), made.keys["Omar Officer"])
    made.run = real
    with pytest.raises(ReleaseRefused) as caught:
        made.check()
    assert str(caught.value) == (
        "The run cannot be released: nobody has signed as Data protection officer; "
        "Omar Officer signed something else than this report and these scores. "
        "Where: run run-1. What to do: Put right each of these, then try again."
    )
    made.sign("Omar Officer")
    assert made.check().signed_by == ("Hana Head (Head of service)", "Omar Officer (Data protection officer)")


def test_a_key_taken_off_the_list_no_longer_counts(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.sign_both()
    released = made.check()
    made.signatories = tuple(each for each in made.signatories if each.name != "Omar Officer")
    with pytest.raises(
        ReleaseRefused, match="the key that signed as Omar Officer is not that of a signatory"
    ):
        made.check()
    assert released.signed_by


def test_a_role_changed_since_no_longer_counts(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.sign_both()
    moved = made.who("Omar Officer").model_copy(update={"role": "Elected member"})
    made.signatories = tuple(moved if each.name == "Omar Officer" else each for each in made.signatories)
    with pytest.raises(ReleaseRefused, match="signed as Data protection officer and is now Elected member"):
        made.check()


def test_a_signature_moved_to_another_place_in_the_ledger_is_damage(tmp_path: Path) -> None:
    made = scene(tmp_path)
    taken = made.sign("Hana Head")
    made.ledger.append("signed", "run-1", taken.body)
    with pytest.raises(Damaged) as caught:
        made.check()
    assert str(caught.value) == (
        "A signature in the ledger does not belong to what it signs. Where: ledger entry 4. "
        "What to do: Do not use this run; find out who wrote to the ledger without the gate."
    )


def test_an_audit_older_than_a_certificate_cannot_be_signed(tmp_path: Path) -> None:
    made = scene(tmp_path)
    made.sign("Hana Head", today=TODAY + timedelta(days=365))
    with pytest.raises(Expired) as caught:
        made.sign("Omar Officer", today=TODAY + timedelta(days=366))
    assert str(caught.value) == (
        "The certificate ended on 2027-03-02. Where: run run-1. "
        "What to do: Run the experiment again, with a new audit; a certificate is never extended."
    )


def test_there_is_no_way_to_force(tmp_path: Path) -> None:
    made = scene(tmp_path)
    with pytest.raises(TypeError):
        sign(  # type: ignore[call-arg]
            made.ledger, made.run, Key(made.keys[AUTHOR].private), (), made.policy, today=TODAY, force=True
        )


def test_rules_of_sign_off_need_two_roles_and_days() -> None:
    with pytest.raises(WrongUsage) as caught:
        SignOff(roles=("Head", " "), list_days=0)
    assert str(caught.value) == "The rules of sign-off are wrong: a role has a name; list_days is at least 1."


def test_a_run_is_begun_once_and_audited_once(tmp_path: Path) -> None:
    made = scene(tmp_path)
    entries = made.ledger.entries()
    assert record_draft(made.ledger, "run-1", AUTHOR, TODAY, "county") == entries[0]
    assert record_audit(made.ledger, made.run, TODAY) == entries[1]
    with pytest.raises(WrongUsage, match="The run id was used before"):
        record_draft(made.ledger, "run-1", "Somebody Else", TODAY, "county")
    other = facts(write_files(tmp_path / "again", ["PM006"]))
    with pytest.raises(ReleaseRefused) as caught:
        record_audit(made.ledger, other, TODAY)
    assert str(caught.value) == (
        "The run cannot be audited: it is audited. Where: run run-1. "
        "What to do: Start a new run: each is begun once, and then audited once."
    )
    assert made.ledger.entries() == entries


def test_another_author_than_the_one_who_began_is_damage(tmp_path: Path) -> None:
    made = scene(tmp_path, audited=False)
    with pytest.raises(Damaged, match="names another author"):
        record_audit(made.ledger, replace(made.run, author="Bob Borrowed"), TODAY)
    with pytest.raises(WrongUsage, match="dated later than today"):
        record_audit(made.ledger, replace(made.run, created=TODAY + timedelta(days=1)), TODAY)


def test_the_signed_text_holds_all_that_was_decided(tmp_path: Path) -> None:
    made = scene(tmp_path, ["PM006"])
    entry = made.sign("Hana Head", waive())
    signed = entry.body["payload"]
    assert signed["run"] == made.run.plain()
    assert signed["waivers"] == [waive().plain()]
    assert signed["date"] == "2026-03-02" and signed["after"] == entry.previous
    assert verify(signed["public_key"], entry.body["signature"], canonical(signed).encode())
