"""The rows of the fast engine: (person, index date) pairs in order, and where an event enters and leaves them.

Worked example: Ann's index dates are 1 April, 1 July and 1 October. A contact of 10 May that became known on
2 July is first seen at 1 October (row 2), so it *enters* at 2. For a lookback of 3 months the windows start on
1 January, 1 April and 1 July; the first start after 10 May is that of row 2, so it also *leaves* at 2: nobody
ever sees it. For 12 months it leaves after the last row. Adding 1 where an event enters and taking 1 away
where it leaves, a running sum down the rows is the count of every window at once.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from prevention_model.query.length import Days
from prevention_model.query.steps import Steps

Ints = NDArray[np.integer]
Places = NDArray[np.int32]
"""Positions of rows."""

MISSING_DAY = int(np.iinfo(np.int32).min)
NEVER = int(np.iinfo(np.int32).max) // 2
LARGEST_GRID = 50_000_000
"""People times dates up to which the place of every one of them is written out (200 MB)."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Pairs sorted by person, then index date: `person` holds codes below `people`, `at` the place of the index
    date among the distinct ones, `dates` (days since 1970, in order)."""

    person: Ints
    at: Ints
    dates: Days
    people: int
    steps: Steps

    @classmethod
    def of(cls, person: Ints, day: Days, people: int, steps: Steps) -> tuple["Rows", Ints]:
        """The rows in order, and for each row its position in what was given."""
        dates, at = np.unique(day, return_inverse=True)
        person, at = person.astype(np.int64), at.astype(np.int64)  # people times dates may be many
        order = np.argsort(person * (len(dates) + 1) + at, kind="stable")
        return cls(person[order], at[order], dates, people, steps), order

    def between(self, first: int, after: int) -> "Rows":
        """The rows of the people from `first` up to `after`, whose numbers now start at 0."""
        rows = slice(*np.searchsorted(self.person, [first, after]))
        return Rows(self.person[rows] - first, self.at[rows], self.dates, after - first, self.steps)

    def __len__(self) -> int:
        return len(self.person)

    @cached_property
    def day(self) -> Days:
        """The index date of each row."""
        return self.dates[self.at]

    @cached_property
    def starts(self) -> Places:
        """Where each person's rows begin; one more than there are people."""
        return np.searchsorted(self.person, np.arange(self.people + 1)).astype(np.int32)

    @cached_property
    def keys(self) -> Ints:
        """One number a row, in order: by person, then index date."""
        return self.person * (len(self.dates) + 1) + self.at

    def end(self, person: Ints) -> Places:
        """The position after each person's last row."""
        return self.starts[person + 1]

    def enter(self, person: Ints, day: Days) -> Places:
        """The person's first row with an index date after `day`; `end` when there is none."""
        return self.first(person, day, self.dates)

    def first(self, person: Ints, day: Days, bounds: Days) -> Places:
        """The person's first row whose bound is after `day`; `end` when there is none.

        `bounds` has a day for each of the distinct index dates, never falling: the start of each window, say.
        """
        if len(day) == 0 or len(bounds) == 0:
            return np.zeros(len(day), dtype=np.int32)  # without a date there is no row, and every end is 0
        person, day = person.astype(np.int32, copy=False), day.astype(np.int32, copy=False)
        low, high = int(bounds[0]) - 1, int(bounds[-1]) + 1
        # What lies before the first bound or after the last is told by the ends of the table.
        table = np.searchsorted(bounds, np.arange(low, high + 1), side="right").astype(np.int32)
        width = len(self.dates) + 1
        if self.people * width <= LARGEST_GRID:
            return self.steps.first_rows(person, day, table, low, self._grid, width)
        at = table[np.clip(day - low, 0, len(table) - 1)]
        return np.searchsorted(self.keys, person.astype(np.int64) * width + at).astype(np.int32)

    @cached_property
    def _grid(self) -> Places:
        """For each person and place among the dates the first row from there on: how many rows come before."""
        marked = np.zeros(self.people * (len(self.dates) + 1), dtype=np.int32)
        marked[self.keys] = 1
        return np.cumsum(marked, dtype=np.int32) - marked


def spread(start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Every (item, row) with `start[item] <= row < stop[item]`, as two arrays."""
    lengths = np.maximum(stop - start, 0)
    item = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    before = np.cumsum(lengths) - lengths
    row = np.arange(len(item), dtype=np.int64) - before[item] + start[item]
    return item, row


def distinct_of(keys: Ints) -> Ints:
    """The distinct keys in order: by sorting, which for whole numbers is faster than numpy's own way."""
    ordered = np.sort(keys)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered
