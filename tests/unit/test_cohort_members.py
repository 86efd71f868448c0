"""Cohorts: who is asked about, and who is left out and why."""

import pandas as pd
import pytest

from prevention_model.cohort import Cohort, Members
from prevention_model.errors import WrongUsage
from prevention_model.records import Records

PEOPLE = pd.DataFrame({"person_id": ["b", "a"], "birth_date": ["2010-01-01", "2023-06-01"]})


def test_index_dates_keep_to_the_end_of_the_month() -> None:
    dates = Cohort(every="1 month", start="2023-01-31", end="2023-04-30").index_dates()
    assert [str(day) for day in dates] == ["2023-01-31", "2023-02-28", "2023-03-31", "2023-04-30"]


def test_members_come_in_the_order_of_the_person_table_and_enter_when_they_are_born() -> None:
    members = Cohort(every="6 months", start="2023-01-01", end="2024-01-01").members(
        Records.from_frames({"person": PEOPLE})
    )
    seen = [
        (person, str(day.date())) for person, day in members.frame[["person_id", "index_date"]].to_numpy()
    ]
    assert seen == [
        ("b", "2023-01-01"),
        ("b", "2023-07-01"),
        ("b", "2024-01-01"),
        ("a", "2023-07-01"),
        ("a", "2024-01-01"),
    ]
    assert members.left_out.to_dict("records") == [{"reason": "outside the age range", "count": 1}]
    assert members.frame.columns.tolist() == ["person_id", "index_date", "household_id", "zone", "age_years"]
    assert members.frame["zone"].unique().tolist() == ["unallocated"]
    assert members.frame["household_id"].isna().all()


def test_everyone_at_every_date_is_a_member_or_left_out() -> None:
    adults = PEOPLE.assign(person_id=["c", "d"], is_adult=True)
    people = pd.concat(
        [PEOPLE.assign(is_adult=False), adults, PEOPLE.assign(person_id=["e", "f"], death_date="2023-03-01")]
    )
    cohort = Cohort(every="6 months", start="2023-01-01", end="2024-01-01")
    members = cohort.members(Records.from_frames({"person": people}))
    assert len(members) + members.left_out["count"].sum() == len(people) * len(cohort.index_dates())


@pytest.mark.parametrize(("ages", "months"), [((0, 18), (0, 216)), ((0.5, 2), (6, 24))])
def test_ages_include_the_first_and_not_the_last_month(ages: tuple, months: tuple) -> None:
    people = pd.DataFrame({"person_id": ["a"], "birth_date": ["2005-02-01"]})
    frame = (
        Cohort(every="1 month", start="2004-01-01", end="2024-01-01", ages=ages)
        .members(Records.from_frames({"person": people}))
        .frame
    )
    first, last = (pd.Timestamp("2005-02-01") + pd.DateOffset(months=n) for n in (months[0], months[1] - 1))
    assert (frame["index_date"].min(), frame["index_date"].max(), len(frame)) == (
        first,
        last,
        months[1] - months[0],
    )


def test_nothing_known_later_decides_who_is_a_member() -> None:
    """Were membership to depend on what follows, the cohort would leak the outcome."""
    base = {
        "person": PEOPLE,
        "place": pd.DataFrame(
            {"person_id": ["a", "b"], "kind": "home", "zone": "north", "from": "2020-01-01"}
        ),
    }
    later = {
        "place": pd.concat(
            [
                base["place"],
                pd.DataFrame({"person_id": ["b"], "kind": "home", "zone": "south", "from": ["2023-07-01"]}),
            ]
        ),
        "attribute": pd.DataFrame(
            {"person_id": ["b"], "name": "objection", "value": "true", "event_date": ["2023-07-01"]}
        ),
        "household": pd.DataFrame({"person_id": ["b"], "household_id": "h", "from": ["2023-07-01"]}),
    }
    cohort = Cohort(every="3 months", start="2023-01-01", end="2023-07-01")
    before, after = (cohort.members(Records.from_frames(base | more)) for more in ({}, later))
    pd.testing.assert_frame_equal(before.frame, after.frame)


def test_a_home_is_asked_for_only_where_homes_are_on_record() -> None:
    schools = pd.DataFrame({"person_id": ["a"], "kind": "school", "school": "s", "from": ["2020-01-01"]})
    members = Cohort(every="1 year", start="2023-07-01", end="2023-07-01").members(
        Records.from_frames({"person": PEOPLE, "place": schools})
    )
    assert len(members) == 2


def test_members_from_any_frame_keep_their_columns() -> None:
    frame = pd.DataFrame({"module": ["x"], "index_date": ["2024-01-01"], "person_id": ["a"]})
    members = Cohort.from_frame(frame)
    assert isinstance(members, Members)
    assert members.frame.to_dict("records") == [
        {"person_id": "a", "index_date": pd.Timestamp("2024-01-01"), "module": "x"}
    ]
    assert members.left_out.empty
    with pytest.raises(WrongUsage, match="stand there twice"):
        Cohort.from_frame(pd.concat([frame, frame]))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"every": "often"}, "is not a length of time"),
        ({"start": "31/01/2023"}, 'Write start="2021-01-31".'),
        ({"end": "2020-01-01"}, "ends before it starts"),
        ({"ages": (18, 0)}, "is not a range of ages"),
        ({"ages": (0, 1.3)}, "in whole months"),
    ],
)
def test_an_ill_formed_cohort_cannot_be_built(change: dict, says: str) -> None:
    with pytest.raises(WrongUsage) as error:
        Cohort(**({"every": "3 months", "start": "2023-01-01", "end": "2024-01-01"} | change))
    assert says in str(error.value)
