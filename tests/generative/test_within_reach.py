"""What is cut away from the records, no feature of these people could read."""

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prevention_model.features import Feature, build_features
from prevention_model.features.within_reach import LONG, within_reach
from prevention_model.query import Count, Lookback
from prevention_model.records import Records
from tests.generative.engine_worlds import PAIRS, frames, records_of
from tests.generative.test_engine_agreement import same_bits
from tests.generative.test_parts_agree import SETS, TRAJECTORIES


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(frames(most=30), PAIRS, st.sampled_from(SETS), st.integers(1, 3))
def test_the_values_of_some_people_stay_the_same(
    made: dict[str, pd.DataFrame], pairs: pd.DataFrame, some: tuple[Feature, ...], every: int
) -> None:
    features = (*some, *TRAJECTORIES)
    people = sorted(set(pairs["person_id"]))[::every]
    asked = pairs[pairs["person_id"].isin(people)]
    records = records_of(made)
    cut = within_reach(records, people, features)
    assert all(len(cut.frames[table]) <= len(records.frames[table]) for table in LONG)
    whole, found = (build_features(each, asked, features) for each in (records, cut))
    assert found.index.equals(whole.index)
    for name in whole:
        assert same_bits(whole[name].to_numpy(), found[name].to_numpy()).all(), name


def test_rows_of_strangers_go_and_rows_of_neighbours_go_unless_asked_for() -> None:
    people, kinds = (
        ["ann", "ann", "neighbour", "neighbour", "stranger"],
        ["visit", "other", "visit", "other", "visit"],
    )
    homes = {"person_id": ["ann", "neighbour", "stranger"], "kind": "home", "lsoa": ["E1", "E1", "E2"]}
    records = Records.from_frames(
        {
            "event": pd.DataFrame({"person_id": people, "kind": kinds, "event_date": "2024-01-01"}),
            "place": pd.DataFrame({**homes, "from": "2020-01-01"}),
        }
    )
    own = Feature("visits", Count("event", "visit"), Lookback("all"))
    area = Feature("near", Count("event", "visit"), Lookback("all"), "place")
    left = {
        name: list(zip(cut["person_id"], cut["kind"], strict=True))
        for name, cut in (
            ("own", within_reach(records, ["ann"], [own]).frames["event"]),
            ("area", within_reach(records, ["ann"], [own, area]).frames["event"]),
        )
    }
    assert left["own"] == [("ann", "visit"), ("ann", "other")]
    assert left["area"] == [("ann", "visit"), ("ann", "other"), ("neighbour", "visit")]
