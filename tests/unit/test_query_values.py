"""Ill-formed questions cannot be built, and the error says what to write instead."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.errors import RecordsRefused, WrongUsage
from prevention_model.query import (
    ENGINES,
    SCOPES,
    AgeMonths,
    Any,
    Change,
    Count,
    DaysSinceLast,
    DistinctCodes,
    FollowUp,
    Latest,
    Length,
    Lookback,
    OpenSpell,
    People,
    Question,
    Retention,
    Share,
    SpellsEnded,
    SpellsStarted,
    Sum,
    answer,
    pairs_of,
)
from prevention_model.records import Records

YEAR = Lookback("12 months")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: Count("spell", kind="care_period"),
            "use SpellsStarted, SpellsEnded, OpenSpell or DaysInSpell",
        ),
        (lambda: Count("incident", kind="x"), "Use one of: event, measurement, attribute."),
        (lambda: Count("event", kind=""), 'Write kind="..."'),
        (lambda: Count("event", kind=()), 'Write kind="..."'),
        (lambda: Count("event", kind=("a", None)), 'Write kind="..."'),
        (lambda: Count("attribute", kind="a", code="b"), "Leave code= out"),
        (lambda: Sum("attribute", kind="idaci_decile"), 'use Latest("attribute", kind=..., equals="true")'),
        (lambda: Any("person", kind="a"), "Use one of: event, measurement, attribute."),
        (lambda: DistinctCodes("spell", kind="a"), "A spell has a start and an end"),
        (lambda: Latest("event", kind="a", equals="b"), "only attributes hold text"),
        (lambda: Latest("spell", kind="a"), "A spell has a start and an end"),
        (lambda: DaysSinceLast("event", kind="a", at="end"), "only with the tables spell and place"),
        (lambda: DaysSinceLast("spell", kind="a", at="middle"), 'Use at="start" or at="end"'),
        (lambda: OpenSpell("a", table="event"), "for rows with one date use Count, Sum or Any"),
        (lambda: SpellsStarted("home", code="b", table="place"), "a place has only a kind"),
        (lambda: SpellsEnded("home", table="place", outcome="b"), "Leave outcome= out."),
        (lambda: People("parents"), 'Use who="children", "adults" or "all".'),
        (lambda: Share(Sum("event", "a"), Count("event", "a")), "Write Share(Sum(...), Sum(...))"),
        (lambda: Question(Count("event", "a"), FollowUp("12 months")), 'Write Lookback("12 months")'),
        (lambda: Question(Count("event", "a"), "12 months"), 'Write Lookback("12 months")'),
        (lambda: Question("count", YEAR), "Use one of: Count, Any, Sum"),
        (
            lambda: Question(Count("event", "a"), YEAR, "cousins"),
            "Use one of: own, household_others, siblings",
        ),
        (lambda: Question(People(), Lookback("all")), 'Write scope="household_others".'),
        (
            lambda: Question(OpenSpell("a"), Lookback("all", before="1 month")),
            'Write Lookback("all") with it.',
        ),
        (lambda: Change(Any("event", "a"), "1 month"), 'Write Change(Count(...), recent="3 months").'),
        (lambda: Change(Count("event", "a"), "soon"), 'as in "30 days"'),
        (lambda: Question(Change(Count("event", "a"), "1 month"), Lookback("all")), 'such as "12 months"'),
        (
            lambda: Question(Change(Count("event", "a"), "1 month"), Lookback("1 year", before="1 month")),
            "without before=",
        ),
        (
            lambda: Question(Change(Count("event", "a"), "12 months"), YEAR),
            'recent="3 months" of "12 months"',
        ),
        (lambda: Question(Change(Count("event", "a"), "90 days"), YEAR), "in the same units"),
        (lambda: Retention({"a": "for ever"}), "retention of a"),
        (lambda: Question(OpenSpell("a"), YEAR), 'Write Lookback("all") with it.'),
        (lambda: Question(AgeMonths(), Lookback("all"), "household_others"), 'Write scope="own".'),
        (lambda: Lookback("-3 months"), 'as in "30 days"'),
        (lambda: Lookback("0 days"), "Write a whole number from 1"),
        (lambda: Lookback("1.5 years"), "Write a whole number from 1"),
        (lambda: Lookback("ever"), '"all" looks back without an end'),
        (lambda: Lookback(12), "Write a whole number from 1"),
        (lambda: Lookback("9999 years"), "Write a whole number from 1"),
        (lambda: Lookback("1 month", before="all"), "Write a whole number from 0"),
        (lambda: Lookback("1 month", before="1 calendar month"), "Write a whole number from 0"),
        (lambda: FollowUp("3 calendar months"), "Write a whole number from 1"),
        (lambda: FollowUp("all"), "Write a whole number from 1"),
        (lambda: FollowUp("12 months", gap="-1 day"), "Write a whole number from 0"),
    ],
)
def test_an_ill_formed_value_cannot_be_built(make, says) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WrongUsage) as error:
        make()
    assert says in str(error.value)
    assert "What to do:" in str(error.value)


def test_the_same_question_in_other_words_is_equal() -> None:
    assert Count("event", kind=["b", "a", "b"]) == Count("event", ("a", "b"))
    assert hash(Question(Count("event", "a"), YEAR)) == hash(Question(Count("event", ("a",)), YEAR))


DAYS = st.dates(date(1950, 1, 1), date(2060, 1, 1))
LENGTHS = st.tuples(st.integers(1, 40), st.sampled_from(("days", "weeks", "months", "years"))).map(
    lambda part: f"{part[0]} {part[1]}"
)


@given(DAYS, LENGTHS)
def test_arrays_of_days_shift_as_single_days_do(day: date, text: str) -> None:
    length, number = Length.parse(text), np.array([(day - date(1970, 1, 1)).days])
    assert date.fromordinal(int(length.before_days(number)[0]) + 719_163) == length.before(day)
    assert date.fromordinal(int(length.after_days(number)[0]) + 719_163) == length.after(day)


@given(DAYS, st.integers(1, 40))
def test_whole_months_end_where_the_month_began(day: date, number: int) -> None:
    window = Lookback(f"{number} calendar months")
    assert window.end(day) == day.replace(day=1)
    assert window.start(day) == Lookback(f"{number} months").start(day.replace(day=1))
    days = np.array([(day - date(1970, 1, 1)).days])
    for found, expected in (
        (window.end_days(days), window.end(day)),
        (window.start_days(days), window.start(day)),
    ):
        assert date.fromordinal(int(found[0]) + 719_163) == expected


@given(DAYS, DAYS, LENGTHS)
def test_shifting_never_reorders_days(first: date, second: date, text: str) -> None:
    """The fast engine searches the starts of windows, so they must be in the order of the index dates."""
    early, late = sorted((first, second))
    assert Length.parse(text).before(early) <= Length.parse(text).before(late)


def test_follow_up_with_a_gap_starts_after_it() -> None:
    assert FollowUp("6 months", gap="2 weeks").window(date(2024, 1, 1)) == (
        date(2024, 1, 15),
        date(2024, 7, 15),
    )


def test_pairs_are_checked_before_anything_is_asked() -> None:
    good = pd.DataFrame(
        {"person_id": ["a", "b"], "index_date": pd.to_datetime(["2024-01-01 00:00", "2024-01-01 13:00"])}
    )
    assert pairs_of(good)["index_date"].tolist() == [pd.Timestamp("2024-01-01")] * 2
    with pytest.raises(WrongUsage, match="stand there twice"):
        pairs_of(pd.concat([good, good]))
    with pytest.raises(WrongUsage, match="lack the column index_date"):
        pairs_of(good.drop(columns="index_date"))
    with pytest.raises(WrongUsage, match=r"no person_id or no index_date \(first at row 1\)"):
        pairs_of(good.assign(person_id=["a", None]))
    with pytest.raises(WrongUsage, match="does not hold dates"):
        pairs_of(good.assign(index_date="soon"))


@pytest.mark.parametrize("engine", ENGINES)
def test_a_value_too_large_to_hold_is_refused_without_being_shown(engine: str) -> None:
    events = pd.DataFrame({"person_id": ["a"], "kind": "k", "value": [2.5e9], "event_date": ["2024-01-01"]})
    pairs = pairs_of(pd.DataFrame({"person_id": ["a"], "index_date": ["2024-02-01"]}))
    with pytest.raises(RecordsRefused) as error:
        answer(
            Records.from_frames({"event": events}).frames,
            pairs,
            [Question(Sum("event", "k"), YEAR)],
            engine=engine,
        )
    assert "table event, column value" in str(error.value)
    assert "2.5" not in str(error.value) and "2500000000" not in str(error.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_sums_of_tenths_are_exact_in_any_number(engine: str) -> None:
    """Ten tenths are one: floating-point sums would be a little off."""
    events = pd.DataFrame({"person_id": "a", "kind": "k", "value": [0.1] * 10, "event_date": "2024-01-01"})
    pairs = pairs_of(pd.DataFrame({"person_id": ["a"], "index_date": ["2024-02-01"]}))
    records = Records.from_frames({"event": events})
    assert answer(records.frames, pairs, [Question(Sum("event", "k"), YEAR)], engine=engine)[0, 0] == 1.0


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_on_record_at_all_is_still_an_answer(engine: str) -> None:
    pairs = pairs_of(pd.DataFrame({"person_id": ["a"], "index_date": ["2024-02-01"]}))
    questions = [
        Question(Count("event", "k"), YEAR),
        Question(Latest("attribute", "n"), YEAR),
        *(Question(Count("event", "k"), YEAR, scope) for scope in SCOPES[1:]),
    ]
    answers = answer(Records.from_frames({}).frames, pairs, questions, engine=engine)
    assert answers[0, 0] == 0 and np.isnan(answers[0, 1:]).all()


def test_no_pairs_at_all_give_no_rows() -> None:
    pairs = pairs_of(
        pd.DataFrame(
            {"person_id": pd.Series([], dtype="str"), "index_date": pd.Series([], dtype="datetime64[s]")}
        )
    )
    questions = [Question(Count("event", "k"), YEAR, scope) for scope in ("own", "household_others")]
    assert answer(Records.from_frames({}).frames, pairs, questions).shape == (0, 2)
