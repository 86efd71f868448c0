"""Which steps the fast engine takes: compiled ones where numba is there, else those in numpy."""

import importlib
from functools import lru_cache
from typing import Protocol

from prevention_model.query import steps_numpy
from prevention_model.query.steps_numpy import Bools, Ints, Places


class Steps(Protocol):
    """What `steps_numpy` and `compiled` both hold."""

    def first_rows(
        self, person: Ints, day: Ints, table: Places, low: int, grid: Places, width: int
    ) -> Places:
        """Where each row of the records comes to stand among the rows asked about."""
        ...

    def order_of(self, person: Ints, people: int) -> Ints:
        """The rows in order of person."""
        ...

    def running_total(self, size: int, enter: Places, leave: Places, amount: Ints | Bools | None) -> Ints:
        """Totals of what is in sight."""
        ...

    def largest(self, size: int, enter: Places, leave: Places, value: Ints) -> Ints:
        """The largest of what is in sight."""
        ...

    def union(self, size: int, enter: Places, leave: Places, bits: Ints) -> Ints:
        """All bits of what is in sight."""
        ...

    def largest_so_far(self, person: Ints, enter: Places, leave: Places, value: Ints) -> Ints:
        """The largest of what has come in sight, where nothing leaves."""
        ...

    def union_so_far(self, person: Ints, enter: Places, leave: Places, bits: Ints) -> Ints:
        """All bits of what has come in sight, where nothing leaves."""
        ...

    def total_of_others(self, group: Ints, amount: Ints, groups: int, asked: Ints, own: Ints) -> Ints:
        """Totals of groups less one's own."""
        ...

    def largest_of_others(self, group: Ints, key: Ints, groups: int, asked: Ints, own: Ints) -> Ints:
        """The largest of groups, one's own left out."""
        ...


IN_NUMPY: Steps = steps_numpy


@lru_cache
def fastest() -> Steps:
    """The compiled steps, loaded when first asked for (numba takes half a second); without numba, numpy's."""
    try:
        made: Steps = importlib.import_module("prevention_model.query.compiled")
    except (ImportError, RuntimeError):  # RuntimeError where numba finds no folder to keep compiled code in
        return IN_NUMPY
    return made
