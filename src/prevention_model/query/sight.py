"""What a set of rows can see: the rows of one (table, kind, code), and from which row to which each is in sight."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Generic, Self, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from prevention_model.query.aggregates import (
    DaysInSpell,
    DaysSinceLast,
    DistinctCodes,
    Latest,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)
from prevention_model.query.columns import Bools
from prevention_model.query.length import Days
from prevention_model.query.retention import Retention
from prevention_model.query.rows import NEVER, Ints, Places, Rows
from prevention_model.query.tables import SpellTable, Tables
from prevention_model.query.windows import Lookback

SpellQuestion = OpenSpell | DaysInSpell | SpellsStarted | SpellsEnded | DaysSinceLast


Made = TypeVar("Made")


class _Some:
    """Arrays of one length."""

    def keep(self, which: Bools) -> Self:
        """Some of them."""
        at = np.flatnonzero(which)  # found once for all arrays
        held = [getattr(self, item.name) for item in fields(self)]  # type: ignore[arg-type]
        return type(self)(*(part[at] if isinstance(part, np.ndarray) else part for part in held))


@dataclass(frozen=True, eq=False)
class Points(_Some):
    """Selected rows with one date. Each is in sight from the row `enter` to
    before the row `expire`, were it not for the window. `lasting` where that is always the person's last row."""

    person: Ints
    day: Days
    code: Ints
    number: Ints
    has_number: Bools
    enter: Places
    expire: Places
    lasting: bool


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
    """From which row to before which each item stands in the window of a lookback, and is seen to. `lasting` where
    nothing that has entered leaves before the person's last row."""

    enter: Places
    leave: Places
    lasting: bool = False


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
        self._parts: dict[str, SpellTable] = {}
        self._made: _Recent[Points | Spells] = _Recent(KEPT_SELECTIONS)
        self._windows: _Recent[Window] = _Recent(KEPT_WINDOWS)

    def points(
        self, table: str, kinds: tuple[str, ...], codes: tuple[str, ...] | None = None, numbered: bool = False
    ) -> Points:
        """Rows of these kinds and codes that some index date sees; with `numbered`, those that have a value."""

        def make() -> Points:
            if numbered:
                whole = self.points(table, kinds, codes)
                return whole if whole.has_number.all() else whole.keep(whole.has_number)
            if codes is not None:
                whole = self.points(table, kinds)
                return whole.keep(self.hold(whole, table, codes))
            return self._selected(table, kinds)

        return cast(Points, self._made.get((table, kinds, codes, numbered), make))

    def hold(self, points: Points, table: str, codes: tuple[str, ...]) -> Bools:
        """Which of the points hold one of these codes."""
        return self._tables.wanted(table, codes)[points.code]

    def latest(self, ask: Latest) -> tuple[Points, Ints]:
        """The rows whose values Latest compares, and the place of each among all rows that have one."""
        points = self.points(ask.table, ask.kinds)
        rank, _ = self._tables.turns(ask.table, ask.kinds, ask.texts)
        pieces = [rank[rows] for rows in self._where(ask.table, ask.kinds).values()]
        mine = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        return points.keep(mine >= 0), mine[mine >= 0]

    def codes(self, ask: DistinctCodes) -> Ints:
        """The codes that the rows may have, whoever's they are."""
        codes = self._tables.codes(ask.table, ask.kinds)
        return codes if ask.codes is None else codes[self._tables.wanted(ask.table, ask.codes)[codes]]

    def bits(self, points: Points, ask: DistinctCodes, codes: Ints) -> Ints:
        """For each of the points the bit of its code among these, at most 63 of them; no bit for any other."""
        bit_of = np.zeros(len(self._tables.points(ask.table).code.texts) + 1, dtype=np.int64)
        bit_of[codes] = np.left_shift(1, np.arange(len(codes)))
        return bit_of[points.code]

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
        has_none = none.astype(np.bool_)
        return Points(spells.person, day, none, none, has_none, enter, spells.expire, lasting=False)

    def window(self, points: Points, lookback: Lookback) -> Window:
        """From which row to which each of the points is seen in the window."""
        # The key holds the points themselves, so that no others are taken for them.
        if lookback.is_all and lookback.ends_at_index_date:
            return Window(points.enter, points.expire, points.lasting)
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

    def _spells_of(self, name: str) -> SpellTable:
        if name not in self._parts:
            self._parts[name] = self._tables.spells(name).between(self._first, self._first + self.rows.people)
        return self._parts[name]

    def _where(self, name: str, kinds: tuple[str, ...]) -> dict[str, slice]:
        """Where the rows of each kind stand in the table, those of the people of this sight."""
        table, last = self._tables.points(name), self._first + self.rows.people
        return {kind: table.rows_of(kind, self._first, last) for kind in dict.fromkeys(kinds)}

    def _selected(self, name: str, kinds: tuple[str, ...]) -> Points:
        table, where = self._tables.points(name), self._where(name, kinds)

        def part(column: NDArray) -> NDArray:
            pieces = [column[rows] for rows in where.values()]
            return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

        person, day = part(table.person), part(table.day)
        if self._first:
            person = person - self._first
        expire = self.rows.end(person)
        retained = [kind for kind in where if kind in self._retention.lengths]
        if retained:
            of_kind = np.repeat(np.arange(len(where)), [rows.stop - rows.start for rows in where.values()])
            for number, kind in enumerate(where):
                if kind in retained:
                    expire = self._expire(person, day, expire, kind, of_kind == number)
        return Points(
            person, day, part(table.code.codes), part(table.number), part(table.has_number),
            self.rows.enter(person, np.maximum(day, part(table.known))), expire, not retained,
        )  # fmt: skip

    def _seen_spells(self, source: SpellTable, kinds: tuple[str, ...]) -> Spells:
        person, last = source.person, self.rows.end(source.person)
        enter = self.rows.enter(person, source.seen)
        ended = np.where(
            source.ended < NEVER, np.maximum(enter, self.rows.enter(person, source.ended)), last
        ).astype(np.int32)
        expire = last
        for kind in kinds:
            if kind in self._retention.lengths:
                is_it = source.kind.among((kind,)) & (ended < last)
                expire = self._expire(person, source.end, expire, kind, is_it)
        expire = np.maximum(expire, ended).astype(np.int32)
        made = Spells(person, source.start, source.end, enter, ended, expire)
        return made.keep(enter < last)

    def _expire(self, person: Ints, day: Days, expire: Places, kind: str, is_it: Bools) -> Places:
        """The first row from which the retention of the kind forbids to look at each item that is of it."""
        bounds = self._retention.start_days(kind, self.rows.dates)
        return np.where(is_it, np.minimum(expire, self.rows.first(person, day, bounds)), expire)
