"""Trees cut into branches, each so small that its contributions can be tabulated.

The contribution of a feature to a row is a sum over all leaves of a tree. For one leaf it depends only on which
of the features on the leaf's path the row agrees with, that is, on a few bits. Leaves under one node share most
of these bits, so they are tabulated together: a *branch* is one leaf, or all leaves under one node. The key of a
row in a branch has a bit for each feature on the way to the branch (set where the row turns off that way) and
a bit for each split inside it (set where the row goes left). Each tree is cut so that few tables are looked up
and no key is longer than KEY_BITS. A leaf with more features on its path than that has no table: its
contributions are computed row by row.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from prevention_model.explanation.trees import Tree

KEY_BITS = 11
# What making a bit of a key costs beside a look-up, roughly.
_BIT = 0.15


# One feature on the path to a leaf: its number in the branch, the share of rows that went this way, the bits of the
# key that it has, and what these are for a row that agrees with the path.
Step = tuple[int, float, int, int]


@dataclass(frozen=True)
class Branch:
    """One leaf, or all leaves under one node, of a tree.

    The key has `bits` bits. `turns` are the splits that make it: (node, bit, 1 to turn the answer "left" round).
    `features` have a table each, if the branch is `tabulated`. Each of `leaves` is a value and its path.
    """

    tabulated: bool
    bits: int
    turns: tuple[tuple[int, int, int], ...]
    features: tuple[int, ...]
    leaves: tuple[tuple[float, tuple[Step, ...]], ...]


def branches_of(tree: Tree) -> Iterator[Branch]:
    """The branches of a tree that has a split. Every leaf is in one of them."""
    path, below, inside = _sets(tree)
    cost: dict[int, float] = {}
    whole: set[int] = set()
    for top in [*range(-len(tree.leaf_value), 0), *range(len(tree.feature) - 1, -1, -1)]:
        bits = path[top].bit_count() + inside[top]
        together = (path[top] | below[top]).bit_count() + _BIT * bits
        apart = sum(cost[child] for child in tree.children[top].tolist()) if top >= 0 else np.inf
        if top < 0 or (bits <= KEY_BITS and together <= apart):
            whole.add(top)
            cost[top] = together
        else:
            cost[top] = apart
    waiting = [0]
    while waiting:
        top = waiting.pop()
        if top in whole:
            yield _branch(tree, top)
        else:
            waiting += tree.children[top].tolist()


def _sets(tree: Tree) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """Features above and below each node and leaf, as bits of a number, and how many splits lie below it."""
    numbered = {feature: 1 << number for number, feature in enumerate(dict.fromkeys(tree.feature.tolist()))}
    own = [numbered[feature] for feature in tree.feature.tolist()]
    children = tree.children.tolist()
    path, below, inside = {0: 0}, {}, {}
    for node, pair in enumerate(children):
        for child in pair:
            path[child] = path[node] | own[node]
            if child < 0:
                below[child] = inside[child] = 0
    for node in range(len(own) - 1, -1, -1):
        left, right = children[node]
        below[node] = own[node] | below[left] | below[right]
        inside[node] = 1 + inside[left] + inside[right]
    return path, below, inside


def _branch(tree: Tree, top: int) -> Branch:
    """The branch under a node, or of one leaf."""
    feature, share, children = tree.feature.tolist(), tree.share.tolist(), tree.children.tolist()
    features: dict[int, int] = {}
    turns, leaves = [], []
    path: dict[int, Step] = {}
    for node, side in _way(tree, top):
        number = features.setdefault(feature[node], len(features))
        turns.append((node, number, 1 - side))
        _, part, mask, _ = path.get(number, (number, 1.0, 0, 0))
        path[number] = number, part * share[node][side], mask | 1 << number, 0
    bit = len(features)
    waiting = [(top, path)]
    while waiting:
        each, path = waiting.pop()
        if each < 0:
            leaves.append((float(tree.leaf_value[-1 - each]), tuple(path.values())))
            continue
        number = features.setdefault(feature[each], len(features))
        turns.append((each, bit, 0))
        _, part, mask, wanted = path.get(number, (number, 1.0, 0, 0))
        for side, child in enumerate(children[each]):
            step = number, part * share[each][side], mask | 1 << bit, wanted | (1 - side) << bit
            waiting.append((child, path | {number: step}))
        bit += 1
    return Branch(bit <= KEY_BITS, bit, tuple(turns), tuple(features), tuple(leaves))


def _way(tree: Tree, end: int) -> list[tuple[int, int]]:
    """The splits from the root to a node or leaf, and the side taken at each."""
    way = []
    while end in tree.parent:
        end, side = tree.parent[end]
        way.append((end, side))
    return way[::-1]
