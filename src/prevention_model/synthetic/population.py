"""Families, their children and the adults who bring them up: who lives where, from when, to when."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from prevention_model.synthetic.calendar import END, MISSING, birthday, day
from prevention_model.synthetic.parameters import FamilyParameters
from prevention_model.synthetic.places import Places
from prevention_model.synthetic.streams import Streams

_BANDS = ((0, 5), (5, 10), (10, 16), (16, 18), (18, 26))
_LONG_AGO = day(date(1990, 1, 1))


@dataclass(frozen=True)
class Families:
    """One element for each family. `lsoa` has a column for each home in turn; `moved` the days between them.

    `apart` is the day from which the second parent lives elsewhere (MISSING: never), in `apart_lsoa`.
    """

    arrived: np.ndarray
    left: np.ndarray
    lsoa: np.ndarray
    moved: np.ndarray
    apart: np.ndarray
    apart_lsoa: np.ndarray
    second_parent: np.ndarray
    vulnerability: np.ndarray
    deprivation: np.ndarray
    low_income: np.ndarray
    social_tenant: np.ndarray

    def __len__(self) -> int:
        return len(self.arrived)


@dataclass(frozen=True)
class People:
    """Children first, then adults. `family` is the family's place; `present_from` <= day < `present_to` in the county.

    `left_home` is the day a young adult set up a household (MISSING: has not). `role` is 0 child, 1 first
    parent, 2 second parent.
    """

    family: np.ndarray
    role: np.ndarray
    born: np.ndarray
    female: np.ndarray
    died: np.ndarray
    ethnicity: np.ndarray
    present_from: np.ndarray
    present_to: np.ndarray
    left_home: np.ndarray
    children: int

    def __len__(self) -> int:
        return len(self.family)

    @property
    def twin(self) -> np.ndarray:
        """Which people share mother and birthday with the child before or after them."""
        whose, born, child = self.family, self.born, self.role == 0
        same = (whose[1:] == whose[:-1]) & (born[1:] == born[:-1]) & child[1:] & child[:-1]
        found: np.ndarray = np.append(same, False) | np.insert(same, 0, False)
        return found


def make_families(
    streams: Streams, parameters: FamilyParameters, places: Places, first_birth: np.ndarray, start: int
) -> Families:
    """Draw a family for each day of a first birth: homes, moves, separations and circumstances."""
    rng, end, count = streams("families"), day(END), len(first_birth)
    belongs = rng.choice(len(places.weight), size=count, p=places.weight)
    deprivation = places.deprivation[belongs]
    homes = _homes(rng, parameters, places, belongs)
    vulnerability = rng.normal(0, 1, count)
    strain = 0.45 * deprivation + 0.45 * vulnerability
    moved = np.full((count, 2), MISSING, dtype=np.int32)
    gap = rng.exponential(365 / (parameters.moves_a_year * np.exp(0.4 * strain)), count)
    moved[:, 0] = np.where(start + gap < end, start + gap, MISSING)
    second = moved[:, 0] + 120 + rng.exponential(365 / (2 * parameters.moves_a_year), count)
    moved[:, 1] = np.where((moved[:, 0] != MISSING) & (second < end), second, MISSING)
    has_second = rng.random(count) < parameters.second_parent - 0.05 * strain
    # Counted from the first birth: at the same age of the children, as many have parted in every year.
    parted = first_birth + rng.exponential(365 / (parameters.separates_a_year * np.exp(0.3 * strain)), count)
    apart = np.where(parted < end, parted, MISSING)
    fate = rng.random(count)
    within = start + rng.integers(0, end - start, count)
    return Families(
        arrived=np.where(fate < parameters.arrived, within, _LONG_AGO).astype(np.int32),
        left=np.where(fate > 1 - parameters.left, within, MISSING).astype(np.int32),
        lsoa=homes.astype(np.int32),
        moved=moved,
        apart=np.where(has_second, apart, MISSING).astype(np.int32),
        apart_lsoa=rng.choice(len(places.weight), size=count, p=places.weight).astype(np.int32),
        second_parent=has_second,
        vulnerability=vulnerability.astype(np.float32),
        deprivation=deprivation.astype(np.float32),
        low_income=_most(rng, strain, parameters.low_income),
        social_tenant=_most(rng, strain, parameters.social_tenant),
    )


def make_people(
    streams: Streams, parameters: FamilyParameters, places: Places, people: int, start: int
) -> tuple[Families, People]:
    """Families until exactly `people` aged 0-25 live in the county on its last day, and their parents."""
    rng, end = streams("people"), day(END)
    mean = float(np.dot(np.arange(1, 6), parameters.sizes))
    count = int(people / mean * 1.35) + 60
    family, born = _children(rng, parameters, count, end)
    first_birth = np.full(count, end, dtype=np.int32)
    np.minimum.at(first_birth, family, born)
    families = make_families(streams, parameters, places, first_birth, start)
    died = _deaths(rng, born, parameters.child_deaths_a_year, start, end)
    left = np.where(families.left == MISSING, end + 1, families.left)[family]
    here = (left > end) & (died == MISSING) & (born < end)
    last = int(np.searchsorted(np.cumsum(here), people, side="left")) + 1
    family, born, died, left = family[:last], born[:last], died[:last], left[:last]
    # Families whose children are all grown up, or not born yet, are none of ours.
    kept, family = np.unique(family, return_inverse=True)
    family = family.astype(np.int32)
    families = _chosen(families, kept)
    n = last
    gone = np.minimum(left, np.where(died == MISSING, end + 1, died))
    eighteen = birthday(born, 18)
    home = eighteen + rng.exponential(365 / parameters.leaves_home_a_year, n).astype(np.int32) + 60
    codes = rng.choice(len(parameters.ethnicity), size=len(families), p=[p for _, p in parameters.ethnicity])
    adults = _adults(rng, parameters, families, family, born, codes, start)
    children = People(
        family=family,
        role=np.zeros(n, dtype=np.int8),
        born=born,
        female=rng.random(n) >= parameters.male,
        died=died,
        ethnicity=codes[family],
        present_from=np.maximum(born, families.arrived[family]),
        present_to=np.where(gone > end, MISSING, gone).astype(np.int32),
        left_home=np.where(home < np.minimum(gone, end), home, MISSING).astype(np.int32),
        children=n,
    )
    return families, _together(children, adults)


def _homes(
    rng: np.random.Generator, parameters: FamilyParameters, places: Places, belongs: np.ndarray
) -> np.ndarray:
    """Three homes in turn of each family, each drawn in the same way around the area where it belongs.

    Were the first home drawn there and the others further away, the area on record would say less of need
    from year to year.
    """
    alike = np.lexsort((places.decile, places.zone))
    rank = np.argsort(alike)
    zone_of = places.zone[alike]
    low, high = (np.searchsorted(zone_of, places.zone[belongs], side) for side in ("left", "right"))
    homes = rng.choice(len(places.weight), size=(len(belongs), 3), p=places.weight)
    near = rng.random(homes.shape) < parameters.homes_alike
    for step in range(homes.shape[1]):
        place = np.clip(rank[belongs] + rng.integers(-2, 3, len(belongs)), low, high - 1)
        homes[:, step] = np.where(near[:, step], alike[place], homes[:, step])
    return homes


def _children(
    rng: np.random.Generator, parameters: FamilyParameters, families: int, end: int
) -> tuple[np.ndarray, np.ndarray]:
    """Family and day of birth of each child aged under 26 on the last day, sorted by family."""
    ages = np.array([low for low, _ in _BANDS]), np.array([high for _, high in _BANDS])
    band = rng.choice(5, size=families, p=parameters.age_shares)
    age = ages[0][band] + rng.random(families) * (ages[1] - ages[0])[band]
    size = rng.choice(5, size=families, p=parameters.sizes) + 1
    steps = np.where(rng.random(families) < 0.5, 1.0, -1.0)[:, None] * (
        1.3 + rng.gamma(2.2, 0.8, (families, 4))
    )
    # Brothers and sisters are older or younger than the first by turns, so that the ages keep their shape.
    steps[:, 1::2] *= -1.0
    side = np.concatenate([np.zeros((families, 1)), steps[:, :2], steps[:, :2] + steps[:, 2:]], axis=1)
    every = age[:, None] + side
    kept = (np.arange(5)[None, :] < size[:, None]) & (every > 0.003) & (every < 26)
    # The second child of some families is the first one's twin: the same birthday, surname and address.
    chance = parameters.twins * kept.sum() / max(int(kept[:, 1].sum()), 1)
    twins = kept[:, 0] & kept[:, 1] & (rng.random(families) < chance)
    every[:, 1] = np.where(twins, every[:, 0], every[:, 1])
    family, _ = np.nonzero(kept)
    return family.astype(np.int32), (end - every[kept] * 365.25).astype(np.int32)


def _adults(
    rng: np.random.Generator,
    parameters: FamilyParameters,
    families: Families,
    family: np.ndarray,
    born: np.ndarray,
    codes: np.ndarray,
    start: int,
) -> People:
    """First and second parents of every family, aged 17 to 44 at the first birth."""
    end, n = day(END), len(families)
    eldest = np.full(n, np.iinfo(np.int32).max, dtype=np.int32)
    np.minimum.at(eldest, family, born)
    role = np.concatenate([np.ones(n), np.full(n, 2)]).astype(np.int8)
    whose = np.tile(np.arange(n, dtype=np.int32), 2)
    keep = (role == 1) | families.second_parent[whose]
    role, whose = role[keep], whose[keep]
    at_birth = np.clip(rng.normal(28 + (role == 2) * 2 - 1.2 * families.deprivation[whose], 5), 17, 44)
    birth = (eldest[whose] - at_birth * 365.25).astype(np.int32)
    birth = np.maximum(birth, day(date(1940, 1, 1)))
    died = _deaths(rng, birth, parameters.parent_deaths_a_year, start, end)
    left = families.left[whose]
    gone = np.minimum(np.where(left == MISSING, end + 1, left), np.where(died == MISSING, end + 1, died))
    return People(
        family=whose,
        role=role,
        born=birth,
        female=np.where(role == 1, rng.random(len(role)) < 0.93, rng.random(len(role)) < 0.06),
        died=died,
        ethnicity=codes[whose],
        present_from=families.arrived[whose],
        present_to=np.where(gone > end, MISSING, gone).astype(np.int32),
        left_home=np.full(len(role), MISSING, dtype=np.int32),
        children=0,
    )


def _deaths(rng: np.random.Generator, born: np.ndarray, rate: float, start: int, end: int) -> np.ndarray:
    since = np.maximum(born + 1, start)
    when = since + rng.exponential(365 / rate, len(born))
    return np.where(when < end, when, MISSING).astype(np.int32)


def _most(rng: np.random.Generator, strain: np.ndarray, share: float) -> np.ndarray:
    """The `share` of families under most strain, with much chance in it."""
    ranked = strain + rng.normal(0, 0.8, len(strain))
    found: np.ndarray = ranked > np.quantile(ranked, 1 - share)
    return found


def _chosen(families: Families, kept: np.ndarray) -> Families:
    return Families(**{name: value[kept] for name, value in vars(families).items()})


def _together(children: People, adults: People) -> People:
    arrays = {
        name: np.concatenate([value, getattr(adults, name)])
        for name, value in vars(children).items()
        if name != "children"
    }
    return People(**arrays, children=children.children)
