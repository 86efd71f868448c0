"""Who people are: names now and before, and the numbers that each system knows them by."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from prevention_model.synthetic import names
from prevention_model.synthetic.calendar import END, MISSING, birthday, day, september
from prevention_model.synthetic.identifiers import (
    authority_number,
    digits,
    joined,
    learner_number,
    nhs_number,
    police_number,
    temporary_upn,
    upn,
)
from prevention_model.synthetic.parameters import Parameters
from prevention_model.synthetic.population import Families, People
from prevention_model.synthetic.streams import Streams

CHANGED_UPN = 0.012
"""Share of pupils who began under a temporary number."""

OLDER = 0.05
"""Share of children known to social care whom the system before knew under another number."""


@dataclass(frozen=True)
class Identities:
    """Texts for each person (children first); null: has none.

    `surname` is the name now, `surname_before` the one until `renamed` (a day; MISSING: never). `upn_before` is
    a temporary number that the pupil began with. `la_number` and `older_number` are numbers that social care
    gives out once it knows somebody: who that is, and in which file, is for the returns to say.
    """

    forename: pa.Array
    middle_name: pa.Array
    surname: pa.Array
    surname_before: pa.Array
    renamed: np.ndarray
    la_number: pa.Array
    older_number: pa.Array
    upn: pa.Array
    upn_before: pa.Array
    upn_changed: np.ndarray
    uln: pa.Array
    nhs_number: pa.Array
    pnc_id: pa.Array
    household: pa.Array


def name_everybody(
    streams: Streams, parameters: Parameters, families: Families, people: People
) -> Identities:
    """Give each person their names and numbers."""
    rng, n, f = streams("identities"), len(people), len(families)
    forename = _forenames(rng, people)
    before, now, renamed = _surnames(rng, families, people, f)
    pupil = (people.role == 0) & (birthday(people.born, 3) < day(END))
    serial = rng.permutation(n) * 3 + 17
    temporary = pupil & (rng.random(n) < CHANGED_UPN)
    # The number of good standing arrives with a new school year, when the pupil has been there for a while.
    changed = september(1970 + (people.born / 365.25).astype(np.int32) + 6 + np.arange(n) % 8)
    learner = (people.role == 0) & (birthday(people.born, 14) < day(END))
    older = (people.role == 0) & (rng.random(n) < OLDER * min(parameters.dirt, 1.0))
    return Identities(
        forename=names.POOL.take(pa.array(forename)),
        middle_name=_middle(rng, people),
        surname=names.SURNAMES.take(pa.array(now)),
        surname_before=names.SURNAMES.take(pa.array(before)),
        renamed=renamed,
        la_number=authority_number(rng.permutation(n)),
        older_number=some(joined("X", digits(500_000 + rng.permutation(n), 7)), older),
        upn=some(upn(serial), pupil),
        upn_before=some(temporary_upn(serial), temporary),
        upn_changed=np.where(temporary, changed, MISSING).astype(np.int32),
        uln=some(learner_number(rng.permutation(n)), learner),
        nhs_number=nhs_number(rng.permutation(n)),
        pnc_id=police_number(rng.permutation(n)),
        household=joined("F", digits(100_000 + rng.permutation(f), 6)).take(pa.array(people.family)),
    )


def some(texts: pa.Array, kept: np.ndarray) -> pa.Array:
    """The same texts, null where they are not kept.

    >>> some(pa.array(["a", "b"]), np.array([True, False])).to_pylist()
    ['a', None]
    """
    return texts.take(pa.array(np.arange(len(texts), dtype=np.int32), mask=~kept))


def _forenames(rng: np.random.Generator, people: People) -> np.ndarray:
    """Nobody is called as the brother or sister before."""
    places = names.forename_places(rng, people.female)
    for _ in range(3):
        same = (people.family[1:] == people.family[:-1]) & (places[1:] == places[:-1])
        again = np.flatnonzero(same) + 1
        places[again] = names.forename_places(rng, people.female[again])
    return places


def _middle(rng: np.random.Generator, people: People) -> pa.Array:
    places = names.forename_places(rng, people.female)
    return some(names.POOL.take(pa.array(places)), rng.random(len(people)) < 0.7)


def _surnames(
    rng: np.random.Generator, families: Families, people: People, f: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Surname before and now, and the day between them: a parent marries again, and some children take the name."""
    n = len(people)
    family_name = names.popular(rng, len(names.SURNAMES), f)
    differs = rng.random(n) < np.select([people.role == 2, people.role == 1], [0.45, 0.18], 0.06)
    # Twins are registered together, under one name.
    differs &= ~people.twin
    before = np.where(differs, names.popular(rng, len(names.SURNAMES), n), family_name[people.family])
    marries = (families.apart != MISSING) & (rng.random(f) < 0.35)
    long_ago = families.apart < day(END) - 12 * 365
    since = np.where(long_ago, day(END) - rng.integers(0, 12 * 365, f), families.apart + 200)
    on = since + np.where(long_ago, 0, rng.exponential(500, f).astype(np.int64))
    takes = marries[people.family] & (on[people.family] < day(END)) & (people.role < 2)
    # Brothers and sisters take the name together or not at all.
    together = (rng.random(f) < 0.4)[people.family]
    takes &= (people.role == 1) | together
    takes &= on[people.family] > people.born + 200
    new = names.popular(rng, len(names.SURNAMES), f)[people.family]
    now = np.where(takes, new, before)
    renamed = np.where(takes & (now != before), on[people.family], MISSING)
    return before, now, renamed.astype(np.int32)
