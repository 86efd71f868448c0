"""Ofsted's Annex A: headers that drift, snapshots that are known with the extract, two categories of abuse in one."""

from datetime import date
from pathlib import Path

import pytest

from prevention_model import read_return
from prevention_model.errors import RecordsRefused
from prevention_model.records.standards.catalogue import STANDARDS
from prevention_model.records.standards.reading import read_standard
from tests.fixtures.made_up_annex_a import LISTS, workbook
from tests.fixtures.made_up_extracts import RECEIVED, aside, of, read, rows

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "annex_a"
EXTRACT = RECEIVED.isoformat()


def test_every_list_in_canonical_words(tmp_path: Path) -> None:
    extracts = read("annex_a", tmp_path, LISTS)
    assert aside(extracts) == []
    assert {e.module for e in extracts} == {f"list_{n}" for n in range(1, 12)}
    assert of(extracts, "event", "contact", "code", "event_date", "known_date") == [
        ("police", "2024-02-01", "2024-02-01"), ("unmapped", "2024-02-05", "2024-02-05"),
    ]  # fmt: skip
    # A Saturday counts as the Monday after it, and a working day later is Tuesday.
    assert of(extracts, "event", "referral_nfa", "event_date", "known_date") == [("2024-02-03", "2024-02-06")]
    assert of(extracts, "spell", "cin_episode", "start_date", "end_date", "outcome") == [
        ("2023-10-01", "2023-12-15", "no_action_after_assessment"), ("2024-02-02", "", ""),
    ]  # fmt: skip
    assert of(extracts, "spell", "care_period", "start_date", "end_date", "outcome") == [
        ("2023-09-01", "2024-01-10", "returned_home_planned"), ("2023-11-01", "", ""),
    ]  # fmt: skip
    assert of(extracts, "spell", "legal_status", "code", "start_date") == [
        ("interim_care_order", "2023-11-20"), ("section_20", "2023-09-01"),
    ]  # fmt: skip
    assert of(extracts, "attribute", "care_leaver", "value") == [("former_relevant",)]
    assert of(extracts, "event", "placement_order", "event_date") == [("2024-03-10",)]
    assert of(extracts, "spell", "adopter", "outcome", "end_date") == [("withdrew", "2024-02-05")]


def test_what_a_snapshot_shows_is_known_with_the_extract(tmp_path: Path) -> None:
    extracts = read("annex_a", tmp_path, LISTS)
    for name in (
        "referrals_in_12_months",
        "primary_need",
        "case_status",
        "latest_category_of_abuse",
        "care_leaver",
    ):
        days = of(extracts, "attribute", name, "event_date", "known_date")
        assert days and set(days) == {(EXTRACT, EXTRACT)}, name
    # The last visit has a day; that it was the last is known with the extract.
    assert of(extracts, "event", "visit", "event_date", "known_date") == [
        ("2023-12-01", EXTRACT), ("2024-02-10", EXTRACT), ("2024-03-01", EXTRACT), ("2024-03-05", EXTRACT),
    ]  # fmt: skip


def test_an_enquiry_ends_at_its_conference_or_when_that_was_due(tmp_path: Path) -> None:
    extracts = read("annex_a", tmp_path, LISTS)
    # 1 March 2024 was a Friday: fifteen working days later is Friday 22 March.
    assert of(extracts, "spell", "s47", "start_date", "end_date", "outcome") == [
        ("2024-02-06", "2024-02-20", "conference"), ("2024-03-01", "2024-03-22", "no_conference"),
    ]  # fmt: skip
    early = read("annex_a", tmp_path, LISTS, received=date(2024, 3, 10))
    assert ("2024-03-01", "") in of(early, "spell", "s47", "start_date", "end_date")
    assert of(extracts, "event", "icpc", "code", "event_date") == [("plan", "2024-02-20")]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("Neglect / Emotional", "multiple"),
        ("Physical and sexual abuse", "multiple"),
        ("EMO", "emotional_abuse"),
        ("a) Neglect", "neglect"),
        ("Emotional abuse", "emotional_abuse"),
        ("MUL", "multiple"),
        ("NEG; PHY", "multiple"),
        ("Sadness", "unmapped"),
    ],
)
def test_two_categories_of_abuse_are_multiple(cell: str, code: str, tmp_path: Path) -> None:
    head, line = LISTS["List 7 CP.csv"]
    files = {"List 7.csv": [head, line.replace("a) Neglect", cell)]}
    assert of(read("annex_a", tmp_path, files), "spell", "cp_plan", "code") == [(code,)]


@pytest.mark.parametrize(
    ("name", "head", "line", "table", "kind"),
    [
        ("whatever.csv", "Mosaic ID,Sex,Ethnic Origin,D.O.B.,Contact Start Date,Source of Contact",
         "C1,1,WBRI,1/5/2012,01/02/2024,6", "event", "contact"),
        ("x.csv", "child's unique reference,Referral Date,Source,No Further Action", "C1,01/02/2024,2A,N", "event",
         "referral"),
        ("x.csv", "LA Child ID,Single Assessment Start Date,Date Authorised", "C1,01/02/2024,", "spell", "assessment"),
        ("x.csv", "Child ID,S47 Start Date,ICPC Date", "C1,01/02/2024,", "spell", "s47"),
        ("x.csv", "Person ID,Child In Need Start Date,Category of Need,Closure Reason", "C1,01/02/2024,N1,", "spell",
         "cin_episode"),
        ("x.csv", "Child Unique ID,CP Plan Start Date,Initial Category", "C1,01/02/2024,NEG", "spell", "cp_plan"),
        ("x.csv", "Child Unique ID,Date Started Being Looked After,Placement Type", "C1,01/02/2024,U6", "spell",
         "care_period"),
    ],
)  # fmt: skip
def test_headers_drift(name: str, head: str, line: str, table: str, kind: str, tmp_path: Path) -> None:
    extracts = read("annex_a", tmp_path, {name: [head, line]})
    day = "start_date" if table == "spell" else "event_date"
    assert of(extracts, table, kind, day) == [("2024-02-01",)]
    assert list(extracts[0].mentions["la_person_id"]) == ["C1"]


def test_a_workbook_says_what_the_csv_files_say(tmp_path: Path) -> None:
    book = read_standard(STANDARDS["annex_a"], [workbook(tmp_path / "Annex A.xlsx")], RECEIVED)
    csvs = read("annex_a", tmp_path, LISTS)
    for table, columns in (
        ("event", ("kind", "code", "event_date", "known_date")),
        ("spell", ("kind", "code", "outcome", "start_date", "end_date")),
        ("attribute", ("name", "value", "event_date")),
        ("person", ("birth_date", "sex", "ethnicity")),
    ):
        assert rows(book, table, *columns) == rows(csvs, table, *columns), table


def test_the_months_that_lists_cover_end_on_the_last_day_they_speak_of(tmp_path: Path) -> None:
    periods = {e.module: e.period for e in read("annex_a", tmp_path, LISTS)}
    assert {period.last for period in periods.values() if period} == {date(2024, 3, 20)}
    assert (periods["list_1"].start, periods["list_3"].start) == (date(2023, 12, 20), date(2023, 9, 20))  # type: ignore[union-attr]


def test_a_later_workbook_counts_before_an_earlier_one(tmp_path: Path) -> None:
    head, line = LISTS["List 7 CP.csv"]
    closed = line.replace(",,N,0,North", ",01/04/2024,N,0,North")
    extracts = read(
        "annex_a", tmp_path, {"a 2024-03-10.csv": [head, line], "b 2024-04-05.csv": [head, closed]}
    )
    assert of(extracts, "spell", "cp_plan", "end_date") == [("2024-04-01",)]
    assert [(file, reason) for file, _, _, reason in aside(extracts)] == [
        ("a 2024-03-10.csv", "superseded_row")
    ]


def test_a_list_without_a_column_that_every_such_list_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused) as refused:
        read("annex_a", tmp_path, {"List 3 Referrals.csv": ["Child Unique ID,Referral Source", "C1,6"]})
    assert str(refused.value) == (
        "Mandatory columns are missing: date of referral. Where: file List 3 Referrals.csv. "
        "What to do: Ask for the referrals table again, with all its columns."
    )


def test_a_missing_list_is_fine(tmp_path: Path) -> None:
    path = workbook(tmp_path / "Annex A.xlsx", drop="List 8")
    extracts = read_standard(STANDARDS["annex_a"], [path], RECEIVED)
    assert "list_8" not in {e.module for e in extracts} and len(extracts) == 10


@pytest.mark.skipif(
    not SAMPLES.exists(), reason="the sample workbook lies beside the repository, and not here"
)
def test_the_sample_workbook() -> None:
    delivery = read_return(SAMPLES, received=date(2026, 6, 1))
    files = delivery.report.files
    assert delivery.standard == "annex_a" and set(files["holds"]) == {f"list_{n}" for n in range(1, 12)}
    assert (files["rows_in"] == files["accepted"] + files["set_aside"]).all() and files["rows_in"].sum() == 59
    assert len(delivery.quarantine) == 0
