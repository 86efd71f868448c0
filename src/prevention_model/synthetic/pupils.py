"""Who is a pupil, where, with free meals or special needs: the truth that the school extracts write down."""

from dataclasses import dataclass

import numpy as np

from prevention_model.synthetic.calendar import END, MISSING, birthday, day, reception
from prevention_model.synthetic.spells import Rows
from prevention_model.synthetic.world import World

_YEAR = 365.25


@dataclass(frozen=True)
class Pupils:
    """Truth about schooling. `enrolment` notes the school's place; `free_meals`, `support`, `plan` are spells.

    `enters` and `leaves` are each child's first and last day at school.
    """

    enrolment: Rows
    free_meals: Rows
    support: Rows
    plan: Rows
    enters: np.ndarray
    leaves: np.ndarray
    low_income: np.ndarray
    special: np.ndarray


def make_pupils(world: World) -> Pupils:
    """Draw schooling for every child."""
    rng, people, p = world.streams("pupils"), world.people, world.parameters.schools
    n = people.children
    begins = reception(people.born[:n])
    stays_on = rng.random(n) < p.sixth_form - 0.05 * world.families.deprivation[world.family]
    ends = (begins + np.where(stays_on, 14, 12) * _YEAR - 35).astype(np.int32)
    gone = np.where(people.present_to[:n] == MISSING, day(END) + 9999, people.present_to[:n])
    enters, leaves = np.maximum(begins, people.present_from[:n]), np.minimum(ends, gone)
    enrolment = _enrolments(world, begins, enters, leaves, stays_on)
    low = _low_income(world, rng)
    meals = _within(low, np.arange(n)[world.families.low_income[world.family]], enters, leaves, world.family)
    support, plan = _special(world, rng, begins, enters, leaves)
    special = np.zeros(n, dtype=bool)
    special[support.person] = True
    special[plan.person] = True
    return Pupils(
        enrolment, meals, support, plan, enters, leaves, world.families.low_income[world.family], special
    )


def _enrolments(
    world: World, begins: np.ndarray, enters: np.ndarray, leaves: np.ndarray, stays_on: np.ndarray
) -> Rows:
    """Primary, secondary and sixth form: a school of the home's pyramid at the start of each phase."""
    parts = []
    per = 1 + world.parameters.places.primaries
    for low, high, primary in ((0.0, 7.0, True), (7.0, 12.0, False), (12.0, 14.0, False)):
        start = np.maximum(enters, (begins + low * _YEAR).astype(np.int32))
        end = np.minimum(leaves, (begins + high * _YEAR - 35).astype(np.int32))
        who = np.flatnonzero((start < end) & (start < day(END)) & (stays_on | (low < 12)))
        family = world.family[who]
        moves = (world.families.moved[family] != MISSING) & (world.families.moved[family] <= start[who, None])
        home = world.families.lsoa[family, moves.sum(axis=1)]
        choice = 1 + family % world.parameters.places.primaries if primary else 0
        school = world.places.pyramid[home] * per + choice
        until = np.where(end[who] > day(END), MISSING, end[who])
        parts.append((who, start[who], until, school))
    return Rows(*(np.concatenate(c).astype(np.int32) for c in zip(*parts, strict=True)))


def _low_income(world: World, rng: np.random.Generator) -> Rows:
    """When families with little money had least: by family, one spell each.

    Spell and pause follow each other from a day drawn over both, so that as many are in a spell on every day.
    """
    p, f = world.parameters.schools, len(world.families)
    lasts, pauses = p.low_income_lasts_years * _YEAR, p.low_income_pauses_years * _YEAR
    start = day(world.start) - lasts + rng.random(f) * (lasts + pauses)
    end = start + lasts
    return Rows(np.arange(f), start.astype(np.int32), end.astype(np.int32), np.zeros(f, dtype=np.int32))


def _within(
    spells: Rows, who: np.ndarray, enters: np.ndarray, leaves: np.ndarray, family: np.ndarray
) -> Rows:
    """Each child's part of the family's spell, while at school and after infants' free meals do not matter."""
    start = np.maximum(spells.start[family[who]], enters[who])
    end = np.minimum(spells.end[family[who]], leaves[who])
    kept = (start < end) & (start < day(END))
    ends = np.where(end[kept] > day(END), MISSING, end[kept]).astype(np.int32)
    return Rows(
        who[kept].astype(np.int32),
        start[kept].astype(np.int32),
        ends,
        np.zeros(int(kept.sum()), dtype=np.int32),
    )


def _special(
    world: World, rng: np.random.Generator, begins: np.ndarray, enters: np.ndarray, leaves: np.ndarray
) -> tuple[Rows, Rows]:
    """SEN support, and education, health and care plans that follow or replace it. More boys (rates 4)."""
    p, life, people, n = world.parameters.schools, world.life, world.people, world.people.children
    score = (
        0.45 * life.own + 0.40 * life.conduct + 0.55 * ~people.female[:n] + 2.2 * life.disabled
        + 0.35 * world.families.low_income[world.family] + rng.normal(0, 1, n)
    )  # fmt: skip
    has_plan = score > np.quantile(score, 1 - p.ehcp * 1.55)
    rest = score + rng.normal(0, 0.9, n)
    supported = ~has_plan & (rest > np.quantile(rest[~has_plan], 1 - p.sen_support * 1.95)) | (
        has_plan & (rng.random(n) < 0.7)
    )
    from_age = rng.gamma(2.2, 1.9, n)
    onset = (begins + from_age * _YEAR).astype(np.int32)
    plan_start = np.maximum(onset + (rng.gamma(2.0, 0.9, n) * _YEAR).astype(np.int32), enters)
    adult = birthday(people.born[:n], 19) + rng.integers(0, 1500, n)
    plan_end = np.minimum(
        np.maximum(leaves, np.where(leaves < begins + 11.5 * _YEAR, leaves, adult)), day(END) + 1
    )
    stop = np.where(has_plan, plan_start, onset + (rng.gamma(2.0, 3.1, n) * _YEAR).astype(np.int32))
    support = _made(supported, np.maximum(onset, enters), np.minimum(stop, leaves), rng)
    return support, _made(has_plan, plan_start, plan_end, rng)


def _made(chosen: np.ndarray, start: np.ndarray, end: np.ndarray, rng: np.random.Generator) -> Rows:
    who = np.flatnonzero(chosen & (start < end) & (start < day(END))).astype(np.int32)
    ends = np.where(end[who] >= day(END), MISSING, end[who]).astype(np.int32)
    return Rows(who, start[who].astype(np.int32), ends, rng.integers(0, 100, len(who)).astype(np.int32))


def held(spells: Rows, on: int, size: int) -> np.ndarray:
    """Which children had one of these spells on a day."""
    now = (spells.start <= on) & ((spells.end == MISSING) | (on < spells.end))
    found = np.zeros(size, dtype=bool)
    found[spells.person[now]] = True
    return found
