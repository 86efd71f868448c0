"""Totals over windows by difference arrays: exact integers, at a cost of O(events + rows) a question."""

import numpy as np

from prevention_model.query.aggregates import (
    Aggregate,
    Any,
    Count,
    DaysInSpell,
    DistinctCodes,
    Mean,
    OpenSpell,
    Share,
    SpellsEnded,
    SpellsStarted,
    Sum,
)
from prevention_model.query.rows import Ints, running_total
from prevention_model.query.sight import Points, Sight
from prevention_model.query.windows import Lookback


def totals(sight: Sight, ask: Aggregate, lookback: Lookback) -> tuple[Ints, ...]:
    """The whole numbers that an answer is made of, for each row. They add up over people."""
    if isinstance(ask, Share):
        (upper,), (lower,) = (totals(sight, part, lookback) for part in (ask.numerator, ask.denominator))
        return (lower - upper if ask.rest else upper, lower)
    if isinstance(ask, (Count, Any, Sum, Mean, DistinctCodes)):
        return _point_totals(sight, ask, lookback)
    if isinstance(ask, OpenSpell):
        spells = sight.spells(ask)
        return (running_total(len(sight.rows), spells.enter, spells.ended),)
    if isinstance(ask, DaysInSpell):
        return (_days_in_spell(sight, ask, lookback),)
    if isinstance(ask, SpellsStarted):
        spells = sight.spells(ask)
        return (_in_window(sight, spells.person, spells.start, spells.enter, lookback),)
    assert isinstance(ask, SpellsEnded)
    spells = sight.spells(ask)
    seen = spells.ended < sight.rows.end(spells.person)
    return (_in_window(sight, spells.person[seen], spells.end[seen], spells.ended[seen], lookback),)


def _point_totals(
    sight: Sight, ask: Count | Any | Sum | Mean | DistinctCodes, lookback: Lookback
) -> tuple[Ints, ...]:
    points = sight.points(ask.table, ask.kinds, ask.codes)
    if isinstance(ask, DistinctCodes):
        return (_distinct(sight, points, lookback),)
    if isinstance(ask, (Sum, Mean)):
        points = points.keep(points.has_number)
        total = _in_window(sight, points.person, points.day, points.enter, lookback, points.number)
        if isinstance(ask, Sum):
            return (total,)
        return (total, _in_window(sight, points.person, points.day, points.enter, lookback))
    return (_in_window(sight, points.person, points.day, points.enter, lookback),)


def _in_window(
    sight: Sight, person: Ints, day: Ints, enter: Ints, lookback: Lookback, amount: Ints | None = None
) -> Ints:
    leave = sight.rows.leave(person, day, lookback)
    return running_total(len(sight.rows), enter, leave, amount)


def _distinct(sight: Sight, points: Points, lookback: Lookback) -> Ints:
    """Count each (person, code) once while any of its rows is in the window: the union of their stays."""
    points = points.keep(points.code >= 0)
    leave = np.maximum(sight.rows.leave(points.person, points.day, lookback), points.enter)
    order = np.lexsort((points.enter, points.code, points.person))
    person, code, enter, leave = points.person[order], points.code[order], points.enter[order], leave[order]
    if len(order) == 0:
        return np.zeros(len(sight.rows), dtype=np.int64)
    first = np.append(True, (person[1:] != person[:-1]) | (code[1:] != code[:-1]))
    # Lifting each group above the one before lets a single running maximum serve all groups.
    lift = np.cumsum(first) * (len(sight.rows) + 1)
    reached = np.maximum.accumulate(leave + lift)
    before = np.where(first, 0, np.append(0, reached[:-1]) - lift)
    return running_total(len(sight.rows), np.maximum(enter, before), leave)


def _days_in_spell(sight: Sight, ask: DaysInSpell, lookback: Lookback) -> Ints:
    """Each spell adds to a row one of four amounts, by whether its end is seen and where the window starts:

    running, started in the window:     index date - start
    running, started before the window: index date - window start
    ended, started in the window:       end - start
    ended in the window, started before it: end - window start
    """
    rows, spells, size = sight.rows, sight.spells(ask), len(sight.rows)
    # Past its start a spell is counted from the window's start; past its end it is out of the window.
    past_start = rows.leave(spells.person, spells.start, lookback)
    past_end = np.where(
        spells.ended < rows.end(spells.person), rows.leave(spells.person, spells.end, lookback), past_start
    )
    running_from_start = np.maximum(np.minimum(past_start, spells.ended), spells.enter)
    days = rows.day * running_total(size, spells.enter, spells.ended)
    days -= running_total(size, spells.enter, running_from_start, spells.start)
    days += running_total(size, spells.ended, past_end, spells.end)
    days -= running_total(size, spells.ended, past_start, spells.start)
    if not lookback.is_all:
        from_window = running_total(size, running_from_start, spells.ended)
        from_window += running_total(size, np.maximum(spells.ended, past_start), past_end)
        days -= rows.starts(lookback) * from_window
    return days
