"""Rows put in order of kind, and of each kind in order of person, in two steps that stay near the processor."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prevention_model.query.columns import Bools
from prevention_model.query.rows import Ints
from prevention_model.query.steps import Steps

_AT_ONCE = 2
"""Kinds that are put in order at the same time: numpy and the compiled steps let go of the interpreter."""


@dataclass(frozen=True, eq=False)
class ByKind:
    """An order of rows. `starts` says where each kind begins in it, and where the last one ends.

    `at` are the rows kind by kind, each kind's as they stood; `within` puts each kind's in order of person. From
    many rows one column after the other is brought from `at`, which goes through the column in few streams, and
    then within the kind, which is small. `people` are the people of the rows in this order.
    """

    starts: Ints
    at: Ints
    within: tuple[Ints, ...]
    people: NDArray[np.int32]

    @classmethod
    def of(cls, kind: Ints, person: Ints, use: Bools, kinds: int, steps: Steps) -> "ByKind":
        """The rows to `use`; their kinds are numbered below `kinds`, and their people from 0."""
        kind = kind.astype(np.int32)
        if use.all():
            at = steps.order_of(kind, kinds)
            counts = np.bincount(kind, minlength=kinds)
        else:
            used = np.flatnonzero(use)
            at = used[steps.order_of(kind[used], kinds)]
            counts = np.bincount(kind[used], minlength=kinds)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        people = int(person.max(initial=-1)) + 1

        ordered = np.empty(len(at), dtype=np.int32)

        def order(number: int) -> Ints:
            here = slice(starts[number], starts[number + 1])
            of_kind = person[at[here]]
            ordered[here] = np.repeat(
                np.arange(people, dtype=np.int32), np.bincount(of_kind, minlength=people)
            )
            return steps.order_of(of_kind, people)

        return cls(starts, at, tuple(_in_turn(order, kinds)), ordered)

    def __len__(self) -> int:
        return len(self.at)

    def arrange(self, column: NDArray) -> NDArray:
        """A column in this order."""
        made = np.empty(len(self.at), dtype=column.dtype)

        def arrange(number: int) -> None:
            here = slice(self.starts[number], self.starts[number + 1])
            made[here] = column[self.at[here]][self.within[number]]

        _in_turn(arrange, len(self.within))
        return made


def _in_turn(work: Callable[[int], object], kinds: int) -> list:
    if kinds < _AT_ONCE:
        return [work(number) for number in range(kinds)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(work, range(kinds)))
