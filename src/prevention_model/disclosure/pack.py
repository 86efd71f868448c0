"""All tables that are published together, with every number hidden that would tell of 1 to 5 people.

Hiding the small counts of each table is not enough: what one table prints another may hide, margins add up, and a later
release less an earlier one is a count too. So the tables of a pack are looked at as one system of sums, together with
what was published before. Each number that is hidden is attacked by linear programming; where it could be worked out to
within its protection range, one more number is hidden, the smallest that helps, until nothing can be.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from prevention_model.disclosure.bounds import Ranges, Sums
from prevention_model.disclosure.hiding import Doubles
from prevention_model.disclosure.small import DFE, Thresholds, is_small
from prevention_model.disclosure.table import Cell, Counts
from prevention_model.errors import WrongUsage, listed

SMALL = "a small number of people"
DERIVED = "it would give away a small number in the same pack"
ALIKE = "it would say the same of everybody in a small group"
BESIDE = "with the card of another outcome it would give away a small number"
EARLIER = "with an earlier release it would give away a small number"
"""Why a number is hidden."""

Name = tuple[str, Cell]
"""A number of the system: of a cell, now, then, or what came since."""

_NOW, _THEN, _SINCE = "now", "then", "since"
_ROUNDING = 1e-6
_DEEPEST, _ZERO = 4, 1000.0


@dataclass(frozen=True, eq=False)
class Pack:
    """Tables as they may be published: `hidden` says of each cell that is not printed why."""

    tables: tuple[Counts, ...]
    hidden: Mapping[Cell, str]

    def shown(self, cell: Cell, count: int) -> int | None:
        """The count, or None where it is not printed."""
        return None if cell in self.hidden else count

    def printed(self) -> dict[Cell, int | None]:
        """Every cell of the pack with what is printed of it."""
        return {
            cell: self.shown(cell, count) for table in self.tables for cell, count in table.cells().items()
        }


def protect_pack(
    tables: Sequence[Counts],
    earlier: Mapping[Cell, int | None] | None = None,
    thresholds: Thresholds = DFE,
    *,
    people: Mapping[Cell, int] | None = None,
    beside: Mapping[Cell, int | None] | None = None,
) -> Pack:
    """Decide which cells of some tables, published together, are hidden.

    `earlier`: what was published before (a count, or None for hidden). Of tables that grow it stays true, and what came
    since follows from it; of others a count that has moved by few is hidden. `people`: how many different people are
    behind a cell that counts them repeatedly; few of them hide it. `beside`: what the same release prints of nearly the
    same people; a count that is off by few from that is hidden. Zeros are printed where they may be. Raises
    WrongUsage where a table that grows has become smaller, and where what was published before gives away a small
    number whatever is hidden now.

    >>> import numpy as np
    >>> pack = protect_pack([Counts("by zone", "children", {"zone": ("Z1", "Z2", "Z3")}, np.array([3, 40, 12]))])
    >>> sorted((cell.categories[0][1], why) for cell, why in pack.hidden.items())
    [('Z1', 'a small number of people'), ('Z3', 'it would give away a small number in the same pack')]
    """
    scene = _Scene.of(tables, earlier or {})
    hidden = dict.fromkeys(scene.moved_by_few(earlier or {}, thresholds), EARLIER)
    hidden |= dict.fromkeys(scene.moved_by_few(beside or {}, thresholds), BESIDE)
    hidden |= {cell: ALIKE for table in tables for cell in table.alike(thresholds.smallest_group)}
    few = {cell: min(count, (people or {}).get(cell, count)) for cell, count in scene.counts.items()}
    hidden |= {cell: SMALL for cell, count in few.items() if is_small(count, thresholds)}
    hidden = scene.hide_beside(hidden, thresholds) | hidden
    while scene.earlier and (weak := scene.weak(hidden, thresholds)):
        before = len(hidden)
        for name in weak:
            more = scene.next_to_hide(name, hidden)
            if more is not None:
                hidden[more] = DERIVED if name[0] == _NOW else EARLIER
        if len(hidden) == before:
            raise WrongUsage(
                "What was published before gives away a small number by itself; nothing that is hidden now helps.",
                todo="Withdraw the earlier tables, and publish none that go on from them.",
            )
    return Pack(tuple(tables), hidden)


def recoverable(
    printed: Mapping[Cell, int | None],
    tables: Sequence[Counts],
    earlier: Mapping[Cell, int | None] | None = None,
    thresholds: Thresholds = DFE,
) -> list[Cell]:
    """The cells that are not printed, and yet can be worked out to within their protection range."""
    scene = _Scene.of(tables, earlier or {})
    hidden = {cell: SMALL for cell, count in printed.items() if count is None}
    return sorted({name[1] for name in scene.weak(hidden, thresholds)})


@dataclass(frozen=True, eq=False)
class _Scene:
    """What adds up to what, now, then and in between; `counts` are those of now, `earlier` what was printed then of
    cells that grow, and `repeats` how often one person may be in a cell that counts people repeatedly."""

    sums: Sums[Name]
    counts: Mapping[Cell, int]
    earlier: Mapping[Cell, int | None]
    repeats: Mapping[Cell, int]

    @classmethod
    def of(cls, tables: Sequence[Counts], earlier: Mapping[Cell, int | None]) -> "_Scene":
        sums: Sums[Name] = Sums()
        counts: dict[Cell, int] = {}
        then: dict[Cell, int | None] = {}
        repeats: dict[Cell, int] = {}
        for table in tables:
            here = table.cells()
            _agree(counts, here, table.name)
            counts |= here
            repeats |= {cell: max(table.repeats, repeats.get(cell, 1)) for cell in here}
            grown = {cell for cell in here if cell in earlier} if table.grows else set()
            for whole, parts in table.sums():
                sums.add((_NOW, whole), [(_NOW, part) for part in parts])
                if grown.issuperset((whole, *parts)):
                    sums.add((_THEN, whole), [(_THEN, part) for part in parts])
            for cell in here:
                if cell in grown:
                    then[cell] = earlier[cell]
                    sums.add((_NOW, cell), [(_THEN, cell), (_SINCE, cell)])
        return cls(sums, counts, then, repeats)

    def moved_by_few(self, earlier: Mapping[Cell, int | None], thresholds: Thresholds) -> list[Cell]:
        """Cells that do not grow, and differ from what was printed before by a small number."""
        before = {cell: n for cell, n in earlier.items() if n is not None and cell not in self.earlier}
        return [
            cell
            for cell, n in before.items()
            if cell in self.counts and is_small(abs(self.counts[cell] - n), thresholds)
        ]

    def hide_beside(self, hidden: Mapping[Cell, str], thresholds: Thresholds) -> dict[Cell, str]:
        """What is hidden now, and what more has to be so that no cell of now can be told too closely from the rest."""
        lines = [
            (whole[1], tuple(part[1] for part in parts))
            for whole, parts in self.sums.lines
            if whole[0] == _NOW and all(part[0] == _NOW for part in parts)
        ]
        wide = {cell: thresholds.protection_range * self.repeats[cell] for cell in self.counts}
        price = {cell: _price(cell, count) for cell, count in self.counts.items()}
        return dict.fromkeys(Doubles(self.counts, lines, price).hide(set(hidden), wide), DERIVED)

    def weak(self, hidden: Mapping[Cell, str], thresholds: Thresholds) -> list[Name]:
        """What is not printed and can be worked out too closely, and what came since where it is few."""
        known: dict[Name, float] = {(_NOW, cell): n for cell, n in self.counts.items() if cell not in hidden}
        known |= {(_THEN, cell): n for cell, n in self.earlier.items() if n is not None}
        asked: list[Name] = [(_NOW, cell) for cell in hidden]
        asked += [(_THEN, cell) for cell, n in self.earlier.items() if n is None]
        asked += [(_SINCE, cell) for cell in self.earlier]
        found = self.sums.ranges(known, asked)
        rules: dict[str, Callable[[Ranges[Name], Name, Thresholds, int], bool]] = {
            _NOW: _too_close,
            _THEN: _too_close,
            _SINCE: _few_since,
        }
        return [
            name
            for name in asked
            if rules[name[0]](
                found, name, thresholds, self.repeats.get(name[1], 1) * thresholds.protection_range
            )
        ]

    def next_to_hide(self, name: Name, hidden: Mapping[Cell, str]) -> Cell | None:
        """The cell to hide so that `name` is less sure: itself, or the smallest beside it, or beside what is beside."""
        if name[0] != _NOW and name[1] not in hidden:
            return name[1]
        seen, edge = {name}, [name]
        while edge:
            lines = [line for each in edge for line in self.sums.beside(each)]
            around = dict.fromkeys(other for whole, parts in lines for other in (whole, *parts))
            cells = [other[1] for other in around if other[0] == _NOW and other[1] not in hidden]
            if cells:
                # A zero tells of nobody, and a margin is what readers look at first: these go last.
                return min(cells, key=lambda c: (self.counts[c] == 0, -len(c.categories), self.counts[c], c))
            edge = [other for other in around if other not in seen]
            seen |= set(edge)
        return None


def _price(cell: Cell, count: int) -> float:
    """What hiding a cell costs: a margin is what readers look at first, and a zero tells of nobody."""
    margin = 30.0 ** max(0, _DEEPEST - len(cell.categories))
    return margin * (1.0 + np.log1p(count) / 10) * (_ZERO if count == 0 else 1.0)


def _agree(counts: Mapping[Cell, int], here: Mapping[Cell, int], table: str) -> None:
    """Raise WrongUsage where a table counts otherwise what another counts too: who could not be protected."""
    apart = [cell for cell, n in here.items() if counts.get(cell, n) != n]
    if apart:
        cells = listed([", ".join("=".join(each) for each in cell.categories) or "all" for cell in apart])
        raise WrongUsage(
            f"Two tables count the same people, and come to different numbers: {cells}.",
            where=table,
            todo="Give another population to a table that counts others.",
        )


def _too_close(found: Ranges[Name], name: Name, thresholds: Thresholds, wide: int) -> bool:
    return found.width(name) < wide - _ROUNDING


def _few_since(found: Ranges[Name], name: Name, thresholds: Thresholds, wide: int) -> bool:
    """Whether it can be said that few people came since: nobody, and many, tell of no few."""
    if found.width(name) >= wide - _ROUNDING:
        return False
    return found.most[name] >= 1 - _ROUNDING and found.least[name] < thresholds.smallest_count - _ROUNDING
