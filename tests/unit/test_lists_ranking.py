"""The rule that orders families: what it must do for large families, siblings, ties, capacity and reserves."""

import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.lists.ranking import RULE, combined, rank_families, rule


def _scores(rows: list[tuple[str, str, float, str]], zone: str = "Z1", **more: object) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["person_id", "household_id", "level", "direction"])
    return frame.assign(zone=zone, eligible=True, **more)


def _many(families: int, dates: int = 1, seed: int = 1) -> pd.DataFrame:
    made = np.random.default_rng(seed)
    children = families * 2
    frames = [
        pd.DataFrame(
            {
                "person_id": [f"p{n}" for n in range(children)],
                "household_id": [f"h{n % families}" for n in range(children)],
                "zone": [f"Z{n % families % 7}" for n in range(children)],
                "index_date": pd.Timestamp("2023-01-01") + pd.DateOffset(months=3 * d),
                "level": made.random(children).round(2),
                "direction": made.choice(["rising", "steady", "falling"], children, p=[0.02, 0.9, 0.08]),
                "eligible": made.random(children) < 0.95,
            }
        )
        for d in range(dates)
    ]
    return pd.concat(frames, ignore_index=True)


def test_seven_children_do_not_outrank_one_at_the_same_level() -> None:
    large = [(f"a{n}", "large", 0.3, "steady") for n in range(7)]
    ranked = rank_families(_scores([*large, ("b", "small", 0.31, "steady")]), {"Z1": 2}, reserve=0)
    assert ranked["household_id"].tolist() == ["small", "large"]
    alone = rank_families(_scores([large[0], ("b", "small", 0.3, "steady")]), {"Z1": 2}, reserve=0)
    among = rank_families(_scores([*large, ("b", "small", 0.3, "steady")]), {"Z1": 2}, reserve=0)
    assert alone["household_id"].tolist() == among["household_id"].tolist(), "seven tie with one as one does"
    assert among.set_index("household_id")["level"].nunique() == 1


def test_siblings_are_one_row_with_the_highest_child() -> None:
    ranked = rank_families(
        _scores([("a", "h", 0.1, "steady"), ("b", "h", 0.4, "falling")]), {"Z1": 5}, reserve=0
    )
    assert len(ranked) == 1
    assert ranked.loc[0, ["person_id", "level", "children"]].tolist() == ["b", 0.4, 2]


def test_families_stand_in_order_of_level_and_a_rise_decides_between_equals() -> None:
    rows = [("a", "falling", 0.5, "falling"), ("b", "steady", 0.2, "steady"), ("c", "rising", 0.2, "rising")]
    ranked = rank_families(_scores(rows), {"Z1": 3}, reserve=0)
    assert ranked["household_id"].tolist() == ["falling", "rising", "steady"]


def test_who_is_not_eligible_neither_ranks_nor_lifts_the_family() -> None:
    scores = _scores([("a", "h1", 0.9, "rising"), ("b", "h1", 0.1, "steady"), ("c", "h2", 0.2, "steady")])
    scores.loc[0, "eligible"] = False
    ranked = rank_families(scores, {"Z1": 2}, reserve=0)
    assert ranked["household_id"].tolist() == ["h2", "h1"]
    assert ranked["level"].tolist() == [0.2, 0.1]
    assert not ranked["rising"].any()


def test_a_child_without_a_level_is_not_ranked() -> None:
    scores = _scores([("a", "h1", float("nan"), "steady"), ("b", "h2", 0.2, "steady")])
    assert rank_families(scores, {"Z1": 2}, reserve=0)["household_id"].tolist() == ["h2"]


@given(st.integers(1, 30), st.integers(0, 4), st.integers(0, 60), st.integers(0, 5))
@settings(max_examples=25, deadline=None)
def test_capacity_is_never_exceeded_and_the_reserve_is_drawn_from_just_below(
    capacity: int, reserve: int, families: int, seed: int
) -> None:
    scores = _scores([(f"p{n}", f"h{n}", n / 100, "steady") for n in range(families)])
    ranked = rank_families(scores, {"Z1": capacity}, reserve=reserve, seed=seed)
    drawn = min(reserve, capacity // 2)
    assert ranked["listed"].sum() == min(capacity, families)
    by_rule = ranked[ranked["listed"] & ~ranked["reserve"]]
    assert by_rule["position"].tolist() == list(range(1, min(capacity - drawn, families) + 1))
    kept = ranked.loc[ranked["reserve"], "position"]
    assert kept.between(capacity - drawn + 1, capacity - drawn + 3 * capacity).all()
    assert ranked["listed"].eq(ranked["band"].notna()).all()


@given(st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_changes_nothing(shuffler: object) -> None:
    scores = _many(60)
    order = list(range(len(scores)))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    capacity = {f"Z{n}": 4 for n in range(7)}
    expected = rank_families(scores, capacity, seed=3)
    pd.testing.assert_frame_equal(rank_families(scores.iloc[order], capacity, seed=3), expected)


def test_ties_are_broken_the_same_way_every_time_and_not_by_name() -> None:
    rows = [(f"p{n}", f"h{n:02d}", 0.5, "steady") for n in range(40)]
    first = rank_families(_scores(rows), {"Z1": 40}, reserve=0)["household_id"].tolist()
    assert first == rank_families(_scores(rows[::-1]), {"Z1": 40}, reserve=0)["household_id"].tolist()
    assert first != sorted(first)
    assert first[:3] == ["h18", "h14", "h37"], "the order is part of the record: it may never change"


def test_another_seed_draws_other_reserves_and_leaves_the_rest() -> None:
    scores = _scores([(f"p{n}", f"h{n}", n / 100, "steady") for n in range(80)])
    one, two = (rank_families(scores, {"Z1": 20}, reserve=2, seed=seed) for seed in (1, 2))
    assert (
        one.loc[one["reserve"], "household_id"].tolist() != two.loc[two["reserve"], "household_id"].tolist()
    )
    assert one.loc[one["band"].isin(["A", "B", "C"])].equals(two.loc[two["band"].isin(["A", "B", "C"])])


def test_every_family_just_below_the_cut_has_the_same_chance() -> None:
    scores = _scores([(f"p{n}", f"h{n}", 1 - n / 100, "steady") for n in range(60)])
    drawn = pd.concat(
        ranked.loc[ranked["reserve"], "position"]
        for ranked in (rank_families(scores, {"Z1": 10}, reserve=5, seed=seed) for seed in range(80))
    )
    counts = drawn.value_counts().reindex(range(6, 36), fill_value=0)
    assert drawn.between(6, 35).all()
    # 400 draws over 30 places: 13 each; four standard deviations are 13
    assert counts.between(1, 27).all()


def test_bands_are_thirds_of_those_listed_by_the_rule() -> None:
    scores = _scores([(f"p{n}", f"h{n}", 1 - n / 100, "steady") for n in range(30)])
    ranked = rank_families(scores, {"Z1": 11}, reserve=2)
    assert ranked["band"].value_counts().to_dict() == {"A": 3, "B": 3, "C": 3, "reserve": 2}
    assert ranked["band"].head(9).tolist() == list("AAABBBCCC")


def test_a_family_acted_on_lately_gives_its_place_to_the_next() -> None:
    scores = _scores([(f"p{n}", f"h{n}", 1 - n / 100, "rising") for n in range(5)])
    ranked = rank_families(scores, {"Z1": 2}, reserve=0, held_back={"h0"})
    assert ranked.loc[ranked["listed"], "household_id"].tolist() == ["h1", "h2"]
    assert not ranked.set_index("household_id").loc["h0", "listed"]


def test_zones_and_dates_are_ranked_apart() -> None:
    scores = _many(200, dates=3)
    ranked = rank_families(scores, {f"Z{n}": 5 for n in range(6)}, reserve=1)
    counts = ranked[ranked["listed"]].groupby(["index_date", "zone"]).size()
    assert len(counts) == 18
    assert counts.eq(5).all()
    assert not ranked.loc[ranked["zone"].eq("Z6"), "listed"].any(), "no capacity was given for it"
    one_date = scores[scores["index_date"].eq(scores["index_date"].iloc[0])]
    alone = rank_families(one_date, {f"Z{n}": 5 for n in range(6)}, reserve=1)
    pd.testing.assert_frame_equal(alone, ranked[ranked["index_date"].eq(one_date["index_date"].iloc[0])])


def test_a_family_in_two_zones_counts_once_where_its_highest_child_is() -> None:
    scores = _scores([("a", "h", 0.1, "steady"), ("b", "h", 0.4, "steady")])
    scores["zone"] = ["Z1", "Z2"]
    ranked = rank_families(scores, {"Z1": 5, "Z2": 5}, reserve=0)
    assert ranked["zone"].tolist() == ["Z2"]


def test_nobody_at_all_is_an_empty_list_and_not_an_error() -> None:
    scores = _scores([("a", "h", 0.1, "steady")]).iloc[:0]
    assert len(rank_families(scores, {"Z1": 5})) == 0


def test_sixty_thousand_children_at_four_dates_take_seconds() -> None:
    scores = _many(30_000, dates=4)
    start = time.perf_counter()
    rank_families(scores, {f"Z{n}": 20 for n in range(7)})
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: s.drop(columns="level"), "lack the columns level"),
        (lambda s: s.assign(outcome=["a", "b"]), "several outcomes"),
        (lambda s: s.assign(person_id="a"), "two rows at one index date"),
        (lambda s: s.assign(household_id=None), "has no household"),
    ],
)
def test_scores_that_cannot_be_ranked_are_refused(change: object, said: str) -> None:
    scores = _scores([("a", "h", 0.1, "steady"), ("b", "h", 0.1, "steady")])
    with pytest.raises(WrongUsage, match=said):
        rank_families(change(scores), {"Z1": 5})  # type: ignore[operator]


def test_a_capacity_below_one_is_refused() -> None:
    with pytest.raises(WrongUsage, match="below 1"):
        rank_families(_scores([("a", "h", 0.1, "steady")]), {"Z1": 0})


def test_the_rule_is_stated_for_readers() -> None:
    assert len(RULE) == 5
    assert any("does not move a family up" in sentence for sentence in RULE)


# --- several outcomes ---------------------------------------------------------------------------

CHILD = {"a": (0.30, "steady", True), "b": (0.20, "steady", True)}
TWO_TO_ONE = {"a": 2.0, "b": 1.0}


def _by_outcome(
    rows: dict[str, dict[str, tuple[float, str, bool]]], why: str = "already or recently: {}"
) -> pd.DataFrame:
    """Children, each in a home of its own, with level, direction and whether it counts by outcome."""
    return pd.DataFrame(
        [
            {
                "person_id": person,
                "household_id": f"h-{person}",
                "zone": "Z1",
                "outcome": outcome,
                "level": level,
                "direction": direction,
                "credibility": level,
                "eligible": eligible,
                "left_out": None if eligible else why.format(outcome),
            }
            for person, held in rows.items()
            for outcome, (level, direction, eligible) in held.items()
        ]
    )


@pytest.mark.parametrize(
    ("change", "weights", "level", "direction"),
    [
        ({}, TWO_TO_ONE, 0.30 + 0.10, "steady"),
        ({}, {"a": 1.0, "b": 1.0}, 0.30 + 0.20, "steady"),
        ({}, {"a": 1.0, "b": 0.0}, 0.30, "steady"),
        ({"a": (0.30, "falling", True)}, TWO_TO_ONE, 0.40, "falling"),
        ({"b": (0.20, "falling", True)}, TWO_TO_ONE, 0.40, "steady"),
        ({"b": (0.20, "rising", True)}, TWO_TO_ONE, 0.40, "rising"),
        ({"b": (0.20, "rising", True)}, {"a": 1.0, "b": 0.0}, 0.30, "steady"),
        ({"a": (0.30, "rising", False)}, TWO_TO_ONE, 0.10, "steady"),
        ({"b": (0.20, "rising", False)}, TWO_TO_ONE, 0.30, "steady"),
        ({"b": (float("nan"), "not known", True)}, TWO_TO_ONE, 0.30, "steady"),
    ],
    ids=[
        "a weight is a share of the largest",
        "equal weights add up onsets",
        "a weight of nothing adds nothing",
        "the direction is that of what adds most",
        "and not that of what adds less",
        "but rising where anything that counts is",
        "and what does not count is not asked",
        "who is already there for one is not counted for it",
        "nor called rising by it",
        "nor is one of whom no level is known",
    ],
)  # fmt: skip
def test_a_childs_level_is_the_expected_number_of_onsets_weighted(
    change: dict, weights: dict[str, float], level: float, direction: str
) -> None:
    (made,) = combined(_by_outcome({"x": CHILD | change}), weights).to_dict("records")
    assert (round(made["level"], 12), made["direction"], made["eligible"]) == (
        round(level, 12),
        direction,
        True,
    )
    assert pd.isna(made["left_out"])


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        (TWO_TO_ONE, "already or recently: a; already or recently: b"),
        ({"b": 1.0, "a": 2.0}, "already or recently: b; already or recently: a"),
        ({"a": 1.0, "b": 0.0}, "already or recently: a"),
    ],
)
def test_who_counts_for_nothing_is_left_out_with_every_reason(weights: dict[str, float], said: str) -> None:
    none = {"a": (0.3, "rising", False), "b": (0.2, "steady", False)}
    made = combined(_by_outcome({"x": none, "y": CHILD}), weights).set_index("person_id")
    assert made["eligible"].to_dict() == {"x": False, "y": True}
    assert made.loc["x", "left_out"] == said
    assert rank_families(made.reset_index(), {"Z1": 5}, reserve=0)["person_id"].tolist() == ["y"]


def test_a_reason_that_two_outcomes_share_is_said_once() -> None:
    none = {"a": (0.3, "rising", False), "b": (0.2, "steady", False)}
    made = combined(_by_outcome({"x": none}, why="Already has a social worker"), TWO_TO_ONE)
    assert made.loc[0, "left_out"] == "Already has a social worker"


def test_how_clear_a_rise_is_is_that_of_the_rise_that_is_shown() -> None:
    rows = {"x": {"a": (0.30, "steady", True), "b": (0.20, "rising", True), "c": (0.25, "rising", True)}}
    made = combined(_by_outcome(rows), dict.fromkeys("abc", 1.0))
    assert made.loc[0, ["direction", "credibility"]].tolist() == ["rising", 0.25]


def test_a_family_stands_by_one_child_and_no_sum_over_children() -> None:
    rows = _by_outcome({"x": CHILD, "y": CHILD, "z": {"a": (0.31, "steady", True), "b": CHILD["b"]}})
    rows.loc[rows["person_id"].isin(["x", "y"]), "household_id"] = "h-two"
    ranked = rank_families(combined(rows, TWO_TO_ONE), {"Z1": 5}, reserve=0)
    assert ranked["household_id"].tolist() == ["h-z", "h-two"]


LEVELS = st.lists(
    st.tuples(
        st.integers(0, 100), st.sampled_from(["rising", "steady", "falling"]), st.booleans(), st.integers(0, 9)
    ),
    min_size=2,
    max_size=40,
)  # fmt: skip


def _drawn(rows: list[tuple[int, str, bool, int]]) -> pd.DataFrame:
    """Two outcomes of every child, with levels in hundredths; some children share a home."""
    made = pd.DataFrame(rows, columns=["level", "direction", "eligible", "home"])
    child = np.arange(len(made)) // 2
    home = made["home"].groupby(child).transform("first")
    return made.assign(
        level=made["level"] / 100,
        outcome=np.where(np.arange(len(made)) % 2, "b", "a"),
        person_id=[f"p{number}" for number in child],
        household_id=[f"h{number}" for number in home],
        zone="Z1",
    ).drop(columns="home")


def _order(scores: pd.DataFrame, weights: dict[str, float]) -> pd.DataFrame:
    return rank_families(combined(scores, weights), {"Z1": 4}, reserve=1)


@given(LEVELS, st.integers(0, 5), st.integers(1, 5), st.integers(1, 1000))
@settings(max_examples=60, deadline=None)
def test_only_the_relation_of_weights_matters(rows: list, first: int, second: int, times: int) -> None:
    scores = _drawn(rows)
    expected = _order(scores, {"a": float(first), "b": float(second)})
    again = _order(scores, {"a": float(first * times), "b": float(second * times)})
    pd.testing.assert_frame_equal(again, expected)


@given(LEVELS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_changes_no_level_to_the_last_digit(rows: list, shuffler: object) -> None:
    scores = _drawn(rows)
    order = list(range(len(scores)))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    weights = {"a": 3.0, "b": 0.7}
    pd.testing.assert_frame_equal(combined(scores.iloc[order], weights), combined(scores, weights))


@given(LEVELS)
@settings(max_examples=60, deadline=None)
def test_an_outcome_of_no_weight_is_as_if_it_were_not_there(rows: list) -> None:
    scores = _drawn(rows)
    alone = scores[scores["outcome"] == "a"]
    pd.testing.assert_frame_equal(_order(scores, {"a": 2.0, "b": 0.0}), _order(alone, {"a": 2.0}))


@given(LEVELS, st.floats(0.001, 1000))
@settings(max_examples=60, deadline=None)
def test_one_outcome_alone_is_ranked_by_its_levels_as_they_are(rows: list, weight: float) -> None:
    alone = _drawn(rows).query("outcome == 'a'")
    by_level = rank_families(alone.drop(columns="outcome"), {"Z1": 4}, reserve=1)
    pd.testing.assert_frame_equal(_order(alone, {"a": weight}), by_level, check_dtype=False)


def test_a_score_of_an_outcome_that_does_not_rank_is_refused() -> None:
    with pytest.raises(WrongUsage, match="do not rank: b"):
        combined(_by_outcome({"x": CHILD}), {"a": 1.0})
    with pytest.raises(WrongUsage, match="two rows for one outcome"):
        combined(pd.concat([_by_outcome({"x": CHILD})] * 2), TWO_TO_ONE)


def test_nobody_at_all_is_nobody_by_several_outcomes_too() -> None:
    assert combined(_by_outcome({"x": CHILD}).iloc[:0], TWO_TO_ONE).empty


def test_where_several_rank_the_rule_names_them_with_their_weights_and_whose_they_are() -> None:
    said = rule([("care", 2.0), ("suspension", 0.5)], "Our policy")
    assert rule([("care", 2.0)], "Our policy") == RULE
    assert set(RULE) < set(said)
    text = " ".join(said)
    assert "care (weight 2) and suspension (weight 0.5)" in text and 'the policy "Our policy"' in text
    assert "already there, or of an age" in text
