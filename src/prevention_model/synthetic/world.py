"""The county as the agencies find it: everything true, before anybody writes it down."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from prevention_model.synthetic import names
from prevention_model.synthetic.calendar import END, MISSING, birthday, day
from prevention_model.synthetic.identifiers import (
    authority_number,
    digits,
    joined,
    nhs_number,
    postcode,
    upn,
    uprn,
)
from prevention_model.synthetic.life import Life, present_on
from prevention_model.synthetic.parameters import Parameters
from prevention_model.synthetic.places import Places
from prevention_model.synthetic.population import Families, People
from prevention_model.synthetic.streams import Streams, strikes

TWICE = 0.003
"""Share of children who stand in the index twice, at dirt 1 and more."""


@dataclass(frozen=True)
class Identities:
    """Texts for each person (children first). `address` and `postcode` are of the home on the last day.

    `older_id` is the number of an older system, under which a few children stand a second time (null: none).
    """

    la_person_id: pa.Array
    upn: pa.Array
    nhs_number: pa.Array
    forename: pa.Array
    surname: pa.Array
    address: pa.Array
    postcode: pa.Array
    household: pa.Array
    older_id: pa.Array


@dataclass(frozen=True)
class World:
    """What every agency draws on. `first_parent` and `second_parent` are places in `people` by family (-1: none)."""

    streams: Streams
    parameters: Parameters
    places: Places
    families: Families
    people: People
    life: Life
    identities: Identities
    first_parent: np.ndarray
    second_parent: np.ndarray
    start: date

    @property
    def family(self) -> np.ndarray:
        """The family of each child."""
        return self.people.family[: self.people.children]

    def happen(self, rng: np.random.Generator, rate: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Month, column and day of events with these monthly probabilities (months by columns)."""
        month, column = strikes(rng, rate)
        return month, column, self.day_in(rng, month)

    def day_in(self, rng: np.random.Generator, month: np.ndarray) -> np.ndarray:
        """A day within each month."""
        months = self.life.months
        drawn = months.first[month] + (rng.random(len(month)) * months.length[month]).astype(np.int32)
        return drawn.astype(np.int32)

    def in_county(self, person: np.ndarray, on: np.ndarray) -> np.ndarray:
        """True where each person lived in the county on that day."""
        until = self.people.present_to[person]
        return (self.people.present_from[person] <= on) & ((until == MISSING) | (on < until))

    def shock(self, kind: int) -> np.ndarray:
        """How fresh a shock of one kind is, months by children."""
        found: np.ndarray = self.life.shocks[:, :, kind].astype(np.float32)[:, self.family]
        return found

    def adults_of(self, family: np.ndarray) -> np.ndarray:
        """The first parent of each family."""
        found: np.ndarray = self.first_parent[family]
        return found


def name_everybody(
    streams: Streams, parameters: Parameters, places: Places, families: Families, people: People
) -> Identities:
    """Give each person their numbers, names and address."""
    rng, n = streams("identities"), len(people)
    f = len(families)
    family_name = rng.integers(0, len(names.SURNAMES), f)
    other_name = rng.integers(0, len(names.SURNAMES), n)
    differs = rng.random(n) < np.select([people.role == 2, people.role == 1], [0.45, 0.18], 0.06)
    surname = names.SURNAMES.take(pa.array(np.where(differs, other_name, family_name[people.family])))
    school_age = (people.role == 0) & (birthday(people.born, 3) < day(END))
    numbers = pa.array(upn(rng.permutation(n) * 3 + 17).to_pylist(), pa.string(), mask=~school_age)
    last_home = (families.moved != MISSING).sum(axis=1)
    lsoa = families.lsoa[np.arange(f), last_home]
    house = rng.integers(1, 190, f)
    street = rng.integers(0, len(names.STREETS), f)
    address = joined(digits(house, 1), " ", names.STREETS.take(pa.array(street)))
    whose = pa.array(people.family)
    older = joined("X", digits(500_000 + np.arange(n), 7))
    twice = (people.role == 0) & (rng.random(n) < TWICE * min(parameters.dirt, 1.0))
    return Identities(
        la_person_id=authority_number(rng.permutation(n)),
        upn=numbers,
        nhs_number=nhs_number(rng.permutation(n)),
        forename=names.forenames(rng, people.female),
        surname=surname,
        address=address.take(whose),
        postcode=postcode(lsoa, street * 3 + house % 7).take(whose),
        household=joined("F", digits(100_000 + rng.permutation(f), 6)).take(whose),
        older_id=pa.array(older.to_pylist(), pa.string(), mask=~twice),
    )


def make_world(
    streams: Streams, parameters: Parameters, places: Places, families: Families, people: People, life: Life,
    start: date,
) -> World:  # fmt: skip
    """Put the parts together."""
    by_role = [np.full(len(families), -1, dtype=np.int32) for _ in range(3)]
    for role in (1, 2):
        who = np.flatnonzero(people.role == role)
        by_role[role][people.family[who]] = who
    identities = name_everybody(streams, parameters, places, families, people)
    return World(
        streams, parameters, places, families, people, life, identities, by_role[1], by_role[2], start
    )  # fmt: skip


def residents(world: World, on: date) -> np.ndarray:
    """Who lives in the county on a day."""
    return present_on(world.people, day(on))


def home_uprn(world: World, family: np.ndarray, stay: np.ndarray) -> pa.Array:
    """The property number of a family's home: `stay` 0 to 2 for homes in turn, 3 the second parent's, 4 others."""
    return uprn(family.astype(np.int64) * 8 + stay + 1_000_000)
