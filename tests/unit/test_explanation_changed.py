"""What changed since an earlier day: it adds up to the change of the score, and reads as two values side by side."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.explanation.changed import AGE, AREA, OTHER, said_beside, what_changed
from prevention_model.features import Declared, Feature, catalogue
from prevention_model.model import RiskModel
from prevention_model.query import Count, Latest, Lookback
from tests.fixtures.explained_model import FEATURES, NAMES, fitted, some_values

DAY = date(2023, 4, 1)
BY_NAME = {feature.name: feature for feature in catalogue()}


@pytest.fixture(scope="module", params=[0.5, 0.0, 1.0], ids=["both", "trees", "lines"])
def model(request: pytest.FixtureRequest) -> RiskModel:
    return fitted(request.param)[0]


def test_the_parts_add_up_to_the_change_of_the_score(model: RiskModel) -> None:
    now, then = some_values(200, seed=3), some_values(200, seed=4)
    told = what_changed(model, FEATURES, now, then, DAY)
    total = told.groupby("row")["change"].sum().reindex(range(200), fill_value=0.0)
    assert np.allclose(total, model.margin(now) - model.margin(then), rtol=0, atol=1e-9)
    assert not told.duplicated(["row", "part", "kind"]).any()


MODEL = fitted()[0]
ROWS = st.lists(
    st.lists(st.sampled_from([0.0, 1.0, 3.0, 200.0, float("nan")]), min_size=len(NAMES), max_size=len(NAMES)),
    min_size=2,
    max_size=2,
)


@settings(max_examples=60, deadline=None)
@given(ROWS)
def test_whatever_changed_the_parts_add_up_and_every_theme_that_moved_says_why(
    rows: list[list[float]],
) -> None:
    now, then = (pd.DataFrame([row], columns=NAMES) for row in rows)
    told = what_changed(MODEL, FEATURES, now, then, DAY)
    assert told["change"].sum() == pytest.approx(MODEL.margin(now)[0] - MODEL.margin(then)[0], abs=1e-9)
    themes = told[told["kind"] == "theme"]
    assert themes["text"].str.len().gt(0).all()
    for line in themes.dropna(subset=["feature"]).itertuples():
        assert not np.array_equal(now[line.feature], then[line.feature], equal_nan=True)
    back = what_changed(MODEL, FEATURES, then, now, DAY)
    assert back.set_index("part")["change"].to_dict() == pytest.approx(
        {part: -change for part, change in told.set_index("part")["change"].items()}
    )


def test_that_a_theme_weighs_otherwise_is_for_those_who_may_see_all_of_it() -> None:
    named = ("police_notices_12m", "domestic_abuse_12m", "absence_share_6m")
    features = [BY_NAME[name] for name in named]
    values = pd.DataFrame(np.random.default_rng(1).integers(0, 4, (800, 3)), columns=list(named)).astype(
        float
    )
    odds = np.where(values["absence_share_6m"] > 1, 3.0, 0.1) * values["police_notices_12m"]
    label = (np.random.default_rng(2).random(800) < odds / 10).to_numpy().astype(float)
    model = RiskModel(trees=60, leaves=8, rows_in_leaf=20, lines=0).fit(values, label)
    now = values.assign(absence_share_6m=3.0)
    told = what_changed(model, features, now.iloc[:50], values.iloc[:50], DAY)
    police = told[told["part"] == "police"]
    assert len(police) and set(police["share_with"]) == {"social_care"}
    assert (
        police["feature"].isna().all()
        and police["text"].str.startswith("What is on record about police").all()
    )


def test_getting_older_counts_and_is_no_reason() -> None:
    model, values = fitted()
    older = values.head(50).assign(age=lambda rows: rows["age"] + 12)
    told = what_changed(model, FEATURES, older, values.head(50), DAY)
    mine = told[told["part"] == AGE]
    assert len(mine) > 10 and set(mine["kind"]) == {"context"}
    assert mine[["feature", "text"]].isna().all(axis=None)
    # Nothing else on record changed, so no theme says that it did.
    themes = told[told["kind"] == "theme"]
    assert themes["feature"].isna().all()
    assert themes["text"].str.fullmatch("What is on record about .* weighs (more|less) beside the rest").all()


def test_the_largest_part_comes_first_and_says_what_changed() -> None:
    model, _ = fitted()
    quiet = pd.DataFrame(0.0, columns=NAMES, index=[0]).assign(
        age=100.0, kept_share=np.nan, quiet_days=np.nan
    )
    told = what_changed(model, FEATURES, quiet.assign(absence=4.0, injuries=1.0), quiet, DAY)
    first = told.iloc[0]
    assert (first["part"], first["kind"], first["feature"], first["agency"]) == (
        "attendance",
        "theme",
        "absence",
        "schools",
    )
    assert first["change"] > 0
    assert first["text"] == "absence: 4 times in the last 12 months, none at 1 April 2023"
    assert told["change"].abs().is_monotonic_decreasing


def test_a_child_without_an_earlier_row_is_refused() -> None:
    model, values = fitted()
    with pytest.raises(ValueError, match="3 rows now and 2 then: give only children who have an earlier row"):
        what_changed(model, FEATURES, values.head(3), values.head(2), DAY)


def test_nobody_gives_no_lines_and_the_columns_stand() -> None:
    model, values = fitted()
    told = what_changed(model, FEATURES, values.head(2), values.head(2), DAY)
    assert told.empty
    assert list(told.columns) == [
        "row", "part", "kind", "change", "feature", "agency", "share_with", "text",
    ]  # fmt: skip


def test_context_of_the_area_and_of_other_circumstances_are_parts_of_their_own() -> None:
    told = {
        each.name: (AREA if each.theme == "place" else OTHER)
        for each in catalogue()
        if each.polarity == "context" and each.name != "age_months"
    }
    features = tuple(BY_NAME[name] for name in ("idaci_decile", "sen_support_open", "absence_share_6m"))
    values = pd.DataFrame(np.random.default_rng(1).random((600, 3)), columns=[each.name for each in features])
    label = (values.sum(axis=1) + np.random.default_rng(2).random(600) > 2).to_numpy().astype(float)
    model = RiskModel(trees=20, rows_in_leaf=20).fit(values, label)
    parts = what_changed(model, features, values.iloc[:5], values.iloc[5:10], DAY)
    assert dict(zip(parts["part"], parts["kind"], strict=True)) == {
        told["idaci_decile"]: "context",
        told["sen_support_open"]: "context",
        "attendance": "theme",
    }


@pytest.mark.parametrize(
    ("name", "now", "then", "said"),
    [
        ("absence_share_6m", 0.12, 0.04, "Missed 12% of school sessions in the last 6 months, 4% at 1 April 2023"),
        ("absence_share_6m", 0.0, 0.04, "Missed no school sessions in the last 6 months, 4% at 1 April 2023"),
        ("suspensions_12m", 2, 0, "Suspended from school twice in the last 12 months, none at 1 April 2023"),
        ("household_rent_arrears", 1200, 300, "The household owes £1,200 in rent, £300 at 1 April 2023"),
        ("days_since_contact", 200, 20,
         "No contact with children's social care about the child for 7 months, 20 days at 1 April 2023"),
        ("days_since_contact", np.nan, 20,
         "Nothing on record now; at 1 April 2023: no contact with children's social care about the child for 20 days"),
        ("contact_sources_12m", 0, 2,
         "No contact with children's social care in the last 12 months; at 1 April 2023: different sources of contact "
         "with social care in the last 12 months: 2"),
        ("contact_sources_12m", 3, 2,
         "Different sources of contact with social care in the last 12 months: 3, 2 at 1 April 2023"),
        ("young_carer", 1, 0, "Looks after somebody at home as a young carer, not so at 1 April 2023"),
        ("young_carer", 0, 1, "Not recorded as a young carer, unlike at 1 April 2023"),
        ("early_help_open", 1, np.nan, "Early help is working with the child now, nothing on record at 1 April 2023"),
        ("absence_rise", 0.05, -0.02,
         "Absence from school rose by 5 percentage points in the last 4 months; at 1 April 2023: absence from school "
         "fell by 2 percentage points in the last 4 months"),
    ],
)  # fmt: skip
def test_now_and_then_stand_side_by_side(name: str, now: float, then: float, said: str) -> None:
    assert said_beside(BY_NAME[name], now, then, DAY) == said


@pytest.mark.parametrize("feature", catalogue(), ids=lambda feature: feature.name)
def test_every_feature_of_the_catalogue_can_be_said_beside_what_it_was(feature: Declared) -> None:
    values = (0.0, 0.3 if feature.is_share else 2.0, -0.2, np.nan)
    for now in values:
        for then in values:
            text = said_beside(feature, now, then, DAY)
            assert text.count("1 April 2023") == 1 and "{" not in text and " nan" not in text


def test_a_feature_without_a_sentence_says_its_name_and_numbers() -> None:
    plain = Feature("late_6m", Count("event", "late"), Lookback("6 months"))
    assert said_beside(plain, 1, 0, DAY) == "late 6m: 1; at 1 April 2023: late 6m: 0"
    assert said_beside(plain, 3, 1, DAY) == "late 6m: 3; at 1 April 2023: late 6m: 1"
    yes = Feature(
        "yes", Latest("attribute", "yes"), Lookback("all"), sentence="It is so", sentence_none="It is not"
    )
    assert said_beside(yes, 1, 0, DAY) == "It is so, not so at 1 April 2023"
