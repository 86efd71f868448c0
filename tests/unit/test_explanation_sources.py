"""Where a reason comes from: the latest fact it rests on, never one of the index date or later."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.explanation import as_at_dates
from prevention_model.features import Derived, Difference, Feature, Ratio, SinceReached, build_features
from prevention_model.query import (
    AgeMonths,
    Change,
    Count,
    DaysSinceLast,
    Latest,
    Lookback,
    OpenSpell,
    Share,
    SpellsEnded,
    Sum,
)
from prevention_model.records import Records

ALL, YEAR = Lookback("all"), Lookback("12 months")
FEATURES = (
    Feature("contacts", Count("event", "contact"), YEAR),
    Feature("abuse_notices", Count("event", "police_notice", code="abuse"), YEAR),
    Feature("others_notices", Count("event", "police_notice"), YEAR, scope="household_others"),
    Feature("plan_open", OpenSpell("plan"), ALL),
    Feature("plans_kept", SpellsEnded("plan", outcome="kept"), ALL),
    Feature("missed", Share(Sum("measurement", "missed"), Sum("measurement", "possible")), YEAR),
    Feature("carer", Latest("attribute", kind="carer", equals="true"), ALL),
    Feature("age", AgeMonths(), ALL),
    Feature("abuse_rise", Change(Count("event", "police_notice", code="abuse"), "3 months"), YEAR),
    Feature("days_since_plan", DaysSinceLast("spell", "plan", at="end"), ALL),
    Feature("sibling_notices", Count("event", "police_notice"), YEAR, scope="siblings"),
    Feature("parents_notices", Count("event", "police_notice"), YEAR, scope="parents"),
    Feature("area_notices", Count("event", "police_notice"), YEAR, scope="place"),
)
CONTACTS, _, OTHERS, PLAN, *_ = FEATURES
SIBLINGS = FEATURES[-2]
DERIVED = (
    Derived("contacts_to_others", Ratio(CONTACTS, to=OTHERS)),
    Derived("plan_since", SinceReached(PLAN, at_least=1)),
    Derived("siblings_less_contacts", Difference(SIBLINGS, less=CONTACTS)),
    Derived("siblings_less_siblings", Difference(SIBLINGS, less=SIBLINGS)),
)
INDEX = "2024-01-01"
FAMILY = pd.DataFrame({"person_id": ["a", "a"], "member_id": ["a", "mum"]})


def said_of(feature: str, **frames: pd.DataFrame) -> list[object]:
    """Source and date as text for a reason of child a; None where there is none."""
    asked = pd.DataFrame({"person_id": ["a"], "index_date": pd.to_datetime([INDEX]), "feature": feature})
    made = as_at_dates(Records.from_frames(frames), asked, (*FEATURES, *DERIVED), FAMILY)
    line = made.iloc[0]
    source = None if pd.isna(line["source"]) else line["source"]
    return [source, None if pd.isna(line["as_at"]) else str(line["as_at"].date())]


def events(*rows: tuple[str, str, str, str, str]) -> pd.DataFrame:
    columns = ["person_id", "kind", "code", "event_date", "known_date"]
    return pd.DataFrame(rows, columns=columns).assign(source=[f"file {n}" for n in range(len(rows))])


def test_a_derived_feature_rests_on_the_latest_fact_of_all_that_it_is_made_from() -> None:
    facts = events(
        ("a", "contact", "school", "2023-03-01", "2023-03-02"),
        ("mum", "police_notice", "abuse", "2023-06-01", "2023-06-02"),
        ("a", "police_notice", "abuse", "2023-09-01", "2023-09-02"),
    )
    assert said_of("contacts_to_others", event=facts) == ["file 1", "2023-06-01"]
    assert said_of("siblings_less_contacts", event=facts) == ["file 0", "2023-03-01"]
    assert said_of("siblings_less_siblings", event=facts) == [None, None]
    plans = pd.DataFrame({"person_id": ["a"], "kind": "plan", "start_date": "2023-04-01", "source": "plans"})
    assert said_of("plan_since", event=facts, spell=plans) == ["plans", "2023-04-01"]


def test_the_latest_fact_then_known_is_named() -> None:
    facts = events(
        ("a", "contact", "school", "2023-03-01", "2023-03-02"),
        ("a", "contact", "school", "2023-06-01", "2023-06-02"),
        ("a", "contact", "school", "2023-09-01", "2024-01-01"),
        ("a", "contact", "school", INDEX, INDEX),
        ("b", "contact", "school", "2023-12-01", "2023-12-01"),
        ("a", "visit", "school", "2023-12-01", "2023-12-01"),
    )
    assert said_of("contacts", event=facts) == ["file 1", "2023-06-01"]


def test_a_feature_of_one_code_rests_on_no_other_code() -> None:
    facts = events(
        ("a", "police_notice", "abuse", "2023-03-01", "2023-03-02"),
        ("a", "police_notice", "missing", "2023-11-01", "2023-11-02"),
    )
    assert said_of("abuse_notices", event=facts) == ["file 0", "2023-03-01"]


def test_a_change_rests_on_what_it_counts() -> None:
    facts = events(
        ("a", "police_notice", "abuse", "2023-03-01", "2023-03-02"),
        ("a", "police_notice", "missing", "2023-11-01", "2023-11-02"),
    )
    assert said_of("abuse_rise", event=facts) == ["file 0", "2023-03-01"]


def test_a_fact_of_the_household_does_not_stand_for_one_of_brothers_and_sisters_or_the_area() -> None:
    facts = events(("mum", "police_notice", "abuse", "2023-03-01", "2023-03-02"))
    assert said_of("others_notices", event=facts) == ["file 0", "2023-03-01"]
    assert said_of("sibling_notices", event=facts) == [None, None]
    assert said_of("area_notices", event=facts) == [None, None]


def family(*rows: tuple[str, str, str]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["person_id", "other_id", "role"])
    return made.assign(**{"from": "2020-01-01", "known_date": "2020-01-01"})


def test_of_brothers_sisters_and_parents_the_source_is_named_and_never_the_day() -> None:
    """A brother who lives elsewhere: that day may be known to nobody in this home, and may tell which event it was."""
    ties = family(("a", "mum", "mother"), ("b", "mum", "mother"), ("c", "else", "mother"))
    facts = events(
        ("b", "police_notice", "abuse", "2023-03-01", "2023-03-02"),
        ("mum", "police_notice", "abuse", "2023-04-01", "2023-04-02"),
        ("b", "police_notice", "abuse", "2023-05-01", INDEX),
        ("a", "police_notice", "abuse", "2023-06-01", "2023-06-02"),
        ("c", "police_notice", "abuse", "2023-07-01", "2023-07-02"),
    )
    assert said_of("sibling_notices", event=facts, relationship=ties) == ["file 0", None]
    assert said_of("parents_notices", event=facts, relationship=ties) == ["file 1", None]


def test_who_was_not_yet_known_to_be_a_sister_gives_no_source() -> None:
    ties = family(("a", "b", "sibling"))
    facts = events(("b", "police_notice", "abuse", "2023-03-01", "2023-03-02"))
    assert said_of("sibling_notices", event=facts, relationship=ties) == ["file 0", None]
    later = ties.assign(known_date=INDEX)
    assert said_of("sibling_notices", event=facts, relationship=later) == [None, None]


@pytest.mark.parametrize(("people", "day"), [(5, None), (6, "2023-03-06")])
def test_a_reason_about_the_area_has_a_day_only_where_it_singles_nobody_out(
    people: int, day: str | None
) -> None:
    homes = pd.DataFrame({"person_id": ["a", *(f"n{n}" for n in range(9)), "far"], "lsoa": "here"})
    homes = homes.assign(kind="home", **{"from": "2020-01-01", "known_date": "2020-01-01"})
    homes.loc[homes["person_id"] == "far", "lsoa"] = "there"
    near = [(f"n{n}", "police_notice", "abuse", f"2023-03-0{n + 1}", "2023-03-20") for n in range(people)]
    others = [(who, "police_notice", "abuse", "2023-11-01", "2023-11-02") for who in ("a", "far")]
    facts = events(*near, near[0], *others).assign(source="police")
    assert said_of("area_notices", event=facts, place=homes) == ["police", day]


def test_a_reason_about_the_others_rests_on_theirs_and_never_on_the_childs_own() -> None:
    facts = events(
        ("mum", "police_notice", "abuse", "2023-03-01", "2023-03-02"),
        ("a", "police_notice", "missing", "2023-11-01", "2023-11-02"),
        ("neighbour", "police_notice", "missing", "2023-12-01", "2023-12-02"),
    )
    assert said_of("others_notices", event=facts) == ["file 0", "2023-03-01"]
    assert said_of("abuse_notices", event=facts) == [None, None]


def test_a_spell_that_ended_is_dated_by_its_end_and_an_open_one_by_its_start() -> None:
    spells = pd.DataFrame(
        {
            "person_id": "a",
            "kind": "plan",
            "outcome": ["kept", "broken", None],
            "start_date": ["2022-01-01", "2022-06-01", "2023-08-01"],
            "end_date": ["2022-05-01", "2023-05-01", None],
            "source": "plans",
        }
    )
    assert said_of("plans_kept", spell=spells) == ["plans", "2022-05-01"]
    assert said_of("plan_open", spell=spells) == ["plans", "2023-08-01"]
    assert said_of("days_since_plan", spell=spells) == ["plans", "2023-05-01"]
    late = spells.assign(known_start=spells["start_date"], known_end=INDEX)
    assert said_of("plans_kept", spell=late) == [None, None]


def test_measurements_and_attributes_are_dated_and_age_is_not() -> None:
    term = pd.DataFrame(
        {"person_id": "a", "kind": ["missed", "possible"], "value": [4.0, 60.0]}
        | {"event_date": ["2023-07-20", "2023-07-21"], "source": "school"}
    )
    carer = pd.DataFrame(
        {
            "person_id": ["a"],
            "name": "carer",
            "value": "true",
            "event_date": ["2021-01-01"],
            "source": "school",
        }
    )
    assert said_of("missed", measurement=term) == ["school", "2023-07-21"]
    assert said_of("carer", attribute=carer) == ["school", "2021-01-01"]
    assert said_of("age", measurement=term) == [None, None]


def test_lines_keep_their_number_and_order() -> None:
    facts = events(
        ("a", "contact", "", "2023-06-01", "2023-06-02"), ("a", "contact", "", "2023-07-01", "2023-07-02")
    )
    asked = pd.DataFrame(
        {"person_id": ["z", "a", "a"], "index_date": pd.to_datetime([INDEX, INDEX, "2023-06-15"])}
        | {"feature": ["contacts", "contacts", "contacts"], "text": ["one", "two", "three"]},
        index=[7, 7, 3],
    )
    made = as_at_dates(Records.from_frames({"event": facts}), asked, FEATURES, FAMILY)
    assert made["text"].tolist() == ["one", "two", "three"]
    assert made["as_at"].astype("str").tolist()[1:] == ["2023-07-01", "2023-06-01"]
    assert pd.isna(made["as_at"].iloc[0])
    assert as_at_dates(Records.from_frames({}), asked.head(0), FEATURES, FAMILY).empty


day = st.integers(0, 500).map(lambda days: str((pd.Timestamp("2023-01-01") + pd.Timedelta(days=days)).date()))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(day, day, st.sampled_from(["abuse", "missing"])), max_size=8), day)
def test_a_date_is_before_the_index_date_and_there_whenever_something_was_counted(rows, index) -> None:  # type: ignore[no-untyped-def]
    facts = pd.DataFrame(
        [("a", "police_notice", code, happened, max(happened, known)) for happened, known, code in rows],
        columns=["person_id", "kind", "code", "event_date", "known_date"],
    )
    records = Records.from_frames({"event": facts} if rows else {})
    members = pd.DataFrame({"person_id": ["a"], "index_date": pd.to_datetime([index])})
    value = build_features(records, members, [FEATURES[1]]).iloc[0, 0]
    as_at = as_at_dates(records, members.assign(feature="abuse_notices"), FEATURES, FAMILY)["as_at"].iloc[0]
    if value > 0:
        assert as_at is not pd.NaT
    if not pd.isna(as_at):
        assert as_at < pd.Timestamp(index)
        abuse = facts[(facts["code"] == "abuse") & (facts["known_date"] < index)]
        assert str(as_at.date()) == abuse["event_date"].max()
