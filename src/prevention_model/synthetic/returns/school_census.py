"""The School Census as an authority holds it: one set of CSV files a term, joined by keys made for each extract."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from prevention_model.synthetic.absence import Attendance, Exclusions
from prevention_model.synthetic.book import Book, keep_book
from prevention_model.synthetic.calendar import END, MISSING, censuses, day, written
from prevention_model.synthetic.extract import coded
from prevention_model.synthetic.identifiers import digits, joined, opaque
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.mentions import Mentions
from prevention_model.synthetic.pupils import Pupils
from prevention_model.synthetic.returns.delivery import Return, Sheet, write_sheets
from prevention_model.synthetic.returns.school_pupils import Asked, pupil_columns
from prevention_model.synthetic.returns.school_sessions import session_rows
from prevention_model.synthetic.spells import Rows
from prevention_model.synthetic.world import World

_BASIS = "Public task, Article 6(1)(e); Education Act 1996 section 537A"
SEN_NEEDS = ("ASD", "SEMH", "SLCN", "MLD", "PD", "SPLD", "OTH")
SEN_SHARES = np.array([0.284, 0.254, 0.211, 0.087, 0.057, 0.047, 0.06])  # rates 4: EHC primary need, Dorset
_REASONS = ("PB", "PP", "PA", "VA", "DM", "DA", "BU")
_REASON_SHARES = (
    0.50,
    0.16,
    0.07,
    0.15,
    0.03,
    0.05,
    0.04,
)  # rates 4: half for persistent disruptive behaviour
_TERMS = {"autumn": "AUT", "spring": "SPR", "summer": "SUM"}
_FIXED_UNTIL = 2021
"""Until here some schools still wrote FIXD for a suspension."""


def school_census(world: World, pupils: Pupils, attendance: Attendance, exclusions: Exclusions) -> Return:
    """Every census of the county's years."""

    def write(out: Path, mentions: Mentions) -> int:
        return write_sheets(
            "school_census", _sheets(_School(world, pupils, attendance, exclusions)), out, mentions
        )

    return Return("school_census", "files/school_census/*.csv", _BASIS, write)


class _School:
    """What all censuses draw on: enrolments in order of pupil and day, and the schools' books."""

    def __init__(self, world: World, pupils: Pupils, attendance: Attendance, exclusions: Exclusions) -> None:
        self.world, self.pupils, self.attendance, self.exclusions = world, pupils, attendance, exclusions
        rows = pupils.enrolment
        self.enrolment: Rows = rows.where(np.lexsort((rows.start, rows.person)))
        self.keys = self.enrolment.person.astype(np.int64) * 100_000 + self.enrolment.start + 40_000
        self.book: Book = keep_book(world, "schools")
        n, rng = world.people.children, world.streams("school facts")
        share = rng.random(len(exclusions.person))
        self.reason = np.searchsorted(np.cumsum(_REASON_SHARES), share).clip(max=len(_REASONS) - 1)
        ill = np.asarray(world.life.struck[:, :, 3]).any(axis=0).reshape(-1)[world.family]
        self.carer = rng.random(n) < world.parameters.schools.young_carer * np.where(ill, 2.6, 0.6)
        # K: 21% of pupils in England have English as an additional language, and few in a rural county.
        self.foreign = rng.random(n) < np.where(world.people.ethnicity[:n] == 0, 0.005, 0.45)

    def place(self, roll: "_Roll", who: np.ndarray, on: np.ndarray) -> np.ndarray:
        """Where in a table each pupil's enrolment of a day stands: the last that had begun (-1: not in it)."""
        keys = who.astype(np.int64) * 100_000 + on + 40_000
        found = (np.searchsorted(self.keys, keys, side="right") - 1).clip(0)
        return np.where(self.enrolment.person[found] == who, roll.place[found], -1)


@dataclass(frozen=True)
class _Roll:
    """Enrolments in one table of a census, school by school: `place` says where each enrolment stands (-1: not)."""

    rows: np.ndarray
    place: np.ndarray
    table: str
    salt: int
    source: int

    def key(self, rows: np.ndarray) -> pa.Array:
        """The key of the pupil's row, made for this extract."""
        return opaque(self.rows[rows], self.salt)

    def pupils(self, school: _School, rows: np.ndarray) -> np.ndarray:
        """Who the pupils of these rows are."""
        found: np.ndarray = school.enrolment.person[self.rows[rows]]
        return found


def _sheets(school: _School) -> Iterator[Sheet]:
    world = school.world
    every = censuses(world.start, END)
    before = day(world.start)
    for number, (on, year, season) in enumerate(every):
        terms = school.attendance.terms
        term = np.flatnonzero(terms.census == on)
        asked = Asked(on, min([before, *terms.first[term].tolist()]), year, season)
        rolls = _rolls(school, asked, number)
        for table, (columns, person) in _tables(school, asked, rolls, before, term).items():
            if len(next(iter(columns.values()))):
                mark = world.parameters.dirt > 0 and year % 2 == 1
                yield Sheet(f"{year}_{season}_{table}.csv", columns, person, byte_order_mark=mark)
        before = on


def _rolls(school: _School, asked: Asked, number: int) -> tuple[_Roll, _Roll]:
    """Who is on roll on the day, and who has left since the first day that the census still reports on."""
    e = school.enrolment
    begun, goes_on = e.start <= asked.on, (e.end == MISSING) | (e.end > asked.on)
    found: list[_Roll] = []
    for name, chosen in (
        ("pupilonroll", begun & goes_on), ("pupilnolongeronroll", begun & ~goes_on & (e.end > asked.since)),
    ):  # fmt: skip
        rows = np.flatnonzero(chosen)
        # Each school sends its pupils in an order of its own.
        rows = rows[np.lexsort((rows * 48_271 % 65_537, e.note[rows]))]
        place = np.full(len(e), -1, dtype=np.int32)
        place[rows] = np.arange(len(rows))
        found.append(_Roll(rows, place, name, number * 2 + len(found) + 1, asked.salt + 1))
    return found[0], found[1]


Table = tuple[dict[str, pa.Array], np.ndarray | None]


def _tables(
    school: _School, asked: Asked, rolls: tuple[_Roll, _Roll], before: int, term: np.ndarray
) -> dict[str, Table]:
    """Every table of one census, by its name in this term."""
    on, off = rolls
    autumn = asked.season == "autumn"
    found: dict[str, Table] = {"schoolcensus": (_header(school, asked), None)}
    for roll in rolls:
        columns, person = pupil_columns(school, asked, roll.rows, on_roll=roll is on)
        found[roll.table] = ({**_keyed(school, asked, roll, roll.table), **columns}, person)
    found["addressesonroll" if autumn else "addresses"] = _addresses(school, asked, on, autumn)
    if autumn:
        found["addressesoffroll"] = _addresses(school, asked, off, autumn)
    found["fsmperiodsonroll" if autumn else "fsmperiod"] = _meals(school, asked, on, before, autumn)
    if asked.season == "spring":
        found["senneeds"] = _needs(school, asked, on)
    for roll, ending in ((on, "onroll"), (off, "offroll")):
        if len(term):
            found[f"termlysessiondetails{ending}"] = _sessions(school, roll, int(term[0]), ending)
        found[f"termlyexclusions{ending}"] = _excluded(school, asked, roll, before, ending)
    return found


def _header(school: _School, asked: Asked) -> dict[str, pa.Array]:
    """One row a school: which census, for which day."""
    which = np.unique(school.enrolment.note)
    size = len(which)
    urn = school.world.places.urn.take(pa.array(which))
    return {
        "schoolcensustableid": opaque(which, asked.salt),
        "NativeId": native(which),
        "schoolcensusorderseqcolumn": coded(["1"], np.zeros(size, dtype=np.int8)),
        "sourceid": opaque(which, asked.salt + 1),
        "name": coded(["SC"], np.zeros(size, dtype=np.int8)),
        "collection": coded(["SC"], np.zeros(size, dtype=np.int8)),
        "term": coded([_TERMS[asked.season]], np.zeros(size, dtype=np.int8)),
        "year": coded([str(asked.year)], np.zeros(size, dtype=np.int8)),
        "referencedate": written(np.full(size, asked.on), "school"),
        "lea": coded(["999"], np.zeros(size, dtype=np.int8)),
        "estab": digits(2000 + which, 4),
        "urn": urn,
    }  # fmt: skip


def native(school: np.ndarray) -> pa.Array:
    """How the extract names a school."""
    return joined("SCH", digits(school + 1, 3))


def _keyed(school: _School, asked: Asked, roll: _Roll, table: str) -> dict[str, pa.Array]:
    """Keys of the pupils' own table."""
    note = school.enrolment.note[roll.rows]
    return {
        f"{table}tableid": opaque(roll.rows, roll.salt),
        "NativeId": native(note),
        f"{table}orderseqcolumn": digits(np.arange(len(roll.rows)) + 1, 1),
        "sourceid": opaque(note, asked.salt + 1),
        "schoolcensustableid": opaque(note, asked.salt),
    }


def _child(
    school: _School, roll: _Roll, rows: np.ndarray, table: str, turn: np.ndarray
) -> dict[str, pa.Array]:
    """Keys of a table that hangs on the pupils': `rows` are places in the roll."""
    note = school.enrolment.note[roll.rows[rows]]
    return {
        f"{roll.table}tableid": roll.key(rows),
        "NativeId": native(note),
        f"{table}tableid": opaque(np.arange(len(rows)), roll.salt + 500),
        f"{table}orderseqcolumn": digits(turn + 1, 1),
        "sourceid": opaque(note, roll.source),
    }


def _addresses(school: _School, asked: Asked, roll: _Roll, autumn: bool) -> Table:
    """Where each pupil lives on the day: not every school looks the property number up."""
    rows = np.arange(len(roll.rows))
    who = school.enrolment.person[roll.rows]
    homes = school.world.homes
    stay = homes.at(who, np.full(len(who), asked.on))
    ending = ("onroll" if roll.table == "pupilonroll" else "offroll") if autumn else ""
    looked_up = school.enrolment.note[roll.rows] % 6 > 0
    columns = {
        **_child(school, roll, rows, f"addresses{ending}", np.zeros(len(rows), dtype=np.int32)),
        "uniquepropertyreferencenumber": some(homes.uprn(stay), looked_up),
        "addressline1": homes.address(stay),
        "postcode": homes.postcode(stay),
    }
    return columns, roll.pupils(school, rows)


def _meals(school: _School, asked: Asked, roll: _Roll, before: int, autumn: bool) -> Table:
    """Free meals that were due at some time since the census before."""
    spells = school.pupils.free_meals
    rows = spells.where((spells.start <= asked.on) & ((spells.end == MISSING) | (spells.end > before)))
    place = school.place(roll, rows.person, np.full(len(rows), asked.on))
    kept = place >= 0
    rows, place = rows.where(kept), place[kept]
    order = np.argsort(place, kind="stable")
    rows, place = rows.where(order), place[order]
    table = "fsmperiodsonroll" if autumn else "fsmperiod"
    columns = {
        **_child(school, roll, place, table, np.zeros(len(place), dtype=np.int32)),
        "fsmstartdate": written(rows.start, "school"),
        "fsmenddate": written(np.where(rows.end > asked.on, MISSING, rows.end).astype(np.int32), "school"),
        "ukcountry": coded(["ENG"], np.zeros(len(place), dtype=np.int8)),
    }
    return columns, roll.pupils(school, place)


def _needs(school: _School, asked: Asked, roll: _Roll) -> Table:
    """Types of special need of pupils with support or a plan, by rank; in spring only."""
    parts = []
    for spells in (school.pupils.support, school.pupils.plan):
        held = spells.where((spells.start <= asked.on) & ((spells.end == MISSING) | (spells.end > asked.on)))
        parts.append((held.person, held.note))
    who, note = (np.concatenate(part) for part in zip(*parts, strict=True))
    place = school.place(roll, who, np.full(len(who), asked.on))
    kept = np.flatnonzero(place >= 0)
    kept = kept[np.argsort(place[kept], kind="stable")]
    second = kept[note[kept] % 5 == 0]
    rows = np.concatenate([kept, second])
    rank = np.concatenate([np.zeros(len(kept), dtype=np.int32), np.ones(len(second), dtype=np.int32)])
    first = np.searchsorted(np.cumsum(SEN_SHARES), (note[rows] % 100 + 0.5) / 100).clip(
        max=len(SEN_NEEDS) - 1
    )
    columns = {
        **_child(school, roll, place[rows], "senneeds", rank),
        "sentyperank": digits(rank + 1, 1),
        "sentype": coded(SEN_NEEDS, (first + 2 * rank) % len(SEN_NEEDS)),
    }
    return columns, roll.pupils(school, place[rows])


def _sessions(school: _School, roll: _Roll, term: int, ending: str) -> Table:
    """Sessions of the term before, one row a code."""
    terms = school.attendance.terms
    chosen = np.flatnonzero(school.attendance.term == term)
    who = school.attendance.person[chosen]
    place = school.place(roll, who, np.full(len(who), terms.last[term]))
    kept = place >= 0
    row, code, count, turn = session_rows(
        school.world, school.attendance, chosen[kept], term, school.exclusions
    )
    order = np.argsort(place[kept][row], kind="stable")
    where = place[kept][row[order]]
    columns = {
        **_child(school, roll, where, f"termlysessiondetails{ending}", turn[order]),
        "sessions": digits(count[order], 1),
        "attendancereason": code.take(pa.array(order)),
    }
    return columns, roll.pupils(school, where)


def _excluded(school: _School, asked: Asked, roll: _Roll, before: int, ending: str) -> Table:
    """Suspensions and permanent exclusions since the census before."""
    x = school.exclusions
    chosen = np.flatnonzero((x.day >= before) & (x.day < asked.on))
    place = school.place(roll, x.person[chosen], x.day[chosen])
    chosen, place = chosen[place >= 0], place[place >= 0]
    order = np.argsort(place, kind="stable")
    chosen, place = chosen[order], place[order]
    older = (asked.year <= _FIXED_UNTIL) & (chosen % 2 == 0)
    category = np.where(x.permanent[chosen], 2, older)
    blank = pa.nulls(len(chosen), pa.string())
    columns = {
        **_child(school, roll, place, f"termlyexclusions{ending}", np.zeros(len(place), dtype=np.int32)),
        "startdate": written(x.day[chosen], "school"),
        "sessions": digits(x.sessions[chosen], 1),
        "reason1": coded(_REASONS, school.reason[chosen]),
        "reason2": blank,
        "reason3": blank,
        "category": coded(["SUSP", "FIXD", "PERM"], category),
    }
    return columns, roll.pupils(school, place)
