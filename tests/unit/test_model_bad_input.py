"""RiskModel on rows that are not as they should be: refused by name, or taken as the docstring says."""

import re
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from prevention_model.errors import WrongUsage
from prevention_model.model import RiskModel
from prevention_model.model.columns import UnseenCategory, WrongData

QUICK = {"trees": 10, "leaves": 4, "rows_in_leaf": 20}


def children(rows: int = 600, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    draw = np.random.default_rng(seed)
    X = pd.DataFrame(draw.normal(size=(rows, 3)), columns=["contacts", "absence", "age"])
    return X, (X["contacts"].to_numpy() + draw.normal(size=rows) > 0.8).astype(float)


@pytest.fixture(scope="module")
def taught() -> RiskModel:
    return RiskModel(**QUICK).fit(*children())


def says(message: str) -> str:
    return f"^{re.escape(message)}$"


def copied(X: pd.DataFrame, y: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    return X.assign(closed_because=y), y


def turned_round(X: pd.DataFrame, y: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    return X.assign(free_of_it=7 - 3 * y), y


def dated_only_where_it_happened(X: pd.DataFrame, y: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    return X.assign(plan_began=np.where(y == 1, 12.0, np.nan)), y


def as_words(X: pd.DataFrame, y: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    return X.assign(result=pd.Categorical(np.where(y == 1, "open", "closed"))), y


@pytest.mark.parametrize(
    ("spoil", "column"),
    [
        (copied, "closed_because"),
        (turned_round, "free_of_it"),
        (dated_only_where_it_happened, "plan_began"),
        (as_words, "result"),
    ],
)
def test_a_column_that_equals_the_outcome_is_refused(spoil: Callable, column: str) -> None:
    message = f"Columns that equal the outcome: {column}. Leave them out: they were written after it."
    with pytest.raises(WrongData, match=says(message)):
        RiskModel(**QUICK).fit(*spoil(*children()))
    X, y = spoil(*children())
    y[::9] = np.nan  # where it is censored, nobody can tell
    with pytest.raises(WrongData, match=says(message)):
        RiskModel(**QUICK).fit(X, y)


def test_a_column_that_differs_in_one_row_is_left_to_the_audit() -> None:
    X, y = copied(*children())
    X.loc[599, "closed_because"] = 1 - y[599]
    RiskModel(**QUICK).fit(X, y)


def test_too_few_onsets_are_counted_in_the_message() -> None:
    X, _ = children()
    y = (np.arange(600) < 7).astype(float)
    message = "too few onsets to fit: 7 of at least 50. Give a longer period, or leave this outcome out."
    with pytest.raises(WrongData, match=says(message)):
        RiskModel(**QUICK).fit(X, y)
    RiskModel(**QUICK, least_onsets=7).fit(X, y)
    with pytest.raises(WrongData, match=r"^too few onsets to fit: 7 of at least 8\."):
        RiskModel(**QUICK, least_onsets=8).fit(X, y)


def test_from_too_few_rows_for_onsets_enough_nothing_is_learnt_but_their_rate() -> None:
    X, _ = children(99)
    level = RiskModel(lines=0).fit(X, np.arange(99) < 7).predict_proba(X)[:, 1]
    assert level == pytest.approx(np.full(99, 7 / 99), abs=0.005)


@pytest.mark.parametrize("where", ["fit", "scoring", "the calibration slice"])
def test_infinite_values_are_refused_by_column(taught: RiskModel, where: str) -> None:
    X, y = children()
    bad = X.copy()
    bad.loc[[3, 4], "absence"] = [np.inf, -np.inf]
    message = "Columns that hold infinite values (inf): absence in 2 rows. Missing is allowed."
    with pytest.raises(WrongData, match=says(message)):
        if where == "fit":
            RiskModel(**QUICK).fit(bad, y)
        elif where == "scoring":
            taught.predict_proba(bad)
        else:
            RiskModel(**QUICK).fit(X, y, calibrate=(bad, y))


def test_a_column_that_stands_twice_is_refused(taught: RiskModel) -> None:
    X, y = children()
    twice = pd.concat([X, X[["age"]]], axis=1)
    for ask in (lambda: RiskModel(**QUICK).fit(twice, y), lambda: taught.predict_proba(twice)):
        with pytest.raises(WrongData, match=says("Columns that stand twice: age.")):
            ask()


def test_other_columns_at_scoring_are_refused_by_name(taught: RiskModel) -> None:
    X, _ = children()
    with pytest.raises(ValueError, match=r"Column 1 is age, and was contacts\.$"):
        taught.predict_proba(X[["age", "contacts", "absence"]])
    with pytest.raises(ValueError, match="yet now missing:\n- absence\n"):
        taught.predict_proba(X[["contacts", "age"]])
    with pytest.raises(ValueError, match="unseen at fit time:\n- shoe_size\n"):
        taught.predict_proba(X.assign(shoe_size=1.0))


def test_columns_that_teach_nothing_are_named_and_change_nothing() -> None:
    X, y = children()
    settings = QUICK | {"feature_share": 1.0}
    plain = RiskModel(**settings).fit(X, y)
    more = RiskModel(**settings).fit(X.assign(never=np.nan, always=1.0, seldom=np.where(y > 2, 1, np.nan)), y)
    assert plain.without_use_ == {}
    assert more.without_use_ == {"never": "all missing", "always": "one value", "seldom": "all missing"}
    both = X.assign(never=1.0, always=np.nan, seldom=2.0)
    assert np.array_equal(more.margin(both), plain.margin(X))


def test_rows_that_stand_twice_count_twice() -> None:
    X, y = children()
    settings = QUICK | {"rows_in_leaf": 1, "feature_share": 1.0, "leaves": 2}
    later = children(400, seed=2)
    twice = RiskModel(**settings).fit(pd.concat([X, X]), np.r_[y, y], calibrate=later)
    weighed = RiskModel(**settings).fit(X, y, sample_weight=np.full(600, 2.0), calibrate=later)
    assert twice.margin(X) == pytest.approx(weighed.margin(X), abs=1e-6)


@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.ones(3), "sample_weight has the shape (3,), and there are 600 rows."),
        (np.zeros(600), "sample_weight must be finite, nowhere below zero, and not zero in every row."),
        (np.full(600, -1.0), "sample_weight must be finite, nowhere below zero, and not zero in every row."),
        (
            np.full(600, np.nan),
            "sample_weight must be finite, nowhere below zero, and not zero in every row.",
        ),
    ],
)
def test_weights_that_weigh_nothing_are_refused(weight: np.ndarray, message: str) -> None:
    with pytest.raises(WrongData, match=says(message)):
        RiskModel(**QUICK).fit(*children(), sample_weight=weight)


def test_three_classes_are_refused() -> None:
    X, _ = children()
    message = "Only binary classification is supported. The labels hold 3 classes."
    with pytest.raises(WrongData, match=says(message)):
        RiskModel(**QUICK).fit(X, np.arange(600) % 3)


def test_the_refusal_is_an_error_of_the_house_and_of_scikit_learn() -> None:
    assert issubclass(WrongData, WrongUsage) and issubclass(WrongData, ValueError)
    assert WrongData("x").exit_code == 2


def with_tenure(rows: int = 900, seed: int = 5) -> tuple[pd.DataFrame, np.ndarray]:
    """A level that depends on a category whose order says nothing."""
    draw = np.random.default_rng(seed)
    X, _ = children(rows, seed)
    tenure = draw.choice(["council", "owns", "private", "shelter"], rows)
    X["tenure"] = pd.Series(tenure).where(draw.random(rows) > 0.1).astype("category")
    high = np.isin(tenure, ["council", "private"])
    return X, (draw.random(rows) < np.where(high, 0.6, 0.1)).astype(float)


@pytest.fixture(scope="module")
def tenured() -> RiskModel:
    return RiskModel(**QUICK, feature_share=1.0).fit(*with_tenure())


def test_categories_are_told_apart_without_an_order(tenured: RiskModel) -> None:
    X, _ = with_tenure()
    assert tenured.categories_ == {"tenure": ["council", "owns", "private", "shelter"]}
    by_kind = pd.Series(tenured.predict_proba(X)[:, 1]).groupby(X["tenure"], observed=True).mean()
    assert by_kind[["council", "private"]].min() > 2 * by_kind[["owns", "shelter"]].max()


def test_the_same_words_score_the_same_however_pandas_numbers_them(tenured: RiskModel) -> None:
    X, y = with_tenure()
    other = X.assign(
        tenure=X["tenure"].cat.set_categories(["x", "shelter", "private", "owns", "council"], ordered=True)
    )
    plain = X.assign(tenure=X["tenure"].astype("str"))
    named = RiskModel(**QUICK, feature_share=1.0, categorical=("tenure",)).fit(plain, y)
    for model, rows in ((tenured, other), (tenured, plain), (named, X)):
        assert np.array_equal(model.margin(rows), tenured.margin(X))
    assert RiskModel(**QUICK, feature_share=1.0).fit(other, y).booster_.model_to_string() == (
        tenured.booster_.model_to_string()
    )


def test_a_category_that_was_never_seen_is_missing_and_is_counted(tenured: RiskModel) -> None:
    X, _ = with_tenure()
    strange = X.assign(tenure=X["tenure"].astype("str"))
    strange.loc[[1, 5, 8], "tenure"] = "caravan"
    unknown = strange.assign(tenure=strange["tenure"].where(strange["tenure"] != "caravan"))
    message = "Categories that the model never saw, taken for missing: tenure in 3 rows."
    with pytest.warns(UnseenCategory, match=says(message)):
        margin = tenured.margin(strange)
    assert np.array_equal(margin, tenured.margin(unknown))
    assert tenured.unseen(strange) == {"tenure": 3}
    assert tenured.unseen(X) == {}


def test_what_is_not_seen_by_anybody_is_quiet(tenured: RiskModel) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tenured.margin(with_tenure(50, 6)[0])


def test_text_that_nobody_called_a_category_is_refused() -> None:
    X, y = children()
    message = "Columns that hold text: ward. Make each a category, or name it in `categorical`."
    with pytest.raises(WrongData, match=says(message)):
        RiskModel(**QUICK).fit(X.assign(ward="north"), y)
    with pytest.raises(WrongData, match=says("`categorical` names columns that are not there: ward.")):
        RiskModel(**QUICK, categorical=("ward",)).fit(X, y)
    dates = pd.Series(pd.date_range("2024-01-01", periods=600)).astype("category")
    message = "Column seen holds categories that are no text, number, or true or false."
    with pytest.raises(WrongData, match=says(message)):
        RiskModel(**QUICK).fit(X.assign(seen=dates), y)


def test_numbers_can_be_categories_in_a_frame_and_in_an_array() -> None:
    X, y = with_tenure()
    codes = X.assign(tenure=X["tenure"].cat.codes.replace(-1, np.nan) * 10)
    frame = RiskModel(**QUICK, feature_share=1.0, categorical=("tenure",)).fit(codes, y)
    array = RiskModel(**QUICK, feature_share=1.0, categorical=("feature_3",)).fit(codes.to_numpy(), y)
    assert frame.categories_ == {"tenure": [0, 10, 20, 30]}
    assert np.array_equal(frame.margin(codes), array.margin(codes.to_numpy()))


def test_a_category_missing_in_every_row_does_no_harm() -> None:
    X, y = children()
    model = RiskModel(**QUICK).fit(X.assign(gone=pd.Categorical([None] * 600)), y)
    assert model.without_use_ == {"gone": "all missing"}


def test_a_level_may_only_fall_with_a_declared_strength() -> None:
    draw = np.random.default_rng(8)
    X, y = children(2000, 8)
    y = (draw.random(2000) < np.where(np.abs(X["age"]) < 0.7, 0.5, 0.1)).astype(float)  # up, then down
    ask = pd.DataFrame({"contacts": 0.0, "absence": 0.0, "age": np.linspace(-2, 2, 60)})
    free = RiskModel(**QUICK, feature_share=1.0, lines=0).fit(X, y)
    assert (np.diff(free.margin(ask)) > 0).any() and (np.diff(free.margin(ask)) < 0).any()
    for direction in (1, -1):
        held = RiskModel(**QUICK, feature_share=1.0, lines=0, monotone={"age": direction}).fit(X, y)
        assert (np.diff(held.margin(ask)) * direction >= 0).all()


def test_directions_of_columns_that_have_none_are_refused() -> None:
    X, y = with_tenure()
    message = "`monotone` names columns that are absent or categorical: tenure; ward."
    with pytest.raises(WrongData, match=says(message)):
        RiskModel(**QUICK, lines=0, monotone={"tenure": 1, "ward": 1, "age": 1}).fit(X, y)
    with pytest.raises(WrongData, match=r"^`monotone` takes 1 \(may only rise\)"):
        RiskModel(**QUICK, lines=0, monotone={"age": 2}).fit(X, y)


def test_growing_stops_where_the_next_period_gains_nothing() -> None:
    X, y = children(1500, 11)
    later, calibrating = children(1500, 12), children(1500, 13)
    long = QUICK | {"trees": 300, "learning_rate": 0.3}
    stopped = RiskModel(**long).fit(X, y, stop_on=later, calibrate=calibrating)
    assert stopped.n_trees_ == stopped.booster_.num_trees() < 100
    short = RiskModel(**long | {"trees": stopped.n_trees_}).fit(X, y, calibrate=calibrating)
    assert np.array_equal(stopped.margin(X), short.margin(X))
    left_out = RiskModel(**long).fit(X, y, stop_on=later)
    assert left_out.slope_ == RiskModel(**long | {"trees": stopped.n_trees_}).fit(X, y).slope_
    with pytest.raises(
        WrongData, match=r"^The period to stop on holds one class only: choose a longer one\.$"
    ):
        RiskModel(**long).fit(X, y, stop_on=(X, np.zeros(1500)))
