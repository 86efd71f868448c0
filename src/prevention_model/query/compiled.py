"""The steps of the fast engine as machine code, kept on disk by numba: the same answers as `steps_numpy.py`.

They let go of the interpreter's lock, so that several questions are answered at a time.
"""

import numba
import numpy as np

from prevention_model.query.steps_numpy import NOTHING, Bools, Ints, Places

_READY = numba.njit(cache=True, nogil=True)


@_READY
def first_rows(person: Ints, day: Ints, table: Places, low: int, grid: Places, width: int) -> Places:
    """As `steps_numpy.first_rows`."""
    rows = np.empty(len(day), dtype=np.int32)
    last = len(table) - 1
    for i in range(len(day)):
        rows[i] = grid[person[i] * width + table[min(max(day[i] - low, 0), last)]]
    return rows


@_READY
def order_of(person: Ints, people: int) -> Ints:
    """As `steps_numpy.order_of`, by counting: two passes over the rows, whatever their order."""
    place = np.zeros(people + 1, dtype=np.int64)
    for who in person:
        place[who + 1] += 1
    for who in range(people):
        place[who + 1] += place[who]
    order = np.empty(len(person), dtype=np.int64)
    for i in range(len(person)):
        order[place[person[i]]] = i
        place[person[i]] += 1
    return order


@_READY
def count(size: int, enter: Places, leave: Places) -> Ints:
    """As `steps_numpy.running_total` of ones."""
    made = np.zeros(size + 1, dtype=np.int64)
    for i in range(len(enter)):
        if leave[i] > enter[i]:
            made[enter[i]] += 1
            made[leave[i]] -= 1
    for row in range(1, size):
        made[row] += made[row - 1]
    return made[:size]


@_READY
def total(size: int, enter: Places, leave: Places, amount: Ints | Bools) -> Ints:
    """As `steps_numpy.running_total` of amounts."""
    made = np.zeros(size + 1, dtype=np.int64)
    for i in range(len(enter)):
        if leave[i] > enter[i]:
            made[enter[i]] += amount[i]
            made[leave[i]] -= amount[i]
    for row in range(1, size):
        made[row] += made[row - 1]
    return made[:size]


def running_total(size: int, enter: Places, leave: Places, amount: Ints | Bools | None) -> Ints:
    """As `steps_numpy.running_total`."""
    made: Ints = count(size, enter, leave) if amount is None else total(size, enter, leave, amount)
    return made


@_READY
def largest(size: int, enter: Places, leave: Places, value: Ints) -> Ints:
    """As `steps_numpy.largest`. Windows are few rows long, so each value looks at its rows one by one."""
    made = np.full(size, NOTHING, dtype=np.int64)
    for i in range(len(enter)):
        for row in range(enter[i], leave[i]):
            made[row] = max(made[row], value[i])
    return made


@_READY
def union(size: int, enter: Places, leave: Places, bits: Ints) -> Ints:
    """As `steps_numpy.union`."""
    made = np.zeros(size, dtype=np.int64)
    for i in range(len(enter)):
        for row in range(enter[i], leave[i]):
            made[row] |= bits[i]
    return made


@_READY
def largest_so_far(person: Ints, enter: Places, leave: Places, value: Ints) -> Ints:
    """As `steps_numpy.largest_so_far`, as a running maximum down each person's rows."""
    made = np.full(len(person), NOTHING, dtype=np.int64)
    for i in range(len(enter)):
        if leave[i] > enter[i]:
            made[enter[i]] = max(made[enter[i]], value[i])
    for row in range(1, len(person)):
        if person[row] == person[row - 1]:
            made[row] = max(made[row], made[row - 1])
    return made


@_READY
def union_so_far(person: Ints, enter: Places, leave: Places, bits: Ints) -> Ints:
    """As `steps_numpy.union_so_far`, running down each person's rows."""
    made = np.zeros(len(person), dtype=np.int64)
    for i in range(len(enter)):
        if leave[i] > enter[i]:
            made[enter[i]] |= bits[i]
    for row in range(1, len(person)):
        if person[row] == person[row - 1]:
            made[row] |= made[row - 1]
    return made


@_READY
def total_of_others(group: Ints, amount: Ints, groups: int, asked: Ints, own: Ints) -> Ints:
    """As `steps_numpy.total_of_others`."""
    totals = np.zeros(groups, dtype=np.int64)
    for i in range(len(group)):
        totals[group[i]] += amount[i]
    made = np.zeros(len(asked), dtype=np.int64)
    for i in range(len(asked)):
        if asked[i] >= 0:
            made[i] = totals[asked[i]] - amount[own[i]]
    return made


@_READY
def largest_of_others(group: Ints, key: Ints, groups: int, asked: Ints, own: Ints) -> Ints:
    """As `steps_numpy.largest_of_others`."""
    best, second = np.full(groups, NOTHING), np.full(groups, NOTHING)
    for i in range(len(group)):
        where = group[i]
        if key[i] > best[where]:
            second[where] = best[where]
            best[where] = key[i]
        elif key[i] > second[where]:
            second[where] = key[i]
    made = np.full(len(asked), NOTHING)
    for i in range(len(asked)):
        if asked[i] >= 0:
            own_key, first = key[own[i]], best[asked[i]]
            made[i] = second[asked[i]] if own_key == first else first
    return made
