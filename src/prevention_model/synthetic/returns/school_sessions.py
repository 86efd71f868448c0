"""Attendance by code: how sessions missed and kept are split over the codes of a register."""

from datetime import date

import numpy as np
import pyarrow as pa

from prevention_model.synthetic.absence import Attendance, Exclusions
from prevention_model.synthetic.calendar import day
from prevention_model.synthetic.world import World

CODES = ("/", "\\", "L", "I", "M", "C", "H", "C2", "E", "O", "G", "U", "N")
PRESENT, AUTHORISED, UNAUTHORISED = CODES[:3], CODES[3:9], CODES[9:]
REFORMED = day(date(2024, 8, 19))
"""From here on H is no code, and C2 (part-time timetable) is one (standards, section 4)."""


def session_rows(
    world: World, attendance: Attendance, chosen: np.ndarray, term: int, exclusions: Exclusions
) -> tuple[np.ndarray, pa.Array, np.ndarray, np.ndarray]:
    """Place in `chosen`, code, sessions and place in the pupil's own list, for each code with a session.

    For each pupil and term the codes of each kind add up to what the attendance says: all of them to the
    possible sessions, `AUTHORISED` and `UNAUTHORISED` to what was missed.
    """
    rng = world.streams(f"codes {term}")
    size = len(attendance.person)
    shares = rng.random((5, size), dtype=np.float32)[:, chosen]
    possible, authorised, unauthorised = (
        a[chosen] for a in (attendance.possible, attendance.authorised, attendance.unauthorised)
    )
    first, last = int(attendance.terms.first[term]), int(attendance.terms.last[term])
    counts = np.zeros((len(CODES), len(chosen)), dtype=np.int32)
    at = {code: place for place, code in enumerate(CODES)}
    present = possible - authorised - unauthorised
    counts[at["L"]] = np.where(shares[0] < 0.3, np.minimum(present // 40, 9), 0)
    counts[at["/"]] = (present - counts[at["L"]]) // 2
    counts[at["\\"]] = present - counts[at["L"]] - counts[at["/"]]
    sent_home = _sent_home(exclusions, attendance.person[chosen], first, last)
    counts[at["E"]] = np.minimum(sent_home, authorised)
    left = authorised - counts[at["E"]]
    counts[at["M"]] = np.where(shares[1] < 0.5, left // 6, 0)
    leave = np.where(shares[2] < 0.25, left // 5, 0)
    other = at["C2"] if first >= REFORMED else at["H"]
    counts[at["C"]] = np.where(shares[2] < 0.15, leave, 0)
    counts[other] = leave - counts[at["C"]]
    counts[at["I"]] = left - counts[at["M"]] - leave
    counts[at["G"]] = np.where(shares[3] < 0.4, unauthorised // 2, 0)
    counts[at["U"]] = np.where(shares[4] < 0.3, unauthorised // 4, 0)
    counts[at["N"]] = np.where(shares[4] > 0.9, unauthorised // 5, 0)
    counts[at["O"]] = unauthorised - counts[at["G"]] - counts[at["U"]] - counts[at["N"]]
    row, code = np.nonzero(counts.T)
    turn = np.arange(len(row)) - np.searchsorted(row, row)
    names = pa.array(CODES).take(pa.array(code.astype(np.int32)))
    return row.astype(np.int32), names, counts[code, row], turn.astype(np.int32)


def _sent_home(exclusions: Exclusions, who: np.ndarray, first: int, last: int) -> np.ndarray:
    """Sessions lost to exclusion within a term, for each of `who`."""
    within = (exclusions.day >= first) & (exclusions.day <= last)
    found = np.zeros(int(max(who.max(initial=0), exclusions.person.max(initial=0))) + 1, dtype=np.int32)
    np.add.at(found, exclusions.person[within], exclusions.sessions[within])
    return found[who]
