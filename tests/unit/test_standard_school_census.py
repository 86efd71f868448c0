"""The School Census: what a user would miss if a term's tables were read wrongly."""

from datetime import date
from pathlib import Path

import pytest

from prevention_model.errors import RecordsRefused
from prevention_model.records.standards.school_census.reader import STANDARD
from tests.unit.census_files import (
    ANN,
    BEN,
    as_csv,
    child,
    days,
    header,
    issues,
    leaver,
    pupil,
    read,
    rows_of,
    set_aside,
    write,
)

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples" / "school_census"
AUTUMN_2024, SPRING_2025, SUMMER_2025 = "2024-10-03", "2025-01-16", "2025-05-15"


def test_a_pupil_is_known_from_the_census_day_on(tmp_path: Path) -> None:
    row = pupil(formerupn="C123456789012", uniquelearnernumber="9990000011", middlenames="Kay", ethnicity="WENG",
                senprovision="K", youngcarer="S", plaa="A", servicechild="Y", language="POL", ncyearactual="8",
                boarder="N", parttime="True", enrolstatus="C", fundedhours="15.0")  # fmt: skip
    extracts = read(
        write(tmp_path, {"2025_spring_pupilonroll": [row], "2025_spring_schoolcensus": [header()]})
    )
    (extract,) = [one for one in extracts if one.module == "pupilonroll"]
    mention = extract.mentions.iloc[0]
    assert (mention["upn"], mention["former_upn"], mention["uln"]) == (
        ANN["upn"],
        "C123456789012",
        "9990000011",
    )
    assert (mention["vault:forename"], mention["vault:middle_names"]) == ("Ann", "Kay")
    assert (extract.period.start, extract.period.last) == (date(2024, 10, 4), date(2025, 1, 16))
    person = extract.frames["person"][0].iloc[0]
    assert (person["sex"], person["ethnicity"]) == ("F", "WBRI")
    for name, value in {"sen_provision": "sen_support", "young_carer": "true", "young_carer_said_by": "school",
                        "previously_looked_after": "adopted", "service_child": "true", "language": "POL",
                        "year_group": "8", "part_time": "true", "funded_hours": "15.0"}.items():  # fmt: skip
        told = rows_of(extracts, "attribute", name)
        assert days(told, "value", "event_date", "known_date") == [(value, SPRING_2025, SPRING_2025)], name
    assert not len(rows_of(extracts, "attribute", "boarder"))
    enrolment = rows_of(extracts, "spell", "enrolment")
    assert days(enrolment, "code", "start_date", "known_start", "end_date") == [
        ("single", "2023-09-04", SPRING_2025, "")
    ]
    school = rows_of(extracts, "place", "school")
    assert days(school, "school", "from", "to", "known_date") == [("900001", "2023-09-04", "", SPRING_2025)]


SESSIONS = [
    *[
        ("/", 60),
        ("\\", 50),
        ("L", 2),
        ("V", 1),
        ("I", 4),
        ("E", 3),
        ("O", 2),
        ("U", 1),
        ("D", 9),
        ("Y3", 8),
        ("#", 5),
    ]
]


def test_sessions_are_joined_by_key_and_counted_by_what_their_code_means(tmp_path: Path) -> None:
    rows = [child(attendancereason=code, sessions=f"{count}.0") for code, count in SESSIONS]
    extracts = read(
        write(
            tmp_path,
            {
                "2025_spring_pupilonroll": [pupil(termlysessionspossible="123.0"), pupil("p2", BEN)],
                "2025_spring_termlysessiondetailsonroll": [
                    *rows,
                    child("p2", attendancereason="C1", sessions=6),
                ],
            },
        )
    )
    by_code = rows_of(extracts, "measurement", "attendance_sessions")
    assert by_code[by_code["who"] == ANN["upn"]].set_index("code")["value"].to_dict() == {
        "present": 50.0, "late": 2.0, "visit": 1.0, "illness": 4.0, "suspended_or_excluded": 3.0, "unauthorised": 2.0,
        "late_after_close": 1.0, "dual_registered": 9.0, "unable_partly_closed": 8.0, "closed": 5.0,
    }  # fmt: skip
    assert by_code["value"].sum() == 151.0
    term = ("autumn_2024", "2024-12-31", SPRING_2025)
    authorised = rows_of(extracts, "measurement", "authorised_absence_sessions")
    assert days(authorised, "who", "value", "period", "event_date", "known_date") == [
        (ANN["upn"], "4.0", *term), (ANN["upn"], "3.0", *term), (BEN["upn"], "6.0", *term),
    ]  # fmt: skip
    assert rows_of(extracts, "measurement", "unauthorised_absence_sessions")["value"].sum() == 3.0
    possible = rows_of(extracts, "measurement", "possible_sessions")
    assert days(possible, "who", "value", "period") == [(ANN["upn"], "123.0", "autumn_2024")]
    assert not [issue for issue in issues(extracts) if "add up" in issue[0]]


@pytest.mark.parametrize(
    ("term", "code", "word", "counts_as"),
    [
        ("2024_autumn", "J", "interview", None),
        ("2025_spring", "J", "interview", "authorised"),
        ("2025_spring", "J1", "interview", "authorised"),
        ("2024_autumn", "H", "agreed_holiday", "authorised"),
        ("2024_autumn", "Y", "unable", None),
        ("2021_spring", "X", "pandemic", None),
        ("2025_spring", "X", "not_required", "authorised"),
        ("2025_spring", "C2", "part_time_timetable", "authorised"),
        ("2025_spring", "G", "holiday_not_granted", "unauthorised"),
        ("2025_spring", "K", "arranged_by_authority", None),
        ("2025_spring", "Q", "unable_travel_not_provided", None),
        ("2025_spring", "Z", "not_yet_on_roll", None),
        ("2025_spring", "i", "illness", "authorised"),
        ("2025_spring", "QQ", "unmapped", None),
    ],
)
def test_a_code_means_what_it_meant_in_its_term(
    tmp_path: Path, term: str, code: str, word: str, counts_as: str | None
) -> None:
    tables = {
        f"{term}_pupilonroll": [pupil(dob="2010-05-01")],
        f"{term}_termlysessiondetailsonroll": [child(attendancereason=code, sessions="7")],
    }
    extracts = read(write(tmp_path, tables))
    assert days(rows_of(extracts, "measurement", "attendance_sessions"), "code", "value") == [(word, "7.0")]
    for kind in ("authorised", "unauthorised"):
        counted = rows_of(extracts, "measurement", f"{kind}_absence_sessions")
        assert len(counted) == (kind == counts_as), kind
    if word == "unmapped":
        (held,) = [one for one in extracts if one.module == "sessions"]
        assert held.unmapped[["row", "column", "value"]].values.tolist() == [[2, "attendancereason", "QQ"]]


@pytest.mark.parametrize("born", ["2020-10-01", "2008-08-01", ""])
def test_x_of_a_pupil_who_need_not_be_at_school_is_no_absence(tmp_path: Path, born: str) -> None:
    tables = {
        "2025_spring_pupilonroll": [pupil(dob=born)],
        "2025_spring_termlysessiondetailsonroll": [child(attendancereason="X", sessions=40)],
    }
    extracts = read(write(tmp_path, tables))
    assert days(rows_of(extracts, "measurement", "attendance_sessions"), "code") == [
        ("not_of_compulsory_age",)
    ]
    assert not len(rows_of(extracts, "measurement", "authorised_absence_sessions"))


def test_codes_out_of_their_time_are_kept_and_reported(tmp_path: Path) -> None:
    late = {"2025_spring_pupilonroll": [pupil()],
            "2025_spring_termlysessiondetailsonroll": [child(attendancereason="H", sessions=2)]}  # fmt: skip
    early = {"2023_spring_pupilonroll": [pupil()],
             "2023_spring_termlysessiondetailsonroll": [child(attendancereason="C2", sessions=2)]}  # fmt: skip
    told = issues(read(write(tmp_path, late | early)))
    assert (
        "an attendance code that was given up before the term, read as it was meant",
        "attendancereason",
        1,
        2,
    ) in told
    assert ("an attendance code that did not yet exist in the term", "attendancereason", 1, 2) in told


def test_the_autumn_census_tells_of_two_halves_of_summer(tmp_path: Path) -> None:
    halves = {
        "2024_autumn_pupilonroll": [pupil(termlysessionspossible=60, summerhalfterm2sessionspossible=70)],
        "2024_autumn_termlysessiondetailsonroll": [child(attendancereason="I", sessions=3)],
        "2024_autumn_summerhalfterm2sessiondetailsonroll": [child(attendancereason="I", sessions=5)],
    }
    extracts = read(write(tmp_path, halves))
    for kind in ("authorised_absence_sessions", "possible_sessions"):
        told = rows_of(extracts, "measurement", kind)
        assert days(told, "period", "event_date", "known_date") == [
            ("summer_2024_first_half", "2024-05-26", AUTUMN_2024),
            ("summer_2024_second_half", "2024-07-31", AUTUMN_2024),
        ]
    whole = {
        "2023_autumn_pupilonroll": [pupil(termlysessionspossible=120)],
        "2023_autumn_termlysessiondetailsonroll": [child(attendancereason="I", sessions=3)],
    }
    told = rows_of(read(write(tmp_path / "earlier", whole)), "measurement", "possible_sessions")
    assert days(told, "period", "event_date") == [("summer_2023", "2023-07-31")]


def test_sessions_possible_count_only_where_somebody_says_how_many_were_missed(tmp_path: Path) -> None:
    silent = {"2025_spring_pupilonroll": [pupil(termlysessionspossible=140)]}
    extracts = read(write(tmp_path / "silent", silent))
    assert not len(rows_of(extracts, "measurement", "possible_sessions"))
    assert (
        "sessions possible without sessions by reason: not used, since nobody can say how many were missed"
        in [issue[0] for issue in issues(extracts)]
    )
    totals = pupil(termlysessionspossible=140, termlysessionsauthorised="8.0", termlysessionsunauthorised="")
    extracts = read(write(tmp_path / "totals", {"2025_spring_pupilonroll": [totals]}))
    assert rows_of(extracts, "measurement", "possible_sessions")["value"].to_list() == [140.0]
    assert rows_of(extracts, "measurement", "authorised_absence_sessions")["value"].to_list() == [8.0]
    both = {"2025_spring_pupilonroll": [totals],
            "2025_spring_termlysessiondetailsonroll": [child(attendancereason="I", sessions=5)]}  # fmt: skip
    extracts = read(write(tmp_path / "both", both))
    assert rows_of(extracts, "measurement", "authorised_absence_sessions")["value"].to_list() == [5.0]


@pytest.mark.parametrize(
    ("counted", "odd"), [((("/", 100), ("I", 5)), 1), ((("I", 5),), 0), ((("I", 500),), 1)]
)
def test_sessions_that_do_not_add_up_are_reported(
    tmp_path: Path, counted: tuple[tuple[str, int], ...], odd: int
) -> None:
    tables = {
        "2025_spring_pupilonroll": [pupil(termlysessionspossible=110)],
        "2025_spring_termlysessiondetailsonroll": [child(attendancereason=c, sessions=n) for c, n in counted],
    }
    told = [issue for issue in issues(read(write(tmp_path, tables))) if "add up" in issue[0]]
    assert (
        told
        == [("the sessions by reason do not add up to the sessions possible", "termlysessionspossible", 1, 2)]
        * odd
    )


def test_rows_that_cannot_be_used_are_set_aside_with_their_number(tmp_path: Path) -> None:
    wrong = ["-1", "501", "many", "4", "4"]
    rows = [child(attendancereason=code, sessions=n) for code, n in zip("IMCOO", wrong, strict=True)]
    rows += [child("p9", attendancereason="I", sessions=3), child("", attendancereason="I", sessions=3)]
    tables = {
        "2025_spring_pupilonroll": [pupil(), pupil("p2", BEN), pupil("p3", ANN)],
        "2025_spring_termlysessiondetailsonroll": rows,
        "2025_spring_fsmperiod": [child(fsmstartdate="soon"), child(fsmstartdate="")],
        "2025_spring_termlyexclusionsonroll": [child(startdate="2999-01-01", category="SUSP", sessions=2)],
        "2025_spring_lunch_menus": [{"dish": "soup"}, {"dish": "pie"}],
    }
    assert sorted(set_aside(read(write(tmp_path, tables)))) == [
        ("2025_spring_fsmperiod.csv", 2, "bad_date", "fsmstartdate"),
        ("2025_spring_fsmperiod.csv", 3, "missing_date", "fsmstartdate"),
        ("2025_spring_lunch_menus.csv", 2, "unknown_table", ""),
        ("2025_spring_lunch_menus.csv", 3, "unknown_table", ""),
        ("2025_spring_pupilonroll.csv", 4, "duplicate_row", "_enrolment, census date, entrydate"),
        ("2025_spring_termlyexclusionsonroll.csv", 2, "impossible_date", "startdate"),
        ("2025_spring_termlysessiondetailsonroll.csv", 2, "impossible_figure", "sessions"),
        ("2025_spring_termlysessiondetailsonroll.csv", 3, "impossible_figure", "sessions"),
        ("2025_spring_termlysessiondetailsonroll.csv", 4, "not_a_number", "sessions"),
        ("2025_spring_termlysessiondetailsonroll.csv", 6, "duplicate_row",
         "_enrolment, census date, attendancereason, _again"),
        ("2025_spring_termlysessiondetailsonroll.csv", 7, "no_parent", "pupilonrolltableid"),
        ("2025_spring_termlysessiondetailsonroll.csv", 8, "no_parent", "pupilonrolltableid"),
    ]  # fmt: skip


def test_a_bad_date_of_a_pupil_costs_nothing_but_itself(tmp_path: Path) -> None:
    row = pupil(dob="1066-01-01", entrydate="31/02/2023", senprovision="K")
    extracts = read(write(tmp_path, {"2025_spring_pupilonroll": [row]}))
    assert set_aside(extracts) == []
    assert days(rows_of(extracts, "attribute", "sen_provision"), "value") == [("sen_support",)]
    assert not len(rows_of(extracts, "spell", "enrolment"))
    assert {issue[1] for issue in issues(extracts)} == {"dob", "entrydate"}


def test_two_rows_with_one_reason_count_both_and_a_row_told_twice_counts_once(tmp_path: Path) -> None:
    def row(number: str, sessions: int) -> dict[str, object]:
        return child(attendancereason="I", sessions=sessions, termlysessiondetailsonrolltableid=number)

    tables = {
        "2025_spring_pupilonroll": [pupil()],
        "2025_spring_termlysessiondetailsonroll": [row("a", 3), row("b", 3), row("a", 3)],
    }
    extracts = read(write(tmp_path, tables))
    assert rows_of(extracts, "measurement", "authorised_absence_sessions")["value"].sum() == 6
    assert [(row, reason) for _, row, reason, _ in set_aside(extracts)] == [(4, "duplicate_row")]


def test_the_same_key_on_and_off_roll_means_two_pupils(tmp_path: Path) -> None:
    tables = {
        "2025_spring_pupilonroll": [pupil("k1", ANN)],
        "2025_spring_pupilnolongeronroll": [leaver("k1", BEN)],
        "2025_spring_termlysessiondetailsonroll": [child("k1", attendancereason="I", sessions=1,
                                                         termlysessiondetailsonrolltableid="a")],
        "2025_spring_termlysessiondetailsoffroll": [child("k1", off=True, attendancereason="I", sessions=2,
                                                          termlysessiondetailsoffrolltableid="b")],
    }  # fmt: skip
    told = rows_of(read(write(tmp_path, tables)), "measurement", "authorised_absence_sessions")
    assert days(told, "who", "value") == [(ANN["upn"], "1.0"), (BEN["upn"], "2.0")]


@pytest.mark.parametrize(
    "path",
    [
        "2024_autumn_pupilonroll.csv",
        "PupilOnRoll_Autumn2024.csv",
        "pupil_on_roll AUT24.csv",
        "Autumn 2024/Pupil On Roll.csv",
        "2024-25/autumn term/pupils_onroll.csv",
        "SC_20241003_PupilOnRoll.CSV",
        "october 2024/pupilonroll.txt",
    ],
)
def test_the_census_is_known_by_the_names_of_files_and_folders(tmp_path: Path, path: str) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text(as_csv([pupil(senprovision="N")]), encoding="utf-16")
    told = rows_of(read(tmp_path), "attribute", "sen_provision")
    assert days(told, "value", "known_date") == [("none", AUTUMN_2024)]


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ({"2019_autumn_pupilonroll": [pupil(senprovision="N")],
          "2019_autumn_schoolcensus": [header(referencedate="2025-Jan-16 00:00:00", term="SPR", year=2025)]},
         SPRING_2025),
        ({"pupilonroll": [pupil(senprovision="N")],
          "schoolcensus": [header(referencedate="", term="603", year="2025.0")]}, SUMMER_2025),
        ({"pupilonroll": [pupil(senprovision="N", Year="2024/25", Term="Spring")]}, SPRING_2025),
        ({"pupilonroll": [pupil(senprovision="N", entrydate="2025-01-06")]}, SPRING_2025),
    ],
)  # fmt: skip
def test_header_then_columns_then_dates_say_which_census_it_is(
    tmp_path: Path, tables: dict[str, list[dict[str, object]]], expected: str
) -> None:
    told = rows_of(read(write(tmp_path, tables)), "attribute", "sen_provision")
    assert days(told, "value", "known_date") == [("none", expected)]


def test_one_file_may_hold_several_terms(tmp_path: Path) -> None:
    terms = [("2024", "autumn", "a"), ("2025", "spring", "b")]
    tables = {
        "pupilonroll": [pupil(key, year=year, term=term, senprovision="K") for year, term, key in terms],
        "termlysessiondetailsonroll": [child(key, attendancereason="I", sessions=2) for _, _, key in terms],
    }
    extracts = read(write(tmp_path, tables))
    told = rows_of(extracts, "measurement", "authorised_absence_sessions")
    assert days(told, "event_date", "known_date") == [
        ("2024-07-31", AUTUMN_2024),
        ("2024-12-31", SPRING_2025),
    ]
    assert days(rows_of(extracts, "spell", "sen_support"), "start_date", "end_date") == [(AUTUMN_2024, "")]


def test_a_table_without_its_mandatory_column_is_refused_in_words(tmp_path: Path) -> None:
    row = pupil()
    del row["upn"]
    write(
        tmp_path,
        {"2025_spring_pupilonroll": [row], "2025_spring_termlysessiondetailsonroll": [child(sessions=2)]},
    )
    with pytest.raises(RecordsRefused) as refused:
        read(tmp_path)
    text = str(refused.value)
    assert "Mandatory columns are missing: upn (file 2025_spring_pupilonroll.csv)" in text
    assert "attendancereason (file 2025_spring_termlysessiondetailsonroll.csv)" in text
    assert "Mallory" not in text


def test_columns_may_have_other_names_another_order_and_company(tmp_path: Path) -> None:
    plain = {
        "2025_spring_pupilonroll": [pupil(senprovision="K")],
        "2025_spring_senneeds": [child(sentype="SEMH", sentyperank=1)],
    }
    odd = {
        name: [
            {f" {column.upper()} ": cell for column, cell in reversed([*row.items(), ("LA", "999")])}
            for row in rows
        ]
        for name, rows in plain.items()
    }
    ours, theirs = (read(write(tmp_path / name, tables)) for name, tables in (("plain", plain), ("odd", odd)))
    for kind in ("sen_provision", "sen_need"):
        one, other = (
            days(rows_of(some, "attribute", kind), "who", "value", "known_date") for some in (ours, theirs)
        )
        assert one == other and len(one) == 1
    assert days(rows_of(ours, "attribute", "sen_need"), "value") == [("SEMH",)]


def test_what_lasts_is_put_together_from_census_to_census(tmp_path: Path) -> None:
    first, second = ({"addressline1": f"{n} Mill Lane", "postcode": f"ZZ9 {n}AA"} for n in (1, 2))
    write(
        tmp_path,
        {
            "2024_autumn_pupilonroll": [pupil("a", senprovision="N")],
            "2024_autumn_addressesonroll": [
                child("a", **first, uniquepropertyreferencenumber="100000000001.0")
            ],
            "2025_spring_pupilonroll": [pupil("b", senprovision="K")],
            "2025_spring_addresses": [child("b", **first)],
            "2025_spring_fsmperiod": [child("b", fsmstartdate="2024-11-04", fsmenddate="", ukcountry="ENG")],
            "2025_summer_pupilonroll": [pupil("c", senprovision="E")],
            "2025_summer_addresses": [child("c", **second)],
            "2025_summer_fsmperiod": [
                child("c", fsmstartdate="2024-11-04", fsmenddate="2025-04-30", ukcountry="ENG")
            ],
        },
    )
    extracts = read(tmp_path)
    span = ("start_date", "end_date", "known_start", "known_end")
    assert days(rows_of(extracts, "spell", "enrolment"), *span) == [("2023-09-04", "", AUTUMN_2024, "")]
    assert days(rows_of(extracts, "spell", "sen_support"), *span) == [
        (SPRING_2025, SUMMER_2025, SPRING_2025, SUMMER_2025)
    ]
    assert days(rows_of(extracts, "spell", "fsm"), *span) == [
        ("2024-11-04", "2025-04-30", SPRING_2025, SUMMER_2025)
    ]
    assert days(rows_of(extracts, "place", "home"), "from", "to", "known_date") == [
        (AUTUMN_2024, SUMMER_2025, AUTUMN_2024), (SUMMER_2025, "", SUMMER_2025),
    ]  # fmt: skip


def test_who_leaves_ends_enrolment_support_and_meals_on_the_day_that_the_next_census_tells(
    tmp_path: Path,
) -> None:
    write(
        tmp_path,
        {
            "2024_summer_pupilonroll": [pupil("a", senprovision="K"), pupil("b", BEN)],
            "2024_summer_fsmperiod": [child("a", fsmstartdate="2023-09-04")],
            "2024_autumn_pupilonroll": [pupil("c", BEN)],
            "2024_autumn_pupilnolongeronroll": [leaver("d")],
            "2024_autumn_fsmperiodsonroll": [child("c", fsmstartdate="2024-09-01")],
        },
    )
    extracts = read(tmp_path)
    span = ("who", "start_date", "end_date", "known_end")
    gone = ("2024-07-19", AUTUMN_2024)
    assert days(rows_of(extracts, "spell", "enrolment"), *span) == [
        (ANN["upn"], "2023-09-04", *gone), (BEN["upn"], "2023-09-04", "", ""),
    ]  # fmt: skip
    assert days(rows_of(extracts, "spell", "sen_support"), *span) == [(ANN["upn"], "2024-05-16", *gone)]
    assert days(rows_of(extracts, "spell", "fsm"), *span)[0] == (ANN["upn"], "2023-09-04", *gone)


def test_a_spell_that_is_not_returned_any_more_ended_unless_the_school_was_not_asked(tmp_path: Path) -> None:
    def schools(*urns: str) -> list[dict[str, object]]:
        return [header(schoolcensustableid=f"s{urn}", NativeId=urn, urn=urn) for urn in urns]

    write(
        tmp_path,
        {
            "2024_autumn_schoolcensus": schools("900001", "900002"),
            "2024_autumn_pupilonroll": [
                pupil("a", schoolcensustableid="s900001"), pupil("b", BEN, schoolcensustableid="s900002"),
            ],
            "2025_spring_schoolcensus": schools("900001"),
            "2025_spring_pupilonroll": [pupil("c", {**ANN, "upn": "C123456789012", "forename": "Cy"},
                                              schoolcensustableid="s900001")],
        },
    )  # fmt: skip
    told = rows_of(read(tmp_path), "spell", "enrolment")
    assert days(told, "who", "end_date", "outcome")[:2] == [
        (ANN["upn"], SPRING_2025, "not_returned"), (BEN["upn"], "", ""),
    ]  # fmt: skip


def test_a_number_that_is_missing_or_new_in_one_term_makes_no_second_enrolment(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "2024_autumn_pupilonroll": [pupil("a", senprovision="K")],
            "2025_spring_pupilonroll": [pupil("b", {**ANN, "upn": ""}, senprovision="K")],
            "2025_summer_pupilonroll": [
                pupil("c", {**ANN, "upn": "D123456789012"}, formerupn=ANN["upn"], senprovision="K")
            ],
        },
    )
    extracts = read(tmp_path)
    assert days(rows_of(extracts, "spell", "enrolment"), "start_date", "known_start") == [
        ("2023-09-04", AUTUMN_2024)
    ]
    assert days(rows_of(extracts, "spell", "sen_support"), "start_date", "end_date") == [(AUTUMN_2024, "")]
    (nameless,) = [one for one in extracts if one.file.startswith("2025_spring")]
    assert (
        nameless.mentions["local_id"].to_list() == ["B,2025-01-16"] and nameless.mentions["upn"].isna().all()
    )


def test_a_term_that_is_delivered_again_replaces_its_rows(tmp_path: Path) -> None:
    for folder, sessions in (("1", 3), ("2", 5)):
        write(
            tmp_path / folder,
            {
                "2025_spring_pupilonroll": [pupil(f"k{folder}")],
                "2025_spring_termlysessiondetailsonroll": [
                    child(f"k{folder}", attendancereason="I", sessions=sessions)
                ],
            },
        )
    extracts = read(tmp_path)
    assert rows_of(extracts, "measurement", "authorised_absence_sessions")["value"].to_list() == [5.0]
    assert [reason for *_, reason, _ in set_aside(extracts)] == ["superseded_row", "superseded_row"]


def test_exclusions_by_kind_and_reason_each_once(tmp_path: Path) -> None:
    def row(key: str, day: str, category: str, **more: object) -> dict[str, object]:
        return child(key, startdate=day, category=category, sessions="10.0", **more)

    write(
        tmp_path,
        {
            "2025_spring_pupilonroll": [pupil("a")],
            "2025_spring_termlyexclusionsonroll": [
                row("a", "2024-11-04", "FIXD", reason1="DB", reason2="PP"),
                row("a", "2024-11-20", "SUSP", reason1="OT"),
                row("a", "2024-12-02", "LNCH", reason1="BU"),
                row("a", "2024-12-09", "PERM", reason1="PA"),
                row("a", "2024-12-10", "WHAT"),
            ],
            "2025_summer_pupilonroll": [pupil("b")],
            "2025_summer_termlyexclusionsonroll": [
                row("b", "2024-11-04", "SUSP", reason1="DB", reason2="PP")
            ],
        },
    )
    extracts = read(tmp_path)
    assert days(rows_of(extracts, "event", "suspension"), "event_date", "known_date", "code", "value") == [
        ("2024-11-04", SPRING_2025, "persistent_disruptive_behaviour", "10.0"),
        ("2024-11-20", SPRING_2025, "other", "10.0"),
    ]  # fmt: skip
    assert days(rows_of(extracts, "event", "permanent_exclusion"), "code") == [("assault_on_adult",)]
    assert days(rows_of(extracts, "event", "lunchtime_exclusion"), "code") == [("bullying",)]
    assert days(rows_of(extracts, "event", "exclusion_of_unknown_category"), "code") == [("unmapped",)]
    reasons = days(rows_of(extracts, "event", "exclusion_reason"), "event_date", "code")
    assert ("2024-11-04", "assault_on_pupil") in reasons and len(reasons) == 5


def test_provision_elsewhere_early_years_and_sixth_form(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "2025_spring_pupilonroll": [pupil("a"), pupil("b", BEN)],
            "2025_spring_approvisiondetailonroll": [child("a", prevurn="900002", apreason="PEX")],
            "2025_spring_schoolarrangedapdetailonroll": [
                child("b", urn="900003", entrydate="2024-11-04", leavingdate="2024-12-20", placementreason="BHS",
                      apsessionsperweek=5, apsettingtype="OOT", apattendancepattern="PT"),
            ],
            "2025_spring_fundingbasisitems": [child("a", fundingbasis="ECO")],
            "2025_spring_learnersupportonroll": [child("b", supportcode="55")],
            "2025_spring_learnerfamonroll": [child("b", learnerfamtype="NLM", learnerfamcode="22")],
        },
    )  # fmt: skip
    extracts = read(tmp_path)
    assert days(rows_of(extracts, "spell", "ap_placement"), "code", "start_date", "end_date", "known_start") == [
        ("permanent_exclusion", "2023-09-04", "", SPRING_2025),
        ("behaviour_support", "2024-11-04", "2024-12-20", SPRING_2025),
    ]  # fmt: skip
    assert days(rows_of(extracts, "attribute", "two_year_old_funding_basis"), "value") == [("low_income",)]
    assert days(rows_of(extracts, "attribute", "learner_support"), "value") == [("55",)]
    assert days(rows_of(extracts, "attribute", "learner_monitoring"), "value") == [("22",)]
    assert rows_of(extracts, "measurement", "ap_sessions_per_week")["value"].to_list() == [5.0]


def test_aims_and_placements_find_their_pupil_by_way_of_the_programme(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "2024_autumn_pupilonroll": [pupil("a")],
            "2024_autumn_programmeaimsonroll": [
                child("a", programmeaimsonrolltableid="g1", programmestartdate="2024-09-04", progtype="31.0", qn="Q1",
                      programmeaimstatus="1"),
            ],
            "2024_autumn_learningaimsonroll": [
                {"programmeaimsonrolltableid": "g1", "learningaimsonrolltableid": "m1",
                 "learningstartdate": "2024-09-05",
                 "coreaim": "True", "learningaimstatus": 3, "learningactualenddate": "2024-09-20"},
                {"programmeaimsonrolltableid": "g9", "learningaimsonrolltableid": "m2",
                 "learningstartdate": "2024-09-05"},
            ],
            "2024_autumn_workplaceentityonroll": [
                {"learningaimsonrolltableid": "m1", "wpstartdate": "2024-09-16", "wpenddate": "2024-09-18",
                 "wpmode": 2},
            ],
        },
    )  # fmt: skip
    extracts = read(tmp_path)
    span = ("who", "code", "start_date", "end_date")
    assert days(rows_of(extracts, "spell", "study_programme"), *span) == [
        (ANN["upn"], "t_level", "2024-09-04", "")
    ]
    assert days(rows_of(extracts, "spell", "learning_aim"), *span, "outcome") == [
        (ANN["upn"], "core", "2024-09-05", "2024-09-20", "withdrawn")
    ]
    assert days(rows_of(extracts, "spell", "work_placement"), *span) == [
        (ANN["upn"], "external", "2024-09-16", "2024-09-18")
    ]
    assert set_aside(extracts) == [
        ("2024_autumn_learningaimsonroll.csv", 3, "no_parent", "programmeaimsonrolltableid")
    ]


def test_addresses_go_to_the_vault_on_one_line_and_impossible_numbers_do_not(tmp_path: Path) -> None:
    row = child(
        saon="Flat 2",
        paon="7",
        street="Mill Lane",
        town="Ruston",
        postcode="ZZ9 1AA",
        uniquepropertyreferencenumber="-1.0",
    )
    other = child("p2", addressline1="8 Mill Lane", postcode="", uniquepropertyreferencenumber="100000000002")
    write(
        tmp_path,
        {
            "2025_spring_pupilonroll": [pupil(), pupil("p2", BEN)],
            "2025_spring_addresses": [row, other, child("p2")],
        },
    )
    (extract,) = [one for one in read(tmp_path) if one.module == "addresses"]
    assert days(extract.mentions, "vault:address", "vault:postcode", "vault:uprn") == [
        ("Flat 2, 7, Mill Lane, Ruston", "ZZ9 1AA", ""), ("8 Mill Lane", "", "100000000002"), ("", "", ""),
    ]  # fmt: skip
    assert len(extract.frames["place"][0]) == 2
    assert ("a property number that can be none, left out", "uniquepropertyreferencenumber", 1, 2) in issues(
        [extract]
    )


def test_every_table_of_the_standard_is_known() -> None:
    assert STANDARD.name == "school_census" and "sen_support" in STANDARD.kinds()
    later = {one.code for one in STANDARD.settings.breaks if one.since == date(2024, 8, 19)}
    assert "part_time_timetable" in later and "illness" not in later


@pytest.mark.skipif(not SAMPLES.exists(), reason="the published sample files are not beside the project")
def test_the_published_sample_is_read_whole() -> None:
    extracts = read(SAMPLES)
    assert {one.module for one in extracts if one.rows_in} == {
        "pupilonroll", "pupilnolongeronroll", "addresses", "fsmperiods", "sessions", "sessions_summer_half_term_2",
        "exclusions",
    }  # fmt: skip
    assert {reason for *_, reason, _ in set_aside(extracts)} == {"duplicate_row"}
    sessions = sum(one.rows_in for one in extracts if one.module == "sessions")
    assert sessions == 41_281
    assert not sum(len(one.unmapped) for one in extracts)
