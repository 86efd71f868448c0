"""What a score would be without a theme: what is taken away, what stays, and the table that the audit reads."""

import math

import numpy as np
import pandas as pd
import pytest

from prevention_model.explanation import carrying, contributions_of, deletion_table, explain, margins_without
from prevention_model.explanation.absent import absent
from prevention_model.explanation.without import present_themes, without_themes
from prevention_model.features import Feature, Ratio, build_features, catalogue
from prevention_model.model import RiskModel
from prevention_model.query import Latest, Max, Share
from prevention_model.records import Records
from tests.fixtures.explained_model import FEATURES, NAMES, fitted, some_values


@pytest.fixture(scope="module")
def model() -> RiskModel:
    return fitted()[0]


@pytest.fixture(scope="module")
def table(model: RiskModel) -> pd.DataFrame:
    values = some_values(300, seed=9)
    return deletion_table(model, FEATURES, values, contributions_of(model, values).values)


def row(**values: float) -> pd.DataFrame:
    return pd.DataFrame([[values.get(name, 0.0) for name in NAMES]], columns=NAMES)


def test_absent_is_what_the_engine_gives_of_nobody_of_whom_anything_is_on_record() -> None:
    people = pd.DataFrame({"person_id": ["p1"], "birth_date": ["2012-03-01"]})
    days = pd.DataFrame({"person_id": ["p1"], "index_date": [pd.Timestamp("2024-01-01")]})
    # Of people around the child there is nothing to know where there are none, so only own features are asked.
    told = [each for each in catalogue() if each.polarity != "context"]
    features = [each for each in told if {question.scope for question in each.questions} == {"own"}]
    given = build_features(Records.from_frames({"person": people}), days, features).iloc[0]
    shares = 0
    for each in features:
        made = each.aggregate if isinstance(each, Feature) else each.rule
        if isinstance(made, Share | Ratio):
            # No session was possible, so the engine says missing; a child with sessions has 0 of a risk.
            assert math.isnan(absent(each)) == (each.polarity == "strength")
            shares += 1
        elif isinstance(made, Latest | Max) and each.polarity == "risk":
            assert absent(each) == 0 and each.sentence_none, "0 says that there is none of it"
        elif not math.isnan(given[each.name]) or not each.is_share:
            assert absent(each) == pytest.approx(given[each.name], nan_ok=True), each.name
    assert shares > 15


def test_a_theme_goes_with_all_that_is_present_of_it_and_nothing_else_does() -> None:
    values = row(absence=2.0, lateness=1.0, notices=3.0, quiet_days=50.0, kept_share=0.5, age=100.0)
    values["injuries"] = np.nan
    gone = without_themes(FEATURES, values, [{"attendance", "health"}], "risk").iloc[0]
    assert gone[["absence", "lateness"]].tolist() == [0.0, 0.0]
    kept = [name for name in NAMES if name not in ("absence", "lateness")]
    pd.testing.assert_series_equal(gone[kept], values.iloc[0][kept])
    others = pd.DataFrame({name: [1.0, 3.0, np.nan] for name in NAMES})
    themes = [{"health", "police", "family"}]
    better = without_themes(FEATURES, values, themes, "strength", others).iloc[0]
    # To know nothing would say something of its own, so a strength gets the middle of those who have one.
    assert better[["kept_share", "quiet_days"]].tolist() == [2.0, 2.0]
    assert better[["notices", "age"]].tolist() == [3.0, 100.0]


def test_what_is_said_of_a_child_does_not_hang_on_who_else_is_asked_about(model: RiskModel) -> None:
    values = some_values(200, seed=4)
    added = contributions_of(model, values).values
    whole = carrying(model, FEATURES, values, added, values)
    alone = carrying(model, FEATURES, values.iloc[:7], added[:7], values)
    assert np.array_equal(whole[:7], alone)
    stated = deletion_table(model, FEATURES, values, whole).query("kind == 'strength'")
    assert len(stated) > 20
    # Each stated theme carries the score by itself; several together may still tell of the same thing.
    assert (stated["after"] > stated["before"]).mean() > 0.95


def test_a_theme_that_does_not_carry_the_score_is_dropped_whatever_its_contribution(
    model: RiskModel,
) -> None:
    values = some_values(300, seed=4)
    claimed = np.zeros(values.shape)
    kept = NAMES.index("kept_share")
    claimed[:, kept] = -1.0
    said = carrying(model, FEATURES, values, claimed, values)
    without = margins_without(model, FEATURES, values, [{"health"}] * len(values), "strength", values)
    idle = (values["kept_share"] > 0) & (without <= model.margin(values))
    assert 0 < idle.sum() < len(values)
    assert np.array_equal(said[:, kept], np.where(idle, 0.0, -1.0))


def test_every_row_has_its_own_themes_taken_away() -> None:
    values = pd.concat([row(absence=1.0, notices=1.0)] * 3, ignore_index=True)
    gone = without_themes(FEATURES, values, [{"police"}, set(), {"attendance"}], "risk")
    assert gone[["absence", "notices"]].to_numpy().tolist() == [[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]


def test_the_table_says_what_is_stated_and_what_the_model_says_without_it(
    model: RiskModel, table: pd.DataFrame
) -> None:
    values = some_values(300, seed=9)
    said = explain(FEATURES, values, contributions_of(model, values).values)
    stated = said.groupby(["row", "kind"])["theme"].agg("; ".join)
    assert table.set_index(["row", "kind"])["themes"].to_dict() == stated.to_dict()
    assert np.array_equal(table["before"], model.margin(values)[table["row"]])
    some = table[table["kind"] == "reason"].iloc[:20]
    polarity = {"reason": "risk", "strength": "strength"}
    for line in some.itertuples():
        child = values.iloc[[line.row]]
        without = without_themes(FEATURES, child, [set(line.themes.split("; "))], polarity[line.kind])
        assert line.after == pytest.approx(model.margin(without)[0])


def test_what_is_stated_carries_more_of_the_score_than_what_is_not(table: pd.DataFrame) -> None:
    reasons = table[table["kind"] == "reason"].dropna()
    assert len(reasons) > 50
    assert (reasons["before"] - reasons["after"]).mean() > 2 * (reasons["before"] - reasons["other"]).mean()
    strengths = table[table["kind"] == "strength"]
    assert (strengths["after"] - strengths["before"]).mean() > 0


def test_other_is_missing_just_where_no_other_theme_is_present(table: pd.DataFrame) -> None:
    present = present_themes(FEATURES, some_values(300, seed=9), "risk")
    reasons = table[table["kind"] == "reason"]
    left = [len(present[line.row]) - len(line.themes.split("; ")) for line in reasons.itertuples()]
    assert (reasons["other"].isna() == (np.array(left) == 0)).all()
    assert reasons["other"].isna().any()


def test_the_same_rows_give_the_same_table(model: RiskModel, table: pd.DataFrame) -> None:
    values = some_values(300, seed=9)
    again = deletion_table(model, FEATURES, values, contributions_of(model, values).values)
    pd.testing.assert_frame_equal(again, table)


def test_of_rows_of_which_nothing_is_said_there_is_no_line(model: RiskModel) -> None:
    values = row(age=100.0)
    told = deletion_table(model, FEATURES, values, contributions_of(model, values).values)
    assert told.empty
    assert list(told.columns) == ["row", "kind", "themes", "before", "after", "other"]
