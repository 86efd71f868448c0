"""The loops over rows, compiled by numba. The only file that imports it, and it is loaded when it is needed.

The compiled code is kept on disk beside Python's own. The global lock is released, so several threads may each
take rows of their own. A row's numbers are added up in one order, whatever rows stand beside it.

With the features on a leaf's path numbered i, z_i the share of training rows that went the leaf's way at i, and o_i
either 1 (the row agrees with the path at i) or 0, the contribution of i through a leaf of value v is

    v (o_i - z_i) x the integral over t from 0 to 1 of the product over j other than i of z_j (1 - t) + o_j t

which is Shapley's sum over subsets (Lundberg and others 2020, path-dependent), written as the integral of a
polynomial, so that a Gauss-Legendre rule of half as many points as there are features is exact.
"""

import numpy as np
from numba import njit

from prevention_model.explanation.bins import Bins
from prevention_model.explanation.layout import Layout
from prevention_model.explanation.trees import ZERO

# Rows taken at once: their answers to the splits of a tree stay in the nearest caches.
_ROWS = 1024
# Rows whose values of one feature are compared together, and the bounds from which on a search is quicker.
_TILE, _MANY = 64, 128


@njit(cache=True, nogil=True)
def bin_values(first: int, last: int, ahead: int, X: np.ndarray, bins: Bins, binned: np.ndarray) -> None:
    """Write the bins of rows first to last of a block, which begins at row `ahead` of X, into `binned` (features
    that are used x rows).
    """
    value, below = np.zeros(_TILE), np.empty(_TILE, dtype=np.int64)
    for top in range(first, last, _TILE):
        rows = min(_TILE, last - top)
        for number in range(len(bins.features)):
            for row in range(rows):
                given = X[ahead + top + row, bins.features[number]]
                value[row] = 0.0 if abs(given) <= ZERO else given
            bounds = bins.bounds[bins.starts[number] : bins.starts[number + 1]]
            if len(bounds) > _MANY:
                below[:rows] = np.searchsorted(bounds, value[:rows])
            else:
                # Comparing with every bound is quicker than a search: many rows at once, and nothing to guess.
                below[:] = 0
                for bound in bounds:
                    for row in range(_TILE):
                        below[row] += bound < value[row]
            for row in range(rows):
                binned[number, top + row] = len(bounds) + 1 if np.isnan(value[row]) else below[row]


@njit(cache=True, nogil=True)
def tabulate(first: int, last: int, layout: Layout, tables: np.ndarray) -> None:
    """Fill the tables of branches first to last."""
    for each in range(first, last):
        if not layout.tabulated[each]:
            continue
        size = 1 << layout.branch[each, 0]
        pattern = np.empty(size, dtype=np.uint16)
        for leaf in range(layout.leaf_starts[each], layout.leaf_starts[each + 1]):
            begin, end = layout.path_starts[leaf], layout.path_starts[leaf + 1]
            own = _leaf_table(layout, leaf)
            pattern[:] = 0
            for at in range(begin, end):
                mask, wanted = np.uint16(layout.path[at, 1]), np.uint16(layout.path[at, 2])
                bit = np.uint16(1 << (at - begin))
                for key in range(size):
                    pattern[key] |= bit if (np.uint16(key) ^ wanted) & mask == 0 else np.uint16(0)
            for at in range(begin, end):
                place = layout.branch[each, 1] + layout.path[at, 0] * size
                _look_up(own[at - begin], pattern, tables[place : place + size])


@njit(cache=True, nogil=True)
def _leaf_table(layout: Layout, leaf: int) -> np.ndarray:
    """Contributions (features x patterns) through one leaf. A bit of the pattern is set where the row agrees."""
    share = layout.share[layout.path_starts[leaf] : layout.path_starts[leaf + 1]]
    count = len(share)
    table = np.zeros((count, 1 << count))
    product = np.empty(1 << count)
    for at in range((count + 1) // 2):
        t = layout.points[count, at]
        product[0] = layout.leaf_value[leaf] * layout.weights[count, at]
        for each in range(count):
            apart = share[each] * (1.0 - t)
            for pattern in range(
                1 << each
            ):  # patterns with and without this bit, from those of the bits before
                product[pattern | 1 << each] = product[pattern] * (apart + t)
                product[pattern] *= apart
        for each in range(count):
            against = -1.0 / (1.0 - t)
            along = (1.0 - share[each]) / (share[each] * (1.0 - t) + t)
            for pattern in range(1 << count):
                table[each, pattern] += product[pattern] * (along if pattern >> each & 1 else against)
    return table


@njit(cache=True, nogil=True)
def add_trees(
    first: int,
    last: int,
    ahead: int,
    group: np.ndarray,
    binned: np.ndarray,
    bins: Bins,
    layout: Layout,
    tables: np.ndarray,
    out: np.ndarray,
) -> None:
    """Add the contributions through a group of trees to rows first to last of a block, which begins at row `ahead`
    of `out` (features x rows).
    """
    most = 0
    for tree in range(group[0], group[1]):
        most = max(most, layout.split_starts[tree + 1] - layout.split_starts[tree])
    answer = np.empty((most, _ROWS), dtype=np.uint16)
    key = np.empty(_ROWS, dtype=np.uint16)
    for tree in range(group[0], group[1]):
        splits = layout.split_starts[tree], layout.split_starts[tree + 1]
        for begin in range(first, last, _ROWS):
            end = min(begin + _ROWS, last)
            for split in range(splits[0], splits[1]):
                said = bins.left[bins.rule[split] : bins.rule[split + 1]]
                _answer(binned[bins.column[split], begin:end], said, answer[split - splits[0]])
            for each in range(layout.branch_starts[tree], layout.branch_starts[tree + 1]):
                if layout.tabulated[each]:
                    _make_key(layout, each, answer, key[: end - begin])
                    size = 1 << layout.branch[each, 0]
                    place = layout.branch[each, 1]
                    for at in range(layout.feature_starts[each], layout.feature_starts[each + 1]):
                        _look_up(
                            tables[place : place + size],
                            key,
                            out[layout.features[at], ahead + begin : ahead + end],
                        )
                        place += size
                else:
                    _without_table(layout, each, answer, ahead + begin, ahead + end, out)


@njit(cache=True, nogil=True)
def _answer(own: np.ndarray, said: np.ndarray, answer: np.ndarray) -> None:
    """Whether each row goes left at a split, by its bin."""
    begin = 1
    while begin < len(said) and said[begin] == said[0]:
        begin += 1
    end = begin
    while end < len(said) and said[end] != said[0]:
        end += 1
    rest = end
    while rest < len(said) and said[rest] == said[0]:
        rest += 1
    if rest == len(said):  # all bins of one side stand together, so the bin is compared and not looked up
        first, length = np.uint16(begin), np.uint16(end - begin)
        inside, outside = np.uint16(1 - said[0]), np.uint16(said[0])
        for row in range(len(own)):
            answer[row] = inside if np.uint16(own[row] - first) < length else outside
    else:
        for row in range(len(own)):
            answer[row] = said[own[row]]


@njit(cache=True, nogil=True)
def _make_key(layout: Layout, each: int, answer: np.ndarray, key: np.ndarray) -> None:
    key[:] = 0
    for at in range(layout.turn_starts[each], layout.turn_starts[each + 1]):
        said, bit = answer[layout.turns[at, 0]], np.uint16(layout.turns[at, 1])
        turned = np.uint16(layout.turns[at, 2])
        for row in range(len(key)):
            key[row] |= (said[row] ^ turned) << bit


@njit(cache=True, nogil=True)
def _look_up(table: np.ndarray, key: np.ndarray, out: np.ndarray) -> None:
    for place in range(len(out)):
        out[place] += table[key[place]]


@njit(cache=True, nogil=True)
def _without_table(
    layout: Layout, each: int, answer: np.ndarray, begin: int, end: int, out: np.ndarray
) -> None:
    """Add the contributions through one leaf with many features on its path, computed for each row."""
    leaf = layout.leaf_starts[each]
    share = layout.share[layout.path_starts[leaf] : layout.path_starts[leaf + 1]]
    features = layout.features[layout.feature_starts[each] : layout.feature_starts[each + 1]]
    count, rows = len(share), end - begin
    agrees, product = np.ones((count, rows)), np.empty(rows)
    for at in range(layout.turn_starts[each], layout.turn_starts[each + 1]):
        said, ours = answer[layout.turns[at, 0]], agrees[layout.turns[at, 1]]
        for row in range(rows):
            ours[row] *= 1 - (said[row] ^ layout.turns[at, 2])
    for at in range((count + 1) // 2):
        t = layout.points[count, at]
        product[:] = layout.leaf_value[leaf] * layout.weights[count, at]
        for number in range(count):
            apart, ours = share[number] * (1.0 - t), agrees[number]
            for row in range(rows):
                product[row] *= apart + t * ours[row]
        for number in range(count):
            against = -1.0 / (1.0 - t)
            change = (1.0 - share[number]) / (share[number] * (1.0 - t) + t) - against
            ours, target = agrees[number], out[features[number], begin:end]
            for row in range(rows):
                target[row] += product[row] * (against + change * ours[row])
