"""What a set of rows can see: the rows of one (table, kind, code), with the row at which each enters."""

from dataclasses import dataclass, replace

import numpy as np

from prevention_model.query.aggregates import (
    DaysInSpell,
    DaysSinceLast,
    Latest,
    OpenSpell,
    SpellsEnded,
    SpellsStarted,
)
from prevention_model.query.numbers import SCALE
from prevention_model.query.rows import Ints, Rows
from prevention_model.query.tables import Bools, Tables

SpellQuestion = OpenSpell | DaysInSpell | SpellsStarted | SpellsEnded | DaysSinceLast


@dataclass(frozen=True, eq=False)
class Points:
    """Selected rows with one date, sorted by person, day, known day, value; `enter` is where each comes into sight."""

    person: Ints
    day: Ints
    known: Ints
    enter: Ints
    code: Ints
    number: Ints
    has_number: Bools

    def keep(self, which: Bools | Ints) -> "Points":
        """Some of them, or all in another order."""
        names = ("person", "day", "known", "enter", "code", "number", "has_number")
        return Points(*(getattr(self, name)[which] for name in names))

    def in_order(self) -> "Points":
        """Sorted by content alone, so that the order of the rows in the records never matters."""
        return self.keep(np.lexsort((self.number, self.known, self.day, self.person)))


@dataclass(frozen=True, eq=False)
class Spells:
    """Selected spells. `enter` is where each comes into sight, `ended` where its end does."""

    person: Ints
    start: Ints
    end: Ints
    enter: Ints
    ended: Ints


class Sight:
    """Selections for one set of rows, each made once and shared by all lookbacks."""

    def __init__(self, tables: Tables, rows: Rows) -> None:
        self.tables, self.rows = tables, rows
        self._points: dict[object, Points] = {}
        self._spells: dict[object, Spells] = {}

    def points(self, table: str, kinds: tuple[str, ...], codes: tuple[str, ...] | None = None) -> Points:
        """Rows of these kinds and codes that some index date sees."""
        key = (table, kinds, codes)
        if key not in self._points:
            source = self.tables.points(table)
            which = source.kind.among(kinds)
            if codes is not None:
                which &= source.code.among(codes)
            at = np.flatnonzero(which)
            person, day, known = source.person[at], source.day[at], source.known[at]
            made = Points(
                person, day, known, self.rows.enter(person, np.maximum(day, known)),
                source.code.codes[at], source.number[at], source.has_number[at],
            )  # fmt: skip
            self._points[key] = made.keep(made.enter < self.rows.end(person)).in_order()
        return self._points[key]

    def latest_points(self, ask: Latest) -> Points:
        """The rows whose values Latest compares: those that have one."""
        points = self.points(ask.table, ask.kinds)
        if ask.texts is None:
            return points.keep(points.has_number)
        points = points.keep(points.code >= 0)
        texts = self.tables.points(ask.table).code.texts
        is_one = np.isin(texts.to_numpy(dtype=object), np.array(ask.texts, dtype=object))
        return replace(points, number=np.where(is_one, SCALE, 0)[points.code]).in_order()

    def spells(self, ask: SpellQuestion) -> Spells:
        """Spells that some index date sees."""
        outcomes = ask.outcomes if isinstance(ask, SpellsEnded) else None
        key = (ask.table, ask.kinds, ask.codes, outcomes)
        if key not in self._spells:
            source = self.tables.spells(ask.table)
            which = source.kind.among(ask.kinds)
            if ask.codes is not None:
                which &= source.code.among(ask.codes)
            if outcomes is not None:
                which &= source.outcome.among(outcomes)
            at = np.flatnonzero(which)
            person = source.person[at]
            enter = self.rows.enter(person, source.seen[at])
            ended = np.maximum(enter, self.rows.enter(person, source.ended[at]))
            at_sight = enter < self.rows.end(person)
            made = Spells(person, source.start[at], source.end[at], enter, ended)
            self._spells[key] = Spells(
                *(getattr(made, name)[at_sight] for name in ("person", "start", "end", "enter", "ended"))
            )
        return self._spells[key]

    def as_points(self, ask: DaysSinceLast) -> Points:
        """The rows whose dates DaysSinceLast compares; for spells, their starts or their ends."""
        if ask.table not in ("spell", "place"):
            return self.points(ask.table, ask.kinds, ask.codes)
        spells = self.spells(ask)
        day, enter = (spells.start, spells.enter) if ask.at == "start" else (spells.end, spells.ended)
        none = np.zeros(len(day), dtype=np.int64)
        points = Points(spells.person, day, none, enter, none, none, none.astype(np.bool_))
        return points.keep(enter < self.rows.end(spells.person)).in_order()
