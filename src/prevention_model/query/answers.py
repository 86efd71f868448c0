"""From what rows see to the numbers that a question asks for: gathered as whole numbers, then finished.

Whole numbers can be added up over people, and the largest of them found; dividing comes last, as the reference does
it. So an answer about one person and an answer about several take the same way.
"""

import numpy as np
from numpy.typing import NDArray

from prevention_model.query.aggregates import (
    Any,
    Change,
    DaysSinceFirst,
    DaysSinceLast,
    DistinctCodes,
    Latest,
    Max,
    Mean,
    Min,
    OpenSpell,
    Share,
    Sum,
)
from prevention_model.query.circles import Circle
from prevention_model.query.numbers import SCALE
from prevention_model.query.rows import Ints, Rows
from prevention_model.query.sight import Points, Sight
from prevention_model.query.steps_numpy import NOTHING
from prevention_model.query.tables import Tables
from prevention_model.query.totals import Totalled, totals
from prevention_model.query.windows import Lookback

Floats = NDArray[np.float64]
Parts = tuple[Ints, ...]
"""The whole numbers that an answer is made of, each an array over rows."""

Extreme = Latest | DaysSinceLast | DaysSinceFirst | Max | Min
Asked = Totalled | Extreme | DistinctCodes
"""Aggregates over rows of the records."""

BITS = 62
"""Codes that are looked at together, a bit each."""


def gather(sight: Sight, ask: Asked, lookback: Lookback) -> Parts:
    """What each row sees: totals, or the largest key (NOTHING for none), or the codes as bits."""
    if isinstance(ask, (Latest, DaysSinceLast, Max, Min)):
        return (_largest(sight, *_keys(sight, ask), lookback),)
    if isinstance(ask, DistinctCodes):
        return _code_bits(sight, ask, lookback)
    return totals(sight, ask, lookback)


def of_others(circle: Circle, ask: Asked, parts: Parts) -> Parts:
    """The same for the others of each asked pair: added up, or the largest; of bits, how many of them anybody has."""
    if isinstance(ask, (Latest, DaysSinceLast, Max, Min)):
        return (circle.largest(parts[0]),)
    if isinstance(ask, DistinctCodes):
        counted = np.zeros(len(circle.known), dtype=np.int64)
        for bits in parts:
            for bit in range(int(np.bitwise_or.reduce(bits, initial=0)).bit_length()):
                counted += circle.total(bits >> bit & 1) > 0
        return (counted,)
    return tuple(circle.total(part) for part in parts)


def of_themselves(ask: Asked, parts: Parts) -> Parts:
    """What was gathered, as it is; of bits, how many there are."""
    if isinstance(ask, DistinctCodes):
        return (np.sum([np.bitwise_count(bits) for bits in parts], axis=0, dtype=np.int64),)
    return parts


def finish(tables: Tables, ask: Asked, lookback: Lookback, parts: Parts, pairs: Rows) -> Floats:
    """The answer for each of `pairs`, as the reference divides and rounds."""
    if isinstance(ask, (Latest, DaysSinceLast, Max, Min)):
        return _said(tables, ask, parts[0], pairs)
    if isinstance(ask, Change):
        return _change(ask, parts, lookback, pairs)
    first = parts[0].astype(np.float64)
    if isinstance(ask, (Any, OpenSpell)):
        return (parts[0] > 0).astype(np.float64)
    if isinstance(ask, Sum):
        return first / SCALE
    if isinstance(ask, Mean):
        return _quotient(first / SCALE, parts[1])
    if isinstance(ask, Share):
        return _quotient(first, parts[1])
    return first


def _quotient(above: Floats, below: Ints) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(below > 0, above / below.astype(np.float64), np.nan)


def _change(ask: Change, parts: Parts, lookback: Lookback, pairs: Rows) -> Floats:
    if isinstance(ask.of, Share):
        upper, lower, whole_upper, whole_lower = parts
        recent = _quotient(upper.astype(np.float64), lower)
        return recent - _quotient((whole_upper - upper).astype(np.float64), whole_lower - lower)
    recent_starts = Lookback(ask.recent).start_days(pairs.dates)
    starts = lookback.start_days(pairs.dates)
    late_days, early_days = (pairs.dates - recent_starts)[pairs.at], (recent_starts - starts)[pairs.at]
    lately, whole = parts
    late = (30 * lately).astype(np.float64) / late_days.astype(np.float64)
    early = (30 * (whole - lately)).astype(np.float64) / early_days.astype(np.float64)
    return (late - early) / SCALE if isinstance(ask.of, Sum) else late - early


def _keys(sight: Sight, ask: Extreme) -> tuple[Points, Ints]:
    """The rows that are compared, and a key of each: the largest key is the one that is asked for."""
    if isinstance(ask, Latest):
        return sight.latest(ask)
    if isinstance(ask, DaysSinceLast):
        points = sight.as_points(ask)
        return points, -points.day if isinstance(ask, DaysSinceFirst) else points.day
    points = sight.points(ask.table, ask.kinds, ask.codes, numbered=True)
    return points, -points.number if isinstance(ask, Min) else points.number


def _largest(sight: Sight, points: Points, keys: Ints, lookback: Lookback) -> Ints:
    rows, window = sight.rows, sight.window(points, lookback)
    keys = keys.astype(np.int64, copy=False)
    if window.lasting:
        return rows.steps.largest_so_far(rows.person, window.enter, window.leave, keys)
    return rows.steps.largest(len(rows), window.enter, window.leave, keys)


def _said(tables: Tables, ask: Extreme, best: Ints, pairs: Rows) -> Floats:
    """What the largest keys say."""
    if isinstance(ask, Latest):
        _, numbers = tables.turns(ask.table, ask.kinds, ask.texts)
        made = np.append(numbers, 0)[np.maximum(best, -1)] / SCALE
    elif isinstance(ask, DaysSinceLast):
        day = -best if isinstance(ask, DaysSinceFirst) else best
        made = (pairs.day - day).astype(np.float64)
    else:
        made = (-best if isinstance(ask, Min) else best).astype(np.float64) / SCALE
    made[best == NOTHING] = np.nan
    return made


def _code_bits(sight: Sight, ask: DistinctCodes, lookback: Lookback) -> Parts:
    """The codes that each row sees as bits, some of the codes at a time."""
    rows, points, codes = sight.rows, sight.points(ask.table, ask.kinds), sight.codes(ask)
    window = sight.window(points, lookback)
    made = []
    for first in range(0, max(len(codes), 1), BITS):
        bits = sight.bits(points, ask, codes[first : first + BITS])
        if window.lasting:
            made.append(rows.steps.union_so_far(rows.person, window.enter, window.leave, bits))
        else:
            made.append(rows.steps.union(len(rows), window.enter, window.leave, bits))
    return tuple(made)
