"""One referral in three files is one referral."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.linkage.repeats import said_once

ORDER = ["cin_census", "ssd", "annex_a"]


def spells(**columns: object) -> pd.DataFrame:
    rows = pd.DataFrame(
        {
            "person_id": "p",
            "agency": "social_care",
            "kind": "cin_episode",
            "code": None,
            "outcome": None,
            **columns,
        }
    )
    dates = ("start_date", "end_date", "known_start", "known_end")
    return rows.assign(**{name: pd.to_datetime(rows[name]) for name in dates})


def test_a_spell_left_open_takes_its_end_from_the_other_source() -> None:
    rows = spells(
        source=["cin_census", "annex_a"],
        start_date="2024-01-05",
        known_start="2024-01-05",
        end_date=[None, "2024-06-01"],
        known_end=[None, "2024-06-01"],
        outcome=[None, "stepped_down"],
    )
    once = said_once("spell", rows, ORDER)
    assert once.repeated == 1
    assert once.table[["source", "outcome"]].to_dict("records") == [
        {"source": "cin_census", "outcome": "stepped_down"}
    ]
    assert once.table["end_date"].to_list() == [pd.Timestamp("2024-06-01")]


def test_an_end_of_the_first_source_stands() -> None:
    ends = ["2024-05-01", "2024-06-01"]
    rows = spells(
        source=["ssd", "annex_a"],
        start_date="2024-01-05",
        known_start="2024-01-05",
        end_date=ends,
        known_end=ends,
    )
    assert said_once("spell", rows, ORDER).table["end_date"].to_list() == [pd.Timestamp("2024-05-01")]


def test_other_people_kinds_days_and_agencies_are_other_things() -> None:
    rows = pd.DataFrame(
        {
            "person_id": ["a", "b", "a", "a", "a"],
            "agency": ["social_care", "social_care", "police", "social_care", "social_care"],
            "kind": ["referral", "referral", "referral", "contact", "referral"],
            "event_date": pd.to_datetime(["2024-01-05"] * 4 + ["2024-01-06"]),
            "known_date": pd.to_datetime("2024-01-06"),
            "source": ["cin_census", "annex_a", "annex_a", "annex_a", "annex_a"],
        }
    )
    assert said_once("event", rows, ORDER).repeated == 0


def test_two_things_of_one_source_on_one_day_stay_two() -> None:
    rows = pd.DataFrame(
        {
            "person_id": "a",
            "agency": "social_care",
            "kind": "assessment_factor",
            "code": ["parent_drugs", "parent_alcohol", "parent_drugs"],
            "event_date": pd.to_datetime("2024-01-05"),
            "known_date": pd.to_datetime("2024-01-05"),
            "source": ["cin_census", "cin_census", "ssd"],
        }
    )
    assert said_once("event", rows, ORDER).table["code"].to_list() == ["parent_drugs", "parent_alcohol"]


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(1, 3), st.sampled_from(ORDER), st.integers(1, 5)),
        max_size=12,
    )
)
def test_each_day_is_told_by_one_source_and_known_when_any_knew(
    rows: list[tuple[str, int, str, int]],
) -> None:
    table = pd.DataFrame(rows, columns=["person_id", "day", "source", "known"]).assign(
        agency="s", kind="contact"
    )
    table["event_date"] = pd.to_datetime("2024-01-01") + pd.to_timedelta(table["day"], unit="D")
    table["known_date"] = pd.to_datetime("2024-02-01") + pd.to_timedelta(table["known"], unit="D")
    once = said_once("event", table, ORDER)
    assert len(once.table) + once.repeated == len(table)
    days = ["person_id", "event_date"]
    assert (once.table.groupby(days)["source"].nunique() == 1).all()
    for key, told in table.groupby(days):
        left = once.table[(once.table[days] == list(key)).all(axis=1)]
        assert left["source"].iloc[0] == min(told["source"], key=ORDER.index)
        if told["source"].nunique() > 1:
            assert (left["known_date"] == told["known_date"].min()).all()
