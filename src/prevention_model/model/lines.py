"""`Lines`: logistic regression on a broken line through each column, kept as tables that can be read.

A table holds the values of a column at its bends, and what it adds to the log-odds at each. Between two bends the line
is straight, and beyond the outer ones level, so that no value carries a row further than those that taught. Missing has
a number of its own. Scoring is looking up and adding in the order of the columns, so that a row's score is the same to
the last bit on any number of threads, and whichever rows stand beside it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Self

import numpy as np
from scipy.special import logit
from sklearn.linear_model import LogisticRegression

# The most numbers to learn from at once (320 MB), some 120,000 rows of 82 columns: of more rows all onsets teach, and a
# draw of the others that stands for all. More would change little but time and memory.
_MOST_CELLS = 40_000_000
_BENDS = 4
# How far apart log-odds lie before anything is learnt (a standard deviation), however many columns there are.
_SPREAD = 0.5
_TOLERANCE, _MOST_STEPS = 1e-4, 500
# Sums depend in their last digits on how many threads add them up; what is kept of them does not.
_DIGITS = 6
_FEW = 1000
_NOTHING = 1e-9


@dataclass(frozen=True, eq=False)
class Line:
    """What a column adds to the log-odds: `adds` at each of its values `at`, and `missing` where it has none.

    >>> line = Line(np.array([0.0, 2.0]), np.array([-0.5, 0.5]), missing=0.1)
    >>> line(np.array([-1.0, 1.0, 5.0, np.nan])).tolist()
    [-0.5, 0.0, 0.5, 0.1]
    """

    at: np.ndarray
    adds: np.ndarray
    missing: float

    def __call__(self, values: np.ndarray) -> np.ndarray:
        """What it adds in each row."""
        return np.where(np.isnan(values), self.missing, np.interp(values, self.at, self.adds))


@dataclass(frozen=True, eq=False)
class Lines:
    """A line for each column that tells rows apart, by its place, and the log-odds `base` of what adds nothing.

    Each line adds nothing on average over the rows that taught, so what it adds to a row is its exact contribution.

    >>> X = np.linspace(0, 1, 400)[:, None]; y = (X[:, 0] > 0.9).astype(float)
    >>> score = Lines.fit(X, y).margin(X)
    >>> bool(score[-1] > score[0])
    True
    """

    lines: dict[int, Line]
    base: float

    @classmethod
    def fit(
        cls,
        X: np.ndarray,
        target: np.ndarray,
        weight: np.ndarray | None = None,
        *,
        categorical: Collection[int] = (),
        seed: int = 1,
    ) -> Self:
        """Learn from rows X (n x columns; missing where NaN) whose `target` is 0 or 1.

        `categorical` are the places of columns that hold codes (0, 1, ...), each of which has a number of its own.
        """
        weight = np.ones(len(target)) if weight is None else weight
        bends = {place: at for place, at in enumerate(_bends(X, categorical)) if at is not None}
        width = sum(len(at) for at in bends.values())
        rows, weight = _drawn(target, weight, _MOST_CELLS // max(width, 1), seed)
        X, target = np.asfortranarray(X[rows], dtype=np.float64), target[rows]
        holes, has_hole = _holes(np.isnan(X[:, list(bends)]))
        columns, middle, size = _columns(X, bends, holes, weight)
        if not columns.shape[1] or target.min() == target.max():  # a refit may draw families without an onset
            rate = np.clip(np.average(target, weights=weight), 1e-6, 1 - 1e-6)
            return cls({}, float(logit(rate)))
        fitted = LogisticRegression(
            C=_SPREAD**2 / columns.shape[1], tol=_TOLERANCE, max_iter=_MOST_STEPS
        ).fit(columns, target, sample_weight=weight)
        each = fitted.coef_[0] / size
        own, hole = np.split(each, [len(each) - holes.shape[1]])
        # Columns with the same holes share one number for them, in equal parts.
        hole = hole / np.maximum(has_hole.sum(axis=0), 1)
        gone = middle[len(own) :]
        absent, present = has_hole @ (hole * (1 - gone)), has_hole @ (hole * -gone)
        lines, first = {}, 0
        for number, (place, at) in enumerate(bends.items()):
            part = slice(first, first + len(at) - 1)
            adds = np.append(0, own[part]) - own[part] @ middle[part] + present[number]
            lines[place] = Line(at, np.round(adds, _DIGITS), round(float(absent[number]), _DIGITS))
            first = part.stop
        return cls(lines, round(float(fitted.intercept_[0]), _DIGITS))

    def margin(self, X: np.ndarray) -> np.ndarray:
        """Log-odds of each row."""
        total = np.full(len(X), self.base)
        for place, line in self.lines.items():
            total += line(X[:, place])
        return total

    def contributions(self, X: np.ndarray) -> np.ndarray:
        """What each column adds to each row (n x columns), in log-odds: with `base` they add up to `margin`."""
        added = np.zeros(X.shape)
        for place, line in self.lines.items():
            added[:, place] = line(X[:, place])
        return added

    def plain(self) -> dict[str, Any]:
        """As plain JSON, from which `of` makes the very same."""
        return {
            "base": self.base,
            "lines": [
                {"column": place, "at": line.at.tolist(), "adds": line.adds.tolist(), "missing": line.missing}
                for place, line in self.lines.items()
            ],
        }

    @classmethod
    def of(cls, held: Mapping[str, Any]) -> Self:
        """What `plain` said.

        >>> held = {"base": -2.0, "lines": [{"column": 0, "at": [0.0], "adds": [0.5], "missing": 0.0}]}
        >>> Lines.of(held).plain() == held
        True
        """
        lines = {
            each["column"]: Line(np.array(each["at"]), np.array(each["adds"]), each["missing"])
            for each in held["lines"]
        }
        return cls(lines, held["base"])


def _drawn(target: np.ndarray, weight: np.ndarray, most: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The rows that teach, and their weights: every onset, and others drawn to stand for those left out."""
    others = np.flatnonzero(target == 0)
    room = max(most - (len(target) - len(others)), most // 2)
    if len(others) <= room:
        return np.arange(len(target)), weight
    drawn = np.random.default_rng(seed).choice(others, room, replace=False)
    rows = np.sort(np.concatenate([np.flatnonzero(target != 0), drawn]))
    stands_for = np.where(target[rows] == 0, weight[others].sum() / weight[drawn].sum(), 1.0)
    return rows, weight[rows] * stands_for


def _bends(X: np.ndarray, categorical: Collection[int]) -> list[np.ndarray | None]:
    """The values at which the line of each column bends; None where the column tells nothing apart.

    They are spread evenly over the logarithm of what it holds, so that a few long counts leave room for small ones. A
    column of one value still has holes to be told apart by.
    """
    found: list[np.ndarray | None] = []
    for place, column in enumerate(X.T):
        known = column[~np.isnan(column)]
        if not len(known) or (known[0] == known).all():
            found.append(known[:1] if 0 < len(known) < len(column) else None)
            continue
        first = np.unique(known[:_FEW])
        if place in categorical:
            found.append(np.arange(known.max() + 1))
        elif len(first) <= _BENDS and np.isin(known, first).all():
            found.append(first)
        else:
            low, high = np.sign([known.min(), known.max()]) * np.log1p(np.abs([known.min(), known.max()]))
            even = np.linspace(low, high, _BENDS)
            found.append(np.unique(np.sign(even) * np.expm1(np.abs(even))))
    return found


def _columns(
    X: np.ndarray, bends: Mapping[int, np.ndarray], holes: np.ndarray, weight: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The columns of the regression, and what was taken off each and divided by.

    For each bend but the first of a line how near each row is to it: 1 at it, 0 at the next on either side. Then the
    holes. Each has the mean 0 and the size 1 over the rows that know it, and is 0 in the others.
    """
    number = sum(len(at) - 1 for at in bends.values()) + holes.shape[1]
    columns, middle, size = np.empty((len(X), number), order="F"), np.empty(number), np.empty(number)
    values = (
        (np.interp(X[:, place], at, one), ~np.isnan(X[:, place]))
        for place, at in bends.items()
        for one in np.eye(len(at))[1:]
    )
    whole = np.ones(len(X), dtype=bool)
    for place, (column, known) in enumerate(chain(values, ((hole, whole) for hole in holes.T))):
        heavy = weight * known
        column = np.where(known, column, 0.0)
        middle[place] = heavy @ column / heavy.sum()
        column = (column - middle[place]) * known
        size[place] = np.sqrt(heavy @ column**2 / heavy.sum())
        if size[place] < _NOTHING:  # a bend that no value is near
            size[place] = 1.0
        columns[:, place] = column / size[place]
    return columns, middle, size


def _holes(missing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A column (1 or 0) for each set of rows that some column misses, and which columns miss which (columns x sets)."""
    names = [np.packbits(column).tobytes() if column.any() else b"" for column in missing.T]
    kinds = sorted({name for name in names if name}, key=names.index)
    holes = [missing[:, names.index(kind)] for kind in kinds]
    which = np.array([[name == kind for kind in kinds] for name in names], dtype=float)
    return np.column_stack([np.empty((len(missing), 0)), *holes]), which.reshape(len(names), len(kinds))
