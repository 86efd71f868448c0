"""The records as plain Python values, one list a person: what the reference engine reads."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.query.numbers import LARGEST, SCALE, number_in, refuse_too_large

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Point:
    """A row with one date. `held` is its value in ten-thousandths, if it has one."""

    kind: str | None
    code: str | None
    held: int | None
    text: str | None
    day: date
    known: date


@dataclass(frozen=True)
class Stay:
    """A row with a start and an end; also a household membership, a home or a relationship, whose household, area or
    other person is its `code`."""

    kind: str | None
    code: str | None
    outcome: str | None
    start: date
    end: date | None
    known_start: date
    known_end: date | None

    def seen(self, index_date: date) -> bool:
        """The start had happened and was known."""
        return self.start < index_date and self.known_start < index_date

    def end_seen(self, index_date: date) -> bool:
        """The end had happened and was known; until then the spell looks open."""
        if self.end is None or self.known_end is None:
            return False
        return self.end < index_date and self.known_end < index_date

    def open_at(self, index_date: date) -> bool:
        """Seen to have started and not seen to have ended."""
        return self.seen(index_date) and not self.end_seen(index_date)


@dataclass(frozen=True)
class History:
    """Everything on record, by table and person."""

    points: dict[str, dict[str, list[Point]]]
    stays: dict[str, dict[str, list[Stay]]]
    births: dict[str, date] = field(default_factory=dict)
    adults: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, frames: Frames) -> "History":
        """Read the frames. Rows without a person or a first date are never seen, so they are left out."""
        points = {name: _points(name, frames[name]) for name in ("event", "measurement", "attribute")}
        stays = {name: _stays(name, frames[name]) for name in ("spell", "place", "household", "relationship")}
        stays["area"] = _stays("area", frames["place"][frames["place"]["kind"] == "home"])
        history = cls(points, stays)
        for row in _rows(frames["person"]):
            if row["birth_date"] is not None:
                known = history.births.get(row["person_id"], row["birth_date"])
                history.births[row["person_id"]] = min(known, row["birth_date"])
            if row["is_adult"] is not None and bool(row["is_adult"]):
                history.adults.add(row["person_id"])
        return history


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = []
    for row in frame.to_dict("records"):
        plain = {str(name): None if pd.isna(value) else value for name, value in row.items()}
        rows.append({n: v.date() if isinstance(v, pd.Timestamp) else v for n, v in plain.items()})
    return rows


def _points(table: str, frame: pd.DataFrame) -> dict[str, list[Point]]:
    made: dict[str, list[Point]] = defaultdict(list)
    for row in _rows(frame):
        if row["person_id"] is None or row["event_date"] is None:
            continue
        known = row["known_date"] or row["event_date"]
        if table == "attribute":
            point = Point(
                row["name"],
                None,
                _held(number_in(row["value"]), table),
                row["value"],
                row["event_date"],
                known,
            )
        else:
            held = _held(row["value"], table)
            point = Point(row["kind"], row["code"], held, None, row["event_date"], known)
        made[row["person_id"]].append(point)
    return made


def _held(value: float | None, table: str) -> int | None:
    if value is None or value in (float("inf"), float("-inf")):
        return None
    if abs(value) > LARGEST:
        raise refuse_too_large(table)
    return round(value * SCALE)


_COLUMNS = {
    "spell": ("kind", "code", "outcome", "start_date", "end_date", "known_start", "known_end"),
    "place": ("kind", "", "", "from", "to", "known_date", ""),
    "household": ("", "household_id", "", "from", "to", "known_date", ""),
    "relationship": ("role", "other_id", "", "from", "to", "known_date", ""),
    "area": ("", "lsoa", "", "from", "to", "known_date", ""),
}


_TELLING = ("household", "relationship")


def _stays(table: str, frame: pd.DataFrame) -> dict[str, list[Stay]]:
    made: dict[str, list[Stay]] = defaultdict(list)
    for row in _rows(frame):
        kind, code, outcome, start, end, known_start, known_end = (row.get(name) for name in _COLUMNS[table])
        start = start or known_start  # an undated stay begins on the day it became known
        if row["person_id"] is None or start is None or (table in _TELLING and code is None):
            continue
        if end is not None:
            end = max(end, start)  # an end before the start is read as a stay of no days
        made[row["person_id"]].append(
            Stay(kind, code, outcome, start, end, known_start or start, (known_end or end) if end else None)
        )
    return made
