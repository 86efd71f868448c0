"""The records as arrays of whole numbers, in order of person, made once and shared by all questions."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from threading import Lock
from typing import Self

import numpy as np
import pandas as pd

from prevention_model.query.by_kind import ByKind
from prevention_model.query.columns import Bools, Frames, Texts, days, places, texts, together, values
from prevention_model.query.length import Days
from prevention_model.query.numbers import SCALE, held, number_in
from prevention_model.query.rows import MISSING_DAY, NEVER, Ints
from prevention_model.query.steps import Steps


@dataclass(frozen=True, eq=False)
class PointTable:
    """Rows with one date, in order of kind and person: person code, days, code or text, value in ten-thousandths.

    `kinds` numbers the kinds, and the rows of each begin at its number in `starts`.
    """

    person: Ints
    day: Days
    known: Days
    code: Texts
    number: Ints
    has_number: Bools
    kinds: dict[str, int]
    starts: Ints

    def rows_of(self, kind: str, first: int = 0, after: int | None = None) -> slice:
        """Where the rows of a kind stand; of the people from `first` up to `after`."""
        if kind not in self.kinds:
            return slice(0, 0)
        begin, end = self.starts[self.kinds[kind] :][:2]
        person = self.person[begin:end]
        # Of the column's own kind, or the whole column would be turned into another first.
        until = len(person) if after is None else np.searchsorted(person, person.dtype.type(after))
        return slice(int(begin + np.searchsorted(person, person.dtype.type(first))), int(begin + until))

    def places_of(self, kinds: tuple[str, ...]) -> Ints:
        """The places of all rows of these kinds."""
        parts = [self.rows_of(kind) for kind in dict.fromkeys(kinds)]
        return np.concatenate([np.arange(part.start, part.stop) for part in parts])


@dataclass(frozen=True, eq=False)
class SpellTable:
    """Rows with a start and an end, in order of person. `seen` and `ended` are the last days on which they were still
    unknown."""

    person: Ints
    start: Days
    seen: Days
    end: Days
    ended: Days
    kind: Texts
    code: Texts
    outcome: Texts

    def take(self, which: Bools | Ints | slice) -> Self:
        """Some of the rows, or all in another order."""
        return type(self)(*(_some(getattr(self, item.name), which) for item in fields(self)))  # type: ignore[arg-type]

    def between(self, first: int, after: int) -> Self:
        """The rows of the people from `first` up to `after`, whose numbers now start at 0."""
        begin, end = np.searchsorted(self.person, np.array([first, after], dtype=self.person.dtype))
        part = self.take(slice(begin, end))
        if first:
            object.__setattr__(part, "person", part.person - first)
        return part


def _some(held: Ints | Texts, which: Bools | Ints | slice) -> Ints | Texts:
    return held.take(which) if isinstance(held, Texts) else held[which]


class Tables:
    """The frames, seen through one numbering of people. Tables are read when first asked for."""

    def __init__(self, frames: Frames, people: pd.Index, steps: Steps) -> None:
        self.frames, self.people, self._steps = frames, people, steps
        self._points: dict[str, PointTable] = {}
        self._spells: dict[str, SpellTable] = {}
        self._turns: dict[object, tuple[Ints, Ints]] = {}
        self._codes: dict[tuple[str, tuple[str, ...]], Ints] = {}
        self._wanted: dict[tuple[str, tuple[str, ...]], Bools] = {}
        self._reading = (
            Lock()
        )  # of several threads that want a table one reads it, or it would be there twice

    def person_codes(self, told: Texts) -> Ints:
        """The number of each row's person; -1 for people who are not asked about."""
        numbers = self.people.get_indexer(told.texts).astype(np.int32)
        return np.append(numbers, np.int32(-1))[told.codes]

    def points(self, name: str) -> PointTable:
        """The table event, measurement or attribute."""
        with self._reading:
            if name not in self._points:
                self._points[name] = self._read_points(name)
            return self._points[name]

    def spells(self, name: str) -> SpellTable:
        """The table spell or place."""
        with self._reading:
            if name not in self._spells:
                self._spells[name] = self._read_spells(name)
            return self._spells[name]

    def turns(self, name: str, kinds: tuple[str, ...], equal: tuple[str, ...] | None) -> tuple[Ints, Ints]:
        """Which row with a value is later than which: a rank for each row of the table, -1 for none, and by rank the
        number that the row gives. Later is the later day, then the later known day, then the larger number.

        With `equal`, for attributes: 1 for these texts and 0 for others.
        """
        key = (name, kinds, equal)
        if key not in self._turns:
            table = self.points(name)
            has_value = table.has_number if equal is None else table.code.codes >= 0
            at = table.places_of(kinds)
            at = at[has_value[at]]
            number = table.number[at] if equal is None else np.where(table.code.among(equal)[at], SCALE, 0)
            order = np.lexsort((number, table.known[at], table.day[at]))
            rank = np.full(len(table.day), -1, dtype=np.int64)
            rank[at[order]] = np.arange(len(at))
            self._turns[key] = rank, number[order]
        return self._turns[key]

    def codes(self, name: str, kinds: tuple[str, ...]) -> Ints:
        """The distinct codes of rows of these kinds."""
        if (name, kinds) not in self._codes:
            table = self.points(name)
            counted = np.bincount(table.code.codes[table.places_of(kinds)].astype(np.int64) + 1)
            self._codes[name, kinds] = np.flatnonzero(counted[1:])
        return self._codes[name, kinds]

    def wanted(self, name: str, codes: tuple[str, ...]) -> Bools:
        """For each code of a table of points, and at the end for none, whether it is one of these."""
        if (name, codes) not in self._wanted:
            self._wanted[name, codes] = self.points(name).code.wanted(codes)
        return self._wanted[name, codes]

    def _read_points(self, name: str) -> PointTable:
        frame = self.frames[name]
        kinds, codes = ("name", "value") if name == "attribute" else ("kind", "code")
        person = places(frame, "person_id", self.people)
        day, kind = together(frame, lambda: days(frame, "event_date"), lambda: texts(frame, kinds))
        use = (person >= 0) & (day != MISSING_DAY) & (kind.codes >= 0)
        order = ByKind.of(kind.codes, person, use, len(kind.texts), self._steps)
        numbers = {text: number for number, text in enumerate(kind.texts)}
        del kind, use
        # Each column is put in order as soon as it is read: the whole is never there twice.
        is_text = name == "attribute"
        known, code, said, day, person = together(
            frame,
            lambda: order.arrange(days(frame, "known_date")),
            lambda: texts(frame, codes).by(order.arrange),
            lambda: [] if is_text else [order.arrange(part) for part in held(values(frame, "value"), name)],
            lambda: order.arrange(day),
            lambda: order.people,
        )
        number, has_number = _numbers_in(code) if is_text else said
        return PointTable(person, day, or_else(known, day), code, number, has_number, numbers, order.starts)

    def _read_spells(self, name: str) -> SpellTable:
        frame = self.frames[name]
        columns = _SPELL if name == "spell" else _PLACE
        first, last, known, known_last = (days(frame, column) for column in columns)
        start = or_else(first, known)
        seen = np.maximum(start, or_else(known, start))
        is_open = last == MISSING_DAY
        end = np.where(is_open, start, np.maximum(last, start))  # of an open one nobody asks for the end
        ended = np.where(is_open, NEVER, np.maximum(end, or_else(known_last, end)))
        person = self.person_codes(texts(frame, "person_id"))
        said = [texts(frame, column) if name == "spell" or column == "kind" else texts(frame, "")
                for column in ("kind", "code", "outcome")]  # fmt: skip
        at = np.flatnonzero((person >= 0) & (start != MISSING_DAY))
        order = at[self._steps.order_of(person[at], len(self.people))]
        return SpellTable(person, start, seen, end, ended, *said).take(order)

    @cached_property
    def birth(self) -> Days:
        """The birth day of each person, in the numbering of people."""
        birth = np.full(len(self.people), NEVER, dtype=np.int32)
        frame = self.frames["person"]
        day, person = days(frame, "birth_date"), self.person_codes(texts(frame, "person_id"))
        use = (person >= 0) & (day != MISSING_DAY)
        np.minimum.at(birth, person[use], day[use])
        return np.where(birth == NEVER, MISSING_DAY, birth)

    @cached_property
    def is_adult(self) -> Bools:
        """Who is an adult, in the numbering of people."""
        adult = np.zeros(len(self.people), dtype=np.bool_)
        frame = self.frames["person"]
        marked = values(frame, "is_adult") == 1
        person = self.person_codes(texts(frame, "person_id"))[marked]
        adult[person[person >= 0]] = True
        return adult


_SPELL = ("start_date", "end_date", "known_start", "known_end")
_PLACE = ("from", "to", "known_date", "")


def numbered(parts: Sequence[pd.Index]) -> pd.Index:
    """Everybody who stands in any of the parts, once."""
    return pd.Index(np.concatenate([part.to_numpy(dtype=object) for part in parts]), dtype="str").unique()


def or_else(day: Days, other: Days) -> Days:
    """`day`, and where it is missing `other`."""
    return np.where(day == MISSING_DAY, other, day)


def _numbers_in(said: Texts) -> tuple[Ints, Bools]:
    found = [number_in(text) for text in said.texts]
    numbers = np.array([0.0 if value is None else value for value in found] + [0.0])
    usable = np.array([value is not None for value in found] + [False])
    return np.rint(numbers * SCALE).astype(np.int64)[said.codes], usable[said.codes]
