"""Whatever stands in a census of children in need: no row is lost, and no layout matters."""

import random
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from prevention_model.records.extract import Extract
from tests.unit.cin_files import (
    BLOCKS,
    Child,
    a_child,
    a_referral,
    an_assessment,
    as_csv,
    balanced,
    census,
    flat_rows,
    lines,
    read,
)

QUICK = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
KINDS = {
    "referral": ("code", "event_date", "known_date"),
    "referral_nfa": ("event_date", "known_date"),
    "primary_need": ("value", "event_date", "known_date"),
    "cin_episode": ("outcome", "start_date", "end_date", "known_end"),
    "assessment": ("start_date", "end_date", "known_end"),
    "assessment_factor": ("code", "event_date", "known_date"),
    "cin_plan": ("start_date", "end_date"),
    "s47": ("outcome", "start_date", "end_date"),
    "icpc": ("event_date",),
    "cp_plan": ("code", "start_date", "end_date"),
    "cp_review": ("event_date",),
    "previous_cp_plans": ("value", "known_date"),
}

GOOD = st.dates(date(2023, 4, 1), date(2024, 3, 31)).map(date.isoformat)
BAD = st.sampled_from(
    ["", "02/01/20251", "1066-10-14", "2999-01-01", "31/02/2023", "#N/A", "zz/05/2023", "01/03/2024"]
)
DAYS = st.one_of(GOOD, GOOD, BAD)
YES_NO = st.sampled_from(["0", "1", "true", "False", "a) Yes", "", "perhaps"])
CODES = st.sampled_from(["1A", "2B", "5D", "10", "N4", "N0", "RC8", "rc9", "NEG", "XXX", "", "18A", "20"])


def a_block(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A block with some of these fields."""
    return st.fixed_dictionaries({}, optional=fields)


ASSESSMENTS = st.builds(
    lambda plain, factors: (
        plain | ({"FactorsIdentifiedAtAssessment": {"AssessmentFactors": factors}} if factors else {})
    ),
    a_block(
        AssessmentActualStartDate=DAYS, AssessmentAuthorisationDate=DAYS, AssessmentInternalReviewDate=DAYS
    ),
    st.lists(CODES.filter(bool), max_size=3),
)
PLANS = st.builds(
    lambda plain, reviews: plain | ({"Reviews": {"CPPreviewDate": reviews}} if reviews else {}),
    a_block(CPPstartDate=DAYS, CPPendDate=DAYS, InitialCategoryOfAbuse=CODES, LatestCategoryOfAbuse=CODES,
            NumberOfPreviousCPP=st.sampled_from(["0", "1", "many"])),
    st.lists(DAYS.filter(bool), max_size=2),
)  # fmt: skip
REFERRALS = a_block(
    CINreferralDate=DAYS, ReferralSource=CODES, PrimaryNeedCode=CODES, CINclosureDate=DAYS, ReasonForClosure=CODES,
    DateOfInitialCPC=DAYS, ReferralNFA=YES_NO, Assessments=st.lists(ASSESSMENTS, max_size=2),
    CINPlanDates=st.lists(a_block(CINPlanStartDate=DAYS, CINPlanEndDate=DAYS), max_size=2),
    Section47=st.lists(a_block(S47ActualStartDate=DAYS, InitialCPCtarget=DAYS, DateOfInitialCPC=DAYS,
                               ICPCnotRequired=YES_NO), max_size=2),
    ChildProtectionPlans=st.lists(PLANS, max_size=2),
)  # fmt: skip
CHILDREN = st.lists(
    st.builds(
        Child,
        a_block(LAchildID=st.sampled_from(["C1", "c 1", "C2", "", "0000000"]), UPN=st.sampled_from(["A1", "", "UN1"]),
                PersonBirthDate=DAYS, ExpectedPersonBirthDate=DAYS, Sex=CODES, GenderCurrent=st.sampled_from("0129X"),
                Ethnicity=st.sampled_from(["WBRI", "CNHE", "??"])),
        st.lists(REFERRALS, max_size=3),
        st.lists(st.sampled_from(["NONE", "AUT", "what"]), max_size=2),
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


def all_of(found: Sequence[Extract]) -> dict[str, list[tuple[str, ...]]]:
    """Every canonical row, in words."""
    return {kind: sorted(lines(found, kind, *columns)) for kind, columns in KINDS.items()}


@QUICK
@given(CHILDREN, st.randoms(use_true_random=False))
def test_no_row_is_lost_and_the_order_of_elements_does_not_matter(
    children: list[Child], chance: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), {"cin_2024.xml": census(children)})
        assert balanced(found)
        again = read(Path(folder), {"cin_2024.xml": census([_shuffled(child, chance) for child in children])})
        assert all_of(found) == all_of(again)


def _shuffled(child: Child, chance: random.Random) -> Child:
    """The same child, the elements of each block in another order and with one that nobody asked for."""
    referrals = []
    for referral in child.referrals:
        blocks = {
            name: [_mixed(one, chance) for one in value] if name in BLOCKS else value
            for name, value in referral.items()
        }
        referrals.append(_mixed(blocks | {"SupplierNote": "x"}, chance))
    return Child(_mixed(child.fields, chance), referrals, child.disabilities)


def _mixed(block: Any, chance: random.Random) -> dict[str, Any]:
    names = list(block)
    chance.shuffle(names)
    return {name: block[name] for name in names}


@QUICK
@given(CHILDREN, st.randoms(use_true_random=False))
def test_no_flat_row_is_lost_and_its_columns_may_stand_anyhow(
    children: list[Child], chance: random.Random
) -> None:
    rows = flat_rows(children)
    if not rows:
        return
    names = list(dict.fromkeys(name for row in rows for name in row))
    mixed = [*names, "Supplier", "unnamed"]
    chance.shuffle(mixed)
    renamed = as_csv(rows, mixed).split("\n", 1)
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), {"cin_2024.csv": as_csv(rows, names)})
        assert balanced(found)
        again = read(Path(folder), {"cin_2024.csv": renamed[0].upper() + "\n" + renamed[1]})
        assert all_of(found) == all_of(again)
        assert sum(extract.rows_in for extract in found) == len(rows)


LIVES = st.lists(
    st.tuples(
        st.integers(0, 1200),
        st.integers(1, 500),
        st.integers(1, 60),
        st.booleans(),
        st.lists(st.sampled_from(["1A", "3B", "16A", "24A"]), max_size=3, unique=True),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda life: life[0],
)
YEARS = (2020, 2021, 2022, 2023, 2024)


@QUICK
@given(st.lists(LIVES, min_size=1, max_size=3), st.booleans())
def test_five_returns_that_overlap_tell_what_the_whole_story_does(lives: list[Any], flat: bool) -> None:
    """A case that is open over the end of a year stands in both returns, each as it was known then."""
    with tempfile.TemporaryDirectory() as folder:
        whole = [Child(a_child(f"C{n}"), [_case(case, date(2024, 3, 31)) for case in cases]) for n, cases in
                 enumerate(lives)]  # fmt: skip
        parts: dict[str, str | bytes] = {}
        for year in YEARS:
            end = date(year, 3, 31)
            told = [Child(a_child(f"C{n}"), [_case(c, end) for c in cases if _in_year(c, end)]) for n, cases in
                    enumerate(lives)]  # fmt: skip
            told = [child for child in told if child.referrals]
            name = f"cin_{year}"
            if flat and told:
                parts[f"{name}.csv"] = as_csv(flat_rows(told, str(year)))
            elif told:
                parts[f"{name}.xml"] = census(told, end.isoformat(), str(year))
        at_once = all_of(read(Path(folder) / "whole", {"cin_2024.xml": census(whole)}))
        found = read(Path(folder) / "parts", parts)
        assert balanced(found)
        assert all_of(found) == at_once


def _case(case: Any, end: date) -> dict[str, Any]:
    """A referral as the return that ends on a day has it."""
    opened = date(2019, 4, 1) + timedelta(days=case[0])
    closed, authorised = opened + timedelta(days=case[1]), opened + timedelta(days=case[2])
    over = closed <= end
    assessed = authorised <= end and authorised <= closed
    assessment = an_assessment(
        opened.isoformat(), authorised.isoformat() if assessed else None, case[4] if assessed else []
    )
    plan = {"CINPlanStartDate": opened.isoformat()} | ({"CINPlanEndDate": closed.isoformat()} if over else {})
    ended = {"CINclosureDate": closed.isoformat(), "ReasonForClosure": "RC8"} if over else {}
    blocks = {} if case[3] else {"Assessments": [assessment], "CINPlanDates": [plan]}
    return a_referral(opened.isoformat(), ReferralNFA="1" if case[3] else "0", **ended, **blocks)


def _in_year(case: Any, end: date) -> bool:
    opened = date(2019, 4, 1) + timedelta(days=case[0])
    start = date(end.year - 1, 4, 1)
    return opened <= end and (opened + timedelta(days=case[1]) >= start or end.year == max(YEARS))
