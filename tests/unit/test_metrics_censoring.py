"""Follow-up that is cut: the weighted measures find what would have been seen without the cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.metrics import (
    at_horizon,
    auc,
    average_precision,
    brier,
    calibration_line,
    censoring_curve,
    expected_minus_observed,
    kaplan_meier,
    kish_size,
)

HORIZON = 12.0


def cut(n: int, seed: int, by_group: bool) -> dict[str, np.ndarray]:
    """Times until it happens, at levels that are right at the horizon, and the times of leaving.

    Group 1 has the outcome more often. With `by_group` it also leaves far sooner, as those do who come of age.
    """
    random = np.random.default_rng(seed)
    group = random.integers(0, 2, n)
    rate = np.exp(random.normal(-4, 1, n) + 1.2 * group)
    event = random.exponential(1 / rate)
    leaving = random.exponential(np.where(group == 1, 9, 60) if by_group else np.full(n, 15.0))
    return {
        "time": np.minimum(event, leaving),
        "ended": (event <= leaving).astype(float),
        "outcome": (event < HORIZON).astype(float),
        "level": 1 - np.exp(-rate * HORIZON),
        "group": group,
    }


MEASURES = {
    "brier": brier,
    "auc": auc,
    "average_precision": average_precision,
    "expected_minus_observed": expected_minus_observed,
    "in_the_large": lambda y, p, weights=None: calibration_line(y, p, weights).in_the_large,
    "slope": lambda y, p, weights=None: calibration_line(y, p, weights).slope,
}
# Leaving rows out keeps the cases and loses the rest, at every level alike if leaving has nothing to do with the
# level: the ranking and the slope then hardly show it.
SHOWS = {
    False: {"brier", "average_precision", "expected_minus_observed", "in_the_large"},
    True: {"brier", "average_precision", "expected_minus_observed", "in_the_large"},
}


@pytest.mark.parametrize("by_group", [False, True], ids=["leaving by chance", "leaving by group"])
def test_weighted_measures_find_what_nobody_leaving_would_have_shown(by_group: bool) -> None:
    off: dict[str, list[tuple[float, float]]] = {name: [] for name in MEASURES}
    for seed in range(30):
        data = cut(4_000, seed, by_group)
        seen = at_horizon(data["time"], data["ended"], HORIZON, data["group"] if by_group else None)
        known = seen.weights > 0
        for name, measure in MEASURES.items():
            whole = measure(data["outcome"], data["level"])
            weighed = measure(seen.outcome, data["level"], weights=seen.weights)
            naive = measure(seen.outcome[known], data["level"][known])
            off[name].append((weighed - whole, naive - whole))
    for name, pairs in off.items():
        errors = np.array(pairs)
        distance = errors.mean(axis=0) / (errors.std(axis=0, ddof=1) / np.sqrt(len(errors)))
        assert abs(distance[0]) < 3.3, (name, distance)
        if name in SHOWS[by_group]:
            assert abs(distance[1]) > 10, (name, distance)


def test_one_curve_for_all_is_not_enough_where_a_group_leaves_sooner() -> None:
    data = cut(40_000, 1, by_group=True)
    by_group = at_horizon(data["time"], data["ended"], HORIZON, data["group"])
    for_all = at_horizon(data["time"], data["ended"], HORIZON)
    truth = data["outcome"].mean()
    shares = [np.average(np.nan_to_num(each.outcome), weights=each.weights) for each in (by_group, for_all)]
    assert shares[0] == pytest.approx(truth, abs=0.006)
    assert abs(shares[1] - truth) > 0.015


@given(
    st.lists(st.tuples(st.integers(0, 8), st.booleans(), st.integers(1, 3)), min_size=1, max_size=30),
    st.integers(1, 8),
)
def test_the_weighted_share_of_cases_is_that_of_kaplan_and_meier(
    rows: list[tuple[int, bool, int]], horizon: int
) -> None:
    """An identity (Satten and Datta 2001), ties and sample weights included."""
    time, ended, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    if not (time >= horizon).any():
        return
    seen = at_horizon(time, ended, horizon, weights=weight, truncate_at=1e9)
    left = kaplan_meier(time, ended, weight).before(horizon)
    assert np.sum(seen.weights[seen.outcome == 1]) / weight.sum() == pytest.approx(1 - left)
    assert seen.weights.sum() == pytest.approx(weight.sum())


@given(
    st.lists(st.tuples(st.integers(0, 8), st.booleans(), st.integers(1, 3)), min_size=1, max_size=30),
    st.randoms(),
)
def test_curves_depend_neither_on_order_nor_on_the_unit_of_weights(
    rows: list[tuple[int, bool, int]], shuffler
) -> None:
    time, ended, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    order = list(range(len(rows)))
    shuffler.shuffle(order)
    for curve in (kaplan_meier, censoring_curve):
        once = curve(time, ended, weight)
        again = curve(time[order], ended[order], 2.3 * weight[order])
        repeated = curve(np.repeat(time, weight.astype(int)), np.repeat(ended, weight.astype(int)))
        assert once.times.tolist() == again.times.tolist() == repeated.times.tolist()
        assert once.left == pytest.approx(again.left) and once.left == pytest.approx(repeated.left)


def test_curves_worked_out_by_hand_with_ties() -> None:
    # Two events and one leaving at 6, then leaving at 9, an event at 10 with a leaving, and one watched to 12.
    time, ended = [6, 6, 6, 9, 10, 10, 12], [1, 1, 0, 0, 1, 0, 0]
    curve = kaplan_meier(time, ended)
    assert curve.times.tolist() == [6, 10]
    # At 6 all 7 are watched, the one who leaves then among them; at 10 three are.
    assert curve.left == pytest.approx([5 / 7, 5 / 7 * 2 / 3])
    leaving = censoring_curve(time, ended)
    assert leaving.times.tolist() == [6, 9, 10, 12]
    # The two events at 6 come first, so 5 could leave; at 10 the event comes first, so 2 could.
    assert leaving.left == pytest.approx([4 / 5, 4 / 5 * 3 / 4, 4 / 5 * 3 / 4 / 2, 0])


def test_weights_worked_out_by_hand() -> None:
    seen = at_horizon([6, 6, 6, 9, 10, 10, 12], [1, 1, 0, 0, 1, 0, 0], horizon=11)
    assert seen.outcome == pytest.approx([1, 1, np.nan, np.nan, 1, np.nan, 0], nan_ok=True)
    assert seen.weights == pytest.approx([1, 1, 0, 0, 5 / 3, 0, 10 / 3])
    assert seen.heaviest == pytest.approx(10 / 3) and seen.truncated == 0


def test_an_outcome_on_the_day_of_the_horizon_is_past_it() -> None:
    seen = at_horizon([364, 365, 365, 400], [1, 1, 0, 1], horizon=365)
    assert seen.outcome.tolist() == [1, 0, 0, 0] and seen.weights.tolist() == [1, 1, 1, 1]


def test_without_censoring_every_row_stands_for_itself() -> None:
    seen = at_horizon([1, 5, 20], [1, 1, 0], horizon=10, weights=[1, 2, 3])
    assert seen.weights.tolist() == [1, 2, 3] and seen.effective_size == kish_size([1, 2, 3])


def test_a_row_of_sample_weight_nought_takes_no_part() -> None:
    with_it = at_horizon([1, 2, 5, 9], [0, 1, 0, 0], horizon=6, weights=[0, 1, 1, 1])
    without = at_horizon([2, 5, 9], [1, 0, 0], horizon=6)
    assert with_it.weights.tolist() == [0, *without.weights.tolist()]
    assert with_it.heaviest == without.heaviest


def late_and_few() -> tuple[np.ndarray, np.ndarray]:
    """A hundred rows, of which ninety-eight leave early and two are watched to the end."""
    return np.repeat([1.0, 10.0], [98, 2]), np.zeros(100)


def test_weights_that_explode_are_refused() -> None:
    with pytest.raises(WrongUsage) as refused:
        at_horizon(*late_and_few(), horizon=10)
    assert str(refused.value) == (
        "2 rows would stand for more than 20 each, up to 50. What to do: Take a shorter horizon or wider groups, "
        "or cut the weights with truncate_at and say so."
    )


def test_weights_that_are_cut_say_so() -> None:
    seen = at_horizon(*late_and_few(), horizon=10, truncate_at=10)
    assert (seen.truncated, seen.heaviest, seen.weights.max()) == (2, pytest.approx(50), 10)
    assert str(seen) == (
        "2 of 100 rows known, worth 2 of equal weight; the heaviest stands for 50.0; "
        "2 weights were cut, so some bias is left"
    )


def test_a_group_that_nobody_outlasts_is_refused() -> None:
    with pytest.raises(
        WrongUsage, match="All of a group of 2 rows had left or had the outcome before the horizon"
    ):
        at_horizon([2, 3, 12, 12], [1, 0, 0, 0], horizon=10, within=["a", "a", "b", "b"])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"time": [1, 2, 3]}, "two flat arrays of one length"),
        ({"time": [1, -2]}, "count from the start of follow-up"),
        ({"time": [1, np.nan]}, "count from the start of follow-up"),
        ({"happened": [1, np.nan]}, "give 0 for a row that was censored"),
        ({"horizon": 0}, "horizon is 0"),
        ({"truncate_at": 0.5}, "truncate_at 0.5"),
        ({"within": ["a"]}, "give one label for each of 2 rows"),
        ({"weights": [1, -1]}, "give 0 or more"),
    ],
)
def test_follow_up_that_cannot_be_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        at_horizon(**({"time": [1, 5], "happened": [1, 0], "horizon": 4} | changes))
