"""SEN2: requests for education, health and care plans and the plans themselves, one set of CSV files a year.

Person-level since 2023. Each January the whole active caseload is returned with its old requests, beside the
requests of the calendar year before and the plans that ceased in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from prevention_model.synthetic.book import Book, keep_book
from prevention_model.synthetic.calendar import END, MISSING, birthday, censuses, day, written
from prevention_model.synthetic.extract import coded, taken
from prevention_model.synthetic.identifiers import opaque
from prevention_model.synthetic.identities import some
from prevention_model.synthetic.mentions import Mentions
from prevention_model.synthetic.pupils import Pupils
from prevention_model.synthetic.returns.delivery import Return, Sheet, pupil_numbers, write_sheets
from prevention_model.synthetic.returns.school_census import SEN_NEEDS, SEN_SHARES
from prevention_model.synthetic.world import ETHNIC, World

_BASIS = "Legal obligation, Article 6(1)(c); Education Act 1996 section 29"
SINCE = 2023
"""The first return about persons."""

_WEEKS_TO_PLAN, _WEEKS_TO_DECIDE = 20 * 7, 6 * 7
"""Statutory limits: a decision in six weeks, a plan in twenty (standards, section 5)."""

_CEASED = ("1", "2", "3", "4", "5", "6", "8", "9")


def sen2(world: World, pupils: Pupils) -> Return:
    """Every return of the county's years."""

    def write(out: Path, mentions: Mentions) -> int:
        return write_sheets("sen2", _sheets(world, pupils), out, mentions)

    return Return("sen2", "files/sen2/*/*.csv", _BASIS, write)


@dataclass(frozen=True)
class _Requests:
    """Every request: who asked when, when it was decided, when the plan began and ended (MISSING: none, or not yet)."""

    person: np.ndarray
    received: np.ndarray
    decided: np.ndarray
    start: np.ndarray
    end: np.ndarray
    note: np.ndarray


def _requests(world: World, pupils: Pupils) -> _Requests:
    """A request before every plan, and some for pupils with support that were refused."""
    rng, plan, support = world.streams("sen2"), pupils.plan, pupils.support
    received = plan.start - _WEEKS_TO_PLAN + 35 - rng.integers(0, 90, len(plan))
    asked = np.flatnonzero(rng.random(len(support)) < 0.05)
    refused = support.where(asked)
    when = refused.start + rng.integers(100, 900, len(refused))
    person = np.concatenate([plan.person, refused.person])
    received = np.concatenate([received, when])
    none = np.full(len(refused), MISSING)
    return _Requests(
        *(a.astype(np.int32) for a in (
            person, received, received + _WEEKS_TO_DECIDE, np.concatenate([plan.start, none]),
            np.concatenate([plan.end, none]), np.concatenate([plan.note, refused.note]),
        ))
    )  # fmt: skip


def _sheets(world: World, pupils: Pupils) -> Iterator[Sheet]:
    requests, book = _requests(world, pupils), keep_book(world, "sen")
    days = {
        year: on for on, year, season in censuses(world.start, END) if season == "spring" and year >= SINCE
    }
    for year, on in days.items():
        first = day(date(year - 1, 1, 1))
        begun = (requests.start != MISSING) & (requests.start <= on)
        active = begun & ((requests.end == MISSING) | (requests.end >= first))
        asked = (requests.received <= on) & (requests.received >= first)
        made = _Return(world, book, requests, np.flatnonzero(active | asked), on, year)
        for name, (columns, person) in made.tables().items():
            if year % 2:
                columns = {column.lower(): texts for column, texts in columns.items()}
            marked = world.parameters.dirt > 0 and year % 2 == 0
            yield Sheet(f"{year}/{name}.csv", columns, person, byte_order_mark=marked)


@dataclass(frozen=True)
class _Return:
    """One January's return: the requests shown, as things stood on the census day `on`."""

    world: World
    book: Book
    requests: _Requests
    shown: np.ndarray
    on: int
    year: int

    def tables(self) -> dict[str, tuple[dict[str, pa.Array], np.ndarray]]:
        """Every table, and the person whom each row is about."""
        agreed, planned, current = self._agreed(), self._planned(), self._current()
        hung = {
            "requests": (self._asked(), self.shown),
            "assessment": (self._assessed(), agreed),
            "named_plan": (self._named(), planned),
            "active_plans": (self._active(), current),
            "placement_detail": (self._placed(), current),
            "sen_need": (self._needs(), current),
        }
        persons = {name: (columns, self.requests.person[rows]) for name, (columns, rows) in hung.items()}
        return {"person": self._person(), **persons}

    @property
    def who(self) -> np.ndarray:
        """The person of each request shown."""
        return self.requests.person[self.shown]

    def _people_key(self, who: np.ndarray) -> pa.Array:
        return opaque(who, self.year)

    def _key(self, rows: np.ndarray, salt: int) -> pa.Array:
        return opaque(rows, self.year * 10 + salt)

    def _within(self, days: np.ndarray) -> np.ndarray:
        found: np.ndarray = np.where((days != MISSING) & (days <= self.on), days, MISSING)
        return found.astype(np.int32)

    def _person(self) -> tuple[dict[str, pa.Array], np.ndarray]:
        who = np.unique(self.who)
        today = np.full(len(who), self.on)
        world = self.world
        numbers = pupil_numbers(world, who, today, 0.96)
        homes = world.homes
        sex = "Sex" if self.year >= 2024 else "GenderCurrent"
        codes = ["M", "F"] if self.year >= 2024 else ["1", "2"]
        grown = birthday(world.people.born[who], 14) <= self.on
        columns = {
            "PersonTableId": self._people_key(who),
            "Surname": self.book.surnames(who, today),
            "Forename": self.book.forenames(who),
            "PersonBirthDate": self.book.births(who, "iso"),
            sex: coded(codes, world.people.female[who].astype(np.int8)),
            "Ethnicity": coded(
                [*ETHNIC, "NOBT"], np.where(who % 41 == 0, len(ETHNIC), world.people.ethnicity[who])
            ),
            "PostCode": homes.postcode(homes.at(who, today)),
            "UPN": numbers,
            "UniqueLearnerNumber": some(taken(world.identities.uln, who), grown),
            "UPNunknown": coded(
                ["UN1"], np.zeros(len(who), dtype=np.int8), numbers.is_valid().to_numpy(False)
            ),
        }
        return columns, who

    def _asked(self) -> dict[str, pa.Array]:
        r, rows = self.requests, self.shown
        decided = self._within(r.decided[rows])
        planned = r.start[rows] != MISSING
        outcome = np.where(decided == MISSING, 2, np.where(planned, 0, 1))
        return {
            "PersonTableId": self._people_key(self.who),
            "RequestsTableId": self._key(rows, 1),
            "ReceivedDate": written(r.received[rows], "iso"),
            "RYA": coded(["0"], np.zeros(len(rows), dtype=np.int8)),
            "RequestOutcomeDate": written(decided, "iso"),
            "RequestOutcome": coded(["Y", "N", "A"], outcome),
            "RequestMediation": coded(["0"], np.zeros(len(rows), dtype=np.int8)),
            "RequestTribunal": coded(["0"], np.zeros(len(rows), dtype=np.int8)),
            "Exported": pa.nulls(len(rows), pa.string()),
        }

    def _agreed(self) -> np.ndarray:
        """Requests that an assessment followed."""
        r, rows = self.requests, self.shown
        return rows[(r.start[rows] != MISSING) & (r.decided[rows] <= self.on)]

    def _assessed(self) -> dict[str, pa.Array]:
        rows = self._agreed()
        done = self._within(self.requests.start[rows])
        swift = self.requests.start[rows] - self.requests.received[rows] <= _WEEKS_TO_PLAN
        return {
            "RequestsTableId": self._key(rows, 1),
            "AssessmentTableId": self._key(rows, 2),
            "AssessmentOutcome": coded(["Y", "A"], (done == MISSING).astype(np.int8)),
            "AssessmentOutcomeDate": written(done, "iso"),
            "Week20": coded(["0", "1"], swift.astype(np.int8), done == MISSING),
        }

    def _planned(self) -> np.ndarray:
        rows = self._agreed()
        return rows[self.requests.start[rows] <= self.on]

    def _named(self) -> dict[str, pa.Array]:
        rows = self._planned()
        ended = self._within(self.requests.end[rows])
        grown = (ended - self.world.people.born[self.requests.person[rows]]) / 365.25 > 24
        reason = np.where(grown, 0, 1 + self.requests.note[rows] % 7)
        return {
            "RequestsTableId": self._key(rows, 1),
            "AssessmentTableId": self._key(rows, 2),
            "NamedPlanTableId": self._key(rows, 3),
            "StartDate": written(self.requests.start[rows], "iso"),
            "PlanRes": coded(["N"], np.zeros(len(rows), dtype=np.int8)),
            "PB": coded(["N", "Y"], (rows % 19 == 0).astype(np.int8)),
            "CeaseDate": written(ended, "iso"),
            "CeaseReason": coded(_CEASED, reason, ended == MISSING),
        }

    def _current(self) -> np.ndarray:
        rows = self._planned()
        end = self.requests.end[rows]
        return rows[(end == MISSING) | (end > self.on)]

    def _active(self) -> dict[str, pa.Array]:
        rows = self._current()
        start = self.requests.start[rows]
        # A review within twelve months of the plan, and of the review before.
        years = (self.on - start) // 350
        review = np.where(years > 0, start + years * 350, MISSING).astype(np.int32)
        return {
            "RequestsTableId": self._key(rows, 1),
            "ActivePlansTableId": self._key(rows, 4),
            "ReviewMeeting": written(review, "iso"),
            "ReviewOutcome": coded(["M", "A", "C"], self.requests.note[rows] % 3, review == MISSING),
            "LastReview": written(review, "iso"),
        }

    def _placed(self) -> dict[str, pa.Array]:
        rows = self._current()
        places = self.world.places
        urn = taken(places.urn, self.requests.person[rows] % len(places.urn))
        elsewhere = self.requests.note[rows] % 13 == 0
        return {
            "RequestsTableId": self._key(rows, 1),
            "ActivePlansTableId": self._key(rows, 4),
            "PlacementDetailTableId": self._key(rows, 5),
            "URN": some(urn, ~elsewhere),
            "SENSetting": coded(["EHE", "NEET"], rows % 2, ~elsewhere),
            "PlacementRank": coded(["1"], np.zeros(len(rows), dtype=np.int8)),
            "EntryDate": written(self.requests.start[rows], "iso"),
            "LeavingDate": pa.nulls(len(rows), pa.string()),
        }

    def _needs(self) -> dict[str, pa.Array]:
        rows = self._current()
        draw = self.requests.note[rows] % 100
        need = np.searchsorted(np.cumsum(SEN_SHARES), (draw + 0.5) / 100).clip(max=len(SEN_NEEDS) - 1)
        return {
            "RequestsTableId": self._key(rows, 1),
            "ActivePlansTableId": self._key(rows, 4),
            "SENneedTableId": self._key(rows, 6),
            "SENtype": coded(SEN_NEEDS, need),
            "SENtypeRank": coded(["1"], np.zeros(len(rows), dtype=np.int8)),
        }
