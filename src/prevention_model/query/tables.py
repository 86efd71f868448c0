"""The records as arrays of whole numbers, one set a table, made once and shared by all questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.query.numbers import SCALE, held, number_in
from prevention_model.query.pairs import days_of
from prevention_model.query.rows import MISSING_DAY, Ints

Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Texts:
    """A text column as codes in the order of the texts; -1 is missing."""

    codes: Ints
    texts: pd.Index

    @classmethod
    def of(cls, column: pd.Series) -> "Texts":
        """Factorize a column."""
        codes, texts = pd.factorize(column, sort=True)
        return cls(codes.astype(np.int64), pd.Index(texts))

    def among(self, wanted: tuple[str, ...]) -> Bools:
        """Which rows hold one of the wanted texts."""
        numbers = self.texts.get_indexer(pd.Index(wanted, dtype=self.texts.dtype))
        return np.isin(self.codes, numbers[numbers >= 0])


@dataclass(frozen=True, eq=False)
class PointTable:
    """Rows with one date: person code, days, kind, code or text, value in ten-thousandths."""

    person: Ints
    day: Ints
    known: Ints
    kind: Texts
    code: Texts
    number: Ints
    has_number: Bools


@dataclass(frozen=True, eq=False)
class SpellTable:
    """Rows with a start and an end. `seen` and `ended` are the last days on which they were still unknown."""

    person: Ints
    start: Ints
    seen: Ints
    end: Ints
    ended: Ints
    kind: Texts
    code: Texts
    outcome: Texts


class Tables:
    """The frames, seen through one numbering of people. Tables are read when first asked for."""

    def __init__(self, frames: Mapping[str, pd.DataFrame], pairs: pd.DataFrame) -> None:
        self.frames = frames
        asked = pairs["person_id"]
        housed = frames["household"]["person_id"]
        self.people = pd.Index(pd.unique(pd.concat([asked, housed]).dropna()))
        self._points: dict[str, PointTable] = {}
        self._spells: dict[str, SpellTable] = {}

    def person_codes(self, column: pd.Series) -> Ints:
        """The number of each person; -1 for people who are not asked about."""
        codes, texts = pd.factorize(column)
        numbers = self.people.get_indexer(pd.Index(texts)).astype(np.int64)
        return np.append(numbers, -1)[codes]

    def points(self, name: str) -> PointTable:
        """The table event, measurement or attribute."""
        if name not in self._points:
            self._points[name] = self._read_points(name)
        return self._points[name]

    def spells(self, name: str) -> SpellTable:
        """The table spell or place."""
        if name not in self._spells:
            self._spells[name] = self._read_spells(name)
        return self._spells[name]

    def _read_points(self, name: str) -> PointTable:
        frame = self.frames[name]
        person = self.person_codes(frame["person_id"])
        day = days_of(frame["event_date"])
        use = (person >= 0) & (day != MISSING_DAY)
        if not use.all():
            frame, person, day = frame[use], person[use], day[use]
        known = or_else(days_of(frame["known_date"]), day)
        if name == "attribute":
            code = Texts.of(frame["value"])
            number, has_number = _numbers_in(code)
            return PointTable(person, day, known, Texts.of(frame["name"]), code, number, has_number)
        number, has_number = held(frame["value"].to_numpy(dtype=np.float64), name)
        return PointTable(
            person, day, known, Texts.of(frame["kind"]), Texts.of(frame["code"]), number, has_number
        )

    def _read_spells(self, name: str) -> SpellTable:
        frame = self.frames[name]
        if name == "place":
            frame = frame.rename(
                columns={"from": "start_date", "to": "end_date", "known_date": "known_start"}
            )
            frame = frame.assign(known_end=frame["end_date"], code=None, outcome=None)
        person = self.person_codes(frame["person_id"])
        start = or_else(days_of(frame["start_date"]), days_of(frame["known_start"]))
        use = (person >= 0) & (start != MISSING_DAY)
        if not use.all():
            frame, person, start = frame[use], person[use], start[use]
        seen = np.maximum(start, or_else(days_of(frame["known_start"]), start))
        raw_end = days_of(frame["end_date"])
        is_open = raw_end == MISSING_DAY
        end = np.where(is_open, MISSING_DAY, np.maximum(raw_end, start))
        ended = np.maximum(end, or_else(days_of(frame["known_end"]), end))
        ended = np.where(is_open, np.iinfo(np.int64).max // 2, ended)
        texts = (Texts.of(frame[column].astype("str")) for column in ("kind", "code", "outcome"))
        return SpellTable(person, start, seen, end, ended, *texts)

    @cached_property
    def birth(self) -> Ints:
        """The birth day of each person, in the numbering of people."""
        birth = np.full(len(self.people), np.iinfo(np.int64).max)
        day = days_of(self.frames["person"]["birth_date"])
        person = self.person_codes(self.frames["person"]["person_id"])
        use = (person >= 0) & (day != MISSING_DAY)
        np.minimum.at(birth, person[use], day[use])
        return np.where(birth == np.iinfo(np.int64).max, MISSING_DAY, birth)

    @cached_property
    def is_adult(self) -> Bools:
        """Who is an adult, in the numbering of people."""
        adult = np.zeros(len(self.people), dtype=np.bool_)
        frame = self.frames["person"]
        marked = frame["is_adult"].fillna(False).to_numpy(dtype=np.bool_)
        person = self.person_codes(frame["person_id"])[marked]
        adult[person[person >= 0]] = True
        return adult


def or_else(days: Ints, other: Ints) -> Ints:
    """`days`, and where they are missing `other`."""
    return np.where(days == MISSING_DAY, other, days)


def _numbers_in(texts: Texts) -> tuple[Ints, Bools]:
    values = [number_in(text) for text in texts.texts]
    numbers = np.array([0.0 if value is None else value for value in values] + [0.0])
    usable = np.array([value is not None for value in values] + [False])
    return np.rint(numbers * SCALE).astype(np.int64)[texts.codes], usable[texts.codes]
