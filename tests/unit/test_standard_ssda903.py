"""SSDA903: what an authority's file says, in the canonical tables; and what is wrong with it, by row."""

import csv
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from prevention_model import read_return
from prevention_model.errors import RecordsRefused
from prevention_model.records.standards.ssda903.care_facts import ENDED_WITH_CARE
from prevention_model.records.standards.ssda903.corrected import MOVED_ON, UNTOLD
from prevention_model.records.standards.ssda903.deriving import BAD_END, NO_END, PARTIAL
from prevention_model.records.standards.ssda903.reader import STANDARD
from tests.fixtures.made_up_903 import EPISODES, HEADER, aside, odd, read, said, spells, told, written

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared" / "samples" / "ssda903"
DOMAIN = ROOT.parent / "shared" / "domain"

ONE_CHILD = [
    EPISODES,
    "C1,03/05/2023,S,V2,N1,U6,PR1,01/06/2023,X1,,AB1 2CD,AB2 3EF,1234567",
    "C1,01/06/2023,L,C1,N1,U6,PR1,09/07/2023,X1,CREQB,,,",
    "C1,09/07/2023,P,C1,N3,K2,PR4,02/08/2023,E4A,,,,",
]


def test_episodes_make_a_period_of_care_with_placements_across_legal_changes(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"episodes_2024.csv": ONE_CHILD})
    assert spells(extracts, "care_period") == [
        ("C1", "2023-05-03", "2023-08-02", "section_20", "returned_home_planned")
    ]
    assert spells(extracts, "placement") == [
        ("C1", "2023-05-03", "2023-07-09", "foster", "carer_request_behaviour"),
        ("C1", "2023-07-09", "2023-08-02", "childrens_home", ""),
    ]
    assert spells(extracts, "legal_status") == [
        ("C1", "2023-05-03", "2023-06-01", "section_20", ""),
        ("C1", "2023-06-01", "2023-08-02", "interim_care_order", ""),
    ]
    within = told(extracts, "spell", "care_episode", "placement", "legal_status")
    assert set(within["parent"]) == {"care 2023-05-03"}
    assert said(told(extracts, "attribute", "care_need"), "value", "event_date", "row") == [
        ("abuse_or_neglect", "2023-05-03", "2")
    ]


def test_the_end_and_its_reason_become_known_on_the_day_of_the_end(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"episodes_2024.csv": ONE_CHILD})
    whole = told(extracts, "spell")
    assert (whole["known_start"] == whole["start_date"]).all()
    assert (whole["known_end"] == whole["end_date"]).all()


def test_short_breaks_are_no_period_of_care(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"episodes.csv": [
        EPISODES,
        "C1,03/05/2023,S,V4,N2,U6,PR1,10/06/2023,X1,,,,",
        "C1,10/06/2023,L,C2,N2,U6,PR1,,,,,,",
        "C2,01/07/2023,S,V3,N2,U6,PR1,03/07/2023,E8,,,,",
    ]})  # fmt: skip
    assert spells(extracts, "care_period") == [("C1", "2023-06-10", "", "full_care_order", "")]
    assert spells(extracts, "short_break") == [
        ("C1", "2023-05-03", "2023-06-10", "short_breaks_agreement", ""),
        ("C2", "2023-07-01", "2023-07-03", "short_breaks_episodes", "other"),
    ]
    assert [row[0] for row in spells(extracts, "placement", "legal_status", "care_episode")] == ["C1"] * 3


@pytest.mark.parametrize(
    ("second", "periods"),
    [
        ("01/06/2023,L", 1),
        ("20/06/2023,P", 1),  # X1 says that care goes on, P that it had begun: a row between them is lacking
        ("20/06/2023,S", 2),
        ("01/06/2023,S", 2),
    ],
)
def test_a_period_goes_on_while_reasons_say_so(tmp_path: Path, second: str, periods: int) -> None:
    extracts = read(tmp_path, {"episodes.csv": [
        EPISODES,
        "C1,03/05/2023,S,C2,N1,U6,PR1,01/06/2023,X1,,,,",
        f"C1,{second},C2,N1,U6,PR1,,,,,,",
    ]})  # fmt: skip
    assert len(spells(extracts, "care_period")) == periods


def test_a_child_who_comes_back_the_same_day_starts_a_second_period(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"episodes.csv": [
        EPISODES,
        "C1,03/05/2023,S,C2,N1,U6,PR1,01/06/2023,E4B,,,,",
        "C1,01/06/2023,S,V2,N1,U6,PR1,,,,,,",
    ]})  # fmt: skip
    assert spells(extracts, "care_period") == [
        ("C1", "2023-05-03", "2023-06-01", "full_care_order", "returned_home_unplanned"),
        ("C1", "2023-06-01", "", "section_20", ""),
    ]


def test_an_open_episode_ends_where_the_next_begins(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"episodes.csv": [
        EPISODES,
        "C1,03/05/2023,S,C2,N1,U6,PR1,,,,,,",
        "C1,01/06/2023,P,C2,N1,K2,PR1,,,,,,",
    ]})  # fmt: skip
    assert [row[1:4] for row in spells(extracts, "placement")] == [
        ("2023-05-03", "2023-06-01", "foster"),
        ("2023-06-01", "", "childrens_home"),
    ]
    assert len(spells(extracts, "care_period")) == 1
    assert odd(extracts) == [("DEC", MOVED_ON, 1, 2)]


def test_a_faulty_end_costs_the_end_and_not_the_episode(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"episodes_2024.csv": [
        EPISODES,
        "C1,03/05/2023,S,C2,N1,U6,PR1,02/01/20251,X1,,,,",
        "C1,01/06/2023,P,C2,N1,K2,PR1,,X1,CLOSE,,,",
        "C2,03/05/2023,S,C2,N1,U6,PR1,03/05/1066,E4A,,,,",
        "C3,30/02/2024,S,C2,N1,U6,PR1,,,,,,",
        "C4,soon,S,C2,N1,U6,PR1,,,,,,",
        ",03/05/2023,S,C2,N1,U6,PR1,,,,,,",
        "C5,03/05/2023,S,C2",
    ]})  # fmt: skip
    assert spells(extracts, "care_period") == [
        ("C1", "2023-05-03", "", "full_care_order", ""),
        ("C2", "2023-05-03", "2024-03-31", "full_care_order", "returned_home_planned"),
    ]
    assert set(odd(extracts)) >= {("DEC", BAD_END, 2, 2), ("REC", NO_END, 1, 3)}
    assert [row[1:] for row in aside(extracts)] == [
        (5, "DECOM", "bad_date"),
        (6, "DECOM", "bad_date"),
        (7, "CHILD", "no_identifier"),
        (8, "", "malformed_row"),
    ]


def test_an_unknown_code_is_reported_and_the_row_kept(tmp_path: Path) -> None:
    extracts = read(tmp_path, {
        "episodes.csv": [EPISODES, "C1,03/05/2023,S,C2,N1,Q9,PR1,,,,,,"],
        "oc3.csv": ["CHILD,DOB,IN_TOUCH,ACTIV,ACCOM", "C9,01/05/2004,YES,G5,01"],
    })  # fmt: skip
    assert [row[3] for row in spells(extracts, "placement")] == ["unmapped"]
    assert [list(row) for e in extracts for row in e.unmapped[["row", "column", "value"]].to_numpy()] == [
        [2, "PLACE", "Q9"],
        [2, "ACCOM", "01"],
    ]
    assert not aside(extracts)


def test_header_gives_person_and_numbers_and_an_unknown_upn_is_no_number(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"header_2024.csv": [
        HEADER,
        "c 1,2,03/02/2008,CNHE,A123456789012,1,17/12/2023",
        "C2,M,2009-04-05,WBRI,UN1,0,",
        "C3,U,06/07/1850,XXXX,,,",
    ]})  # fmt: skip
    (header,) = extracts
    assert header.mentions["la_person_id"].to_list() == ["C1", "C2", "C3"]
    assert header.mentions["upn"].isna().to_list() == [False, True, True]
    person = header.frames["person"][0]
    assert said(person, "birth_date", "sex", "ethnicity") == [
        ("2008-02-01", "F", "CHNE"),
        ("2009-04-01", "M", "WBRI"),
        ("", "U", "unmapped"),
    ]
    attributes = told(extracts, "attribute")
    assert said(attributes, "child", "name", "value", "event_date", "known_date") == [
        # The last day of the month: the day of birth of the young mother's child stands nowhere.
        ("C1", "mother", "true", "2023-12-31", "2024-03-31"),
        ("C2", "upn_unknown", "too_young", "2024-03-31", "2024-03-31"),
    ]


def test_what_is_asked_once_a_year_is_known_at_its_end(tmp_path: Path) -> None:
    extracts = read(tmp_path, {
        "oc2_2023.csv": ["CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED", "C1,01/02/2010,17,,0", "C2,01/02/2010,41,,1",
                         "C3,01/02/2021,,SDQ1,0"],
        "oc2_2024.csv": ["CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED", "C1,01/02/2010,19,,1"],
    })  # fmt: skip
    assert said(told(extracts, "measurement", "sdq"), "child", "value", "period", "known_date") == [
        ("C1", "17.0", "2022-23", "2023-03-31"),
        ("C1", "19.0", "2023-24", "2024-03-31"),
    ]
    assert said(told(extracts, "attribute", "convicted"), "child", "value") == [
        ("C1", "false"),
        ("C1", "true"),
        ("C2", "true"),
        ("C3", "false"),
    ]
    assert not aside(extracts)


def test_care_leavers_are_asked_around_their_birthday(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"oc3_2024.csv": [
        "CHILD,DOB,IN_TOUCH,ACTIV,ACCOM",
        "C1,15/05/2004,YES,F5,U1",
        "C2,29/02/2004,NO,G6,S2",
        "C3,15/05/2000,RHOM,P3,0",
        "C4,,DIED,0,",
    ]})  # fmt: skip
    rows = told(extracts, "attribute", "care_leaver_in_touch")
    assert said(rows, "child", "event_date", "known_date") == [
        ("C1", "2023-05-15", "2023-05-15"),
        ("C2", "2024-02-29", "2024-02-29"),
        ("C3", "2024-03-31", "2024-03-31"),
        ("C4", "2024-03-31", "2024-03-31"),
    ]
    homes = told(extracts, "attribute", "care_leaver_accommodation", "care_leaver_accommodation_suitable")
    assert set(said(homes, "child", "name", "value")) >= {
        ("C2", "care_leaver_accommodation", "no_fixed_abode"),
        ("C2", "care_leaver_accommodation_suitable", "false"),
        ("C3", "care_leaver_accommodation", "not_known"),
    }


def test_adoption_is_known_with_the_order(tmp_path: Path) -> None:
    extracts = read(tmp_path, {
        "episodes_2024.csv": [EPISODES, "C1,03/05/2022,S,E1,N1,A6,PR1,02/02/2024,E12,,,,"],
        "ad1_2024.csv": ["CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR",
                         "C1,01/02/2021,01/08/2022,01/12/2022,0,2,MF,L11"],
        "placed_adoption_2024.csv": ["CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED",
                                     "C1,01/02/2021,05/01/2023,,", "C2,01/02/2021,05/01/2023,05/02/2023,RD3"],
    })  # fmt: skip
    assert said(told(extracts, "event"), "kind", "event_date", "known_date") == [
        ("adoption_decision", "2022-08-01", "2024-02-02"),
        ("adoption_match", "2022-12-01", "2024-02-02"),
    ]
    assert spells(extracts, "placed_for_adoption") == [
        ("C1", "2023-01-05", "2024-02-02", "", "adopted_consent_dispensed"),
        ("C2", "2023-01-05", "2023-02-05", "", "no_adopters_found"),
    ]


def test_partial_dates_of_earlier_permanence_are_the_last_day_that_they_can_be(tmp_path: Path) -> None:
    extracts = read(tmp_path, {
        "episodes_2024.csv": [EPISODES, "C4,03/05/2023,S,C2,N1,U6,PR1,,,,,,"],
        "prev_perm_2024.csv": ["CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM", "C1,,P1,838,zz/05/2020", "C2,,P2,,zz/zz/2021",
                               "C3,,P4,,zz/zz/zzzz", "C4,,Z1,,", "C5,,P3,,32/13/2020"],
    })  # fmt: skip
    rows = told(extracts, "attribute", "previous_permanence")
    assert said(rows, "child", "value", "event_date", "known_date") == [
        ("C1", "adoption", "2020-05-31", "2024-03-31"),
        ("C2", "special_guardianship", "2021-12-31", "2024-03-31"),
        ("C3", "not_known", "2024-03-31", "2024-03-31"),
        ("C4", "none", "2023-05-03", "2023-05-03"),
        ("C5", "child_arrangements_order", "2024-03-31", "2024-03-31"),
    ]
    assert {issue[:1] + issue[2:] for issue in odd(extracts)} == {("DATE_PERM", 3, 2), ("DATE_PERM", 1, 6)}
    assert PARTIAL in {issue[1] for issue in odd(extracts)}


def test_the_remaining_modules(tmp_path: Path) -> None:
    extracts = read(tmp_path, {
        "episodes_2025.csv": [EPISODES, "C1,03/05/2024,S,C2,N8,U6,PR1,,,,,,"],
        "uasc.csv 2025.csv": ["CHILD,SEX,DOB,DUC", "C1,1,10/09/2007,10/09/2025", "C2,1,10/09/2006,10/09/2024"],
        "missing_2025.csv": ["CHILD,DOB,MISSING,MIS_START,MIS_END", "C1,,M,05/05/2024,07/05/2024", "C1,,A,09/05/2024,"],
        "sw_episodes_2025.csv": ["CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON", "C1,,SW1,03/05/2024,01/06/2024,FCONTA",
                                 "C1,,SW2,01/06/2024,,SWLAZY"],
        "dolo_2025.csv": ["CHILD,DOB,DOLO_START,DOLO_END", "C1,,01/07/2024,02/01/20251"],
        "reviews_2025.csv": ["CHILD,DOB,REVIEW,REVIEW_CODE", "C1,,01/06/2024,PN3"],
    })  # fmt: skip
    assert spells(extracts, "uasc") == [
        ("C1", "2024-05-03", "", "", ""),
        ("C2", "2024-04-01", "2024-09-10", "", ""),
    ]
    assert spells(extracts, "missing") == [
        ("C1", "2024-05-05", "2024-05-07", "missing", ""),
        ("C1", "2024-05-09", "", "away_without_authorisation", ""),
    ]
    assert [row[1:3] for row in spells(extracts, "worker_involvement")] == [
        ("2024-05-03", "2024-06-01"),
        ("2024-06-01", ""),
    ]
    assert spells(extracts, "deprivation_of_liberty") == [("C1", "2024-07-01", "2025-03-31", "", "")]
    events = told(extracts, "event", "care_review", "social_worker_change")
    assert said(events, "kind", "code") == [
        ("care_review", "attended_symbols"),
        ("social_worker_change", "first_contact"),
        ("social_worker_change", "unmapped"),
    ]
    assert not aside(extracts)


def test_what_nobody_ended_is_over_when_care_is(tmp_path: Path) -> None:
    extracts = read(tmp_path, {
        "episodes_2024.csv": ONE_CHILD,
        "missing_2024.csv": ["CHILD,DOB,MISSING,MIS_START,MIS_END", "C1,,M,30/07/2023,", "C1,,M,05/09/2023,"],
    })  # fmt: skip
    assert [row[1:3] for row in spells(extracts, "missing")] == [
        ("2023-07-30", "2023-08-02"),
        ("2023-09-05", ""),
    ]
    issues = [issue for extract in extracts for issue in extract.issues if issue["issue"] == ENDED_WITH_CARE]
    assert [(issue["rows"], issue["first_row"]) for issue in issues] == [(1, 2)]


XML = """<?xml version="1.0"?>
<EXPSSDA903>
 <CHILD>
  <EPISODE><DECOM>03/05/2023</DECOM><RNE>S</RNE><LS>V2</LS><CIN>N1</CIN><PL>U6</PL><DEC/><REC/></EPISODE>
  <HEADER><CHILDID>C1</CHILDID><UPN>UN2</UPN><SEX>1</SEX><DOB>28/07/2007</DOB><ETHNIC>BAFR</ETHNIC>
   <UASC>1</UASC><DUC>28/07/2025</DUC>
   <AREVIEW><REVIEW>27/09/2023</REVIEW><REVIEW_CODE>PN0</REVIEW_CODE></AREVIEW>
   <AMISSING><MISSING>M</MISSING><MIS_START>01/10/2023</MIS_START><MIS_END>02/10/2023</MIS_END></AMISSING>
   <PERMANENCE><PREV_PERM>Z1</PREV_PERM></PERMANENCE>
   <OC2><SDQ_SCORE>21</SDQ_SCORE><CONVICTED>1</CONVICTED></OC2></HEADER>
 </CHILD>
 <CHILD><HEADER><CHILDID>C2</CHILDID><SEX>2</SEX><DOB>28/07/2004</DOB><ETHNIC>WBRI</ETHNIC><UASC/>
   <IN_TOUCH>NO</IN_TOUCH><ACTIV>P2</ACTIV><ACCOM>S1</ACCOM></HEADER></CHILD>
</EXPSSDA903>"""


def test_xml_says_what_the_tables_say(tmp_path: Path) -> None:
    extracts = read(tmp_path, {"903_2024.xml": XML.splitlines()})
    rows = {extract.module: extract.mentions["row"].to_list() for extract in extracts if extract.rows_in}
    assert rows == {
        "header": [3, 12], "episodes": [4], "reviews": [7], "missing": [8], "prev_perm": [9], "oc2": [10],
        "uasc": [3], "oc3": [12],
    }  # fmt: skip
    assert spells(extracts, "care_period") == [("C1", "2023-05-03", "", "section_20", "")]
    assert spells(extracts, "uasc") == [("C1", "2023-05-03", "", "", "")]
    assert said(told(extracts, "attribute", "care_leaver_activity"), "child", "value", "event_date") == [
        ("C2", "part_time_other_education", "2023-07-28")
    ]


def test_a_workbook_with_a_sheet_a_module(tmp_path: Path) -> None:
    book = Workbook()
    for name, lines in {"Header": [HEADER, "C1,2,03/02/2008,WBRI,,,"], "Eps": ONE_CHILD}.items():
        sheet = book.create_sheet(name)
        for row in csv.reader(lines):
            sheet.append(row)
    sheet["B2"] = date(2023, 5, 3)
    book.save(tmp_path / "903 2023-24.xlsx")
    extracts = read(tmp_path)
    assert {extract.module for extract in extracts if extract.module} == {"header", "episodes"}
    assert [row[1:3] for row in spells(extracts, "care_period")] == [("2023-05-03", "2023-08-02")]
    assert extracts[-1].period is not None and extracts[-1].period.last == date(2024, 3, 31)


def test_columns_in_any_order_case_and_company(tmp_path: Path) -> None:
    rows = [dict(zip(EPISODES.split(","), line.split(","), strict=True)) for line in ONE_CHILD[1:]]
    names = ["Urn", "rec", "dec", "Supplier note", "cin", "LS", " Place ", "rne", "Decom", "child"]
    lines = [",".join(names)] + [
        ",".join(row.get(name.strip().upper(), "zz") for name in names) for row in rows
    ]
    plain = read(tmp_path / "a", {"episodes_2024.csv": ONE_CHILD})
    other = read(tmp_path / "b", {"report 2024.txt": lines})
    assert spells(plain, "care_period", "legal_status") == spells(other, "care_period", "legal_status")


def test_a_table_without_a_mandatory_column_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused, match=r"Mandatory columns are missing: DECOM"):
        read(tmp_path, {"episodes_2024.csv": [EPISODES.replace("DECOM,", ""), "C1,S"]})


def test_a_code_is_covered_from_the_year_that_brought_it(tmp_path: Path) -> None:
    later = [EPISODES, "C7,03/05/2024,S,C2,N1,K3,PR1,,,,,,"]
    written(tmp_path, {"episodes_2024.csv": ONE_CHILD, "episodes_2025.csv": later})
    coverage = read_return(tmp_path, received=date(2025, 6, 1)).coverage
    rows = coverage[
        coverage["kind"].isin(["placement", "care_period"]) & coverage["code"].ne("moved_to_custody")
    ]
    assert sorted(said(rows, "kind", "code", "from", "to")) == [
        ("care_period", "", "2023-04-01", "2025-04-01"),
        ("placement", "", "2023-04-01", "2025-04-01"),
        ("placement", "supported_accommodation", "2024-04-01", "2025-04-01"),
    ]


@pytest.mark.skipif(not DOMAIN.is_dir(), reason="the lists of codes lie beside the project and are not here")
def test_every_code_of_every_year_is_known() -> None:
    known: dict[str, set[str]] = {}
    for module in STANDARD.modules:
        for piece in module.produces:
            cells = [cell for cell in (*piece.cells().values(), piece.outcome) if hasattr(cell, "map")]
            for cell in cells:
                known.setdefault(cell.column, set()).update(code.upper() for code in cell.map or ())
    with (DOMAIN / "codes.csv").open(encoding="utf-8") as file:
        codes = [
            (row["codelist"].removeprefix("ssda903."), row["code"].upper())
            for row in csv.DictReader(file)
            if row["codelist"].startswith("ssda903.")
        ]
    assert len(codes) > 150
    assert [(name, code) for name, code in codes if code not in known.get(name, set())] == []


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the published sample files lie beside the project and are not here"
)
def test_the_published_sample_loads_and_its_seeded_faults_are_found() -> None:
    extracts = read(SAMPLES)
    by_name = {extract.file: extract for extract in extracts}
    assert by_name["header.csv"].rows_in == 2675 and len(by_name["header.csv"].mentions) == 2675
    assert by_name["episodes.csv"].rows_in == 5050 and by_name["fake_903.xml: EPISODE"].rows_in == 459
    columns = {issue[0] for issue in odd([by_name["sw_episodes.csv"], by_name["oc3.csv"]])}
    assert columns == {"SW_REASON", "ACCOM"}
    assert {reason for *_, reason in aside(extracts)} == {
        "duplicate_row",
        "impossible_date",
        "superseded_row",
    }
    unmapped = {row for extract in extracts for row in extract.unmapped["column"]}
    assert unmapped == {"SW_REASON", "ACCOM", "REASON_PLACED_CEASED"}
    assert UNTOLD not in {issue[1] for issue in odd([by_name["episodes.csv"]])}
