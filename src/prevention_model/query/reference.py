"""The meaning of every question, in plain loops. Slow on purpose; `kernel.py` must agree cell for cell.

The rules, all of them:

1. A row is seen at an index date only if it happened before it *and* was known before it.
2. It counts if its date is in the window `[index_date - length, index_date)`.
3. The end of a spell is seen only if it happened and was known before the index date; until then it is open.
4. The others of a scope, each once and never the child: whoever's latest household, as then seen and not seen
   to have ended, is the child's; whoever shares a mother or father with the child, or is said to be a brother or
   sister by either; the mother, father and carers; whoever's latest home, as then seen, lies in the same area. A
   relationship counts while it is seen to have begun and not seen to have ended. Where no household, no relative
   or no area is known, the answer is missing: nobody known is not the same as nobody there.
5. The answer is missing when a kind was not being received during the whole window (for "all": on the day
   before the index date). That is never mixed up with "received, and nothing happened", which is 0.
6. Where the question asks for certain codes (or outcomes, or the texts of `equals`), rule 5 is about each of
   them: the rows of coverage that name the code, if there are any, else those of the kind that name none.
   Rows that name a code say nothing about any other code, nor about the kind as a whole.
7. A row is no longer seen once its date, or the end of a spell as then seen, lies before what the retention of
   its kind allows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.query.aggregates import (
    AgeMonths,
    Aggregate,
    Any,
    Change,
    Count,
    DaysInSpell,
    DaysSinceFirst,
    DaysSinceLast,
    DistinctCodes,
    Latest,
    Max,
    Mean,
    Min,
    OpenSpell,
    People,
    Share,
    SpellsEnded,
    SpellsStarted,
    Sum,
)
from prevention_model.query.history import Frames, History, Point, Stay
from prevention_model.query.needs import Need
from prevention_model.query.numbers import SCALE, per_30_days
from prevention_model.query.question import CARING, PARENTS, SIBLING, Question, Scope
from prevention_model.query.retention import KEPT, Retention
from prevention_model.query.windows import Lookback

MISSING = float("nan")


def answer(
    frames: Frames,
    pairs: pd.DataFrame,
    questions: Sequence[Question],
    *,
    covered: bool = True,
    retention: Retention = KEPT,
) -> NDArray[np.float64]:
    """One row a pair, one column a question. With `covered=False` rules 5 and 6 are left out.

    >>> from prevention_model.records import Records
    >>> events = pd.DataFrame({"person_id": ["a", "a"], "kind": "contact", "event_date": ["2024-01-05", "2024-02-01"]})
    >>> pairs = pd.DataFrame({"person_id": ["a"], "index_date": pd.to_datetime(["2024-02-01"])})
    >>> contacts = Question(Count("event", "contact"), Lookback("30 days"))
    >>> answer(Records.from_frames({"event": events}).frames, pairs, [contacts])
    array([[1.]])
    """
    history = History.of(frames)
    answers = np.full((len(pairs), len(questions)), MISSING)
    received: dict[tuple[Question, date], bool] = {}
    around: dict[tuple[Scope, str, date], list[str] | None] = {}
    for i, (person, moment) in enumerate(zip(pairs["person_id"], pairs["index_date"], strict=True)):
        index_date = moment.date()
        for j, question in enumerate(questions):
            if (question, index_date) not in received:
                received[question, index_date] = is_covered(frames["coverage"], question, index_date)
            if covered and not received[question, index_date]:
                continue
            key = (question.scope, str(person), index_date)
            if key not in around:
                around[key] = people_of(history, *key)
            people = around[key]
            if people is not None:
                view = View(history, people, index_date, question.lookback, retention)
                answers[i, j] = _answer(view, question.aggregate)
    return answers


def is_covered(coverage: pd.DataFrame, question: Question, index_date: date) -> bool:
    """Whether all that the question needs was received on every day of the window (rules 5 and 6)."""
    if coverage.empty:
        return True
    last = question.lookback.end(index_date) - timedelta(days=1)
    first = question.lookback.start(index_date) or last
    rows = list(zip(*(coverage[name] for name in ("kind", "code", "from", "to")), strict=True))
    for need in question.aggregate.needs():
        if need.table == "place":
            continue
        spans = _received(rows, need)
        day = first
        while day <= last:
            if not any(start <= day < end for start, end in spans):
                return False
            day += timedelta(days=1)
    return True


def _received(rows: Iterable[tuple], need: Need) -> list[tuple[date, date]]:
    """Spans of receipt of what is needed, each from its first day to the day after its last (rule 6)."""
    whole: list[tuple[date, date]] = []
    own: list[tuple[date, date]] = []
    for kind, code, start, end in rows:
        if not pd.isna(kind) and kind != need.kind:
            continue
        if pd.isna(code):
            whole.append((start.date(), end.date()))
        elif code == need.code:
            own.append((start.date(), end.date()))
    return own or whole


def latest_stay(history: History, table: str, person: str, index_date: date) -> str | None:
    """Where the person was last seen to move to (a household, an area) and not seen to leave.

    Ties: the later start, then the later known_date, then the household or area that sorts last.
    """
    stays = [stay for stay in history.stays[table].get(person, []) if stay.open_at(index_date)]
    best = max(stays, key=lambda stay: (stay.start, stay.known_start, stay.code or ""), default=None)
    return best.code if best else None


def related(history: History, person: str, roles: Sequence[str], index_date: date) -> set[str]:
    """Who is the person's mother, say, as far as was then known."""
    stays = history.stays["relationship"].get(person, [])
    return {str(stay.code) for stay in stays if stay.kind in roles and stay.open_at(index_date)}


def people_of(history: History, scope: Scope, person: str, index_date: date) -> list[str] | None:
    """The people whom a question of this scope is about, each once; None where they are not known (rule 4)."""
    if scope == "own":
        return [person]
    if scope == "siblings":
        return _siblings(history, person, index_date)
    if scope == "parents":
        return sorted(related(history, person, CARING, index_date) - {person}) or None
    table = "household" if scope == "household_others" else "area"
    where = latest_stay(history, table, person, index_date)
    if where is None:
        return None
    people = history.stays[table]
    return [
        other
        for other in people
        if other != person and latest_stay(history, table, other, index_date) == where
    ]


def _siblings(history: History, person: str, index_date: date) -> list[str] | None:
    parents = related(history, person, PARENTS, index_date) - {person}
    named = related(history, person, SIBLING, index_date)
    for other in history.stays["relationship"]:
        if person in related(history, other, SIBLING, index_date):
            named.add(other)
        if related(history, other, PARENTS, index_date) - {other} & parents:
            named.add(other)
    siblings = sorted(named - {person})
    return siblings if siblings or parents else None


@dataclass(frozen=True)
class View:
    """What an answer is read from: these people, up to this date, in this window, within the retention."""

    history: History
    people: list[str]
    index_date: date
    lookback: Lookback
    retention: Retention

    @property
    def first(self) -> date:
        """The first day of the window."""
        return self.lookback.start(self.index_date) or date.min

    @property
    def after(self) -> date:
        """The first day after the window."""
        return self.lookback.end(self.index_date)

    def within(self, day: date) -> bool:
        """Whether the day lies in the window."""
        return self.first <= day < self.after

    def kept(self, kind: str | None, day: date) -> bool:
        """Whether the retention of the kind still allows to look at a row of this day (rule 7)."""
        start = self.retention.start(kind, self.index_date)
        return start is None or day >= start

    def points(self, ask: "PointQuestion") -> list[Point]:
        """The seen rows of the window (rules 1 and 2)."""
        codes = None if isinstance(ask, Latest) else ask.codes
        return [
            point
            for person in self.people
            for point in self.history.points[ask.table].get(person, [])
            if point.kind in ask.kinds
            and (codes is None or point.code in codes)
            and self.within(point.day)
            and point.day < self.index_date
            and point.known < self.index_date
            and self.kept(point.kind, point.day)
        ]

    def stays(self, ask: "SpellQuestion") -> list[Stay]:
        """The spells that are seen to have started, whenever that was (rule 1)."""
        outcomes = ask.outcomes if isinstance(ask, SpellsEnded) else None
        return [
            stay
            for person in self.people
            for stay in self.history.stays[ask.table].get(person, [])
            if stay.kind in ask.kinds
            and (ask.codes is None or stay.code in ask.codes)
            and (outcomes is None or stay.outcome in outcomes)
            and stay.seen(self.index_date)
            and (self.end_of(stay) is None or self.kept(stay.kind, self.end_of(stay) or date.max))
        ]

    def end_of(self, stay: Stay) -> date | None:
        """The end of the spell as far as it is seen (rule 3)."""
        return stay.end if stay.end_seen(self.index_date) else None

    def days_of(self, ask: DaysSinceLast) -> list[date]:
        """The days of the rows in the window; of spells, their starts or their ends."""
        if ask.table in self.history.points:
            return [point.day for point in self.points(ask)]
        stays = self.stays(ask)
        days = [stay.start for stay in stays] if ask.at == "start" else [self.end_of(stay) for stay in stays]
        return [day for day in days if day is not None and self.within(day)]

    def total(self, part: Sum | Count) -> int:
        """How many rows, or what they add up to in ten-thousandths."""
        points = self.points(part)
        return len(points) if isinstance(part, Count) else sum(_held(points))


PointQuestion = Count | Any | Sum | Mean | Max | Min | DistinctCodes | Latest | DaysSinceLast
SpellQuestion = OpenSpell | DaysInSpell | SpellsStarted | SpellsEnded | DaysSinceLast


def _answer(view: View, ask: Aggregate) -> float:
    if isinstance(ask, AgeMonths):
        return _age(view.history, view.people[0], view.index_date)
    if isinstance(ask, People):
        wanted = {"all": (True, False), "adults": (True,), "children": (False,)}[ask.who]
        return float(sum((other in view.history.adults) in wanted for other in view.people))
    if isinstance(ask, Share):
        return _share(*_totals(view, ask))
    if isinstance(ask, Change):
        return _change(view, ask)
    if isinstance(ask, Latest):
        return _latest(view, ask)
    if isinstance(ask, DaysSinceLast):
        days = view.days_of(ask)
        day = (min if isinstance(ask, DaysSinceFirst) else max)(days, default=None)
        return MISSING if day is None else float((view.index_date - day).days)
    if isinstance(ask, (OpenSpell, DaysInSpell, SpellsStarted, SpellsEnded)):
        return _spell_answer(view, ask)
    return _point_answer(view.points(ask), ask)


def _held(points: list[Point]) -> list[int]:
    return [point.held for point in points if point.held is not None]


def _point_answer(points: list[Point], ask: Count | Any | Sum | Mean | Max | Min | DistinctCodes) -> float:
    if isinstance(ask, Any):
        return 1.0 if points else 0.0
    if isinstance(ask, DistinctCodes):
        said = {point.text if ask.table == "attribute" else point.code for point in points}
        return float(len(said - {None}))
    if isinstance(ask, Count):
        return float(len(points))
    held = _held(points)
    if isinstance(ask, Sum):
        return float(sum(held)) / SCALE
    if not held:
        return MISSING
    if isinstance(ask, Mean):
        return float(sum(held)) / SCALE / len(held)
    return float(max(held) if isinstance(ask, Max) else min(held)) / SCALE


def _totals(view: View, ask: Share) -> tuple[int, int]:
    """The upper and the lower total."""
    upper, lower = view.total(ask.numerator), view.total(ask.denominator)
    return (lower - upper if ask.rest else upper), lower


def _share(upper: int, lower: int) -> float:
    return float(upper) / float(lower) if lower > 0 else MISSING


def _change(view: View, ask: Change) -> float:
    recently = replace(view, lookback=Lookback(ask.recent))
    if isinstance(ask.of, Share):
        whole, recent = _totals(view, ask.of), _totals(recently, ask.of)
        return _share(*recent) - _share(whole[0] - recent[0], whole[1] - recent[1])
    total, lately = view.total(ask.of), recently.total(ask.of)
    late = per_30_days(lately, (view.index_date - recently.first).days)
    early = per_30_days(total - lately, (recently.first - view.first).days)
    return (late - early) / SCALE if isinstance(ask.of, Sum) else late - early


def _spell_answer(view: View, ask: OpenSpell | DaysInSpell | SpellsStarted | SpellsEnded) -> float:
    seen = view.stays(ask)
    if isinstance(ask, OpenSpell):
        return 1.0 if any(view.end_of(stay) is None for stay in seen) else 0.0
    if isinstance(ask, SpellsStarted):
        return float(sum(view.within(stay.start) for stay in seen))
    ends = [view.end_of(stay) for stay in seen]
    if isinstance(ask, SpellsEnded):
        return float(sum(end is not None and view.within(end) for end in ends))
    days = 0
    for stay, end in zip(seen, ends, strict=True):
        until = min(end or view.index_date, view.after)
        days += max(0, (until - max(stay.start, view.first)).days)
    return float(days)


def _latest(view: View, ask: Latest) -> float:
    values: list[tuple[date, date, int]] = []
    for point in view.points(ask):
        if ask.texts is not None and point.text is not None:
            values.append((point.day, point.known, SCALE if point.text in ask.texts else 0))
        elif ask.texts is None and point.held is not None:
            values.append((point.day, point.known, point.held))
    return float(max(values)[2]) / SCALE if values else MISSING


def _age(history: History, person: str, index_date: date) -> float:
    birth = history.births.get(person)
    if birth is None:
        return MISSING
    months = (index_date.year - birth.year) * 12 + index_date.month - birth.month
    return float(months - (index_date.day < birth.day))
