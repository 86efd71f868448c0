"""What an attacker could work out from all tables of a pack together, and from two releases one after the other.

The attack is written here anew, with numbers alone, so that it shares nothing with what it attacks but the tables.
"""

from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from prevention_model.disclosure import (
    DFE,
    Cell,
    Counts,
    Published,
    ReleaseLog,
    is_small,
    protect_pack,
    recoverable,
)
from prevention_model.errors import Damaged, WrongUsage

ZONES, SEXES, AGES = ("Z1", "Z2", "Z3", "Z4"), ("F", "M"), ("0-4", "5-10", "11-17")


def attack(
    printed: dict[Cell, int | None], atoms: dict[Cell, int], of: dict[Cell, list[Cell]]
) -> dict[Cell, float]:
    """How closely each hidden cell can be told, by linear programming over the smallest parts (`atoms`)."""
    place = {atom: at for at, atom in enumerate(atoms)}
    rows, right = [], []
    for cell, count in printed.items():
        if count is not None:
            row = np.zeros(len(place))
            row[[place[atom] for atom in of[cell]]] = 1.0
            rows.append(row)
            right.append(count)
    found = {}
    for cell in (cell for cell, count in printed.items() if count is None):
        aim = np.zeros(len(place))
        aim[[place[atom] for atom in of[cell]]] = 1.0
        given_rows = {"A_eq": np.array(rows), "b_eq": np.array(right)} if rows else {}
        low, high = (linprog(sign * aim, bounds=(0, None), method="highs", **given_rows) for sign in (1, -1))
        found[cell] = (-high.fun if high.status == 0 else np.inf) - low.fun
    return found


def few_in_between(
    before: dict[Cell, int | None], now: dict[Cell, int | None], of: dict[Cell, list[Cell]]
) -> int:
    """Of how many cells two releases together tell that 1 to 5 came in between, over parts that only ever grow."""
    atoms = sorted({atom for parts in of.values() for atom in parts})
    place = {atom: at for at, atom in enumerate(atoms)}
    size, rows, right = len(atoms), [], []
    for printed, later in ((before, False), (now, True)):
        for cell, count in printed.items():
            if count is not None:
                row = np.zeros(2 * size)  # what there was, and what came since
                row[[place[atom] for atom in of[cell]]] = 1.0
                row[size:] = row[:size] * later
                rows.append(row)
                right.append(count)
    found = 0
    for cell in now:
        aim = np.zeros(2 * size)
        aim[[size + place[atom] for atom in of[cell]]] = 1.0
        low, high = (
            linprog(
                sign * aim,
                A_eq=np.reshape(rows, (-1, 2 * size)),
                b_eq=right,
                bounds=(0, None),
                method="highs",
            )
            for sign in (1, -1)
        )
        least, most = low.fun, -high.fun if high.status == 0 else np.inf
        close = most - least < DFE.protection_range - 1e-6
        found += close and most >= 1 - 1e-6 and least < DFE.smallest_count - 1e-6
    return found


def world(inner: np.ndarray) -> tuple[dict[Cell, int], dict[Cell, list[Cell]]]:
    """Children by zone, sex and age: the smallest parts, and of which of them each cell of any table is made."""
    dims = {"zone": ZONES, "sex": SEXES, "age": AGES}
    atoms = {
        Cell("children", tuple(sorted(zip(dims, place, strict=True)))): int(inner[at])
        for place, at in zip(product(*dims.values()), np.ndindex(inner.shape), strict=True)
    }
    of: dict[Cell, list[Cell]] = {}
    for atom in atoms:
        for mask in product((False, True), repeat=3):
            cell = Cell("children", tuple(c for c, kept in zip(atom.categories, mask, strict=True) if kept))
            of.setdefault(cell, []).append(atom)
    return atoms, of


def tables(inner: np.ndarray, grows: bool = False) -> list[Counts]:
    """Two tables of two dimensions each; they share the margin by zone."""
    return [
        Counts("by zone and sex", "children", {"zone": ZONES, "sex": SEXES}, inner.sum(axis=2), grows),
        Counts("by zone and age", "children", {"zone": ZONES, "age": AGES}, inner.sum(axis=1), grows),
    ]


COUNTS = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).poisson(
        np.random.default_rng(seed + 1).choice([0.3, 2, 8, 30], size=(4, 2, 3))
    )
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(COUNTS)
def test_nothing_hidden_can_be_told_closely_from_all_tables_together(inner: np.ndarray) -> None:
    pack = protect_pack(tables(inner))
    printed = pack.printed()
    atoms, of = world(inner)
    assert all(count is None or not is_small(count) for count in printed.values())
    assert all(width >= DFE.protection_range - 1e-6 for width in attack(printed, atoms, of).values())


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(COUNTS, st.integers(0, 2**32 - 1))
def test_a_later_release_less_an_earlier_one_tells_of_no_few(inner: np.ndarray, seed: int) -> None:
    random = np.random.default_rng(seed)
    more = random.poisson(random.choice([0.0, 0.5, 3, 12], size=inner.shape))
    first = protect_pack(tables(inner, grows=True))
    later = tables(inner + more, grows=True)
    second = protect_pack(later, first.printed())
    assert not recoverable(second.printed(), later, first.printed())
    assert few_in_between(first.printed(), second.printed(), world(inner)[1]) == 0


@given(COUNTS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_is_hidden_where_nothing_is_small(inner: np.ndarray) -> None:
    assert not protect_pack(tables(inner + 6)).hidden


def test_a_cell_that_one_table_hides_no_other_gives_away() -> None:
    by_zone = Counts("by zone", "children", {"zone": ("Z1", "Z2", "Z3")}, np.array([3, 40, 50]))
    pack = protect_pack([by_zone, Counts("by sex", "children", {"sex": SEXES}, np.array([50, 43]))])
    assert [pack.hidden.get(Cell("children", (("zone", zone),))) for zone in ("Z1", "Z2", "Z3")] == [
        "a small number of people",
        "it would give away a small number in the same pack",
        None,
    ]
    assert pack.printed()[Cell("children")] == 93


def test_it_is_found_when_something_hidden_can_be_worked_out() -> None:
    table = Counts("by zone", "children", {"zone": ("Z1", "Z2")}, np.array([3, 40]))
    printed = {cell: None if count == 3 else count for cell, count in table.cells().items()}
    assert recoverable(printed, [table]) == [Cell("children", (("zone", "Z1"),))]


def test_what_has_shrunk_did_not_grow() -> None:
    before = protect_pack([Counts("t", "children", {"zone": ("Z1",)}, np.array([40]), grows=True)]).printed()
    with pytest.raises(WrongUsage, match="contradicts itself"):
        protect_pack([Counts("t", "children", {"zone": ("Z1",)}, np.array([30]), grows=True)], before)


def test_an_earlier_release_that_gives_somebody_away_by_itself_is_said() -> None:
    earlier = Counts("t", "children", {"zone": ("Z1", "Z2")}, np.array([3, 40]), grows=True)
    careless = {cell: None if count == 3 else count for cell, count in earlier.cells().items()}
    later = Counts("t", "children", {"zone": ("Z1", "Z2")}, np.array([60, 90]), grows=True)
    with pytest.raises(WrongUsage, match="gives away a small number by itself"):
        protect_pack([later], careless)


def test_a_category_that_is_not_recorded_is_one() -> None:
    made = Counts.of(pd.DataFrame({"sex": ["F", "F", None]}), ["sex"], name="t", population="children")
    assert made.dims == {"sex": ("F", "Not recorded")}
    assert made.inner.tolist() == [2, 1]


def test_the_log_comes_back_as_it_was_and_knows_nothing_that_was_hidden(tmp_path: Path) -> None:
    pack = protect_pack([Counts("t", "children", {"zone": ("Z1", "Z2", "Z3")}, np.array([3, 40, 12]))])
    log = ReleaseLog().with_release(Published.of(pack, "May", date(2025, 5, 1)))
    (tmp_path / "log.json").write_text(log.written(), encoding="utf-8")
    back = ReleaseLog.read(tmp_path / "log.json")
    assert back.printed() == pack.printed()
    assert ReleaseLog.read(tmp_path / "none.json").printed() == {}
    (tmp_path / "log.json").write_text("{", encoding="utf-8")
    with pytest.raises(Damaged, match="log of published tables"):
        ReleaseLog.read(tmp_path / "log.json")
