"""What social workers did: every referral with its assessments, plans, enquiries and end.

The county's life says who was referred, when, and which episodes, plans and periods of care followed. This file
draws the steps between them, once, so that every return of the authority tells the same story.
"""

from dataclasses import dataclass

import numpy as np

from prevention_model.synthetic.calendar import END, MISSING, birthday, day
from prevention_model.synthetic.early_help import SINCE, early_help_children
from prevention_model.synthetic.spells import Rows
from prevention_model.synthetic.world import World

NEEDS = ("N1", "N2", "N3", "N4", "N5", "N6", "N8")
_NEED_SHARES = np.array([1175, 171, 25, 179, 401, 33, 151]) / 2135  # rates 2: primary need
CATEGORIES = ("EMO", "NEG", "PHY", "SAB", "MUL")
_CATEGORY_SHARES = np.array([140, 140, 45, 16, 16]) / 357  # rates 2: initial category
CLOSED = ("RC7", "RC8", "RC9", "RC1", "RC2", "RC3", "RC4", "RC5", "RC6")
NO_ACTION, ASSESSED, WORKED = range(3)
"""What came of a referral: nothing, an assessment and no more, an episode of need."""

_SINCE_RC9 = np.datetime64("2022-04-01").astype("datetime64[D]").astype(np.int32)


@dataclass(frozen=True)
class Cases:
    """One element for each referral. `need` and `reason` are places in `NEEDS` and `CLOSED` (-1: none)."""

    person: np.ndarray
    referred: np.ndarray
    source: np.ndarray
    came: np.ndarray
    closed: np.ndarray
    need: np.ndarray
    reason: np.ndarray

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Steps:
    """Steps of one kind, by case: from a day to a day, and a third day or number whose meaning the kind gives.

    Assessments: `until` authorisation. Plans of children in need: end. Enquiries (section 47): `until` is the
    conference (MISSING: not required). Protection plans: end, and `note` a draw of 100.
    """

    case: np.ndarray
    start: np.ndarray
    until: np.ndarray
    note: np.ndarray

    def __len__(self) -> int:
        return len(self.case)


@dataclass(frozen=True)
class Casework:
    """Everything social care did for children."""

    cases: Cases
    assessments: Steps
    plans: Steps
    enquiries: Steps
    protection: Steps
    known: np.ndarray


def do_casework(world: World) -> Casework:
    """Draw the steps of every case of the county."""
    rng, life = world.streams("casework"), world.life
    cases = _cases(world, rng)
    protection = _within(cases, life.rows["cp_plan"])
    care = _within(cases, life.rows["care_period"])
    assessments = _assessments(cases, rng)
    plans = _plans(cases, protection, care, rng)
    known = np.zeros(len(world.people), dtype=bool)
    contacts = life.rows["contact"]
    known[contacts.person[contacts.start >= day(world.start)]] = True
    recent = cases.referred >= day(world.start)
    lasted = (cases.came != NO_ACTION) & ((cases.closed == MISSING) | (cases.closed >= day(world.start)))
    known[cases.person[recent | lasted]] = True
    who, start, end, _ = early_help_children(world)
    known[who[(start < day(SINCE)) & ((end == MISSING) | (end > day(world.start)))]] = True
    return Casework(cases, assessments, plans, _enquiries(cases, protection, rng), protection, known)


def _cases(world: World, rng: np.random.Generator) -> Cases:
    """Referrals joined to the episodes that they opened; episodes older than the county's memory had one too."""
    referrals, episodes = world.life.rows["referral"], world.life.rows["cin_episode"]
    width = np.int64(100_000)
    key = referrals.person * width + referrals.start + 40_000
    other = episodes.person * width + episodes.start + 40_000
    lone = ~np.isin(other, key)
    person = np.concatenate([referrals.person, episodes.person[lone]])
    referred = np.concatenate([referrals.start, episodes.start[lone]])
    source = np.concatenate([referrals.note, rng.integers(0, 9, int(lone.sum()))])
    order = np.lexsort((referred, person))
    person, referred, source = (a[order].astype(np.int32) for a in (person, referred, source))
    key = person * width + referred + 40_000
    by_key = np.argsort(other, kind="stable")
    place = np.searchsorted(other[by_key], key).clip(max=max(len(other) - 1, 0))
    opened = other[by_key][place] == key if len(other) else np.zeros(len(key), dtype=bool)
    episode = by_key[place] if len(other) else place
    came = np.where(opened, WORKED, np.where(rng.random(len(key)) < 12 / 37, NO_ACTION, ASSESSED))
    # Limit of 45 working days from the referral, kept four times in five (standards, section 1).
    assessed = referred + np.minimum(8 + rng.gamma(4.0, 9.0, len(key)), 85).astype(np.int32)
    closed = np.where(opened, episodes.end[episode], np.where(came == ASSESSED, assessed, MISSING))
    note = np.where(opened, episodes.note[episode], 0)
    need = np.searchsorted(np.cumsum(_NEED_SHARES), (note + 0.5) / 100).clip(max=len(NEEDS) - 1)
    need = np.where(world.life.disabled[person] & (note % 3 > 0), 1, need)
    reason = _reasons(world, rng, person, closed, came)
    closed = np.where(closed >= day(END), MISSING, closed)
    reason = np.where(closed == MISSING, -1, reason)
    need = np.where(came == WORKED, need, -1)
    return Cases(person, referred, source, *(a.astype(np.int32) for a in (came, closed, need, reason)))


def _reasons(
    world: World, rng: np.random.Generator, person: np.ndarray, closed: np.ndarray, came: np.ndarray
) -> np.ndarray:
    """Why cases closed. Who was assessed and not in need went to early help, which has a code since 2022-23, or not."""
    draw = rng.random(len(person))
    reason = np.select([draw < 0.93, draw < 0.96, draw < 0.98], [0, 5, 6], 7)
    people = world.people
    gone = (people.present_to[person] != MISSING) & (closed >= people.present_to[person] - 31)
    reason = np.where(gone, np.where(people.died[person] != MISSING, 4, 7), reason)
    grown = closed >= birthday(people.born[person], 18) - 31
    reason = np.where(grown & ~gone & (draw < 0.4), 8, reason)
    helped = (draw < 0.4) & (closed >= _SINCE_RC9)
    return np.where(came == ASSESSED, np.where(helped, 2, 1), reason)


def _within(cases: Cases, rows: Rows) -> Steps:
    """Plans and periods of care, each under the last case of the child that had begun."""
    width = np.int64(100_000)
    worked = np.flatnonzero(cases.came == WORKED)
    keys = cases.person[worked] * width + cases.referred[worked] + 40_000
    place = np.searchsorted(keys, rows.person * width + rows.start + 40_000, side="right") - 1
    case = worked[np.maximum(place, 0)] if len(worked) else np.zeros(len(rows), dtype=np.int64)
    own = (
        (place >= 0) & (cases.person[case] == rows.person) if len(worked) else np.zeros(len(rows), dtype=bool)
    )
    end = np.where(rows.end >= day(END), MISSING, rows.end)
    order = np.flatnonzero(own)
    order = order[np.lexsort((rows.start[order], case[order]))]
    return Steps(*(a[order].astype(np.int32) for a in (case, rows.start, end, rows.note)))


def _assessments(cases: Cases, rng: np.random.Generator) -> Steps:
    """One soon after the referral, and another where work goes on for more than a year."""
    first = np.flatnonzero(cases.came != NO_ACTION)
    start = cases.referred[first] + rng.integers(0, 4, len(first))
    done = start + np.minimum(6 + rng.gamma(4.0, 8.0, len(first)), 80).astype(np.int32)
    ends = _ends(cases)
    done = np.where(cases.came[first] == ASSESSED, ends[first], np.minimum(done, ends[first]))
    again = np.flatnonzero((cases.came == WORKED) & (ends - cases.referred > 420))
    second = cases.referred[again] + rng.integers(290, 370, len(again))
    case = np.concatenate([first, again])
    starts = np.concatenate([np.minimum(start, ends[first]), second])
    until = np.concatenate([done, second + rng.integers(15, 50, len(again))])
    until = np.where(until >= day(END), MISSING, np.maximum(until, starts))
    kept = np.flatnonzero(starts < day(END))
    kept = kept[np.lexsort((starts[kept], case[kept]))]
    return Steps(*(a[kept].astype(np.int32) for a in (case, starts, until, np.zeros(len(case)))))


def _plans(cases: Cases, protection: Steps, care: Steps, rng: np.random.Generator) -> Steps:
    """A child in need plan from some weeks after the referral until protection, care or the end takes over."""
    ends = _ends(cases)
    first = np.full(len(cases), day(END) + 9999, dtype=np.int64)
    for steps in (protection, care):
        np.minimum.at(first, steps.case, steps.start)
    case = np.flatnonzero(cases.came == WORKED)
    start = cases.referred[case] + rng.integers(25, 60, len(case))
    until = np.minimum(first[case], ends[case])
    kept = (start + 10 < until) & (start < day(END))
    until = np.where(until >= day(END), MISSING, until)
    note = np.zeros(len(case))
    return Steps(*(a[kept].astype(np.int32) for a in (case, start, until, note)))


def _enquiries(cases: Cases, protection: Steps, rng: np.random.Generator) -> Steps:
    """Section 47: before every protection plan, whose first day is the conference; and some that led to none."""
    before = np.maximum(
        protection.start - rng.integers(8, 20, len(protection)), cases.referred[protection.case]
    )
    lone = np.flatnonzero((cases.came == WORKED) & (rng.random(len(cases)) < 0.16))
    lone = lone[~np.isin(lone, protection.case)]
    start = cases.referred[lone] + rng.integers(0, 30, len(lone))
    start = np.minimum(start, _ends(cases)[lone])
    case = np.concatenate([protection.case, lone])
    starts = np.concatenate([before, start])
    until = np.concatenate([protection.start, np.full(len(lone), MISSING)])
    kept = np.flatnonzero(starts < day(END))
    kept = kept[np.lexsort((starts[kept], case[kept]))]
    return Steps(*(a[kept].astype(np.int32) for a in (case, starts, until, np.zeros(len(case)))))


def _ends(cases: Cases) -> np.ndarray:
    found: np.ndarray = np.where(cases.closed == MISSING, day(END) + 9999, cases.closed)
    return found


def listed(world: World, work: Casework) -> np.ndarray:
    """Everybody whom social care has a number for: children known, in order, and then parents of their families."""
    children = np.flatnonzero(work.known)
    families = np.unique(world.people.family[children])
    parents = np.concatenate([world.first_parent[families], world.second_parent[families]])
    return np.concatenate([children, np.sort(parents[parents >= 0])])


def category(note: np.ndarray) -> np.ndarray:
    """The initial category of a protection plan, as a place in `CATEGORIES`, from its draw of 100."""
    found: np.ndarray = np.searchsorted(np.cumsum(_CATEGORY_SHARES), (note + 0.5) / 100)
    return found.clip(max=len(CATEGORIES) - 1)
