"""The made-up county is the same in every year: what early years teach holds in later ones.

A year is compared with another on the same questions: of the children who were free of statutory services for a
year, how many came to them within the next? Brothers and sisters are no separate evidence, so the error of a
rate is that of a ratio of sums over families.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pytest

from prevention_model.synthetic import Parameters
from prevention_model.synthetic.absence import exclude
from prevention_model.synthetic.calendar import MISSING, Months, day, start_of
from prevention_model.synthetic.life import live, present_on
from prevention_model.synthetic.parameters import StatutoryParameters
from prevention_model.synthetic.places import make_places
from prevention_model.synthetic.population import make_people
from prevention_model.synthetic.pupils import held, make_pupils
from prevention_model.synthetic.streams import Streams
from prevention_model.synthetic.world import World, make_world

YEARS, PEOPLE = 6, 25_000
EARLY, LATE = (date(2019, 7, 1), date(2020, 7, 1)), (date(2022, 7, 1), date(2023, 7, 1))
"""Days from which a year of follow-up runs, with none in common."""

AGES = {"under 5": (0, 5), "5 to under 11": (5, 11), "11 and over": (11, 17)}
AREAS = {"deciles 1 to 4": (1, 5), "deciles 5 to 7": (5, 8), "deciles 8 to 10": (8, 11)}
STRICT = 3.0
"""Standard errors. Seven comparisons go past three in one making of the county out of fifty."""


@dataclass(frozen=True)
class Year:
    """The children at risk on a day: family, age, decile of the home on that day, and whether it happened."""

    family: np.ndarray
    age: np.ndarray
    decile: np.ndarray
    happened: np.ndarray

    def among(self, chosen: np.ndarray) -> "Year":
        """Some of them."""
        return Year(*(value[chosen] for value in vars(self).values()))


def lived(parameters: Parameters) -> World:
    """Six years of a county, with nothing written down."""
    streams, start = Streams(3), start_of(YEARS)
    places = make_places(streams, parameters.places)
    families, people = make_people(streams, parameters.families, places, PEOPLE, day(start))
    life = live(streams, parameters, families, people, Months.of(YEARS), lambda line: None)
    return make_world(streams, parameters, places, families, people, life, start)


def decile_on(world: World, on: int) -> np.ndarray:
    """The decile of the home of each child on a day."""
    n = world.people.children
    stay = world.homes.at(np.arange(n), np.full(n, on))
    found: np.ndarray = world.places.decile[world.homes.lsoa[stay]]
    return found


def year_from(world: World, start: date) -> Year:
    """Who was at risk of a first statutory step in a year, and to whom it happened."""
    on, n = day(start), world.people.children
    rows = [world.life.rows[kind] for kind in ("cin_episode", "cp_plan", "care_period")]
    who, began = (np.concatenate([getattr(each, name) for each in rows]) for name in ("person", "start"))
    ended = np.concatenate([np.where(each.end == MISSING, on, each.end) for each in rows])
    known, happened = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    known[who[(began <= on) & (ended >= on - 365)]] = True
    happened[who[(began > on) & (began <= on + 365)]] = True
    age = (on - world.people.born[:n]) / 365.25
    stays = present_on(world.people, on)[:n] & present_on(world.people, on + 365)[:n]
    everybody = Year(world.family, age, decile_on(world, on), happened)
    return everybody.among(stays & ~known & (age >= 0) & (age < 17))


def rate(years: Sequence[Year]) -> tuple[float, float]:
    """Share to whom it happened, and its standard error with families as the units."""
    family = np.concatenate([year.family for year in years])
    happened = np.concatenate([year.happened for year in years])
    share = float(happened.mean())
    beyond = np.bincount(family, weights=happened - share)
    return share, float(np.sqrt((beyond**2).sum()) / len(family))


def apart(world: World) -> dict[str, float]:
    """How many standard errors lie between the first two years and the last two, in all and by group."""
    early, late = ([year_from(world, start) for start in starts] for starts in (EARLY, LATE))
    found = {"all": _apart(early, late)}
    for bands, name in ((AGES, "age"), (AREAS, "decile")):
        for label, (low, high) in bands.items():
            some = [
                [year.among((getattr(year, name) >= low) & (getattr(year, name) < high)) for year in years]
                for years in (early, late)
            ]
            found[label] = _apart(*some)
    return found


def _apart(early: Sequence[Year], late: Sequence[Year]) -> float:
    (before, before_error), (after, after_error) = rate(early), rate(late)
    return (after - before) / float(np.hypot(before_error, after_error))


@pytest.fixture(scope="module")
def world() -> World:
    return lived(Parameters())


def test_as_many_come_to_statutory_services_in_every_year(world: World) -> None:
    found = apart(world)
    beyond = {group: round(errors, 1) for group, errors in found.items() if abs(errors) > STRICT}
    assert not beyond, f"standard errors between early and late years: {beyond}"


def test_a_county_that_drifts_is_seen_to() -> None:
    falling = replace(StatutoryParameters(), year_drift=(1.3, 1.3, 1.0, 0.8, 0.8, 0.8))
    assert apart(lived(replace(Parameters(), drift=1.0, statutory=falling)))["all"] < -STRICT


def test_years_differ_only_as_far_as_they_are_asked_to() -> None:
    falling = replace(StatutoryParameters(), year_drift=(1.3, 1.3, 1.0, 0.8, 0.8, 0.8))
    found = apart(lived(replace(Parameters(), drift=0.0, statutory=falling)))
    assert abs(found["all"]) < STRICT


def test_the_area_on_record_says_as_much_of_a_family_in_every_year(world: World) -> None:
    n = world.people.children
    truth, likeness = world.families.deprivation[world.family], []
    for start in (*EARLY, *LATE):
        here = present_on(world.people, day(start))[:n]
        likeness.append(np.corrcoef(truth[here], decile_on(world, day(start))[here])[0, 1])
    assert max(likeness) < -0.7
    assert max(likeness) - min(likeness) < 0.02


def test_parents_of_children_of_one_age_have_parted_as_often_in_every_year(world: World) -> None:
    n, shares = world.people.children, []
    for start in (EARLY[0], LATE[-1]):
        on = day(start)
        age = (on - world.people.born[:n]) / 365.25
        parted = world.families.apart[world.family]
        of = (age >= 5) & (age < 11) & present_on(world.people, on)[:n]
        shares.append(float(((parted != MISSING) & (parted <= on))[of].mean()))
    assert shares[0] == pytest.approx(shares[1], rel=0.15)


def test_schools_suspend_and_feed_as_many_in_every_year(world: World) -> None:
    pupils, n = make_pupils(world), world.people.children
    exclusions = exclude(world, pupils)
    suspended, fed = [], []
    for start in (EARLY[0], LATE[-1]):
        on = day(start)
        at_school = (pupils.enters <= on) & (on < pupils.leaves)
        age = (on - world.people.born[:n]) / 365.25
        older = at_school & (age >= 11) & (age < 15)
        within = exclusions.person[(exclusions.day >= on) & (exclusions.day < on + 365)]
        suspended.append(len(np.intersect1d(within, np.flatnonzero(older))) / older.sum())
        fed.append(held(pupils.free_meals, on, n)[at_school].mean())
    assert suspended[0] == pytest.approx(suspended[1], rel=0.2)
    assert fed[0] == pytest.approx(fed[1], rel=0.08)
