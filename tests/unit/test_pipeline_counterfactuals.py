"""Children scored again with one more child in the home, or one more agency in contact: only that changes."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from prevention_model.dataset import Dataset
from prevention_model.features import Feature, build_features
from prevention_model.pipeline.counterfactuals import ONE_MORE_AGENCY, ONE_MORE_CHILD, counterfactuals
from prevention_model.pipeline.rising import Levels
from prevention_model.query import Count, DistinctCodes, Lookback, People, Retention
from prevention_model.records.records import Records

DAY = pd.Timestamp("2024-01-01")
PEOPLE = [f"c{number}" for number in range(60)]
FEATURES = (
    Feature("contacts", Count("event", "contact"), Lookback("12 months")),
    Feature("agencies", DistinctCodes("event", "contact"), Lookback("12 months")),
    Feature("children", People("children"), Lookback("all"), scope="household_others"),
)


class Weighs:
    """A model whose log-odds are a weight for each feature."""

    def __init__(self, **weights: float) -> None:
        self.weights = weights

    def margin(self, X: pd.DataFrame) -> np.ndarray:
        return np.asarray(-2.0 + sum(weight * X[name] for name, weight in self.weights.items()), dtype=float)

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        chance = expit(self.margin(X))
        return np.column_stack([1 - chance, chance])


@pytest.fixture(scope="module")
def records() -> Records:
    everybody = [*PEOPLE, *(f"s{number}" for number in range(20))]
    homes = [f"h{number}" for number in range(60)]
    contacts = pd.DataFrame(
        {
            "person_id": np.repeat(PEOPLE[:40], 2),
            "kind": "contact",
            # Ten children are seen by two agencies already: there is nothing to change.
            "code": np.where(np.arange(80) < 60, "school", np.tile(["school", "police"], 40)),
            "event_date": np.tile(["2023-03-01", "2023-09-01"], 40),
            "known_date": np.tile(["2023-03-01", "2023-09-01"], 40),
        }
    )
    return Records.from_frames(
        {
            "person": pd.DataFrame({"person_id": everybody, "birth_date": "2012-05-01", "is_adult": False}),
            "household": pd.DataFrame(
                {
                    "household_id": [*homes, *homes[:20]],
                    "person_id": everybody,
                    "from": "2020-01-01",
                    "known_date": "2020-01-01",
                }
            ),
            "event": contacts,
            "coverage": pd.DataFrame({"source": ["made"], "from": ["2019-01-01"], "to": ["2025-01-01"]}),
        }
    )


def found(records: Records, model: Weighs) -> pd.DataFrame:
    members = pd.DataFrame(
        {"person_id": PEOPLE, "index_date": DAY.as_unit("s"), "family_id": PEOPLE, "zone": "Z"}
    )
    members["household_id"] = [f"h{number}" for number in range(60)]
    values = build_features(records, members[["person_id", "index_date"]], FEATURES)
    data = Dataset(members, values.reset_index(drop=True), pd.DataFrame({"care": ["none"] * 60}))
    study: Any = SimpleNamespace(
        outcome=SimpleNamespace(name="care"),
        test=np.arange(60),
        model=model,
        levels=Levels(model, data),
        scored=lambda data, rows: np.ones(len(rows), dtype=bool),
    )
    plan: Any = SimpleNamespace(features=FEATURES)
    return counterfactuals(records, DAY.to_datetime64(), data, [study], plan, Retention({}))["care"]


def moved(table: pd.DataFrame, change: str) -> np.ndarray:
    rows = table[table["change"] == change]
    logs = [np.log(rows[name] / (1 - rows[name])) for name in ("after", "before")]
    return np.asarray(logs[0] - logs[1])


def test_a_model_that_reads_family_size_is_moved_by_one_child_more_and_by_exactly_that(
    records: Records,
) -> None:
    table = found(records, Weighs(children=0.3, contacts=0.5))
    assert moved(table, ONE_MORE_CHILD) == pytest.approx(np.full(60, 0.3))
    assert moved(table, ONE_MORE_AGENCY) == pytest.approx(np.zeros(30))


def test_a_model_that_reads_the_number_of_agencies_is_moved_by_one_more_and_contacts_stay_as_many(
    records: Records,
) -> None:
    table = found(records, Weighs(agencies=0.2, contacts=0.5))
    assert moved(table, ONE_MORE_AGENCY) == pytest.approx(np.full(30, 0.2))
    assert moved(table, ONE_MORE_CHILD) == pytest.approx(np.zeros(60))
