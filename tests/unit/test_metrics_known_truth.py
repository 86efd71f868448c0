"""Metrics on data whose truth is known: first prove the measure, then judge models by it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from prevention_model.errors import WrongUsage
from prevention_model.metrics import (
    auc,
    average_precision,
    average_precision_differences,
    brier,
    calibration_curve,
    calibration_line,
    effective_size,
    expected_calibration_error,
    expected_minus_observed,
    family_bootstrap,
    frequency_of,
    lift,
    log_odds,
    natural_frequency,
    net_benefit,
    net_benefit_curve,
    newcombe,
    precision_at,
    recall_at,
    top,
    top_within,
)
from prevention_model.metrics.calibration import slope_from_sums, slope_terms


def drawn(n: int, seed: int, spread: float = 1.2, middle: float = -2.5) -> tuple[np.ndarray, np.ndarray]:
    """Outcomes drawn from levels that are exactly right."""
    random = np.random.default_rng(seed)
    level = 1 / (1 + np.exp(-random.normal(middle, spread, n)))
    return (random.random(n) < level).astype(float), level


def in_families(families: int, size: int, shared: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Labels and outcomes with mean one half; `shared` of the brothers and sisters copy the first."""
    random = np.random.default_rng(seed)
    first = random.random(families) < 0.5
    own = random.random((families, size)) < 0.5
    copied = random.random((families, size)) < shared
    return np.repeat(np.arange(families), size), np.where(copied, first[:, None], own).ravel().astype(float)


def mean_of(families: np.ndarray, values: np.ndarray, seed: int = 0, resamples: int = 400):
    sums = np.column_stack([values, np.ones_like(values)])
    return family_bootstrap(families, sums, lambda total: total[:, 0] / total[:, 1], resamples, seed)


# --- calibration -----------------------------------------------------------------------------


def test_levels_that_are_right_have_slope_one_and_no_intercept() -> None:
    line = calibration_line(*drawn(200_000, 1))
    assert line.slope == pytest.approx(1, abs=0.03)
    assert line.intercept == pytest.approx(0, abs=0.06)
    assert line.in_the_large == pytest.approx(0, abs=0.03)


@pytest.mark.parametrize(("stretch", "slope"), [(2.0, 0.5), (0.5, 2.0)])
def test_stretched_levels_show_in_the_slope(stretch: float, slope: float) -> None:
    happened, level = drawn(200_000, 2)
    wrong = 1 / (1 + np.exp(-stretch * log_odds(level)))
    assert calibration_line(happened, wrong).slope == pytest.approx(slope, rel=0.03)


def test_shifted_levels_show_in_the_large_by_exactly_the_shift() -> None:
    happened, level = drawn(20_000, 3)
    right = calibration_line(happened, level)
    high = calibration_line(happened, 1 / (1 + np.exp(-(log_odds(level) + 0.7))))
    assert high.in_the_large == pytest.approx(right.in_the_large - 0.7, abs=1e-6)
    assert high.slope == pytest.approx(right.slope, abs=1e-6)


def test_the_line_is_that_of_an_unpenalised_logistic_regression() -> None:
    happened, level = drawn(5_000, 4)
    other = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(log_odds(level)[:, None], happened)
    line = calibration_line(happened, level)
    assert line.slope == pytest.approx(other.coef_[0, 0], rel=1e-4)
    assert line.intercept == pytest.approx(other.intercept_[0], rel=1e-3)


@pytest.mark.parametrize(
    ("happened", "level"),
    [([1, 1, 1], [0.2, 0.4, 0.6]), ([0, 0], [0.1, 0.2]), ([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])],
    ids=["all", "none", "separated"],
)
def test_a_slope_that_does_not_exist_is_not_a_number(happened: list[int], level: list[float]) -> None:
    assert np.isnan(calibration_line(happened, level).slope)


def test_levels_of_exactly_nought_and_one_are_measured() -> None:
    happened, level = drawn(5_000, 5)
    level[:50], level[50:100] = 0.0, 1.0
    assert np.isfinite(calibration_line(happened, level).slope)


def test_the_interval_of_the_slope_covers_the_truth_about_95_times_in_100() -> None:
    covered = 0
    for seed in range(120):
        happened, level = drawn(1_500, 1000 + seed)
        line = calibration_line(happened, level)
        found = family_bootstrap(
            np.arange(1_500),
            slope_terms(happened, level, line),
            lambda total, line=line: slope_from_sums(total, line),
            resamples=300,
            seed=seed,
        )
        covered += found.lower[1] <= 1 <= found.upper[1]
    assert 106 <= covered <= 119, covered


def test_the_curve_counts_every_row_once_and_keeps_equal_levels_together() -> None:
    happened, _ = drawn(1_000, 6)
    level = np.repeat([0.05, 0.05, 0.2, 0.4], 250)
    curve = calibration_curve(happened, level, bins=10)
    assert curve["count"].sum() == 1_000
    assert curve["events"].sum() == happened.sum()
    assert (curve["highest"].iloc[:-1].to_numpy() < curve["lowest"].iloc[1:].to_numpy()).all()


def test_right_levels_beat_any_constant_on_the_brier_score() -> None:
    happened, level = drawn(20_000, 7)
    assert brier(happened, level) < brier(happened, np.full(20_000, happened.mean()))


def test_error_grows_with_the_fault() -> None:
    happened, level = drawn(50_000, 8)
    errors = [expected_calibration_error(happened, np.clip(level + off, 0, 1)) for off in (0, 0.05, 0.1)]
    assert errors[0] < 0.01 < errors[1] < errors[2]
    assert expected_minus_observed(happened, np.clip(level + 0.1, 0, 1)) == pytest.approx(0.1, abs=0.01)


# --- families --------------------------------------------------------------------------------


@pytest.mark.parametrize("shared", [0.0, 0.8])
def test_the_interval_covers_the_truth_about_95_times_in_100(shared: float) -> None:
    covered = 0
    for seed in range(200):
        found = mean_of(*in_families(150, 3, shared, seed), seed=seed)
        covered += found.lower[0] <= 0.5 <= found.upper[0]
    assert 180 <= covered <= 198, covered


def test_treating_sisters_as_strangers_would_cover_too_seldom() -> None:
    covered = 0
    for seed in range(200):
        families, values = in_families(150, 3, 0.8, seed)
        found = mean_of(np.arange(len(families)), values, seed=seed)
        covered += found.lower[0] <= 0.5 <= found.upper[0]
    assert covered < 175, covered


def test_every_child_written_down_twice_does_not_narrow_the_interval() -> None:
    families, values = in_families(200, 2, 0.5, 9)
    once = mean_of(families, values)
    twice = mean_of(np.tile(families, 2), np.tile(values, 2))
    assert twice.lower == pytest.approx(once.lower)
    assert twice.upper == pytest.approx(once.upper)


def test_more_families_do_narrow_it() -> None:
    few, many = mean_of(*in_families(100, 2, 0.5, 1)), mean_of(*in_families(1600, 2, 0.5, 1))
    assert many.upper - many.lower == pytest.approx((few.upper - few.lower) / 4, rel=0.25)


def test_the_same_seed_gives_the_same_interval_and_another_does_not() -> None:
    data = in_families(100, 2, 0.5, 1)
    assert mean_of(*data, seed=1).lower == mean_of(*data, seed=1).lower
    assert mean_of(*data, seed=1).draws.tolist() != mean_of(*data, seed=2).draws.tolist()


def test_one_family_alone_has_no_spread_and_nothing_divides_by_nought() -> None:
    found = mean_of(np.array(["a", "a"]), np.array([1.0, 0.0]))
    assert found.lower == found.upper == 0.5


def test_a_statistic_that_most_resamples_cannot_give_has_no_interval() -> None:
    families = np.arange(50)
    rare = np.column_stack([(families == 3).astype(float), (families == 3).astype(float)])
    with np.errstate(invalid="ignore"):
        found = family_bootstrap(families, rare, lambda total: total[:, 0] / total[:, 1], 300)
    assert found.estimate[0] == 1 and np.isnan(found.lower[0])


def test_intervals_for_all_groups_at_once_cover_all_of_them_about_95_times_in_100() -> None:
    groups, at_once, one_by_one = 8, 0, 0
    for seed in range(150):
        random = np.random.default_rng(seed)
        group = random.integers(0, groups, 900)
        member = (group[:, None] == np.arange(groups)).astype(float)
        happened = (random.random(900) < 0.4).astype(float)
        sums = np.column_stack([member * happened[:, None], member])
        found = family_bootstrap(np.arange(900), sums, lambda t: t[:, :groups] / t[:, groups:], 300, seed)
        low, high = found.simultaneous()
        at_once += bool(((low <= 0.4) & (high >= 0.4)).all())
        one_by_one += bool(((found.lower <= 0.4) & (found.upper >= 0.4)).all())
    assert 133 <= at_once <= 150, at_once
    assert one_by_one < 120, one_by_one


def test_the_shape_that_is_wrong_is_named() -> None:
    with pytest.raises(WrongUsage, match=r"families has 3 rows and sums has shape \(2, 1\)"):
        family_bootstrap(["a", "b", "c"], [[1], [2]], lambda total: total[:, 0])


# --- average precision, paired ---------------------------------------------------------------


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=40))
@settings(max_examples=60, deadline=None)
def test_average_precision_with_ties_is_that_of_scikit_learn(rows: list[tuple[bool, int]]) -> None:
    happened, score = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if not happened.any():
        return
    flat = np.zeros((len(rows), 1))
    found = average_precision_differences(np.arange(len(rows)), happened, score, flat, resamples=200)
    expected = average_precision_score(happened, score) - happened.mean()
    assert found.estimate[0] == pytest.approx(expected, abs=1e-12)


def test_a_rival_that_ranks_the_same_differs_by_nought_in_every_resample() -> None:
    happened, level = drawn(500, 3)
    found = average_precision_differences(np.arange(500), happened, level, (level * 7)[:, None], 200)
    assert found.lower[0] == found.upper[0] == 0


def test_the_paired_interval_covers_no_difference_between_equally_good_scores() -> None:
    covered = 0
    for seed in range(100):
        happened, level = drawn(800, seed, spread=1.5, middle=-1.5)
        random = np.random.default_rng(5000 + seed)
        one, other = (log_odds(level) + random.normal(0, 1, 800) for _ in range(2))
        found = average_precision_differences(np.arange(800), happened, one, other[:, None], 200, seed)
        covered += found.lower[0] <= 0 <= found.upper[0]
    assert 88 <= covered <= 100, covered


# --- discrimination and capacity -------------------------------------------------------------


def test_a_score_that_knows_nothing_gets_a_half_and_the_base_rate() -> None:
    happened, _ = drawn(100_000, 4)
    score = np.random.default_rng(4).random(100_000)
    assert auc(happened, score) == pytest.approx(0.5, abs=0.01)
    assert average_precision(happened, score) == pytest.approx(happened.mean(), rel=0.1)
    assert lift(happened, score, 0.1) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("measure", [auc, average_precision, lift])
def test_without_cases_there_is_nothing_to_tell(measure) -> None:
    assert np.isnan(measure([0, 0, 0], [0.1, 0.2, 0.3]))


@given(st.lists(st.integers(0, 3), min_size=1, max_size=30), st.integers(0, 30), st.randoms())
@settings(max_examples=80, deadline=None)
def test_who_is_listed_does_not_depend_on_the_order_of_rows(scores: list[int], size: int, shuffler) -> None:
    names = [f"p{at:02}" for at in range(len(scores))]
    order = list(range(len(scores)))
    shuffler.shuffle(order)
    chosen = top(scores, size, names)
    again = top([scores[at] for at in order], size, [names[at] for at in order])
    assert chosen.sum() == min(size, len(scores))
    assert {names[at] for at in np.flatnonzero(chosen)} == {names[order[at]] for at in np.flatnonzero(again)}
    if 0 < chosen.sum() < len(scores):
        assert np.array(scores)[chosen].min() >= np.array(scores)[~chosen].max()


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), min_size=1, max_size=30), st.integers(0, 5))
@settings(max_examples=60, deadline=None)
def test_lists_within_zones_are_the_lists_of_each_zone(rows: list[tuple[int, int]], size: int) -> None:
    zone, score = (np.array(column) for column in zip(*rows, strict=True))
    names = np.array([f"p{at:02}" for at in range(len(rows))])
    whole = top_within(score, [size] * 3, zone, names)
    for each in range(3):
        assert whole[zone == each].tolist() == top(score[zone == each], size, names[zone == each]).tolist()


def test_precision_and_recall_share_their_finds() -> None:
    happened, level = drawn(5_000, 5)
    found = precision_at(happened, level, 200) * 200
    assert recall_at(happened, level, 200) * happened.sum() == pytest.approx(found)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_so_many_of_twenty_lies_within_its_own_ends(pair: tuple[int, int]) -> None:
    said = natural_frequency(*pair)
    assert 0 <= said.lower <= said.about <= said.upper <= 20


def test_a_list_that_found_nobody_is_not_said_to_find_nobody_ever() -> None:
    assert str(natural_frequency(0, 40)) == "about 0 of 20 (between 0 and 2)"
    assert str(natural_frequency(40, 40)) == "about 20 of 20 (between 18 and 20)"


def test_ends_that_are_whole_stay_whole() -> None:
    assert str(frequency_of(0.3, 0.15, 0.45)) == "about 6 of 20 (between 3 and 9)"


@pytest.mark.parametrize("pair", [(3, 2), (-1, 5), (0, 0)])
def test_impossible_counts_are_refused(pair: tuple[int, int]) -> None:
    with pytest.raises(WrongUsage, match="give 0 <= found <= listed"):
        natural_frequency(*pair)


# --- net benefit -----------------------------------------------------------------------------


def test_right_levels_are_worth_at_least_as_much_as_asking_everyone_or_nobody() -> None:
    happened, level = drawn(100_000, 10)
    curve = net_benefit_curve(happened, level, [0.05, 0.1, 0.2, 0.4])
    assert (curve["model"] > 0).all() and (curve["model"] > curve["everyone"]).all()


def test_a_list_of_false_alarms_costs() -> None:
    assert net_benefit([0, 0, 0, 1], [0.9, 0.9, 0.9, 0.1], 0.5) == -0.75


# --- wrong arrays ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("happened", "level", "said"),
    [
        ([1, np.nan], [0.1, 0.2], "leave censored rows out"),
        ([1, 2], [0.1, 0.2], "other than 0 and 1"),
        ([1, 0], [0.1, np.nan], "every row needs a score"),
        ([1, 0], [0.1, 1.2], "give probabilities, not raw scores"),
        ([1, 0, 1], [0.1, 0.2], "two flat arrays of one length"),
    ],
)
def test_wrong_arrays_are_refused_in_words(happened: list[float], level: list[float], said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        brier(happened, level)


# --- shares of few ---------------------------------------------------------------------------


def test_ten_children_who_were_all_missed_are_not_certain() -> None:
    """Resamples of ten equal outcomes do not vary; the interval must all the same hold a true share of 0.7."""
    size = effective_size(1.0, 0.0, 10)
    low, high = newcombe(1.0, size, 0.7, 2000, 3.3)
    assert low < 0 < high
    assert newcombe(1.0, effective_size(1.0, 0.0, 400), 0.7, 2000, 3.3)[0] > 0.2


def test_newcombe_covers_the_difference_of_two_small_shares_about_95_times_in_100() -> None:
    random = np.random.default_rng(3)
    first, second = random.binomial(12, 0.85, 4000) / 12, random.binomial(300, 0.7, 4000) / 300
    low, high = newcombe(first, 12, second, 300, 1.96)
    assert 0.93 <= ((low <= 0.15) & (high >= 0.15)).mean() <= 0.99
