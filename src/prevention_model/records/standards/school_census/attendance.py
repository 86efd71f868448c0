"""Attendance codes by the time that they were used in.

From 19 August 2024 schools use other codes: J became J1, and with it an interview became an authorised absence where
it had counted as present; H was given up for C; Y was divided into Y1 to Y7. X meant an absence because of the
pandemic in the school years from 2020 to 2022, and else that a pupil is not of compulsory school age: no absence.
"""

import re
from datetime import date

import numpy as np

from prevention_model.records.standards.school_census.terms import Sessions

NEW_CODES = date(2024, 8, 19)
_PANDEMIC = (date(2020, 8, 1), date(2022, 8, 1))
ATTENDED = frozenset({"/", "\\", "/\\", "p1", "l", "b", "k", "p", "v", "w", "j (to july 2024)"})
"""Codes of sessions attended, at school or elsewhere, in small letters. D is left out: the other school counts it."""
_RETIRED = {"H", "J", "Y", "F"}
_SINCE = {"C1", "C2", "J1", "K", "Q", *(f"Y{number}" for number in range(1, 8))}
BEFORE = " (to July 2024)"
OF_AGE = " (of compulsory age)"
PANDEMIC = " (pandemic)"
LATE = "an attendance code that was given up before the term, read as it was meant"
EARLY = "an attendance code that did not yet exist in the term"


def dated(code: str, sessions: Sessions) -> str:
    """A code as delivered, with its time where its meaning hangs on that.

    >>> summer = Sessions(date(2024, 4, 1), date(2024, 7, 31), "summer_2024")
    >>> autumn = Sessions(date(2020, 9, 1), date(2020, 12, 31), "autumn_2020")
    >>> dated("j", summer), dated("X", autumn), dated("I", summer)
    ('J (to July 2024)', 'X (pandemic)', 'I')
    """
    plain = re.sub(r"\s+", "", code).upper()
    if plain == "J" and sessions.last < NEW_CODES:
        return plain + BEFORE
    if plain == "X" and _PANDEMIC[0] <= sessions.last < _PANDEMIC[1]:
        return plain + PANDEMIC
    return code


def out_of_time(code: str, sessions: Sessions) -> str:
    """What is odd about a code in a term; blank if nothing.

    >>> out_of_time("H", Sessions(date(2024, 9, 1), date(2024, 12, 31), "autumn_2024"))
    'an attendance code that was given up before the term, read as it was meant'
    """
    plain = code.strip().upper()
    if plain in _RETIRED and sessions.last >= NEW_CODES:
        return LATE
    return EARLY if plain in _SINCE and sessions.last < NEW_CODES else ""


def of_compulsory_age(born: np.ndarray, term: date) -> np.ndarray:
    """Whether children are of compulsory school age in the term that began on the day `term`.

    It begins with the term after the fifth birthday, and ends in the summer of the school year in which a child
    turns 16 (Education Act 1996, section 8). False where the date of birth is not known.

    >>> days = np.array(["2019-06-01", "2019-09-02", "2008-09-02", "2008-08-30", "NaT"], dtype="datetime64[D]")
    >>> of_compulsory_age(days, date(2024, 9, 1)).tolist()
    [True, False, True, False, False]
    """
    months = born.astype("datetime64[M]")
    september = np.datetime64(date(term.year - (term.month < 9), 9, 1), "M")
    five, sixteen = months + np.timedelta64(60, "M"), months + np.timedelta64(192, "M")
    found: np.ndarray = ~np.isnat(born) & (five < np.datetime64(term, "M")) & (sixteen >= september)
    return found
