"""Where people live, from when to when: homes with a property number, a postcode and an address."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from prevention_model.synthetic import names
from prevention_model.synthetic.calendar import END, MISSING, day
from prevention_model.synthetic.identifiers import digits, joined, postcode, uprn
from prevention_model.synthetic.population import Families, People

STREETS = len(names.STREETS)
APART, YOUNG = 3, 4
"""Kinds of stay beside the family's homes in turn (0 to 2): a separated parent's, and a young adult's own."""

_SPAN = 100_000
_ZERO = 40_000


@dataclass(frozen=True)
class Homes:
    """Stays in order of person and day. `until` is MISSING where the stay goes on. `serial` numbers the property."""

    person: np.ndarray
    kind: np.ndarray
    since: np.ndarray
    until: np.ndarray
    lsoa: np.ndarray
    serial: np.ndarray
    _keys: np.ndarray

    def at(self, who: np.ndarray, on: np.ndarray) -> np.ndarray:
        """The stay of each person on a day: the last that had begun, or the first there is."""
        key = who.astype(np.int64) * _SPAN + on.astype(np.int64) + _ZERO
        place = np.searchsorted(self._keys, key, side="right") - 1
        place = np.maximum(place, 0)
        earlier = self.person[place] != who
        first = np.searchsorted(self._keys, who.astype(np.int64) * _SPAN)
        found: np.ndarray = np.where(earlier, first, place).clip(max=len(self.person) - 1)
        return found

    def uprn(self, stay: np.ndarray) -> pa.Array:
        """Property numbers."""
        return uprn(self.serial[stay].astype(np.int64) + 1_000_000)

    def postcode(self, stay: np.ndarray) -> pa.Array:
        """Postcodes; a street has one."""
        return postcode(self.lsoa[stay], street_of(self.serial[stay]))

    def address(self, stay: np.ndarray) -> pa.Array:
        """House number and street."""
        serial = self.serial[stay].astype(np.int64)
        house = digits(1 + serial * 7919 % 189, 1)
        return joined(house, " ", names.STREETS.take(pa.array(street_of(self.serial[stay]))))


def street_of(serial: np.ndarray) -> np.ndarray:
    """The street of a property, as a place in the list of names."""
    found: np.ndarray = (serial.astype(np.int64) * 104_729 // 8 % STREETS).astype(np.int32)
    return found


def first_birth(families: Families, people: People) -> np.ndarray:
    """The day of the first birth in each person's family."""
    eldest = np.full(len(families), np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(eldest, people.family[: people.children], people.born[: people.children])
    found: np.ndarray = eldest[people.family]
    return found


def make_homes(families: Families, people: People) -> Homes:
    """Every stay at a home of every person: the family's homes in turn, then a home apart or of one's own."""
    who, far = np.arange(len(people), dtype=np.int32), np.int32(day(END) + 9999)
    since = np.where(
        people.role == 0,
        people.present_from,
        np.maximum(people.present_from, first_birth(families, people) - 400),
    )
    until = np.where(people.present_to == MISSING, far, people.present_to)
    at_home = np.where(people.left_home == MISSING, until, np.minimum(until, people.left_home))
    apart = families.apart[people.family]
    leaves = (people.role == 2) & (apart != MISSING)
    at_home = np.where(leaves, np.minimum(at_home, np.maximum(apart, since)), at_home)
    moved = np.where(families.moved == MISSING, far, families.moved)[people.family]
    edges = (since, moved[:, 0], moved[:, 1], at_home)
    parts = []
    for k in range(3):
        low, high = np.maximum(edges[k], since), np.minimum(edges[k + 1], at_home)
        parts.append((who, np.full(len(who), k), low, high, families.lsoa[people.family, k]))
    away = families.apart_lsoa[people.family]
    parts.append(
        (who, np.full(len(who), APART), np.maximum(at_home, since), np.where(leaves, until, MISSING), away)
    )
    young, near = people.left_home != MISSING, families.lsoa[people.family, 1]
    parts.append((who, np.full(len(who), YOUNG), at_home, np.where(young, until, MISSING), near))
    person, kind, low, high, lsoa = (np.concatenate(c).astype(np.int32) for c in zip(*parts, strict=True))
    real = np.flatnonzero(low < high)
    order = real[np.lexsort((low[real], person[real]))]
    person, kind, low, high, lsoa = (a[order] for a in (person, kind, low, high, lsoa))
    own = kind == YOUNG
    serial = np.where(own, (person + 500_000) * 8 + YOUNG, people.family[person] * 8 + kind).astype(np.int32)
    keys = person.astype(np.int64) * _SPAN + low.astype(np.int64) + _ZERO
    return Homes(
        person, kind, low, np.where(high > day(END), MISSING, high).astype(np.int32), lsoa, serial, keys
    )
