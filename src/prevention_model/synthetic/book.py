"""A person as one agency wrote them down: its own slips of the pen, and a new surname when it hears of it."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from prevention_model.synthetic.calendar import MISSING, written
from prevention_model.synthetic.extract import delayed
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.names import misspelt
from prevention_model.synthetic.world import World

SLIP, SLIP_OTHER = 0.013, 0.030
"""Share of forenames, and of surnames, with a slip in one agency's books: White British people's, and others'."""

TURNED = 0.002
"""Share of days of birth that stand as the month, where both are 12 or less."""

NEVER_TOLD = 0.15
"""Share of changes of surname that an agency does not hear of."""


@dataclass(frozen=True)
class Book:
    """Texts by person as the agency has them; `heard` is the day from which it writes the new surname."""

    forename: pa.Array
    surname: pa.Array
    surname_before: pa.Array
    heard: np.ndarray
    born: np.ndarray

    def forenames(self, who: np.ndarray) -> pa.Array:
        """One forename for each row."""
        return self.forename.take(pa.array(who.astype(np.int32)))

    def surnames(self, who: np.ndarray, on: np.ndarray) -> pa.Array:
        """The surname in use on the day of each row."""
        new = (self.heard[who] != MISSING) & (self.heard[who] <= on)
        both = pa.concat_arrays([self.surname_before, self.surname])
        return both.take(pa.array((who + np.where(new, len(self.surname), 0)).astype(np.int32)))

    def former_surnames(self, who: np.ndarray, on: np.ndarray) -> pa.Array:
        """The surname before the one in use; null where there was none."""
        new = (self.heard[who] != MISSING) & (self.heard[who] <= on)
        return some(self.surname_before.take(pa.array(who.astype(np.int32))), new)

    def births(self, who: np.ndarray, style: str, known: float = 1.0) -> pa.Array:
        """Days of birth in the agency's style; `known` is the share of people whose day it has."""
        unknown = (who.astype(np.int64) * 48_271 % 9_973) >= known * 9_973
        return written(np.where(unknown, MISSING, self.born[who]).astype(np.int32), style)


def keep_book(world: World, agency: str) -> Book:
    """Write everybody down as one agency would."""
    rng, ids, people = world.streams(f"book {agency}"), world.identities, world.people
    dirt, n = min(world.parameters.dirt, 1.0), len(people)
    share = dirt * np.where(people.ethnicity == 0, SLIP, SLIP_OTHER)
    spelt = rng.random((2, n)) < share
    told = rng.random(n) >= NEVER_TOLD * dirt
    heard = delayed(rng, ids.renamed, 5, 120)
    surname = misspelt(rng, ids.surname, spelt[1])
    kept = (ids.renamed != MISSING) | ~spelt[1]
    before = pa.concat_arrays([ids.surname_before, surname])
    return Book(
        forename=misspelt(rng, ids.forename, spelt[0]),
        surname=surname,
        surname_before=before.take(pa.array(np.arange(n) + np.where(kept, 0, n))),
        heard=np.where(told, heard, MISSING).astype(np.int32),
        born=_turned(people.born, rng.random(n) < TURNED * dirt),
    )


def _turned(born: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Days of birth, some with day and month the wrong way round."""
    days = born.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year = days.astype("datetime64[Y]")
    month = (months - year.astype("datetime64[M]")).astype(np.int64) + 1
    within = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    swapped = (year.astype("datetime64[M]") + (within - 1)).astype("datetime64[D]") + (month - 1)
    usable = chosen & (within <= 12)
    return np.where(usable, swapped.astype(np.int32), born).astype(np.int32)
