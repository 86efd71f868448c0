"""From a file and its map to canonical rows: what is kept, what is set aside, what is asked about."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from prevention_model.errors import RecordsRefused
from prevention_model.records import piece
from prevention_model.records.mapped import BAD_BIRTH_DATE, NOT_READ
from prevention_model.records.mapped_csv import read_mapped_csv, read_source
from prevention_model.records.quarantine import REASONS
from tests.unit.records_files import NOTICE, RECEIVED, a_map, aside, odd, read, spell

HEADER = "ref,occurred,received,type\n"


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def test_a_row_becomes_a_canonical_row(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + " c 1 ,01/02/2024,2024-02-05,da\n")
    (frame,) = found.frames["event"]
    assert frame.to_dict("records") == [
        {
            "mention": 0,
            "kind": "police_notice",
            "code": "domestic_abuse",
            "event_date": day("2024-02-01"),
            "known_date": day("2024-02-05"),
            "agency": "police",
        }
    ]
    assert found.mentions.to_dict("records") == [{"row": 2, "la_person_id": "C1"}]
    assert (found.source, found.file, found.rows_in) == ("notices", "notices.csv", 1)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("C1,01/02/2024,05/02/2024", "", "malformed_row"),
        (",01/02/2024,05/02/2024,DA", "ref", "no_identifier"),
        ("0000000000,01/02/2024,05/02/2024,DA", "ref", "no_identifier"),
        ("C1,soon,05/02/2024,DA", "occurred", "bad_date"),
        ("C1,02/01/20251,05/02/2024,DA", "occurred", "bad_date"),
        ("C1,01/02/2024,31/02/2024,DA", "received", "bad_date"),
        ("C1,,05/02/2024,DA", "occurred", "missing_date"),
        ("C1,01/02/2024,,DA", "received", "missing_date"),
        ("C1,1066-10-14,05/02/2024,DA", "occurred", "impossible_date"),
        ("C1,02/09/2024,02/09/2024,DA", "occurred", "impossible_date"),
        ("C1,01/02/2024,02/09/2024,DA", "received", "impossible_date"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside(tmp_path: Path, row: str, column: str, reason: str) -> None:
    found = read(tmp_path, f"{HEADER}C9,01/02/2024,05/02/2024,DA\n{row}\n")
    assert aside(found) == [(3, column, reason)]
    assert found.rows_in == 2 and len(found.mentions) == 1 and len(found.frames["event"][0]) == 1
    assert reason in REASONS


def test_the_day_of_the_delivery_itself_is_no_future(tmp_path: Path) -> None:
    assert aside(read(tmp_path, HEADER + "C1,01/09/2024,01/09/2024,DA\n")) == []


@pytest.mark.parametrize(
    ("cell", "code", "reasons"),
    [("ZZ9", "unmapped", []), ("", None, []), ("cc", "child_concern", [])],
)
def test_an_unknown_code_is_kept_and_reported(
    tmp_path: Path, cell: str, code: str | None, reasons: list[str]
) -> None:
    found = read(tmp_path, f"{HEADER}C1,01/02/2024,05/02/2024,{cell}\n")
    assert found.frames["event"][0]["code"].fillna("none").to_list() == [code or "none"]
    expected = [("type", "unknown code, kept as `unmapped`", 1, 2)] if code == "unmapped" else []
    assert (odd(found), aside(found)) == (expected, reasons)


@pytest.mark.parametrize(("cell", "reason"), [("ZZ9", "unknown_code"), ("", "missing_value")])
def test_a_code_that_must_be_known_sets_its_row_aside(tmp_path: Path, cell: str, reason: str) -> None:
    code = {"column": "type", "map": {"DA": "domestic_abuse"}, "mandatory": True}
    found = read(tmp_path, f"{HEADER}C1,01/02/2024,05/02/2024,{cell}\n", a_map({**NOTICE, "code": code}))
    assert aside(found) == [(2, "type", reason)]


def test_what_was_known_before_it_happened_counts_from_the_day_it_happened(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + "C1,05/02/2024,01/02/2024,DA\n")
    assert found.frames["event"][0]["known_date"].to_list() == [day("2024-02-05")]
    assert odd(found) == [("received", piece.EARLY, 1, 2)]


@pytest.mark.parametrize(
    ("rule", "known"),
    [
        ({"rule": "same_day"}, "2024-02-01"),
        ({"rule": "days_after", "days": 20}, "2024-02-21"),
        ({"rule": "days_after", "days": 300}, "2024-09-01"),
        ({"rule": "extract"}, "2024-09-01"),
    ],
)
def test_a_known_date_by_rule(tmp_path: Path, rule: dict[str, object], known: str) -> None:
    found = read(tmp_path, HEADER + "C1,01/02/2024,,DA\n", a_map({**NOTICE, "known_date": rule}))
    assert found.frames["event"][0]["known_date"].to_list() == [day(known)]


SPELLS = "ref,start,end,known,known_end\n"


@pytest.mark.parametrize(
    ("row", "end", "known_end", "issues"),
    [
        ("C1,01/02/2024,01/03/2024,02/02/2024,05/03/2024", "2024-03-01", "2024-03-05", []),
        ("C1,01/02/2024,,02/02/2024,", None, None, []),
        ("C1,01/02/2024,,02/02/2024,soon", None, None, []),
        ("C1,01/02/2024,01/10/2024,02/02/2024,01/10/2024", None, None, [("end", piece.PLANNED, 1, 2)]),
        ("C1,01/02/2024,31/12/2999,02/02/2024,", None, None, [("end", piece.PLANNED, 1, 2)]),
        (
            "C1,01/02/2024,01/03/2024,02/02/2024,",
            "2024-03-01",
            "2024-09-01",
            [("known_end", piece.UNDATED_END, 1, 2)],
        ),
        (
            "C1,01/02/2024,01/03/2024,02/02/2024,01/02/2024",
            "2024-03-01",
            "2024-03-01",
            [("known_end", piece.EARLY, 1, 2)],
        ),
    ],
)
def test_ends_of_spells(
    tmp_path: Path, row: str, end: str | None, known_end: str | None, issues: list[object]
) -> None:
    found = read(tmp_path, f"{SPELLS}{row}\n", a_map(spell()))
    (frame,) = found.frames["spell"]
    assert aside(found) == []
    expected = [pd.Timestamp(text) if text else pd.NaT for text in (end, known_end)]
    pd.testing.assert_series_equal(
        frame.loc[0, ["end_date", "known_end"]],
        pd.Series(expected, index=["end_date", "known_end"], name=0),
        check_dtype=False,
    )
    assert odd(found) == issues


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("C1,01/02/2024,31/01/2024,02/02/2024,01/03/2024", "end", "ends_before_start"),
        ("C1,01/02/2024,soon,02/02/2024,01/03/2024", "end", "bad_date"),
        ("C1,01/02/2024,01/03/2024,02/02/2024,soon", "known_end", "bad_date"),
        ("C1,01/02/2024,01/03/2024,02/02/2024,02/09/2024", "known_end", "impossible_date"),
        ("C1,02/09/2024,,02/02/2024,", "start", "impossible_date"),
    ],
)
def test_spells_that_cannot_be_used(tmp_path: Path, row: str, column: str, reason: str) -> None:
    assert aside(read(tmp_path, f"{SPELLS}{row}\n", a_map(spell()))) == [(2, column, reason)]


def test_a_fault_in_a_piece_that_a_row_does_not_speak_of_costs_nothing(tmp_path: Path) -> None:
    plan = a_map(
        {"table": "person", "sex": {"column": "sex"}},
        spell(kind="cp_plan", when={"column": "start", "filled": True}),
        {**NOTICE, "value": {"column": "amount"}, "when": {"column": "type", "in": [" da "]}},
    )
    header = "ref,sex,start,end,known,known_end,type,occurred,received,amount\n"
    found = read(tmp_path, header + "C1,F,,soon,,,CC,never,,lots\nC2,F,soon,,,,Da,01/02/2024,x,1\n", plan)
    assert aside(found) == [(3, "start", "bad_date")]
    assert [len(frames[0]) for frames in found.frames.values()] == [1, 0, 0]


@pytest.mark.parametrize(
    ("cell", "said", "issues"),
    [
        ("Y", True, []),
        ("b) No", False, []),
        ("", None, []),
        ("perhaps", None, [("adult", piece.UNSURE, 1, 2)]),
    ],
)
def test_an_adult_is_who_is_said_to_be_one(
    tmp_path: Path, cell: str, said: bool | None, issues: list[object]
) -> None:
    plan = a_map({"table": "person", "birth_date": {"column": "dob"}, "is_adult": {"column": "adult"}})
    found = read(tmp_path, f"ref,dob,adult\nC1,17/05/1990,{cell}\n", plan)
    frame = found.frames["person"][0]
    assert frame["birth_date"].to_list() == [day("1990-05-01")]
    assert frame["is_adult"].to_list() == ([said] if said is not None else [pd.NA])
    assert odd(found) == issues


HOUSE = {
    "table": "household",
    "household_key": {"column": "home"},
    "from": {"column": "start"},
    "to": {"column": "end"},
    "known_date": {"column": "known"},
    "confidence": {"column": "sure"},
}
PLACE = {**{k: HOUSE[k] for k in ("from", "to", "known_date")}, "table": "place", "kind": "home"}


@pytest.mark.parametrize(
    ("row", "first", "last", "issues"),
    [
        ("C1,H1,01/02/2024,,03/02/2024,", "2024-02-01", None, []),
        ("C1,H1,,,03/02/2024,", "2024-02-03", None, [("start", piece.UNDATED_START, 1, 2)]),
        ("C1,H1,,01/01/2024,03/02/2024,", "2024-01-01", "2024-01-01", [("start", piece.UNDATED_START, 1, 2)]),
        ("C1,H1,01/02/2024,01/01/2030,03/02/2024,", "2024-02-01", None, [("end", piece.PLANNED, 1, 2)]),
    ],
)
@pytest.mark.parametrize("made", [HOUSE, {**PLACE, "lsoa": {"column": "home"}}])
def test_stays_without_a_first_day(
    tmp_path: Path, made: dict[str, object], row: str, first: str, last: str | None, issues: list[object]
) -> None:
    found = read(tmp_path, f"ref,home,start,end,known,sure\n{row}\n", a_map(made))
    (frame,) = found.frames[str(made["table"])]
    assert frame["from"].to_list() == [day(first)]
    assert frame["to"].to_list() == [day(last) if last else pd.NaT]
    assert odd(found) == issues


def test_what_is_left_blank_is_no_statement(tmp_path: Path) -> None:
    plan = a_map(
        HOUSE,
        {**PLACE, "kind": "school", "school": {"column": "urn"}},
        {
            "table": "attribute",
            "name": "young_carer",
            "value": {"column": "carer"},
            "event_date": {"column": "known"},
            "known_date": {"column": "known"},
        },
    )
    header = "ref,home,start,end,known,sure,urn,carer\n"
    found = read(tmp_path, header + "C1,unknown,,,,,,\nC2,h 2,,,01/02/2024,,,\nC3,,,,01/02/2024,,,Y\n", plan)
    assert aside(found) == []
    assert {name: frames[0]["mention"].to_list() for name, frames in found.frames.items()} == {
        "household": [1],
        "place": [],
        "attribute": [2],
    }
    assert found.frames["household"][0]["household_key"].to_list() == ["H2"]
    assert ("", NOT_READ, 1, 2) in odd(found)


def test_a_relationship_needs_the_other_person(tmp_path: Path) -> None:
    plan = a_map(
        {"table": "relationship", "role": {"column": "role"}, "known_date": {"rule": "extract"}},
        other_identifiers={"la_person_id": "other"},
    )
    found = read(tmp_path, "ref,other,role\nC1,c 2,mother\nC3,,father\nC4,C5,\nC6,TBC,father\n", plan)
    assert found.frames["relationship"][0]["mention"].to_list() == [0]
    assert found.mentions["other:la_person_id"].fillna("").to_list() == ["C2", "", "C5", ""]


def test_only_the_vault_columns_of_mentions_hold_names(tmp_path: Path) -> None:
    plan = a_map(vault={"surname": "name", "birth_date": "dob"})
    header = "ref,occurred,received,type,name,dob\n"
    found = read(
        tmp_path,
        header + "C1,01/02/2024,05/02/2024,DA,Smith,17/05/2015\nC2,01/02/2024,05/02/2024,DA,Jones,soon\n",
        plan,
    )
    assert found.mentions["vault:surname"].to_list() == ["Smith", "Jones"]
    assert found.mentions["vault:birth_date"].to_list() == [day("2015-05-17"), pd.NaT]
    assert odd(found) == [("dob", BAD_BIRTH_DATE, 1, 3)]
    assert "Smith" not in found.frames["event"][0].to_csv()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (["N1,C1,01/02/2024", "N1,C2,01/02/2024"], [(3, "id", "duplicate_row")]),
        (["N1,C1,soon", "N1,C1,01/02/2024"], [(2, "occurred", "bad_date")]),
        ([",C1,01/02/2024", ",C2,01/02/2024"], []),
        (["N1,C1,01/02/2024", " N1,C1,01/02/2024"], [(3, "id", "duplicate_row")]),
    ],
)
def test_rows_of_the_same_key(tmp_path: Path, rows: list[str], expected: list[object]) -> None:
    plan = a_map({**NOTICE, "known_date": {"rule": "same_day"}}, unique=["id"])
    assert aside(read(tmp_path, "id,ref,occurred\n" + "\n".join(rows), plan)) == expected


def test_a_later_file_supersedes_an_earlier_one(tmp_path: Path) -> None:
    plan = a_map(spell(), unique=["ref", "start"])
    paths = [tmp_path / "notices_2022.csv", tmp_path / "notices_2023.csv"]
    paths[0].write_text(SPELLS + "C1,01/02/2022,,02/02/2022,\nC2,01/02/2022,,02/02/2022,\n")
    paths[1].write_text(SPELLS + "C1,01/02/2022,01/03/2023,02/02/2022,05/03/2023\n")
    older, newer = read_source(paths, plan, RECEIVED)
    assert [older.file, newer.file] == ["notices_2022.csv", "notices_2023.csv"]
    assert aside(older) == [(2, "ref, start", "superseded_row")]
    assert (aside(newer), len(older.mentions), len(newer.mentions)) == ([], 1, 1)


def test_every_missing_column_is_named_and_no_value(tmp_path: Path) -> None:
    path = tmp_path / "notices.csv"
    path.write_text("C1,Smith,Smith,01/02/2024\n")
    plan = a_map(columns={"required": ["ref", "occurred", "received"], "optional": ["type"]})
    with pytest.raises(RecordsRefused) as refused:
        read_mapped_csv(path, plan, RECEIVED)
    assert str(refused.value) == (
        "Mandatory columns are missing: ref, occurred, received. Where: file notices.csv. "
        "What to do: Ask the agency for the file again, or correct the map of source notices."
    )


def test_a_column_that_stands_twice_is_refused_where_the_map_reads_it(tmp_path: Path) -> None:
    row = "C1,01/02/2024,05/02/2024,DA"
    with pytest.raises(RecordsRefused) as refused:
        read(tmp_path, f"ref,occurred,received,type,Ref,occurred\n{row},C1,x\n")
    assert str(refused.value) == (
        "Columns stand twice: ref, occurred. Where: file notices.csv. "
        "What to do: Ask the agency for the file again, or correct the map of source notices."
    )
    assert aside(read(tmp_path, f"ref,occurred,received,type,note,note\n{row},a,b\n")) == []


def test_all_files_of_a_source_are_checked_before_one_is_refused(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    paths[0].write_text("")
    paths[1].write_text("x\n1\n")
    with pytest.raises(RecordsRefused) as refused:
        read_source(paths, a_map(), date(2024, 9, 1))
    assert str(refused.value) == (
        "The file is empty: it has no header row (file a.csv); "
        "Mandatory columns are missing: ref (file b.csv). Where: source notices. "
        "What to do: Correct them all, or ask the agency for the files again."
    )


def test_a_header_alone_is_an_extract_without_rows(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER)
    assert (found.rows_in, len(found.mentions), len(found.quarantined)) == (0, 0, 0)
    assert len(found.frames["event"][0]) == 0
