"""Scoring: one line a child, said why not where it cannot be ranked, reasons only for families near a list."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from prevention_model.cohort import Cohort
from prevention_model.dataset import Dataset, assemble
from prevention_model.features import Feature
from prevention_model.model import Refits, Reliability, RiskModel
from prevention_model.model.age_bands import AgeBand
from prevention_model.outcomes import Onset, Outcome
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rising import Levels
from prevention_model.pipeline.scoring import reasons_near_lists, score
from prevention_model.pipeline.study import Study
from prevention_model.query import Count, FollowUp, Lookback
from prevention_model.records import Records

EARLIER, NOW = np.datetime64("2023-07-01"), np.datetime64("2024-01-01")
YEAR = Lookback("12 months")
FEATURES = (
    Feature(
        "notices", Count("event", "police_notice"), YEAR, theme="police", polarity="risk", agency="police"
    ),
    Feature(
        "others_notices",
        Count("event", "police_notice"),
        YEAR,
        "household_others",
        theme="family",
        polarity="risk",
    ),
    Feature("club", Count("event", "club"), YEAR, theme="activities", polarity="strength"),
)
CARE = Outcome("care", Onset("spell", kind="care_period"), FollowUp("12 months"), short="in care")
CHILDREN = [f"c{number}" for number in range(300)]
MUMS = [f"m{number}" for number in range(150)]


@pytest.fixture(scope="module")
def records() -> Records:
    draw = np.random.default_rng(4)
    happened = pd.Series(pd.Timestamp("2022-06-01") + pd.to_timedelta(draw.integers(0, 900, 2500), "D"))
    events = pd.DataFrame(
        {
            "person_id": draw.choice(CHILDREN + MUMS, 2500),
            "kind": draw.choice(["police_notice", "club"], 2500),
        }
        | {"event_date": happened, "source": "file"}
    )
    homes = {
        "person_id": CHILDREN + MUMS,
        "household_id": [f"h{n // 2}" for n in range(300)] + [f"h{n}" for n in range(150)],
    }
    care = pd.DataFrame({"person_id": ["c0"], "kind": "care_period", "start_date": ["2023-12-01"]})
    return Records.from_frames(
        {"event": events, "household": pd.DataFrame(homes).assign(**{"from": "2020-01-01"}), "spell": care}
    )


@pytest.fixture(scope="module")
def data(records: Records) -> Dataset:
    rows = [
        (child, day, f"h{number // 2}", "Z1" if number < 200 else "Z2")
        for number, child in enumerate(CHILDREN)
        for day in (EARLIER, NOW)
        if not (child == "c5" and day == EARLIER)
    ]
    members = pd.DataFrame(rows, columns=["person_id", "index_date", "household_id", "zone"])
    return assemble(records, Cohort.from_frame(members), FEATURES, [CARE])


@pytest.fixture(scope="module")
def study(data: Dataset) -> Study:
    draw = np.random.default_rng(5)
    chance = 0.1 + 0.1 * data.features["notices"] + 0.1 * data.features["others_notices"]
    label = (draw.random(len(chance)) < chance - 0.05 * data.features["club"]).to_numpy().astype(float)
    models = tuple(
        RiskModel(trees=15, leaves=4, rows_in_leaf=20, seed=seed).fit(data.features, label)
        for seed in (1, 2, 3)
    )
    nothing: Any = None
    return Study(
        outcome=CARE,
        candidate=nothing,
        split=nothing,
        levels=Levels(models[0], data),
        refits=Refits(models[1:], 0.5),
        reliability=Reliability(0.5, 0.3),
        test=nothing,
        level=nothing,
        label=nothing,
        rise=nothing,
        at_last=nothing,
        paired_at_last=nothing,
        rivals=nothing,
        age_bands=(),
        listed_alone=nothing,
    )


PLAN = cast(
    Plan,
    SimpleNamespace(
        experiment=SimpleNamespace(score_on=NOW.astype(object), rise=SimpleNamespace(credible=0.8)),
        capacity={"Z1": 3, "Z2": 2},
        weights={"care": 1.0},
        features=FEATURES,
        followed_back=lambda days: days[days < NOW],
        before=lambda day: EARLIER if day == NOW else np.datetime64("NaT"),
    ),
)


def test_every_child_has_one_line_for_each_outcome_and_its_level_is_the_models(
    data: Dataset, study: Study
) -> None:
    scores = score(data, [study, study], PLAN)
    rows = data.at([NOW])
    assert len(scores) == 2 * len(rows) == 2 * len(CHILDREN)
    scores = scores.head(len(rows))
    assert scores["person_id"].tolist() == data.members["person_id"].iloc[rows].tolist()
    assert np.array_equal(scores["level"], study.model.predict_proba(data.features.iloc[rows])[:, 1])
    before = data.members["index_date"] == pd.Timestamp(EARLIER)
    levels = pd.Series(
        study.model.predict_proba(data.features[before.to_numpy()])[:, 1], data.members["person_id"][before]
    )
    pd.testing.assert_series_equal(
        scores.set_index("person_id")["level_before"], levels.reindex(scores["person_id"]), check_names=False
    )


def test_a_child_already_there_is_not_ranked_and_says_why_and_a_new_child_has_no_rise(
    data: Dataset, study: Study
) -> None:
    scores = score(data, [study], PLAN).set_index("person_id")
    assert scores.loc[~scores["eligible"], "left_out"].to_dict() == {"c0": "already or recently: in care"}
    assert scores.loc[scores["eligible"], "left_out"].isna().all()
    assert scores.index[scores["direction"] == "not known"].tolist() == ["c5"]
    assert np.isnan(scores.loc["c5", ["rise", "credibility", "level_before"]].astype(float)).all()


def test_children_of_an_age_band_that_is_not_scored_are_left_out_with_the_reason(
    data: Dataset, study: Study
) -> None:
    ages = np.where(data.members["person_id"].isin(CHILDREN[:20]), 3, 9)
    aged = replace(data, members=data.members.assign(age_years=ages))
    bands = (
        AgeBand(0, 5, 900, 90, "additive_count", -0.02, -0.03, -0.01, 0.7, 0.6),
        AgeBand(5, None, 900, 90, "logistic", 0.02, 0.01, 0.03, 0.7, 0.6),
    )
    scores = score(aged, [replace(study, age_bands=bands)], PLAN).set_index("person_id")
    left_out = scores.loc[~scores["eligible"], "left_out"]
    assert set(left_out.index) == set(CHILDREN[:20])
    assert left_out["c0"] == "already or recently: in care"
    assert left_out["c1"] == "Not scored at ages 0 to 4: a simple rule does better there than the model"


def test_a_rising_child_has_a_day_since_when_and_nobody_else_has(data: Dataset, study: Study) -> None:
    scores = score(data, [replace(study, reliability=Reliability(0.9, 0.1))], PLAN)
    rising = scores["eligible"] & scores["direction"].eq("rising")
    assert 0 < rising.sum() < len(scores)
    # Nothing is known of the day before the first: each run of rising starts today.
    assert (scores.loc[rising, "rising_since"] == pd.Timestamp(NOW)).all()
    assert scores.loc[~rising, "rising_since"].isna().all()


def test_reasons_are_for_children_near_a_list_only_and_rest_on_earlier_facts(
    records: Records, data: Dataset, study: Study
) -> None:
    scores = score(data, [study], PLAN)
    reasons = reasons_near_lists(records, data, scores, [study], PLAN)
    people = set(reasons["person_id"])
    assert "c0" not in people
    # Four times the places of each zone, two children a family at most.
    assert 0 < len(people) <= 2 * 4 * (3 + 2)
    assert set(reasons["outcome"]) == {"care"}
    assert (reasons["as_at"] < pd.Timestamp(NOW)).all()
    assert (reasons["source"] == "file").all()
    assert (reasons.groupby(["person_id", "kind"]).size() <= 3).all()
    top = scores[scores["eligible"]].sort_values("level").groupby("zone")["person_id"].last()
    assert set(top) <= people


def test_a_reason_about_the_family_is_dated_by_the_family(
    records: Records, data: Dataset, study: Study
) -> None:
    reasons = reasons_near_lists(records, data, score(data, [study], PLAN), [study], PLAN)
    family = reasons[reasons["feature"] == "others_notices"]
    assert len(family) > 3
    events = records.frames["event"]
    seen = events[(events["kind"] == "police_notice") & (events["known_date"] < pd.Timestamp(NOW))]
    home = records.frames["household"].set_index("person_id")["household_id"]
    for line in family.itertuples():
        others = home.index[(home == home[line.person_id]) & (home.index != line.person_id)]
        assert line.as_at == seen.loc[seen["person_id"].isin(others), "event_date"].max()


def test_where_nobody_can_be_listed_there_are_no_reasons_and_the_columns_stand(
    records: Records, data: Dataset, study: Study
) -> None:
    scores = score(data, [study], PLAN).assign(eligible=False)
    reasons = reasons_near_lists(records, data, scores, [study], PLAN)
    assert reasons.empty
    assert {"person_id", "kind", "text", "source", "as_at"} <= set(reasons.columns)
