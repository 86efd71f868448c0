"""The people around a child at an index date, as then known, and totals over them without the child.

A *gathering* (a household, an area) has one number, and a child's others are its total less the child's own. A
*tie* (parents, brothers and sisters) leads from a child to each person. Both are asked about at the index dates of
the children who have them, so people who are themselves not asked about, adults above all, come in here.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from prevention_model.query.columns import Bools
from prevention_model.query.question import CARING, PARENTS, SIBLING, Scope
from prevention_model.query.rows import Ints, Rows, distinct_of, spread
from prevention_model.query.stays import Stays, area_stays, household_stays, relationship_stays
from prevention_model.query.steps_numpy import NOTHING
from prevention_model.query.tables import Tables


class Circle(Protocol):
    """What answers are gathered over."""

    @property
    def rows(self) -> Rows:
        """The people around, at the children's index dates."""
        ...

    @property
    def known(self) -> Bools:
        """For which asked pairs anybody knows who they are."""
        ...

    def others(self) -> tuple[Ints, Ints]:
        """Every (asked pair, row of another person), as two arrays."""
        ...

    def total(self, amounts: Ints) -> Ints:
        """For each asked pair the total of the others; 0 where there are none."""
        ...

    def largest(self, keys: Ints) -> Ints:
        """For each asked pair the largest key of the others; NOTHING where there are none."""
        ...


def circle(scope: Scope, tables: Tables, pairs: Rows) -> Circle:
    """The circle of a scope other than "own"."""
    if scope == "household_others":
        return Gathering.of(household_stays(tables)[0], pairs)
    if scope == "place":
        return Gathering.of(area_stays(tables)[0], pairs)
    if scope == "parents":
        return Ties.of(*_open_ties(relationship_stays(tables, CARING), pairs), pairs)
    return _siblings(tables, pairs)


@dataclass(frozen=True, eq=False)
class Gathering:
    """Everybody of the households (or areas) of the asked pairs, at the same index dates.

    `group` numbers each member's (household, index date); `asked` is the group of each asked pair (-1 without a
    household) and `own` the pair's own position among the members.
    """

    rows: Rows
    group: Ints
    asked: Ints
    own: Ints

    @classmethod
    def of(cls, stays: Stays, pairs: Rows) -> "Gathering":
        """Members need not be asked about themselves."""
        dates = len(pairs.dates)
        where = stays.lived_in(pairs)
        groups, asked = _numbered(np.where(where >= 0, where * dates + pairs.at, -1))
        # Whoever ever seemed to live there at that date is a candidate; their own latest household decides.
        first, last = (np.searchsorted(pairs.dates, day, side="right") for day in (stays.seen, stays.left))
        housed = stays.where >= 0
        begin = np.searchsorted(groups, stays.where * dates + first)
        end = np.searchsorted(groups, stays.where * dates + last)
        item, group = spread(begin[housed], end[housed])
        person = stays.person[housed][item]
        candidates = _rows(person, groups[group] % max(dates, 1), pairs)
        lives = stays.lived_in(candidates)
        place = np.searchsorted(groups, lives * dates + candidates.at)
        stay = (lives >= 0) & (np.append(groups, -1)[place] == lives * dates + candidates.at)
        rows = Rows(candidates.person[stay], candidates.at[stay], pairs.dates, pairs.people, pairs.steps)
        own = np.searchsorted(rows.keys, pairs.keys)
        return cls(rows, place[stay], asked, np.where(asked >= 0, own, -1))

    @property
    def known(self) -> Bools:
        """Which asked pairs have a household."""
        return self.asked >= 0

    def others(self) -> tuple[Ints, Ints]:
        """Every (asked pair, row of another member), as two arrays."""
        asked = np.flatnonzero(self.known)
        order = np.argsort(self.group, kind="stable")
        ends = [
            np.searchsorted(self.group[order], self.asked[asked], side=side) for side in ("left", "right")
        ]
        item, place = spread(*ends)
        pair, row = asked[item], order[place]
        apart = row != self.own[pair]
        return pair[apart], row[apart]

    def total(self, amounts: Ints) -> Ints:
        """For each asked pair the household's total less the pair's own; 0 without a household."""
        return self.rows.steps.total_of_others(self.group, amounts, self._groups, self.asked, self.own)

    def largest(self, keys: Ints) -> Ints:
        """For each asked pair the largest key among the others; NOTHING for none."""
        return self.rows.steps.largest_of_others(self.group, keys, self._groups, self.asked, self.own)

    @cached_property
    def _groups(self) -> int:
        return int(self.group.max(initial=-1)) + 1


@dataclass(frozen=True, eq=False)
class Ties:
    """Each (asked pair, other person), once: `asked` is the place of the pair, `other` that of the other's row."""

    rows: Rows
    asked: Ints
    other: Ints
    known: Bools

    def others(self) -> tuple[Ints, Ints]:
        """Every (asked pair, row of another person), as two arrays."""
        return self.asked, self.other

    @classmethod
    def of(cls, asked: Ints, person: Ints, pairs: Rows, known: Bools | None = None) -> "Ties":
        """Ties from places of pairs and numbers of people. Whoever has a tie is known to."""
        key = distinct_of(asked.astype(np.int64) * pairs.people + person)
        asked, person = key // max(pairs.people, 1), key % max(pairs.people, 1)
        rows = _rows(person, pairs.at[asked], pairs)
        other = np.searchsorted(rows.keys, person * (len(pairs.dates) + 1) + pairs.at[asked])
        tied = np.zeros(len(pairs), dtype=np.bool_)
        tied[asked] = True
        return cls(rows, asked, other, tied if known is None else tied | known)

    def total(self, amounts: Ints) -> Ints:
        """For each asked pair the total of the others; 0 where there are none."""
        totals = np.zeros(len(self.known), dtype=np.int64)
        np.add.at(totals, self.asked, amounts[self.other])
        return totals

    def largest(self, keys: Ints) -> Ints:
        """For each asked pair the largest key of the others; NOTHING where there are none."""
        best = np.full(len(self.known), NOTHING)
        np.maximum.at(best, self.asked, keys[self.other])
        return best


def _siblings(tables: Tables, pairs: Rows) -> Ties:
    """Whoever has a parent in common with the child, and whoever is said to be a sibling by either."""
    parents, named = relationship_stays(tables, PARENTS), relationship_stays(tables, SIBLING)
    asked, parent = _open_ties(parents, pairs)
    # From each parent at the child's date to all their children as then seen.
    by_parent = _turned(parents)
    of_parent = _rows(parent, pairs.at[asked], pairs)
    stay, row = by_parent.open_at(of_parent)
    order = np.argsort(row, kind="stable")
    stay, row = stay[order], row[order]
    mine = np.searchsorted(of_parent.keys, parent * (len(pairs.dates) + 1) + pairs.at[asked])
    tie, place = spread(np.searchsorted(row, mine), np.searchsorted(row, mine, side="right"))
    shared = asked[tie], by_parent.where[stay[place]]
    said = [_open_ties(stays, pairs) for stays in (named, _turned(named))]
    to, other = (np.concatenate([part[side] for part in (shared, *said)]) for side in (0, 1))
    apart = pairs.person[to] != other
    known = np.zeros(len(pairs), dtype=np.bool_)
    known[asked] = True
    return Ties.of(to[apart], other[apart], pairs, known)


def _open_ties(stays: Stays, pairs: Rows) -> tuple[Ints, Ints]:
    """Every (asked pair, other person) whose tie is open at the pair's date, as two arrays."""
    item, row = stays.open_at(pairs)
    return row, stays.where[item]


def _turned(stays: Stays) -> Stays:
    """The same ties, seen from the other person."""
    return Stays(stays.where, stays.person, stays.seen, stays.left, stays.rank)


def _rows(person: Ints, at: Ints, pairs: Rows) -> Rows:
    """Rows of people at some of the index dates, each once."""
    width = len(pairs.dates) + 1
    keys = distinct_of(person.astype(np.int64) * width + at)
    return Rows(keys // width, keys % width, pairs.dates, pairs.people, pairs.steps)


def _numbered(keys: Ints) -> tuple[Ints, Ints]:
    """The distinct keys that are not -1, in order, and the place of each key among them (-1 for none)."""
    groups = distinct_of(keys[keys >= 0])
    return groups, np.where(keys >= 0, np.searchsorted(groups, keys), -1)
