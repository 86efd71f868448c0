"""Cohorts: who is asked about, and who is left out and why."""

from datetime import date

import pandas as pd
import pytest

from prevention_model.cohort import STATUTORY, Cohort, Members
from prevention_model.errors import WrongUsage
from prevention_model.features import Feature, build_features
from prevention_model.query import Count, Latest, Lookback, OpenSpell
from prevention_model.records import Records

PEOPLE = pd.DataFrame({"person_id": ["b", "a"], "birth_date": ["2010-01-01", "2023-06-01"]})


def out_of(members: Members) -> dict[str, int]:
    """The pairs that each step left out, where it left out any."""
    counts = dict(zip(members.left_out["reason"], members.left_out["left_out"], strict=True))
    return {reason: count for reason, count in counts.items() if count}


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
    assert out_of(members) == {"outside the age range": 1}
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
    assert len(members) + members.left_out["left_out"].sum() == len(people) * len(cohort.index_dates())


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
        ({"not_open_to": "cp_plan"}, "does not name kinds of spell"),
        ({"not_open_to": ("cp_plan", "")}, 'Write a tuple of them, such as not_open_to=("cin_episode"'),
    ],
)
def test_an_ill_formed_cohort_cannot_be_built(change: dict, says: str) -> None:
    with pytest.raises(WrongUsage) as error:
        Cohort(**({"every": "3 months", "start": "2023-01-01", "end": "2024-01-01"} | change))
    assert says in str(error.value)


def spells(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"person_id": ["a"], "kind": "cp_plan", "start_date": ["2023-08-01"]} | columns)


def received(kind: str, to: str) -> pd.DataFrame:
    return pd.DataFrame({"source": ["a file"], "kind": kind, "from": ["2020-01-01"], "to": to})


def test_nobody_is_left_out_for_statutory_services_unless_it_is_asked_for() -> None:
    records = Records.from_frames({"person": PEOPLE, "spell": spells()})
    assert set(Cohort.on("2024-01-01").members(records).frame["person_id"]) == {"a", "b"}
    assert out_of(Cohort.on("2024-01-01", not_open_to=STATUTORY).members(records)) == {
        "open to statutory services": 1
    }


def test_a_spell_that_is_still_open_where_receipt_ended_leaves_out_all_the_same() -> None:
    frames = {"person": PEOPLE, "spell": spells(), "coverage": received("cp_plan", "2023-09-01")}
    members = Cohort.on("2024-01-01", not_open_to=("cp_plan",)).members(Records.from_frames(frames))
    assert members.frame["person_id"].tolist() == ["b"]
    assert members.coverage_lag["days_missing"].tolist() == [122]


def test_a_misspelt_kind_is_refused_because_it_would_leave_nobody_out() -> None:
    records = Records.from_frames({"person": PEOPLE, "coverage": received("cp_plan", "2024-01-01")})
    assert len(Cohort.on("2024-01-01", not_open_to=("cp_plan",)).members(records)) == 2
    with pytest.raises(WrongUsage) as error:
        Cohort.on("2024-01-01", not_open_to=("cp_plan", "cin_epsiode")).members(records)
    assert str(error.value) == (
        "No source delivers spells of the kind cin_epsiode, so they would leave nobody out. Where: not_open_to. "
        "What to do: Correct the spelling, or take out what is not delivered."
    )


def test_only_some_of_the_index_dates_are_asked_for_and_counted() -> None:
    cohort = Cohort(every="6 months", start="2023-01-01", end="2024-01-01")
    records = Records.from_frames({"person": PEOPLE})
    some = cohort.members(records, only=[date(2023, 1, 1), date(2023, 7, 1), date(1999, 1, 1)])
    whole = cohort.members(records).frame
    kept = whole[whole["index_date"] < "2024-01-01"].reset_index(drop=True)
    pd.testing.assert_frame_equal(some.frame, kept)
    assert some.left_out["before"].iloc[0] == 4
    assert some.left_out_by_date["index_date"].drop_duplicates().dt.year.tolist() == [2023, 2023]
    nobody = cohort.members(records, only=[])
    assert (len(nobody), nobody.left_out["before"].sum(), len(nobody.left_out_by_date)) == (0, 0, 0)


def test_steps_that_do_not_lead_to_the_members_are_refused() -> None:
    members = Cohort.on("2024-01-01").members(Records.from_frames({"person": PEOPLE}))
    with pytest.raises(WrongUsage, match="leaves 2 pairs, and there are 1"):
        Members(members.frame.head(1), members.left_out)
    wrong = members.left_out.assign(left_out=1)
    with pytest.raises(WrongUsage, match="do not sum up"):
        Members(members.frame, wrong)


def test_beyond_the_coverage_a_feature_is_missing_and_never_nothing() -> None:
    """Scoring today with a source that ended last month must not say that nothing happened since."""
    event = pd.DataFrame(
        {"person_id": ["b"], "kind": "notice", "code": "abuse", "event_date": ["2023-12-10"]}
    )
    frames = {
        "person": PEOPLE,
        "event": event,
        "spell": spells(person_id=["b"]),
        "coverage": pd.concat([received("notice", "2024-01-01"), received("cp_plan", "2024-02-01")]).assign(
            source=["police", "social care"]
        ),
    }
    records = Records.from_frames(frames)
    features = [
        Feature("notices", Count("event", "notice"), Lookback("3 months")),
        Feature("notices_before", Count("event", "notice"), Lookback("1 month", before="1 month")),
        Feature("plan", OpenSpell("cp_plan"), Lookback("all")),
        Feature("carer", Latest("attribute", kind="carer", equals="true"), Lookback("all")),
    ]
    in_time, late = (Cohort.on(day, ages=(0, 17)).members(records) for day in ("2024-01-01", "2024-02-01"))
    assert in_time.coverage_lag.empty
    assert late.coverage_lag[["source", "days_missing"]].values.tolist() == [["police", 31]]
    for engine in ("kernel", "reference"):
        then = build_features(records, in_time, features, engine).loc["b"].iloc[0]
        now = build_features(records, late, features, engine, coverage_flags=True).loc["b"].iloc[0]
        assert then[["notices", "plan"]].tolist() == [1, 1]
        assert now[["notices", "carer"]].isna().all()
        assert now[["notices_before", "plan"]].tolist() == [1, 1]
        flags = [f"not_covered:{name}" for name in ("notices", "notices_before", "plan")]
        assert now[flags].tolist() == [1, 0, 0]
