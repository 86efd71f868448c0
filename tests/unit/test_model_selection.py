"""Selection by regret: the known best is found, a hard year weighs no more, the simpler wins, nothing is foreseen."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.model.selection import select

PERIODS = ["2021", "2022", "2023", "2024"]


def table_of(rows: dict[str, list[float]]) -> pd.DataFrame:
    periods = PERIODS[: len(next(iter(rows.values())))]
    return pd.DataFrame.from_dict(rows, orient="index", columns=periods)


def test_regret_is_the_best_of_the_period_less_ones_own() -> None:
    chosen = select(table_of({"a": [0.7, 0.5], "b": [0.6, 0.8]}))
    assert chosen.regret.round(12).to_numpy().tolist() == [[0.0, 0.3], [0.1, 0.0]]
    assert chosen.chosen == "b"


def test_who_is_best_in_every_period_has_no_regret() -> None:
    chosen = select(table_of({"a": [0.6, 0.5, 0.7], "b": [0.7, 0.6, 0.8]}))
    assert chosen.chosen == "b"
    assert not chosen.regret.loc["b"].any()
    assert not chosen.next_period["regret"].any()


SPECIALISTS = {
    "first half": [0.8, 0.8, 0.8, 0.5],
    "steady": [0.72, 0.72, 0.72, 0.72],
    "last": [0.5, 0.5, 0.5, 0.8],
}


def test_the_worst_regret_prefers_the_steady_and_the_mean_whoever_is_mostly_ahead() -> None:
    values = table_of(SPECIALISTS)
    assert select(values, by="worst").chosen == "steady"
    assert select(values, by="mean").chosen == "first half"


def test_a_choice_is_judged_on_the_next_period_with_nothing_but_those_before_it() -> None:
    walk = select(table_of(SPECIALISTS)).next_period
    assert walk["period"].tolist() == PERIODS[1:]
    assert walk["chosen"].tolist() == ["first half"] * 3
    assert walk["regret"].round(12).tolist() == [0, 0, 0.3]


def test_as_good_means_the_simpler_and_the_order_says_which_that_is() -> None:
    values = table_of({"simple": [0.70, 0.71], "large": [0.71, 0.715]})
    assert select(values).chosen == "large"
    close = select(values, tolerance=0.01)
    assert (close.chosen, close.tied) == ("simple", ("simple", "large"))
    assert str(close) == (
        "simple: the least worst regret in any period of 2 candidates; the simplest of 2 that are as good"
    )
    assert select(values.iloc[::-1], tolerance=0.01).chosen == "large"


def test_where_less_is_better_the_least_has_no_regret() -> None:
    brier = table_of({"a": [0.10, 0.12], "b": [0.09, 0.11]})
    chosen = select(brier, more_is_better=False)
    assert chosen.chosen == "b"
    assert chosen.next_period["best"].tolist() == [0.11]


def test_the_candidate_that_truly_is_best_is_found_under_noise_and_hard_years() -> None:
    """Ten candidates a hundredth apart, years that differ by ten times as much, noise of half a hundredth."""
    rng = np.random.default_rng(3)
    truth, found = np.arange(10) / 100, []
    for _ in range(100):
        years = rng.normal(0, 0.1, 12)
        values = truth[:, None] + years + rng.normal(0, 0.005, (10, 12))
        found.append(int(select(pd.DataFrame(values), by="mean").chosen))
    assert np.mean(np.array(found) == 9) > 0.97


grids = st.integers(1, 5).flatmap(
    lambda n: st.lists(
        st.lists(st.integers(0, 20).map(lambda x: x / 20), min_size=n, max_size=n), min_size=1, max_size=6
    )
)


@examples(max_examples=150, deadline=None)
@given(grids, st.sampled_from(["worst", "mean"]))
def test_the_choice_is_the_first_with_the_least_regret_as_loops_find_it(grid, by) -> None:  # type: ignore[no-untyped-def]
    summed = []
    for row in grid:
        regrets = [max(other[p] for other in grid) - row[p] for p in range(len(row))]
        summed.append(max(regrets) if by == "worst" else sum(regrets) / len(regrets))
    least = min(summed)
    expected = next(place for place, each in enumerate(summed) if each <= least + 1e-12)
    assert select(pd.DataFrame(grid), by=by).chosen == str(expected)


@examples(max_examples=100, deadline=None)
@given(grids, st.integers(-3, 3), st.sampled_from(["worst", "mean"]))
def test_a_period_that_is_harder_for_everybody_changes_nothing(grid, harder, by) -> None:  # type: ignore[no-untyped-def]
    values = pd.DataFrame(grid)
    shifted = values.copy()
    shifted[0] = shifted[0] + harder
    assert select(shifted, by=by).chosen == select(values, by=by).chosen


@examples(max_examples=100, deadline=None)
@given(grids, st.sampled_from(["worst", "mean"]))
def test_what_was_chosen_before_a_period_does_not_know_that_period(grid, by) -> None:  # type: ignore[no-untyped-def]
    values = pd.DataFrame(grid)
    changed = values.copy()
    changed.iloc[:, -1] = values.iloc[::-1, -1].to_numpy()
    before, after = (select(each, by=by).next_period["chosen"].tolist() for each in (values, changed))
    assert before == after


def test_people_read_a_table_of_candidates_by_periods() -> None:
    shown = select(table_of({"count": [0.70, 0.70], "trees": [0.74, 0.72]})).table()
    assert shown.round(3).to_csv(sep=" ", lineterminator="\n") == (
        " 2021 2022 mean worst chosen\ncount 0.04 0.02 0.03 0.04 \ntrees 0.0 0.0 0.0 0.0 chosen\n"
    )


@pytest.mark.parametrize(
    ("values", "more", "says"),
    [
        (
            table_of({"a": [0.7, float("nan")], "b": [0.7, 0.7]}),
            {},
            "These candidates have no value in a period: a in 2022. What to do: Judge every candidate in every "
            "period, or leave the candidate or the period out for all.",
        ),
        (
            pd.DataFrame(),
            {},
            "There is nothing to choose from. What to do: Give at least one candidate and one period.",
        ),
        (
            pd.DataFrame([[1.0], [2.0]], index=["a", "a"]),
            {},
            "A candidate or a period stands there twice. What to do: Give each its own name.",
        ),
        (
            table_of({"a": [0.7]}),
            {"tolerance": -1.0},
            "by is 'worst' and tolerance -1.0; give 'worst' or 'mean', and 0 or more",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused(values: pd.DataFrame, more: dict, says: str) -> None:
    with pytest.raises(WrongUsage) as error:
        select(values, **more)
    assert str(error.value) == says
