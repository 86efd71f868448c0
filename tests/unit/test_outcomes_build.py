"""Outcomes: onsets among those free of them; follow-up cut short is never a "no"."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.outcomes import (
    Onset,
    Outcome,
    Return,
    ShareReaches,
    build_outcomes,
    catalogue,
    outcome_status,
    outcome_statuses,
    share_followed,
)
from prevention_model.outcomes.frameworks import (
    ACHIEVE,
    NOT_SAID,
    OBSESSIONS,
    OWNERS,
    SUPPORTING_FAMILIES,
    WATCHED,
)
from prevention_model.query import FollowUp, Lookback, OpenSpell, Question
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
        (lambda: Outcome("x", "suspension", YEAR), "an Onset, a Return or a ShareReaches"),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, direction="up"), 'Use "avoid" or "attain".'),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, until_age=99), "from 1 to 25"),
        (lambda: Onset("measurement", "k"), "for measured shares use ShareReaches"),
        (lambda: Onset("event", ""), 'Write kind="..."'),
        (lambda: Onset("event", "k", free_for="ever"), "is not a length of time"),
        (lambda: Onset("event", "k", free_for="ever"), '"all" makes it a first entry'),
        (lambda: Onset("event", "k", scope="place"), 'Use scope="own" or "household".'),
        (lambda: ShareReaches("a", "b", at_least=10), "as in 0.10"),
        (lambda: ShareReaches("a", "b", free_for="all"), "is not a length of time"),
        (lambda: Return("measurement", "k"), "for measured shares use ShareReaches"),
        (lambda: Return("event", "k", within="soon"), "is not a length of time"),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, from_age=18), "leaves no age before until_age=18"),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, among="ehcp"), "cannot tell who is at risk by str"),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, lost_sight="k"), "lose sight of anybody by str"),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, owner="none"), "has owner='none'"),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, achieve="happy"), "ambitious, connected, healthy"),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, supporting_families="x"), "good_education"),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, obsession="x"), "children_in_care"),
        (lambda: Outcome("x", Onset("event", "k"), YEAR, watched="x"), "low, some, high, not_said"),
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


@pytest.mark.parametrize(
    ("make", "names", "write"),
    [
        (lambda: Onset("event", "k", free_for=YEAR), "onset of k", 'Write free_for="12 months"'),
        (lambda: Return("event", "k", within=FollowUp("6 months")), "return of k", 'Write within="6 months"'),
        (lambda: ShareReaches("a", "b", free_for=YEAR), "share of a", 'Write free_for="12 months"'),
        (lambda: Outcome("later", SUSPENDED.onset, YEAR, among=YEAR), "'later'", "Write a Question"),
        (lambda: Outcome("later", SUSPENDED.onset, YEAR, among=(SUSPENDED,)), "'later'", "Write a Question"),
        (
            lambda: Outcome("later", SUSPENDED.onset, YEAR, among=(SUSPENDED.onset,)),
            "'later'",
            "Write a Question",
        ),
        (lambda: Question(OpenSpell("ehcp"), YEAR), "cannot look forward", 'Write Lookback("12 months")'),
    ],
)
def test_a_cohort_that_depends_on_the_future_is_refused_by_name(make, names, write) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WrongUsage) as error:
        make()
    assert names in str(error.value) and write in str(error.value)


NOW = pd.Timestamp("2024-01-01")
PEOPLE = [f"c{number}" for number in range(12)]


def rows_at_random(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Rows of everything that an outcome of the catalogue looks for, years before the index date and after."""

    def days(count: int, low: int = -900, high: int = 500) -> pd.DatetimeIndex:
        return NOW + pd.to_timedelta(rng.integers(low, high, count), unit="D")

    def table(table: str, count: int) -> pd.DataFrame:
        needs = [
            need
            for outcome in catalogue()
            for need in (*outcome.onset.needs(), *(n for q in outcome.among for n in q.aggregate.needs()))
            if need.table == table
        ]
        picked = [needs[number] for number in rng.integers(0, len(needs), count)]
        return pd.DataFrame(
            {
                "person_id": rng.choice(PEOPLE, count),
                "kind": [need.kind for need in picked],
                "code": [need.code for need in picked],
            }
        )

    event, spell, measured = (
        table(name, count) for name, count in (("event", 60), ("spell", 60), ("measurement", 60))
    )
    for frame in (event, measured):
        frame["event_date"] = days(60)
        frame["known_date"] = frame["event_date"] + pd.to_timedelta(rng.integers(0, 90, 60), unit="D")
    measured["value"] = rng.integers(1, 100, 60).astype(float)
    spell["start_date"] = days(60)
    spell["known_start"] = spell["start_date"] + pd.to_timedelta(rng.integers(0, 90, 60), unit="D")
    ended = pd.Series(rng.random(60) < 0.6)
    end = (spell["start_date"] + pd.to_timedelta(rng.integers(0, 600, 60), unit="D")).where(ended)
    spell["end_date"] = end
    spell["known_end"] = end + pd.to_timedelta(rng.integers(0, 90, 60), unit="D")
    births = [2000 + number % 20 for number in range(len(PEOPLE))]
    start = days(len(PEOPLE))
    return {
        "person": pd.DataFrame({"person_id": PEOPLE, "birth_date": [f"{year}-05-01" for year in births]}),
        "event": event,
        "spell": spell,
        "measurement": measured.drop(columns="code"),
        "household": pd.DataFrame(
            {
                "household_id": rng.choice(["h1", "h2", "h3"], len(PEOPLE)),
                "person_id": PEOPLE,
                "from": start,
                "known_date": start,
            }
        ),
    }


def as_known(frames: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """What was on record before the index date, and as it stood there."""
    known = dict(frames)
    for name in ("event", "measurement"):
        known[name] = frames[name][(frames[name]["event_date"] < NOW) & (frames[name]["known_date"] < NOW)]
    household = frames["household"]
    known["household"] = household[household["from"] < NOW]
    spell = frames["spell"][(frames["spell"]["start_date"] < NOW) & (frames["spell"]["known_start"] < NOW)]
    ended = (spell["end_date"] < NOW) & (spell["known_end"] < NOW)
    known["spell"] = spell.assign(
        end_date=spell["end_date"].where(ended), known_end=spell["known_end"].where(ended)
    )
    return known


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_who_is_at_risk_is_settled_by_what_was_known_at_the_index_date(seed: int) -> None:
    """Nothing that comes later, or becomes known later, changes who is at risk of any outcome, gap or none."""
    frames = rows_at_random(np.random.default_rng(seed))
    members = pd.DataFrame({"person_id": PEOPLE, "index_date": NOW})
    gap = Outcome("after_a_gap", SUSPENDED.onset, FollowUp("6 months", gap="2 months"))
    asked = [*catalogue(), gap]
    on_record, then = (
        outcome_statuses(Records.from_frames(each), members, asked) == "not_at_risk"
        for each in (frames, as_known(frames))
    )
    pd.testing.assert_frame_equal(on_record, then)


def one_that_has_it(outcome: Outcome) -> dict[str, pd.DataFrame]:
    """Records of a child who is at risk and has the outcome, made of nothing but the kinds that it names."""
    born = f"{2024 - outcome.until_age + 2}-01-01"
    frames = {"person": pd.DataFrame({"person_id": ["a"], "birth_date": [born]})}
    need = outcome.onset.needs()[0]
    if isinstance(outcome.onset, ShareReaches):
        kinds = [*outcome.onset.kinds, outcome.onset.denominator]
        rows = pd.DataFrame({"person_id": "a", "kind": kinds, "value": 100.0, "event_date": "2024-06-01"})
        return frames | {"measurement": rows}
    days = ["2023-06-01", "2024-03-01"] if isinstance(outcome.onset, Return) else ["2024-03-01"]
    date = "event_date" if need.table == "event" else "start_date"
    rows = pd.DataFrame({"person_id": "a", "kind": need.kind, "code": need.code, date: days})
    among = [n for question in outcome.among for n in question.aggregate.needs()]
    before = pd.DataFrame([{"person_id": "a", "kind": n.kind, date: "2020-01-01"} for n in among])
    return frames | {need.table: pd.concat([rows, before], ignore_index=True)}


@pytest.mark.parametrize("outcome", catalogue(), ids=lambda outcome: outcome.name)
def test_each_outcome_can_occur_and_can_not(outcome: Outcome) -> None:
    frames = one_that_has_it(outcome)
    records = Records.from_frames(frames)
    member = pd.DataFrame({"person_id": ["a"], "index_date": [NOW]})
    assert outcome_status(records, member, outcome).tolist() == ["onset"]
    past = pd.DataFrame({"person_id": ["a"], "index_date": ["2021-01-01"]})
    assert outcome_status(records, past, outcome).tolist() != ["onset"]


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
    names = [outcome.name for outcome in catalogue()]
    assert len(set(names)) == len(names)
    for outcome in catalogue():
        assert outcome.plain and outcome.short and outcome.exposure
        assert outcome.direction == "avoid"
        assert outcome.to_declaration()["name"] == outcome.name
        for field in ("owner", "supporting_families", "achieve", "obsession", "watched"):
            assert getattr(outcome, field) != NOT_SAID, f"{outcome.name} is silent about {field}"


def test_the_vocabularies_are_those_of_the_founding_documents() -> None:
    """Ten outcomes, seven that spell a word, and of ten obsessions the three that were published."""
    assert len(SUPPORTING_FAMILIES) == 10
    assert "".join(name[0] for name in ACHIEVE) == "achieve"
    assert len(OBSESSIONS) == 3 + 1
    assert list(WATCHED) == ["low", "some", "high"]
    assert {outcome.owner for outcome in catalogue()} <= set(OWNERS)


def test_the_three_outcomes_of_the_countys_experiments_mean_what_they_meant() -> None:
    held = {outcome.name: (outcome.onset, outcome.follow_up, outcome.until_age) for outcome in catalogue()}
    missed = ("authorised_absence_sessions", "unauthorised_absence_sessions")
    assert held["statutory_escalation"] == (
        Onset("spell", ("cin_episode", "cp_plan", "care_period")),
        YEAR,
        18,
    )
    assert held["persistent_absence"] == (ShareReaches(missed, "possible_sessions", at_least=0.1), YEAR, 18)
    assert held["suspension_or_exclusion"] == (
        Onset("event", ("suspension", "permanent_exclusion")),
        YEAR,
        18,
    )


def test_why_a_child_is_not_at_risk_is_said_as_it_is() -> None:
    reasons = {outcome.name: outcome.why_not_at_risk for outcome in catalogue()}
    assert reasons["care_begins"] == "already or recently: care"
    assert reasons["re_referral"] == "not at risk: another referral to social care"
    assert reasons["youth_justice_first_entry"] == "not at risk: a first caution or conviction"


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


@pytest.mark.parametrize("seed", range(5))
def test_whoever_was_seen_to_the_end_was_followed_wholly_and_nobody_else(seed: int) -> None:
    records = Records.from_frames(rows_at_random(np.random.default_rng(seed)))
    members = pd.DataFrame({"person_id": PEOPLE, "index_date": NOW})
    for outcome in catalogue():
        status = outcome_status(records, members, outcome).to_numpy()
        watched = share_followed(records, members, outcome, status)
        assert ((watched >= 0) & (watched <= 1)).all()
        assert (watched[status == "none"] == 1).all()
        assert (watched[np.isin(status, ["onset", "censored"])] < 1).all(), outcome.name


def test_follow_up_is_watched_until_the_onset_or_until_it_is_cut() -> None:
    """2023 has 365 days: an onset after 73 of them, a death after 146, an onset in the gap, and nothing at all."""
    gap = Outcome("suspended", Onset("event", "suspension"), FollowUp("12 months", gap="1 month"))
    events = pd.DataFrame(
        {"person_id": ["a", "c"], "kind": "suspension", "event_date": ["2023-03-15", "2022-12-15"]}
    )
    people = pd.DataFrame(
        {
            "person_id": list("abcd"),
            "birth_date": "2014-01-01",
            "death_date": [None, "2023-05-27", None, None],
        }
    )
    records = Records.from_frames({"event": events, "person": people})
    members = pd.DataFrame({"person_id": list("abcd"), "index_date": "2022-12-01"})
    status = outcome_status(records, members, gap).to_numpy()
    assert status.tolist() == ["onset", "censored", "censored", "none"]
    assert share_followed(records, members, gap, status).tolist() == [73 / 365, 146 / 365, 0.0, 1.0]
