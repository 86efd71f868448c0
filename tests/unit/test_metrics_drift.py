"""The population stability index: nothing where nothing moved, the published value where something did."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.metrics import shift_since, stability_index

VALUES = st.lists(st.one_of(st.floats(-5, 5), st.just(np.nan)), min_size=1, max_size=60)


def test_two_shares_give_the_value_of_the_formula() -> None:
    # Half and half against one in four: (.25 - .5) ln(.25 / .5) + (.75 - .5) ln(.75 / .5).
    before, after = [0] * 50 + [1] * 50, [0] * 25 + [1] * 75
    assert stability_index(before, after) == pytest.approx(0.25 * np.log(2) + 0.25 * np.log(1.5))


def test_what_is_missing_now_and_was_not_is_a_large_shift() -> None:
    there = np.arange(100.0)
    assert stability_index(there, np.full(100, np.nan)) > 5
    assert stability_index(there, np.where(np.arange(100) % 2, there, np.nan)) > 0.25


def test_a_usual_draw_of_the_same_is_no_shift() -> None:
    random = np.random.default_rng(1)
    assert stability_index(random.normal(size=4000), random.normal(size=4000)) < 0.02


def test_nobody_on_one_side_is_not_known() -> None:
    assert np.isnan(stability_index([], [1.0])) and np.isnan(stability_index([1.0], []))


@given(VALUES, VALUES)
def test_it_is_never_below_nothing_and_is_nothing_against_itself(
    before: list[float], after: list[float]
) -> None:
    assert stability_index(before, after) >= 0
    assert stability_index(before, list(reversed(before))) == 0


def test_a_source_that_has_been_received_for_longer_is_no_shift_and_one_that_ended_is() -> None:
    random = np.random.default_rng(5)
    values = random.poisson(2, 4000).astype(float)
    half = np.where(np.arange(4000) % 2, values, np.nan)
    assert shift_since(half, values) < 0.02
    assert shift_since(values, half) > 0.25
    assert shift_since(half, half) == 0


def test_children_who_differ_are_found_where_more_is_known_of_them() -> None:
    random = np.random.default_rng(6)
    before = np.where(np.arange(4000) % 2, random.poisson(1, 4000), np.nan)
    assert shift_since(before, random.poisson(3, 4000).astype(float)) > 0.25


def test_what_was_never_known_when_it_taught_has_shifted_once_it_is() -> None:
    assert shift_since(np.full(100, np.nan), np.zeros(100)) > 5
    assert np.isnan(shift_since([], [1.0])) and np.isnan(shift_since([1.0], []))
