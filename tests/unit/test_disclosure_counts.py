"""What an attacker with a published table could work out: nothing about 1 to 5 people."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.disclosure import (
    DFE,
    Thresholds,
    is_small,
    printed,
    protect_counts,
    protect_groups,
    protect_share,
)
from prevention_model.errors import WrongUsage

COUNTS = st.lists(st.integers(0, 40), min_size=1, max_size=7)


@given(COUNTS)
def test_no_small_count_is_ever_printed(counts: list[int]) -> None:
    kept = protect_counts(counts)
    assert not any(count is not None and is_small(count) for count in kept.counts)
    assert all(shown in (None, count) for shown, count in zip(kept.counts, counts, strict=True))


@given(COUNTS)
def test_what_follows_from_the_total_is_not_small_and_not_one_count(counts: list[int]) -> None:
    kept = protect_counts(counts)
    hidden = [count for count, shown in zip(counts, kept.counts, strict=True) if shown is None]
    if kept.total is None or not hidden:
        return
    left = kept.total - sum(shown for shown in kept.counts if shown is not None)
    assert left == sum(hidden)
    assert len(hidden) >= 2
    assert left >= DFE.smallest_count


@given(COUNTS)
def test_a_true_zero_stays_a_zero(counts: list[int]) -> None:
    kept = protect_counts(counts)
    assert all(shown == 0 for shown, count in zip(kept.counts, counts, strict=True) if count == 0)


@given(COUNTS)
def test_nothing_is_hidden_without_need(counts: list[int]) -> None:
    if not any(is_small(count) for count in counts):
        assert protect_counts(counts).counts == tuple(counts)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=6))
def test_what_is_left_over_is_protected_too(pairs: list[tuple[int, int]]) -> None:
    counts, wholes = [a for a, _ in pairs], [a + b for a, b in pairs]
    kept = protect_counts(counts, wholes)
    for shown, whole in zip(kept.counts, wholes, strict=True):
        assert shown is None or not is_small(whole - shown)


def test_the_smallest_other_count_joins_a_hidden_one() -> None:
    assert protect_counts([3, 200, 40]).counts == (None, 200, None)


def test_a_total_that_is_itself_small_is_hidden() -> None:
    assert protect_counts([2, 0, 0]).total is None


@given(st.integers(0, 200), st.integers(0, 200))
def test_a_share_never_gives_away_one_to_five(numerator: int, rest: int) -> None:
    share = protect_share(numerator, numerator + rest)
    if is_small(numerator) or is_small(rest) or numerator + rest < 6:
        assert share is None
    elif share is not None:
        assert share == numerator / (numerator + rest)


def test_all_or_none_of_a_small_group_is_hidden_and_of_a_large_one_is_not() -> None:
    assert protect_share(20, 20) is None
    assert protect_share(0, 20) is None
    assert protect_share(300, 300) == 1.0


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(WrongUsage):
        protect_counts([5], [3])
    with pytest.raises(WrongUsage):
        protect_share(4, 3)
    with pytest.raises(WrongUsage):
        Thresholds(smallest_count=0)


def _table() -> pd.DataFrame:
    rows = [("a", 500, 60, 30), ("b", 400, 50, 20), ("c", 29, 12, 6), ("d", 100, 10, 8)]
    table = pd.DataFrame(rows, columns=["group", "people", "with_outcome", "missed"])
    return table.assign(share=table["missed"] / table["with_outcome"], low=0.1, high=0.9)


def test_a_share_and_its_interval_go_when_its_counts_go() -> None:
    done = protect_groups(
        _table(),
        counts={"people": None, "with_outcome": "people", "missed": "with_outcome"},
        shares={"share": ("missed", "with_outcome")},
        follow={"share": ("low", "high")},
    )
    by = done.set_index("group")
    # d: 10 less 8 is 2; c: fewer than 30 people, and the next smallest to hide d
    for group in ("c", "d"):
        assert by.loc[group, ["share", "low", "high"]].isna().all()
    assert by.loc["a", "share"] == 0.5
    assert by.loc["d", "missed"] is None


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6)
)
def test_no_shown_share_can_be_turned_back_into_a_hidden_count(rows: list[tuple[int, int, int]]) -> None:
    table = pd.DataFrame(
        [
            (f"g{n}", a + b + c, a + b, a, a / (a + b) if a + b else float("nan"))
            for n, (a, b, c) in enumerate(rows)
        ],
        columns=["group", "people", "with_outcome", "missed", "share"],
    )
    done = protect_groups(
        table,
        counts={"people": None, "with_outcome": "people", "missed": "with_outcome"},
        shares={"share": ("missed", "with_outcome")},
    )
    for row in done.to_dict("records"):
        if row["share"] is not None:
            assert row["missed"] is not None
            assert row["with_outcome"] is not None
            assert row["people"] is None or row["people"] >= DFE.smallest_group


def test_hidden_numbers_are_printed_as_c() -> None:
    assert (printed(None), printed(0), printed(12345)) == ("c", "0", "12,345")
