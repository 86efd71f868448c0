"""The fast engine. It agrees with `reference.py` cell for cell, bit for bit; generated tests hold it to that.

Each source is selected and sorted once; each question is then a few running sums over all rows (`totals.py`)
or a running maximum (`latest.py`). Only whole numbers are added up, so the order of rows never matters.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.query.aggregates import (
    AgeMonths,
    Aggregate,
    Any,
    DaysSinceLast,
    HouseholdSize,
    Latest,
    Mean,
    OpenSpell,
    Share,
    Sum,
)
from prevention_model.query.covered import Receipt
from prevention_model.query.history import Frames
from prevention_model.query.household import Household
from prevention_model.query.latest import known_days, latest_of_others, latest_own
from prevention_model.query.numbers import SCALE
from prevention_model.query.pairs import days_of
from prevention_model.query.question import Question
from prevention_model.query.rows import MISSING_DAY, Ints, Rows
from prevention_model.query.sight import Sight
from prevention_model.query.tables import Bools, Tables
from prevention_model.query.totals import totals

Floats = NDArray[np.float64]


class Kernel:
    """Answers questions about one set of pairs, one column at a time, so that memory stays with the caller.

    >>> from prevention_model.records import Records
    >>> from prevention_model.query import Count, Lookback
    >>> events = pd.DataFrame({"person_id": ["a", "a"], "kind": "contact", "event_date": ["2024-01-05", "2024-02-01"]})
    >>> pairs = pd.DataFrame({"person_id": ["a"], "index_date": pd.to_datetime(["2024-02-01"])})
    >>> kernel = Kernel(Records.from_frames({"event": events}).frames, pairs)
    >>> kernel.column(Question(Count("event", "contact"), Lookback("30 days")))
    array([1.])
    """

    def __init__(self, frames: Frames, pairs: pd.DataFrame) -> None:
        self._receipt = Receipt(frames["coverage"])
        self.tables = Tables(frames, pairs)
        self.rows, self._order = Rows.of(
            self.tables.person_codes(pairs["person_id"]), days_of(pairs["index_date"])
        )
        self._own = Sight(self.tables, self.rows)

    def column(self, question: Question, *, covered: bool = True) -> Floats:
        """The answers in the order of the pairs. With `covered=False` coverage is not looked at."""
        values = self._answers(question)
        if covered:
            values[~self._is_covered(question)] = np.nan
        return self._as_given(values)

    def covered(self, question: Question) -> Bools:
        """Whether what the question needs was received in the whole window, in the order of the pairs."""
        return self._as_given(self._is_covered(question))

    @cached_property
    def _household(self) -> Household:
        return Household.of(self.tables, self.rows)

    @cached_property
    def _others(self) -> Sight:
        return Sight(self.tables, self._household.rows)

    def _as_given(self, values: NDArray) -> NDArray:
        given = np.empty_like(values)
        given[self._order] = values
        return given

    def _is_covered(self, question: Question) -> Bools:
        days, at = self.rows.dates
        starts = days - 1 if question.lookback.is_all else question.lookback.start_days(days)
        return self._receipt.hold(question.aggregate.needs(), starts, days)[at]

    def _answers(self, question: Question) -> Floats:
        ask = question.aggregate
        if isinstance(ask, AgeMonths):
            return self._age()
        if isinstance(ask, HouseholdSize):
            return self._household_size(ask)
        if isinstance(ask, (Latest, DaysSinceLast)):
            return self._latest(question, ask)
        if question.scope == "own":
            return _finish(ask, totals(self._own, ask, question.lookback))
        parts = totals(self._others, ask, question.lookback)
        return _finish(ask, tuple(self._household.total_of_others(part) for part in parts))

    def _latest(self, question: Question, ask: Latest | DaysSinceLast) -> Floats:
        sight = self._own if question.scope == "own" else self._others
        points = sight.latest_points(ask) if isinstance(ask, Latest) else sight.as_points(ask)
        if question.scope == "own":
            at = latest_own(self.rows, points, question.lookback)
        else:
            at = latest_of_others(self._household, points, question.lookback)
        if isinstance(ask, Latest):
            return np.where(at >= 0, np.append(points.number, 0)[at].astype(np.float64) / SCALE, np.nan)
        days, found = known_days(points, at, self.rows.day)
        return np.where(found, days.astype(np.float64), np.nan)

    def _household_size(self, ask: HouseholdSize) -> Floats:
        adult = self.tables.is_adult[self._household.rows.person]
        counted = {"all": np.ones_like(adult), "adults": adult, "children": ~adult}[ask.who]
        return self._household.total_of_others(counted.astype(np.int64)).astype(np.float64)

    def _age(self) -> Floats:
        birth = self.tables.birth[self.rows.person]
        months = whole_months(birth, self.rows.day)
        return np.where(birth == MISSING_DAY, np.nan, months.astype(np.float64))


def answer(
    frames: Frames, pairs: pd.DataFrame, questions: Sequence[Question], *, covered: bool = True
) -> Floats:
    """One row a pair, one column a question, as `reference.answer` gives it."""
    kernel = Kernel(frames, pairs)
    answers = np.empty((len(pairs), len(questions)), order="F")
    for j, question in enumerate(questions):
        answers[:, j] = kernel.column(question, covered=covered)
    return answers


def whole_months(birth: Ints, day: Ints) -> Ints:
    """Whole months from birth to day, both in days since 1970."""
    born, now = birth.astype("datetime64[D]"), day.astype("datetime64[D]")
    born_month, month = born.astype("datetime64[M]"), now.astype("datetime64[M]")
    months = (month - born_month).astype(np.int64)
    return months - ((now - month).astype(np.int64) < (born - born_month).astype(np.int64))


def _finish(ask: Aggregate, parts: tuple[Ints, ...]) -> Floats:
    first = parts[0].astype(np.float64)
    if isinstance(ask, (Any, OpenSpell)):
        return (parts[0] > 0).astype(np.float64)
    if isinstance(ask, Sum):
        return first / SCALE
    if isinstance(ask, (Mean, Share)):
        below = parts[1].astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            quotient = (first / SCALE if isinstance(ask, Mean) else first) / below
        return np.where(parts[1] > 0, quotient, np.nan)
    return first
