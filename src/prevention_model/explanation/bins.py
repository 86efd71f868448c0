"""The bins on which every split of a model can be decided.

A split looks at one feature. All that the splits of a feature can tell apart lies between their thresholds, so a
value is replaced by its place among them, its *bin*, and a split by a row of true and false, one for each bin: what
it does to a value, to zero, to a missing value and to an unseen category is settled there, once.
"""

from typing import NamedTuple

import numpy as np

from prevention_model.explanation.trees import NotTabulated, Tree

MOST_BINS = 2**16 - 1
MOST_DECISIONS = 2**28
# Zero may go its own way (`zero_as_missing`), so no other value has its bin.
_AROUND_ZERO = np.array([np.nextafter(0.0, -1.0), 0.0])


class Bins(NamedTuple):
    """How values become bins, and what each split of each tree says to each bin.

    `features` are those that any split uses; the bounds of number f of them are
    `bounds[starts[f]:starts[f + 1]]`, ascending. The bin of a value is how many of them lie below it; a missing
    value has the bin after the last. The splits of all trees are numbered one after the other: `column` is the
    number of a split's feature, and it sends bin b to the left where `left[rule[split] + b]` is 1.
    """

    features: np.ndarray
    bounds: np.ndarray
    starts: np.ndarray
    column: np.ndarray
    rule: np.ndarray
    left: np.ndarray

    @classmethod
    def of(cls, trees: list[Tree]) -> "Bins":
        """The bins for these trees. Raises NotTabulated where there would be too many."""
        splits = [(tree, node) for tree in trees for node in range(len(tree.feature))]
        asked = np.array([tree.feature[node] for tree, node in splits], dtype=np.int64)
        features, column = np.unique(asked, return_inverse=True)
        bounds, rules, sizes = (
            [],
            [np.empty(0, dtype=np.uint8)] * len(splits),
            np.zeros(len(splits), np.int64),
        )
        members = np.split(np.argsort(column, kind="stable"), np.cumsum(np.bincount(column))[:-1])
        for places in members if len(splits) else []:
            own = np.unique(
                np.concatenate([_AROUND_ZERO, *(splits[at][0].bounds(splits[at][1]) for at in places)])
            )
            # A bound has the bin of what lies below it, so it can stand for all of that.
            said = np.concatenate([own, [np.inf, np.nan]])
            sizes[places] = len(said)
            if len(said) > MOST_BINS or sizes.sum() > MOST_DECISIONS:
                raise NotTabulated("its splits tell too many values apart")
            bounds.append(own)
            for at in places:
                rules[at] = splits[at][0].goes_left(splits[at][1], said).astype(np.uint8)
        return cls(
            features,
            np.concatenate([np.empty(0), *bounds]),
            starts_of([len(own) for own in bounds]),
            column.astype(np.int64),
            starts_of(sizes),
            np.concatenate([np.empty(0, dtype=np.uint8), *rules]),
        )


def starts_of(sizes: np.ndarray | list[int]) -> np.ndarray:
    """Where each of several parts begins when they stand one after the other, and where the last one ends.

    >>> starts_of([2, 0, 3]).tolist()
    [0, 2, 2, 5]
    """
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
