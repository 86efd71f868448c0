"""What the rules mean, on whole columns. Every engine's answers are finished here, so they stay bit for bit alike.

`seen` holds for each feature that a rule starts from the columns at the dates that it looks at, earliest first.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from prevention_model.features.rules import Difference, Rule, SinceReached, Trajectory
from prevention_model.query import Length

Floats = NDArray[np.float64]
Days = NDArray[np.int64]


def derive(rule: Rule, seen: Sequence[Sequence[Floats]], index_days: Days) -> Floats:
    """The value for each index date (days since 1970).

    >>> from prevention_model.features.rules import Ratio
    >>> derive(Ratio("a", to="b"), [[np.array([1.0, 1.0])], [np.array([4.0, 0.0])]], np.array([0, 0]))
    array([0.25,  nan])
    """
    # Counts may come in 32 bits, in which dividing would round otherwise.
    seen = [[np.asarray(column, dtype=np.float64) for column in columns] for columns in seen]
    if isinstance(rule, Trajectory):
        return _slope(rule, seen[0])
    if isinstance(rule, SinceReached):
        return _since(seen[0], rule.looks_at, rule.at_least, index_days)
    left, right = (columns[0] for columns in seen)
    return left - right if isinstance(rule, Difference) else _ratio(left, right)


def _ratio(upper: Floats, lower: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(lower == 0, np.nan, upper / lower)


def _slope(rule: Trajectory, values: Sequence[Floats]) -> Floats:
    """By least squares over steps 0, 1, 2 of those that are known.

    With n of them known, the slope a step is sum((n k - sum k) v) / (n sum k k - (sum k)(sum k)). The v are counted
    from the first that is known: then what stays as it is has a slope of exactly 0.
    """
    known = [~np.isnan(value) for value in values]
    count, steps, squares = (np.zeros(len(known[0]), dtype=np.int64) for _ in range(3))
    first = np.full(len(known[0]), np.nan)
    for step, (value, here) in enumerate(zip(values, known, strict=True)):
        count += here
        steps += step * here
        squares += step * step * here
        first = np.where(np.isnan(first), value, first)
    risen = np.zeros(len(first))
    for step, (value, here) in enumerate(zip(values, known, strict=True)):
        risen += np.where(here, (count * step - steps) * (value - first), 0.0)
    enough = count >= rule.fewest
    spread = np.where(enough, count * squares - steps * steps, 1)
    return np.where(enough, risen / spread * rule.steps_a_year, np.nan)


def _since(values: Sequence[Floats], looks_at: Sequence[Length], at_least: float, index_days: Days) -> Floats:
    since = np.full(len(index_days), np.nan)
    for value, back in zip(values, looks_at, strict=True):
        reached = np.isnan(since) & (value >= at_least)  # a missing value has not reached anything
        since = np.where(reached, (index_days - back.before_days(index_days)).astype(np.float64), since)
    return since
