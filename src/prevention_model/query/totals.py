"""Totals over windows by difference arrays: exact integers, at a cost of O(events + rows) a question."""

import numpy as np

from prevention_model.query.aggregates import (
    Any,
    Change,
    Count,
    DaysInSpell,
    Mean,
    OpenSpell,
    Share,
    SpellsEnded,
    SpellsStarted,
    Sum,
)
from prevention_model.query.length import Days
from prevention_model.query.rows import Ints
from prevention_model.query.sight import Sight, Spells
from prevention_model.query.windows import Lookback

Totalled = Count | Any | Sum | Mean | OpenSpell | DaysInSpell | SpellsStarted | SpellsEnded | Share | Change


def totals(sight: Sight, ask: Totalled, lookback: Lookback) -> tuple[Ints, ...]:
    """The whole numbers that an answer is made of, for each row. They add up over people."""
    if isinstance(ask, Change):
        return (*totals(sight, ask.of, Lookback(ask.recent)), *totals(sight, ask.of, lookback))
    if isinstance(ask, Share):
        (upper,), (lower,) = (totals(sight, part, lookback) for part in (ask.numerator, ask.denominator))
        return (lower - upper if ask.rest else upper, lower)
    if isinstance(ask, (Count, Any, Sum, Mean)):
        return _point_totals(sight, ask, lookback)
    spells, rows = sight.spells(ask), sight.rows
    if isinstance(ask, OpenSpell):
        return (rows.steps.running_total(len(rows), spells.enter, spells.ended, None),)
    if isinstance(ask, DaysInSpell):
        return (_days_in_spell(sight, spells, lookback),)
    day, enter = (
        (spells.start, spells.enter) if isinstance(ask, SpellsStarted) else (spells.end, spells.ended)
    )
    window = sight.passing(spells.person, day, enter, spells.expire, lookback)
    return (rows.steps.running_total(len(rows), window.enter, window.leave, None),)


def _point_totals(sight: Sight, ask: Count | Any | Sum | Mean, lookback: Lookback) -> tuple[Ints, ...]:
    rows = sight.rows
    if not isinstance(ask, (Sum, Mean)):
        # Questions about single codes share the windows of the kind: most codes are asked about apart.
        points = sight.points(ask.table, ask.kinds)
        window = sight.window(points, lookback)
        counted = None if ask.codes is None else sight.hold(points, ask.table, ask.codes)
        return (rows.steps.running_total(len(rows), window.enter, window.leave, counted),)
    points = sight.points(ask.table, ask.kinds, ask.codes)
    window = sight.window(points, lookback)
    total = rows.steps.running_total(len(rows), window.enter, window.leave, points.number)
    if isinstance(ask, Sum):
        return (total,)
    valued = points.has_number.astype(np.int64)
    return (total, rows.steps.running_total(len(rows), window.enter, window.leave, valued))


def _days_in_spell(sight: Sight, spells: Spells, lookback: Lookback) -> Ints:
    """Days in spells before the end of the window, less those before its start."""
    dates = sight.rows.dates
    days = _days_before(sight, spells, lookback.end_days(dates))
    if lookback.is_all:
        return days
    return days - _days_before(sight, spells, lookback.start_days(dates))


def _days_before(sight: Sight, spells: Spells, bounds: Days) -> Ints:
    """Days inside spells before a bound that each row has, as far as then seen.

    A spell that began before the bound adds bound - start, until its end is seen to lie before the bound: from
    there it adds end - start.
    """
    rows = sight.rows
    begun = np.maximum(spells.enter, rows.first(spells.person, spells.start, bounds))
    over = np.maximum(np.maximum(begun, spells.ended), rows.first(spells.person, spells.end, bounds))
    begun, over = np.minimum(begun, spells.expire), np.minimum(over, spells.expire)
    running = rows.steps.running_total(len(rows), begun, over, None)
    days = bounds[rows.at] * running
    start, end = spells.start.astype(np.int64), spells.end.astype(np.int64)
    days -= rows.steps.running_total(len(rows), begun, over, start)
    days += rows.steps.running_total(len(rows), over, spells.expire, end - start)
    return days
