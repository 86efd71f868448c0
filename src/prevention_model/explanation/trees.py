"""LightGBM's trees as arrays, read from its own text."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

# LightGBM takes anything as small as this for zero (`kZeroThreshold`, a float).
ZERO = float(np.float32(1e-35))
_CATEGORICAL, _DEFAULT_LEFT, _MISSING_ZERO, _MISSING_NAN = 1, 2, 4, 8


class NotTabulated(Exception):
    """Why the contributions of these trees are not tabulated; the message is one clause."""


@dataclass(frozen=True, eq=False)
class Tree:
    """One tree. A child below zero is a leaf: child -1 is leaf 0. The number of a child is above its parent's.

    `children` is nodes x 2 (left, right), `share` likewise: which part of a node's rows went there when the
    tree grew. `categories` holds the sets of categories that go left, by the number in `threshold`.
    """

    feature: np.ndarray
    threshold: np.ndarray
    kind: np.ndarray
    children: np.ndarray
    share: np.ndarray
    leaf_value: np.ndarray
    base: float
    categories: tuple[np.ndarray, ...]

    @classmethod
    def read(cls, said: Mapping[str, str]) -> "Tree":
        """From the lines of one tree, `name=values`."""
        value = _numbers(said, "leaf_value", np.float64)
        if int(said["num_leaves"]) < 2:
            none = np.empty(0, dtype=np.int64)
            pairs = np.empty((0, 2), dtype=np.int64)
            return cls(none, none, none, pairs, pairs, value, float(value[0]), ())
        children = np.column_stack([_numbers(said, f"{side}_child", np.int64) for side in ("left", "right")])
        leaf_rows, node_rows = (_numbers(said, f"{kind}_count", np.int64) for kind in ("leaf", "internal"))
        if min(leaf_rows.min(), node_rows.min()) <= 0:
            raise NotTabulated("a node holds no rows")
        rows = np.concatenate([node_rows, leaf_rows[::-1]])[children]  # so that child -1 is leaf 0
        return cls(
            feature=_numbers(said, "split_feature", np.int64),
            threshold=_numbers(said, "threshold", np.float64),
            kind=_numbers(said, "decision_type", np.int64),
            children=children,
            share=rows / node_rows[:, None],
            leaf_value=value,
            base=float((leaf_rows / node_rows[0]) @ value),
            categories=_categories(said),
        )

    @cached_property
    def parent(self) -> dict[int, tuple[int, int]]:
        """The node above each node or leaf, and on which side of it (0 left, 1 right)."""
        nodes = enumerate(self.children.tolist())
        return {child: (node, side) for node, pair in nodes for side, child in enumerate(pair)}

    def bounds(self, node: int) -> np.ndarray:
        """The values of its feature at which the split may change its mind: each belongs to what lies below."""
        if not self.kind[node] & _CATEGORICAL:
            return self.threshold[node : node + 1]
        # A category is a value without its fraction: 0 is all that lies between -1 and 1.
        category = self.categories[int(self.threshold[node])]
        upper = np.nextafter(category + 1.0, 0.0)
        lower = np.where(category == 0, -1.0, np.nextafter(category, -1.0))
        return np.concatenate([lower, upper])

    def goes_left(self, node: int, values: np.ndarray) -> np.ndarray:
        """Whether the split sends these values to the left, as LightGBM's `Decision` does; ZERO and less are 0."""
        kind = self.kind[node]
        missing = np.isnan(values)
        if kind & _CATEGORICAL:
            category = np.trunc(np.where(missing, -1.0, values))
            return np.isin(category, self.categories[int(self.threshold[node])])
        left: np.ndarray = np.where(missing, 0.0, values) <= self.threshold[node]
        if kind & _MISSING_ZERO:
            missing = missing | (values == 0)
        if kind & (_MISSING_ZERO | _MISSING_NAN):
            left = np.where(missing, bool(kind & _DEFAULT_LEFT), left)
        return left


def read_trees(text: str) -> list[Tree]:
    """The trees of a model's text. Raises NotTabulated for a kind of model that is left to LightGBM.

    >>> read_trees("tree\\nnum_tree_per_iteration=3\\n\\nTree=0\\n")
    Traceback (most recent call last):
    ...
    prevention_model.explanation.trees.NotTabulated: it has 3 scores a row
    """
    head, *parts = text.partition("\nend of trees")[0].split("\nTree=")
    model = _said(head)
    if (scores := model.get("num_tree_per_iteration", "1")) != "1":
        raise NotTabulated(f"it has {scores} scores a row")
    if "average_output" in head.splitlines():
        raise NotTabulated("its score is a mean of trees, not their sum")
    trees = [_said(part) for part in parts]
    if any(said.get("is_linear", "0") != "0" for said in trees):
        raise NotTabulated("its leaves hold linear models")
    return [Tree.read(said) for said in trees]


def _said(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def _numbers(said: Mapping[str, str], name: str, kind: type) -> np.ndarray:
    return np.array(said[name].split(), dtype=kind)


def _categories(said: Mapping[str, str]) -> tuple[np.ndarray, ...]:
    """The categories that go left, for each categorical split: LightGBM writes them as bits of 32-bit words."""
    if int(said["num_cat"]) == 0:
        return ()
    words = _numbers(said, "cat_threshold", np.uint32)
    parts = np.split(words, _numbers(said, "cat_boundaries", np.int64)[1:-1])
    return tuple(
        np.flatnonzero(np.unpackbits(part.astype("<u4").view(np.uint8), bitorder="little")) for part in parts
    )
