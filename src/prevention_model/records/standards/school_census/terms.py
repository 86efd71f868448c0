"""Which school census a file belongs to, on which day it was taken, and which sessions it reports.

Attendance is returned in arrears: the autumn census reports the first half of the summer term and, in tables of
their own, its second half; the spring census the autumn term; the summer census the spring term. Sessions count
as of the last day of the time that the census asks about: 31 December, Easter Sunday, the Sunday before the late
May bank holiday, 31 July. A return without tables for the second half has the whole summer term in the first.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

_MONTHS = {"autumn": 10, "spring": 1, "summer": 5}
_SHORT = {
    **{name: name for name in _MONTHS},
    **{"aut": "autumn", "oct": "autumn", "october": "autumn", "601": "autumn", "604": "autumn"},
    **{"spr": "spring", "jan": "spring", "january": "spring", "602": "spring", "605": "spring"},
    **{"sum": "summer", "may": "summer", "603": "summer", "606": "summer"},
}
"""Names of terms. 601 to 606 are those of the year's tables, numbered autumn, spring, summer and so on."""
_WORD = re.compile(
    r"(autumn|spring|summer|october|january)(?=term|census|[^a-z]|$)"
    r"|(?<![a-z])(aut|spr|sum|oct|jan|may)(?![a-z])"
)
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?:\s*[-_/]\s*(20\d\d|\d\d)(?!\d))?|(?<=[a-z])(\d\d)(?!\d)")
_SCHOOL_YEAR = re.compile(r"(?<!\d)(\d\d)[-_/](\d\d)(?!\d)")
_DAY = re.compile(r"(?<!\d)(20\d\d)[-_]?(0[1-9]|1[0-2])[-_]?([0-3]\d)(?!\d)")
_FOLDERS = 3
"""Folders above a file whose names may say what the file's own does not."""


@dataclass(frozen=True)
class Census:
    """One school census. `day` is its reference date.

    >>> Census(2024, "autumn").day, Census(2024, "spring").day, Census(2024, "summer").day
    (datetime.date(2024, 10, 3), datetime.date(2024, 1, 18), datetime.date(2024, 5, 16))
    """

    year: int
    season: str

    @property
    def day(self) -> date:
        """The first Thursday of October, the third of January, the third of May."""
        first = date(self.year, _MONTHS[self.season], 1)
        thursday = first + timedelta((3 - first.weekday()) % 7)
        return thursday if self.season == "autumn" else thursday + timedelta(14)


def census_on(day: date) -> Census:
    """The census that a reference date belongs to, even if it is not the usual Thursday.

    >>> census_on(date(2021, 5, 20))
    Census(year=2021, season='summer')
    """
    season = "spring" if day.month < 4 else "summer" if day.month < 9 else "autumn"
    return Census(day.year, season)


def census_by(day: date) -> Census:
    """The first census on or after a day.

    >>> census_by(date(2024, 5, 17))
    Census(year=2024, season='autumn')
    """
    years = (day.year, day.year + 1)
    every = sorted((Census(year, season) for year in years for season in _MONTHS), key=lambda one: one.day)
    return next(one for one in every if one.day >= day)


def census_before(census: Census) -> Census:
    """The census before another one.

    >>> census_before(Census(2024, "spring"))
    Census(year=2023, season='autumn')
    """
    seasons = ("spring", "summer", "autumn")
    place = seasons.index(census.season)
    return Census(census.year - (place == 0), seasons[place - 1])


def season_called(text: str) -> str | None:
    """The season that a term's name or code means, or None.

    >>> season_called("AUT"), season_called("Summer term"), season_called("602"), season_called("?")
    ('autumn', 'summer', 'spring', None)
    """
    bare = text.strip().casefold().removesuffix(".0")
    if bare in _SHORT:
        return _SHORT[bare]
    found = _WORD.search(bare)
    return _SHORT[found[1] or found[2]] if found else None


def year_called(text: str, season: str | None) -> int | None:
    """The calendar year of a census. Of a school year such as 2023-24 the autumn lies in the first.

    >>> year_called("2023-24", "autumn"), year_called("2023/2024", "spring"), year_called("sc 23-24", "spring")
    (2023, 2024, 2024)
    """
    found = _YEARS.search(text.casefold())
    if not found:
        short = _SCHOOL_YEAR.search(text)
        if short is None or int(short[2]) != (int(short[1]) + 1) % 100:
            return None
        return 2000 + int(short[1]) + (season != "autumn")
    if found[3]:
        return 2000 + int(found[3])
    first = int(found[1])
    second = int(found[2]) % 100 if found[2] else None
    return first + 1 if second == (first + 1) % 100 and season != "autumn" else first


def census_named(path: Path) -> tuple[int | None, str | None]:
    """Year and season of the census that a file's name gives, or else the folders around it.

    >>> census_named(Path("2024_autumn_summerhalfterm2sessiondetails.csv"))
    (2024, 'autumn')
    >>> census_named(Path("PupilOnRoll_Spr23.csv")), census_named(Path("2023-24/Autumn term/pupilonroll.csv"))
    ((2023, 'spring'), (2023, 'autumn'))
    """
    names = [path.stem, *(folder.name for folder in list(path.parents)[:_FOLDERS])]
    plain = [re.sub(r"summer[\W_]*half[\W_]*term[\W_]*2", "", name.casefold()) for name in names]
    season = next((found for name in plain if (found := season_called(name))), None)
    for name in plain:
        day = _DAY.search(name)
        if day and season is None:
            season = census_on(date(int(day[1]), int(day[2]), 1)).season
    year = next((number for name in plain if (number := year_called(name, season))), None)
    return year, season


def belongs(path: Path) -> str:
    """The return that a file is part of: its census where names tell, else its folder.

    >>> belongs(Path("a/2024_autumn_pupilonroll.csv")), belongs(Path("b/FSMPeriods Autumn 2024.csv"))
    ('2024 autumn', '2024 autumn')
    """
    year, season = census_named(path)
    return f"{year} {season}" if year and season else f"{path.parent} {year or ''} {season or ''}"


@dataclass(frozen=True)
class Sessions:
    """The sessions that one table of a census reports: when their term began, their last day, and their name."""

    term: date
    last: date
    called: str


def sessions_of(census: Census, part: str) -> Sessions:
    """The sessions of a census: `part` is first, second (half of the summer term; autumn census only) or whole.

    >>> sessions_of(Census(2024, "spring"), "whole").last, sessions_of(Census(2024, "autumn"), "first")
    (datetime.date(2023, 12, 31), Sessions(term=datetime.date(2024, 4, 1), last=datetime.date(2024, 5, 26),
     called='summer_2024_first_half'))
    """
    year = census.year
    if census.season == "spring":
        return Sessions(date(year - 1, 9, 1), date(year - 1, 12, 31), f"autumn_{year - 1}")
    if census.season == "summer":
        return Sessions(date(year, 1, 1), easter(year), f"spring_{year}")
    april = date(year, 4, 1)
    if part == "first":
        end_of_may = date(year, 5, 31)
        before = end_of_may - timedelta(end_of_may.weekday() + 1)
        return Sessions(april, before, f"summer_{year}_first_half")
    half = "_second_half" if part == "second" else ""
    return Sessions(april, date(year, 7, 31), f"summer_{year}{half}")


def easter(year: int) -> date:
    """Easter Sunday of the western church, by the rule that J. Meeus gives (Astronomical Algorithms, chapter 8).

    >>> easter(2024), easter(2025)
    (datetime.date(2024, 3, 31), datetime.date(2025, 4, 20))
    """
    century, rest = divmod(year, 100)
    moon = (19 * (year % 19) + century - century // 4 - (8 * century + 13) // 25 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)
