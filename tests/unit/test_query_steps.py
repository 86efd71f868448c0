"""The compiled steps give what those in numpy give, and both what plain loops say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.query.steps import IN_NUMPY, Steps, fastest
from prevention_model.query.steps_numpy import NOTHING

SIZE = 9
STEPS = pytest.mark.parametrize("steps", [IN_NUMPY, fastest()], ids=["numpy", "compiled"])
ITEMS = st.lists(st.tuples(st.integers(0, SIZE), st.integers(0, SIZE), st.integers(-4, 4)), max_size=12)
"""Where each item enters, where it leaves (maybe before it entered), and its value."""


def arrays(items: list[tuple[int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    made = np.array(items, dtype=np.int64).reshape(-1, 3)
    return made[:, 0].astype(np.int32), made[:, 1].astype(np.int32), made[:, 2]


def in_sight(items: list[tuple[int, int, int]], row: int) -> list[int]:
    return [value for enter, leave, value in items if enter <= row < leave]


@STEPS
@settings(deadline=None)  # numba compiles when first asked
@given(ITEMS)
def test_windows(steps: Steps, items: list[tuple[int, int, int]]) -> None:
    enter, leave, value = arrays(items)
    seen = [in_sight(items, row) for row in range(SIZE)]
    assert steps.running_total(SIZE, enter, leave, None).tolist() == [len(values) for values in seen]
    assert steps.running_total(SIZE, enter, leave, value).tolist() == [sum(values) for values in seen]
    assert steps.largest(SIZE, enter, leave, value).tolist() == [
        max(values, default=NOTHING) for values in seen
    ]
    bits = np.left_shift(1, value + 4)
    wanted = [sum({1 << number + 4 for number in values}) for values in seen]
    assert steps.union(SIZE, enter, leave, bits).tolist() == wanted


@STEPS
@settings(deadline=None)  # numba compiles when first asked
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 2)), max_size=10))
def test_groups(steps: Steps, members: list[tuple[int, int]]) -> None:
    group = np.array([number for number, _ in members], dtype=np.int64)
    value = np.array([held for _, held in members], dtype=np.int64)
    others = [
        [held for place, (number, held) in enumerate(members) if number == group and place != own]
        for own, (group, _) in enumerate(members)
    ]
    # One of those who ask has no group, and so nobody else in it.
    asked, own = np.append(group, -1), np.append(np.arange(len(members)), -1)
    totals = steps.total_of_others(group, value, 4, asked, own)
    assert totals.tolist() == [*(sum(values) for values in others), 0]
    largest = steps.largest_of_others(group, value, 4, asked, own)
    assert largest.tolist() == [*(max(values, default=NOTHING) for values in others), NOTHING]


@STEPS
@settings(deadline=None)  # numba compiles when first asked
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 6)), max_size=10))
def test_nothing_leaves(steps: Steps, items: list[tuple[int, int, int]]) -> None:
    """Two people of four rows each; what enters after somebody's last row is the next one's first, and unseen."""
    person = np.repeat([0, 1], 4)
    enter = np.array([4 * who + at for at, who, _ in items], dtype=np.int32)
    leave = np.array([4 * who + 4 for _, who, _ in items], dtype=np.int32)
    value = np.array([value for _, _, value in items], dtype=np.int64)
    assert (
        steps.largest_so_far(person, enter, leave, value).tolist()
        == IN_NUMPY.largest(8, enter, leave, value).tolist()
    )
    bits = np.left_shift(1, value)
    assert (
        steps.union_so_far(person, enter, leave, bits).tolist()
        == IN_NUMPY.union(8, enter, leave, bits).tolist()
    )


@STEPS
@settings(deadline=None)  # numba compiles when first asked
@given(st.lists(st.integers(0, 3), max_size=10))
def test_order_keeps_what_stands_together(steps: Steps, people: list[int]) -> None:
    order = steps.order_of(np.array(people, dtype=np.int32), 4)
    assert order.tolist() == sorted(range(len(people)), key=lambda place: people[place])


@STEPS
def test_the_first_row_from_a_day_on(steps: Steps) -> None:
    """Two people: rows 0 and 1 at the first and third date, row 2 at the second."""
    grid = np.array([0, 1, 1, 2, 2, 2, 3, 3], dtype=np.int32)
    table = np.array([0, 0, 1, 2, 3], dtype=np.int32)  # for the days 10 to 14
    person, day = (
        np.array([0, 0, 0, 1, 1, 1], dtype=np.int32),
        np.array([9, 12, 14, 11, 13, 99], dtype=np.int32),
    )
    assert steps.first_rows(person, day, table, 10, grid, 4).tolist() == [0, 1, 2, 2, 3, 3]
