"""Splits: nobody, and no family, on both sides; nothing judges before the outcomes that taught were known."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.dataset import Dataset, temporal_split
from prevention_model.dataset.splits import gap_ends
from prevention_model.errors import WrongUsage
from prevention_model.query import FollowUp
from prevention_model.settings.experiment import SplitSettings

YEAR = FollowUp("12 months")
DAYS = pd.date_range("2021-01-01", "2024-01-01", freq="6MS").astype("datetime64[s]")
BASE = {
    "fit_start": "2021-01-01",
    "fit_end": "2021-07-01",
    "calibrate_start": "2022-01-01",
    "calibrate_end": "2022-01-01",
    "test_start": "2023-07-01",
    "test_end": "2024-01-01",
    "recording_delay": "3 months",
    "test_families": 0.5,
}


def split_settings(**change: object) -> SplitSettings:
    return SplitSettings.check(BASE | change, where="split")


def dataset_of(members: pd.DataFrame) -> Dataset:
    nothing = pd.DataFrame(index=range(len(members)))
    return Dataset(members.reset_index(drop=True), nothing, nothing)


def household_grid(people: int = 40) -> pd.DataFrame:
    """Two children a family, each at every index date."""
    rows = [(f"p{n}", day, f"f{n // 2}", "Z1") for n in range(people) for day in DAYS]
    return pd.DataFrame(rows, columns=["person_id", "index_date", "family_id", "zone"])


@st.composite
def restless_families(draw: st.DrawFn) -> pd.DataFrame:
    """Children who come, go, and move from family to family, their rows in any order."""
    stays = st.tuples(st.integers(0, 11), st.integers(0, len(DAYS) - 1))
    pairs = draw(st.lists(stays, min_size=1, max_size=70, unique=True))
    family = st.integers(0, 6)
    rows = [(f"p{person}", DAYS[day], f"f{draw(family)}", "Z1") for person, day in pairs]
    return pd.DataFrame(rows, columns=["person_id", "index_date", "family_id", "zone"])


@settings(max_examples=150, deadline=None)
@given(restless_families(), st.sampled_from([0.01, 0.3, 0.5, 0.9, 1.0]), st.booleans())
def test_no_person_and_no_family_is_ever_on_both_sides(members, share, calibrating) -> None:  # type: ignore[no-untyped-def]
    without = {} if calibrating else {"calibrate_start": None, "calibrate_end": None}
    chosen = split_settings(test_families=share, **without)
    try:
        split = temporal_split(dataset_of(members), chosen, YEAR)
    except WrongUsage as refused:
        assert refused.what.startswith("No row of the cohort")
        return
    taught, judged = members.iloc[split.taught()], members.iloc[split.test]
    assert not set(taught["person_id"]) & set(judged["person_id"])
    assert not set(taught["family_id"]) & set(judged["family_id"])
    assert len(set(split.taught())) == len(split.taught())
    assert members["index_date"].iloc[split.fit].between("2021-01-01", "2021-07-01").all()
    assert (members["index_date"].iloc[split.calibrate] == "2022-01-01").all()
    assert judged["index_date"].between("2023-07-01", "2024-01-01").all()
    last = "2022-01-01" if calibrating else "2021-07-01"
    teaching = (members["index_date"] <= last).sum()
    assert len(split.taught()) + split.kept_out == teaching


def test_a_child_who_moves_to_a_judging_family_no_longer_teaches() -> None:
    members = household_grid(60)
    plain = temporal_split(dataset_of(members), split_settings(), YEAR)
    judged = set(members["family_id"].iloc[plain.test])
    mover = members.loc[~members["family_id"].isin(judged), "person_id"].iloc[0]
    late = (members["person_id"] == mover) & (members["index_date"] >= "2023-07-01")
    moved = members.assign(family_id=members["family_id"].mask(late, sorted(judged)[0]))
    split = temporal_split(dataset_of(moved), split_settings(), YEAR)
    assert mover in set(moved["person_id"].iloc[split.test])
    assert mover not in set(moved["person_id"].iloc[split.taught()])
    assert split.kept_out == plain.kept_out + 3


def test_about_the_asked_share_of_families_judges_and_the_choice_repeats() -> None:
    data = dataset_of(household_grid(800))
    one, two = (temporal_split(data, split_settings(test_families=0.3), YEAR) for _ in range(2))
    families = data.members["family_id"].iloc[one.test].nunique()
    assert 90 <= families <= 150
    for name in ("fit", "calibrate", "test"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_without_a_calibration_period_nobody_calibrates() -> None:
    chosen = split_settings(calibrate_start=None, calibrate_end=None)
    split = temporal_split(dataset_of(household_grid()), chosen, YEAR)
    assert len(split.calibrate) == 0
    assert np.array_equal(split.taught(), split.fit)


def test_a_date_that_ends_the_fit_and_starts_the_calibration_teaches_once() -> None:
    chosen = split_settings(calibrate_start="2021-07-01")
    split = temporal_split(dataset_of(household_grid()), chosen, YEAR)
    days = dataset_of(household_grid()).days
    assert np.datetime64("2021-07-01") in days[split.fit]
    assert np.datetime64("2021-07-01") not in days[split.calibrate]
    assert not set(split.fit) & set(split.calibrate)


@pytest.mark.parametrize(
    ("change", "follow_up", "ends"),
    [
        # The worked example at the head of splits.py.
        ({"calibrate_end": "2022-07-01", "test_start": "2023-10-01"}, YEAR, date(2023, 10, 1)),
        ({}, YEAR, date(2023, 4, 1)),
        ({"recording_delay": "0 days"}, YEAR, date(2023, 1, 1)),
        ({}, FollowUp("12 months", gap="1 month"), date(2023, 5, 1)),
        ({"calibrate_start": None, "calibrate_end": None}, YEAR, date(2022, 10, 1)),
    ],
)
def test_the_gap_ends_when_the_last_outcome_that_taught_was_on_file(change, follow_up, ends) -> None:  # type: ignore[no-untyped-def]
    assert gap_ends(split_settings(**change), follow_up) == ends


def test_the_first_day_after_the_gap_may_judge_and_the_day_before_may_not() -> None:
    data = dataset_of(household_grid())
    temporal_split(data, split_settings(test_start="2023-04-01"), YEAR)
    with pytest.raises(WrongUsage) as error:
        temporal_split(data, split_settings(test_start="2023-03-31"), YEAR)
    assert str(error.value) == (
        "The test period starts on 2023-03-31, before the outcomes that taught the model were known: index "
        "date 2022-01-01, follow-up of 12 months and a recording delay of 3 months end on 2023-04-01. "
        "Where: split. What to do: Start the test on 2023-04-01 or later, or end fit and calibration earlier."
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"test_start": "2030-01-01", "test_end": "2030-07-01"},
            "No row of the cohort lies in the test period. What to do: Check split and cohort dates.",
        ),
        (
            {"test_families": 1.0},
            "No row of the cohort is left to fit on. What to do: Check split dates and test_families.",
        ),
    ],
)
def test_an_empty_side_is_refused(change: dict, says: str) -> None:
    with pytest.raises(WrongUsage) as error:
        temporal_split(dataset_of(household_grid()), split_settings(**change), YEAR)
    assert str(error.value) == says
