"""Who may sign and what may be released: the complete tables. They are also the manual.

Every combination of the columns is tried, and exactly one row must speak about it. In a cell, `any` is
everything, and commas separate alternatives.
"""

import itertools
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from prevention_model.errors import PreventionError
from prevention_model.release import suspend, withdraw
from prevention_model.settings.authority import Signatory
from tests.release.gate_scene import (
    AUTHOR,
    HEAD,
    MANIFEST,
    OFFICER,
    TODAY,
    Scene,
    people,
    scene,
    waive,
    write_files,
)

SIGNING = """
state                                    | who        | report | waiver         | answer
drafted                                  | any        | any    | any            | 4 it is not audited
released, suspended, withdrawn, expired  | any        | any    | any            | 4 it is {state}
open, signed                             | author     | any    | any            | 4 nobody signs off their own run
open, signed                             | stranger   | any    | any            | 4 the key is not that of a signatory
open, signed                             | other role | any    | any            | 4 not a role that the policy asks for
open, signed                             | signatory  | passed | none           | 0
open, signed                             | signatory  | passed | good, short    | 4 PM006 did not fail, so there is nothing to waive
open, signed                             | signatory  | passed | past, too long | 4 PM006 did not fail, so there is nothing to waive
open                                     | signatory  | failed | none           | 4 not waived: PM006
signed                                   | signatory  | failed | none           | 0
open, signed                             | signatory  | failed | good           | 0
open, signed                             | signatory  | failed | short          | 4 has fewer than 20 characters
open, signed                             | signatory  | failed | past           | 4 would have ended on 2026-03-01
open, signed                             | signatory  | failed | too long       | 4 would last past 2026-06-02
"""  # noqa: E501

RELEASING = """
state                | sign-offs                        | report | waiver         | answer
drafted              | none                             | any    | any            | 4 it is not audited
drafted              | one, two, author and one         | any    | any            | 5 was signed when it is not audited
drafted              | stranger and one, one person two | any    | any            | 5 was signed when it is not audited
suspended, withdrawn | any                              | any    | any            | 4 it is {state}
expired              | any                              | any    | any            | 6 The certificate ended on 2026-03-01
open, released       | none                             | any    | none           | 4 nobody has signed as Head of service
open, released       | none                             | failed | good           | 4 nobody has signed as Head of service
open                 | none                             | failed | past           | 4 nobody has signed as Head of service
open, released       | none                             | failed | author's       | 4 is not waived
open, released       | one                              | any    | none           | 4 nobody has signed as Data protection officer
open, released       | one                              | failed | good, author's | 4 nobody has signed as Data protection officer
open                 | one                              | failed | past           | 4 nobody has signed as Data protection officer
open, released       | author and one                   | any    | none           | 4 nobody signs off their own run
open, released       | author and one                   | failed | good, author's | 4 nobody signs off their own run
open                 | author and one                   | failed | past           | 4 nobody signs off their own run
open, released       | stranger and one                 | any    | none           | 4 the key that signed as Sam Stranger is not
open, released       | stranger and one                 | failed | good, author's | 4 the key that signed as Sam Stranger is not
open                 | stranger and one                 | failed | past           | 4 the key that signed as Sam Stranger is not
open, released       | one person two                   | any    | none           | 4 Hana Head is named twice
open, released       | one person two                   | failed | good, author's | 4 Hana Head is named twice
open                 | one person two                   | failed | past           | 4 Hana Head is named twice
open, released       | two                              | passed | none           | 0
open, released       | two                              | failed | none, author's | 4 PM006 failed and is not waived
open, released       | two                              | failed | good           | 0
open                 | two                              | failed | past           | 4 the waiver of PM006 ended on 2026-03-01
released             | any                              | failed | past           | 6 The certificate ended on 2026-03-01
"""  # noqa: E501


def rows(table: str) -> list[list[set[str]]]:
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()[1:]]
    return [[*[set(cell.split(", ")) for cell in line[:-1]], {line[-1]}] for line in lines]


def answer(table: str, *asked: str) -> tuple[int, str]:
    """The one answer of a table: an exit code and words."""
    fitting = [
        row[-1]
        for row in rows(table)
        if all(cell & {"any", each} for cell, each in zip(row, asked, strict=False))
    ]
    assert len(fitting) == 1, f"{len(fitting)} rows speak about {asked}"
    code, _, words = fitting[0].pop().partition(" ")
    return int(code), words.format(state=asked[0])


def tried(action: Any) -> tuple[int, str]:
    try:
        action()
    except PreventionError as error:
        return error.exit_code, str(error)
    return 0, ""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("shared")
    return {
        "passed": write_files(folder / "passed"),
        "failed": write_files(folder / "failed", ["PM006"]),
        "cast": people(folder),
    }


WAIVERS = {
    "none": [],
    "good": [waive()],
    "short": [waive(reason="because")],
    "past": [waive(days=-1)],
    "too long": [waive(days=93)],
}
SIGNERS = {
    "author": AUTHOR,
    "stranger": "A Stranger",
    "other role": "Theo Third",
    "signatory": "Omar Officer",
}
STATES = ["drafted", "open", "signed", "released", "suspended", "withdrawn", "expired"]


def brought_to(state: str, report: str, shared: dict[str, Any], folder: Path) -> Scene:
    made = scene(folder, files=shared[report], cast=shared["cast"], audited=state != "drafted")
    waivers = [waive()] if report == "failed" else []
    if state not in ("drafted", "open"):
        made.sign("Hana Head", *waivers)
    if state in ("released", "suspended", "withdrawn", "expired"):
        made.sign("Omar Officer")
        made.release()
    if state == "suspended":
        suspend(made.ledger, "run-1-shadow", "a reason", "Wilma Watch", TODAY)
    if state == "withdrawn":
        withdraw(made.ledger, "run-1-shadow", "a reason", "Wilma Watch", TODAY)
    return made


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("report", ["passed", "failed"])
def test_who_may_sign(state: str, report: str, shared: dict[str, Any], tmp_path: Path) -> None:
    today = TODAY + timedelta(days=366) if state == "expired" else TODAY
    for who, waiver in itertools.product(SIGNERS, WAIVERS):
        made = brought_to(state, report, shared, tmp_path)
        # In a state after signing the officer has signed, and a sign-off given twice is given once.
        key = (
            "A Fresh Key"
            if who == "signatory" and state not in ("drafted", "open", "signed")
            else SIGNERS[who]
        )
        if key == "A Fresh Key":
            made.keys[key] = made.keys["A Stranger"]
            fresh = Signatory(name="Fay Fresh", role=OFFICER, public_key=made.keys[key].public)
            made.signatories = (*made.signatories, fresh)
        code, words = answer(SIGNING, state, who, report, waiver)
        got, message = tried(lambda m=made, k=key, w=waiver: m.sign(k, *WAIVERS[w], today=today))
        assert got == code and words in message, (state, who, report, waiver, message)


SIGN_OFFS = ["none", "one", "two", "author and one", "stranger and one", "one person two"]
LOOKED_AT = [("passed", "none"), *[("failed", each) for each in ("none", "good", "past", "author's")]]


def with_sign_offs(made: Scene, kind: str, waiver: str) -> None:
    """Put sign-offs into the ledger without asking the gate, so that `check` is tried on its own."""
    head, officer, author = made.who("Hana Head"), made.who("Omar Officer"), made.who(AUTHOR)
    waivers = {"good": [waive()], "past": [waive(days=-1)]}.get(waiver, [])
    if kind != "none":
        made.slip_in(head, made.keys["Hana Head"], *waivers)
    elif waivers:
        extra = Signatory(name="Wim Waiver", role="Elected member", public_key=made.keys["Theo Third"].public)
        made.signatories = (*[each for each in made.signatories if each.name != "Theo Third"], extra)
        made.slip_in(extra, made.keys["Theo Third"], *waivers)
    if kind == "two":
        made.slip_in(officer, made.keys["Omar Officer"])
    if kind == "author and one":
        made.slip_in(author, made.keys[AUTHOR])
    if kind == "stranger and one":
        stranger = Signatory(name="Sam Stranger", role=OFFICER, public_key=made.keys["A Stranger"].public)
        made.slip_in(stranger, made.keys["A Stranger"])
    if kind == "one person two":
        again = Signatory(name="Hana Head", role=OFFICER, public_key=made.keys["A Stranger"].public)
        made.signatories = (*made.signatories, again)
        made.slip_in(again, made.keys["A Stranger"])
    if waiver == "author's":
        made.slip_in(author, made.keys[AUTHOR], waive())


def with_entry(made: Scene, state: str, waiver: str) -> None:
    """Write the entries of a release, and of its end, without asking the gate."""
    if state in ("drafted", "open"):
        return
    expires = TODAY + timedelta(days={"good": 30, "past": -1}.get(waiver, 365))
    if state == "expired":
        expires = TODAY - timedelta(days=1)
    with made.ledger.transaction() as held:
        if not held.entries("signed"):
            return
        certificate = {"id": "C-1", "issued": TODAY.isoformat(), "expires": expires.isoformat()}
        body = {"release_id": "run-1-shadow", "stage": "shadow", "experiment": "county", "manifest": MANIFEST}
        rest = {"certificate": certificate, "lists_until": "2026-04-06", "date": TODAY.isoformat()}
        held.append("released", "run-1", {**body, **rest})
        if state in ("suspended", "withdrawn"):
            closed = {"release_id": "run-1-shadow", "reason": "a reason", "by": "Wilma"}
            held.append(state, "run-1", closed | {"date": TODAY.isoformat()})


@pytest.mark.parametrize("state", ["drafted", "open", "released", "suspended", "withdrawn", "expired"])
@pytest.mark.parametrize("sign_offs", SIGN_OFFS)
def test_what_may_be_released(state: str, sign_offs: str, shared: dict[str, Any], tmp_path: Path) -> None:
    for report, waiver in LOOKED_AT:
        made = scene(tmp_path, files=shared[report], cast=shared["cast"], audited=state != "drafted")
        with_sign_offs(made, sign_offs, waiver)
        unsigned = not made.ledger.entries("signed")
        with_entry(made, state, waiver)
        if state not in ("drafted", "open") and unsigned:
            continue  # without a sign-off the state cannot arise; test_gate_tampering.py forces it
        if state == "drafted" and sign_offs == "none" and not unsigned:
            continue  # the same, for a waiver without an audit
        code, words = answer(RELEASING, state, sign_offs, report, waiver)
        got, message = tried(made.check)
        assert got == code and words in message, (state, sign_offs, report, waiver, message)


def test_the_tables_speak_about_everything_once() -> None:
    for asked in itertools.product(STATES, SIGNERS, ["passed", "failed"], WAIVERS):
        answer(SIGNING, *asked)
    states = ["drafted", "open", "released", "suspended", "withdrawn", "expired"]
    for state, sign_offs, (report, waiver) in itertools.product(states, SIGN_OFFS, LOOKED_AT):
        answer(RELEASING, state, sign_offs, report, waiver)


def test_the_roles_in_these_tables_are_those_of_the_shipped_policy(tmp_path: Path) -> None:
    assert scene(tmp_path).policy.roles == (HEAD, OFFICER)
