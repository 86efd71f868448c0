"""The fast engine. It agrees with `reference.py` cell for cell, bit for bit; generated tests hold it to that.

Each source is ordered by person once and selected once; each question is then a few running sums, or a running
maximum, down the rows (`steps_numpy.py`, `compiled.py`). Only whole numbers are added up, so the order of rows never
matters.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.query.aggregates import AgeMonths, People
from prevention_model.query.answers import Floats, finish, gather, of_others, of_themselves
from prevention_model.query.circles import Circle, circle
from prevention_model.query.columns import Bools, Frames, as_pandas, texts
from prevention_model.query.covered import Receipt
from prevention_model.query.pairs import days_of
from prevention_model.query.question import Question, Scope
from prevention_model.query.retention import KEPT, Retention
from prevention_model.query.rows import MISSING_DAY, Ints, Rows
from prevention_model.query.sight import Sight
from prevention_model.query.steps import Steps, fastest
from prevention_model.query.tables import Tables, numbered
from prevention_model.query.views import Views, in_parts


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

    def __init__(
        self, frames: Frames, pairs: pd.DataFrame, *, retention: Retention = KEPT, steps: Steps | None = None
    ) -> None:
        steps = fastest() if steps is None else steps
        self._receipt = Receipt(as_pandas(frames["coverage"]))
        self._retention = retention
        asked = texts(pairs, "person_id")
        self.tables = Tables(frames, everybody(frames, asked.texts), steps)
        # `order` has for each of the kernel's rows the place of its pair in what was given.
        self.rows, self.order = Rows.of(
            self.tables.person_codes(asked), days_of(pairs["index_date"]), len(self.tables.people), steps
        )
        self._circles: dict[Scope, tuple[Circle, Views]] = {}

    def column(self, question: Question, *, covered: bool = True) -> Floats:
        """The answers in the order of the pairs. With `covered=False` coverage is not looked at."""
        made = self.column_in_order(question)
        if covered:
            self._hide_uncovered(made, question, self.rows)
        return self._as_given(made)

    def column_in_order(self, question: Question) -> Floats:
        """The answers in the order of person and index date, coverage not looked at."""
        ask, lookback = question.aggregate, question.lookback
        if isinstance(ask, AgeMonths):
            return self._age(self.rows, 0)
        if question.scope == "own":
            assert not isinstance(ask, People)  # a Question with the scope "own" refuses it
            parts = of_themselves(ask, self._own.gather(ask, lookback))
            return finish(self.tables, ask, lookback, parts, self.rows)
        return self._around(question)()

    def columns_in_order(
        self, questions: Sequence[Question], workers: int
    ) -> Iterator[tuple[Question, Floats]]:
        """The answers to questions about the people around, in order, missing where not covered.

        While one question is looked up, others are put together by `workers`.
        """
        with ThreadPoolExecutor(workers) as pool:
            waiting: deque[tuple[Question, Future[Floats]]] = deque()
            for question in questions:
                if len(waiting) > workers:  # what waits takes memory
                    asked, made = waiting.popleft()
                    yield asked, made.result()
                rest = self._around(question)
                waiting.append((question, pool.submit(self._covered, question, rest)))
            for asked, made in waiting:
                yield asked, made.result()
        self._circles.clear()  # what they hold of the records is much, and the answers are there

    def covered(self, question: Question) -> Bools:
        """Whether what the question needs was received in the whole window, in the order of the pairs."""
        return self._as_given(self._is_covered(question)[self.rows.at])

    def parts(self, rows: int) -> Iterator["Part"]:
        """The pairs in parts of about so many, each with all pairs of its people; answered apart, to bound memory."""
        for where, first, after in in_parts(self.rows, rows):
            yield Part(
                self,
                where,
                first,
                Sight(self.tables, self.rows.between(first, after), self._retention, first),
            )

    def own_answer(self, question: Question, part: "Part") -> Floats:
        """The answers of one part about the people themselves, missing where not covered."""
        ask, lookback, rows = question.aggregate, question.lookback, part.sight.rows
        if isinstance(ask, AgeMonths):
            return self._age(rows, part.first)
        assert not isinstance(ask, People)  # a Question with the scope "own" refuses it
        gathered = of_themselves(ask, gather(part.sight, ask, lookback))
        made = finish(self.tables, ask, lookback, gathered, rows)
        self._hide_uncovered(made, question, rows)
        return made

    @cached_property
    def _own(self) -> "Views":
        return Views(self.tables, self.rows, self._retention)

    def _around(self, question: Question) -> Callable[[], Floats]:
        """What is left to do of an answer about the people around when all that they see has been looked up."""
        ask, lookback = question.aggregate, question.lookback
        around, views = self._circle(question.scope)

        def where_known(made: Floats) -> Floats:
            made[~around.known] = np.nan
            return made

        assert not isinstance(ask, AgeMonths)  # a Question with another scope than "own" refuses it
        if isinstance(ask, People):
            return lambda: where_known(self._people(ask, around))
        gathered = views.gather(ask, lookback)
        return lambda: where_known(
            finish(self.tables, ask, lookback, of_others(around, ask, gathered), self.rows)
        )

    def _covered(self, question: Question, rest: Callable[[], Floats]) -> Floats:
        made = rest()
        self._hide_uncovered(made, question, self.rows)
        return made

    def _circle(self, scope: Scope) -> tuple[Circle, "Views"]:
        if scope not in self._circles:
            made = circle(scope, self.tables, self.rows)
            self._circles[scope] = (made, Views(self.tables, made.rows, self._retention))
        return self._circles[scope]

    def _as_given(self, values: NDArray) -> NDArray:
        given = np.empty_like(values)
        given[self.order] = values
        return given

    def _hide_uncovered(self, made: Floats, question: Question, rows: Rows) -> None:
        covered = self._is_covered(question)
        if not covered.all():
            made[~covered[rows.at]] = np.nan

    def _is_covered(self, question: Question) -> Bools:
        """Whether it is covered, for each of the distinct index dates."""
        days = self.rows.dates
        ends = question.lookback.end_days(days)
        starts = ends - 1 if question.lookback.is_all else question.lookback.start_days(days)
        return self._receipt.hold(question.aggregate.needs(), starts, ends)

    def _people(self, ask: People, around: Circle) -> Floats:
        adult = self.tables.is_adult[around.rows.person]
        counted = {"all": np.ones_like(adult), "adults": adult, "children": ~adult}[ask.who]
        return around.total(counted.astype(np.int64)).astype(np.float64)

    def _age(self, rows: Rows, first: int) -> Floats:
        birth = self.tables.birth[rows.person + first]
        months = whole_months(birth, rows.day)
        return np.where(birth == MISSING_DAY, np.nan, months.astype(np.float64))


@dataclass(frozen=True, eq=False)
class Part:
    """Some of a kernel's pairs: `where` they stand in the kernel's order, and what they see."""

    kernel: Kernel
    where: slice
    first: int
    sight: Sight

    def own(self, question: Question) -> Floats:
        """The answers about the people themselves, in the kernel's order."""
        return self.kernel.own_answer(question, self)


def everybody(frames: Frames, asked: pd.Index) -> pd.Index:
    """Everybody asked about, and everybody who may stand around them, each once."""
    around = [
        texts(frames[table], column).texts
        for table, column in (
            ("household", "person_id"), ("place", "person_id"),
            ("relationship", "person_id"), ("relationship", "other_id"),
        )
    ]  # fmt: skip
    return numbered([asked, *around])


def answer(
    frames: Frames,
    pairs: pd.DataFrame,
    questions: Sequence[Question],
    *,
    covered: bool = True,
    retention: Retention = KEPT,
    steps: Steps | None = None,
) -> Floats:
    """One row a pair, one column a question, as `reference.answer` gives it."""
    kernel = Kernel(frames, pairs, retention=retention, steps=steps)
    answers = np.empty((len(pairs), len(questions)), order="F")
    for j, question in enumerate(questions):
        answers[:, j] = kernel.column(question, covered=covered)
    return answers


def whole_months(birth: Ints, day: Ints) -> Ints:
    """Whole months from birth to day, both in days since 1970."""
    born, now = birth.astype(np.int64).astype("datetime64[D]"), day.astype("datetime64[D]")
    born_month, month = born.astype("datetime64[M]"), now.astype("datetime64[M]")
    months = (month - born_month).astype(np.int64)
    return months - ((now - month).astype(np.int64) < (born - born_month).astype(np.int64))
