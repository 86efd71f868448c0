"""The statutory returns of the county: each in its own layout, and all of them telling one story."""

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.synthetic import write_county
from prevention_model.synthetic.absence import Attendance, Exclusions
from prevention_model.synthetic.calendar import Terms
from prevention_model.synthetic.returns.school_sessions import (
    AUTHORISED,
    PRESENT,
    UNAUTHORISED,
    session_rows,
)
from prevention_model.synthetic.streams import Streams
from tests.fixtures.county_files import CountyFiles, days

pytestmark = pytest.mark.xdist_group(
    "synthetic returns"
)  # what its tests share is made once, not once for each worker

END = pd.Timestamp(2025, 4, 1)


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> CountyFiles:
    out = tmp_path_factory.mktemp("clean")
    write_county(out, people=4_000, seed=4, dirt=0.0)
    return CountyFiles(out)


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> CountyFiles:
    out = tmp_path_factory.mktemp("dirty")
    write_county(out, people=4_000, seed=4)
    return CountyFiles(out)


def test_cin_layouts_follow_their_years(clean: CountyFiles) -> None:
    child, cases, steps = (clean.cin[name] for name in ("Child", "CINdetails", "Assessments"))
    assert sorted(child["year"].unique()) == list(range(2020, 2026))
    letters = child["Sex"].notna()
    assert (letters == (child["year"] >= 2025)).all() and (child["GenderCurrent"].notna() == ~letters).all()
    assert set(child.loc[~letters, "GenderCurrent"]) == {"1", "2"}
    closed = cases[cases["ReasonForClosure"] == "RC9"]
    assert len(closed) and (closed["CINclosureDate"] >= "2022-04-01").all()
    factors = steps.explode("factors").dropna(subset=["factors"])
    authorised = factors["AssessmentAuthorisationDate"]
    assert (authorised[factors["factors"] == "24A"] >= "2021-04-01").all()
    assert (authorised[factors["factors"] == "18A"] < "2020-04-01").all()
    assert {"24A", "18A", "18C", "3B", "4B", "16A"} <= set(factors["factors"])


def test_the_cin_census_holds_no_names(clean: CountyFiles) -> None:
    people = clean.truth("people")
    mapped = clean.mapped("health_register")
    names = set(mapped["surname"]) | set(mapped["forename"])
    whole = "".join(path.read_text(encoding="utf-8") for path in clean.paths("cin_census", "*.xml"))
    assert not any(name in whole for name in names)
    assert len(people)


def test_a_case_open_over_years_is_in_each_file_and_closes_in_the_last(clean: CountyFiles) -> None:
    cases = clean.cin["CINdetails"]
    each = cases.groupby(["LAchildID", "CINreferralDate"])
    years = each["year"].agg(["min", "max", "count"])
    assert (years["count"] == years["max"] - years["min"] + 1).all() and (years["count"] > 2).any()
    earlier = cases[cases["year"] < each["year"].transform("max")]
    assert earlier["CINclosureDate"].isna().all()
    last = cases[cases["year"] == each["year"].transform("max")]
    ended = last["year"] < 2025
    nothing = last["ReferralNFA"] == "1"
    assert last.loc[ended & ~nothing, "CINclosureDate"].notna().all()
    assert last.loc[nothing, "CINclosureDate"].isna().all()


def test_no_cin_date_is_later_than_its_file(clean: CountyFiles) -> None:
    for name, frame in clean.cin.items():
        if name == "Child":
            continue
        last = frame["year"].astype(str) + "-03-31"
        dates = [c for c in frame.columns if "Date" in c and c not in ("PersonBirthDate", "PersonDeathDate")]
        for column in dates:
            given = frame[column].notna()
            assert (frame.loc[given, column] <= last[given]).all(), (name, column)


def test_cin_steps_are_in_order(clean: CountyFiles) -> None:
    steps = clean.cin["Assessments"].dropna(subset=["AssessmentAuthorisationDate"])
    assert (steps["AssessmentActualStartDate"] <= steps["AssessmentAuthorisationDate"]).all()
    assert (steps["factors"].str.len() > 0).all()
    unfinished = clean.cin["Assessments"]["AssessmentAuthorisationDate"].isna()
    assert (clean.cin["Assessments"].loc[unfinished, "factors"].str.len() == 0).all()
    plans = clean.cin["ChildProtectionPlans"]
    assert (plans["CPPstartDate"] >= plans["CINreferralDate"]).all()
    reviews = plans.explode("reviews").dropna(subset=["reviews"])
    assert (reviews["reviews"] > reviews["CPPstartDate"]).all() and len(reviews)
    enquiries = clean.cin["Section47"]
    required = enquiries["ICPCnotRequired"] == "0"
    held = enquiries.loc[required, "DateOfInitialCPC"].dropna()
    assert (
        set(held) <= set(plans["CPPstartDate"])
        and not enquiries.loc[~required, "DateOfInitialCPC"].notna().any()
    )


def test_cin_lines_of_the_truth_are_the_lines_of_the_elements(dirty: CountyFiles) -> None:
    truth = dirty.truth("mentions").query("source == 'cin_census'")
    found = {name: set(zip(f["year"], f["line"], strict=True)) for name, f in dirty.cin.items()}
    said = set(zip(truth["file"].astype(str).str[-8:-4].astype(int), truth["row"], strict=True))
    assert said == set().union(*found.values())
    people = dirty.truth("people")
    child = dirty.cin["Child"].assign(
        file=lambda f: "files/cin_census/cin_census_" + f["year"].astype(str) + ".xml"
    )
    told = child.merge(truth.astype({"file": str}), left_on=["file", "line"], right_on=["file", "row"])
    own = people.set_index("person").loc[told["person"], ["la_person_id", "older_id"]]
    given = told["LAchildID"].to_numpy()
    assert len(told) == len(child)
    assert ((given == own["la_person_id"].to_numpy()) | (given == own["older_id"].to_numpy())).all()
    assert (given == own["older_id"].to_numpy()).any()


def test_care_episodes_are_chained(clean: CountyFiles) -> None:
    episodes = clean.episodes()
    following = episodes["child"].shift(-1) == episodes["child"]
    carries_on = episodes["rec"] == "X1"
    after = episodes.shift(-1)
    assert (carries_on <= following).all()
    assert (after.loc[carries_on, "decom"] == episodes.loc[carries_on, "dec"]).all()
    assert after.loc[carries_on, "rne"].isin(["L", "P", "B"]).all()
    # Care that ended begins anew with S only.
    assert (after.loc[~carries_on & following, "rne"] == "S").all()
    assert (episodes["dec"].isna() == episodes["rec"].isna()).all()
    moved = after["rne"].isin(["P", "B"]) & carries_on
    assert (episodes["reason_place_change"].notna() == moved).all()


def test_care_returns_overlap_and_close_what_was_open(clean: CountyFiles) -> None:
    rows = clean.module("child", "decom", "rne")
    each = rows.groupby(["child", "decom"])
    assert (each.size() > 1).any()
    assert each["rne"].nunique().max() == each["cin"].nunique().max() == 1
    earlier = rows[rows["year"] < each["year"].transform("max")]
    assert earlier["dec"].isna().all() and earlier["rec"].isna().all()
    folders = {
        path.parent.name: sorted(p.name for p in path.parent.iterdir()) for path in clean.paths("ssda903")
    }
    assert sorted(folders) == [str(year) for year in range(2020, 2026)]
    assert len({tuple(name.lower() for name in names) for names in folders.values()}) >= 3


def test_care_codes_change_with_the_years(clean: CountyFiles) -> None:
    header, episodes = clean.module("child", "ethnic"), clean.module("child", "decom", "rne")
    assert set(header.loc[header["year"] < 2025, "sex"]) == {"1", "2"}
    assert set(header.loc[header["year"] == 2025, "sex"]) == {"M", "F"}
    assert "H5" not in set(episodes.loc[episodes["year"] == 2025, "place"])
    assert "K3" not in set(episodes.loc[episodes["year"] < 2025, "place"])
    assert set(clean.module("sw_id")["year"]) == {2024, 2025}
    assert clean.module("prev_perm")["date_perm"].dropna().str.startswith("zz/").all()


def test_attendance_by_code_adds_up_to_what_happened(clean: CountyFiles) -> None:
    """Against the truth of one child and term at a time: all codes to the term, some to what was missed."""
    pupils = pd.concat(
        [
            clean.census("pupilonroll").rename(columns={"pupilonrolltableid": "key"}),
            clean.census("pupilnolongeronroll").rename(columns={"pupilnolongeronrolltableid": "key"}),
        ]
    )
    sessions = pd.concat(
        [
            clean.census("termlysessiondetailsonroll").rename(columns={"pupilonrolltableid": "key"}),
            clean.census("termlysessiondetailsoffroll").rename(columns={"pupilnolongeronrolltableid": "key"}),
        ]
    )
    sessions["sessions"] = sessions["sessions"].astype(int)
    joined = sessions.merge(
        pupils[["term", "key", "upn", "termlysessionspossible"]], on=["term", "key"], how="left"
    )
    assert joined["upn"].notna().mean() > 0.99
    whole = joined.groupby(["term", "key"])["sessions"].sum()
    possible = joined.groupby(["term", "key"])["termlysessionspossible"].first().astype(int)
    assert (whole == possible).all()
    codes = set(joined["attendancereason"])
    assert {"/", "\\", "I", "O", "E"} <= codes
    before = joined["term"] < "2024_autumn"
    assert "C2" not in set(joined.loc[before, "attendancereason"])
    later = joined[joined["term"].isin(["2025_spring"])]
    assert "H" not in set(later["attendancereason"]) and "C2" in set(later["attendancereason"])


COUNTS = st.tuples(st.integers(0, 150), st.integers(0, 80), st.integers(0, 80)).filter(
    lambda drawn: drawn[1] + drawn[2] <= drawn[0]
)


@given(st.lists(COUNTS, min_size=1, max_size=12), st.integers(0, 40), st.integers(0, 3))
def test_codes_of_a_pupil_add_up_to_sessions_kept_and_missed(
    drawn: list[tuple[int, int, int]], sent_home: int, term: int
) -> None:
    terms = Terms.between(date(2023, 9, 1), date(2025, 4, 1))
    size = len(drawn)
    possible, authorised, unauthorised = np.array(drawn, dtype=np.int32).T
    who = np.arange(size, dtype=np.int32)
    attendance = Attendance(terms, who, np.full(size, term), possible, authorised, unauthorised)
    once = np.zeros(1, dtype=np.int32)
    exclusions = Exclusions(once, terms.first[[term]] + 3, once + sent_home, once.astype(bool))
    row, code, count, turn = session_rows(
        SimpleNamespace(streams=Streams(1)), attendance, who, term, exclusions
    )
    found = pd.DataFrame({"row": row, "code": code.to_pylist(), "sessions": count, "turn": turn})
    assert (found["sessions"] > 0).all()
    for codes, true in ((PRESENT, possible - authorised - unauthorised), (AUTHORISED, authorised),
                        (UNAUTHORISED, unauthorised)):  # fmt: skip
        sums = found[found["code"].isin(codes)].groupby("row")["sessions"].sum()
        assert sums.reindex(who, fill_value=0).tolist() == true.tolist()
    excluded = found[(found["row"] == 0) & (found["code"] == "E")]["sessions"].sum()
    assert excluded == min(sent_home, authorised[0])
    assert not found.duplicated(["row", "turn"]).any()


def test_keys_of_a_census_mean_nothing_in_the_next(clean: CountyFiles) -> None:
    pupils = clean.census("pupilonroll").dropna(subset=["upn"])
    assert not pupils.duplicated(["term", "pupilonrolltableid"]).any()
    one, other = (pupils[pupils["term"] == term] for term in ("2023_spring", "2024_spring"))
    both = one.merge(other, on="pupilonrolltableid")
    assert len(both) < 0.01 * len(one)


def test_census_tables_have_the_names_of_their_term(clean: CountyFiles) -> None:
    names = {path.stem for path in clean.paths("school_census")}
    assert {
        "2024_autumn_addressesonroll",
        "2024_autumn_addressesoffroll",
        "2024_autumn_fsmperiodsonroll",
    } <= names
    assert {"2024_spring_addresses", "2024_spring_fsmperiod", "2024_spring_senneeds"} <= names
    assert not any("senneeds" in name for name in names if "spring" not in name)
    assert {name.split("_")[0] + name.split("_")[1] for name in names} >= {"2019summer", "2025spring"}
    dates = clean.census("pupilonroll")["dob"]
    assert dates.str.fullmatch(r"\d{4}-[A-Z][a-z]{2}-\d{2} 00:00:00").all()


def test_every_suspension_is_reported_once(clean: CountyFiles) -> None:
    parts = [clean.census(f"termlyexclusions{ending}") for ending in ("onroll", "offroll")]
    reported = pd.concat(parts)
    truth = clean.truth("episodes").query("kind == 'exclusion'")
    last = pd.Timestamp(2025, 1, 16)
    due = truth[pd.to_datetime(truth["start"]) < last]
    assert len(reported) == pytest.approx(len(due), abs=0.01 * len(due))
    happened = days(reported["startdate"], "school")
    census = days(clean.census("schoolcensus").groupby("term")["referencedate"].first(), "school")
    assert (happened < reported["term"].map(census)).all()
    assert set(reported["category"]) == {"SUSP", "PERM"} | ({"FIXD"} & set(reported["category"]))


def test_plans_are_returned_with_their_old_requests(clean: CountyFiles) -> None:
    persons = clean.stacked(clean.paths("sen2", "person.csv"))
    requests = clean.stacked(clean.paths("sen2", "requests.csv"))
    plans = clean.stacked(clean.paths("sen2", "named_plan.csv"))
    assert sorted(persons["year"].unique()) == [2023, 2024, 2025]
    assert set(requests["requestoutcome"]) == {"Y", "N", "A"}
    linked = requests.merge(persons, on=["year", "persontableid"])
    assert len(linked) == len(requests)
    joined = plans.merge(requests, on=["year", "requeststableid"])
    assert (joined["receiveddate"] < joined["startdate"]).all()
    assert (joined["receiveddate"].str[:4].astype(int) < joined["year"] - 2).any()
    truth = clean.truth("episodes").query("kind == 'ehcp'")
    on = pd.Timestamp(2024, 1, 18)
    start, end = pd.to_datetime(truth["start"]), pd.to_datetime(truth["end"])
    active = clean.stacked(clean.paths("sen2/2024", "active_plans.csv"))
    assert len(active) == ((start <= on) & (end.isna() | (end > on))).sum()


def test_the_dataset_names_children_their_mothers_and_their_homes(clean: CountyFiles) -> None:
    person, mother, address = (clean.ssd(name) for name in ("person", "mother", "address"))
    known = set(person["pers_person_id"])
    for name, column in (
        ("mother", "moth_childs_person_id"), ("contacts", "cont_person_id"), ("family", "fami_person_id"),
        ("address", "addr_person_id"), ("involvements", "invo_person_id"), ("missing", "miss_person_id"),
        ("linked_identifiers", "link_person_id"), ("sdq_scores", "csdq_person_id"),
        ("early_help_episodes", "earl_person_id"), ("disability", "disa_person_id"),
    ):  # fmt: skip
        frame = clean.ssd(name)
        assert len(frame) and set(frame[column]) <= known, name
    assert set(mother["moth_person_id"]) <= set(person.loc[person["pers_is_mother"] == "Y", "pers_person_id"])
    assert not address["addr_address_postcode"].str.contains(" ").any()
    homes = address[address["addr_address_type"] == "Home"]
    assert homes["addr_address_json"].map(json.loads).map(lambda found: len(found["UPRN"]) == 12).all()
    ends = homes.sort_values(["addr_person_id", "addr_address_start_date"])
    same = ends["addr_person_id"] == ends["addr_person_id"].shift(-1)
    later = ends["addr_address_start_date"].shift(-1)
    assert (ends.loc[same, "addr_address_end_date"].fillna("9999") <= later[same]).all()


def test_contacts_say_what_came_of_them(clean: CountyFiles) -> None:
    contacts = clean.ssd("contacts")
    outcome = contacts["cont_contact_outcome_json"].map(json.loads)
    flags = pd.DataFrame(outcome.to_list())
    assert ((flags == "Y").sum(axis=1) == 1).all()
    cases = clean.cases()
    share = (flags["NEW_REFERRAL_FLAG"] == "Y").mean()
    assert share == pytest.approx(len(cases) / len(contacts), rel=0.25)


def test_annex_a_is_as_at_the_last_day(clean: CountyFiles) -> None:
    (path,) = clean.paths("annex_a", "*.xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [f"List {number}" for number in range(1, 9)]
    frames = {}
    for sheet in book:
        rows = list(sheet.iter_rows(values_only=True))
        frames[sheet.title] = pd.DataFrame(rows[1:], columns=rows[0])
        assert rows[0][:3] == ("Child Unique ID", "Gender", "Ethnicity")
    open_now = frames["List 6"]
    open_now = open_now[open_now["CIN Closure Date"].isna()]
    cases = clean.cases()
    assert set(open_now["Child Unique ID"]) >= set(
        cases.loc[cases["CINclosureDate"].isna() & cases["PrimaryNeedCode"].str.match("N[1-8]"), "LAchildID"]
    )
    episodes = clean.episodes()
    cared = frames["List 8"]
    now = set(cared.loc[cared["Date Ceased to be Looked After"].isna(), "Child Unique ID"])
    assert now == set(episodes.loc[episodes["dec"].isna(), "child"])
    assert set(open_now["Case Status"]) >= {"a) Looked after child", "c) Child in need plan"}
    assert cared["Age of Child (Years)"].between(0, 18).all()


def test_the_returns_tell_one_story(clean: CountyFiles) -> None:
    """A child in care has an open case; a protection plan of the census is the one in the truth."""
    truth, people = clean.truth("episodes"), clean.truth("people").set_index("person")
    plans = clean.cin["ChildProtectionPlans"].drop_duplicates(["LAchildID", "CPPstartDate"])
    rows = truth.query("kind == 'cp_plan'")
    lived = rows[(rows["end"].isna()) | (pd.to_datetime(rows["end"]) >= pd.Timestamp(2019, 4, 1))]
    assert len(plans) == pytest.approx(len(lived), abs=1 + 0.03 * len(lived))
    said = set(zip(plans["LAchildID"], plans["CPPstartDate"], strict=True))
    true = set(zip(people.loc[lived["person"], "la_person_id"], lived["start"].astype(str), strict=True))
    assert len(said & true) > 0.95 * len(true)
    cases = clean.cases()
    in_care = set(clean.episodes()["child"])
    assert len(in_care - set(cases["LAchildID"])) <= 0.02 * len(in_care)


def test_numbers_are_missing_old_or_short_as_declared(dirty: CountyFiles) -> None:
    pupils = dirty.census("pupilonroll")
    missing, short = pupils["upn"].isna().mean(), (pupils["upn"].str.len() == 12).mean()
    assert 0.002 < missing < 0.007 and 0.0015 < short < 0.005
    assert pupils["formerupn"].notna().mean() > 0.002
    older = dirty.cin["Child"]["LAchildID"].str.startswith("X")
    assert older.any() and (dirty.cin["Child"].loc[older, "year"] <= 2021).all()
    person = dirty.ssd("person")
    people = dirty.truth("people").set_index("la_person_id")
    legacy = person.dropna(subset=["pers_legacy_id"])
    assert (
        people.loc[legacy["pers_person_id"], "older_id"].to_numpy() == legacy["pers_legacy_id"].to_numpy()
    ).all()
    held = person["pers_common_child_id"].notna().mean()
    assert 0.2 < held < 0.7


def test_names_are_misspelt_more_often_for_some_groups(dirty: CountyFiles) -> None:
    """Between two agencies' books: slips are rare, and commoner where names are less familiar to clerks."""
    truth, people = dirty.truth("mentions").astype({"file": str}), dirty.truth("people").set_index("person")
    same = people.index[people["surname_changed"].isna()]

    def book(frame: pd.DataFrame) -> pd.Series:
        named = frame.merge(truth, on=["file", "row"]).dropna(subset=["surname", "forename"])
        named = named[named["person"].isin(same)].drop_duplicates("person", keep="last").set_index("person")
        return pd.concat([named["forename"], named["surname"].str.strip()], keys=["forename", "surname"])

    one, other = book(dirty.census("pupilonroll")), book(dirty.mapped("health_register"))
    both = one.index.intersection(other.index)
    differs = (one[both] != other[both]).to_numpy()
    white_british = (people.loc[both.get_level_values(1), "ethnicity"] == "WBRI").to_numpy()
    assert 0.01 < differs.mean() < 0.05
    # Planted: 3% against 1.3%. A county this small holds 240 such names, so less than the whole gap is asked for.
    assert differs[~white_british].mean() > 1.25 * differs[white_british].mean()


def test_twins_share_all_but_their_forename(clean: CountyFiles) -> None:
    people = clean.truth("people")
    twins = people[people["twin"]]
    assert 0.015 < len(twins) / (people["role"] == 0).sum() < 0.06
    pairs = twins.groupby(["family", "born"])
    assert (pairs.size() >= 2).all()
    register = clean.mapped("health_register").drop_duplicates("nhs_number").set_index("nhs_number")
    named = twins.assign(forename=twins["nhs_number"].map(register["forename"])).dropna(subset=["forename"])
    assert not named.duplicated(["family", "born", "forename"]).any()


def test_a_new_surname_reaches_agencies_at_different_times(dirty: CountyFiles) -> None:
    people = dirty.truth("people")
    renamed = people[people["surname_changed"].notna() & (people["role"] == 0)]
    share = len(renamed) / (people["role"] == 0).sum()
    assert 0.005 < share < 0.08
    pupils = dirty.census("pupilonroll").merge(renamed[["upn", "surname_changed"]].dropna(), on="upn")
    changed = pupils.groupby("upn")["surname"].nunique()
    assert (changed > 1).any()
    assert pupils.loc[pupils["formersurname"].notna(), "surname"].notna().all()


def test_the_workbook_is_the_same_to_the_byte(tmp_path: Path) -> None:
    paths = []
    for name in ("one", "two"):
        write_county(tmp_path / name, people=300, years=2, seed=3)
        paths.append(next((tmp_path / name / "files" / "annex_a").iterdir()))
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_the_truth_knows_the_pupil_behind_a_row_that_hangs_on_a_key(dirty: CountyFiles) -> None:
    truth = dirty.truth("mentions").astype({"file": str})
    for table, parent in (("termlysessiondetailsonroll", "pupilonroll"), ("senneeds", "pupilonroll"),
                          ("addressesoffroll", "pupilnolongeronroll")):  # fmt: skip
        rows = dirty.census(table).merge(truth, on=["file", "row"])
        pupils = dirty.census(parent).merge(truth, on=["file", "row"])
        both = rows.merge(pupils, on=["term", f"{parent}tableid"], suffixes=("", "_own"))
        assert len(both) == len(rows) > 0, table
        assert (both["person"] == both["person_own"]).all(), table
