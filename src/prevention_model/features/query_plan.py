"""From a set of features to what the engines are asked, and from their answers to the columns of the features.

Worked example: a trajectory looks at a count of 3 months at the index date and 3, 6 and 9 months earlier. For Ann on
1 October the plan asks that count for four pairs: 1 October, and 1 January, 1 April and 1 July, each with what was
known on that day. If July is asked for Ann as well, it is there already, and answered once. The engines know nothing
of this: they answer questions about pairs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prevention_model.features.declared import NOW, Declared
from prevention_model.features.derive import Days, Floats, derive
from prevention_model.features.derived import Derived
from prevention_model.features.feature_set import FeatureSet
from prevention_model.query import KEPT, Length, Question, Retention, days_of
from prevention_model.query.rows import distinct_of

Ints = NDArray[np.integer]
Bools = NDArray[np.bool_]
Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Places:
    """Where the answers for the asked pairs stand among those for all pairs that are answered.

    `asked` are their own places, `earlier` those of the same people so long before, and `day` the index dates in days
    since 1970.
    """

    asked: slice | Ints
    day: Days
    earlier: Mapping[Length, Ints]

    def at(self, back: Length) -> slice | Ints:
        """The places of the answers so long before the index dates."""
        return self.asked if back == NOW else self.earlier[back]

    def in_order(self, order: Ints) -> "Places":
        """The same where the pairs are answered in another order: `order` has the place of each one before.

        >>> Places(slice(0, 2), np.array([5, 3]), {}).in_order(np.array([1, 0])).day
        array([3, 5])
        """
        rows = np.flatnonzero(order < len(self.day))
        was = order[rows]
        now = np.empty_like(order)
        now[order] = np.arange(len(order))
        earlier = {back: now[places[was]] for back, places in self.earlier.items()}
        return Places(rows if self.earlier else slice(0, len(rows)), self.day[was], earlier)

    def within(self, part: slice) -> "Places":
        """Those of a part of the pairs that are answered, which holds all pairs of its people, counted in the part."""
        if isinstance(self.asked, slice):
            return Places(slice(0, part.stop - part.start), self.day[part], {})
        here = slice(*np.searchsorted(self.asked, [part.start, part.stop]))
        earlier = {back: places[here] - part.start for back, places in self.earlier.items()}
        return Places(self.asked[here] - part.start, self.day[here], earlier)


@dataclass(frozen=True)
class QueryPlan:
    """What has to be asked for a set of features, and how the answers become their columns.

    >>> from prevention_model.features.feature import Feature
    >>> from prevention_model.features.rules import Trajectory
    >>> from prevention_model.query import Count, Lookback
    >>> late = Feature("late_3m", Count("event", kind="late"), Lookback("3 months"))
    >>> plan = QueryPlan.of([late, Derived("late_trajectory", Trajectory("late_3m", times=3))])
    >>> len(plan.questions), plan.earlier
    (1, (Length(number=6, unit='months'), Length(number=3, unit='months')))
    >>> asked = pd.DataFrame({"person_id": ["a"], "index_date": pd.to_datetime(["2024-07-01"])})
    >>> pairs, places = plan.with_earlier(asked)
    >>> [f"{day:%d %B}" for day in pairs["index_date"]]
    ['01 July', '01 January', '01 April']
    >>> answers = {plan.questions[0]: np.array([7.0, 3.0, 5.0])}
    >>> [column.tolist() for column in plan.columns(answers.__getitem__, places)]
    [[7.0], [8.0]]
    """

    features: FeatureSet
    retention: Retention = KEPT

    @classmethod
    def of(cls, features: Iterable[Declared], *, retention: Retention = KEPT) -> "QueryPlan":
        """The plan of a set of features. Raises WrongUsage for features that do not go together."""
        return cls(FeatureSet(features), retention)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """What the engines are asked, each question once."""
        return tuple(dict.fromkeys(question for each in self.features for question in each.questions))

    @cached_property
    def earlier(self) -> tuple[Length, ...]:
        """How long before the index dates there are pairs to answer too."""
        backs = dict.fromkeys(back for each in self.features for back in each.looks_at)
        return tuple(back for back in backs if back != NOW)

    def with_earlier(self, pairs: pd.DataFrame) -> tuple[pd.DataFrame, Places]:
        """All pairs to answer, each once: the asked ones as they stand, then the earlier ones; and where they are."""
        day = days_of(pairs["index_date"])
        if not self.earlier:
            return pairs, Places(slice(0, len(day)), day, {})
        codes, people = pd.factorize(pairs["person_id"])
        backs = [back.before_days(day) for back in self.earlier]
        first = min((int(days.min()) for days in backs if len(days)), default=0)
        width = max((int(days.max()) for days in (day, *backs) if len(days)), default=0) - first + 1
        asked = codes.astype(np.int64) * width + (day - first)
        sought = [codes.astype(np.int64) * width + (days - first) for days in backs]
        keys = distinct_of(np.concatenate([asked, *sought]))
        place = np.full(len(keys), -1)
        place[np.searchsorted(keys, asked)] = np.arange(len(asked))
        is_added = place < 0
        added = keys[is_added]
        place[is_added] = len(asked) + np.arange(len(added))
        earlier = {
            back: place[np.searchsorted(keys, wanted)]
            for back, wanted in zip(self.earlier, sought, strict=True)
        }
        dates = (added % width + first).astype("datetime64[D]").astype("datetime64[s]")
        before = pd.DataFrame({"person_id": people.take(added // width), "index_date": dates})
        frame = pd.concat([pairs[["person_id", "index_date"]], before], ignore_index=True)
        return frame, Places(slice(0, len(day)), day, earlier)

    def columns(self, answer: Callable[[Question], Floats], places: Places) -> Iterator[Floats]:
        """The column of each feature, for the asked pairs. `answer` gives a question's answers for all pairs; it is
        asked each once, and an answer is kept only until the last feature that needs it."""
        ask = self._asking_once(answer)
        for each in self.features:
            seen = [self._seen(question, ask(question), each, places) for question in each.questions]
            yield derive(each.rule, seen, places.day) if isinstance(each, Derived) else seen[0][0]

    def not_covered(self, covered: Callable[[Question], Bools], places: Places) -> Iterator[Bools]:
        """For each feature, where something that it needs was not received, at any date that it looks at.
        `covered` says of a question for all pairs where all that it needs was received."""
        ask = self._asking_once(covered)
        for each in self.features:
            held = [ask(question)[places.at(back)] for question in each.questions for back in each.looks_at]
            yield ~np.logical_and.reduce(held)

    def _seen(self, question: Question, answers: Floats, each: Declared, places: Places) -> list[Floats]:
        """The answers at each date that a feature looks at, missing where they may no longer be looked at."""
        seen = []
        for back in each.looks_at:
            values = answers[places.at(back)]
            if back != NOW and self.retention.lengths:
                values = np.where(self._is_past(question, back, places.day), np.nan, values)
            seen.append(values)
        return seen

    def _is_past(self, question: Question, back: Length, day: Days) -> Bools:
        """Where the window so long before begins before what may be looked at, counted from the index date itself."""
        kinds = {need.kind for need in question.aggregate.needs()} & set(self.retention.lengths)
        starts = [self.retention.start_days(kind, day) for kind in kinds]
        if not starts or question.lookback.is_all:
            return np.full(len(day), bool(starts))
        return question.lookback.start_days(back.before_days(day)) < np.maximum.reduce(starts)

    def _asking_once(self, answer: Callable[[Question], Answer]) -> Callable[[Question], Answer]:
        left = Counter(question for each in self.features for question in each.questions)
        kept: dict[Question, Answer] = {}

        def ask(question: Question) -> Answer:
            left[question] -= 1
            found = kept.pop(question) if question in kept else answer(question)
            if left[question]:
                kept[question] = found
            return found

        return ask
