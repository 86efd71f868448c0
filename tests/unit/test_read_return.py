"""`read_return`: which standard a file or folder follows, and what the delivery tells of it."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from prevention_model import read_return
from prevention_model.errors import RecordsRefused, WrongUsage
from prevention_model.records.return_reader import Delivery
from prevention_model.records.standards.catalogue import STANDARDS
from tests.fixtures.made_up_903 import EPISODES, HEADER
from tests.fixtures.made_up_annex_a import LISTS, workbook
from tests.fixtures.made_up_extracts import EXAMPLES, Files, written
from tests.fixtures.made_up_ssd import SSD

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
RECEIVED = date(2024, 9, 1)
CIN = (
    "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year></CollectionDetails></Header>"
    "<Children><Child><ChildIdentifiers><LAchildID>C1</LAchildID></ChildIdentifiers></Child></Children></Message>"
)
SEN2 = (
    "<Message><Header><CollectionDetails><Collection>SEN2</Collection><Year>2024</Year></CollectionDetails></Header>"
    "<Persons><Person><Surname>Quillfeather</Surname></Person></Persons></Message>"
)
OTHERS: dict[str, Files] = {
    "annex_a": LISTS,
    "ssd": SSD,
    "ssda903": {"header.csv": [HEADER, "C1,1,03/02/2008,WBRI,UN1,,"],
                "episodes.csv": [EPISODES, "C1,03/05/2023,S,V2,N1,U6,PR1,,,,,,"]},
    "cin_census": {"cin.xml": [CIN]},
    "sen2": {"sen2.xml": [SEN2]},
    "school_census": {"2024_autumn_pupilonroll.csv": [
        "pupilonrolltableid,nativeid,upn,surname,forename,dob,sex,entrydate,enrolstatus,ncyearactual",
        "1,S1,A999000000012,Pebblewick,Zara,2012-05-03,F,2022-09-01,C,7",
    ]},
}  # fmt: skip
WHOLE = {**EXAMPLES, **OTHERS}


@pytest.fixture
def delivery(tmp_path: Path) -> Delivery:
    return read_return(written(tmp_path, EXAMPLES["police"]), received=RECEIVED)


@pytest.mark.parametrize("standard", sorted(STANDARDS))
def test_a_folder_is_known_for_what_it_is(standard: str, tmp_path: Path) -> None:
    found = read_return(written(tmp_path, WHOLE[standard]), received=RECEIVED)
    assert found.standard == standard
    files = found.report.files
    assert files["rows_in"].sum() > 0 and set(files["source"]) == {standard}
    assert "" not in set(files["holds"]), "a table of the folder is none of the standard's"


@pytest.mark.parametrize(
    ("standard", "name"),
    [
        ("early_help", "early_help.csv"), ("nccis", "nccis.csv"), ("youth_justice", "outcomes.csv"),
        ("mhsds", "MHS101Referral.csv"), ("mhsds", "MHS201CareContact.csv"), ("csds", "CYP101Referral_202404.csv"),
        ("csds", "CYP001MPI_202404.csv"), ("ecds", "ecds_2024-05.csv"), ("police", "ppn_log.csv"),
        ("police", "marac.csv"), ("housing", "tenancies.csv"), ("housing", "hclic_cases.csv"),
        ("adult_services", "notices.csv"), ("adult_services", "cld.csv"), ("annex_a", "List 1 Contacts.csv"),
        ("annex_a", "List 3 Referrals.csv"), ("ssd", "ssd_person.csv"), ("ssd", "ssd_cin_episodes.csv"),
        ("ssda903", "episodes.csv"), ("ssda903", "header.csv"), ("sen2", "sen2.xml"),
        ("school_census", "2024_autumn_pupilonroll.csv"),
    ],
)  # fmt: skip
def test_a_table_is_known_alone_and_under_any_name(standard: str, name: str, tmp_path: Path) -> None:
    anonymous = tmp_path / f"delivered{Path(name).suffix}"
    anonymous.write_text("\n".join(WHOLE[standard][name]), encoding="utf-8")
    assert read_return(anonymous, received=RECEIVED).standard == standard


def test_a_workbook_is_known_by_its_sheets(tmp_path: Path) -> None:
    assert read_return(workbook(tmp_path / "x.xlsx"), received=RECEIVED).standard == "annex_a"


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample files lie beside the repository, and not here")
@pytest.mark.parametrize("standard", ["annex_a", "cin_census", "school_census", "ssda903"])
def test_the_samples_are_known_for_what_they_are(standard: str) -> None:
    found = read_return(SAMPLES / standard, received=date(2026, 6, 1))
    files = found.report.files
    assert found.standard == standard and "" not in set(files["holds"])
    assert (files["rows_in"] == files["accepted"] + files["set_aside"]).all()


def test_a_standard_that_is_named_is_not_guessed(tmp_path: Path) -> None:
    written(tmp_path, {"a.csv": ["colour,size", "red,2"]})
    named = read_return(tmp_path, standard="housing", received=RECEIVED)
    # What it does not know it sets aside whole.
    assert named.quarantine["reason"].to_list() == ["unknown_table"]
    with pytest.raises(WrongUsage) as refused:
        read_return(tmp_path, standard="hausing")
    assert str(refused.value) == (
        "There is no standard called hausing. What to do: Use one of: adult_services, annex_a, cin_census, csds, "
        "early_help, ecds, housing, mhsds, nccis, police, school_census, sen2, ssd, ssda903, youth_justice; "
        "or give a map of your own."
    )


def test_a_folder_that_fits_no_standard_is_refused_in_words(tmp_path: Path) -> None:
    folder = tmp_path / "odds and ends"
    folder.mkdir()
    written(folder, {"a.csv": ["colour,size", "Quillfeather,2"], "b.csv": ["x,y", "1,2"]})
    with pytest.raises(WrongUsage) as refused:
        read_return(folder)
    assert str(refused.value) == (
        "The files follow none of the standards that are known here. Where: odds and ends. What to do: Name the "
        "standard (adult_services, annex_a, cin_census, csds, early_help, ecds, housing, mhsds, nccis, police, "
        "school_census, sen2, ssd, ssda903, youth_justice), or write a map for the source."
    )


def test_an_empty_folder_and_a_file_that_is_no_table_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused, match="The folder holds no files"):
        read_return(tmp_path)
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(RecordsRefused, match="The file is a PDF"):
        read_return(tmp_path)


def test_rows_in_are_rows_accepted_and_rows_set_aside(delivery: Delivery) -> None:
    files = delivery.report.files.set_index("file")
    assert files.loc["ppn_log.csv", ["rows_in", "accepted", "set_aside"]].to_list() == [4, 3, 1]
    assert delivery.quarantine.to_dict("records") == [
        {"file": "ppn_log.csv", "row": 5, "column": "person_id, la_child_id", "reason": "no_identifier"}
    ]
    assert repr(delivery) == (
        "<Delivery of police: 4 tables from 1 source: 7 rows, 6 accepted, 1 set aside.>"
    )


def test_tables_that_name_nobody_are_in_the_report(tmp_path: Path) -> None:
    report = read_return(written(tmp_path, SSD), received=RECEIVED).report
    files = report.files.set_index("holds")
    assert files.loc["ssd_professionals", ["rows_in", "accepted", "set_aside"]].to_list() == [2, 2, 0]
    assert files["rows_in"].sum() == sum(len(lines) - 1 for lines in SSD.values())


def test_frames_are_canonical_and_go_by_the_returns_own_identifiers(delivery: Delivery) -> None:
    notices = delivery.frames["event"].query("kind == 'police_notice'")
    assert set(notices["agency"]) == {"police"} and set(notices["source"]) == {"police"}
    assert {"N1", "N2"} <= set(notices["person_id"])
    # Of somebody with a name alone nobody can say who it is, so the row stands for itself.
    assert "row 4 of ppn_log.csv" in set(notices["person_id"])
    assert delivery.records.frames["event"].shape[0] == len(delivery.frames["event"])


def test_what_is_in_no_list_stands_in_unmapped_and_nowhere_else(delivery: Delivery) -> None:
    assert delivery.unmapped.to_dict("records") == [
        {"file": "ppn_log.csv", "row": 4, "column": "notice_type", "value": "Stolen goat"}
    ]
    assert "goat" not in delivery.report.text() and "goat" not in delivery.page()
    assert not any(
        "goat" in str(cell) for frame in delivery.frames.values() for cell in frame.to_numpy().ravel()
    )


@pytest.mark.parametrize("standard", sorted(WHOLE))
def test_nothing_of_a_person_is_in_the_report_or_on_its_page(standard: str, tmp_path: Path) -> None:
    found = read_return(written(tmp_path, WHOLE[standard]), received=RECEIVED)
    said = found.report.text() + found.page() + repr(found)
    for secret in ("Zara", "Ada", "Pebblewick", "Quillfeather", "03/05/2012", "2012-05-03", "AB1 2CD", "Mill Lane",
                   "9990000018", "A999000000012", "9990000012"):  # fmt: skip
        assert secret not in said, secret


def test_the_page_is_whole_and_says_what_to_ask(delivery: Delivery) -> None:
    page = delivery.page()
    for words in (
        "Delivery report: Police notices, domestic abuse, MARAC and missing",
        "The row names nobody: no identifier in it, and no full name.",
        "ppn_log.csv, column notice_type: row 4",
        "the date in received, else 28 days after",
    ):
        assert words in page, words
    assert "http://" not in page.replace("http://www.w3.org", "") and "<script" not in page


def test_nothing_known_later_than_the_day_of_receipt_and_no_event_before_it_happened(tmp_path: Path) -> None:
    for standard in EXAMPLES:
        folder = tmp_path / standard
        folder.mkdir()
        frames = read_return(written(folder, EXAMPLES[standard]), received=RECEIVED).frames
        for name, first, known in (
            ("event", "event_date", "known_date"),
            ("measurement", "event_date", "known_date"),
            ("attribute", "event_date", "known_date"),
            ("spell", "start_date", "known_start"),
            ("spell", "end_date", "known_end"),
        ):
            if name in frames:
                frame = frames[name].dropna(subset=[first])
                assert (frame[known] >= frame[first]).all(), (standard, name)
                assert (frame[known] <= pd.Timestamp(RECEIVED)).all(), (standard, name)
