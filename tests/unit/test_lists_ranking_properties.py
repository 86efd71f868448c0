"""What the order of families promises, whatever the families: size lifts nobody, a rise nobody over more need."""

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.lists.ranking import rank_families

LEVEL = st.integers(1, 99).map(lambda n: n / 100)
DIRECTION = st.sampled_from(["rising", "steady", "falling"])
CHILD = st.tuples(LEVEL, DIRECTION, st.booleans())
FAMILIES = st.lists(st.lists(CHILD, min_size=1, max_size=7), min_size=1, max_size=25)


def _scores(families: list[list[tuple[float, str, bool]]]) -> pd.DataFrame:
    rows = [
        (f"p{home}-{n}", f"h{home:02d}", "Z1", *child)
        for home, children in enumerate(families)
        for n, child in enumerate(children)
    ]
    columns = ["person_id", "household_id", "zone", "level", "direction", "eligible"]
    return pd.DataFrame(rows, columns=columns)


def _order(scores: pd.DataFrame, capacity: int = 500, **more: Any) -> list[str]:
    ranked = rank_families(scores, {"Z1": capacity}, reserve=0, **more)
    return list(ranked.sort_values("position")["household_id"])


@given(FAMILIES, st.integers(0, 24), st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_more_children_at_no_higher_level_move_a_family_nowhere(
    families: list[list[tuple[float, str, bool]]], which: int, more: int
) -> None:
    which %= len(families)
    highest = max((level for level, _, eligible in families[which] if eligible), default=0.0)
    larger = [list(children) for children in families]
    larger[which] += [(highest or 0.5, "steady", highest > 0)] * more
    assert _order(_scores(families)) == _order(_scores(larger))


@given(LEVEL, DIRECTION, st.integers(2, 7))
def test_a_family_of_seven_and_one_of_one_at_the_same_level_tie_as_two_of_one_do(
    level: float, direction: str, size: int
) -> None:
    child = (level, direction, True)
    assert _order(_scores([[child] * size, [child]])) == _order(_scores([[child], [child]]))
    assert _order(_scores([[child], [child] * size])) == _order(_scores([[child], [child]]))


@given(FAMILIES)
@settings(max_examples=40, deadline=None)
def test_every_family_with_a_child_who_can_be_ranked_stands_once_in_the_order_of_its_highest(
    families: list[list[tuple[float, str, bool]]],
) -> None:
    scores = _scores(families)
    ranked = rank_families(scores, {"Z1": 500}, reserve=0).sort_values("position")
    able = scores[scores["eligible"]]
    assert sorted(ranked["household_id"]) == sorted(set(able["household_id"]))
    highest = able.groupby("household_id")["level"].max()
    assert ranked["level"].tolist() == ranked["household_id"].map(highest).tolist()
    assert ranked["level"].is_monotonic_decreasing
    rising = able.assign(r=able["direction"].eq("rising")).groupby("household_id")["r"].any()
    for (_, one), (_, two) in zip(ranked.iloc[:-1].iterrows(), ranked.iloc[1:].iterrows(), strict=True):
        if one["level"] == two["level"]:
            assert rising[one["household_id"]] >= rising[two["household_id"]], "a rise decides between equals"


@given(FAMILIES, st.integers(0, 24), LEVEL)
@settings(max_examples=40, deadline=None)
def test_a_higher_level_never_moves_a_family_down(
    families: list[list[tuple[float, str, bool]]], which: int, raised: float
) -> None:
    which %= len(families)
    more = [list(children) for children in families]
    level, direction, _ = more[which][0]
    more[which][0] = (max(level, raised), direction, True)
    before, after = _order(_scores(families)), _order(_scores(more))
    name = f"h{which:02d}"
    if name in before:
        assert after.index(name) <= before.index(name)
    assert [home for home in after if home != name] == [home for home in before if home != name]


@given(FAMILIES, st.sets(st.integers(0, 24), max_size=5), st.integers(1, 10), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_who_is_held_back_is_not_listed_and_gives_the_place_to_the_next(
    families: list[list[tuple[float, str, bool]]], held: set[int], capacity: int, reserve: int
) -> None:
    scores = _scores(families)
    back = {f"h{n:02d}" for n in held}
    ranked = rank_families(scores, {"Z1": capacity}, reserve=reserve, held_back=back)
    listed = set(ranked.loc[ranked["listed"], "household_id"])
    free = [home for home in _order(scores) if home not in back]
    assert not listed & back
    assert len(listed) == min(capacity, len(free))
    drawn = int(ranked["reserve"].sum())
    assert drawn <= min(reserve, capacity // 2)
    by_rule = ranked.loc[ranked["listed"] & ~ranked["reserve"], "household_id"]
    assert set(by_rule) == set(free[: len(by_rule)])


@given(st.lists(st.sampled_from([0.2, 0.3]), min_size=2, max_size=20), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_ties_go_by_nothing_but_the_households_name(levels: list[float], shuffler: Any) -> None:
    families = [[(level, "steady", True)] for level in levels]
    scores = _scores(families)
    order = list(range(len(scores)))
    shuffler.shuffle(order)
    renamed = scores.assign(person_id=[f"other{n}" for n in range(len(scores))])
    assert _order(scores) == _order(scores.iloc[order]) == _order(renamed)
