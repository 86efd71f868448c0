"""Tracing, as a person types it: from a release, a row or a person to lists, decisions and what followed."""

import json
from collections.abc import Callable

import pandas as pd
import pyrage
import pytest
import yaml

from prevention_model.ledger import Ledger, lacking
from prevention_model.pipeline.listed import listed_in
from prevention_model.records.workspace import Workspace
from tests.fixtures.small_authority import SIGNATORIES, SmallAuthority, edit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("county")]

Copied = Callable[[SmallAuthority], SmallAuthority]


class Traced:
    """A released authority, and the children on its lists."""

    def __init__(self, made: SmallAuthority, release_id: str) -> None:
        self.made, self.release_id = made, release_id
        self.workspace = Workspace.open(made.workspace)
        self.ledger = Ledger(self.workspace.ledger)
        self.listed = listed_in(self.workspace, release_id)
        self.today = self.ledger.today().isoformat()

    def do(self, *words: object, code: int = 0) -> str:
        done = self.made.run(*words, "--authority", self.made.authority)
        assert done.returncode == code, done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def trace(self, *words: object, code: int = 0) -> str:
        return self.do("trace", *words, code=code)


@pytest.fixture(scope="module")
def released(audited: tuple[SmallAuthority, str], copied: Copied) -> tuple[SmallAuthority, str]:
    """A copy that was signed by two and released; with the number of the release."""
    made, run = copied(audited[0]), audited[1]
    for name in SIGNATORIES:
        assert made.run("sign", run, "--key", made.key(name), "--authority", made.authority).returncode == 0
    assert made.run("release", run, "--authority", made.authority).returncode == 0
    return made, f"{run}-shadow"


@pytest.fixture
def traced(released: tuple[SmallAuthority, str], copied: Copied) -> Traced:
    return Traced(copied(released[0]), released[1])


def test_a_release_says_what_it_rests_on_who_had_it_and_names_nobody(traced: Traced) -> None:
    list_id = f"{traced.release_id}-Z1"
    traced.do("receipt", list_id, "--seen", "--by", "Zone coordinator", "--on", traced.today)
    traced.do("withdraw", traced.release_id, "--reason", "Zones exchanged", "--by", "Wilma Watch")
    said = traced.trace("--release", traced.release_id)
    (audit,) = traced.ledger.entries("audited")
    for words in (
        audit.body["run"]["model_hash"], audit.body["run"]["records_hash"], audit.body["run"]["policy_hash"],
        "County analyst", SIGNATORIES[0], "today it is withdrawn: Zones exchanged", "Opened, as reported",
        "Void, because withdrawn: 1 copy", "has to be told that it is withdrawn", "not reported",
    ):  # fmt: skip
        assert words in said, words
    assert not set(traced.listed["person_id"]) & set(said.split())
    assert not traced.ledger.entries("traced"), "a release is no look-up of a person"
    told = json.loads(traced.trace("--release", traced.release_id, "--json"))
    assert [each["list_id"] for each in told["lists"]] == sorted(set(traced.listed["list_id"]))
    assert {row["zone"] for row in told["so_far"]} >= {"all zones"}
    assert not any(person in json.dumps(told) for person in traced.listed["person_id"])


def test_a_person_is_told_with_row_recipient_decision_and_what_followed(traced: Traced) -> None:
    first = traced.listed[traced.listed["is_index_child"]].iloc[0]
    decided = {
        "list_id": first["list_id"], "release_id": traced.release_id, "zone": first["zone"],
        "row_id": first["row_id"], "decision": "offer_early_help", "by": "Zone coordinator",
        "day": traced.today, "file": "0" * 64,
    }  # fmt: skip
    traced.ledger.append("decided", first["household_id"], decided)
    opened = {
        "contest": "C-1", "row_id": first["row_id"], "list_id": first["list_id"], "about": "data",
        "reason_code": "record_wrong", "by": "Zone coordinator", "day": traced.today, "due": "2030-01-01",
    }  # fmt: skip
    traced.ledger.append("contest_opened", first["household_id"], opened)
    body = {"contest": "C-1", "outcome": "not_upheld", "by": "Zone coordinator", "day": traced.today}
    traced.ledger.append("contest_closed", first["household_id"], body)
    said = traced.trace("--person", first["person_id"], "--by", "Ann Analyst")
    for words in (
        "On 1 list.", f"Row {first['row_id']}", "the family's place rests on this child",
        "Decided: Offer early help", "Challenge C-1 of the data", "Challenge C-1 closed: not upheld",
        "Zone coordinator", "12 months from 2025-01-01",
    ):  # fmt: skip
        assert words.replace("_", r"\_") in said, words
    row = traced.trace("--row", first["row_id"], "--by", "Ann Analyst")
    same = traced.listed[traced.listed["row_id"] == first["row_id"]]
    assert all(person in row for person in same["person_id"]) and "Decided: Offer early help" in row
    looked_up = traced.ledger.entries("traced")
    assert [entry.subject for entry in looked_up] == [first["person_id"], *same["person_id"]]
    assert not [entry.seq for entry in looked_up if lacking(entry.kind, entry.body)]
    other = traced.listed[traced.listed["list_id"] != first["list_id"]].iloc[0]
    assert "Decided" not in traced.trace("--person", other["person_id"], "--by", "Ann Analyst")


def test_a_person_is_found_by_an_identifier_that_the_vault_knows(traced: Traced) -> None:
    vault = traced.made.vault().read().dropna(subset=["upn"])
    person = vault[vault["person_id"].isin(traced.listed["person_id"])].iloc[0]
    said = traced.trace("--identifier", "upn", "--value", person["upn"], "--by", "Ann Analyst", "--json")
    told = json.loads(said)
    assert told["people"] == [person["person_id"]] and told["places"]
    assert person["upn"] not in said


def test_who_was_looked_at_and_not_listed_is_told_so(traced: Traced) -> None:
    scores = pd.read_parquet(
        traced.workspace.run(traced.release_id.removesuffix("-shadow")) / "scores.parquet"
    )
    other = scores[~scores["person_id"].isin(traced.listed["person_id"])]["person_id"].iloc[0]
    said = traced.trace("--person", other, "--by", "Ann Analyst")
    assert "On no list." in said and "Looked at, and not listed" in said


def test_who_objected_or_was_erased_is_answered_for(traced: Traced) -> None:
    one, two = traced.listed.drop_duplicates("household_id")["person_id"].iloc[:2]
    for right, person in (("objection", one), ("erasure", two)):
        done = traced.made.run("rights", right, traced.made.authority, "--person", person, "--by", "Ann")
        assert done.returncode == 0, done.stderr
    said = traced.trace("--person", one, "--by", "Ann Analyst")
    assert "An objection stands" in said and "On 1 list." in said
    said = traced.trace("--person", two, "--by", "Ann Analyst")
    assert "Erased on request: nothing is on record of them any longer" in said and "On 1 list." in said
    assert "Nothing is known: on no list, or not on record today." in said


def test_the_page_is_written_for_its_owner_only(traced: Traced) -> None:
    out = traced.made.folder / "trace.html"
    person = traced.listed["person_id"].iloc[0]
    traced.trace("--person", person, "--by", "Ann Analyst", "--out", out)
    assert out.stat().st_mode & 0o777 == 0o600
    assert person in out.read_text("utf-8") and "default-src 'none'" in out.read_text("utf-8")


def test_what_cannot_be_answered_says_so_in_one_paragraph(traced: Traced) -> None:
    person = traced.listed["person_id"].iloc[0]
    for words, message in (
        ([], "not said what is traced"),
        (["--release", traced.release_id, "--person", person], "not said what is traced"),
        (["--release", "run-none-shadow"], "no such release"),
        (["--row", f"{traced.release_id}-Z1/F-AAAAAAAA", "--by", "Ann"], "no such row"),
        (["--person", "nobody", "--by", "Ann"], "Nobody of this pseudonym"),
        (["--person", person], "Looking up a person is recorded"),
    ):
        assert message in traced.trace(*words, code=2), words
    assert not traced.ledger.entries("traced")


def test_a_list_sealed_for_a_key_is_known_to_the_trace_and_void_when_taken_back(traced: Traced) -> None:
    key = pyrage.x25519.Identity.generate()
    folder = traced.made.folder
    words = ("pack", traced.release_id, "--zone", "Z1", "--by", "Ann Analyst")
    traced.do(*words, "--to", folder / "z1.age", "--age", code=2)
    edit(traced.made.authority, zones=_with_key(traced.made, str(key.to_public())))
    traced.do(*words, "--to", folder / "z1.age", "--age")
    password = folder / "password.txt"
    password.write_text("four made-up words here\n")
    password.chmod(0o600)
    traced.do(*words, "--to", folder / "z1.zip", "--zip", "--password-file", password)
    secret = folder / "key.txt"
    secret.write_text(str(key))
    secret.chmod(0o600)
    for sealed, option, file in (("z1.age", "--key-file", secret), ("z1.zip", "--password-file", password)):
        done = traced.made.run("unpack", folder / sealed, "--to", folder / f"open-{sealed}", option, file)
        assert done.returncode == 0, done.stderr
        page = traced.workspace.release(traced.release_id) / "Z1" / "list.html"
        assert (folder / f"open-{sealed}" / "list.html").read_bytes() == page.read_bytes()
    traced.do("withdraw", traced.release_id, "--reason", "Zones exchanged", "--by", "Wilma Watch")
    said = traced.trace("--release", traced.release_id)
    assert "Sealed copy (zip, password)" in said and "Void, because withdrawn: 3 copies" in said
    traced.do(*words, "--to", folder / "again.zip", "--zip", "--password-file", password, code=4)
    assert "made-up words" not in json.dumps([entry.body for entry in traced.ledger.entries()])


def _with_key(made: SmallAuthority, public: str) -> list[dict[str, object]]:
    zones = yaml.safe_load(made.authority.read_text(encoding="utf-8"))["zones"]
    return [{**zone, "age_public_key": public} if zone["code"] == "Z1" else zone for zone in zones]
