"""The Brier score adds up from its parts, whatever the bins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.metrics import brier, brier_parts
from prevention_model.metrics.calibration import bins_of_equal_weight

ROWS = st.lists(st.tuples(st.booleans(), st.floats(0, 1), st.floats(0.1, 5)), min_size=1, max_size=40)


def together(parts) -> float:
    return (
        parts.reliability
        - parts.resolution
        + parts.uncertainty
        + parts.within_variance
        - parts.within_covariance
    )


@given(ROWS, st.one_of(st.none(), st.integers(1, 12)))
def test_the_parts_add_up_to_the_score(rows: list[tuple[bool, float, float]], bins: int | None) -> None:
    happened, level, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    parts = brier_parts(happened, level, bins, weight)
    assert parts.score == pytest.approx(brier(happened, level, weight), abs=1e-12)
    assert together(parts) == pytest.approx(parts.score, abs=1e-12)


def test_parts_worked_out_by_hand() -> None:
    # Ten at 0.1 with one case, ten at 0.6 with five: shares 0.1 and 0.5, 0.3 in all.
    happened = np.repeat([1, 0, 1, 0], [1, 9, 5, 5])
    level = np.repeat([0.1, 0.6], 10)
    parts = brier_parts(happened, level, bins=None)
    assert parts.reliability == pytest.approx((0 + 0.1**2) / 2)
    assert parts.resolution == pytest.approx(0.2**2)
    assert parts.uncertainty == pytest.approx(0.3 * 0.7)
    assert parts.score == pytest.approx(0.005 - 0.04 + 0.21)
    assert parts.skill == pytest.approx(1 - 0.175 / 0.21)
    assert parts.within_variance == pytest.approx(0) and parts.within_covariance == pytest.approx(0)


def test_one_bin_moves_what_it_cannot_see_into_the_parts_within() -> None:
    parts = brier_parts([1, 0], [0.9, 0.1], bins=1)
    assert (parts.reliability, parts.resolution, parts.uncertainty) == pytest.approx((0, 0, 0.25))
    # Variance 0.16; covariance 0.2, counted twice.
    assert (parts.within_variance, parts.within_covariance) == pytest.approx((0.16, 0.4))
    assert parts.score == pytest.approx(0.01)


def test_right_levels_are_reliable_and_their_resolution_is_their_spread() -> None:
    random = np.random.default_rng(1)
    level = random.choice([0.05, 0.2, 0.5], 60_000)
    parts = brier_parts((random.random(60_000) < level).astype(float), level, bins=None)
    assert parts.reliability < 1e-4
    assert parts.resolution == pytest.approx(level.var(), rel=0.05)


def test_levels_shifted_by_a_tenth_lose_a_hundredth_of_reliability() -> None:
    random = np.random.default_rng(2)
    level = random.choice([0.1, 0.3, 0.6], 60_000)
    happened = (random.random(60_000) < level).astype(float)
    right, wrong = brier_parts(happened, level, None), brier_parts(happened, level + 0.1, None)
    assert wrong.reliability == pytest.approx(0.01, abs=0.002)
    assert wrong.resolution == pytest.approx(right.resolution)


def test_the_skill_of_an_outcome_that_never_varies_is_not_defined() -> None:
    assert np.isnan(brier_parts([0, 0], [0.1, 0.2]).skill)


@given(ROWS, st.integers(1, 12))
def test_bins_follow_the_level_and_keep_equal_levels_together(
    rows: list[tuple[bool, float, float]], bins: int
) -> None:
    _, level, weight = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    place = bins_of_equal_weight(level, bins, weight)
    order = np.argsort(level, kind="stable")
    assert (np.diff(place[order]) >= 0).all()
    assert (np.diff(place[order])[np.diff(level[order]) == 0] == 0).all()
    assert np.unique(place).tolist() == list(range(place.max() + 1)) and place.max() < bins


@pytest.mark.parametrize("unit", [1.0, 0.1, 1 / 3])
def test_bins_of_different_levels_hold_equal_numbers(unit: float) -> None:
    level = np.random.default_rng(3).permutation(1_000) / 1_000
    place = bins_of_equal_weight(level, 10, np.full(1_000, unit))
    assert np.bincount(place).tolist() == [100] * 10
