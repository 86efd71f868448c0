"""Which numbers to hide beside a hidden one, so that it can be told no more closely than is safe to tell.

For each hidden number another table is looked for that adds up as well, in which this number is further off by its
protection range, and as few shown numbers as possible differ (least sum of changes, by linear programming; J. P. Kelly
and others 1992 hide so). What differs is hidden. Nobody can then say which of the two tables is the true one.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array, hstack

Name = TypeVar("Name", bound=Hashable)
_MOVED = 1e-6


@dataclass(eq=False)
class Doubles(Generic[Name]):
    """Tables that add up as the true one does, told by how far each number is off in them.

    `counts` are the true numbers, `sums` which is the sum of which, and `price` what hiding a number costs.

    >>> sums = [("all", ("girls", "boys"))]
    >>> found = Doubles({"all": 43, "girls": 3, "boys": 40}, sums, {"all": 9.0, "girls": 1.0, "boys": 1.0})
    >>> sorted(found.hide({"girls"}, {"girls": 5, "boys": 5, "all": 5}))
    ['boys', 'girls']
    """

    counts: Mapping[Name, int]
    sums: Sequence[tuple[Name, tuple[Name, ...]]]
    price: Mapping[Name, float]
    _found: list[npt.NDArray[np.float64]] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self._place = {name: at for at, name in enumerate(self.counts)}
        self._names = list(self.counts)
        rows, columns, signs = [], [], []
        for row, (whole, parts) in enumerate(self.sums):
            for name, sign in ((whole, -1.0), *((part, 1.0) for part in parts)):
                rows.append(row)
                columns.append(self._place[name])
                signs.append(sign)
        shape = (len(self.sums), len(self._names))
        one = coo_array((signs, (rows, columns)), shape=shape).tocsr()
        self._matrix = hstack([one, -one]).tocsr()
        self._true = np.array([self.counts[name] for name in self._names], dtype=np.float64)

    def hide(self, hidden: set[Name], wide: Mapping[Name, int]) -> set[Name]:
        """The numbers to hide, these among them: each can be off by how `wide` its protection range is.

        Every number that joins is looked at as well. One that no other table can have (nothing is left to move) joins
        all the same, alone; whoever asks for ranges sees it.
        """
        hidden = set(hidden)
        waiting = sorted(hidden, key=self._place.__getitem__)
        while waiting:
            name = waiting.pop(0)
            at = self._place[name]
            if any(abs(double[at]) >= wide[name] - _MOVED for double in self._found):
                continue
            double = self._double(at, wide[name], hidden)
            if double is None:
                continue
            self._found.append(double)
            more = {self._names[place] for place in np.flatnonzero(np.abs(double) > _MOVED)} - hidden
            hidden |= more
            waiting += sorted(more, key=self._place.__getitem__)
        return hidden

    def _double(self, at: int, wide: int, hidden: set[Name]) -> npt.NDArray[np.float64] | None:
        """How far each number is off in the cheapest table in which that at `at` is `wide` more, or else less."""
        size = len(self._names)
        price = np.array([0.0 if name in hidden else self.price[name] for name in self._names]) + 1e-7
        best: tuple[float, npt.NDArray[np.float64]] | None = None
        for up in (True, False):
            least, most = np.zeros(2 * size), np.concatenate([np.full(size, np.inf), self._true])
            if not up and self._true[at] < wide:
                continue
            least[at if up else size + at] = wide
            most[size + at if up else at] = 0.0
            solved = linprog(
                np.concatenate([price, price]),
                A_eq=self._matrix,
                b_eq=np.zeros(len(self.sums)),
                bounds=np.column_stack([least, most]),
                method="highs",
            )
            if solved.status == 0 and (best is None or solved.fun < best[0] - _MOVED):
                best = float(solved.fun), solved.x[:size] - solved.x[size:]
        return None if best is None else best[1]
