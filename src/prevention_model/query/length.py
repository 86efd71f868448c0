"""A length of time as people write it: "30 days", "4 weeks", "12 months", "2 years".

Months and years follow the calendar: a day that the earlier or later month lacks becomes that month's last
day, so 31 May less 3 months is 28 (or 29) February. Shifting never reorders two days, and the fast engine
depends on that: the starts of windows are in the order of the index dates.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from prevention_model.errors import WrongUsage

Days = NDArray[np.int64]

_UNITS = {
    "day": (1, "days"), "week": (7, "days"), "month": (1, "months"), "year": (12, "months"),
    "calendar month": (1, "calendar months"),
}  # fmt: skip
_LONGEST = {"days": 55_000, "months": 1_800, "calendar months": 1_800}


@dataclass(frozen=True)
class Length:
    """A length of time: `number` whole `unit`s, where `unit` is "days", "months" or "calendar months".

    >>> Length.parse("2 years")
    Length(number=24, unit='months')
    >>> Length.parse("3 months").before(date(2023, 5, 31))
    datetime.date(2023, 2, 28)
    """

    number: int
    unit: str

    @classmethod
    def parse(cls, text: object, *, zero: bool = False, whole: bool = False) -> "Length":
        """Read a length. `zero` admits "0 days", `whole` admits "3 calendar months".

        Raises WrongUsage for anything else than whole units.
        """
        found = (
            re.fullmatch(r"([0-9]{1,5}) (day|week|month|year|calendar month)s?", text)
            if isinstance(text, str)
            else None
        )
        if found and (whole or found[2] != "calendar month"):
            times, unit = _UNITS[found[2]]
            number = int(found[1]) * times
            if (number > 0 or zero) and number <= _LONGEST[unit]:
                return cls(number, unit)
        least = "0" if zero else "1"
        raise WrongUsage(
            f"{text!r} is not a length of time.",
            todo=f'Write a whole number from {least} and a unit, as in "30 days", "4 weeks", "12 months" or "2 years".',
        )

    @property
    def is_whole(self) -> bool:
        """Whether it is made of whole months of the calendar."""
        return self.unit == "calendar months"

    def ending(self, day: date) -> date:
        """Where this length ends when it is counted back from `day`: there, or where the month began."""
        return day.replace(day=1) if self.is_whole else day

    def ending_days(self, days: Days) -> Days:
        """`ending` for an array of days since 1970."""
        if not self.is_whole:
            return days
        month = days.astype("datetime64[D]").astype("datetime64[M]")
        return month.astype("datetime64[D]").astype(np.int64)

    def before(self, day: date) -> date:
        """The day that lies this length before `day`."""
        return self._shift(day, -self.number)

    def after(self, day: date) -> date:
        """The day that lies this length after `day`."""
        return self._shift(day, self.number)

    def before_days(self, days: Days) -> Days:
        """`before` for an array of days since 1970."""
        return self._shift_days(days, -self.number)

    def after_days(self, days: Days) -> Days:
        """`after` for an array of days since 1970."""
        return self._shift_days(days, self.number)

    def _shift(self, day: date, number: int) -> date:
        if self.unit == "days":
            return day + timedelta(days=number)
        year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return date(year, month + 1, min(day.day, last))

    def _shift_days(self, days: Days, number: int) -> Days:
        if self.unit == "days":
            return days + number
        day = days.astype("datetime64[D]")
        month = day.astype("datetime64[M]")
        moved = month + np.timedelta64(number, "M")
        last = (moved + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
        shifted = np.minimum(moved.astype("datetime64[D]") + (day - month.astype("datetime64[D]")), last)
        return shifted.astype(np.int64)
