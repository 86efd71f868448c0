"""Near lists: what changed adds up to the change of level, and contrasts hold by the level that orders lists."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from prevention_model.dataset import Dataset
from prevention_model.explanation.without import without_themes
from prevention_model.lists.ranking import combined, rank_families
from prevention_model.outcomes import Onset, Outcome
from prevention_model.pipeline.near_lists import (
    changes_near_lists,
    contrasts_near_lists,
    near_lists,
)
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rising import Levels
from prevention_model.pipeline.study import Study
from prevention_model.query import FollowUp
from tests.fixtures.explained_model import FEATURES, fitted, some_values

BEFORE, TODAY = np.datetime64("2023-04-01"), np.datetime64("2023-10-01")
CHILDREN = [f"c{number}" for number in range(200)]
NEW = ("c3", "c4")
OUTCOMES = {"care": 0.5, "suspension": 0.0}
PLAN = cast(
    Plan,
    SimpleNamespace(
        experiment=SimpleNamespace(score_on=TODAY.astype(object)),
        capacity={"Z1": 4, "Z2": 3},
        weights={"care": 2.0, "suspension": 1.0},
        features=FEATURES,
        before=lambda day: BEFORE,
    ),
)


@pytest.fixture(scope="module")
def studies(data: Dataset) -> list[Study]:
    nothing: Any = None
    rest = [name for name in Study.__dataclass_fields__ if name not in ("outcome", "levels")]
    return [
        Study(
            outcome=Outcome(name, Onset("spell", kind="care_period"), FollowUp("12 months")),
            levels=Levels(fitted(lines)[0], data),
            **dict.fromkeys(rest, nothing),
        )
        for name, lines in OUTCOMES.items()
    ]


@pytest.fixture(scope="module")
def data() -> Dataset:
    rows = [(child, day) for day in (BEFORE, TODAY) for child in CHILDREN if day == TODAY or child not in NEW]
    members = pd.DataFrame(rows, columns=["person_id", "index_date"])
    number = members["person_id"].str[1:].astype(int)
    members = members.assign(
        family_id="h" + (number // 2).astype(str), zone=np.where(number < 120, "Z1", "Z2")
    )
    values = some_values(len(members), seed=11)
    # Two new children stand high, so that they are near a list.
    high = members["person_id"].isin(NEW) & (members["index_date"] == TODAY)
    values.loc[high, ["absence", "notices", "arrears"]] = 4.0
    return Dataset(members, values.astype("float32"), pd.DataFrame(index=range(len(members))))


@pytest.fixture(scope="module")
def scores(data: Dataset, studies: list[Study]) -> pd.DataFrame:
    rows = data.at([TODAY])
    members = data.members.iloc[rows]
    parts = [
        pd.DataFrame(
            {
                "person_id": members["person_id"].to_numpy(),
                "household_id": members["family_id"].to_numpy(),
                "zone": members["zone"].to_numpy(),
                "index_date": members["index_date"].to_numpy(),
                "outcome": study.outcome.name,
                "level": expit(study.model.margin(data.features.iloc[rows])),
                "direction": "steady",
                # Suspension counts for half of the children only.
                "eligible": (np.arange(len(rows)) % 2 == 0) | (study.outcome.name == "care"),
            }
        )
        for study in studies
    ]
    return pd.concat(parts, ignore_index=True)


def test_what_changed_adds_up_for_each_child_and_outcome(
    data: Dataset, studies: list[Study], scores: pd.DataFrame
) -> None:
    told = changes_near_lists(data, scores, studies, PLAN)
    near = near_lists(scores, PLAN)
    assert set(told["person_id"]) == set(near["person_id"]) - set(NEW)
    assert set(NEW) <= set(near["person_id"]), "new children stand near a list, and have no earlier row"
    assert (told["since"] == pd.Timestamp(BEFORE)).all()
    place = pd.Series(
        range(len(data.members)), pd.MultiIndex.from_frame(data.members[["person_id", "index_date"]])
    )
    for (person, outcome), lines in told.groupby(["person_id", "outcome"]):
        model = next(study.model for study in studies if study.outcome.name == outcome)
        now, then = (
            model.margin(data.features.iloc[[place[person, pd.Timestamp(day)]]])[0] for day in (TODAY, BEFORE)
        )
        assert lines["change"].sum() == pytest.approx(now - then, abs=1e-6)
        level = scores.loc[(scores["person_id"] == person) & (scores["outcome"] == outcome), "level"].iloc[0]
        assert now == pytest.approx(logit(level), abs=1e-6)
    counts = near.groupby("person_id")["outcome"].agg(set)
    assert all(set(lines["outcome"]) <= counts[person] for person, lines in told.groupby("person_id"))


def test_without_what_is_named_the_child_falls_below_the_first_family_without_a_place(
    data: Dataset, studies: list[Study], scores: pd.DataFrame
) -> None:
    told = contrasts_near_lists(data, scores, studies, PLAN)
    children = combined(scores, PLAN.weights).set_index("person_id")
    families = rank_families(children.reset_index(), PLAN.capacity, reserve=0)
    out = families[~families["listed"]].groupby("zone")["level"].max()
    counts = near_lists(scores, PLAN).groupby("person_id")["outcome"].agg(set)
    assert told["themes"].ne("").sum() >= 2
    for line in told.itertuples():
        child = children.loc[line.person_id]
        assert line.level == pytest.approx(child["level"], abs=1e-6)
        assert line.cut == pytest.approx(out[child["zone"]]) and line.level > line.cut
        if line.themes:
            row = data.at([TODAY])[CHILDREN.index(line.person_id)]
            gone = without_themes(FEATURES, data.features.iloc[[row]], [line.themes.split("; ")], "risk")
            each = {s.outcome.name: expit(s.model.margin(gone))[0] for s in studies}
            again = each["care"] + 0.5 * each["suspension"] * ("suspension" in counts[line.person_id])
            assert again == pytest.approx(line.without) and again < line.cut
    listed = children.loc[told["person_id"]]
    assert (listed["level"].to_numpy() > out[listed["zone"]].to_numpy()).all()


def test_where_nobody_counts_there_are_no_lines_and_the_columns_stand(
    data: Dataset, studies: list[Study], scores: pd.DataFrame
) -> None:
    nobody = scores.assign(eligible=False)
    changes = changes_near_lists(data, nobody, studies, PLAN)
    contrasts = contrasts_near_lists(data, nobody, studies, PLAN)
    assert changes.empty and {"person_id", "outcome", "since", "part", "change", "text"} <= set(
        changes.columns
    )
    assert contrasts.empty and {"person_id", "themes", "without", "text"} <= set(contrasts.columns)


def test_a_zone_with_places_for_all_has_no_contrasts(
    data: Dataset, studies: list[Study], scores: pd.DataFrame
) -> None:
    room = cast(Plan, SimpleNamespace(**(vars(PLAN) | {"capacity": {"Z1": 500, "Z2": 500}})))
    assert contrasts_near_lists(data, scores, studies, room).empty
