"""What anybody can work out about numbers that are not printed: the least and the most that each can be.

Numbers are at least 0, and some are sums of others. What is printed is known. The least and the most of a number that
is not printed follow by linear programming (M. Fischetti and J. J. Salazar 2001 audit tables so); an attacker who knows
no more than the tables can do no better with real numbers, and hardly better with whole ones.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from prevention_model.errors import WrongUsage

Name = TypeVar("Name", bound=Hashable)
Line = tuple[Name, tuple[Name, ...]]
"""A number, and those of which it is the sum."""
_UNBOUNDED = 3


@dataclass(frozen=True, eq=False)
class Ranges(Generic[Name]):
    """The least and the most of some numbers, by name."""

    least: Mapping[Name, float]
    most: Mapping[Name, float]

    def width(self, name: Name) -> float:
        """How far apart they are."""
        return self.most[name] - self.least[name]


@dataclass(eq=False)
class Sums(Generic[Name]):
    """Numbers, of which some are sums of others.

    >>> sums: Sums[str] = Sums()
    >>> sums.add("all", ["girls", "boys"])
    >>> found = sums.ranges({"all": 10, "girls": 7}, ["boys"])
    >>> found.least["boys"], found.most["boys"]
    (3.0, 3.0)
    """

    lines: list[Line[Name]] = field(default_factory=list)

    def add(self, whole: Name, parts: Sequence[Name]) -> None:
        """Say that `whole` is the sum of `parts`."""
        line = (whole, tuple(parts))
        if line not in self._said:
            self._said.add(line)
            self.lines.append(line)

    def __post_init__(self) -> None:
        self._said = set(self.lines)

    def ranges(self, known: Mapping[Name, float], asked: Iterable[Name]) -> Ranges[Name]:
        """The least and the most of each number asked about, from those that are known."""
        wanted = list(dict.fromkeys(asked))
        least = {name: float(known.get(name, 0.0)) for name in wanted}
        most = {name: float(known.get(name, np.inf)) for name in wanted}
        for group, lines in self._unknown_together(known):
            for name, ends in _solved(
                group, lines, known, [name for name in wanted if name in group]
            ).items():
                least[name], most[name] = ends
        return Ranges(least, most)

    def beside(self, name: Name) -> list[Line[Name]]:
        """The sums in which a number stands."""
        return [line for line in self.lines if name == line[0] or name in line[1]]

    def _unknown_together(self, known: Mapping[Name, float]) -> list[tuple[set[Name], list[Line[Name]]]]:
        """Unknown numbers that hang together through sums, with these sums."""
        lines = [line for line in self.lines if any(name not in known for name in (line[0], *line[1]))]
        unknown = [[name for name in (whole, *parts) if name not in known] for whole, parts in lines]
        place = {name: at for at, name in enumerate(dict.fromkeys(name for each in unknown for name in each))}
        first = [place[each[0]] for each in unknown for _ in each]
        other = [place[name] for each in unknown for name in each]
        graph = coo_array((np.ones(len(first)), (first, other)), shape=(len(place), len(place)))
        count, label = connected_components(graph, directed=False) if place else (0, np.empty(0, dtype=int))
        groups: list[tuple[set[Name], list[Line[Name]]]] = [(set(), []) for _ in range(count)]
        for name, at in place.items():
            groups[label[at]][0].add(name)
        for line, names in zip(lines, unknown, strict=True):
            groups[label[place[names[0]]]][1].append(line)
        return groups


def _solved(
    group: set[Name],
    lines: Sequence[Line[Name]],
    known: Mapping[Name, float],
    asked: Sequence[Name],
) -> dict[Name, tuple[float, float]]:
    if not asked:
        return {}
    place = {name: at for at, name in enumerate(group)}
    matrix, right = np.zeros((len(lines), len(place))), np.zeros(len(lines))
    for row, (whole, parts) in enumerate(lines):
        for name, sign in ((whole, -1.0), *((part, 1.0) for part in parts)):
            if name in known:
                right[row] -= sign * known[name]
            else:
                matrix[row, place[name]] += sign
    found = {}
    for name in asked:
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(len(place))
            aim[place[name]] = sign
            solved = linprog(aim, A_eq=matrix, b_eq=right, bounds=(0, None), method="highs")
            if solved.status not in (0, _UNBOUNDED):
                raise WrongUsage("What is printed contradicts itself.", todo="Add the tables up anew.")
            ends.append(sign * solved.fun if solved.status == 0 else float("inf"))
        found[name] = (ends[0], ends[1])
    return found
