"""Children looked after: each period of care as episodes, with placements, legal statuses, reviews and absences."""

from dataclasses import dataclass

import numpy as np

from prevention_model.synthetic.calendar import END, MISSING, birthday, day
from prevention_model.synthetic.casework import NEEDS, Casework
from prevention_model.synthetic.world import World

LEGAL = ("V2", "C1", "C2", "E1")
PLACES = ("U6", "U3", "K2", "P1", "H5", "R1", "A5")
PROVIDERS = ("PR1", "PR4", "PR4", "PR0", "PR4", "PR3", "PR1")
BEGINS = ("S", "P", "L", "B")
ENDS = ("X1", "E4A", "E4B", "E45", "E41", "E11", "E5", "E6", "E17", "E3", "E2", "E8")
CHANGES = ("CARPL", "CREQB", "CHILD", "PLACE", "STAND", "OTHER")
ADOPTED, RELATIVE, HOSTEL = 6, 1, 4


@dataclass(frozen=True)
class Episodes:
    """One element for each episode, in order of child and day; codes are places in the lists of this file.

    `ended` is MISSING while an episode goes on; `home` is the property number of the placement.
    """

    person: np.ndarray
    began: np.ndarray
    ended: np.ndarray
    begins: np.ndarray
    legal: np.ndarray
    place: np.ndarray
    ends: np.ndarray
    change: np.ndarray
    need: np.ndarray
    lsoa: np.ndarray
    home: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Away:
    """Times a child in care was missing: who, from when, to when, and whether an interview was offered and held."""

    person: np.ndarray
    since: np.ndarray
    until: np.ndarray
    offered: np.ndarray
    held: np.ndarray


@dataclass(frozen=True)
class Care:
    """Everything about children looked after. `adopted` are those who left care by adoption."""

    episodes: Episodes
    away: Away
    adopted: np.ndarray


def make_care(world: World, work: Casework) -> Care:
    """Draw the episodes of every period of care. There are some thousands, so each is drawn in turn."""
    rng, rows = world.streams("care"), world.life.rows["care_period"]
    order = np.lexsort((rows.start, rows.person))
    drawn: list[tuple[int, ...]] = []
    for place in order:
        who, start, end = int(rows.person[place]), int(rows.start[place]), int(rows.end[place])
        end = MISSING if end >= day(END) else end
        drawn += _period(world, rng, who, start, end)
    table = np.array(drawn, dtype=np.int64).reshape(-1, 11).astype(np.int32)
    need = np.full(len(world.people), len(NEEDS) - 1, dtype=np.int32)
    worked = work.cases.need >= 0
    need[work.cases.person[worked]] = work.cases.need[worked]
    table[:, 8] = need[table[:, 0]]
    episodes = Episodes(*table.T)
    adopted = episodes.person[episodes.ends == ENDS.index("E11")]
    return Care(episodes, _absences(world, rng, episodes), adopted)


def _period(world: World, rng: np.random.Generator, who: int, start: int, end: int) -> list[tuple[int, ...]]:
    """The episodes of one period of care: cut where the placement or the legal status changes."""
    age = (start - int(world.people.born[who])) / 365.25
    last = day(END) if end == MISSING else end
    leaving = _leaving(world, rng, who, start, end)
    moves = _days(rng, start, last, 160 if age < 10 else 110)
    legal = [(start, 0 if rng.random() < 0.55 else 1)]
    if rng.random() < 0.5 and last - start > 260:
        legal += [(start + int(rng.integers(20, 90)), 1)] if legal[0][1] == 0 else []
        legal += [(start + int(rng.integers(140, 250)), 2)]
    if leaving == ENDS.index("E11"):
        moves = [on for on in moves if on < last - 200] + [last - 150]
        legal = [*legal, (last - 150, 3)]
    cuts = sorted({start, *moves, *(on for on, _ in legal)})
    rows: list[tuple[int, ...]] = []
    kind, home = _kind(rng, age), int(rng.integers(0, 2**20))
    for place, on in enumerate(cuts):
        moved, changed = on in moves, place > 0 and on in dict(legal)
        if moved:
            kind, home = _kind(rng, age + (on - start) / 365.25), int(rng.integers(0, 2**20))
        if leaving == ENDS.index("E11") and on == last - 150:
            kind = ADOPTED
        begins = 0 if place == 0 else 3 if moved and changed else 1 if moved else 2
        final = place + 1 == len(cuts)
        until = end if final else cuts[place + 1]
        goes_on = not final and cuts[place + 1] in moves
        status = max((entry for entry in legal if entry[0] <= on), key=lambda entry: entry[0])[1]
        rows.append(
            (who, on, until, begins, status, kind, leaving if final else 0,
             int(rng.choice(len(CHANGES), p=[0.4, 0.15, 0.1, 0.15, 0.05, 0.15])) if goes_on else -1, 0,
             int(rng.integers(0, len(world.places.weight))), home)
        )  # fmt: skip
    return rows


def _days(rng: np.random.Generator, start: int, last: int, typical: int) -> list[int]:
    """Days on which a child moves: soon at first, rarer as placements hold."""
    found: list[int] = []
    on, wait = start, typical
    while True:
        on += 20 + int(rng.exponential(wait))
        wait = int(wait * 1.9)
        if on >= last - 20:
            return found
        found.append(on)


def _kind(rng: np.random.Generator, age: float) -> int:
    shares = [0.5, 0.16, 0.14, 0.06, 0.14, 0.0] if age >= 16 else [0.62, 0.2, 0.1, 0.06, 0.0, 0.02]
    return int(rng.choice(6, p=shares))


def _leaving(world: World, rng: np.random.Generator, who: int, start: int, end: int) -> int:
    """How a period ends: of age, moved away, died, adopted, under guardianship, or home again."""
    if end == MISSING:
        return -1
    people = world.people
    age = (start - int(people.born[who])) / 365.25
    if people.died[who] != MISSING and end >= people.present_to[who] - 31:
        return ENDS.index("E2")
    if people.present_to[who] != MISSING and end >= people.present_to[who] - 31:
        return ENDS.index("E3")
    if end >= int(birthday(people.born[who : who + 1], 18)[0]) - 31:
        return int(rng.choice([ENDS.index("E5"), ENDS.index("E6"), ENDS.index("E17")], p=[0.4, 0.25, 0.35]))
    if age < 5 and end - start > 300 and rng.random() < 0.3:
        return ENDS.index("E11")
    return int(rng.choice([1, 2, 3, 4, 11], p=[0.5, 0.14, 0.2, 0.1, 0.06]))


def _absences(world: World, rng: np.random.Generator, episodes: Episodes) -> Away:
    """Teenagers go missing from care, some of them often."""
    until = np.where(episodes.ended == MISSING, day(END), episodes.ended)
    age = (episodes.began - world.people.born[episodes.person]) / 365.25
    often = np.where(age >= 11, 0.0016 * np.exp(0.5 * world.life.conduct[episodes.person]), 0.0)
    count = rng.poisson(often * (until - episodes.began))
    row = np.repeat(np.arange(len(episodes)), count)
    since = episodes.began[row] + (rng.random(len(row)) * (until - episodes.began)[row]).astype(np.int32)
    lasts = rng.geometric(0.6, len(row))
    ends = np.minimum(since + lasts, until[row])
    ends = np.where(ends >= day(END), MISSING, ends)
    offered = rng.random(len(row)) < 0.8
    order = np.lexsort((since, episodes.person[row]))
    held = offered & (rng.random(len(row)) < 0.55)
    person, since, ends, offered, held = (
        a[order] for a in (episodes.person[row], since, ends, offered, held)
    )
    return Away(person, since.astype(np.int32), ends.astype(np.int32), offered, held)
