"""The steps of the fast engine, in numpy alone: what `compiled.py` does, where there is no compiler."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.integer]
Places = NDArray[np.int32]
Bools = NDArray[np.bool_]

NOTHING = np.iinfo(np.int64).min
"""No value in a window."""


def first_rows(person: Ints, day: Ints, table: Places, low: int, grid: Places, width: int) -> Places:
    """Each person's first row whose index date stands at `table[day - low]` or later; the end when there is none.

    `grid` holds that row for each person and place, `width` places a person. Days outside the table take its ends.
    """
    return grid[person.astype(np.int64) * width + table[np.clip(day - low, 0, len(table) - 1)]]


def order_of(person: Ints, people: int) -> Ints:
    """The rows in order of person, those of one person in the order they stand in. Codes are below `people`."""
    return np.argsort(person, kind="stable")


def running_total(size: int, enter: Places, leave: Places, amount: Ints | Bools | None) -> Ints:
    """For each row the total of what has entered and not left: of `amount`, or of ones. True counts as one."""
    seen = leave > enter
    enter, leave = enter[seen], leave[seen]
    if amount is None:
        steps = np.bincount(enter, minlength=size + 1) - np.bincount(leave, minlength=size + 1)
        return np.cumsum(steps[:size], dtype=np.int64)
    steps = np.zeros(size + 1, dtype=np.int64)
    np.add.at(steps, enter, amount[seen])
    np.subtract.at(steps, leave, amount[seen])
    return np.cumsum(steps[:size])


def largest(size: int, enter: Places, leave: Places, value: Ints) -> Ints:
    """For each row the largest of the values that have entered and not left; NOTHING where there is none."""
    return _over_windows(size, enter, leave, value, NOTHING, np.maximum)


def union(size: int, enter: Places, leave: Places, bits: Ints) -> Ints:
    """For each row the bits of all that have entered and not left."""
    return _over_windows(size, enter, leave, bits, 0, np.bitwise_or)


def largest_so_far(person: Ints, enter: Places, leave: Places, value: Ints) -> Ints:
    """For each row, of a person, the largest of the values that have entered; they leave after the person's last."""
    return largest(len(person), enter, leave, value)


def union_so_far(person: Ints, enter: Places, leave: Places, bits: Ints) -> Ints:
    """For each row, of a person, the bits of all that have entered; they leave after the person's last."""
    return union(len(person), enter, leave, bits)


def total_of_others(group: Ints, amount: Ints, groups: int, asked: Ints, own: Ints) -> Ints:
    """The total of the group `asked` about less the amount at `own`; 0 where `asked` is -1. Groups number from 0."""
    totals = np.zeros(groups + 1, dtype=np.int64)
    np.add.at(totals, group, amount)
    return np.where(asked >= 0, totals[asked] - np.append(amount, 0)[own], 0)


def largest_of_others(group: Ints, key: Ints, groups: int, asked: Ints, own: Ints) -> Ints:
    """The largest key of the group `asked` about, that at `own` left out; NOTHING for none, or where it is -1."""
    best = np.full(groups + 1, NOTHING)
    np.maximum.at(best, group, key)
    is_best = key == best[group]
    times = np.bincount(group[is_best], minlength=groups + 1)
    second = np.full(groups + 1, NOTHING)
    np.maximum.at(second, group[~is_best], key[~is_best])
    second = np.where(times > 1, best, second)
    others = np.where(np.append(key, NOTHING)[own] == best[asked], second[asked], best[asked])
    return np.where(asked >= 0, others, NOTHING)


def _over_windows(size: int, enter: Places, leave: Places, value: Ints, nothing: int, join: np.ufunc) -> Ints:
    """A window of n rows is two of 2^k rows that overlap, k as large as fits; those of 2^k are joined into those
    of 2^(k-1), and so on down to the rows themselves. Exact for a `join` to which saying a thing twice is nothing."""
    length = (leave - enter).astype(np.int64)
    level = np.where(length > 0, np.frexp(length.astype(np.float64))[1] - 1, -1)
    made = np.full(size, nothing, dtype=np.int64)
    for k in range(int(level.max(initial=-1)), -1, -1):
        step = 1 << k
        if k < level.max():
            lower = made.copy()
            join(lower[step:], made[:-step], out=lower[step:])
            made = lower
        here = np.flatnonzero(level == k)
        join.at(made, enter[here], value[here])
        join.at(made, leave[here] - step, value[here])
    return made
