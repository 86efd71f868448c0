"""Weights mean the same in every measure, agree with scikit-learn, and pass through the family bootstrap."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from prevention_model.errors import WrongUsage
from prevention_model.metrics import (
    auc,
    average_precision,
    average_precision_differences,
    brier,
    brier_parts,
    calibration_curve,
    calibration_error_by_chance,
    calibration_line,
    expected_calibration_error,
    expected_minus_observed,
    family_bootstrap,
    family_bootstrap_by_weights,
    found_at,
    hazard_log_likelihood,
    lift,
    log_odds,
    net_benefit,
    net_benefit_curve,
    precision_at,
    ranking_bootstrap,
    ranking_precision,
    recall_at,
)
from prevention_model.metrics.calibration import slope_from_sums, slope_terms

# Every measure of an outcome, a level and weights that is one number.
MEASURES = {
    "auc": auc,
    "average_precision": average_precision,
    "brier": brier,
    "reliability": lambda y, p, weights=None: brier_parts(y, p, 3, weights).reliability,
    "resolution": lambda y, p, weights=None: brier_parts(y, p, 3, weights).resolution,
    "expected_calibration_error": lambda y, p, weights=None: expected_calibration_error(y, p, 3, weights),
    "expected_minus_observed": expected_minus_observed,
    "observed_in_the_first_bin": lambda y, p, weights=None: calibration_curve(y, p, 3, weights)["observed"][
        0
    ],
    "slope": lambda y, p, weights=None: calibration_line(y, p, weights).slope,
    "in_the_large": lambda y, p, weights=None: calibration_line(y, p, weights).in_the_large,
    "net_benefit": lambda y, p, weights=None: net_benefit(y, p, 0.3, weights),
    "worth_of_everyone": lambda y, p, weights=None: net_benefit_curve(y, p, [0.3], weights)["everyone"][0],
    "mean_log_likelihood": lambda y, p, weights=None: hazard_log_likelihood(y, p, weights).mean,
}
ROWS = st.lists(
    st.tuples(st.booleans(), st.integers(1, 9), st.integers(0, 3)), min_size=2, max_size=25
).filter(lambda rows: len({happened for happened, _, weight in rows if weight}) == 2)


def columns(rows: list[tuple[bool, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    happened, level, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    return happened, level / 10, weight


def weighed(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcomes from levels that are exactly right, and weights that have nothing to do with either."""
    random = np.random.default_rng(seed)
    level = 1 / (1 + np.exp(-random.normal(-2, 1.2, n)))
    return (random.random(n) < level).astype(float), level, random.integers(0, 4, n) * 0.7


same = pytest.approx


@pytest.mark.parametrize("name", MEASURES)
@given(rows=ROWS)
def test_a_row_of_weight_three_is_three_rows(name: str, rows: list[tuple[bool, int, int]]) -> None:
    happened, level, weight = columns(rows)
    times = weight.astype(int)
    found = MEASURES[name](happened, level, weights=weight)
    again = MEASURES[name](np.repeat(happened, times), np.repeat(level, times))
    assert found == same(again, abs=1e-9, rel=1e-5, nan_ok=True)


@pytest.mark.parametrize("name", MEASURES)
@given(rows=ROWS, unit=st.sampled_from([2.0, 0.1, 3.7]))
def test_the_unit_of_weights_changes_nothing(
    name: str, rows: list[tuple[bool, int, int]], unit: float
) -> None:
    happened, level, weight = columns(rows)
    found = MEASURES[name](happened, level, weights=weight)
    assert MEASURES[name](happened, level, weights=weight * unit) == same(
        found, abs=1e-9, rel=1e-5, nan_ok=True
    )


@pytest.mark.parametrize("name", MEASURES)
@given(rows=ROWS, shuffler=st.randoms())
def test_the_order_of_rows_changes_nothing(name: str, rows: list[tuple[bool, int, int]], shuffler) -> None:
    happened, level, weight = columns(rows)
    order = list(range(len(rows)))
    shuffler.shuffle(order)
    found = MEASURES[name](happened[order], level[order], weights=weight[order])
    assert found == same(MEASURES[name](happened, level, weights=weight), abs=1e-9, rel=1e-5, nan_ok=True)


@pytest.mark.parametrize("name", MEASURES)
def test_a_censored_row_of_weight_nought_is_as_if_it_were_not_there(name: str) -> None:
    happened, level, weight = weighed(200, 1)
    censored = np.where(weight > 0, happened, np.nan)
    kept = weight > 0
    found = MEASURES[name](censored, level, weights=weight)
    assert found == same(MEASURES[name](happened[kept], level[kept], weights=weight[kept]))


@given(rows=ROWS)
def test_a_rising_transform_leaves_the_ranking_measures(rows: list[tuple[bool, int, int]]) -> None:
    happened, level, weight = columns(rows)
    raised = np.exp(3 * level) - 100
    assert auc(happened, raised, weight) == same(auc(happened, level, weight))
    assert average_precision(happened, raised, weight) == same(average_precision(happened, level, weight))
    assert lift(happened, raised, 0.3, weight) == same(lift(happened, level, 0.3, weight))
    assert auc(happened, -level, weight) == same(1 - auc(happened, level, weight))


@given(rows=ROWS)
def test_weighted_measures_are_those_of_scikit_learn(rows: list[tuple[bool, int, int]]) -> None:
    happened, level, weight = columns(rows)
    assert auc(happened, level, weight) == same(roc_auc_score(happened, level, sample_weight=weight))
    assert average_precision(happened, level, weight) == same(
        average_precision_score(happened, level, sample_weight=weight)
    )
    assert brier(happened, level, weight) == same(brier_score_loss(happened, level, sample_weight=weight))
    assert -hazard_log_likelihood(happened, level, weight).mean == same(
        log_loss(happened, level, sample_weight=weight, labels=[0, 1])
    )


def test_the_weighted_line_is_that_of_a_weighted_logistic_regression() -> None:
    happened, level, weight = weighed(4_000, 2)
    other = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000)
    other.fit(log_odds(level)[:, None], happened, sample_weight=weight)
    line = calibration_line(happened, level, weight)
    assert line.slope == same(other.coef_[0, 0], rel=1e-4)
    assert line.intercept == same(other.intercept_[0], rel=1e-3, abs=1e-4)


# --- average precision with its base rate ----------------------------------------------------


def test_average_precision_comes_with_base_rate_and_lift() -> None:
    happened, level, weight = weighed(3_000, 3)
    found = ranking_precision(happened, level, 0.1, weight)
    assert found.average == average_precision(happened, level, weight)
    assert found.base_rate == same(np.average(happened, weights=weight))
    assert found.lift == lift(happened, level, 0.1, weight)
    assert found.times_base_rate == same(found.average / found.base_rate)


def test_a_score_that_knows_nothing_is_about_once_the_base_rate() -> None:
    happened, _, weight = weighed(50_000, 4)
    found = ranking_precision(happened, np.random.default_rng(44).random(50_000), 0.1, weight)
    assert found.times_base_rate == same(1, abs=0.05) and found.lift == same(1, abs=0.1)


# --- calibration error -----------------------------------------------------------------------


@pytest.mark.parametrize(("n", "heavy"), [(400, False), (6_000, False), (6_000, True)])
def test_the_calibration_error_of_right_levels_is_what_chance_makes_it(n: int, heavy: bool) -> None:
    random = np.random.default_rng(5)
    level = random.uniform(0.05, 0.6, n)
    weight = random.choice([1.0, 6.0], n) if heavy else None
    errors = [
        expected_calibration_error((random.random(n) < level).astype(float), level, 10, weight)
        for _ in range(200)
    ]
    assert calibration_error_by_chance(level, 10, weight) == same(np.mean(errors), rel=0.05)


# --- capacity --------------------------------------------------------------------------------


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=30),
    st.tuples(*[st.integers(0, 5)] * 3),
)
def test_what_zones_find_is_what_each_finds_alone(
    rows: list[tuple[bool, int, int]], sizes: tuple[int, int, int]
) -> None:
    happened, score, zone = (np.array(column) for column in zip(*rows, strict=True))
    names = np.array([f"p{at:02}" for at in range(len(rows))])
    lists = found_at(happened, score, sizes, zone, names)
    for each, size in enumerate(sizes):
        alone = (happened[zone == each], score[zone == each], size, names[zone == each])
        assert lists.precision[each] == same(precision_at(*alone), nan_ok=True)
        assert lists.recall[each] == same(recall_at(*alone), nan_ok=True)
    county = lists.together()
    assert county.rows[0] == len(rows) and county.cases[0] == happened.sum()
    assert county.listed[0] == sum(min(size, (zone == each).sum()) for each, size in enumerate(sizes))


def test_a_censored_child_takes_a_place_on_the_list_and_counts_for_nothing() -> None:
    lists = found_at([np.nan, 1, 0, 1], [4, 3, 2, 1], sizes=[2], weights=[0, 2, 1, 1])
    assert (lists.listed[0], lists.found[0], lists.cases[0], lists.rows[0]) == (2, 2, 3, 4)


@pytest.mark.parametrize(
    ("sizes", "within", "said"),
    [
        ([1], [0, 1, 0], "whole numbers below 1"),
        ([1, 1], [0, 1], "whole numbers below 2"),
        ([1, 1], [0, 0.5, 1], "whole numbers below 2"),
        ([-1], None, "size is -1; a list has no rows or more"),
    ],
)
def test_zones_and_sizes_that_do_not_fit_are_refused(sizes, within, said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        found_at([1, 0, 1], [3, 2, 1], sizes, within)


# --- the family bootstrap --------------------------------------------------------------------


def test_a_mean_resampled_by_weights_is_the_mean_resampled_by_sums() -> None:
    happened, level, _ = weighed(300, 6)
    families = np.arange(300) // 2
    sums = np.column_stack([(level - happened) ** 2, np.ones(300)])
    by_sums = family_bootstrap(families, sums, lambda total: total[:, 0] / total[:, 1], 200)
    by_weights = family_bootstrap_by_weights(families, lambda w: brier(happened, level, w), 200)
    assert by_weights.estimate == same(by_sums.estimate)
    assert by_weights.draws == same(by_sums.draws)


@given(rows=ROWS)
def test_ranking_measures_sorted_once_are_those_sorted_each_time(rows: list[tuple[bool, int, int]]) -> None:
    happened, level, weight = columns(rows)
    families = np.arange(len(rows)) // 2

    def both(drawn: np.ndarray) -> list[float]:
        given_now = drawn * weight
        if not given_now.any():
            return [np.nan, np.nan]
        return [auc(happened, level, given_now), average_precision(happened, level, given_now)]

    quick = ranking_bootstrap(families, happened, level, 10, weights=weight)
    slow = family_bootstrap_by_weights(families, both, 10)
    assert quick.estimate == same(slow.estimate)
    assert quick.draws == same(slow.draws, nan_ok=True)


def test_the_interval_of_the_area_covers_the_truth_about_95_times_in_100() -> None:
    # Two normal curves one standard deviation apart: the area is Phi(1 / sqrt 2).
    covered = 0
    for seed in range(120):
        random = np.random.default_rng(seed)
        happened = np.repeat([0.0, 1.0], [300, 100])
        found = ranking_bootstrap(np.arange(400), happened, random.normal(happened, 1), 200, seed)
        covered += found.lower[0] <= 0.7602 <= found.upper[0]
    assert 107 <= covered <= 119, covered


def test_rivals_are_compared_with_weights() -> None:
    happened, level, weight = weighed(400, 7)
    found = average_precision_differences(
        np.arange(400), np.where(weight > 0, happened, np.nan), level, -level[:, None], 20, weights=weight
    )
    expected = average_precision(happened, level, weight) - average_precision(happened, -level, weight)
    assert found.estimate[0] == same(expected)


def test_terms_of_a_weighted_slope_leave_it_where_it_was_fitted() -> None:
    happened, level, weight = weighed(500, 8)
    line = calibration_line(happened, level, weight)
    censored = np.where(weight > 0, happened, np.nan)
    terms = slope_terms(censored, level, line, weight).sum(axis=0, keepdims=True)
    assert slope_from_sums(terms, line)[0] == same([line.intercept, line.slope], abs=1e-7)


def test_a_slope_that_could_rise_for_ever_is_not_a_number() -> None:
    line = calibration_line([0, 0, 0, 1], [0.1, 0.1, 0.2, 0.2], [2, 2, 1, 3])
    assert np.isnan(line.slope) and np.isfinite(line.in_the_large)


# --- wrong arrays ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1.0], r"weights has shape \(1,\); give one weight for each of 2 rows"),
        ([1.0, -1.0], "give 0 or more"),
        ([1.0, np.nan], "give 0 or more"),
        ([np.inf, 1.0], "give 0 or more"),
        ([0.0, 0.0], "no row is left to measure"),
    ],
)
def test_wrong_weights_are_refused_in_words(name: str, weights: list[float], said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        MEASURES[name]([1, 0], [0.8, 0.2], weights=weights)


@pytest.mark.parametrize(
    "measure",
    [brier, brier_parts, expected_calibration_error, expected_minus_observed, MEASURES["net_benefit"]],
)
def test_no_rows_are_refused(measure) -> None:
    with pytest.raises(WrongUsage, match="there are no rows; give at least one"):
        measure([], [])


@pytest.mark.parametrize("outcome", [[0, 0], [1, 1]])
def test_a_ranking_of_one_class_is_refused(outcome: list[int]) -> None:
    with pytest.raises(WrongUsage, match="one class only"):
        ranking_precision(outcome, [0.2, 0.4])
