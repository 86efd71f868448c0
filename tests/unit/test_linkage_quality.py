"""Precision and recall of pairs, against counting every pair."""

import itertools

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.linkage.quality import PairQuality, pair_quality, quality_by_group

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=0, max_size=14)


def counted(rows: list[tuple[int, int]], group: str | None = None) -> PairQuality:
    """Every pair, one by one; people with an even number are of group `even`."""
    found = wrong = missed = 0
    for (a, x), (b, y) in itertools.combinations(rows, 2):
        if group is None or group in {"odd" if p % 2 else "even" for p in (a, b)}:
            found += a == b and x == y
            wrong += a != b and x == y
            missed += a == b and x != y
    return PairQuality(found, wrong, missed)


@given(ROWS)
def test_all_pairs(rows: list[tuple[int, int]]) -> None:
    truth, found = pd.Series([a for a, _ in rows]), pd.Series([x for _, x in rows])
    assert pair_quality(truth, found) == counted(rows)


@given(ROWS)
def test_pairs_by_group(rows: list[tuple[int, int]]) -> None:
    truth, found = pd.Series([a for a, _ in rows], dtype=int), pd.Series([x for _, x in rows], dtype=int)
    groups = truth.map(lambda person: "odd" if person % 2 else "even")
    for group, quality in quality_by_group(truth, found, groups).items():
        assert quality == counted(rows, group)


def test_nothing_to_divide_by() -> None:
    nothing = PairQuality(0, 0, 0)
    assert (nothing.precision, nothing.recall) == (None, None)
    assert PairQuality(3, 1, 1).precision == PairQuality(3, 1, 1).recall == 0.75
