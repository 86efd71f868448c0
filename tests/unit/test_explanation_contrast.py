"""Without what a child would not be listed: truly below the cut, no smaller set does it, and never by age."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit

from prevention_model.explanation.contrast import NOTHING_ALONE, would_not_be_listed
from prevention_model.explanation.without import present_themes, without_themes
from prevention_model.features import Feature
from prevention_model.model import RiskModel
from prevention_model.query import Count, Lookback
from tests.fixtures.explained_model import FEATURES, fitted, some_values


@pytest.fixture(scope="module")
def model() -> RiskModel:
    return fitted()[0]


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_what_is_named_brings_the_level_below_the_cut_and_nothing_smaller_does(
    model: RiskModel, share: float
) -> None:
    def levels(rows: pd.DataFrame) -> np.ndarray:
        return expit(model.margin(rows))

    values = some_values(120, seed=7)
    cuts = np.full(len(values), np.quantile(levels(values), share))
    told = would_not_be_listed(levels, FEATURES, values, cuts)
    assert told["row"].tolist() == np.flatnonzero(levels(values) > cuts).tolist()
    present = present_themes(FEATURES, values, "risk")
    for line in told.itertuples():
        child = values.iloc[[line.row]]
        named = tuple(line.themes.split("; ")) if line.themes else ()
        sizes = range(1, (len(named) or 3))
        tried = [taken for size in sizes for taken in combinations(present[line.row], size)]
        # Whatever is smaller leaves the child listed.
        assert all(levels(without_themes(FEATURES, child, [taken], "risk"))[0] >= line.cut for taken in tried)
        if named:
            assert line.without < line.cut < line.level
            assert levels(without_themes(FEATURES, child, [named], "risk"))[0] == pytest.approx(line.without)
            same = [
                levels(without_themes(FEATURES, child, [taken], "risk"))[0]
                for taken in combinations(present[line.row], len(named))
            ]
            assert line.without == pytest.approx(min(same))
    assert told["themes"].ne("").any()


RISKS = [item for item in FEATURES if item.polarity == "risk"]
WEIGHTS = st.lists(st.sampled_from([-1.0, 0.0, 0.5, 1.0, 2.0]), min_size=len(RISKS), max_size=len(RISKS))


@settings(max_examples=60, deadline=None)
@given(WEIGHTS, WEIGHTS, st.sampled_from([0.5, 1.0, 2.0, 4.0]))
def test_of_any_model_the_set_is_the_smallest_that_there_is(
    adds: list[float], together: list[float], cut: float
) -> None:
    names = [item.name for item in RISKS]

    def levels(rows: pd.DataFrame) -> np.ndarray:
        there = (rows[names].to_numpy() > 0).astype(float)
        beside = there * np.roll(there, 1, axis=1)  # what counts only beside another
        return there @ np.array(adds) + beside @ np.array(together)

    values = some_values(6, seed=3)
    told = would_not_be_listed(levels, FEATURES, values, np.full(6, cut)).set_index("row")
    for row, present in enumerate(present_themes(FEATURES, values, "risk")):
        child = values.iloc[[row]]
        if levels(child)[0] <= cut:
            assert row not in told.index
            continue
        enough = [
            taken
            for size in (1, 2)
            for taken in combinations(present, size)
            if levels(without_themes(FEATURES, child, [taken], "risk"))[0] < cut
        ]
        named = tuple(told.loc[row, "themes"].split("; ")) if told.loc[row, "themes"] else ()
        assert (named in enough and len(named) == min(map(len, enough))) if enough else named == ()


def test_context_is_never_taken_away(model: RiskModel) -> None:
    def by_age(rows: pd.DataFrame) -> np.ndarray:
        return rows["age"].to_numpy() / 216

    values = some_values(60, seed=5)
    told = would_not_be_listed(by_age, FEATURES, values, np.full(60, 0.5))
    assert len(told) > 10
    assert set(told["themes"]) == {""} and set(told["text"]) == {NOTHING_ALONE}
    assert told["without"].isna().all()


def test_two_things_together_are_named_where_neither_alone_is_enough() -> None:
    def both(rows: pd.DataFrame) -> np.ndarray:
        return np.maximum(rows["moves"], rows["notices"]).to_numpy() / 10

    values = some_values(1).assign(moves=5.0, notices=5.0, absence=2.0, injuries=0.0, arrears=0.0)
    told = would_not_be_listed(both, FEATURES, values, np.array([0.2])).iloc[0]
    assert (told["themes"], told["without"]) == ("police; transitions", 0.0)
    assert told["text"] == "Would not be listed without what is on record about police and transitions"


def test_only_who_may_see_everything_that_is_named_may_see_the_line() -> None:
    year = Lookback("12 months")
    shared = Feature("a", Count("event", "a"), year, theme="one", polarity="risk", share_with=("x", "y"))
    closed = Feature("b", Count("event", "b"), year, theme="one", polarity="risk", share_with=("y",))
    values = pd.DataFrame({"a": [1.0, 1.0], "b": [1.0, 0.0]})
    told = would_not_be_listed(
        lambda rows: rows.sum(axis=1).to_numpy(), [shared, closed], values, np.array([0.5, 0.5])
    )
    assert told["share_with"].tolist() == ["y", "x,y"]


def test_a_zone_that_lists_everybody_has_no_cut_and_nothing_is_said(model: RiskModel) -> None:
    told = would_not_be_listed(model.margin, FEATURES, some_values(20), np.full(20, np.nan))
    assert told.empty
    assert list(told.columns) == ["row", "themes", "level", "without", "cut", "share_with", "text"]
