"""Factors that assessments found: what was fresh in the family, and the child's own."""

from datetime import date

import numpy as np

from prevention_model.synthetic.calendar import MISSING, day
from prevention_model.synthetic.casework import Casework
from prevention_model.synthetic.world import World

FACTORS = (
    "1B", "2B", "3A", "3B", "4A", "4B", "5A", "6A", "6B", "7A", "10A", "13A", "14A", "15A", "16A", "17A",
    "18A", "18C", "20", "21", "24A",
)  # fmt: skip
_PLACE = {code: place for place, code in enumerate(FACTORS)}
_SPLIT = day(date(2020, 4, 1))
"""From here on 18A is 18B and 18C (standards, section 1: version history)."""

_EXPLOITED = day(date(2021, 4, 1))
"""From here on there is 24A, child criminal exploitation."""


def factors_found(
    world: World, work: Casework, which: np.ndarray, done: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Row (of `which`) and factor (of `FACTORS`) of everything found by assessments authorised on day `done`.

    An assessment that is not authorised yet has none. The draws hang on the assessment and not on the file, so
    that two years' files which both hold it agree.
    """
    cases, life = work.cases, world.life
    who = cases.person[work.assessments.case[which]]
    month = np.searchsorted(life.months.first, work.assessments.start[which], side="right") - 1
    month = month.clip(0, len(life.need) - 1)
    family = world.family[who]
    fresh = life.shocks[month, family].astype(np.float32)
    need, age = life.need[month, who], life.age[month, who]
    chance = np.zeros((len(which), len(FACTORS)))
    for shock, code, weight in (
        (0, "3B", 0.9), (0, "3A", 0.35), (1, "20", 0.3), (2, "20", 0.5), (3, "4B", 0.9), (4, "1B", 0.55),
        (4, "2B", 0.6), (5, "20", 0.3),
    ):  # fmt: skip
        chance[:, _PLACE[code]] = np.maximum(chance[:, _PLACE[code]], weight * fresh[:, shock])
    # What is in the family long since is found as often as what is fresh.
    for code, usual in (("3B", 0.20), ("3A", 0.08), ("4B", 0.16), ("1B", 0.08), ("2B", 0.09)):
        lasting = usual * np.exp(0.3 * world.families.vulnerability[family])
        chance[:, _PLACE[code]] = np.maximum(chance[:, _PLACE[code]], np.minimum(lasting, 0.6))
    teenage, troubled = age >= 11, np.clip(0.12 * need, 0, 0.5)
    own = np.clip(0.1 + 0.15 * life.conduct[who], 0, 0.5)
    for code, likely in (
        ("4A", 0.25 * (age >= 8)), ("5A", 0.4 * life.disabled[who]), ("6A", 0.3 * life.disabled[who]), ("6B", 0.06),
        ("7A", 0.07 * (age >= 7)), ("10A", 0.08 * teenage), ("13A", 0.04 * teenage), ("14A", own * teenage),
        ("15A", 0.12 * teenage), ("16A", 0.15 + troubled), ("17A", 0.15 + troubled),
    ):  # fmt: skip
        chance[:, _PLACE[code]] = likely
    chance[:, _PLACE["18A"]] = 0.12 * (done < _SPLIT)
    chance[:, _PLACE["18C"]] = 0.12 * (done >= _SPLIT)
    chance[:, _PLACE["24A"]] = 0.06 * teenage * (done >= _EXPLOITED)
    draws = world.streams("factors").random((len(work.assessments), len(FACTORS)))[which]
    found = draws < chance
    found[:, _PLACE["21"]] = ~found.any(axis=1)
    found &= (done != MISSING)[:, None]
    row, column = np.nonzero(found)
    return row, column.astype(np.int32)
