"""Sessions missed and exclusions: known hazards of need, of a child's own leaning, and of chance."""

from dataclasses import dataclass

import numpy as np

from prevention_model.synthetic.calendar import END, Terms, day
from prevention_model.synthetic.pupils import Pupils, held
from prevention_model.synthetic.streams import sigmoid
from prevention_model.synthetic.world import World

_SETTLING_MONTHS = 24


@dataclass(frozen=True)
class Attendance:
    """One element for each pupil and term: who, which of `terms`, and sessions."""

    terms: Terms
    person: np.ndarray
    term: np.ndarray
    possible: np.ndarray
    authorised: np.ndarray
    unauthorised: np.ndarray


@dataclass(frozen=True)
class Exclusions:
    """One element for each exclusion: who, on what day, for how many sessions, and whether for good."""

    person: np.ndarray
    day: np.ndarray
    sessions: np.ndarray
    permanent: np.ndarray


def attend(world: World, pupils: Pupils) -> Attendance:
    """Draw every pupil's terms."""
    rng, p, life = world.streams("attendance"), world.parameters.schools, world.life
    n = world.people.children
    terms = Terms.between(world.start, END)
    trait = 0.85 * rng.normal(0, 1, n) + 0.35 * life.own + 0.3 * world.families.vulnerability[world.family]
    year_effect = {year: _year(world, rng) for year in sorted(set(terms.school_year.tolist()))}
    parts = []
    for t, (first, last) in enumerate(zip(terms.first, terms.last, strict=True)):
        who = np.flatnonzero((pupils.enters <= first) & (pupils.leaves > first) & (first < pupils.leaves))
        month = int(
            np.clip(np.searchsorted(life.months.first, last, side="right") - 1, 0, len(life.need) - 1)
        )
        need = life.need[max(month - 3, 0) : month + 1].mean(axis=0)[who]
        age = life.age[month][who]
        level = (
            p.absence + p.absence_trait * trait[who] + p.absence_on_need * need
            + p.absence_low_income * held(pupils.free_meals, int(first), n)[who]
            + p.absence_sen * held(pupils.support, int(first), n)[who]
            + 1.5 * p.absence_sen * held(pupils.plan, int(first), n)[who]
            + 0.06 * np.maximum(age - 11, 0) + 0.2 * (age < 6)
            + year_effect[int(terms.school_year[t])][who] + rng.normal(0, p.absence_term, len(who))
        )  # fmt: skip
        possible = np.full(len(who), terms.possible[t])
        missed = rng.binomial(possible, sigmoid(level))
        share = sigmoid(np.log(p.unauthorised / (1 - p.unauthorised)) + 0.5 * need + 0.08 * (age - 10))
        unauthorised = rng.binomial(missed, share)
        parts.append((who, np.full(len(who), t), possible, missed - unauthorised, unauthorised))
    return Attendance(terms, *(np.concatenate(c).astype(np.int32) for c in zip(*parts, strict=True)))


def _year(world: World, rng: np.random.Generator) -> np.ndarray:
    """What a school year brings to each child: a little to most, and to a few a year mostly missed."""
    p, life = world.parameters.schools, world.life
    refuses = rng.random(len(life.own)) < p.refusal * np.exp(0.6 * life.own + 0.9 * life.disabled - 0.18)
    found: np.ndarray = rng.normal(0, p.absence_year, len(life.own)) + p.refusal_level * refuses
    return found


def exclude(world: World, pupils: Pupils) -> Exclusions:
    """Draw exclusions month by month: a suspension makes the next one likelier for months."""
    rng, p, life = world.streams("exclusions"), world.parameters.schools, world.life
    n = world.people.children
    months = life.months
    last = np.full(n, -99, dtype=np.int32)
    fixed = p.suspension + p.suspension_conduct * life.conduct + 0.7 * pupils.low_income
    parts = []
    # The first years are lived twice, and the first time forgotten: nobody begins without a past.
    warm_up = min(_SETTLING_MONTHS, len(months.first))
    for step, t in enumerate([*range(warm_up), *range(len(months.first))]):
        first, calendar_month = months.first[t], months.calendar_month[t]
        weight = {8: 0.0, 12: 0.7, 4: 0.6, 7: 0.7}.get(int(calendar_month), 1.0)
        if weight == 0.0:
            continue
        age = life.age[t]
        by_age = np.where(age < 11, -1.6 + 0.1 * (age - 5), 0.0) + np.where(
            age >= 15.7, -0.9, 0.25 * np.minimum(age - 11, 3)
        )
        recent = (step - last) <= 5
        sen = held(pupils.support, int(first), n) + 1.1 * held(pupils.plan, int(first), n)
        hazard = (
            fixed + p.suspension_on_need * life.need[t] + by_age + p.suspension_recent * recent + 0.65 * sen
        )
        rolled = (pupils.enters <= first) & (first < pupils.leaves)
        count = rng.poisson(np.minimum(np.exp(hazard), 1.2) * weight * rolled)
        who = np.repeat(np.arange(n), count)
        last[who] = step
        if step < warm_up:
            continue
        on = months.first[t] + rng.integers(0, months.length[t], len(who))
        parts.append((who, on))
    person, on = (np.concatenate(c).astype(np.int32) for c in zip(*parts, strict=True))
    # Schools close at weekends: Saturday and Sunday become the Friday before.
    weekday = (on + 3) % 7
    on = np.where(weekday >= 5, on - (weekday - 4), on).astype(np.int32)
    sessions = np.minimum(1 + rng.geometric(0.32, len(on)), 30).astype(np.int32)
    permanent = rng.random(len(on)) < p.permanent
    return Exclusions(person, np.maximum(on, day(world.start)), sessions, permanent)
