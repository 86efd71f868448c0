"""A data set: features, labels and families of the same child in the same row."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.cohort import Cohort
from prevention_model.dataset import Dataset, assemble
from prevention_model.errors import WrongUsage
from prevention_model.features import Feature
from prevention_model.outcomes import Onset, Outcome
from prevention_model.query import Count, FollowUp, Lookback
from prevention_model.records import Records

CONTACTS = Feature("contacts", Count("event", "contact"), Lookback("12 months"))
CARE = Outcome("care", Onset("spell", kind="care_period"), FollowUp("12 months"))


def made_up_records() -> Records:
    return Records.from_frames(
        {
            "event": pd.DataFrame(
                {"person_id": ["a", "a", "b"], "kind": "contact"}
                | {"event_date": ["2022-06-01", "2023-06-01", "2022-12-31"]}
            ),
            "spell": pd.DataFrame(
                {"person_id": ["a", "c"], "kind": "care_period", "start_date": ["2023-06-10", "2022-11-01"]}
            ),
            "person": pd.DataFrame({"person_id": ["a", "b", "c", "d"], "birth_date": "2015-01-01"}).assign(
                death_date=[None, None, None, "2023-03-01"]
            ),
        }
    )


def members_at(people: str, day: str = "2023-01-01", **more: object) -> pd.DataFrame:
    return pd.DataFrame({"person_id": list(people), "index_date": day, **more})


def test_labels_keep_apart_what_happened_what_did_not_and_what_nobody_can_say() -> None:
    data = assemble(made_up_records(), Cohort.from_frame(members_at("dcba")), [CONTACTS], [CARE])
    rows = np.arange(4)
    assert data.status["care"].tolist() == ["censored", "not_at_risk", "none", "onset"]
    assert np.array_equal(data.label("care", rows), [np.nan, np.nan, 0.0, 1.0], equal_nan=True)
    # A censored child could still have had an onset, so it is scored and listed; it only cannot judge.
    assert data.at_risk("care", rows).tolist() == [True, False, True, True]
    assert data.label("care", np.array([3, 2])).tolist() == [1.0, 0.0]
    assert data.features["contacts"].tolist() == [0.0, 0.0, 1.0, 1.0]


def test_a_child_of_no_known_household_is_a_family_of_one() -> None:
    members = members_at("abc", household_id=["h", None, None], zone=["Z1", "Z2", "Z2"])
    data = assemble(made_up_records(), Cohort.from_frame(members), [CONTACTS], [CARE])
    assert data.members["family_id"].tolist() == ["h", "alone:b", "alone:c"]
    bare = assemble(made_up_records(), Cohort.from_frame(members_at("ab")), [CONTACTS], [CARE])
    assert bare.members["family_id"].tolist() == ["alone:a", "alone:b"]
    assert bare.members["zone"].tolist() == ["unallocated", "unallocated"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcd"), st.integers(0, 5)), min_size=1, max_size=20, unique=True),
    st.integers(1, 3),
)
def test_the_earlier_row_is_the_same_childs_at_the_asked_date(pairs, back) -> None:  # type: ignore[no-untyped-def]
    days = pd.date_range("2022-01-01", periods=6, freq="MS").astype("datetime64[s]")
    members = pd.DataFrame(
        {
            "person_id": [person for person, _ in pairs],
            "index_date": [days[number] for _, number in pairs],
            "family_id": "f",
            "zone": "Z1",
        }
    )
    nothing = pd.DataFrame(index=range(len(pairs)))
    data = Dataset(members, nothing, nothing)
    asked = {
        np.datetime64(days[n], "D"): np.datetime64(days[n - back], "D") for n in range(6) if n - back >= 0
    }
    found = data.earlier(np.arange(len(pairs)), asked)
    place = {pair: row for row, pair in enumerate(pairs)}
    assert found.tolist() == [place.get((person, number - back), -1) for person, number in pairs]


def test_no_rows_have_no_earlier_rows() -> None:
    data = assemble(made_up_records(), Cohort.from_frame(members_at("ab")), [CONTACTS], [CARE])
    assert data.earlier(np.array([], dtype=int), {}).tolist() == []
    assert data.at([np.datetime64("2023-01-01")]).tolist() == [0, 1]
    assert data.at([np.datetime64("2024-01-01")]).tolist() == []


def test_parts_that_do_not_fit_together_are_refused() -> None:
    members = members_at("ab", family_id="f", zone="Z1")
    two, three = pd.DataFrame(index=range(2)), pd.DataFrame(index=range(3))
    with pytest.raises(WrongUsage) as error:
        Dataset(members, three, two)
    assert str(error.value) == "Members, features and outcomes must have the same number of rows."
    with pytest.raises(WrongUsage) as error:
        Dataset(members.drop(columns=["family_id", "zone"]), two, two)
    assert str(error.value) == "The members of a data set also need: family_id; zone."
