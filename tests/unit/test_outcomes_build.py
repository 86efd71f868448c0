"""Outcomes: onsets among those free of them; follow-up cut short is never a "no"."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.outcomes import Onset, Outcome, ShareReaches, build_outcomes, catalogue, outcome_status
from prevention_model.query import FollowUp, Lookback
from prevention_model.records import Records

YEAR = FollowUp("12 months")
SUSPENDED = Outcome("suspended", Onset("event", "suspension"), YEAR)
MEMBERS = pd.DataFrame({"person_id": ["b", "a"], "index_date": ["2024-01-01", "2024-01-01"]})


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Outcome("x", Onset("event", "k"), Lookback("6 months")), 'Write FollowUp("6 months")'),
        (lambda: Outcome("x", Onset("event", "k"), Lookback("all")), 'Write FollowUp("12 months")'),
        (lambda: Outcome("x", Onset("event", "k"), "12 months"), 'Write FollowUp("12 months")'),
        (lambda: Outcome("X y", Onset("event", "k"), YEAR), "small letters"),
        (lambda: Outcome("x", "suspension", YEAR), "an Onset or a ShareReaches"),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, direction="up"), 'Use "avoid" or "attain".'),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, until_age=99), "from 1 to 25"),
        (lambda: Onset("measurement", "k"), "for measured shares use ShareReaches"),
        (lambda: Onset("event", ""), 'Write kind="..."'),
        (lambda: Onset("event", "k", free_for="ever"), "is not a length of time"),
        (lambda: ShareReaches("a", "b", at_least=10), "as in 0.10"),
        (
            lambda: build_outcomes(Records.from_frames({}), MEMBERS, [SUSPENDED, SUSPENDED]),
            "a name stands there twice",
        ),
        (lambda: build_outcomes(Records.from_frames({}), MEMBERS, []), "The outcomes are missing"),
    ],
)
def test_an_ill_formed_outcome_cannot_be_built(make, says) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WrongUsage) as error:
        make()
    assert says in str(error.value)


def test_outcomes_come_in_the_order_of_the_members() -> None:
    events = pd.DataFrame({"person_id": ["a"], "kind": "suspension", "event_date": ["2024-05-01"]})
    built = build_outcomes(Records.from_frames({"event": events}), MEMBERS, [SUSPENDED])
    assert built.index.names == ["person_id", "index_date"]
    assert built.index.get_level_values("person_id").tolist() == ["b", "a"]
    assert built["suspended"].tolist() == [0.0, 1.0]


def test_only_the_code_asked_for_counts() -> None:
    events = pd.DataFrame(
        {"person_id": ["a", "b"], "kind": "notice", "code": ["missing", None], "event_date": "2024-05-01"}
    )
    outcome = Outcome("missing", Onset("event", "notice", code="missing"), YEAR)
    assert outcome_status(Records.from_frames({"event": events}), MEMBERS, outcome).tolist() == [
        "none",
        "onset",
    ]


def test_a_person_recorded_to_25_is_followed_past_18() -> None:
    people = pd.DataFrame({"person_id": ["a", "b"], "birth_date": "2006-03-01"})
    records = Records.from_frames({"person": people})
    to_25 = Outcome("suspended", Onset("event", "suspension"), YEAR, until_age=25)
    assert outcome_status(records, MEMBERS, SUSPENDED).tolist() == ["censored"] * 2
    assert outcome_status(records, MEMBERS, to_25).tolist() == ["none"] * 2


@settings(max_examples=40, deadline=None)
@given(
    onset=st.none() | st.integers(-400, 500),
    end=st.none() | st.integers(1, 500),
    late=st.integers(0, 60),
)
def test_known_truth(onset: int | None, end: int | None, late: int) -> None:
    """One child, one event, one departure: the status follows from the three numbers alone."""
    start = pd.Timestamp("2023-03-01")

    def day(number: int) -> pd.Timestamp:
        return start + pd.Timedelta(days=number)

    frames = {
        "place": pd.DataFrame(
            {
                "person_id": ["a"],
                "kind": "home",
                "from": [day(-900)],
                "to": [None if end is None else day(end)],
                "known_date": [day(-900)],
            }
        )
    }
    frames["place"]["to"] = pd.to_datetime(frames["place"]["to"])
    if onset is not None:
        frames["event"] = pd.DataFrame(
            {
                "person_id": ["a"],
                "kind": "suspension",
                "event_date": [day(onset)],
                "known_date": [day(onset + late)],
            }
        )
    status = outcome_status(
        Records.from_frames(frames), pd.DataFrame({"person_id": ["a"], "index_date": [start]}), SUSPENDED
    ).iloc[0]
    if onset is not None and -365 <= onset < 0 and onset + late < 0:
        truth = "not_at_risk"
    elif onset is not None and 0 <= onset < 366 and (end is None or onset < end):
        truth = "onset"
    else:
        truth = "censored" if end is not None and end < 366 else "none"
    assert status == truth


def test_the_catalogue_is_complete() -> None:
    for outcome in catalogue():
        assert outcome.plain and outcome.short and outcome.exposure
        assert outcome.direction == "avoid"
        assert outcome.to_declaration()["name"] == outcome.name


def test_ten_in_a_hundred_reaches_ten_per_cent() -> None:
    """Values are held in ten-thousandths, so 0.1 + 0.2 of 3 is 10%, not a little less."""
    rows = pd.DataFrame(
        {
            "person_id": "a",
            "kind": ["missed", "missed", "possible"],
            "value": [0.1, 0.2, 3.0],
            "event_date": "2024-04-01",
        }
    )
    outcome = Outcome("absent", ShareReaches("missed", "possible"), YEAR)
    built = build_outcomes(Records.from_frames({"measurement": rows}), MEMBERS, [outcome])["absent"]
    np.testing.assert_array_equal(built, [np.nan, 1.0])
