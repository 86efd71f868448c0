"""Contributions: those of the model, whichever way they are computed, and the way is said."""

import sys

import lightgbm as lgb
import numpy as np
import pytest

from prevention_model.explanation import contributions_of, tree_contributions
from prevention_model.explanation.bins import Bins
from prevention_model.explanation.trees import read_trees
from prevention_model.model import RiskModel
from tests.fixtures.small_boosters import small_booster

QUICK = {"trees": 25, "leaves": 15, "rows_in_leaf": 10, "learning_rate": 0.2}
LOOPS = "prevention_model.explanation.lookups"


def rows(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Made-up rows with missing values, and labels."""
    draw = np.random.default_rng(seed)
    X = draw.normal(size=(count, 6))
    X[draw.random(X.shape) < 0.1] = np.nan
    signal = np.nan_to_num(X[:, 0]) + np.nan_to_num(X[:, 1] * X[:, 2])
    return X, (signal + draw.normal(size=count) > 0.5).astype(float)


@pytest.fixture(scope="module")
def taught() -> RiskModel:
    return RiskModel(**QUICK).fit(*rows(1500, 1))


def test_they_are_those_of_the_model_in_calibrated_log_odds(taught: RiskModel) -> None:
    X, _ = rows(400, 2)
    said = contributions_of(taught, X)
    values, base = taught.contributions(X)
    assert said.method == "tables"
    assert np.abs(said.values - values).max() < 1e-9
    assert abs(said.base - base) < 1e-9
    assert np.abs(said.base + said.values.sum(axis=1) - taught.margin(X)).max() < 1e-9


@pytest.mark.filterwarnings("ignore:LightGBM binary classifier with TreeExplainer:UserWarning")
def test_they_are_those_that_shap_finds_in_the_same_trees(taught: RiskModel) -> None:
    import shap

    X, _ = rows(100, 3)
    found = shap.TreeExplainer(taught.booster_).shap_values(X)
    independent = np.asarray(found[-1] if isinstance(found, list) else found)
    assert np.abs(tree_contributions(taught.booster_, X).values - independent).max() < 1e-9


def test_a_row_has_the_same_numbers_alone_in_company_and_on_any_number_of_threads(taught: RiskModel) -> None:
    X, _ = rows(3000, 4)
    whole = tree_contributions(taught.booster_, X, threads=1).values
    assert whole.tobytes() == tree_contributions(taught.booster_, X, threads=3).values.tobytes()
    assert np.array_equal(whole[1700:1701], tree_contributions(taught.booster_, X[1700:1701]).values)


def test_the_order_in_memory_does_not_matter(taught: RiskModel) -> None:
    X, _ = rows(300, 5)
    whole = tree_contributions(taught.booster_, X).values
    by_column = np.asfortranarray(X)
    by_column.flags.writeable = False
    assert np.array_equal(whole, tree_contributions(taught.booster_, by_column).values)
    assert np.array_equal(whole[::2], tree_contributions(taught.booster_, X[::2]).values)


def test_no_rows_have_no_contributions_but_a_base(taught: RiskModel) -> None:
    none = tree_contributions(taught.booster_, np.empty((0, 6)))
    assert none.values.shape == (0, 6)
    assert none.base == tree_contributions(taught.booster_, np.zeros((1, 6))).base


def test_rows_of_another_width_are_refused(taught: RiskModel) -> None:
    with pytest.raises(ValueError, match=r"X has the shape \(3, 5\), and the trees know 6 features\."):
        tree_contributions(taught.booster_, np.zeros((3, 5)))


def test_a_model_stopped_early_is_explained_up_to_its_best_tree(taught: RiskModel) -> None:
    X, _ = rows(50, 6)
    early = lgb.Booster(model_str=taught.booster_.model_to_string())
    early.best_iteration = 7
    expected = np.asarray(early.predict(X, pred_contrib=True))
    assert np.abs(tree_contributions(early, X).values - expected[:, :-1]).max() < 1e-9


def test_a_long_path_is_computed_without_a_table() -> None:
    """Each split puts one row aside, by a feature of its own: a leaf with 19 features on its path."""
    X = np.eye(20)[np.repeat(np.arange(20), 5)]
    y = np.repeat(2.0 ** np.arange(20), 5)
    settings = {"num_leaves": 20, "min_data_in_leaf": 1, "min_sum_hessian_in_leaf": 0, "verbosity": -1}
    booster = lgb.train(settings, lgb.Dataset(X, np.log(y)), 3)
    asked = (np.random.default_rng(7).random((200, 20)) < 0.3).astype(float)
    expected = np.asarray(booster.predict(asked, pred_contrib=True))
    assert np.abs(tree_contributions(booster, asked).values - expected[:, :-1]).max() < 1e-9


def test_a_feature_with_many_thresholds_is_searched() -> None:
    draw = np.random.default_rng(12)
    X = draw.normal(size=(3000, 2))
    X[draw.random(X.shape) < 0.1] = np.nan
    y = np.sin(9 * np.nan_to_num(X[:, 0], nan=3.0)) + np.nan_to_num(X[:, 1])
    settings = {"num_leaves": 31, "min_data_in_leaf": 3, "max_bin": 1000, "verbosity": -1, "num_threads": 1}
    booster = lgb.train(settings, lgb.Dataset(X, y), 30)
    thresholds = np.diff(Bins.of(read_trees(booster.model_to_string())).starts)
    assert thresholds.max() > 200
    expected = np.asarray(booster.predict(X, pred_contrib=True))
    assert np.abs(tree_contributions(booster, X).values - expected[:, :-1]).max() < 1e-9


def test_without_numba_lightgbm_is_asked_and_that_is_said(
    taught: RiskModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    X, _ = rows(40, 8)
    monkeypatch.setitem(sys.modules, LOOPS, None)
    said = contributions_of(taught, X)
    values, base = taught.contributions(X)
    assert said.method == "LightGBM: numba cannot be loaded"
    assert np.array_equal(said.values, values)
    assert said.base == base


def test_several_scores_a_row_are_left_to_lightgbm() -> None:
    draw = np.random.default_rng(9)
    X = draw.normal(size=(300, 3))
    kind = np.digitize(X[:, 0], [-0.5, 0.5])
    settings = {"objective": "multiclass", "num_class": 3, "num_leaves": 5, "verbosity": -1}
    booster = lgb.train(settings, lgb.Dataset(X, kind), 4)
    said = tree_contributions(booster, X)
    assert said.method == "LightGBM: it has 3 scores a row"
    assert said.values.shape == (300, 3, 3)
    score = np.asarray(booster.predict(X, raw_score=True))
    assert np.abs(said.base + said.values.sum(axis=2) - score).max() < 1e-9


def test_a_mean_of_trees_is_left_to_lightgbm() -> None:
    X, y = rows(300, 10)
    settings = {
        "boosting": "rf",
        "bagging_fraction": 0.5,
        "bagging_freq": 1,
        "num_leaves": 5,
        "verbosity": -1,
    }
    booster = lgb.train(settings | {"objective": "binary"}, lgb.Dataset(X, y), 4)
    said = tree_contributions(booster, X)
    assert said.method == "LightGBM: its score is a mean of trees, not their sum"
    assert np.array_equal(said.values, np.asarray(booster.predict(X, pred_contrib=True))[:, :-1])


def test_linear_leaves_are_left_to_lightgbm_which_has_no_answer_either() -> None:
    X, y = rows(300, 11)
    settings = {"linear_tree": True, "num_leaves": 5, "verbosity": -1}
    booster = lgb.train(settings, lgb.Dataset(X, y, params=settings), 4)
    with pytest.raises(lgb.basic.LightGBMError, match="linear trees"):
        tree_contributions(booster, X)


def test_too_many_values_to_tell_apart_are_left_to_lightgbm(monkeypatch: pytest.MonkeyPatch) -> None:
    made = small_booster(1, leaves=30)
    monkeypatch.setattr("prevention_model.explanation.bins.MOST_BINS", 5)
    said = tree_contributions(made.booster, made.X)
    assert said.method == "LightGBM: its splits tell too many values apart"
    assert said.values.shape == made.X.shape
