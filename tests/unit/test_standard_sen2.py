"""SEN2: what a user would miss if requests and plans were read wrongly."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from prevention_model.errors import RecordsRefused
from prevention_model.records.extract import Extract
from prevention_model.records.standards.sen2.reader import STANDARD
from tests.unit.census_files import Row, days, read, rows_of, set_aside, write

JANUARY_2024, JANUARY_2025 = "2024-01-18", "2025-01-16"
ANN = {"UPN": "A123456789012", "Surname": "Mallory", "Forename": "Ann", "PersonBirthDate": "2012-01-21"}
SPAN = ("start_date", "end_date", "known_start", "known_end", "outcome")


def person(key: str = "p1", **more: object) -> dict[str, object]:
    """A row of people."""
    return {"PersonTableId": key, **ANN, "Sex": "F", "Ethnicity": "WBRI", "PostCode": "ZZ9 1AA", **more}


def request(key: str = "r1", of: str = "p1", **more: object) -> dict[str, object]:
    """A request that was agreed to."""
    return {
        "PersonTableId": of, "RequestsTableId": key, "ReceivedDate": "2023-03-01", "RequestOutcomeDate": "2023-04-05",
        "RequestOutcome": "Y", **more,
    }  # fmt: skip


def plan(key: str = "r1", **more: object) -> dict[str, object]:
    """A plan in force."""
    return {"RequestsTableId": key, "StartDate": "2023-07-10", "CeaseDate": "", "CeaseReason": "", **more}


def whole() -> dict[str, Sequence[Row]]:
    """One return, in which each table names only the one above it."""
    return {
        "person": [person()],
        "requests": [request()],
        "assessment": [{"RequestsTableId": "r1", "AssessmentTableId": "a1", "AssessmentOutcome": "Y",
                        "AssessmentOutcomeDate": "2023-07-01", "Week20": "1"}],
        "named_plan": [{"AssessmentTableId": "a1", "NamedPlanTableId": "n1", "StartDate": "2023-07-10",
                        "CeaseDate": "", "CeaseReason": "", "PB": "Y"}],
        "plan_detail": [{"NamedPlanTableId": "n1", "URN": "900001", "SENSetting": "", "PlacementRank": 1}],
        "active_plans": [{"RequestsTableId": "r1", "ActivePlansTableId": "v1", "ReviewMeeting": "2023-12-04",
                          "ReviewOutcome": "A", "LastReview": "2023-12-04", "PhaseTransferFinalDate": "2023-12-20"}],
        "placement_detail": [{"ActivePlansTableId": "v1", "URN": "900001", "SENSetting": "EHE",
                              "EntryDate": "2023-09-04", "LeavingDate": "", "PlacementRank": 1}],
        "sen_need": [{"ActivePlansTableId": "v1", "SENtype": "ASD", "SENtypeRank": 1},
                     {"ActivePlansTableId": "v1", "SENtype": "SLCN", "SENtypeRank": 2}],
    }  # fmt: skip


XML = """<?xml version="1.0" encoding="UTF-8"?>
<Message>
<Header><CollectionDetails><Collection>SEN2</Collection><Year>2024</Year>
<ReferenceDate>2024-01-18</ReferenceDate></CollectionDetails></Header>
<SEN2><Persons>
<Person>
<UPN>A123456789012</UPN><Surname>Mallory</Surname><Forename>Ann</Forename><PersonBirthDate>2012-01-21</PersonBirthDate>
<Sex>F</Sex><Ethnicity>WBRI</Ethnicity><PostCode>ZZ9 1AA</PostCode>
<Requests>
<ReceivedDate>2023-03-01</ReceivedDate><RequestOutcomeDate>2023-04-05</RequestOutcomeDate><RequestOutcome>Y</RequestOutcome>
<Assessment>
<AssessmentOutcome>Y</AssessmentOutcome><AssessmentOutcomeDate>2023-07-01</AssessmentOutcomeDate><Week20>1</Week20>
<NamedPlan>
<StartDate>2023-07-10</StartDate><PB>Y</PB>
<PlanDetail><URN>900001</URN><PlacementRank>1</PlacementRank></PlanDetail>
</NamedPlan>
</Assessment>
<ActivePlans>
<ReviewMeeting>2023-12-04</ReviewMeeting><ReviewOutcome>A</ReviewOutcome><LastReview>2023-12-04</LastReview>
<PhaseTransferFinalDate>2023-12-20</PhaseTransferFinalDate>
<PlacementDetail><URN>900001</URN><SENSetting>EHE</SENSetting><EntryDate>2023-09-04</EntryDate></PlacementDetail>
<SENneed><SENtype>ASD</SENtype><SENtypeRank>1</SENtypeRank></SENneed>
<SENneed><SENtype>SLCN</SENtype><SENtypeRank>2</SENtypeRank></SENneed>
</ActivePlans>
</Requests>
</Person>
</Persons></SEN2>
</Message>
"""


def read_sen2(folder: Path) -> list[Extract]:
    return read(folder, STANDARD)


def said(extracts: Sequence[Extract]) -> dict[str, list[tuple[str, ...]]]:
    """What a return says of its people."""
    shown = {
        "spell": (("ehc_request", "ehcp", "ehc_placement"), ("who", "code", *SPAN)),
        "event": (("ehc_assessment_outcome", "ehc_review", "phase_transfer"),
                  ("who", "code", "event_date", "known_date")),
        "attribute": (("sen_need", "sen_need_second", "personal_budget", "ehc_setting", "plan_in_twenty_weeks"),
                      ("who", "value", "event_date", "known_date")),
        "place": (("home", "school"), ("who", "school", "from", "to", "known_date")),
    }  # fmt: skip
    return {
        kind: days(rows_of(extracts, table, kind), *columns)
        for table, (kinds, columns) in shown.items()
        for kind in kinds
    }


def test_keys_or_elements_around_it_say_whose_a_row_is(tmp_path: Path) -> None:
    by_key = read_sen2(write(tmp_path / "csv" / "2024", whole()))
    (tmp_path / "xml").mkdir()
    (tmp_path / "xml" / "return.xml").write_text(XML)
    by_element = read_sen2(tmp_path / "xml")
    upn = ANN["UPN"]
    assert said(by_key) == said(by_element) == {
        "ehc_request": [(upn, "", "2023-03-01", "2023-04-05", "2023-03-01", "2023-04-05", "assessment_agreed")],
        "ehcp": [(upn, "", "2023-07-10", "", "2023-07-10", "", "")],
        "ehc_placement": [(upn, "elective_home_education", "2023-09-04", "", "2023-09-04", "", "")],
        "ehc_assessment_outcome": [(upn, "plan_agreed", "2023-07-01", "2023-07-01")],
        "ehc_review": [(upn, "amend", "2023-12-04", "2023-12-04")],
        "phase_transfer": [(upn, "", "2023-12-20", "2023-12-20")],
        "sen_need": [(upn, "ASD", JANUARY_2024, JANUARY_2024)],
        "sen_need_second": [(upn, "SLCN", JANUARY_2024, JANUARY_2024)],
        "personal_budget": [(upn, "true", JANUARY_2024, JANUARY_2024)],
        "ehc_setting": [(upn, "elective_home_education", JANUARY_2024, JANUARY_2024)],
        "plan_in_twenty_weeks": [(upn, "true", "2023-07-01", "2023-07-01")],
        "home": [(upn, "", JANUARY_2024, "", JANUARY_2024)],
        "school": [(upn, "900001", "2023-09-04", "", "2023-09-04")],
    }  # fmt: skip
    (needs,) = [one for one in by_element if one.module == "sen_need"]
    assert needs.mentions["row"].to_list() == [22, 23]
    (people,) = [one for one in by_key if one.module == "person"]
    assert days(people.mentions, "vault:forename", "vault:postcode") == [("Ann", "ZZ9 1AA")]
    assert (people.period.start, people.period.last) == (date(2023, 1, 20), date(2024, 1, 18))


def test_the_last_return_counts_of_requests_and_plans_that_several_hold(tmp_path: Path) -> None:
    awaited = request("r2", ReceivedDate="2023-12-01", RequestOutcome="A", RequestOutcomeDate="")
    decided = request(
        "x2", of="y1", ReceivedDate="2023-12-01", RequestOutcome="N", RequestOutcomeDate="2024-01-20"
    )
    write(tmp_path / "2024", {"person": [person()], "requests": [request(), awaited], "named_plan": [plan()]})
    write(
        tmp_path / "2025",
        {
            "person": [person("y1")],
            "requests": [request("x1", of="y1"), decided],
            "named_plan": [plan("x1", CeaseDate="2024-08-31", CeaseReason="5")],
        },
    )
    extracts = read_sen2(tmp_path)
    assert days(rows_of(extracts, "spell", "ehcp"), *SPAN) == [
        ("2023-07-10", "2024-08-31", "2023-07-10", "2024-08-31", "moved_authority")
    ]
    assert days(rows_of(extracts, "spell", "ehc_request"), *SPAN) == [
        ("2023-03-01", "2023-04-05", "2023-03-01", "2023-04-05", "assessment_agreed"),
        ("2023-12-01", "2024-01-20", "2023-12-01", "2024-01-20", "assessment_refused"),
    ]
    assert set_aside(extracts) == [
        ("2024/named_plan.csv", 2, "superseded_row", "_person, StartDate"),
        ("2024/requests.csv", 2, "superseded_row", "_person, ReceivedDate"),
        ("2024/requests.csv", 3, "superseded_row", "_person, ReceivedDate"),
    ]


def test_what_is_awaited_has_no_outcome_yet(tmp_path: Path) -> None:
    rows = [request("r1", RequestOutcome="A", RequestOutcomeDate="")]
    assessed = {"RequestsTableId": "r1", "AssessmentOutcome": "A", "AssessmentOutcomeDate": ""}
    extracts = read_sen2(
        write(tmp_path / "2024", {"person": [person()], "requests": rows, "assessment": [assessed]})
    )
    assert days(rows_of(extracts, "spell", "ehc_request"), *SPAN) == [
        ("2023-03-01", "", "2023-03-01", "", "")
    ]
    assert not len(rows_of(extracts, "event", "ehc_assessment_outcome"))


@pytest.mark.parametrize(
    ("code", "word"), [("y", "assessment_agreed"), ("W", "withdrawn"), ("H", "not_held"), ("Q", "unmapped")]
)
def test_every_outcome_has_its_word(tmp_path: Path, code: str, word: str) -> None:
    extracts = read_sen2(
        write(tmp_path / "2024", {"person": [person()], "requests": [request(RequestOutcome=code)]})
    )
    assert days(rows_of(extracts, "spell", "ehc_request"), "outcome") == [(word,)]


@pytest.mark.parametrize("code", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "2.0"])
def test_every_reason_to_cease_has_its_word(tmp_path: Path, code: str) -> None:
    ended = plan(CeaseDate="2023-12-01", CeaseReason=code)
    extracts = read_sen2(
        write(tmp_path / "2024", {"person": [person()], "requests": [request()], "named_plan": [ended]})
    )
    ((word,),) = days(rows_of(extracts, "spell", "ehcp"), "outcome")
    assert word not in ("", "unmapped")


def test_an_appeal_is_known_two_months_after_the_decision(tmp_path: Path) -> None:
    rows = [request(RequestOutcome="N", RequestTribunal="1", RequestMediation="0")]
    extracts = read_sen2(write(tmp_path / "2024", {"person": [person()], "requests": rows}))
    told = rows_of(extracts, "event", "ehc_tribunal")
    assert days(told, "code", "event_date", "known_date") == [("request", "2023-04-05", "2023-06-05")]
    assert not len(rows_of(extracts, "event", "ehc_mediation"))


def test_a_row_without_its_person_is_set_aside(tmp_path: Path) -> None:
    tables = {
        "person": [person()],
        "requests": [request(), request("r9", of="p9")],
        "named_plan": [plan(), plan("r9")],
    }
    assert set_aside(read_sen2(write(tmp_path / "2024", tables))) == [
        ("named_plan.csv", 3, "no_parent", "requeststableid"), ("requests.csv", 3, "no_parent", "persontableid"),
    ]  # fmt: skip


def test_somebody_without_a_number_in_one_return_has_one_plan(tmp_path: Path) -> None:
    for year, more in (("2024", {"UPN": "", "UPNunknown": "UN1"}), ("2025", {})):
        write(tmp_path / year, {"person": [person(**more)], "requests": [request()], "named_plan": [plan()]})
    extracts = read_sen2(tmp_path)
    assert days(rows_of(extracts, "spell", "ehcp"), "who", "start_date") == [(ANN["UPN"], "2023-07-10")]
    assert days(rows_of(extracts, "attribute", "upn_unknown"), "value") == [("too_young",)]
    # Nothing that is written down about a row may hold a name.
    (nameless,) = [one for one in extracts if one.module == "requests" and one.period.last.year == 2024]
    assert nameless.mentions["local_id"].to_list() == ["0,2024-01-18"]


def test_a_review_that_comes_again_as_the_last_one_is_one_review(tmp_path: Path) -> None:
    def reviewed(meeting: str, last: str) -> Mapping[str, Sequence[Row]]:
        active = {
            "RequestsTableId": "r1",
            "ReviewMeeting": meeting,
            "ReviewOutcome": "M" if meeting else "",
            "LastReview": last,
        }
        return {"person": [person()], "requests": [request()], "active_plans": [active]}

    write(tmp_path / "2024", reviewed("2023-11-06", ""))
    write(tmp_path / "2025", reviewed("", "2023-11-06"))
    told = rows_of(read_sen2(tmp_path), "event", "ehc_review")
    assert days(told, "event_date", "known_date", "code") == [("2023-11-06", "2023-11-06", "maintain")]


def test_a_move_shows_from_one_return_to_the_next(tmp_path: Path) -> None:
    for year, postcode in (("2023", "ZZ9 1AA"), ("2024", "zz91aa"), ("2025", "ZZ9 2AA")):
        write(tmp_path / year, {"person": [person(PostCode=postcode)]})
    homes = rows_of(read_sen2(tmp_path), "place", "home")
    assert days(homes, "from", "to", "known_date") == [
        ("2023-01-19", JANUARY_2025, "2023-01-19"), (JANUARY_2025, "", JANUARY_2025),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["sen2_2024", "2023-24", "SEN2 return January 2024"])
def test_the_year_is_known_by_the_name_of_the_folder(tmp_path: Path, name: str) -> None:
    extracts = read_sen2(write(tmp_path / name, whole()))
    assert {str(one.period.last) for one in extracts if one.period} == {JANUARY_2024}


def test_without_any_year_the_latest_day_in_it_tells(tmp_path: Path) -> None:
    extracts = read_sen2(write(tmp_path / "returns", whole()))
    assert {str(one.period.last) for one in extracts if one.period} == {JANUARY_2024}


def test_older_columns_and_codes_are_read(tmp_path: Path) -> None:
    row = person(GenderCurrent="2", Ethnicity="CNHE")
    del row["Sex"]
    extracts = read_sen2(
        write(tmp_path / "2023", {"Person": [{name.lower(): cell for name, cell in row.items()}]})
    )
    told = rows_of(extracts, "person", "")
    assert days(told, "sex", "ethnicity") == [("F", "CHNE")]


def test_a_table_without_its_mandatory_column_is_refused_in_words(tmp_path: Path) -> None:
    row = plan()
    del row["StartDate"]
    write(tmp_path / "2024", {"person": [person()], "named_plan": [row]})
    with pytest.raises(RecordsRefused, match=r"StartDate.*named_plan\.csv"):
        read_sen2(tmp_path)
