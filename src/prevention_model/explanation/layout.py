"""Branches of all trees laid out one after the other in plain arrays, as compiled loops read them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from prevention_model.explanation.bins import starts_of
from prevention_model.explanation.branches import Branch, branches_of
from prevention_model.explanation.trees import Tree

# Numbers that the tables of the trees taken at once may hold (32 MB), unless one tree alone needs more.
MOST_NUMBERS = 2**22


class Layout(NamedTuple):
    """Everything about the branches of some trees. What belongs to number n of `x` is `x[x_starts[n]:x_starts[n + 1]]`.

    `split_starts` and `branch_starts` go by tree; `leaf_starts`, `turn_starts` and `feature_starts` by branch;
    `path_starts` by leaf. `branch` is (bits of the key, place of its first table); `turns` is (split, bit, 1 to
    turn the answer round); `path` is (number of the feature's table, mask, wanted) with `share` beside it.
    `groups` are trees whose tables are held at once: (first tree, last tree, numbers in their tables).
    `points` and `weights` are Gauss-Legendre rules on 0 to 1, by the number of features on a path.
    """

    split_starts: np.ndarray
    branch_starts: np.ndarray
    tabulated: np.ndarray
    branch: np.ndarray
    turn_starts: np.ndarray
    turns: np.ndarray
    feature_starts: np.ndarray
    features: np.ndarray
    leaf_starts: np.ndarray
    leaf_value: np.ndarray
    path_starts: np.ndarray
    path: np.ndarray
    share: np.ndarray
    groups: np.ndarray
    points: np.ndarray
    weights: np.ndarray

    @classmethod
    def of(cls, trees: list[Tree]) -> "Layout":
        """Cut trees into branches and lay these out."""
        cut = [list(branches_of(tree)) if len(tree.feature) else [] for tree in trees]
        groups = _groups([sum(map(_numbers_in, branches)) for branches in cut])
        branches = [each for of_tree in cut for each in of_tree]
        leaves = [leaf for each in branches for leaf in each.leaves]
        steps = [step for _, way in leaves for step in way]
        points, weights = _rules(max((len(way) for _, way in leaves), default=0))
        return cls(
            split_starts=starts_of([len(tree.feature) for tree in trees]),
            branch_starts=starts_of([len(of_tree) for of_tree in cut]),
            tabulated=np.array([each.tabulated for each in branches], dtype=bool),
            branch=_whole(
                [(each.bits, place) for each, place in zip(branches, _places(cut, groups), strict=True)], 2
            ),
            turn_starts=starts_of([len(each.turns) for each in branches]),
            turns=_whole([turn for each in branches for turn in each.turns], 3),
            feature_starts=starts_of([len(each.features) for each in branches]),
            features=np.array([feature for each in branches for feature in each.features], dtype=np.int64),
            leaf_starts=starts_of([len(each.leaves) for each in branches]),
            leaf_value=np.array([value for value, _ in leaves], dtype=np.float64),
            path_starts=starts_of([len(way) for _, way in leaves]),
            path=_whole([(number, mask, wanted) for number, _, mask, wanted in steps], 3),
            share=np.array([share for _, share, _, _ in steps], dtype=np.float64),
            groups=_whole(groups, 3),
            points=points,
            weights=weights,
        )


def _numbers_in(branch: Branch) -> int:
    return len(branch.features) << branch.bits if branch.tabulated else 0


def _groups(sizes: list[int]) -> list[tuple[int, int, int]]:
    groups, first, held = [], 0, 0
    for tree, size in enumerate(sizes):
        if tree > first and held + size > MOST_NUMBERS:
            groups.append((first, tree, held))
            first, held = tree, 0
        held += size
    return [*groups, (first, len(sizes), held)]


def _places(cut: list[list[Branch]], groups: list[tuple[int, int, int]]) -> list[int]:
    """Where the first table of each branch begins, among the tables of its group."""
    places = []
    for first, last, _ in groups:
        sizes = [_numbers_in(branch) for of_tree in cut[first:last] for branch in of_tree]
        places += starts_of(sizes)[:-1].tolist()
    return places


def _rules(most: int) -> tuple[np.ndarray, np.ndarray]:
    """For each number of features up to `most` the points and weights whose sum is the integral exactly."""
    points, weights = np.zeros((2, most + 1, (most + 1) // 2))
    for count in range(1, most + 1):
        half = (count + 1) // 2
        place, weight = np.polynomial.legendre.leggauss(half)
        points[count, :half], weights[count, :half] = (1 + place) / 2, weight / 2
    return points, weights


def _whole(rows: Sequence[tuple[int, ...]], width: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64).reshape(-1, width)
