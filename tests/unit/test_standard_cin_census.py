"""The children in need census: XML of every layout and the flat form, from files to canonical rows."""

from datetime import date
from pathlib import Path

import pytest

from prevention_model import read_return
from prevention_model.errors import RecordsRefused
from prevention_model.records.piece import OVER
from prevention_model.records.received import coverage_of
from prevention_model.records.standards.cin_census.dating import DISAGREE
from prevention_model.records.standards.cin_census.flat import ROUNDED, STRANGE
from prevention_model.records.standards.cin_census.reader import LATE, STANDARD
from tests.unit.cin_files import (
    RECEIVED,
    Child,
    a_child,
    a_referral,
    an_assessment,
    as_csv,
    aside,
    balanced,
    census,
    flat_rows,
    lines,
    odd,
    read,
    told,
)

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared" / "samples" / "cin_census"
PLAN = {"CPPstartDate": "2023-05-20", "CPPendDate": "2023-08-20", "InitialCategoryOfAbuse": "NEG",
        "LatestCategoryOfAbuse": "EMO", "NumberOfPreviousCPP": "1",
        "Reviews": {"CPPreviewDate": ["2023-06-20", "2023-07-20"]}}  # fmt: skip
ENQUIRY = {"S47ActualStartDate": "2023-05-04", "InitialCPCtarget": "2023-05-25", "DateOfInitialCPC": "2023-05-20",
           "ICPCnotRequired": "false"}  # fmt: skip
WHOLE = a_referral(
    CINclosureDate="2023-09-01",
    ReasonForClosure="RC7",
    DateOfInitialCPC="2023-05-20",
    Assessments=[an_assessment("2023-05-03", "2023-06-01", ["1A", "3B"])],
    CINPlanDates=[{"CINPlanStartDate": "2023-06-02", "CINPlanEndDate": "2023-08-30"}],
    Section47=[ENQUIRY],
    ChildProtectionPlans=[PLAN],
)
EVERY = [
    Child(a_child(UPN="A123456789012"), [WHOLE], ["HAND", "AUT"]),
    Child(
        a_child("C2", Sex="M"), [a_referral("2023-11-02", ReferralNFA="true", CINclosureDate="2023-11-06")]
    ),
]
FORMS = pytest.mark.parametrize("form", ["xml", "flat"])


def delivered(form: str, children: list[Child]) -> dict[str, str | bytes]:
    """The same children as a file of either form."""
    return (
        {"cin_2024.xml": census(children)} if form == "xml" else {"cin_2024.csv": as_csv(flat_rows(children))}
    )


@FORMS
def test_every_block_becomes_canonical_rows(tmp_path: Path, form: str) -> None:
    found = read(tmp_path, delivered(form, EVERY))
    assert balanced(found) and not aside(found)
    assert lines(found, "referral", "code", "event_date", "known_date") == [
        ("C1", "individual", "2023-05-02", "2023-05-02"),
        ("C2", "individual", "2023-11-02", "2023-11-02"),
    ]
    dates = ("start_date", "end_date", "outcome", "known_start", "known_end")
    assert lines(found, "case", *dates) == [
        ("C1", "2023-05-02", "2023-09-01", "no_longer_in_need", "2023-05-02", "2023-09-01")
    ]
    # The case is open from the referral on; that the child is in need is known once the assessment is authorised.
    assert lines(found, "cin_episode", *dates) == [
        ("C1", "2023-05-02", "2023-09-01", "no_longer_in_need", "2023-06-01", "2023-09-01")
    ]
    assert lines(found, "assessment", "start_date", "end_date", "known_end") == [
        ("C1", "2023-05-03", "2023-06-01", "2023-06-01")
    ]
    assert lines(found, "cin_plan", "start_date", "end_date") == [("C1", "2023-06-02", "2023-08-30")]
    assert lines(found, "s47", "start_date", "end_date", "outcome") == [
        ("C1", "2023-05-04", "2023-05-20", "conference")
    ]
    assert lines(found, "cp_plan", "code", "start_date", "end_date") == [
        ("C1", "neglect", "2023-05-20", "2023-08-20")
    ]
    assert lines(found, "cp_review", "event_date") == [("C1", "2023-06-20"), ("C1", "2023-07-20")]
    assert lines(found, "disability", "value", "event_date") == [
        ("C1", "autism", "2024-03-31"),
        ("C1", "hand_function", "2024-03-31"),
    ]
    assert set(lines(found, "person", "sex", "ethnicity", "birth_date")) == {
        ("C1", "F", "WBRI", "2015-03-01"),
        ("C2", "M", "WBRI", "2015-03-01"),
    }


@FORMS
@pytest.mark.parametrize(
    ("told", "value"), [("ReasonForClosure", "RC8"), ("ReasonForClosure", "RC9"), ("PrimaryNeedCode", "N9")]
)
def test_whom_an_assessment_found_not_in_need_had_a_case_and_no_more(
    tmp_path: Path, form: str, told: str, value: str
) -> None:
    said = {"CINclosureDate": "2023-06-10", "ReasonForClosure": "RC7", told: value}
    found = read(tmp_path, delivered(form, [Child(a_child(), [a_referral(**said)], [])]))
    assert lines(found, "case", "end_date") == [("C1", "2023-06-10")]
    assert lines(found, "cin_episode") == []


@FORMS
def test_a_fact_is_known_when_it_was_decided(tmp_path: Path, form: str) -> None:
    found = read(tmp_path, delivered(form, EVERY))
    # The need that the file holds is the last; it was first known when the assessment was authorised.
    assert lines(found, "primary_need", "value", "event_date", "known_date") == [
        ("C1", "family_stress", "2023-05-02", "2023-06-01"),
        ("C2", "family_stress", "2023-11-02", "2023-11-06"),
    ]
    assert lines(found, "assessment_factor", "code", "event_date", "known_date") == [
        ("C1", "child_alcohol", "2023-06-01", "2023-06-01"),
        ("C1", "parent_domestic_abuse", "2023-06-01", "2023-06-01"),
    ]
    assert lines(found, "referral_nfa", "event_date", "known_date") == [("C2", "2023-11-02", "2023-11-06")]
    assert lines(found, "cp_plan_latest_category", "value", "known_date") == [
        ("C1", "emotional_abuse", "2024-03-31")
    ]
    assert lines(found, "previous_cp_plans", "value", "known_date") == [("C1", "1", "2023-05-20")]


def test_a_need_without_assessment_or_closure_is_known_after_45_working_days(tmp_path: Path) -> None:
    children = [Child(a_child(), [a_referral("2024-03-01"), a_referral("2024-06-28", ReferralNFA="1")])]
    found = read(tmp_path, {"cin.xml": census(children)})
    assert lines(found, "primary_need", "event_date", "known_date") == [
        ("C1", "2024-03-01", "2024-05-03"),
        ("C1", "2024-06-28", "2024-08-30"),
    ]
    assert lines(found, "referral_nfa", "event_date", "known_date") == [("C1", "2024-06-28", "2024-07-01")]


def test_an_assessment_of_another_referral_says_nothing_of_this_ones_need(tmp_path: Path) -> None:
    other = a_referral("2023-10-02", Assessments=[an_assessment("2023-10-03", "2023-11-01")])
    found = read(
        tmp_path, {"cin.xml": census([Child(a_child(), [a_referral(CINclosureDate="2023-09-01"), other])])}
    )
    assert lines(found, "primary_need", "event_date", "known_date") == [
        ("C1", "2023-05-02", "2023-09-01"),
        ("C1", "2023-10-02", "2023-11-01"),
    ]


@FORMS
def test_one_conference_told_by_referral_and_enquiry_is_one(tmp_path: Path, form: str) -> None:
    alone = a_referral("2023-06-01", DateOfInitialCPC="2023-07-01")
    found = read(tmp_path, delivered(form, [EVERY[0], Child(a_child("C3"), [alone])]))
    assert lines(found, "icpc", "event_date") == [("C1", "2023-05-20"), ("C3", "2023-07-01")]


@pytest.mark.parametrize(
    ("enquiry", "end", "outcome"),
    [
        ({"DateOfInitialCPC": "2023-05-20", "ICPCnotRequired": "0"}, "2023-05-20", "conference"),
        ({"InitialCPCtarget": "2023-05-26", "ICPCnotRequired": "1"}, "2023-05-26", "no_conference"),
        ({"ICPCnotRequired": "true"}, "2023-05-25", "no_conference"),
        ({"DateOfInitialCPC": "2022-05-20"}, "2023-05-25", ""),
        ({"InitialCPCtarget": "soon"}, "2023-05-25", ""),
    ],
)
def test_an_enquiry_ends_at_its_conference_or_when_it_was_due(
    tmp_path: Path, enquiry: dict[str, str], end: str, outcome: str
) -> None:
    children = [Child(a_child(), [a_referral(Section47=[{"S47ActualStartDate": "2023-05-04", **enquiry}])])]
    found = read(tmp_path, {"cin.xml": census(children)})
    assert lines(found, "s47", "start_date", "end_date", "outcome") == [("C1", "2023-05-04", end, outcome)]


def test_both_code_sets_for_sex_and_both_spellings_of_chinese(tmp_path: Path) -> None:
    said = {"A": {"Sex": "M"}, "B": {"Sex": "2"}, "D": {"GenderCurrent": "1"}, "E": {"GenderCurrent": "9"},
            "G": {"GenderCurrent": "0"}, "H": {"Sex": "U"}}  # fmt: skip
    children = []
    for number, fields in said.items():
        plain = {key: value for key, value in a_child(number, Ethnicity="CNHE").items() if key != "Sex"}
        children.append(Child(plain | fields, [a_referral()]))
    found = told(read(tmp_path, {"cin.xml": census(children)}), "person")
    sexes = found.groupby("child")["sex"].first()
    assert sexes.to_dict() == {"A": "M", "B": "F", "D": "M", "E": "U", "G": "U", "H": "U"}
    assert set(found["ethnicity"].dropna()) == {"CHNE"}


def test_an_unborn_child_has_a_month_and_no_birthday(tmp_path: Path) -> None:
    unborn = {"LAchildID": "C1", "ExpectedPersonBirthDate": "2024-05-17", "UPNunknown": "UN1"}
    broken = {"LAchildID": "C2", "ExpectedPersonBirthDate": "spring"}
    found = read(
        tmp_path, {"cin.xml": census([Child(unborn, [a_referral()]), Child(broken, [a_referral()])])}
    )
    assert lines(found, "expected_birth_month", "value", "known_date") == [
        ("C1", "2024-05", "2024-03-31"),
        ("C2", "unmapped", "2024-03-31"),
    ]
    assert lines(found, "no_upn_reason", "value") == [("C1", "too_young")]
    assert told(found, "person")["birth_date"].isna().all()
    assert "2024-05-17" not in str([extract.frames for extract in found])
    assert (
        "ExpectedPersonBirthDate",
        "an expected date of birth that is no date, kept as `unmapped`",
    ) in odd(found)


PUBLISHED = {
    "referral_source": "1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10".split(),
    "primary_need": [f"N{number}" for number in range(10)],
    "case": [f"RC{number}" for number in range(1, 10)],
    "assessment_factor": [f"{number}{who}" for number in range(1, 7) for who in "ABC"]
    + "7A 8A 8B 8C 8D 8E 8F 9A 10A 11A 12A 13A 14A 15A 16A 17A 18A 18B 18C 19A 19B 19C 20 21 22A 23A 24A".split(),
    "cp_plan": "NEG PHY SAB EMO MUL".split(),
}
"""Every code of the layouts from 2017 to 2026, by the kind of row that has it."""


def test_every_published_code_has_a_word_of_its_own(tmp_path: Path) -> None:
    children = []
    for number, (source, need, reason) in enumerate(
        _filled(PUBLISHED["referral_source"], PUBLISHED["primary_need"], PUBLISHED["case"])
    ):
        made = a_referral(ReferralSource=source, PrimaryNeedCode=need, ReasonForClosure=reason)
        children.append(Child(a_child(f"C{number}"), [made | {"CINclosureDate": "2023-09-01"}]))
    factors = an_assessment("2023-05-03", "2023-06-01", PUBLISHED["assessment_factor"])
    plans = [{"CPPstartDate": f"2023-05-{day + 1:02d}", "InitialCategoryOfAbuse": code}
             for day, code in enumerate(PUBLISHED["cp_plan"])]  # fmt: skip
    children.append(Child(a_child("F"), [a_referral(Assessments=[factors], ChildProtectionPlans=plans)]))
    found = read(tmp_path, {"cin.xml": census(children)})
    assert all(extract.unmapped.empty for extract in found) and not aside(found)
    columns = {"referral_source": "value", "primary_need": "value", "case": "outcome"}
    for kind, codes in PUBLISHED.items():
        assert told(found, kind)[columns.get(kind, "code")].nunique() == len(codes), kind


def _filled(*lists: list[str]) -> list[tuple[str, ...]]:
    longest = max(map(len, lists))
    return list(zip(*([*some, *[some[0]] * (longest - len(some))] for some in lists), strict=True))


def test_a_code_in_no_list_is_kept_and_reported(tmp_path: Path) -> None:
    assessment = an_assessment("2023-05-03", "2023-06-01", ["1A", "RB"])
    referral = a_referral(ReferralSource="4Z", PrimaryNeedCode="n4", Assessments=[assessment])
    found = read(tmp_path, {"cin.xml": census([Child(a_child(Ethnicity="XXXX"), [referral])])})
    assert not aside(found)
    assert lines(found, "referral", "code") == [("C1", "unmapped")]
    assert lines(found, "primary_need", "value") == [("C1", "family_stress")]
    assert lines(found, "assessment_factor", "code") == [("C1", "child_alcohol"), ("C1", "unmapped")]
    raw = {tuple(row) for extract in found for row in extract.unmapped[["column", "value"]].to_numpy()}
    assert raw == {("Ethnicity", "XXXX"), ("ReferralSource", "4Z"), ("AssessmentFactors", "1A\x1fRB")}


@pytest.mark.parametrize(
    ("block", "element", "column", "reason"),
    [
        ({"CINreferralDate": "02/01/20251"}, "CINdetails", "CINreferralDate", "bad_date"),
        ({"CINreferralDate": "1066-10-14"}, "CINdetails", "CINreferralDate", "impossible_date"),
        ({"CINreferralDate": "2031-10-14"}, "CINdetails", "CINreferralDate", "impossible_date"),
        ({"CINreferralDate": ""}, "CINdetails", "CINreferralDate", "missing_date"),
        ({"Assessments": [{"AssessmentAuthorisationDate": "2023-06-01"}]}, "Assessments",
         "AssessmentActualStartDate", "missing_date"),
        ({"CINPlanDates": [{"CINPlanStartDate": "soon"}]}, "CINPlanDates", "CINPlanStartDate", "bad_date"),
        ({"Section47": [{"S47ActualStartDate": "2031-01-01"}]}, "Section47", "S47ActualStartDate",
         "impossible_date"),
        ({"ChildProtectionPlans": [{"InitialCategoryOfAbuse": "NEG"}]}, "ChildProtectionPlans", "CPPstartDate",
         "missing_date"),
        ({"ChildProtectionPlans": [{**PLAN, "Reviews": {"CPPreviewDate": ["2023-02-30"]}}]}, "CPPreviewDate",
         "CPPreviewDate", "bad_date"),
    ],
)  # fmt: skip
def test_a_row_without_its_day_is_set_aside_with_its_line(
    tmp_path: Path, block: dict[str, object], element: str, column: str, reason: str
) -> None:
    text = census([Child(a_child("C0"), [a_referral("2023-06-01")]), Child(a_child(), [a_referral(**block)])])
    found = read(tmp_path, {"cin.xml": text})
    line = max(n for n, held in enumerate(text.split("\n"), 1) if held.startswith(f"<{element}>"))
    assert aside(found) == [(line, column, reason)]
    assert balanced(found) and lines(found, "referral", "event_date")[0] == ("C0", "2023-06-01")


@pytest.mark.parametrize("closure", ["soon", "2023-04-01", "1066-01-01"])
def test_an_episode_closed_on_an_impossible_day_was_over_by_the_end_of_the_return(
    tmp_path: Path, closure: str
) -> None:
    referral = a_referral(CINclosureDate=closure, ReasonForClosure="RC8")
    found = read(tmp_path, {"cin.xml": census([Child(a_child(), [referral])])})
    assert not aside(found)
    assert lines(found, "case", "start_date", "end_date", "known_end") == [
        ("C1", "2023-05-02", "2024-03-31", "2024-03-31")
    ]
    assert ("CINclosureDate", OVER) in odd(found)


@pytest.mark.parametrize("authorised", ["2023-01-01", "never", None])
def test_factors_without_a_possible_authorisation_are_known_with_the_return(
    tmp_path: Path, authorised: str | None
) -> None:
    assessment = an_assessment("2023-05-03", authorised, ["16A"])
    found = read(tmp_path, {"cin.xml": census([Child(a_child(), [a_referral(Assessments=[assessment])])])})
    assert not aside(found)
    assert lines(found, "assessment_factor", "code", "event_date", "known_date") == [
        ("C1", "neglect", "2024-03-31", "2024-03-31")
    ]


def test_a_child_without_a_number_goes_by_its_upn_and_one_without_either_is_set_aside(tmp_path: Path) -> None:
    numberless = {"UPN": "A123456789012", "Sex": "F"}
    nobody = {"Sex": "F"}
    text = census([Child(numberless, [WHOLE]), Child(nobody, [a_referral()])])
    found = read(tmp_path, {"cin.xml": text})
    assert {(column, reason) for _, column, reason in aside(found)} == {
        ("LAchildID, UPN, FormerUPN", "no_identifier"),
        ("LAchildID", "no_identifier"),
    }
    details = next(extract for extract in found if extract.module == "cin_details")
    assert details.mentions["upn"].to_list() == ["A123456789012"]
    assert balanced(found)


def test_the_same_child_twice_in_a_file_is_one_and_its_referrals_stay(tmp_path: Path) -> None:
    text = census([Child(a_child(), [a_referral()]), Child(a_child(), [a_referral("2023-08-01")])])
    found = read(tmp_path, {"cin.xml": text})
    assert [(column, reason) for _, column, reason in aside(found)] == [
        ("LAchildID, _return", "duplicate_row")
    ]
    assert lines(found, "referral", "event_date") == [("C1", "2023-05-02"), ("C1", "2023-08-01")]


@FORMS
def test_that_a_child_has_no_disability_is_a_statement_and_no_blank(tmp_path: Path, form: str) -> None:
    children = [Child(a_child(), [a_referral()], ["NONE"]), Child(a_child("C2"), [a_referral()], ["LD"])]
    found = read(tmp_path, delivered(form, [*children, Child(a_child("C3"), [a_referral()])]))
    assert lines(found, "disability", "value") == [("C1", "none"), ("C2", "learning")]


def test_of_returns_that_overlap_the_latest_counts(tmp_path: Path) -> None:
    open_then = a_referral("2023-02-01", Assessments=[an_assessment("2023-02-02")])
    closed_now = a_referral("2023-02-01", CINclosureDate="2023-07-01", ReasonForClosure="RC8", ReferralSource="6",
                            Assessments=[an_assessment("2023-02-02", "2023-04-10", ["4B"])])  # fmt: skip
    files: dict[str, str | bytes] = {
        "b_old.xml": census([Child(a_child(), [open_then], ["HAND"])], "2023-03-31", "2023"),
        "a_new.xml": census([Child(a_child(), [closed_now], ["AUT"])]),
    }
    found = read(tmp_path, files)
    assert lines(found, "case", "end_date", "outcome") == [("C1", "2023-07-01", "no_action_after_assessment")]
    assert lines(found, "referral", "code") == [("C1", "police")]
    assert lines(found, "assessment", "end_date") == [("C1", "2023-04-10")]
    # What each return says of the child itself is dated by it, and stands.
    assert lines(found, "disability", "value", "known_date") == [
        ("C1", "hand_function", "2023-03-31"),
        ("C1", "autism", "2024-03-31"),
    ]
    assert {reason for _, _, reason in aside(found)} == {"superseded_row"} and balanced(found)


def test_the_flat_form_and_the_xml_of_one_year_are_one_census(tmp_path: Path) -> None:
    both = read(tmp_path, {"cin_2024.xml": census(EVERY), "cin_2024.csv": as_csv(flat_rows(EVERY))})
    alone = read(tmp_path / "alone", {"cin_2024.xml": census(EVERY)})
    for kind in (
        "referral",
        "cin_episode",
        "assessment",
        "assessment_factor",
        "cp_plan",
        "cp_review",
        "icpc",
        "s47",
    ):
        assert lines(both, kind, *_days(kind)) == lines(alone, kind, *_days(kind)), kind


def _days(kind: str) -> tuple[str, ...]:
    spells = ("cin_episode", "assessment", "cp_plan", "s47")
    return ("start_date", "end_date") if kind in spells else ("event_date", "known_date")


def test_a_flat_file_of_several_years_is_several_returns(tmp_path: Path) -> None:
    open_then = [Child(a_child(), [a_referral("2023-02-01", CINclosureDate="")])]
    closed_now = [Child(a_child(), [a_referral("2023-02-01", CINclosureDate="2023-07-01")])]
    rows = [*flat_rows(closed_now, "2023-24"), *flat_rows(open_then, "2022-23")]
    found = read(tmp_path, {"all_years.csv": as_csv(rows)})
    assert [extract.period.end.year for extract in found if extract.period] == [2023, 2024]
    assert lines(found, "cin_episode", "end_date") == [("C1", "2023-07-01")]
    assert aside(found)[0][0] == 4 and aside(found)[0][2] == "superseded_row" and balanced(found)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"Date": "soon", "AssessmentActualStartDate": "soon"}, (4, "Date", "bad_date")),
        ({"Date": "", "AssessmentActualStartDate": ""}, (4, "Date", "missing_date")),
        ({"Date": "2031-01-01", "AssessmentActualStartDate": "2031-01-01"}, (4, "Date", "impossible_date")),
        ({"LAchildID": ""}, (4, "LAchildID, UPN, FormerUPN", "no_identifier")),
    ],
)
def test_a_flat_row_that_cannot_be_used_is_set_aside(
    tmp_path: Path, changed: dict[str, str], expected: tuple[int, str, str]
) -> None:
    children = [
        Child(a_child(), [a_referral(CINclosureDate="2023-09-01", Assessments=[an_assessment("2023-05-03")])])
    ]
    rows = flat_rows(children)
    rows[2] = rows[2] | changed
    found = read(tmp_path, {"cin_2024.csv": as_csv(rows)})
    assert aside(found) == [expected] and balanced(found)
    assert lines(found, "cin_episode", "end_date") == [("C1", "2023-09-01")]


def test_a_flat_event_that_is_only_typed_and_dated_is_read(tmp_path: Path) -> None:
    text = (
        "LAchildID,Date,Type,CINreferralDate\n"
        "C1,2023-05-02,CINreferralDate,2023-05-02\nC1,20/05/2023,CPPstartDate,2023-05-02\n"
        "C1,20/06/2023,cp_preview_date,2023-05-02\nC1,20/06/2023,Telephone call,2023-05-02\n"
    )
    found = read(tmp_path, {"cin_2024.csv": text})
    assert lines(found, "cp_plan", "start_date") == [("C1", "2023-05-20")]
    assert lines(found, "cp_review", "event_date") == [("C1", "2023-06-20")]
    assert ("Type", STRANGE) in odd(found) and not aside(found)


def test_the_table_of_one_block_covers_that_block_alone(tmp_path: Path) -> None:
    text = "LAchildID,AssessmentActualStartDate,AssessmentAuthorisationDate\nC1,2023-05-03,2023-06-01\n"
    found = read(tmp_path, {"assessments_2024.csv": text})
    assert lines(found, "assessment", "end_date") == [("C1", "2023-06-01")]
    covered = set(coverage_of(found, STANDARD, "cin")["kind"])
    assert "assessment" in covered and not covered & {
        "referral",
        "cp_plan",
        "assessment_factor",
        "disability",
    }


def test_rounded_birthdays_do_not_reach_the_vault(tmp_path: Path) -> None:
    children = [
        Child(a_child(f"C{month}", PersonBirthDate=f"2015-{month:02d}-01"), [a_referral()])
        for month in range(1, 8)
    ]
    found = read(tmp_path, {"cin_2024.csv": as_csv(flat_rows(children))})
    assert found[0].mentions["vault:birth_date"].isna().all()
    assert told(found, "person")["birth_date"].notna().all()
    assert ("PersonBirthDate", ROUNDED) in odd(found)


@pytest.mark.parametrize(
    ("name", "reference", "year", "last"),
    [
        ("a.xml", "2024-03-31", "2023", "2024-03-31"),
        ("a.xml", "31/03/2024", "2024", "2024-03-31"),
        ("a.xml", "2024-01-09", "2024", "2024-01-09"),
        ("a.xml", "", "2024", "2024-03-31"),
        ("a.xml", "1066-03-31", "2024", "2024-03-31"),
        ("cin_2022-23.xml", "", "", "2023-03-31"),
        ("2022/a.xml", "", "", "2022-03-31"),
        ("a.xml", "", "", "2024-03-31"),
    ],
)
def test_a_return_is_dated_by_header_name_or_content(
    tmp_path: Path, name: str, reference: str, year: str, last: str
) -> None:
    found = read(tmp_path, {name: census([Child(a_child(), [a_referral("2023-05-02")])], reference, year)})
    assert {str(extract.period.last) for extract in found if extract.period} == {last}
    assert (("Year", DISAGREE) in odd(found)) == (year == "2023" or reference.startswith("1066"))


def test_what_began_after_the_return_ended_is_pointed_out(tmp_path: Path) -> None:
    found = read(tmp_path, {"a.xml": census([Child(a_child(), [a_referral("2024-05-02")])])})
    assert ("CINreferralDate", LATE) in odd(found) and not aside(found)


def test_codes_are_not_covered_before_they_existed(tmp_path: Path) -> None:
    years = range(2017, 2027)
    files: dict[str, str | bytes] = {
        f"{year}.xml": census(
            [Child(a_child(), [a_referral(f"{year - 1}-05-02")])], f"{year}-03-31", str(year)
        )
        for year in years
    }
    cover = coverage_of(read(tmp_path, files, date(2026, 9, 1)), STANDARD, "cin")
    since = cover.dropna(subset=["code"]).set_index(["kind", "code"])["from"].dt.strftime("%Y-%m-%d")
    assert since["case", "stepped_down"] == since["referral", "early_help"] == "2022-04-01"
    assert since["assessment_factor", "child_criminal_exploitation"] == "2021-04-01"
    assert since["assessment_factor", "physical_abuse_by_child"] == "2020-04-01"
    kinds = cover[cover["code"].isna()].set_index("kind")["from"].dt.strftime("%Y-%m-%d")
    assert kinds["referral"] == "2016-04-01" and kinds["pre_proceedings"] == "2025-04-01"


def test_pre_proceedings_of_2026(tmp_path: Path) -> None:
    block = {"PPStartDate": "2025-06-01", "LBPSentDate": "2025-06-05", "FGDMMeetingOffer": "1", "FGDMMeetingFac": "0",
             "ReviewMeetingsCount": "3", "PPOutcome": "A", "CourtAppDate": "soon"}  # fmt: skip
    children = [Child(a_child(), [a_referral("2025-05-01", PreProceedingsandFGDM=[block])])]
    found = read(tmp_path, {"a.xml": census(children, "2026-03-31", "2026")}, date(2026, 9, 1))
    assert lines(found, "pre_proceedings", "code", "event_date") == [
        ("C1", "started", "2025-06-01"),
        ("C1", "letter_sent", "2025-06-05"),
    ]
    assert lines(found, "family_meeting_offered", "value", "known_date") == [("C1", "true", "2026-03-31")]
    assert lines(found, "pre_proceedings_outcome", "value") == [("C1", "unmapped")]
    assert told(found, "pre_proceedings_reviews")["value"].to_list() == [3.0]


def test_the_standard_is_found_from_the_file_alone(tmp_path: Path) -> None:
    for form in ("xml", "flat"):
        ((name, content),) = delivered(form, EVERY).items()
        path = tmp_path / name
        path.write_text(str(content))
        found = read_return(path, received=RECEIVED)
        assert found.standard == "cin_census"
        assert set(found.frames["spell"]["kind"]) == {
            "case",
            "cin_episode",
            "assessment",
            "cin_plan",
            "s47",
            "cp_plan",
        }


def test_xml_of_another_kind_is_refused_and_an_empty_census_is_not(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused, match="its outermost element is not Message"):
        read(tmp_path, {"other.xml": "<Pupils><Pupil><UPN>A1</UPN></Pupil></Pupils>"})
    assert sum(extract.rows_in for extract in read(tmp_path, {"empty.xml": census([])})) == 0


def test_a_broken_census_is_refused_whole(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused, match=r"cin\.xml"):
        read(tmp_path, {"cin.xml": census(EVERY)[:-40]})


@pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="the sector's fake files lie beside the repository, and are not there"
)
@pytest.mark.parametrize(
    ("name", "rows", "set_aside"),
    [("CIN_Census_2024.xml", 10, 1), ("CIN_Census_2026.xml", 11, 1), ("fake_CIN_data.xml", 734, 3)],
)
def test_the_sectors_fake_files_load(name: str, rows: int, set_aside: int) -> None:
    delivery = read_return(SAMPLES / name, received=date(2026, 6, 1))
    files = delivery.report.files
    assert delivery.standard == "cin_census" and int(files["rows_in"].sum()) == rows
    assert len(delivery.quarantine) == set_aside and set(delivery.quarantine["reason"]) == {"impossible_date"}
    assert len(delivery.frames["event"])
