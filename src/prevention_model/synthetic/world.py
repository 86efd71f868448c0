"""The county as the agencies find it: everything true, before anybody writes it down."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from prevention_model.synthetic.calendar import MISSING, day
from prevention_model.synthetic.homes import Homes, make_homes
from prevention_model.synthetic.identities import Identities, name_everybody
from prevention_model.synthetic.life import Life, present_on
from prevention_model.synthetic.parameters import Parameters
from prevention_model.synthetic.places import Places
from prevention_model.synthetic.population import Families, People
from prevention_model.synthetic.streams import Streams, strikes

ETHNIC = ("WBRI", "WOTH", "MOTH", "AOTH", "BOTH", "OOTH")
"""Codes of ethnicity, in the order of `FamilyParameters.ethnicity`."""


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
    homes: Homes
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


def make_world(
    streams: Streams, parameters: Parameters, places: Places, families: Families, people: People, life: Life,
    start: date,
) -> World:  # fmt: skip
    """Put the parts together."""
    by_role = [np.full(len(families), -1, dtype=np.int32) for _ in range(3)]
    for role in (1, 2):
        who = np.flatnonzero(people.role == role)
        by_role[role][people.family[who]] = who
    identities = name_everybody(streams, parameters, families, people)
    homes = make_homes(families, people)
    return World(
        streams, parameters, places, families, people, life, identities, homes, by_role[1], by_role[2], start
    )  # fmt: skip


def residents(world: World, on: date) -> np.ndarray:
    """Who lives in the county on a day."""
    return present_on(world.people, day(on))
