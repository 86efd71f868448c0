"""The years and terms that returns cover, and how a file's name or header tells which one it is."""

import re
from datetime import date
from pathlib import Path

from prevention_model.records.extract import Period

_MONTHS = re.compile(r"(?<!\d)(20\d\d)[-_ ]?(0[1-9]|1[0-2])(?!\d)")
_DATES = re.compile(
    r"(?<!\d)(20\d\d[-_. ]?(0[1-9]|1[0-2])([-_. ]?[0-3]\d)?|[0-3]\d[-_. ](0[1-9]|1[0-2])[-_. ]20\d\d)(?!\d)"
)
_YEARS = re.compile(r"(?<!\d)(20\d\d)(?:\s*[-_/]\s*(\d\d(?:\d\d)?)(?!\d))?")


def financial_year(ending: int) -> Period:
    """1 April to 31 March, by the year in which it ends.

    >>> financial_year(2024).last
    datetime.date(2024, 3, 31)
    """
    return Period(date(ending - 1, 4, 1), date(ending, 4, 1))


def financial_year_of(day: date) -> Period:
    """The financial year that a day lies in.

    >>> financial_year_of(date(2024, 3, 31)).end, financial_year_of(date(2024, 4, 1)).end
    (datetime.date(2024, 4, 1), datetime.date(2025, 4, 1))
    """
    return financial_year(day.year + (day.month >= 4))


def year_in(name: str) -> int | None:
    """The year that a file's or folder's name gives; of two, as in 2023-24, the later. None where it gives none.

    >>> year_in("903_2023-24"), year_in("cin_2024.xml"), year_in("episodes.csv"), year_in("2023_2024_returns")
    (2024, 2024, None, 2024)
    """
    found = _YEARS.findall(name)
    years = []
    for first, second in found:
        later = int(second) if len(second) == 4 else int(first[:2] + second) if second else 0
        # 2023-09 is a month, 2023-24 a year and the next.
        years.append(later if later == int(first) + 1 else int(first))
    return max(years) if years else None


def month_in(name: str) -> Period | None:
    """The month that a file's name gives, as in 202404 or 2024-04; None where it gives none.

    >>> month_in("MHS101Referral_202404"), month_in("MHS101Referral")
    (Period(start=datetime.date(2024, 4, 1), end=datetime.date(2024, 5, 1)), None)
    """
    found = _MONTHS.search(name)
    if found is None:
        return None
    year, month = int(found[1]), int(found[2])
    return Period(date(year, month, 1), date(year + month // 12, month % 12 + 1, 1))


def by_date(path: Path) -> str:
    """The return that a file is part of, where several files make one: its folder, and the day, month or year in
    its name.

    >>> by_date(Path("csds/CYP001MPI_202404.csv")) == by_date(Path("csds/CYP101Referral 2024-04.csv"))
    True
    >>> by_date(Path("a/list_1_07-03-2024.csv")) == by_date(Path("a/list_1_14-03-2024.csv"))
    False
    """
    found = _DATES.search(path.stem)
    digits = re.sub(r"\D", "", found[0]) if found else ""
    return f"{path.parent.as_posix()}|{digits or year_in(path.stem) or ''}"
