"""The meaning of every question, in plain loops. Slow on purpose; `kernel.py` must agree cell for cell.

The rules, all of them:

1. A row is seen at an index date only if it happened before it *and* was known before it.
2. It counts if its date is in the window `[index_date - length, index_date)`.
3. The end of a spell is seen only if it happened and was known before the index date; until then it is open.
4. Whoever's latest household, as then seen and not seen to have ended, is the same as the child's is one of
   the others, once. A child with no household has no others: totals are 0, latest values missing.
5. The answer is missing when a kind was not being received during the whole window (for "all": on the day
   before the index date). That is never mixed up with "received, and nothing happened", which is 0.
6. Where the question asks for certain codes (or outcomes, or the texts of `equals`), rule 5 is about each of
   them: the rows of coverage that name the code, if there are any, else those of the kind that name none.
   Rows that name a code say nothing about any other code, nor about the kind as a whole.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.query.aggregates import (
    AgeMonths,
    Any,
    Count,
    DaysInSpell,
    DaysSinceLast,
    DistinctCodes,
    HouseholdSize,
    Latest,
    Mean,
    OpenSpell,
    Share,
    SpellsEnded,
    SpellsStarted,
    Sum,
)
from prevention_model.query.history import Frames, History, Point, Stay
from prevention_model.query.needs import Need
from prevention_model.query.numbers import SCALE
from prevention_model.query.question import Question
from prevention_model.query.windows import Lookback

MISSING = float("nan")


def answer(
    frames: Frames, pairs: pd.DataFrame, questions: Sequence[Question], *, covered: bool = True
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
    for i, (person, moment) in enumerate(zip(pairs["person_id"], pairs["index_date"], strict=True)):
        index_date = moment.date()
        for j, question in enumerate(questions):
            if (question, index_date) not in received:
                received[question, index_date] = is_covered(frames["coverage"], question, index_date)
            if covered and not received[question, index_date]:
                continue
            answers[i, j] = _answer(history, str(person), index_date, question)
    return answers


def is_covered(coverage: pd.DataFrame, question: Question, index_date: date) -> bool:
    """Whether all that the question needs was received on every day of the window (rules 5 and 6)."""
    if coverage.empty:
        return True
    last = index_date - timedelta(days=1)
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


def household_at(history: History, person: str, index_date: date) -> str | None:
    """The household that the person was last seen to join and not seen to leave.

    Ties: the later start, then the later known_date, then the household_id that sorts last.
    """
    stays = [stay for stay in history.stays["household"].get(person, []) if stay.open_at(index_date)]
    best = max(stays, key=lambda stay: (stay.start, stay.known_start, stay.code or ""), default=None)
    return best.code if best else None


def others_at(history: History, person: str, index_date: date) -> list[str]:
    """The other people of the household, each once (rule 4)."""
    home = household_at(history, person, index_date)
    if home is None:
        return []
    people = history.stays["household"]
    return [other for other in people if other != person and household_at(history, other, index_date) == home]


def _answer(history: History, person: str, index_date: date, question: Question) -> float:
    ask, lookback = question.aggregate, question.lookback
    if isinstance(ask, AgeMonths):
        return _age(history, person, index_date)
    if isinstance(ask, HouseholdSize):
        others = others_at(history, person, index_date)
        wanted = {"all": (True, False), "adults": (True,), "children": (False,)}[ask.who]
        return float(sum((other in history.adults) in wanted for other in others))
    people = [person] if question.scope == "own" else others_at(history, person, index_date)
    if isinstance(ask, Share):
        upper, lower = (
            _total(_points(history, people, part, index_date, lookback), part)
            for part in (ask.numerator, ask.denominator)
        )
        if ask.rest:
            upper = lower - upper
        return float(upper) / float(lower) if lower > 0 else MISSING
    if isinstance(ask, Latest):
        return _latest(history, people, ask, index_date, lookback)
    if isinstance(ask, DaysSinceLast):
        days = _days(history, people, ask, index_date, lookback)
        return float((index_date - max(days)).days) if days else MISSING
    if isinstance(ask, (OpenSpell, DaysInSpell, SpellsStarted, SpellsEnded)):
        return _spell_answer(_stays(history, people, ask), ask, index_date, lookback)
    return _point_answer(_points(history, people, ask, index_date, lookback), ask)


def _point_answer(points: list[Point], ask: Count | Any | Sum | Mean | DistinctCodes) -> float:
    held = [point.held for point in points if point.held is not None]
    if isinstance(ask, Any):
        return 1.0 if points else 0.0
    if isinstance(ask, DistinctCodes):
        return float(len({point.code for point in points if point.code is not None}))
    if isinstance(ask, Count):
        return float(len(points))
    if isinstance(ask, Sum):
        return float(sum(held)) / SCALE
    return float(sum(held)) / SCALE / len(held) if held else MISSING


def _total(points: list[Point], part: Sum | Count) -> int:
    return (
        len(points)
        if isinstance(part, Count)
        else sum(point.held for point in points if point.held is not None)
    )


def _spell_answer(stays: list[Stay], ask: object, index_date: date, lookback: Lookback) -> float:
    seen = [stay for stay in stays if stay.seen(index_date)]
    first = lookback.start(index_date) or date.min
    if isinstance(ask, OpenSpell):
        return 1.0 if any(stay.open_at(index_date) for stay in seen) else 0.0
    if isinstance(ask, SpellsStarted):
        return float(sum(stay.start >= first for stay in seen))
    ended = [stay.end for stay in seen if stay.end is not None and stay.end_seen(index_date)]
    if isinstance(ask, SpellsEnded):
        return float(sum(end >= first for end in ended))
    days = 0
    for stay in seen:
        until = stay.end if stay.end is not None and stay.end_seen(index_date) else index_date
        days += max(0, (until - max(stay.start, first)).days)
    return float(days)


def _latest(history: History, people: list[str], ask: Latest, index_date: date, lookback: Lookback) -> float:
    values: list[tuple[date, date, int]] = []
    for point in _points(history, people, ask, index_date, lookback):
        if ask.texts is not None and point.text is not None:
            values.append((point.day, point.known, SCALE if point.text in ask.texts else 0))
        elif ask.texts is None and point.held is not None:
            values.append((point.day, point.known, point.held))
    return float(max(values)[2]) / SCALE if values else MISSING


def _days(
    history: History, people: list[str], ask: DaysSinceLast, index_date: date, lookback: Lookback
) -> list[date]:
    if ask.table in history.points:
        return [point.day for point in _points(history, people, ask, index_date, lookback)]
    first = lookback.start(index_date) or date.min
    seen = [stay for stay in _stays(history, people, ask) if stay.seen(index_date)]
    if ask.at == "start":
        return [stay.start for stay in seen if stay.start >= first]
    return [
        stay.end for stay in seen if stay.end is not None and stay.end_seen(index_date) and stay.end >= first
    ]


def _points(
    history: History, people: Iterable[str], ask: Count | Any | Sum | Mean | DistinctCodes | Latest | DaysSinceLast,
    index_date: date, lookback: Lookback,
) -> list[Point]:  # fmt: skip
    """The seen rows of the window (rules 1 and 2)."""
    codes = None if isinstance(ask, Latest) else ask.codes
    first = lookback.start(index_date) or date.min
    return [
        point
        for person in people
        for point in history.points[ask.table].get(person, [])
        if point.kind in ask.kinds
        and (codes is None or point.code in codes)
        and first <= point.day < index_date
        and point.known < index_date
    ]


def _stays(
    history: History,
    people: Iterable[str],
    ask: OpenSpell | DaysInSpell | SpellsStarted | SpellsEnded | DaysSinceLast,
) -> list[Stay]:
    outcomes = ask.outcomes if isinstance(ask, SpellsEnded) else None
    return [
        stay
        for person in people
        for stay in history.stays[ask.table].get(person, [])
        if stay.kind in ask.kinds
        and (ask.codes is None or stay.code in ask.codes)
        and (outcomes is None or stay.outcome in outcomes)
    ]


def _age(history: History, person: str, index_date: date) -> float:
    birth = history.births.get(person)
    if birth is None:
        return MISSING
    months = (index_date.year - birth.year) * 12 + index_date.month - birth.month
    return float(months - (index_date.day < birth.day))
