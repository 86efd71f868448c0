"""What a set of rows can see: the rows of one (table, kind, code), and from which row to which each is in sight."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Generic, Self, TypeVar, cast

import numpy as np

from prevention_model.query.aggregates import (
    DaysInSpell,
    DaysSinceLast,
    DistinctCodes,
    Latest,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)
from prevention_model.query.columns import Bools, Texts
from prevention_model.query.length import Days
from prevention_model.query.retention import Retention
from prevention_model.query.rows import NEVER, Ints, Places, Rows
from prevention_model.query.tables import PointTable, SpellTable, Tables
from prevention_model.query.windows import Lookback

SpellQuestion = OpenSpell | DaysInSpell | SpellsStarted | SpellsEnded | DaysSinceLast


Made = TypeVar("Made")


class _Some:
    """Arrays of one length."""

    def keep(self, which: Bools) -> Self:
        """Some of them."""
        at = np.flatnonzero(which)  # found once for all arrays
        return type(self)(*(getattr(self, item.name)[at] for item in fields(self)))  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Points(_Some):
    """Selected rows with one date; `row` is where each stands in its table. Each is in sight from the row `enter` to
    before the row `expire`, were it not for the window."""

    row: Ints
    person: Ints
    day: Days
    code: Ints
    number: Ints
    has_number: Bools
    enter: Places
    expire: Places


@dataclass(frozen=True, eq=False)
class Spells(_Some):
    """Selected spells: in sight from `enter`, their end from `ended`, and no longer from `expire`."""

    person: Ints
    start: Days
    end: Days
    enter: Places
    ended: Places
    expire: Places


@dataclass(frozen=True, eq=False)
class Window:
    """From which row to before which each item stands in the window of a lookback, and is seen to."""

    enter: Places
    leave: Places


KEPT_SELECTIONS, KEPT_WINDOWS = 4, 8
"""How many of each a sight keeps: questions about one thing stand together, and memory stays bounded."""


class _Recent(Generic[Made]):
    """What was made last, by key, and so many of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[object, Made] = {}

    def get(self, key: object, make: Callable[[], Made]) -> Made:
        """What was made for the key before, else made now; the oldest is let go."""
        if key in self._held:
            return self._held[key]
        made = self._held[key] = make()
        if len(self._held) > self._most:
            del self._held[next(iter(self._held))]
        return made


class Sight:
    """Selections for one set of rows, made once and shared by questions that follow each other.

    `first` is the number, in `tables`, of the person whose number among the rows is 0.
    """

    def __init__(self, tables: Tables, rows: Rows, retention: Retention, first: int = 0) -> None:
        self._tables, self.rows, self._retention, self._first = tables, rows, retention, first
        self._parts: dict[str, PointTable | SpellTable] = {}
        self._made: _Recent[Points | Spells] = _Recent(KEPT_SELECTIONS)
        self._windows: _Recent[Window] = _Recent(KEPT_WINDOWS)

    def points(
        self, table: str, kinds: tuple[str, ...], codes: tuple[str, ...] | None = None, numbered: bool = False
    ) -> Points:
        """Rows of these kinds and codes that some index date sees; with `numbered`, those that have a value."""

        def make() -> Points:
            if numbered:
                whole = self.points(table, kinds, codes)
                return whole.keep(whole.has_number)
            if codes is not None:
                whole = self.points(table, kinds)
                return whole.keep(np.isin(whole.code, self._tables.points(table).code.numbers(codes)))
            return self._selected(table, kinds)

        return cast(Points, self._made.get((table, kinds, codes, numbered), make))

    def latest(self, ask: Latest) -> tuple[Points, Ints]:
        """The rows whose values Latest compares, and the place of each among all rows that have one."""
        points = self.points(ask.table, ask.kinds)
        rank, _ = self._tables.turns(ask.table, ask.kinds, ask.texts)
        some = points.keep(rank[points.row] >= 0)
        return some, rank[some.row]

    def codes(self, ask: DistinctCodes) -> Ints:
        """The codes that the rows may have, whoever's they are."""
        codes = self._tables.codes(ask.table, ask.kinds)
        return (
            codes
            if ask.codes is None
            else np.intersect1d(codes, self._tables.points(ask.table).code.numbers(ask.codes))
        )

    def spells(self, ask: SpellQuestion) -> Spells:
        """Spells that some index date sees."""
        outcomes = ask.outcomes if isinstance(ask, SpellsEnded) else None

        def make() -> Spells:
            source = self._spells_of(ask.table)
            which = source.kind.among(ask.kinds)
            if ask.codes is not None:
                which &= source.code.among(ask.codes)
            if outcomes is not None:
                which &= source.outcome.among(outcomes)
            return self._seen_spells(source.take(np.flatnonzero(which)), ask.kinds)

        return cast(Spells, self._made.get((ask.table, ask.kinds, ask.codes, outcomes), make))

    def as_points(self, ask: DaysSinceLast) -> Points:
        """The rows whose dates DaysSinceLast compares; for spells, their starts or their ends."""
        if ask.table not in ("spell", "place"):
            return self.points(ask.table, ask.kinds, ask.codes)
        spells = self.spells(ask)
        day, enter = (spells.start, spells.enter) if ask.at == "start" else (spells.end, spells.ended)
        none = np.zeros(len(day), dtype=np.int64)
        made = Points(none, spells.person, day, none, none, none.astype(np.bool_), enter, spells.expire)
        return made.keep(enter < self.rows.end(spells.person))

    def window(self, points: Points, lookback: Lookback) -> Window:
        """From which row to which each of the points is seen in the window."""
        # The key holds the points themselves, so that no others are taken for them.
        return self._windows.get(
            (points, lookback),
            lambda: self.passing(points.person, points.day, points.enter, points.expire, lookback),
        )

    def passing(self, person: Ints, day: Days, enter: Places, expire: Places, lookback: Lookback) -> Window:
        """From which row to which each day stands in the window, from when it is seen to when it is not any more."""
        rows = self.rows
        if not lookback.ends_at_index_date:
            enter = np.maximum(enter, rows.first(person, day, lookback.end_days(rows.dates)))
        if not lookback.is_all:
            expire = np.minimum(expire, rows.first(person, day, lookback.start_days(rows.dates)))
        return Window(enter, expire)

    def _points_of(self, name: str) -> PointTable:
        if name not in self._parts:
            self._parts[name] = self._tables.points(name).between(self._first, self._first + self.rows.people)
        return cast(PointTable, self._parts[name])

    def _spells_of(self, name: str) -> SpellTable:
        if name not in self._parts:
            self._parts[name] = self._tables.spells(name).between(self._first, self._first + self.rows.people)
        return cast(SpellTable, self._parts[name])

    def _selected(self, name: str, kinds: tuple[str, ...]) -> Points:
        source = self._points_of(name)
        begin = self._tables.points(name).begin(self._first)
        at = np.flatnonzero(source.kind.among(kinds))
        person, day = source.person[at], source.day[at]
        made = Points(
            at + begin, person, day, source.code.codes[at], source.number[at], source.has_number[at],
            self.rows.enter(person, np.maximum(day, source.known[at])),
            self._expire(person, day, self.rows.end(person), source.kind, at, kinds),
        )  # fmt: skip
        seen = made.enter < made.expire
        return made if seen.all() else made.keep(seen)

    def _seen_spells(self, source: SpellTable, kinds: tuple[str, ...]) -> Spells:
        person, last = source.person, self.rows.end(source.person)
        enter = self.rows.enter(person, source.seen)
        ended = np.where(
            source.ended < NEVER, np.maximum(enter, self.rows.enter(person, source.ended)), last
        ).astype(np.int32)
        every = np.arange(len(person))
        expire = np.where(
            ended < last, self._expire(person, source.end, last, source.kind, every, kinds), last
        )
        expire = np.maximum(expire, ended).astype(np.int32)
        made = Spells(person, source.start, source.end, enter, ended, expire)
        return made.keep(enter < last)

    def _expire(
        self, person: Ints, day: Days, last: Places, kind: Texts, at: Ints, kinds: tuple[str, ...]
    ) -> Places:
        """The first row from which the retention of its kind forbids to look at each item."""
        expire = last
        for name in kinds:
            if name in self._retention.lengths:
                bounds = self._retention.start_days(name, self.rows.dates)
                is_it = kind.among((name,))[at]
                expire = np.where(is_it, np.minimum(expire, self.rows.first(person, day, bounds)), expire)
        return expire.astype(np.int32)
