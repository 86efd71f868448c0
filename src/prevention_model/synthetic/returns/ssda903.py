"""The SSDA903 return of children looked after: a folder a year, a file a module, years overlapping."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.synthetic.calendar import END, MISSING, birthday, day, written
from prevention_model.synthetic.care import BEGINS, CHANGES, ENDS, HOSTEL, LEGAL, PLACES, PROVIDERS, Care
from prevention_model.synthetic.casework import NEEDS
from prevention_model.synthetic.dirt import UNKNOWN_CODES, spoilt
from prevention_model.synthetic.extract import coded
from prevention_model.synthetic.homes import street_of
from prevention_model.synthetic.identifiers import digits, joined, postcode
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.mentions import Mentions
from prevention_model.synthetic.returns.cin_census import MIGRATED
from prevention_model.synthetic.returns.delivery import (
    Return,
    Sheet,
    child_numbers,
    pupil_numbers,
    write_sheets,
)
from prevention_model.synthetic.world import ETHNIC, World

_BASIS = "Legal obligation, Article 6(1)(c); Children Act 1989 section 83"
_NAMES = (
    ("header.csv", "episodes.csv", "reviews.csv", "oc2.csv", "oc3.csv", "missing.csv", "ad1.csv", "placed_adoption.csv",
     "prev_perm.csv", "sw_episodes.csv"),
    ("Header 903.csv", "Episodes 903.csv", "Reviews 903.csv", "OC2.csv", "OC3.csv", "Missing 903.csv", "AD1.csv",
     "Placed for adoption.csv", "Previous permanence.csv", "Social worker.csv"),
    ("SSDA903_Header.csv", "SSDA903_Episodes.csv", "SSDA903_Reviews.csv", "SSDA903_OC2.csv", "SSDA903_OC3.csv",
     "SSDA903_Missing.csv", "SSDA903_AD1.csv", "SSDA903_placed_for_adoption.csv", "SSDA903_previous_permanence.csv",
     "SSDA903_social_worker.csv"),
)  # fmt: skip
"""Usual names of the modules, in the order of `_modules`; a year uses one set."""

SOCIAL_WORKERS_SINCE, LETTERS_SINCE, SUPPORTED_SINCE = 2024, 2025, 2025
"""First years of social workers' episodes, of sex as a letter, and of K3 in the place of H5."""


def ssda903(world: World, care: Care) -> Return:
    """All years of the return."""

    def write(out: Path, mentions: Mentions) -> int:
        return write_sheets("ssda903", _sheets(world, care), out, mentions)

    return Return("ssda903", "files/ssda903/*/*.csv", _BASIS, write)


def _sheets(world: World, care: Care) -> Iterator[Sheet]:
    dirty = world.parameters.dirt > 0
    for year in range(world.start.year + 1, END.year + 1):
        names = _NAMES[year % len(_NAMES)]
        for name, (columns, person) in zip(names, _modules(_Year(world, care, year)), strict=True):
            if len(person) == 0 or (year < SOCIAL_WORKERS_SINCE and name == names[-1]):
                continue
            if dirty and year % 2 == 0:
                # A supplier's columns, which nobody asked for.
                columns = {**columns, "LA": coded(["999"], np.zeros(len(person), dtype=np.int8))}
            if dirty and year % 4 == 3:
                columns = {column.lower(): texts for column, texts in columns.items()}
            yield Sheet(f"{year}/{name}", columns, person, byte_order_mark=dirty and year % 3 == 1)


Module = tuple[dict[str, pa.Array], np.ndarray]


@dataclass(frozen=True)
class _Year:
    """One year's return: from `first` to the day before `last`."""

    world: World
    care: Care
    year: int

    @property
    def first(self) -> int:
        """1 April."""
        return day(END.replace(year=self.year - 1))

    @property
    def last(self) -> int:
        """1 April a year later."""
        return day(END.replace(year=self.year))

    def within(self, on: np.ndarray) -> np.ndarray:
        """Which days lie in the year."""
        found: np.ndarray = (on >= self.first) & (on < self.last)
        return found

    @property
    def shown(self) -> np.ndarray:
        """Episodes that were under way in the year."""
        e = self.care.episodes
        return np.flatnonzero((e.began < self.last) & ((e.ended == MISSING) | (e.ended >= self.first)))

    @property
    def children(self) -> np.ndarray:
        """Children with such an episode."""
        return np.unique(self.care.episodes.person[self.shown])

    def named(self, who: np.ndarray) -> dict[str, pa.Array]:
        """The child's number, under which each module begins."""
        e = self.care.episodes
        still = np.zeros(len(self.world.people), dtype=bool)
        still[e.person[(e.ended == MISSING) | (e.ended >= self.last)]] = True
        older = np.full(len(who), self.year <= MIGRATED) & ~still[who]
        return {"CHILD": child_numbers(self.world, who, older)}

    def born(self, who: np.ndarray) -> dict[str, pa.Array]:
        """The child's number and day of birth."""
        return {**self.named(who), "DOB": written(self.world.people.born[who], "uk")}


def _modules(year: _Year) -> list[Module]:
    return [_header(year), _episodes(year), _reviews(year), _oc2(year), _oc3(year), _missing(year), _adopted(year),
            _placed(year), _before(year), _workers(year)]  # fmt: skip


def _header(year: _Year) -> Module:
    who, people = year.children, year.world.people
    sexes = ["M", "F"] if year.year >= LETTERS_SINCE else ["1", "2"]
    columns = {
        **year.named(who),
        "SEX": coded(sexes, people.female[who].astype(np.int8)),
        "DOB": written(people.born[who], "uk"),
        "ETHNIC": coded(ETHNIC, people.ethnicity[who]),
        "UPN": _upn(year, who),
        "MOTHER": pa.nulls(len(who), pa.string()),
        "MC_DOB": pa.nulls(len(who), pa.string()),
    }
    return columns, who


def _upn(year: _Year, who: np.ndarray) -> pa.Array:
    """Pupil numbers, and the reason why there is none."""
    known = pupil_numbers(year.world, who, np.full(len(who), year.last), 0.97)
    young = birthday(year.world.people.born[who], 5) > year.last
    reason = coded(["UN1", "UN4"], (~young).astype(np.int8))
    return pc.coalesce(known, reason)


def _episodes(year: _Year) -> Module:
    e, shown = year.care.episodes, year.shown
    who = e.person[shown]
    over = (e.ended[shown] != MISSING) & (e.ended[shown] < year.last)
    place = e.place[shown]
    code = coded(
        [*PLACES, "K3"], np.where((place == HOSTEL) & (year.year >= SUPPORTED_SINCE), len(PLACES), place)
    )
    change = coded(CHANGES, e.change[shown], ~over | (e.change[shown] < 0))
    rng, dirt, homes = year.world.streams(f"903 {year.year}"), year.world.parameters.dirt, year.world.homes
    columns = {
        **year.named(who),
        "DECOM": written(e.began[shown], "uk"),
        "RNE": coded(BEGINS, e.begins[shown]),
        "LS": coded(LEGAL, e.legal[shown]),
        "CIN": coded(NEEDS, e.need[shown]),
        "PLACE": code,
        "PLACE_PROVIDER": coded(PROVIDERS, place),
        "DEC": written(np.where(over, e.ended[shown], MISSING).astype(np.int32), "uk"),
        "REC": coded(ENDS, e.ends[shown], ~over),
        "REASON_PLACE_CHANGE": spoilt(rng, change, 0.01 * dirt, UNKNOWN_CODES),
        "HOME_POST": homes.postcode(homes.at(who, e.began[shown])),
        "PL_POST": postcode(e.lsoa[shown], street_of(e.home[shown])),
        "URN": some(joined("SC", digits(9_000_000 + e.home[shown] % 997, 7)), place == 2),
    }
    return columns, who


def _periods(year: _Year) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Child, first day and last day of each period of care shown this year; a period that goes on ends with it."""
    e, shown = year.care.episodes, year.shown
    starts = np.flatnonzero(e.begins == 0)
    own = np.searchsorted(starts, shown, side="right") - 1
    own = np.unique(own)
    last = np.append(starts[1:], len(e)) - 1
    ended = np.where(e.ended[last] == MISSING, year.last, np.minimum(e.ended[last], year.last))
    return e.person[starts[own]], e.began[starts[own]], ended[own]


def _reviews(year: _Year) -> Module:
    """Within 20 working days, then three months, then every six (standards, section 2)."""
    who, since, until = _periods(year)
    on = since[:, None] + np.concatenate([[26, 112], 112 + 175 * np.arange(1, 36)])[None, :]
    row, column = np.nonzero((on < until[:, None]) & year.within(on))
    child, days = who[row], on[row, column].astype(np.int32)
    age = (days - year.world.people.born[child]) / 365.25
    code = np.where(age < 4, 0, 1 + (child + days) % 6)
    columns = {
        **year.born(child),
        "REVIEW": written(days, "uk"),
        "REVIEW_CODE": coded(["PN0", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6"], code),
    }
    return columns, child


def sdq_scores(world: World, who: np.ndarray, on: int) -> np.ndarray:
    """Strengths and difficulties scores (0-40) of children near a day: higher where need is."""
    month = int(
        np.clip(np.searchsorted(world.life.months.first, on, side="right") - 1, 0, len(world.life.need) - 1)
    )
    noise = world.streams("sdq").normal(0, 4.5, (len(world.life.need) // 12 + 1, len(world.life.own)))
    level = 12.5 + 2.6 * world.life.need[month, who] + 1.2 * world.life.conduct[who]
    return np.clip(np.round(level + noise[month // 12, who]), 0, 40).astype(np.int32)


def _oc2(year: _Year) -> Module:
    """Children looked after for twelve months on 31 March. A score is for those aged 4 to 16."""
    who, since, until = _periods(year)
    long = (until == year.last) & (since <= year.first)
    who = np.unique(who[long])
    age = (year.last - year.world.people.born[who]) / 365.25
    rng = year.world.streams(f"oc2 {year.year}")
    drawn = rng.random((7, len(who)))
    scored = (age >= 4) & (age < 17) & (drawn[0] < 0.82)
    score = pa.array(sdq_scores(year.world, who, year.last - 1)).cast(pa.string())

    def flag(row: int, share: float, kept: np.ndarray) -> pa.Array:
        return coded(["0", "1"], (drawn[row] < share).astype(np.int8), ~kept)

    every = np.ones(len(who), dtype=bool)
    teens = age >= 10
    columns = {
        **year.born(who),
        "SDQ_SCORE": some(score, scored),
        "SDQ_REASON": coded(
            ["SDQ1", "SDQ2", "SDQ4"], np.where((age < 4) | (age >= 17), 0, 1 + who % 2), scored
        ),
        "CONVICTED": flag(1, 0.04, teens),
        "HEALTH_CHECK": flag(2, 0.85, age < 5),
        "IMMUNISATIONS": flag(3, 0.86, every),
        "TEETH_CHECK": flag(4, 0.78, every),
        "HEALTH_ASSESSMENT": flag(5, 0.90, every),
        "SUBSTANCE_MISUSE": coded(["0", "1"], (drawn[6] < 0.04).astype(np.int8), ~teens),
        "INTERVENTION_RECEIVED": flag(5, 0.5, teens & (drawn[6] < 0.04)),
        "INTERVENTION_OFFERED": flag(5, 0.9, teens & (drawn[6] < 0.04)),
    }
    return columns, who


def _oc3(year: _Year) -> Module:
    """Care leavers whose 17th to 21st birthday fell in the year."""
    e, people = year.care.episodes, year.world.people
    sixteen = birthday(people.born[e.person], 16)
    late = (e.ended != MISSING) & (e.ended > sixteen) & (e.ended < year.last)
    who = np.unique(e.person[late])
    turned = np.zeros(len(who), dtype=bool)
    for age in range(17, 22):
        turned |= year.within(birthday(people.born[who], age))
    still = np.isin(who, e.person[(e.ended == MISSING) | (e.ended >= year.last)])
    who = who[turned & ~still]
    rng = year.world.streams(f"oc3 {year.year}")
    activity = rng.choice(7, len(who), p=[0.06, 0.24, 0.04, 0.26, 0.14, 0.2, 0.06])
    home = rng.choice(7, len(who), p=[0.12, 0.2, 0.12, 0.34, 0.1, 0.06, 0.06])
    columns = {
        **year.born(who),
        "IN_TOUCH": coded(["YES", "NO", "REFU"], rng.choice(3, len(who), p=[0.9, 0.06, 0.04])),
        "ACTIV": coded(["F1", "F2", "F4", "F5", "G4", "G5", "G6"], activity),
        "ACCOM": coded(["B1", "D1", "E1", "U1", "Z1", "S2", "X2"], home),
    }
    return columns, who


def _missing(year: _Year) -> Module:
    away = year.care.away
    shown = np.flatnonzero((away.since < year.last) & ((away.until == MISSING) | (away.until >= year.first)))
    who, until = away.person[shown], away.until[shown]
    columns = {
        **year.born(who),
        "MISSING": coded(["M", "A"], (away.since[shown] % 9 == 0).astype(np.int8)),
        "MIS_START": written(away.since[shown], "uk"),
        "MIS_END": written(np.where(until < year.last, until, MISSING).astype(np.int32), "uk"),
    }
    return columns, who


def _adoptions(year: _Year, on_order: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Child, day placed and day of the order, of those placed (or adopted) in the year."""
    e = year.care.episodes
    order = np.flatnonzero(e.ends == ENDS.index("E11"))
    placed, ended = e.began[order], e.ended[order]
    shown = year.within(ended if on_order else placed)
    return e.person[order][shown], placed[shown], ended[shown]


def _adopted(year: _Year) -> Module:
    who, placed, _ = _adoptions(year, on_order=True)
    two = who % 4 > 0
    columns = {
        **year.born(who),
        "DATE_INT": written(placed - 90, "uk"),
        "DATE_MATCH": written(placed - 30, "uk"),
        "FOSTER_CARE": coded(["0", "1"], (who % 5 == 0).astype(np.int8)),
        "NB_ADOPTR": coded(["1", "2"], two.astype(np.int8)),
        "SEX_ADOPTR": coded(["F1", "MF"], two.astype(np.int8)),
        "LS_ADOPTR": coded(["L0", "L11"], two.astype(np.int8)),
    }
    return columns, who


def _placed(year: _Year) -> Module:
    who, placed, _ = _adoptions(year, on_order=False)
    columns = {
        **year.born(who),
        "DATE_PLACED": written(placed, "uk"),
        "DATE_PLACED_CEASED": pa.nulls(len(who), pa.string()),
        "REASON_PLACED_CEASED": pa.nulls(len(who), pa.string()),
    }
    return columns, who


def _before(year: _Year) -> Module:
    """Children who came into care this year: few had been adopted or under guardianship, long ago."""
    e = year.care.episodes
    who = e.person[(e.begins == 0) & year.within(e.began)]
    had = who % 23 == 0
    born = written(year.world.people.born[who] + 400, "uk")
    dated = joined("zz/", pc.utf8_slice_codeunits(born, 3, 10))
    columns = {
        **year.born(who),
        "PREV_PERM": coded(["Z1", "P2"], had.astype(np.int8)),
        "LA_PERM": coded(["999"], np.zeros(len(who), dtype=np.int8), ~had),
        "DATE_PERM": some(dated, had),
    }
    return columns, who


def _workers(year: _Year) -> Module:
    """Social workers of children in care: each stays with a child for about a year."""
    who, since, until = _periods(year)
    on = since[:, None] + (370 * np.arange(20))[None, :]
    row, column = np.nonzero((on < until[:, None]) & (on + 370 > year.first))
    child, start = who[row], on[row, column].astype(np.int32)
    end = np.minimum(start + 370, until[row]).astype(np.int32)
    goes_on = end >= year.last
    columns = {
        **year.born(child),
        "SW_ID": joined("SW", digits((child * 7 + column * 13) % 311 + 100, 4)),
        "SW_DECOM": written(start, "uk"),
        "SW_DEC": written(np.where(goes_on, MISSING, end).astype(np.int32), "uk"),
        "SW_REASON": coded(["MANAGE", "LEFTRL", "ORGRST", "CHCHAN"], child % 4, goes_on),
    }
    return columns, child
