"""Reasons and strengths: few, about things that can be acted on, in the features' own words."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.explanation import explain, theme_reasons
from prevention_model.features import Feature
from prevention_model.query import AgeMonths, Count, Lookback

YEAR = Lookback("12 months")


def feature(name: str, theme: str, polarity: str = "risk", **more: object) -> Feature:
    more = {"sentence": f"{name}: {{times}} in the last {{window}}", "agency": "schools"} | more
    return Feature(name, Count("event", kind=name), YEAR, theme=theme, polarity=polarity, **more)  # type: ignore[arg-type]


FEATURES = (
    feature("absence", "attendance", share_with=("coordinator", "schools")),
    feature("lateness", "attendance"),
    feature("police_notice", "police", agency="police"),
    feature("arrears", "housing"),
    feature("injuries", "health"),
    feature("club", "activities", "strength"),
    feature("views", "voice", "strength"),
    feature("mentor", "activities", "strength"),
    feature("checks", "contact", "strength"),
    feature("sport", "sport", "strength"),
    Feature("age", AgeMonths(), Lookback("all"), theme="age", polarity="context"),
)
NAMES = [item.name for item in FEATURES]
RISKS = {item.name for item in FEATURES if item.polarity == "risk"}
STRENGTHS = {item.name for item in FEATURES if item.polarity == "strength"}


def told(values: dict[str, float], weights: dict[str, float]) -> pd.DataFrame:
    row = pd.DataFrame([[values.get(name, 0.0) for name in NAMES]], columns=NAMES)
    return explain(FEATURES, row, np.array([[weights.get(name, 0.0) for name in NAMES]]))


@st.composite
def children(draw: st.DrawFn) -> tuple[pd.DataFrame, np.ndarray]:
    rows = draw(st.integers(1, 3))
    value = st.sampled_from([0.0, 0.0, 1.0, 2.0, 7.0, float("nan")])
    weight = st.sampled_from([-1.0, -0.4, -0.1, 0.0, 0.1, 0.1, 0.4, 1.0])
    size = rows * len(NAMES)
    values = draw(st.lists(value, min_size=size, max_size=size))
    weights = draw(st.lists(weight, min_size=size, max_size=size))
    frame = pd.DataFrame(np.reshape(values, (rows, -1)), columns=NAMES)
    return frame, np.reshape(weights, (rows, -1))


@settings(max_examples=100, deadline=None)
@given(children())
def test_whatever_the_child_what_is_said_holds(child) -> None:  # type: ignore[no-untyped-def]
    values, weights = child
    said = explain(FEATURES, values, weights)
    place = {name: number for number, name in enumerate(NAMES)}
    for (_, kind), lines in said.groupby(["row", "kind"]):
        assert lines["position"].tolist() == list(range(1, len(lines) + 1))
        assert len(lines) <= 3
        assert lines["theme"].is_unique
        assert set(lines["feature"]) <= (RISKS if kind == "reason" else STRENGTHS)
    for line in said.itertuples():
        value, weight = values.iloc[line.row][line.feature], weights[line.row, place[line.feature]]
        assert value > 0
        assert weight > 0 if line.kind == "reason" else weight < 0
        assert line.text == FEATURES[place[line.feature]].say(value)
    reasons = said[said["kind"] == "reason"].groupby("row")["theme"].agg("; ".join)
    assert theme_reasons(FEATURES, values, weights) == [reasons.get(row, "") for row in range(len(values))]


def test_the_strongest_themes_come_first_and_a_theme_is_the_sum_of_its_twins() -> None:
    values = dict.fromkeys(NAMES, 2.0)
    weights = {"absence": 0.3, "lateness": 0.25, "police_notice": 0.5, "arrears": 0.1, "injuries": 0.2}
    said = told(values, weights)
    assert said[["kind", "position", "theme", "feature"]].to_numpy().tolist() == [
        ["reason", 1, "attendance", "absence"],
        ["reason", 2, "police", "police_notice"],
        ["reason", 3, "health", "injuries"],
    ]


def test_a_line_says_whose_fact_it_is_and_who_may_see_it() -> None:
    said = told({"absence": 2.0, "police_notice": 1.0}, {"absence": 0.3, "police_notice": 0.2})
    assert said["text"].tolist() == [
        "absence: twice in the last 12 months",
        "police_notice: once in the last 12 months",
    ]
    assert said["agency"].tolist() == ["schools", "police"]
    assert said["share_with"].tolist() == ["coordinator,schools", ""]


def test_only_what_lowers_the_level_is_a_strength() -> None:
    values = {"club": 3.0, "views": 1.0, "checks": 0.0, "sport": float("nan")}
    said = told(values, {"club": -0.2, "views": 0.4, "checks": -0.5, "sport": -0.5})
    # Views raise the level here, the checks never happened, and of sport nothing is known.
    assert said[["kind", "feature"]].to_numpy().tolist() == [["strength", "club"]]


def test_an_absent_risk_and_a_risk_that_lowers_the_level_are_not_said() -> None:
    said = told({"absence": 0.0, "arrears": 4.0}, {"absence": 0.9, "arrears": -0.3, "injuries": 0.5})
    assert said.empty
    assert list(said.columns) == [
        "row",
        "kind",
        "position",
        "theme",
        "feature",
        "agency",
        "share_with",
        "text",
        "text_parent",
        "text_young_person",
    ]


def test_context_is_never_a_reason_however_much_it_weighs() -> None:
    said = told({"age": 190.0, "arrears": 1.0}, {"age": 3.0, "arrears": 0.01})
    assert said["feature"].tolist() == ["arrears"]
    assert told({"age": 190.0}, {"age": -3.0}).empty


def test_a_twin_that_pulls_the_other_way_does_not_silence_its_theme() -> None:
    said = told({"absence": 2.0, "lateness": 2.0}, {"absence": 0.2, "lateness": -0.9})
    assert said[["theme", "feature"]].to_numpy().tolist() == [["attendance", "absence"]]


def test_features_without_risks_or_strengths_say_nothing() -> None:
    only_age = FEATURES[-1:]
    values = pd.DataFrame({"age": [100.0, 90.0]})
    assert explain(only_age, values, np.ones((2, 1))).empty
    assert theme_reasons(only_age, values, np.ones((2, 1))) == ["", ""]
