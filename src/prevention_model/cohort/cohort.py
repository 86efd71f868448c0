"""A cohort: index dates, and who is eligible at each as far as was then known."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from prevention_model.cohort.lag import coverage_lag
from prevention_model.cohort.members import Members
from prevention_model.cohort.steps import Bools, Ints, Step, counted, counted_by_date, taken
from prevention_model.errors import WrongUsage, listed
from prevention_model.query import (
    Aggregate,
    Latest,
    Length,
    Lookback,
    OpenSpell,
    Question,
    answer,
    days_of,
    home_as_seen,
    household_as_seen,
    whole_months,
)
from prevention_model.records import Records

UNALLOCATED = "unallocated"
STATUTORY = ("case", "cin_episode", "cp_plan", "care_period")
"""Kinds of spell that are children's social care in law: an open case, a child in need, a protection plan, care."""


@dataclass(frozen=True)
class Cohort:
    """Children of `ages` (from, up to and not including, in years) at index dates `start`, `start` + `every`, ...

    The last index date is not after `end`. Dates are texts such as "2021-01-01". Raises WrongUsage.

    `not_open_to` names kinds of spell, such as STATUTORY: a child in an open one, as then seen, is left out; one whose
    brother or sister is in one is not. Nobody is left out by it unless it is asked for. An outcome has its own step for
    children who are already there, and a list its own for families who have a social worker; left out here as well, a
    child who left services lately would have no earlier level to have risen from, and nothing would be learnt of how
    children in need come to miss school.

    >>> [str(day) for day in Cohort(every="3 months", start="2023-11-30", end="2024-06-01").index_dates()]
    ['2023-11-30', '2024-02-29', '2024-05-30']
    """

    every: str
    start: str
    end: str
    ages: tuple[float, float] = (0, 18)
    not_open_to: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        Length.parse(self.every)
        first, last = (_date(text, name) for text, name in ((self.start, "start"), (self.end, "end")))
        if last < first:
            raise WrongUsage(
                "The cohort ends before it starts.", todo="Write an end that is not before the start."
            )
        low, high = self.ages
        if not 0 <= low < high or any(age * 12 != int(age * 12) for age in self.ages):
            raise WrongUsage(
                f"ages={self.ages!r} is not a range of ages.",
                todo="Write the first age and the first age no longer included, as in ages=(0, 18), in whole months.",
            )
        if not isinstance(self.not_open_to, tuple) or not all(self.not_open_to):
            raise WrongUsage(
                f"not_open_to={self.not_open_to!r} does not name kinds of spell.",
                todo='Write a tuple of them, such as not_open_to=("cin_episode", "cp_plan", "care_period").',
            )

    @classmethod
    def on(cls, day: str, ages: tuple[float, float] = (0, 18), not_open_to: tuple[str, ...] = ()) -> "Cohort":
        """The cohort of one index date, as for scoring today.

        >>> Cohort.on("2026-11-26", ages=(0, 17)).index_dates()
        (datetime.date(2026, 11, 26),)
        """
        return cls(every="1 day", start=day, end=day, ages=ages, not_open_to=not_open_to)

    def index_dates(self) -> tuple[date, ...]:
        """The index dates, each counted from the start so that month ends do not drift."""
        step, first, last = Length.parse(self.every), _date(self.start, "start"), _date(self.end, "end")
        dates = [first]
        while (following := Length(step.number * len(dates), step.unit).after(first)) <= last:
            dates.append(following)
        return tuple(dates)

    def members(self, records: Records, only: Collection[date] | None = None) -> Members:
        """Who is eligible at each index date (or at those of `only`), in the order of the person table, then of dates.

        Eligible: of the ages; not recorded as an adult; alive; with a known home, if any home is on record at
        all; not open to what `not_open_to` names; and not objecting. `frame` adds household_id (as then seen; may be
        missing), zone (of the home as then seen, else "unallocated") and age_years (whole years). Nothing known later
        is used, except that somebody has died. No retention is looked at: an objection does not lapse, and an open
        spell is not past any. Raises WrongUsage where nobody delivers what `not_open_to` names.

        >>> people = pd.DataFrame({"person_id": ["a", "b"], "birth_date": ["2015-05-01", "1990-01-01"]})
        >>> members = Cohort.on("2024-01-01").members(Records.from_frames({"person": people}))
        >>> members.frame.age_years.tolist()
        [8]
        >>> members.left_out[["reason", "before", "left_out", "remaining"]].values.tolist()[2]
        ['outside the age range', 2, 1, 1]
        """
        people = records.frames["person"].drop_duplicates("person_id", ignore_index=True)
        wanted = [day for day in self.index_dates() if only is None or day in only]
        dates = pd.to_datetime(wanted).to_numpy().astype("datetime64[s]")
        asked = _Asked(records, people, dates)
        steps = self._steps(asked)
        out_at = taken(steps, len(asked.pairs))
        reasons = [reason for reason, _ in steps]
        eligible = out_at == len(steps)
        frame = asked.pairs[eligible].reset_index(drop=True)
        frame["household_id"] = household_as_seen(records.frames, frame)
        frame["zone"] = home_as_seen(records.frames, frame).zone.fillna(UNALLOCATED)
        frame["age_years"] = asked.months[eligible] // 12
        return Members(
            frame,
            counted(reasons, out_at, asked.person),
            counted_by_date(reasons, out_at, asked.date, dates),
            coverage_lag(records.frames["coverage"], dates),
        )

    @staticmethod
    def from_frame(frame: pd.DataFrame) -> Members:
        """Members from any frame with person_id and index_date; other columns are kept. Raises WrongUsage."""
        return Members(frame)

    def _steps(self, asked: "_Asked") -> list[Step]:
        """In order, costly ones last. A step that is not asked is not there: 0 would say that somebody had looked."""
        low, high = (int(age * 12) for age in self.ages)
        people, months = asked.people, asked.months
        adult = people["is_adult"].fillna(False).to_numpy(dtype=np.bool_)
        born = people["birth_date"].notna().to_numpy()
        steps: list[Step] = [
            ("recorded as an adult", lambda at: adult[asked.person[at]]),
            ("no birth date", lambda at: ~born[asked.person[at]]),
            ("outside the age range", lambda at: (months[at] < low) | (months[at] >= high)),
            ("died before the index date", asked.died),
        ]
        if (asked.records.frames["place"]["kind"] == "home").any():
            steps.append(("no known home in the area", asked.without_home))
        if self.not_open_to:
            _check_delivered(self.not_open_to, asked.records)
            opened = OpenSpell(self.not_open_to)
            steps.append(("open to statutory services", lambda at: asked.so(opened, at)))
        objects = Latest("attribute", kind="objection", equals="true")
        return [*steps, ("objects to this use", lambda at: asked.so(objects, at))]


class _Asked:
    """Everybody at every index date: the pairs, and what a step may ask of some of them."""

    def __init__(self, records: Records, people: pd.DataFrame, dates: np.ndarray) -> None:
        self.records, self.people = records, people
        self.person: Ints = np.repeat(np.arange(len(people), dtype=np.int64), len(dates))
        self.date: Ints = np.tile(np.arange(len(dates), dtype=np.int64), len(people))
        self.pairs = pd.DataFrame(
            {"person_id": people["person_id"].iloc[self.person].array, "index_date": dates[self.date]}
        )
        born = days_of(people["birth_date"])[self.person]
        self.months = whole_months(born, days_of(self.pairs["index_date"]))

    def died(self, at: Ints) -> Bools:
        """Whose death came before their index date."""
        death = self.people["death_date"].to_numpy()[self.person[at]]
        earlier: Bools = death < self.pairs["index_date"].to_numpy()[at]
        return earlier

    def without_home(self, at: Ints) -> Bools:
        """Who has no home, as then seen."""
        return ~home_as_seen(self.records.frames, self._pairs(at)).known

    def so(self, ask: Aggregate, at: Ints) -> Bools:
        """For whom the answer is 1. What was not received is not so: nobody is left out by a guess."""
        question = Question(ask, Lookback("all"))
        said: Bools = answer(self.records.frames, self._pairs(at), [question], covered=False)[:, 0] == 1
        return said

    def _pairs(self, at: Ints) -> pd.DataFrame:
        return self.pairs.iloc[at].reset_index(drop=True)


def _check_delivered(kinds: tuple[str, ...], records: Records) -> None:
    """A misspelt kind would leave nobody out, and nobody would notice."""
    coverage, spells = records.frames["coverage"], records.frames["spell"]
    if coverage.empty or coverage["kind"].isna().any():
        return
    strange = sorted(set(kinds) - set(coverage["kind"]) - set(spells["kind"]))
    if strange:
        raise WrongUsage(
            f"No source delivers spells of the kind {listed(strange)}, so they would leave nobody out.",
            where="not_open_to",
            todo="Correct the spelling, or take out what is not delivered.",
        )


def _date(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise WrongUsage(
            f"The {name} of the cohort is not a date.", todo=f'Write {name}="2021-01-31".'
        ) from None
