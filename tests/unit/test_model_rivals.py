"""The simple rules: each does what its name says, so that beating them means something."""

import numpy as np
import pandas as pd
import pytest

from prevention_model.errors import WrongUsage
from prevention_model.metrics import auc
from prevention_model.model import rival_scores


def children(rows: int, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "contacts": draw.poisson(1.0, rows).astype(float),
            "missed": draw.random(rows),
            "police": (draw.random(rows) < 0.05).astype(float),
            "decile": draw.integers(1, 11, rows).astype(float),
        }
    )
    chance = 0.05 + 0.15 * (frame["contacts"] > 1) + 0.4 * (frame["missed"] > 0.9)
    return frame.astype("float32"), (draw.random(rows) < chance).astype(float)


def test_the_additive_count_counts_indicators_that_are_on() -> None:
    fit = pd.DataFrame({"a": np.arange(100.0), "b": [0.0] * 95 + [1.0] * 5, "c": 0.0, "d": np.nan})
    test = pd.DataFrame(
        {
            "a": [95, 95, 89, np.nan, 95],
            "b": [0, 1, 1, 1, 1],
            "c": [0, 0, 0, 0, 2],
            "d": [0, 0, np.nan, 0, 3],
            "age": [1, 2, 3, 4, 5],
        },
        dtype=float,
    )
    label = (np.arange(100) % 2).astype(float)
    scores = rival_scores(fit.assign(age=1.0), label, test, risk_features=["a", "b", "c", "d"])
    # b is on for so few that its 90th percentile is 0; c and d were never seen, and count when above 0.
    assert scores["additive_count"].tolist() == [1.0, 2.0, 1.0, 1.0, 4.0]
    assert scores.columns.tolist() == ["logistic", "additive_count"]


def test_the_count_knows_nothing_of_the_labels() -> None:
    fit, label = children(500)
    one, two = (
        rival_scores(fit, y, fit, risk_features=["contacts", "police"])["additive_count"]
        for y in (label, 1 - label)
    )
    assert one.equals(two)


def test_the_area_is_drawn_to_the_overall_rate_the_more_the_fewer_children_it_has() -> None:
    zone = pd.Series(["big"] * 2000 + ["small"] * 10 + ["rest"] * 2000)
    label = np.r_[np.tile([1.0, 0.0, 0.0, 0.0, 0.0], 400), np.ones(10), np.tile([1.0] + [0.0] * 9, 200)]
    fit = pd.DataFrame({"x": np.arange(len(zone), dtype=float)})
    asked = pd.Series(["big", "small", "rest", "never seen"])
    scores = rival_scores(fit, label, fit.head(4), risk_features=["x"], area=(zone, asked))["area_only"]
    overall = label.mean()
    assert scores.tolist() == pytest.approx(
        [
            (400 + 200 * overall) / 2200,
            (10 + 200 * overall) / 210,
            (200 + 200 * overall) / 2200,
            overall,
        ]
    )
    # Ten out of ten in a small place must not outrank everything for ever.
    assert scores[1] < 0.25


def test_area_bands_are_told_apart_and_an_unknown_zone_or_band_is_a_band_of_its_own() -> None:
    zone = pd.Series(["n"] * 400 + [None] * 400, dtype="str")
    band = np.r_[np.ones(200), np.full(200, 2.0), np.full(400, np.nan)]
    label = np.r_[np.zeros(200), np.ones(200), np.tile([0.0, 1.0], 200)]
    fit = pd.DataFrame({"band": band.astype("float32"), "x": np.arange(800.0)})
    scores = rival_scores(fit, label, fit, risk_features=["x"], area=(zone, zone), area_features=["band"])
    assert scores["area_only"].iloc[[0, 200, 400]].tolist() == pytest.approx([0.25, 0.75, 0.5])


def test_prior_contact_adds_up_what_is_known() -> None:
    fit, label = children(300)
    test = fit.head(3).assign(contacts=[2.0, np.nan, 1.0], police=[1.0, np.nan, 0.0])
    scores = rival_scores(fit, label, test, risk_features=["missed"], prior_contact=["contacts", "police"])
    assert scores["prior_contact_only"].tolist() == [3.0, 0.0, 1.0]


def test_the_logistic_rival_learns_and_takes_missing_values() -> None:
    fit, label = children(4000)
    test, truth = children(4000, seed=2)
    holes = fit.mask(np.random.default_rng(3).random(fit.shape) < 0.1).assign(never=np.nan)
    scores = rival_scores(holes, label, test.assign(never=np.nan), risk_features=["contacts"])
    assert np.isfinite(scores["logistic"]).all()
    assert auc(truth, scores["logistic"].to_numpy()) > 0.65
    again = rival_scores(holes, label, test.assign(never=np.nan), risk_features=["contacts"])
    assert scores.equals(again)


def test_scores_stand_in_the_order_of_the_test_rows() -> None:
    fit, label = children(300)
    shuffled = fit.sample(frac=1, random_state=1)
    zones = pd.Series(np.where(fit["decile"] > 5, "n", "s"), index=fit.index)
    ask = {"risk_features": ["contacts"], "prior_contact": ["contacts"]}
    straight = rival_scores(fit, label, fit, area=(zones, zones), **ask)
    mixed = rival_scores(fit, label, shuffled, area=(zones, zones.loc[shuffled.index]), **ask)
    pd.testing.assert_frame_equal(mixed.loc[fit.index], straight)


def test_the_logistic_rival_bends_where_the_middle_differs_from_both_ends() -> None:
    draw = np.random.default_rng(7)
    frame = pd.DataFrame({"x": draw.normal(size=6000)})
    label = (draw.random(6000) < np.where(frame["x"].abs() > 1, 0.5, 0.1)).astype(float)
    scores = rival_scores(frame[:4000], label[:4000], frame[4000:], risk_features=["x"])["logistic"]
    assert auc(label[4000:], scores.to_numpy()) > 0.7


def test_what_is_not_known_can_tell_and_columns_that_never_vary_do_no_harm() -> None:
    frame = pd.DataFrame({"a": np.where(np.arange(400) % 4 == 0, np.nan, 1.0), "b": 2.0, "c": np.nan})
    label = (np.arange(400) % 4 == 0).astype(float)
    scores = rival_scores(frame, label, frame, risk_features=[])["logistic"]
    assert auc(label, scores.to_numpy()) == 1.0


def test_the_rule_of_problem_areas_counts_each_area_once() -> None:
    fit, label = children(300)
    test = pd.DataFrame(
        {
            "contacts": [3, 0, 3, np.nan],
            "police": [1, 0, 0, 1],
            "missed": [0.9, 0.9, 0, np.nan],
            "decile": 1.0,
        }
    )
    criteria = {"help": {"contacts": 2, "police": 1}, "school": {"missed": 0.5}}
    scores = rival_scores(fit, label, test, risk_features=["contacts"], criteria=criteria)
    assert scores["criteria_met"].tolist() == [2.0, 1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ({"criteria": {"work": {"benefit_cap": 1}}}, "criteria met"),
        ({"prior_contact": ["benefit_cap"]}, "prior contact"),
        ({"risk_features": ["benefit_cap"]}, "additive count"),
    ],
)
def test_a_rule_without_its_features_is_refused(asked: dict, rule: str) -> None:
    fit, label = children(100)
    message = f"^The rule of {rule} names features that are not there: benefit_cap\\. Where: rivals\\."
    with pytest.raises(WrongUsage, match=message):
        rival_scores(fit, label, fit, **{"risk_features": ["contacts"]} | asked)


def test_the_level_at_the_last_list_is_taken_as_it_was() -> None:
    fit, label = children(100)
    level = np.array([0.3, np.nan, 0.1])
    scores = rival_scores(fit, label, fit.head(3), risk_features=["contacts"], last_level=level)
    assert scores["last_level"].tolist() == [0.3, label.mean(), 0.1]
