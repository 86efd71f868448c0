"""The rows of the fast engine: (person, index date) pairs in order, and where an event enters and leaves them.

Worked example: Ann's index dates are 1 April, 1 July and 1 October. A contact of 10 May that became known on
2 July is first seen at 1 October (row 2), so it *enters* at 2. For a lookback of 3 months the windows start on
1 January, 1 April and 1 July; the first start after 10 May is that of row 2, so it also *leaves* at 2: nobody
ever sees it. For 12 months it leaves after the last row. Adding 1 where an event enters and taking 1 away
where it leaves, a running sum down the rows is the count of every window at once.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from prevention_model.query.length import Days
from prevention_model.query.windows import Lookback

Ints = NDArray[np.int64]

MISSING_DAY = np.iinfo(np.int64).min
_SPAN = 1 << 22
_OFFSET = 800_000


def keyed(group: Ints, day: Ints) -> Ints:
    """One integer that sorts by group (a person, a household), then by day."""
    return group * _SPAN + np.clip(day + _OFFSET, 0, _SPAN - 1)


@dataclass(frozen=True, eq=False)
class Rows:
    """Pairs sorted by person, then index date. `person` holds codes, `day` days since 1970."""

    person: Ints
    day: Ints
    key: Ints
    _keys: dict[Lookback, Ints] = field(default_factory=dict)

    @classmethod
    def of(cls, person: Ints, day: Ints) -> tuple["Rows", Ints]:
        """The rows in order, and for each row its position in what was given."""
        key = keyed(person, day)
        order = np.argsort(key, kind="stable")
        return cls(person[order], day[order], key[order]), order

    def __len__(self) -> int:
        return len(self.key)

    def end(self, person: Ints) -> Ints:
        """The position after each person's last row."""
        return self._ends[np.minimum(person, len(self._ends) - 1)]

    def enter(self, person: Ints, day: Ints) -> Ints:
        """The person's first row with an index date after `day`; `end` when there is none."""
        return np.searchsorted(self.key, keyed(person, day), side="right")

    def leave(self, person: Ints, day: Ints, lookback: Lookback) -> Ints:
        """The person's first row whose window starts after `day`; `end` when there is none."""
        if lookback.is_all:
            return self.end(person)
        return np.searchsorted(self._start_keys(lookback), keyed(person, day), side="right")

    def starts(self, lookback: Lookback) -> Days:
        """The first day of each row's window."""
        days, at = self.dates
        return lookback.start_days(days)[at]

    @cached_property
    def dates(self) -> tuple[Days, Ints]:
        """The distinct index dates, and for each row which one is its own."""
        days, at = np.unique(self.day, return_inverse=True)
        return days, at

    @cached_property
    def _ends(self) -> Ints:
        people = np.arange(int(self.person.max(initial=-1)) + 2)
        return np.searchsorted(self.person, people, side="right")

    def _start_keys(self, lookback: Lookback) -> Ints:
        if lookback not in self._keys:
            self._keys[lookback] = keyed(self.person, self.starts(lookback))
        return self._keys[lookback]


def running_total(size: int, enter: Ints, leave: Ints, amount: Ints | None = None) -> Ints:
    """For each row the total of what has entered and not left. Never leaves before it enters."""
    leave = np.maximum(leave, enter)
    steps = np.zeros(size + 1, dtype=np.int64)
    if amount is None:
        steps += np.bincount(enter, minlength=size + 1)
        steps -= np.bincount(leave, minlength=size + 1)
    else:
        np.add.at(steps, enter, amount)
        np.subtract.at(steps, leave, amount)
    return np.cumsum(steps[:size])


def running_latest(size: int, enter: Ints) -> Ints:
    """For each row the largest position in `enter` that has entered by then, -1 for none.

    The positions must be sorted by person first, so that a later person's are always larger; whoever reads
    the answer checks that the position is the row's own person's.
    """
    best = np.full(size + 1, -1, dtype=np.int64)
    np.maximum.at(best, enter, np.arange(len(enter), dtype=np.int64))
    return np.maximum.accumulate(best[:size])


def spread(start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """Every (item, row) with `start[item] <= row < stop[item]`, as two arrays."""
    lengths = np.maximum(stop - start, 0)
    item = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    before = np.cumsum(lengths) - lengths
    row = np.arange(len(item), dtype=np.int64) - before[item] + start[item]
    return item, row
