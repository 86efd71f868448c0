"""Who may see what of which agency, as role times source; and that nothing shines through what is hidden."""

import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.errors import ReleaseRefused
from prevention_model.lists import ZoneList
from prevention_model.lists.assemble import zone_list
from prevention_model.lists.pack import write_zone_pack
from prevention_model.lists.sharing import (
    AGENCIES,
    MATRIX,
    NO_LIST,
    ROLES,
    Reader,
    may_be_shown,
    shown_reasons,
)
from prevention_model.records import Records
from tests.fixtures import made_up_zone as made

# What a reader sees of an agency: where the feature says nothing, where it names the reader, where it names others.
SEES = {
    ("zone_coordinator", "schools"): (True, True, False),
    ("zone_coordinator", "early_help"): (True, True, False),
    ("zone_coordinator", "participation"): (True, True, False),
    ("zone_coordinator", "place"): (True, True, False),
    ("zone_coordinator", "social_care"): (False, True, False),
    ("zone_coordinator", "police"): (False, True, False),
    ("zone_coordinator", "housing"): (False, True, False),
    ("zone_coordinator", "health"): (False, True, False),
    ("zone_coordinator", "youth_justice"): (False, True, False),
    ("zone_coordinator", "parents_services"): (False, True, False),
    ("early_help", "schools"): (True, True, False),
    ("early_help", "early_help"): (True, True, False),
    ("early_help", "participation"): (True, True, False),
    ("early_help", "place"): (True, True, False),
    ("early_help", "social_care"): (False, True, False),
    ("early_help", "police"): (False, True, False),
    ("early_help", "housing"): (False, True, False),
    ("early_help", "health"): (False, True, False),
    ("early_help", "youth_justice"): (False, True, False),
    ("early_help", "parents_services"): (False, True, False),
}


@pytest.mark.parametrize(("role", "agency"), SEES)
def test_what_a_reader_sees_of_an_agency(role: str, agency: str) -> None:
    told = Reader(role)
    asked = (None, frozenset({role, "social_care"}), frozenset({"social_care"}))
    assert tuple(told.sees(agency, "extract", agreed) for agreed in asked) == SEES[role, agency]
    row = {"text": "Words", "theme": "t", "agency": agency, "source": "s", "as_at": None, "bears_on": ""}
    for agreed, seen in zip(("", role, "somebody_else"), (False, *SEES[role, agency][1:]), strict=True):
        (reason,) = shown_reasons(pd.DataFrame([{**row, "share_with": agreed}]), told)
        assert (reason.text == "Words") is seen
        assert reason.hidden is not seen


def test_the_matrix_is_whole_and_every_cell_of_it_is_tested() -> None:
    assert set(MATRIX) == set(AGENCIES)
    assert {len(row) for row in MATRIX.values()} == {len(ROLES)}
    for role in ROLES:
        column = {row[ROLES.index(role)] for row in MATRIX.values()}
        assert (column == {"no"}) is (role in NO_LIST)
    assert set(SEES) == {(role, agency) for role in ROLES if role not in NO_LIST for agency in MATRIX}


@pytest.mark.parametrize("role", [*sorted(NO_LIST), "parent", ""])
def test_schools_boards_and_families_are_given_no_list(role: str) -> None:
    with pytest.raises(ReleaseRefused, match="A list is not for"):
        Reader(role)


@given(st.text(max_size=20), st.sampled_from(["zone_coordinator", "early_help"]))
def test_an_agency_that_nobody_has_heard_of_is_only_shown_where_asked(agency: str, role: str) -> None:
    if agency not in MATRIX:
        assert not Reader(role).sees(agency, "x", None)
        assert Reader(role).sees(agency, "x", frozenset({role}))


def test_what_the_audit_takes_as_shown_is_what_a_coordinator_is_shown() -> None:
    rows = made.reasons(made.scores()).head(5).assign(bears_on="")
    assert may_be_shown(rows).tolist() == [not reason.hidden for reason in shown_reasons(rows, Reader())]


def _list(records: Records | None = None, reasons: pd.DataFrame | None = None, **authority: Any) -> ZoneList:
    scores = made.scores()
    records = records or made.records(scores)
    released = made.MadeRelease(scores, made.reasons(scores) if reasons is None else reasons)
    people = made.identities(records)
    return zone_list(released, records, people, made.authority(**authority), "Z1", made.figures(), made.TODAY)


def _zone(**change: Any) -> list[dict[str, Any]]:
    zone = {
        "code": "Z1",
        "name": "North Vale",
        "capacity": 9,
        "recipient": "Pat",
        "contact": "p@example.invalid",
    }
    return [{**zone, **change}]


def test_the_reader_is_told_whom_to_ask_and_nothing_of_who_said_what() -> None:
    held = _list(zones=_zone(information_contact="Kim Officer, 01632 960 111"))
    hidden = [reason for family in held.families for reason in family.reasons if reason.hidden]
    assert {reason.text for reason in hidden} == {
        "Information held by another agency: ask Kim Officer, 01632 960 111"
    }
    assert {(r.agency, r.theme, r.source, r.as_at, r.feature) for r in hidden} == {("", "", "", None, "")}
    assert held.header.information_contact == "Kim Officer, 01632 960 111"


def test_an_early_help_worker_reads_by_what_is_shared_with_early_help() -> None:
    scores = made.scores()
    reasons = made.reasons(scores).assign(share_with="zone_coordinator")
    reasons.loc[reasons["theme"] == "home", "share_with"] = "early_help"
    first = _list(reasons=reasons, zones=_zone(reads_as="early_help")).families[0].reasons
    assert [(reason.theme, reason.hidden) for reason in first] == [("", True), ("home", False), ("", True)]


def test_a_source_that_an_agency_shares_with_others_only_is_hidden_whatever_the_features_say() -> None:
    source = made.authority().sources[0].model_dump()
    sources = [
        {**source, "share_with": []},
        {**source, "name": "police_notices", "share_with": ["early_help"]},
    ]
    first = _list(sources=sources).families[0]
    assert all(reason.hidden for reason in first.reasons)
    assert [reason.hidden for reason in first.strengths] == [True, False]


def test_of_a_service_whose_source_is_not_shared_only_that_it_is_there_is_said(tmp_path: Path) -> None:
    scores = made.scores()
    rows = [
        ("p000", "mh_referral", None, "health", "2024-05-01", None, "clinic_extract"),
        ("p000", "youth_intervention", None, "youth_justice", "2024-05-01", None, "court_extract"),
    ]
    columns = ["person_id", "kind", "code", "agency", "start_date", "end_date", "source"]
    records = made.records(scores, spell=pd.DataFrame(rows, columns=columns))
    source = made.authority().sources[0].model_dump()
    sources = [{**source, "name": name, "share_with": []} for name in ("clinic_extract", "court_extract")]
    held = _list(records, sources=sources)
    family = next(f for f in held.families if f.household_id == "h00")
    assert {service.service for service in family.current_involvement} == {"Another service"}
    assert family.least_intrusive_first_step.kind == "plan"
    write_zone_pack(tmp_path / "z", held)
    content = json.loads((tmp_path / "z" / "list.json").read_text())
    told = json.dumps(next(f for f in content["families"] if f["family_ref"] == family.family_ref))
    assert not re.search("health service|justice|1 May 2024|2024-05-01", told, re.I)


def test_a_doubtful_reader_of_a_list_is_refused_where_the_list_is_made() -> None:
    scores = made.scores()
    records = made.records(scores)
    authority = made.authority()
    school = authority.zones[0].model_copy(update={"reads_as": "schools"})
    changed = authority.model_copy(update={"zones": (school,)})
    released = made.MadeRelease(scores, made.reasons(scores))
    with pytest.raises(ReleaseRefused, match="A list is not for schools"):
        zone_list(released, records, made.identities(records), changed, "Z1", made.figures(), made.TODAY)


def _adopted(day: str) -> Records:
    """Home 0's child with early help before, and after, an adoption on a day."""
    scores = made.scores()
    spell = pd.DataFrame(
        [
            (
                "p000",
                "early_help",
                "family_relationships",
                "needs_met",
                "early_help",
                "2019-01-01",
                "2019-06-01",
            ),
            (
                "p000",
                "early_help",
                "school_attendance",
                "needs_met",
                "early_help",
                "2023-01-01",
                "2023-06-01",
            ),
            ("p000", "placed_for_adoption", None, None, "social_care", day, "2020-06-01"),
        ],
        columns=["person_id", "kind", "code", "outcome", "agency", "start_date", "end_date"],
    )
    return made.records(scores, spell=spell)


def test_nothing_on_a_row_leads_back_to_before_an_adoption(tmp_path: Path) -> None:
    scores = made.scores()
    reasons = made.reasons(scores).assign(share_with="zone_coordinator")
    mine = reasons["person_id"] == "p000"
    reasons.loc[mine & (reasons["theme"] == "health"), ["agency", "text"]] = ["social_care", "Was in care"]
    reasons.loc[mine & (reasons["theme"] == "home"), "as_at"] = pd.Timestamp("2019-08-20")
    reasons.loc[mine & (reasons["theme"] == "home"), "text"] = "Lived with somebody else"
    held = _list(_adopted("2020-01-01"), reasons)
    family = next(f for f in held.families if f.household_id == "h00")
    assert [past.type for past in family.previous_early_help] == ["School attendance"]
    assert [reason.hidden for reason in family.reasons] == [False, True, True]
    write_zone_pack(tmp_path / "z", held)
    rows = {f["family_ref"]: f for f in json.loads((tmp_path / "z" / "list.json").read_text())["families"]}
    told = json.dumps(rows[family.family_ref])
    assert not re.search("adopt|Was in care|somebody else|Family relationships|2019", told, re.I)
    book = openpyxl.load_workbook(tmp_path / "z" / "list.xlsx")
    texts = {path.name: path.read_text() for path in (tmp_path / "z").iterdir() if path.suffix != ".xlsx"}
    texts["list.xlsx"] = "\n".join(str(c.value) for sheet in book for row in sheet.iter_rows() for c in row)
    assert len(texts) == 8
    for name, text in texts.items():
        assert not re.search("adopt|Family relationships", text, re.I), name


def test_a_hidden_reason_steers_no_first_step() -> None:
    scores = made.scores()
    reasons = made.reasons(scores).assign(share_with="")
    held = _list(reasons=reasons)
    assert {f.least_intrusive_first_step.kind for f in held.families} <= {"conversation", "plan"}
    assert all(f.least_intrusive_first_step.offer is None for f in held.families)
