"""Extracts of agencies without a national file: what each says in canonical words, from when on, and of whom."""

import csv
from pathlib import Path

import pytest

from prevention_model.features.catalogue import catalogue
from prevention_model.records.declarations import Cell
from prevention_model.records.maps import Produce
from prevention_model.records.standards.catalogue import STANDARDS
from prevention_model.synthetic import early_help, health, housing, nccis, parents, police, youth_justice
from tests.fixtures.made_up_extracts import EXAMPLES, aside, of, read, rows

DOMAIN = Path(__file__).parents[2].parent / "shared" / "domain"
SHIPPED = (
    "early_help",
    "nccis",
    "youth_justice",
    "mhsds",
    "csds",
    "ecds",
    "police",
    "housing",
    "adult_services",
)


def words(table: str, kind: str) -> set[str]:
    """The codes that the shipped standards give a kind."""
    said: set[str] = set()
    for name in SHIPPED:
        for module in STANDARDS[name].modules:
            for piece in module.produces:
                if (piece.table, piece.named) == (table, kind):
                    said |= told(piece)
    return said


def told(piece: Produce) -> set[str]:
    found: set[str] = set()
    for cell in (piece.code, piece.outcome, piece.value):
        if isinstance(cell, Cell) and cell.map:
            found |= set(cell.map.values())
        elif isinstance(cell, str):
            found.add(cell)
    return found


def test_early_help(tmp_path: Path) -> None:
    extracts = read("early_help", tmp_path, EXAMPLES["early_help"])
    assert aside(extracts) == []
    # The parent's row makes no plan of its own, but a member of the family.
    assert of(
        extracts, "spell", "early_help", "code", "outcome", "start_date", "end_date", "known_start"
    ) == [("education", "outcomes_met", "2024-03-01", "2024-07-01", "2024-03-04")]
    assert rows(extracts, "household", "household_key")[:2] == [("F1",), ("F1",)]
    assert ("1982-05-01", "True") in rows(extracts, "person", "birth_date", "is_adult")
    assert of(extracts, "attribute", "family_agreement", "value", "known_date") == [
        ("agreed", "2024-03-04"), ("asked_declined", "2024-02-06"), ("withdrawn", "2024-03-01"),
    ]  # fmt: skip
    # Needs with a column each, and needs as a list in one cell; what is in no list is reported.
    assert of(extracts, "attribute", "early_help_need", "event_date", "value") == [
        ("2024-03-01", "education"), ("2024-03-01", "housing"), ("2024-03-20", "crime"), ("2024-03-20", "housing"),
        ("2024-03-20", "unmapped"),
    ]  # fmt: skip
    assert of(extracts, "attribute", "early_help_need_at_close", "event_date", "value") == [
        ("2024-07-01", "housing")
    ]
    assert [list(extract.unmapped["value"]) for extract in extracts if len(extract.unmapped)] == [
        ["housing; 7; moon"]
    ]
    assert of(extracts, "event", "step_down", "code") == [("child_in_need",)]


def test_a_step_up_is_an_event_on_the_day_the_plan_ended(tmp_path: Path) -> None:
    files = {
        "eh.csv": ["Person ID,Plan Start,Plan End,Closure Reason", "E1,01/02/2024,01/03/2024,Stepped up"]
    }
    extracts = read("early_help", tmp_path, files)
    assert of(extracts, "event", "step_up", "event_date") == [("2024-03-01",)]


def test_what_young_people_do(tmp_path: Path) -> None:
    extracts = read("nccis", tmp_path, EXAMPLES["nccis"])
    assert of(
        extracts, "spell", "activity", "code", "start_date", "end_date", "known_start", "known_end"
    ) == [
        ("neet", "2024-02-01", "", "2024-02-12", ""),
        # Not known is a state; without a day of recording it was known with the next monthly return.
        ("not_known", "2023-09-01", "", "2023-10-02", ""),
        ("school_sixth_form", "2023-09-01", "2024-02-01", "2023-09-10", "2024-03-03"),
    ]
    assert of(extracts, "attribute", "neet_reason", "value") == [("young_carer",)]
    assert of(extracts, "attribute", "september_guarantee", "value", "known_date") == [
        ("offer_made", "2024-09-01")
    ]


@pytest.mark.skipif(not DOMAIN.exists(), reason="the lists of codes lie beside the repository, and not here")
def test_every_activity_code_is_known() -> None:
    with (DOMAIN / "codes.csv").open(encoding="utf-8") as file:
        listed = {line["code"]: line["label"] for line in csv.DictReader(file) if line["standard"] == "NCCIS"}
    (activities,) = [m for m in STANDARDS["nccis"].modules if m.module == "activities"]
    cell = activities.produces[0].code
    assert isinstance(cell, Cell) and cell.map and set(listed) <= set(cell.map)
    for code, label in listed.items():
        assert (cell.map[code] == "neet") == label.startswith("neet"), code
        assert (cell.map[code] == "not_known") == label.startswith("unknown"), code
        assert (cell.map[code] == "custody") == label.startswith("custody"), code


def test_youth_justice(tmp_path: Path) -> None:
    extracts = read("youth_justice", tmp_path, EXAMPLES["youth_justice"])
    assert of(extracts, "event", "offence_outcome", "code", "event_date", "known_date") == [
        ("outcome_22", "2024-03-01", "2024-03-01"), ("youth_caution", "2024-02-01", "2024-02-01"),
    ]  # fmt: skip
    # An offence is knowable with its outcome; a gravity that cannot be costs the offence, not the outcome.
    assert of(extracts, "event", "offence", "code", "value", "event_date", "known_date") == [
        ("theft", "3.0", "2023-11-05", "2024-02-01")
    ]
    assert aside(extracts) == []
    assert of(extracts, "event", "first_time_entrant", "event_date") == [("2024-02-01",)]
    assert len(of(extracts, "spell", "youth_intervention", "start_date")) == 2
    assert of(extracts, "attribute", "asset_safety", "value") == [("very_high",)]
    assert of(extracts, "spell", "youth_custody", "code", "end_date") == [("remand", "2024-01-20")]


def test_mental_health_flow(tmp_path: Path) -> None:
    extracts = read("mhsds", tmp_path, EXAMPLES["mhsds"])
    # The contact of a referral that is not in the delivery is nobody's.
    assert aside(extracts) == [("MHS201CareContact.csv", 4, "ServiceRequestId", "no_parent")]
    assert of(
        extracts, "spell", "mh_referral", "code", "outcome", "start_date", "end_date", "known_start"
    ) == [
        ("anxiety", "no_further_treatment", "2024-04-03", "2024-06-10", "2024-06-25"),
        # Rejected: it ended on the day of the rejection.
        ("self_harm", "inappropriate", "2024-04-20", "2024-04-25", "2024-06-25"),
    ]
    assert len(of(extracts, "event", "kept_appointment", "event_date")) == 1
    assert of(extracts, "event", "missed_appointment", "event_date", "known_date") == [
        ("2024-04-17", "2024-06-25")
    ]
    assert of(extracts, "measurement", "mh_score", "value", "event_date") == [
        ("12.0", "2024-04-03"), ("9.0", "2024-04-10"),
    ]  # fmt: skip
    assert of(extracts, "attribute", "young_carer", "value") == [("true",)]
    # Each row goes by the patient's NHS number, which only the index of patients has.
    named = {e.module: list(e.mentions["nhs_number"]) for e in extracts if "nhs_number" in e.mentions}
    assert named["contacts"] == ["9990000018"] * 2 and named["activity_scores"] == ["9990000018"]
    assert {(e.period.start.isoformat(), e.period.last.isoformat()) for e in extracts if e.period} == {
        ("2024-04-01", "2024-04-30")
    }


def test_the_flow_of_older_versions_and_of_one_flat_table(tmp_path: Path) -> None:
    files = {
        "MHS201CareContact.csv": [
            "NHSNumber,ServiceRequestId,CareContactId,CareContDate,AttendOrDNACode,ConsMechanismMH",
            "9990000018,R1,K1,2024-04-10,3,01",
        ],
        "mental_health.csv": [
            "ServiceRequestId,LocalPatientId,NHSNumber,PersonBirthDate,ReferralRequestReceivedDate,ServDischDate,"
            "PrimReasonReferralMH,Submitted",
            "R1,P1,9990000018,2010-05-03,2024-04-03,,05,2024-05-20",
        ],
    }
    extracts = read("mhsds", tmp_path, files)
    assert aside(extracts) == []
    assert of(extracts, "event", "missed_appointment", "event_date") == [("2024-04-10",)]
    assert of(extracts, "spell", "mh_referral", "known_start") == [("2024-05-20",)]


def test_months_with_one_missing_between_them_cover_nothing_that_can_be_told(tmp_path: Path) -> None:
    header = "DatSetVer,OrgIDProv,ReportingPeriodStartDate,ReportingPeriodEndDate"
    months = ["6.0,RXX,2024-04-01,2024-04-30", "6.0,RXX,2024-06-01,2024-06-30"]
    whole = read(
        "mhsds", tmp_path, {"MHS000Header.csv": [header, months[0], "6.0,RXX,2024-05-01,2024-05-31"]}
    )
    assert [str(e.period.last) for e in whole if e.period] == ["2024-05-31"]
    assert [e.period for e in read("mhsds", tmp_path, {"MHS000Header.csv": [header, *months]})] == [None]


def test_a_referral_open_in_one_month_is_closed_in_the_next(tmp_path: Path) -> None:
    head = "ServiceRequestId,NHSNumber,ReferralRequestReceivedDate,PrimReasonReferralMH,ServDischDate"
    extracts = read("mhsds", tmp_path, {
        "MHS101Referral_202404.csv": [head, "R1,9990000018,2024-04-03,05,"],
        "MHS101Referral_202405.csv": [head, "R1,9990000018,2024-04-03,05,2024-05-20"],
    })  # fmt: skip
    assert of(extracts, "spell", "mh_referral", "end_date") == [("2024-05-20",)]
    assert aside(extracts) == [("MHS101Referral_202404.csv", 2, "ServiceRequestId", "superseded_row")]


def test_community_flow(tmp_path: Path) -> None:
    extracts = read("csds", tmp_path, EXAMPLES["csds"])
    assert aside(extracts) == []
    assert of(extracts, "event", "mandated_check", "code", "event_date") == [("two_years", "2024-04-15")]
    # The visit before birth is the mother's, and none of the child's four checks.
    assert of(extracts, "event", "antenatal_check", "event_date") == [("2024-04-15",)]
    assert of(extracts, "measurement", "development_score", "value") == [("24.02",)]
    # Just at the cut-off: as expected in communication at 27 months, and below it in any other domain.
    assert of(extracts, "event", "development_below_expected", "code") == [("gross_motor",)]
    assert of(extracts, "measurement", "community_score", "code", "value") == [("999", "3.0")]
    assert of(extracts, "measurement", "weight", "value") == [("12.4",)]
    assert rows(extracts, "person", "sex", "ethnicity") == [("M", "WOTH")]
    (mother,) = rows(extracts, "relationship", "role")
    assert mother == ("mother",)
    assert of(extracts, "spell", "cp_plan", "start_date") == []


def test_emergency_attendances(tmp_path: Path) -> None:
    extracts = read("ecds", tmp_path, EXAMPLES["ecds"])
    assert of(extracts, "event", "ed_attendance", "event_date", "code", "known_date") == [
        ("2024-05-11", "self_harm", "2024-07-26"),
        ("2024-05-20", "illness", "2024-07-26"),
        ("2024-05-21", "injury", "2024-07-26"),
    ]
    assert of(extracts, "event", "ed_safeguarding_concern", "event_date") == [("2024-05-20",)]


def test_police(tmp_path: Path) -> None:
    extracts = read("police", tmp_path, EXAMPLES["police"])
    # A row that names nobody, neither by number nor by name.
    assert aside(extracts) == [("ppn_log.csv", 5, "person_id, la_child_id", "no_identifier")]
    assert of(extracts, "event", "police_notice", "event_date", "code", "known_date") == [
        ("2024-02-01", "domestic_abuse", "2024-02-09"),
        ("2024-02-01", "domestic_abuse", "2024-02-09"),
        ("2024-02-05", "unmapped", "2024-03-04"),
        ("2024-03-01", "domestic_abuse", "2024-03-04"),
        ("2024-04-01", "missing", "2024-04-29"),
    ]
    # Known at the conference, since nothing says when the list of cases came.
    assert of(extracts, "event", "marac_referral", "event_date", "known_date") == [
        ("2024-03-05", "2024-03-20")
    ]
    assert of(extracts, "spell", "missing", "code", "end_date") == [("missing", "2024-04-02")]
    assert of(extracts, "measurement", "dash_score", "value") == [("14.0",)]


def test_a_log_without_numbers_keeps_two_notices_of_one_day_apart_and_drops_what_it_repeats(
    tmp_path: Path,
) -> None:
    head = "Forename,Surname,DOB,Occurrence Date,PPN Type,Received"
    line = "Zara,Pebblewick,03/05/2012,01/02/2024,{},09/02/2024"
    files = {"a.csv": [head, line.format("DA"), line.format("Missing"), line.format("DA")]}
    extracts = read("police", tmp_path, files)
    assert len(of(extracts, "event", "police_notice", "code")) == 2
    assert [place[1:] for place in aside(extracts)] == [
        (4, "notice_id, person_id, forename, surname, birth_date", "duplicate_row")
    ]


def test_housing(tmp_path: Path) -> None:
    extracts = read("housing", tmp_path, EXAMPLES["housing"])
    assert aside(extracts) == []
    assert of(extracts, "spell", "tenancy", "start_date") == [("2019-02-01",)]
    assert len(of(extracts, "place", "home", "from")) == 3
    # In credit is not in arrears.
    assert of(extracts, "measurement", "rent_arrears", "value", "event_date") == [
        ("0.0", "2024-06-30"), ("1250.5", "2024-03-31"),
    ]  # fmt: skip
    # Prevention, then relief: one duty to the end of the last stage; a case that has not ended is open.
    assert of(extracts, "spell", "homelessness_duty", "code", "outcome", "start_date", "end_date") == [
        ("domestic_abuse", "", "2024-03-05", ""),
        ("end_of_private_tenancy", "secured", "2024-03-05", "2024-06-20"),
        ("family_no_longer_able", "contact_lost", "2024-01-03", "2024-02-20"),
    ]
    assert ("2024-03-05", "2024-04-30") in of(
        extracts, "spell", "homelessness_prevention", "start_date", "end_date"
    )
    assert of(extracts, "event", "arrears_action", "code") == [("notice",)]
    needs = of(extracts, "attribute", "homelessness_support_need", "value")
    assert needs == [("domestic_abuse",), ("mental_health",), ("young_parent",)]
    # The stay in temporary accommodation names the case; the case names the person.
    (stay,) = [e for e in extracts if e.module == "temporary"]
    assert list(stay.mentions["local_id"]) == ["H1"]


def test_adult_services(tmp_path: Path) -> None:
    extracts = read("adult_services", tmp_path, EXAMPLES["adult_services"])
    assert of(extracts, "event", "adult_mental_health_contact", "event_date", "known_date") == [
        ("2024-01-05", "2024-02-02")
    ]
    assert of(extracts, "event", "adult_substance_contact", "event_date", "known_date") == [
        ("2024-02-01", "2024-02-10")
    ]
    assert of(extracts, "spell", "substance_treatment", "code", "outcome", "end_date") == [
        ("alcohol", "completed", "2024-06-01"), ("opiates", "", ""),
    ]  # fmt: skip
    (link,) = [e for e in extracts if e.module == "parents"]
    assert link.mentions[["la_person_id", "other:local_id"]].to_numpy().tolist() == [["C1", "A1"]]
    assert set(rows([e for e in extracts if e.module != "parents"], "person", "is_adult")) == {("True",)}


@pytest.mark.parametrize(
    ("standard", "head", "line", "table", "kind"),
    [
        ("early_help", "Client Reference,Date Case Opened,Date Case Closed,Reason for Closure", "E1,1/2/2024,,",
         "spell", "early_help"),
        ("nccis", "Young Person ID,Current Situation Code,Start Date", "Y1,610,01/02/2024", "spell", "activity"),
        ("youth_justice", "YP Number,Disposal,Date of Disposal", "Y1,Referral Order,01/02/2024", "event",
         "offence_outcome"),
        ("police", "First Name,Last Name,Date of Birth,Incident Date,Notification Type,Date Received",
         "Zara,Pebblewick,1/2/2012,01/02/2024,Child Concern,03/02/2024", "event", "police_notice"),
        ("housing", "Person Ref,Rent Account No,Current Balance (£),As At Date", "H1,T1,£20,01/02/2024", "measurement",
         "rent_arrears"),
        ("ecds", "NHS No,Date of Attendance,Presenting Complaint", "9990000018,01/02/2024 10:30,Injury", "event",
         "ed_attendance"),
        ("csds", "NHS_Number,Care_Contact_ID,Care_Contact_Date,Attendance_Status", "9990000018,K1,2024-02-01,5",
         "event", "kept_appointment"),
        ("adult_services", "Client ID,Service Type,Date of Contact", "A1,Mental Health,01/02/2024", "event",
         "adult_mental_health_contact"),
    ],
)  # fmt: skip
def test_other_words_for_the_same_columns(
    standard: str, head: str, line: str, table: str, kind: str, tmp_path: Path
) -> None:
    extracts = read(standard, tmp_path, {"from the agency.csv": [head, line]})
    assert aside(extracts) == []
    day = "start_date" if table == "spell" else "event_date"
    assert of(extracts, table, kind, day) == [("2024-02-01",)]


def test_features_find_every_kind_and_code_that_they_ask_for() -> None:
    agencies = {STANDARDS[name].settings.agency for name in SHIPPED} - {"participation"}
    asked = {
        need
        for feature in catalogue()
        if feature.agency in agencies
        for question in feature.questions
        for need in question.aggregate.needs()
    }
    assert len(asked) > 20
    lacking = [
        need for need in asked if not (words(need.table, need.kind) or piece_of(need.table, need.kind))
    ]
    assert lacking == []
    strange = [need for need in asked if need.code and need.code not in words(need.table, need.kind)]
    assert strange == []


def piece_of(table: str, kind: str) -> bool:
    return any(
        (piece.table, piece.named) == (table, kind)
        for name in SHIPPED
        for module in STANDARDS[name].modules
        for piece in module.produces
    )


@pytest.mark.parametrize(
    ("table", "kind", "used"),
    [
        ("event", "police_notice", police.TYPES),
        ("event", "offence_outcome", youth_justice.TIERS),
        ("spell", "activity", nccis.ACTIVITIES),
        ("spell", "early_help", {**dict(enumerate(early_help.NEEDS)), **early_help.ENDS}),
        ("attribute", "family_agreement", early_help.ANSWERS),
        ("event", "mandated_check", health.CHECKS),
        ("event", "ed_attendance", health.ED),
        ("spell", "mh_referral", health.REASONS),
        ("event", "arrears_action", housing.ACTIONS),
        ("spell", "homelessness_duty", {**housing.REASONS, **housing.ENDS}),
        ("spell", "substance_treatment", {**parents.SUBSTANCES, **parents.ENDS}),
    ],
)
def test_the_words_are_those_of_the_county(table: str, kind: str, used: dict[object, str]) -> None:
    assert set(used.values()) <= words(table, kind)
