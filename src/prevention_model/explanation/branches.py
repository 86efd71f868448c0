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
# What a bit of a key costs beside a look-up, measured.
_BIT = 0.15


@dataclass(frozen=True)
class Branch:
    """One leaf, or all leaves under one node, of a tree.

    `turns` are the splits that make the key: (node, bit, 1 to turn the answer "left" round). `features` have a
    table each. Each of `leaves` is a value and its path: for each feature on it (number in `features`, share of
    rows that went this way, mask of the key's bits that matter, and what they have to be).
    """

    tabulated: bool
    turns: tuple[tuple[int, int, int], ...]
    features: tuple[int, ...]
    leaves: tuple[tuple[float, tuple[tuple[int, float, int, int], ...]], ...]

    @property
    def bits(self) -> int:
        """The length of the key."""
        return 1 + max(bit for _, bit, _ in self.turns)


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
    feature, share = tree.feature.tolist(), tree.share.tolist()
    above = _way(tree, top)
    way: dict[int, int] = {}
    for node, _ in above:
        way.setdefault(feature[node], len(way))
    turns = [(node, way[feature[node]], 1 - side) for node, side in above]
    splits, leaves = _under(tree, top)
    inside = {node: len(way) + number for number, node in enumerate(splits)}
    turns += [(node, bit, 0) for node, bit in inside.items()]
    features = {
        each: number for number, each in enumerate(dict.fromkeys([*way, *(feature[n] for n in splits)]))
    }
    written = []
    for leaf in leaves:
        met: dict[int, tuple[int, float, int, int]] = {}
        for node, side in _way(tree, leaf):
            number, part, mask, wanted = met.get(feature[node], (features[feature[node]], 1.0, 0, 0))
            bit = 1 << inside.get(node, way.get(feature[node], 0))
            wanted |= bit if node in inside and side == 0 else 0
            met[feature[node]] = (number, part * share[node][side], mask | bit, wanted)
        written.append((float(tree.leaf_value[-1 - leaf]), tuple(met.values())))
    return Branch(len(way) + len(splits) <= KEY_BITS, tuple(turns), tuple(features), tuple(written))


def _way(tree: Tree, end: int) -> list[tuple[int, int]]:
    """The splits from the root to a node or leaf, and the side taken at each."""
    way = []
    while end in tree.parent:
        end, side = tree.parent[end]
        way.append((end, side))
    return way[::-1]


def _under(tree: Tree, top: int) -> tuple[list[int], list[int]]:
    """The splits at and under a node, and the leaves."""
    splits, leaves, waiting = [], [], [top]
    while waiting:
        each = waiting.pop()
        if each < 0:
            leaves.append(each)
        else:
            splits.append(each)
            waiting += tree.children[each].tolist()
    return splits, leaves
