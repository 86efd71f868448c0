"""Contributions from tables are LightGBM's own, for every kind of split, of tree and of value."""

from collections import Counter

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.explanation import branches, contributions, layout
from prevention_model.explanation.contributions import tree_contributions
from prevention_model.explanation.trees import read_trees
from tests.fixtures.small_boosters import SmallBooster, small_booster

boosters = st.builds(
    small_booster,
    st.integers(0, 10**6),
    features=st.integers(1, 9),
    rows=st.integers(30, 400),
    trees=st.integers(1, 8),
    leaves=st.integers(2, 40),
    zero_as_missing=st.booleans(),
    use_missing=st.sampled_from([True, True, False]),
    constant=st.sampled_from([False] * 9 + [True]),
    weighted=st.booleans(),
    objective=st.sampled_from(["binary", "binary", "regression"]),
    onehot=st.sampled_from([1, 4, 16]),
)


@given(boosters, st.sampled_from([1, 2, 5, 11]), st.sampled_from([1, 2000, 2**22]), st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_contributions_are_those_of_lightgbm(
    made: SmallBooster, bits: int, numbers: int, threads: int
) -> None:
    """Also with short keys (small branches, leaves without tables), few tables at once and rows in blocks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(branches, "KEY_BITS", bits)
        patch.setattr(layout, "MOST_NUMBERS", numbers)
        patch.setattr(contributions, "_MOST_CELLS", numbers)
        patch.setattr(contributions, "_FEWEST_ROWS", 7)
        said = tree_contributions(made.booster, made.X, threads)
    expected = np.asarray(made.booster.predict(made.X, pred_contrib=True))
    assert said.method == "tables"
    assert np.abs(said.values - expected[:, :-1]).max() < 1e-9
    assert abs(said.base - expected[0, -1]) < 1e-9
    score = np.asarray(made.booster.predict(made.X, raw_score=True))
    assert np.abs(said.base + said.values.sum(axis=1) - score).max() < 1e-9


def met(booster: lgb.Booster) -> Counter[str]:
    """What there is in a model's trees."""
    found: Counter[str] = Counter()
    for tree in read_trees(booster.model_to_string()):
        found["a single leaf"] += not len(tree.feature)
        for kind in tree.kind.tolist():
            found[
                "categories" if kind & 1 else f"missing {kind >> 2}, to the {'left' if kind & 2 else 'right'}"
            ] += 1
        for branch in branches.branches_of(tree) if len(tree.feature) else ():
            found["several leaves tabulated together"] += len(branch.leaves) > 1
            found["a leaf without a table"] += not branch.tabulated
            turned = [bit for _, bit, _ in branch.turns]
            found["a feature twice on a path"] += len(turned) > len(set(turned))
    return found


def test_every_kind_of_split_and_tree_is_made() -> None:
    found: Counter[str] = Counter()
    for seed in range(25):
        for zero, missing in ((False, True), (True, True), (False, False)):
            made = small_booster(
                seed,
                leaves=40,
                features=8,
                trees=8,
                zero_as_missing=zero,
                use_missing=missing,
                constant=seed == 9,
            )
            found += met(made.booster)
    # LightGBM sends what is missing to the right where `use_missing` is off; 0 is none, 1 zero, 2 NaN.
    assert set(found) >= {
        "a single leaf",
        "categories",
        "missing 0, to the left",
        "missing 1, to the left",
        "missing 1, to the right",
        "missing 2, to the left",
        "missing 2, to the right",
        "several leaves tabulated together",
        "a feature twice on a path",
    }, found
