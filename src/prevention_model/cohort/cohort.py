"""A cohort: index dates, and who is eligible at each as far as was then known."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from prevention_model.cohort.members import Members
from prevention_model.errors import WrongUsage
from prevention_model.query import (
    Latest,
    Length,
    Lookback,
    Question,
    answer,
    days_of,
    home_as_seen,
    household_as_seen,
    whole_months,
)
from prevention_model.records import Records

UNALLOCATED = "unallocated"
REASONS = (
    "recorded as an adult",
    "no birth date",
    "outside the age range",
    "died before the index date",
    "no known home in the area",
    "objects to this use",
)


@dataclass(frozen=True)
class Cohort:
    """Children of `ages` (from, up to and not including, in years) at index dates `start`, `start` + `every`, ...

    The last index date is not after `end`. Dates are texts such as "2021-01-01". Raises WrongUsage.

    >>> [str(day) for day in Cohort(every="3 months", start="2023-11-30", end="2024-06-01").index_dates()]
    ['2023-11-30', '2024-02-29', '2024-05-30']
    """

    every: str
    start: str
    end: str
    ages: tuple[float, float] = (0, 18)

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

    def index_dates(self) -> tuple[date, ...]:
        """The index dates, each counted from the start so that month ends do not drift."""
        step, first, last = Length.parse(self.every), _date(self.start, "start"), _date(self.end, "end")
        dates = [first]
        while (following := Length(step.number * len(dates), step.unit).after(first)) <= last:
            dates.append(following)
        return tuple(dates)

    def members(self, records: Records) -> Members:
        """Who is eligible at each index date, in the order of the person table, then of dates.

        Eligible: of the ages; not recorded as an adult; alive; with a known home, if any home is on record at
        all; and not objecting. `frame` adds household_id (as then seen; may be missing), zone (of the home as
        then seen, else "unallocated") and age_years (whole years). Nothing known later is used, except that
        somebody has died.

        >>> people = pd.DataFrame({"person_id": ["a", "b"], "birth_date": ["2015-05-01", "1990-01-01"]})
        >>> cohort = Cohort(every="1 year", start="2024-01-01", end="2024-12-31")
        >>> members = cohort.members(Records.from_frames({"person": people}))
        >>> members.frame.age_years.tolist(), members.left_out.values.tolist()
        ([8], [['outside the age range', 1]])
        """
        people = records.frames["person"].drop_duplicates("person_id", ignore_index=True)
        dates = pd.to_datetime(list(self.index_dates())).to_numpy().astype("datetime64[s]")
        at = np.repeat(np.arange(len(people)), len(dates))
        pairs = pd.DataFrame(
            {"person_id": people["person_id"].iloc[at].array, "index_date": np.tile(dates, len(people))}
        )
        months = whole_months(days_of(people["birth_date"])[at], days_of(pairs["index_date"]))
        reason = self._reasons(records, people, at, pairs, months)
        frame = pairs[reason == -1].reset_index(drop=True)
        frame["household_id"] = household_as_seen(records.frames, frame)
        frame["zone"] = home_as_seen(records.frames, frame).zone.fillna(UNALLOCATED)
        frame["age_years"] = months[reason == -1] // 12
        return Members(frame, _counts(reason))

    @staticmethod
    def from_frame(frame: pd.DataFrame) -> Members:
        """Members from any frame with person_id and index_date; other columns are kept. Raises WrongUsage."""
        return Members(frame)

    def _reasons(
        self, records: Records, people: pd.DataFrame, at: np.ndarray, pairs: pd.DataFrame, months: np.ndarray
    ) -> np.ndarray:
        """The number of the first reason to leave each pair out, -1 for none; costly ones are asked last."""
        low, high = (int(age * 12) for age in self.ages)
        born = people["birth_date"].notna().to_numpy()[at]
        died = people["death_date"].iloc[at].to_numpy() < pairs["index_date"].to_numpy()
        adult = people["is_adult"].fillna(False).to_numpy(dtype=np.bool_)[at]
        reason = np.full(len(pairs), -1)
        for number, out in reversed(list(enumerate((adult, ~born, (months < low) | (months >= high), died)))):
            reason[out] = number
        left = np.flatnonzero(reason == -1)
        asked = pairs.iloc[left].reset_index(drop=True)
        if (records.frames["place"]["kind"] == "home").any():
            reason[left[~home_as_seen(records.frames, asked).known]] = 4
        objects = Question(Latest("attribute", kind="objection", equals="true"), Lookback("all"))
        answers = answer(records.frames, asked, [objects], covered=False)[:, 0]
        reason[left[(answers == 1) & (reason[left] == -1)]] = 5
        return reason


def _counts(reason: np.ndarray) -> pd.DataFrame:
    numbers, counts = np.unique(reason[reason >= 0], return_counts=True)
    return pd.DataFrame(
        {"reason": pd.Series([REASONS[number] for number in numbers], dtype="str"), "count": counts}
    )


def _date(text: str, name: str) -> date:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise WrongUsage(
            f"The {name} of the cohort is not a date.", todo=f'Write {name}="2021-01-31".'
        ) from None
