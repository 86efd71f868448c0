"""A table of counts with all its margins, and what adds up to what in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.errors import WrongUsage, listed


@dataclass(frozen=True, order=True)
class Cell:
    """A number that a table may print: how many of a population are in these categories (none: all of them).

    Two tables of one population that print the same cell print the same number, so what one hides the other may give
    away. `categories` are (dimension, category), in the order of the dimensions' names.
    """

    population: str
    categories: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Counts:
    """Counts of people by some dimensions: `inner` has an axis for each of `dims`, whose categories it names.

    `population` says whom the table counts, the same words for the same people; `given` are categories that all whom
    it counts share, so that its total is a cell of another table. `grows`: the table counts since a fixed day, so that
    a later release of it holds the people of the earlier one. `repeats`: how often one person may be counted, as where
    children are counted at each of some dates. `tells` names the dimensions that say what became of people: all or
    nobody of a small group is then something that is told of each of them. Raises WrongUsage for counts below 0 or a
    shape that does not fit.

    >>> table = Counts("by zone", "children", {"zone": ("Z1", "Z2")}, np.array([3, 40]))
    >>> [table.cells()[cell] for cell in table.cells()]
    [43, 3, 40]
    >>> girls = Counts("girls", "children", {"zone": ("Z1", "Z2")}, np.array([2, 30]), given={"sex": "F"})
    >>> next(iter(girls.cells())).categories
    (('sex', 'F'),)
    """

    name: str
    population: str
    dims: Mapping[str, tuple[str, ...]]
    inner: npt.NDArray[np.int64]
    grows: bool = False
    given: Mapping[str, str] = field(default_factory=dict)
    repeats: int = 1
    tells: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shape = tuple(len(categories) for categories in self.dims.values())
        if self.inner.shape != shape or not shape or not self.inner.size:
            raise WrongUsage(
                f"The counts have the shape {self.inner.shape}, and their categories {shape}.",
                where=self.name,
            )
        if (self.inner < 0).any():
            raise WrongUsage("A count is below 0.", where=self.name)
        if self.repeats < 1:
            raise WrongUsage("A person is counted at least once.", where=self.name)
        twice = [name for name, found in self.dims.items() if len(set(found)) < len(found)]
        twice += [name for name in self.given if name in self.dims]
        unknown = [name for name in self.tells if name not in self.dims]
        if unknown:
            raise WrongUsage(f"The table has no dimension {listed(unknown)}.", where=self.name)
        if twice:
            raise WrongUsage(f"Categories are named twice: {listed(twice)}.", where=self.name)

    @classmethod
    def of(
        cls, people: pd.DataFrame, by: Sequence[str], *, name: str, population: str, grows: bool = False
    ) -> "Counts":
        """Counts of the rows of a frame by some of its columns; a missing value is the category "Not recorded".

        >>> made = Counts.of(pd.DataFrame({"sex": ["F", None]}), ["sex"], name="by sex", population="children")
        >>> made.dims, made.inner.tolist()
        ({'sex': ('F', 'Not recorded')}, [1, 1])
        """
        codes, dims = [], {}
        for column in by:
            named = (
                people[column].astype("object").where(people[column].notna(), "Not recorded").astype("str")
            )
            code, found = pd.factorize(named, sort=True)
            codes.append(code)
            dims[column] = tuple(str(each) for each in found)
        inner = np.zeros(tuple(len(found) for found in dims.values()), dtype=np.int64)
        np.add.at(inner, tuple(codes), 1)
        return cls(name, population, dims, inner, grows)

    def cells(self) -> dict[Cell, int]:
        """Every cell of the table with its count, margins first."""
        found = {}
        for kept in self._kept():
            gone = tuple(axis for axis, name in enumerate(self.dims) if name not in kept)
            counts = self.inner.sum(axis=gone) if gone else self.inner
            for place in product(*(range(len(self.dims[name])) for name in kept)):
                found[
                    self._cell({name: self.dims[name][at] for name, at in zip(kept, place, strict=True)})
                ] = int(counts[place])
        return found

    def sums(self) -> Iterator[tuple[Cell, tuple[Cell, ...]]]:
        """Each cell that is the sum of others, with these: one line for each dimension over which it sums."""
        for kept in self._kept():
            for over in (name for name in self.dims if name not in kept):
                for chosen in product(*(self.dims[name] for name in kept)):
                    fixed = dict(zip(kept, chosen, strict=True))
                    parts = tuple(self._cell({**fixed, over: each}) for each in self.dims[over])
                    yield self._cell(fixed), parts

    def alike(self, smallest_group: int) -> Iterator[Cell]:
        """Cells that say the same of everybody in a group of fewer people: all of them, and nobody."""
        counts = self.cells()
        for whole, parts in self.sums():
            over = {name for name, _ in parts[0].categories} - {name for name, _ in whole.categories}
            if over <= set(self.tells) and 0 < counts[whole] < smallest_group:
                held = [part for part in parts if counts[part]]
                yield from parts if len(held) == 1 else ()

    def cell(self, **categories: str) -> Cell:
        """The cell of some categories: their margin, where not every dimension is named."""
        return self._cell(categories)

    def _kept(self) -> list[tuple[str, ...]]:
        """The dimensions that a cell names, from none of them to all."""
        names = tuple(self.dims)
        sets = [
            tuple(n for n, there in zip(names, mask, strict=True) if there)
            for mask in product((False, True), repeat=len(names))
        ]
        return sorted(sets, key=len)

    def _cell(self, categories: Mapping[str, str]) -> Cell:
        return Cell(self.population, tuple(sorted({**self.given, **categories}.items())))
