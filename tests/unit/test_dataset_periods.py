"""Periods: each judged once, by nobody's own family, with nothing that was not on file; and never changed by later."""

import itertools
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from prevention_model.dataset import Dataset, Period, PeriodDates, period_dates, periods_of
from prevention_model.dataset.splits import on_file
from prevention_model.errors import WrongUsage
from prevention_model.query import FollowUp
from prevention_model.settings.experiment import SplitSettings

YEAR = FollowUp("12 months")
BASE = {
    "fit_start": "2020-07-01",
    "fit_end": "2022-01-01",
    "test_start": "2023-07-01",
    "test_end": "2024-01-01",
    "recording_delay": "3 months",
    "test_families": 0.5,
}
DAYS = pd.date_range("2020-07-01", "2025-01-01", freq="3MS").astype("datetime64[s]")


def asked(periods: dict | None = None, **change: object) -> SplitSettings:
    said = {"every": "6 months", "history": "6 months"} | (periods or {})
    return SplitSettings.check(BASE | {"periods": said} | change, where="split")


def dataset_of(members: pd.DataFrame) -> Dataset:
    nothing = pd.DataFrame(index=range(len(members)))
    return Dataset(members.reset_index(drop=True), nothing, nothing)


def grid(families: int = 60, days: Any = DAYS) -> pd.DataFrame:
    """Two children a family, each at every index date."""
    rows = [(f"p{n}", day, f"f{n // 2}", "Z1") for n in range(2 * families) for day in days]
    return pd.DataFrame(rows, columns=["person_id", "index_date", "family_id", "zone"])


def shown(dates: PeriodDates) -> list[str]:
    return [" to ".join(str(day) for day in span) for span in dates.spans]


def test_the_worked_example_at_the_head_of_the_file() -> None:
    first, second = period_dates(asked(), YEAR)
    assert shown(first) == ["2020-07-01 to 2021-01-01", "2022-04-01 to 2022-09-30"]
    assert shown(second) == ["2020-07-01 to 2021-07-01", "2022-10-01 to 2023-03-31"]


def test_rolling_periods_are_taught_by_their_history_alone_and_the_end_of_it_calibrates() -> None:
    periods = period_dates(asked({"style": "rolling", "calibrate": "3 months"}), YEAR)
    assert [shown(each) for each in periods] == [
        ["2020-07-01 to 2020-09-30", "2020-10-01 to 2021-01-01", "2022-04-01 to 2022-09-30"],
        ["2021-01-01 to 2021-03-31", "2021-04-01 to 2021-07-01", "2022-10-01 to 2023-03-31"],
    ]


def test_without_periods_the_test_is_the_only_one() -> None:
    alone = SplitSettings.check(BASE, where="split")
    assert period_dates(alone, YEAR) == ()
    (only,) = periods_of(dataset_of(grid()), alone, YEAR)
    assert shown(only.dates) == ["2020-07-01 to 2022-01-01", "2023-07-01 to 2024-01-01"]
    assert not only.selects


def test_the_embargo_says_which_dates_are_left_to_nobody_and_why() -> None:
    first, *_, test = periods_of(dataset_of(grid()), asked(), YEAR)
    assert first.embargo == (
        "Index dates from 2021-01-02 to 2022-03-31 neither teach nor judge. On 2022-04-01, when judging begins, what "
        "happens within 12 months of an index date after 2021-01-01 is not yet on file; that takes 3 months more."
    )
    assert test.embargo.endswith(
        " Those up to 2022-04-01 could have taught, and the experiment leaves them out."
    )


def test_only_periods_whose_outcomes_were_on_file_before_the_test_may_choose() -> None:
    days = pd.date_range("2017-07-01", "2025-01-01", freq="3MS").astype("datetime64[s]")
    periods = periods_of(dataset_of(grid(60, days)), asked(fit_start="2017-07-01"), YEAR)
    assert [(str(each.dates.test[0]), each.selects) for each in periods] == [
        ("2019-04-01", True),
        ("2019-10-01", True),
        ("2020-04-01", True),
        ("2020-10-01", True),
        ("2021-04-01", True),
        ("2021-10-01", True),
        ("2022-04-01", False),
        ("2022-10-01", False),
        ("2023-07-01", False),
    ]


lengths = st.sampled_from(["30 days", "1 month", "3 months", "26 weeks", "7 months", "1 year"])


@st.composite
def layouts(draw: st.DrawFn) -> tuple[SplitSettings, FollowUp]:
    """Any style and lengths, with starts at the awkward ends of months."""
    follow_up = FollowUp(draw(lengths), draw(st.sampled_from(["0 days", "1 month", "45 days"])))
    start = draw(st.sampled_from(["2019-12-31", "2020-02-29", "2020-07-01", "2020-08-30"]))
    said = {
        "style": draw(st.sampled_from(["expanding", "rolling"])),
        "every": draw(lengths),
        "history": draw(lengths),
        "calibrate": draw(st.sampled_from([None, "20 days"])),
    }
    delay = draw(st.sampled_from(["0 days", "10 days", "3 months"]))
    return asked(
        said, fit_start=start, recording_delay=delay, test_families=draw(st.sampled_from([0.3, 0.7]))
    ), follow_up


def laid_out(layout: tuple[SplitSettings, FollowUp]) -> tuple[PeriodDates, ...]:
    try:
        return period_dates(*layout)
    except WrongUsage as refused:
        assert refused.what.startswith("No period fits before the test")
        assume(False)
        raise


@examples(max_examples=200, deadline=None)
@given(layouts())
def test_what_taught_was_on_file_before_judging_began_and_no_later_date_could_have_taught(layout) -> None:  # type: ignore[no-untyped-def]
    for dates in laid_out(layout):
        assert on_file(dates.last_taught, *layout) <= dates.test[0]
        assert on_file(dates.last_taught + timedelta(days=1), *layout) > dates.test[0]
        assert dates.fit[0] >= layout[0].fit_start


@examples(max_examples=200, deadline=None)
@given(layouts())
def test_each_index_date_is_judged_once_at_most_and_none_in_between_is_forgotten(layout) -> None:  # type: ignore[no-untyped-def]
    dates = laid_out(layout)
    for one, two in itertools.pairwise(dates):
        assert two.test[0] == one.test[1] + timedelta(days=1)
    assert dates[-1].test[1] < layout[0].test_start


@examples(max_examples=100, deadline=None)
@given(layouts(), st.integers(1, 700))
def test_a_later_test_adds_periods_and_changes_none(layout, later: int) -> None:  # type: ignore[no-untyped-def]
    split, follow_up = layout
    before = laid_out(layout)
    moved = {name: getattr(split, name) + timedelta(days=later) for name in ("test_start", "test_end")}
    assert period_dates(split.model_copy(update=moved), follow_up)[: len(before)] == before


@st.composite
def restless_families(draw: st.DrawFn) -> pd.DataFrame:
    """Children who come, go, and move from family to family; enough steady ones for each side of a period."""
    stays = st.tuples(st.integers(0, 11), st.integers(0, len(DAYS) - 1))
    pairs = draw(st.lists(stays, max_size=70, unique=True))
    rows = [(f"q{person}", DAYS[day], f"f{draw(st.integers(0, 6))}", "Z1") for person, day in pairs]
    moving = pd.DataFrame(rows, columns=["person_id", "index_date", "family_id", "zone"])
    return pd.concat([moving, grid(20)], ignore_index=True)


def sides(data: Dataset, period: Period) -> tuple[pd.DataFrame, pd.DataFrame]:
    return data.members.iloc[period.rows.taught()], data.members.iloc[period.rows.test]


@examples(max_examples=60, deadline=None)
@given(restless_families(), st.sampled_from(["expanding", "rolling"]), st.sampled_from([None, "3 months"]))
def test_nobody_is_on_both_sides_and_each_row_judges_once(members, style, calibrate) -> None:  # type: ignore[no-untyped-def]
    data, chosen = dataset_of(members), asked({"style": style, "calibrate": calibrate})
    periods = periods_of(data, chosen, YEAR)
    judged = np.concatenate([each.rows.test for each in periods])
    assert len(set(judged)) == len(judged)
    for each in periods:
        taught, judging = sides(data, each)
        assert not set(taught["person_id"]) & set(judging["person_id"])
        assert not set(taught["family_id"]) & set(judging["family_id"])
        known = [on_file(day.date(), chosen, YEAR) for day in taught["index_date"].unique()]
        assert max(known) <= judging["index_date"].min().date()


@examples(max_examples=60, deadline=None)
@given(restless_families(), st.integers(1, 6))
def test_index_dates_that_come_later_change_no_period_before_them(members, left_out: int) -> None:  # type: ignore[no-untyped-def]
    """Rows are named by child and date, because positions move when rows come in between."""
    fewer = members[members["index_date"] <= DAYS[-1 - left_out]]

    def named(rows: pd.DataFrame) -> list[list[tuple]]:
        data = dataset_of(rows)
        keys = data.members[["person_id", "index_date"]]
        return [
            [tuple(keys.iloc[part].itertuples(index=False)) for part in (each.rows.fit, each.rows.test)]
            for each in periods_of(data, asked(), YEAR)[:-1]
        ]

    assert named(fewer) == named(members)


@pytest.mark.parametrize(
    ("periods", "says"),
    [
        (
            {"history": "2 years"},
            "No period fits before the test: the first could judge from 2023-10-01 on, for 6 months, and the test "
            "starts on 2023-07-01. Where: split, periods. What to do: Ask for a shorter history or shorter periods, "
            "start the fit earlier, or leave periods out.",
        ),
        (
            {"calibrate": "6 months"},
            "Calibration takes 6 months of a history of 6 months, and leaves nothing to fit on. Where: split, "
            "periods. What to do: Calibrate on less than the history, or leave calibrate out.",
        ),
        (
            {"every": "often"},
            "'often' is not a length of time. What to do: Write a whole number from 1 and a unit, as in \"30 days\", "
            '"4 weeks", "12 months" or "2 years".',
        ),
    ],
)
def test_periods_that_cannot_be_laid_out_are_refused(periods: dict, says: str) -> None:
    with pytest.raises(WrongUsage) as error:
        period_dates(asked(periods), YEAR)
    assert str(error.value) == says


def test_settings_that_are_no_settings_of_periods_are_refused() -> None:
    with pytest.raises(WrongUsage) as error:
        asked({"style": "sliding", "stride": "1 month"})
    assert "periods.style" in str(error.value)
    assert "periods.stride: unknown setting" in str(error.value)


def test_a_period_without_rows_is_refused() -> None:
    late = grid()
    with pytest.raises(WrongUsage) as error:
        periods_of(dataset_of(late[late["index_date"] > "2021-02-01"]), asked(), YEAR)
    assert str(error.value) == (
        "No row of the cohort is left to fit on in the period that judges from 2022-04-01. Where: split, periods. "
        "What to do: Check the dates of periods and cohort, and test_families."
    )


def test_dates_out_of_order_are_no_period() -> None:
    day = date(2021, 1, 1)
    with pytest.raises(WrongUsage, match="out of order"):
        PeriodDates((day, day), None, (day, day))
