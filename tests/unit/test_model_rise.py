"""Rise: a bad month that falls back by itself is not a falling need, and the stated credibility holds."""

import numpy as np
import pytest
from scipy.special import expit, logit

from prevention_model.model import rise_of
from prevention_model.model.rise import Expectation

CHILDREN = 6000


def levels(seed: int, noise: float = 0.5, shift: float | np.ndarray = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Levels of children at two dates: the same steady need, with a good or bad month around it."""
    draw = np.random.default_rng(seed)
    need = draw.normal(-2.5, 0.8, CHILDREN)
    before, now = (need + draw.normal(0, noise, CHILDREN) for _ in range(2))
    return expit(before), expit(now + shift)


def refits_around(
    before: np.ndarray, now: np.ndarray, noise: float, seed: int = 9, number: int = 30
) -> tuple:
    draw = np.random.default_rng(seed)
    return tuple(expit(logit(level) + draw.normal(0, noise, (number, CHILDREN))) for level in (before, now))


def test_the_expectation_is_the_regression_to_the_mean_that_was_planted() -> None:
    learnt = Expectation.learn(*levels(1))
    slope = 0.8**2 / (0.8**2 + 0.5**2)
    assert learnt.slope == pytest.approx(slope, abs=0.03)
    assert learnt.intercept == pytest.approx(-2.5 * (1 - slope), abs=0.1)


def test_children_after_a_bad_month_are_not_called_falling_when_nothing_changed() -> None:
    before, now = levels(2)
    bad_month = before >= np.quantile(before, 0.9)
    raw = rise_of(before, now, *refits_around(before, now, 0.5), Expectation(0.0, 1.0), 0.8)
    expected = rise_of(before, now, *refits_around(before, now, 0.5), Expectation.learn(*levels(1)), 0.8)
    # Taken raw, the change calls them falling several times as often as the credibility of 0.8 admits.
    assert (raw.direction[bad_month] == "falling").mean() > 0.4
    for called in ("falling", "rising"):
        assert (expected.direction[bad_month] == called).mean() == pytest.approx(0.2, abs=0.05)
    good_month = before <= np.quantile(before, 0.1)
    assert (raw.direction[good_month] == "rising").mean() > 0.4
    assert (expected.direction[good_month] == "rising").mean() == pytest.approx(0.2, abs=0.05)


@pytest.mark.parametrize("credible", [0.6, 0.8, 0.95])
def test_when_nothing_changed_no_more_are_called_than_the_credibility_admits(credible: float) -> None:
    before, now = levels(3)
    rise = rise_of(before, now, *refits_around(before, now, 0.5), Expectation.learn(*levels(1)), credible)
    for called in ("rising", "falling"):
        assert (rise.direction == called).mean() == pytest.approx(1 - credible, abs=0.03)


def test_a_planted_rise_is_found_in_its_size() -> None:
    risen = np.arange(CHILDREN) % 2 == 0
    before, now = levels(4, noise=0.2, shift=np.where(risen, 1.0, 0.0))
    rise = rise_of(
        before, now, *refits_around(before, now, 0.2), Expectation.learn(*levels(5, noise=0.2)), 0.8
    )
    assert rise.rise[risen].mean() == pytest.approx(1.0, abs=0.03)
    assert rise.rise[~risen].mean() == pytest.approx(0.0, abs=0.03)
    assert (rise.direction[risen] == "rising").mean() > 0.95
    assert (rise.direction[risen] == "falling").mean() < 0.001


def test_a_model_that_is_unsure_calls_nobody_rising() -> None:
    before, now = np.array([0.10, 0.10]), np.array([0.12, 0.30])
    unsure = (
        np.array([[0.02, 0.02], [0.4, 0.4], [0.1, 0.1]]),
        np.array([[0.3, 0.3], [0.05, 0.1], [0.2, 0.5]]),
    )
    sure = (np.array([[0.10, 0.10]] * 2), np.array([[0.1199, 0.299], [0.1201, 0.301]]))
    plain = Expectation(0.0, 1.0)
    assert rise_of(before, now, *unsure, plain, 0.8).direction.tolist() == ["steady", "steady"]
    assert rise_of(before, now, *sure, plain, 0.8).direction.tolist() == ["rising", "rising"]


def test_without_an_earlier_level_nothing_is_claimed() -> None:
    before, now = np.array([np.nan, 0.1]), np.array([0.9, 0.1])
    refit_before, refit_now = np.array([before, before]), np.array([now, now])
    rise = rise_of(before, now, refit_before, refit_now, Expectation(0.0, 1.0), 0.8)
    assert rise.direction.tolist() == ["not known", "steady"]
    assert np.isnan(rise.rise[0]) and np.isnan(rise.credibility[0])
    assert rise.credibility[1] == 0.5


def test_identical_refits_and_levels_at_the_ends_stay_finite() -> None:
    before, now = np.array([0.0, 1.0, 0.5]), np.array([1.0, 0.0, 0.5])
    rise = rise_of(before, now, np.array([before] * 2), np.array([now] * 2), Expectation(0.0, 1.0), 0.8)
    assert np.isfinite(rise.rise).all()
    assert rise.direction.tolist() == ["rising", "falling", "steady"]


@pytest.mark.parametrize(
    ("before", "now"),
    [([], []), ([0.1], [0.2]), ([np.nan, 0.1, 0.3], [0.2, 0.1, np.nan]), ([0.1, 0.1, 0.1], [0.1, 0.2, 0.3])],
)
def test_too_little_to_learn_from_leaves_the_plain_difference(before: list, now: list) -> None:
    assert Expectation.learn(np.array(before, dtype=float), np.array(now, dtype=float)) == Expectation(
        0.0, 1.0
    )
