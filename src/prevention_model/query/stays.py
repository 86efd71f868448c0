"""Stays of people in something numbered: a household, an area, or in relation to somebody."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from prevention_model.query.columns import Bools, Frame, days, rows_where, texts
from prevention_model.query.length import Days
from prevention_model.query.rows import MISSING_DAY, NEVER, Ints, Rows, spread
from prevention_model.query.tables import Tables, or_else


@dataclass(frozen=True, eq=False)
class Stays:
    """Stays of people, the last days before they are seen to begin and to have ended, and their order."""

    person: Ints
    where: Ints
    seen: Days
    left: Days
    rank: Ints

    @classmethod
    def of(cls, tables: Tables, frame: Frame, where: Ints) -> "Stays":
        """Stays from a frame with person_id, from, to, known_date. Ties of the rank: later from, known, where."""
        person, where = (
            tables.person_codes(texts(frame, "person_id")).astype(np.int64),
            where.astype(np.int64),
        )
        known = days(frame, "known_date")
        start = or_else(days(frame, "from"), known)  # an undated stay begins when it became known
        known = or_else(known, start)
        end = days(frame, "to")
        left = np.where(end == MISSING_DAY, NEVER, np.maximum(end, start))
        rank = np.empty(len(person), dtype=np.int64)
        rank[np.lexsort((where, known, start))] = np.arange(len(person))
        use = (person >= 0) & (start != MISSING_DAY)
        return cls(person[use], where[use], np.maximum(start, known)[use], left[use], rank[use])

    def keep(self, which: Bools) -> "Stays":
        """Some of them."""
        return Stays(
            self.person[which], self.where[which], self.seen[which], self.left[which], self.rank[which]
        )

    def open_at(self, rows: Rows) -> tuple[Ints, Ints]:
        """Every (stay, row) where the stay is seen to have begun and not seen to have ended, as two arrays."""
        return spread(rows.enter(self.person, self.seen), rows.enter(self.person, self.left))

    def current(self, rows: Rows) -> Ints:
        """For each row the position of the stay last begun and not seen to have ended, -1 for none."""
        item, row = self.open_at(rows)
        best = np.full(len(rows), -1, dtype=np.int64)
        np.maximum.at(best, row, self.rank[item])
        at = np.full(int(self.rank.max(initial=-1)) + 2, -1, dtype=np.int64)
        at[self.rank] = np.arange(len(self.rank))
        return np.where(best >= 0, at[best], -1)

    def lived_in(self, rows: Rows) -> Ints:
        """For each row the number of where the person was last seen to move to, -1 for none."""
        return np.append(self.where, -1)[self.current(rows)]


def household_stays(tables: Tables) -> tuple[Stays, pd.Index]:
    """Household memberships, and the household ids in order."""
    frame = tables.frames["household"]
    said = texts(frame, "household_id")
    return _stays(tables, rows_where(frame, said.codes >= 0), "household_id")


def area_stays(tables: Tables) -> tuple[Stays, pd.Index]:
    """Homes, and the areas in order; -1 is a home whose area is not known."""
    return _stays(tables, _homes(tables), "lsoa")


def zone_stays(tables: Tables) -> tuple[Stays, pd.Index]:
    """Homes, and the zones in order; -1 is a home whose zone is not known."""
    return _stays(tables, _homes(tables), "zone")


def _homes(tables: Tables) -> Frame:
    frame = tables.frames["place"]
    return rows_where(frame, texts(frame, "kind").among(("home",)))


def _stays(tables: Tables, frame: Frame, name: str) -> tuple[Stays, pd.Index]:
    said = texts(frame, name)
    return Stays.of(tables, frame, said.ranks()), said.texts.sort_values()


def relationship_stays(tables: Tables, roles: Sequence[str]) -> Stays:
    """Who is somebody's mother, say: `where` is the number of the other person, nobody's their own."""
    frame = tables.frames["relationship"]
    frame = rows_where(frame, texts(frame, "role").among(tuple(roles)))
    stays = Stays.of(tables, frame, tables.person_codes(texts(frame, "other_id")))
    return stays.keep((stays.where >= 0) & (stays.where != stays.person))
