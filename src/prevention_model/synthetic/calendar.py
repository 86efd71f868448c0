"""The county's time: months to step through, school terms, and dates as agencies write them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

END = date(2025, 4, 1)
"""The day of the extracts: everything known before it is in the files."""

MISSING = np.iinfo(np.int32).min
"""A day that does not exist, in an array of days since 1970-01-01."""

WARM_UP_MONTHS = 36
"""Months lived before the first extract, so that open episodes exist on the first day."""

_FIRST, _LAST = date(1930, 1, 1), date(2027, 1, 1)
_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def day(when: date) -> int:
    """Days since 1970-01-01.

    >>> day(date(1970, 1, 31))
    30
    """
    return when.toordinal() - date(1970, 1, 1).toordinal()


def start_of(years: int) -> date:
    """The first day of a county that lasts `years` years and ends on `END`.

    >>> start_of(6)
    datetime.date(2019, 4, 1)
    """
    return END.replace(year=END.year - years)


@dataclass(frozen=True)
class Months:
    """The months lived: `first` day and `length` in days of each; those before `warm_up` are not in the files."""

    first: np.ndarray
    length: np.ndarray
    warm_up: int

    @classmethod
    def of(cls, years: int) -> "Months":
        """The warm-up and then `years` years to `END`.

        >>> months = Months.of(1)
        >>> len(months.first), int(months.length[-1])
        (48, 31)
        """
        count = WARM_UP_MONTHS + 12 * years
        edges = np.datetime64("2025-04") - np.arange(count, -1, -1)
        days = edges.astype("datetime64[D]").astype(np.int32)
        return cls(days[:-1], np.diff(days).astype(np.int32), WARM_UP_MONTHS)

    @property
    def calendar_month(self) -> np.ndarray:
        """1 to 12 for each month lived."""
        found: np.ndarray = (
            self.first.astype("datetime64[D]").astype("datetime64[M]").astype(np.int32) % 12 + 1
        )
        return found

    @property
    def school_year(self) -> np.ndarray:
        """The calendar year in which each month's school year began (September)."""
        year = self.first.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int32) + 1970
        found: np.ndarray = np.where(self.calendar_month >= 9, year, year - 1)
        return found


@dataclass(frozen=True)
class Terms:
    """School terms: first and last day, possible sessions (two a day), and the census that reports the term.

    Attendance is returned one term in arrears (standards, section 0).
    """

    first: np.ndarray
    last: np.ndarray
    possible: np.ndarray
    census: np.ndarray
    school_year: np.ndarray
    season: np.ndarray

    @classmethod
    def between(cls, start: date, end: date) -> "Terms":
        """Terms that begin on or after `start` and end before `end`.

        >>> terms = Terms.between(date(2023, 9, 1), date(2024, 9, 1))
        >>> terms.possible.tolist(), [str(np.datetime64(int(d), "D")) for d in terms.census]
        ([142, 116, 122], ['2024-01-18', '2024-05-16', '2024-10-03'])
        """
        rows = []
        for year in range(start.year - 1, end.year + 1):
            rows.append((date(year, 9, 4), date(year, 12, 20), 142, _thursday(year + 1, 1, 3), year, 1))
            rows.append(
                (date(year + 1, 1, 6), date(year + 1, 3, 28), 116, _thursday(year + 1, 5, 3), year, 2)
            )
            rows.append(
                (date(year + 1, 4, 15), date(year + 1, 7, 20), 122, _thursday(year + 1, 10, 1), year, 3)
            )
        kept = [row for row in rows if row[0] >= start and row[1] < end]
        days = np.array([[day(a), day(b), n, day(c), y, s] for a, b, n, c, y, s in kept], dtype=np.int32)
        return cls(*days.reshape(-1, 6).T)


def censuses(start: date, end: date) -> list[tuple[int, int, str]]:
    """School censuses from `start` to before `end`: day, calendar year and season.

    >>> [(year, season) for _, year, season in censuses(date(2024, 1, 1), date(2025, 1, 1))]
    [(2024, 'spring'), (2024, 'summer'), (2024, 'autumn')]
    """
    found = []
    for year in range(start.year, end.year + 1):
        for season, month, nth in (("spring", 1, 3), ("summer", 5, 3), ("autumn", 10, 1)):
            on = _thursday(year, month, nth)
            if start <= on < end:
                found.append((day(on), year, season))
    return found


def next_census(days: np.ndarray) -> np.ndarray:
    """The first school census after each day: October, January and May (standards, section 0)."""
    dates = sorted(
        day(_thursday(year, month, nth))
        for year in range(_FIRST.year, _LAST.year + 1)
        for month, nth in ((1, 3), (5, 3), (10, 1))
    )
    grid = np.array(dates, dtype=np.int32)
    known = days != MISSING
    found = grid[np.clip(np.searchsorted(grid, days, side="right"), 0, len(grid) - 1)]
    return np.where(known, found, MISSING).astype(np.int32)


def birthday(born: np.ndarray, years: int) -> np.ndarray:
    """The day on which each person is `years` old (29 February counts as 1 March)."""
    months = born.astype("datetime64[D]").astype("datetime64[M]")
    within = (born.astype("datetime64[D]") - months).astype(np.int32)
    later = (months + 12 * years).astype("datetime64[D]").astype(np.int32)
    return (later + within).astype(np.int32)


def reception(born: np.ndarray) -> np.ndarray:
    """4 September of the school year in which each child starts reception: the one after the fourth birthday."""
    fourth = birthday(born, 4).astype("datetime64[D]")
    year = fourth.astype("datetime64[Y]").astype(np.int32) + 1970
    year = np.where(fourth.astype("datetime64[M]").astype(np.int32) % 12 + 1 >= 9, year + 1, year)
    return september(year)


def september(year: np.ndarray) -> np.ndarray:
    """4 September of each year, in days."""
    months = (np.asarray(year, dtype=np.int64) - 1970) * 12 + 8
    return (months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int32) + 3).astype(np.int32)


def written(days: np.ndarray, style: str) -> pa.Array:
    """Days as text, in the style of an agency: `iso`, `uk` or `school`. A missing day is null.

    >>> written(np.array([day(date(2024, 3, 9)), MISSING]), "school").to_pylist()
    ['2024-Mar-09 00:00:00', None]
    """
    missing = days == MISSING
    places = np.where(missing, 0, days - day(_FIRST)).astype(np.int32)
    return _TEXTS[style].take(pa.array(places, mask=missing))


FORMATS = {"iso": "%Y-%m-%d", "uk": "%d/%m/%Y", "school": "%Y-%b-%d %H:%M:%S"}
"""The `date_format` that reads each style."""


def _thursday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first.replace(day=1 + (3 - first.weekday()) % 7 + 7 * (nth - 1))


def _texts() -> dict[str, pa.Array]:
    dates = [date.fromordinal(n) for n in range(_FIRST.toordinal(), _LAST.toordinal())]
    return {
        "iso": pa.array([d.isoformat() for d in dates]),
        "uk": pa.array([f"{d.day:02d}/{d.month:02d}/{d.year}" for d in dates]),
        "school": pa.array([f"{d.year}-{_NAMES[d.month - 1]}-{d.day:02d} 00:00:00" for d in dates]),
    }


_TEXTS = _texts()
