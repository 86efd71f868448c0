"""Derived features: declared over features, refused in words, and said truthfully. What they mean is in tests/spec."""

import math

import numpy as np
import pandas as pd
import pytest

from prevention_model.errors import WrongUsage
from prevention_model.features import (
    Derived,
    Difference,
    Feature,
    FeatureSet,
    QueryPlan,
    Ratio,
    SinceReached,
    Trajectory,
    build_features,
    write_features,
)
from prevention_model.query import Count, FollowUp, Lookback, People, Share, Sum
from prevention_model.records import Records

LATE = Count("event", "late")
QUARTER, YEAR = Lookback("3 months"), Lookback("12 months")
LATE_3M = Feature("late_3m", LATE, QUARTER)
LATE_12M = Feature("late_12m", LATE, YEAR)
LATE_BEFORE = Feature("late_before", LATE, Lookback("12 months", before="12 months"))
MARKED_3M = Feature("marked_3m", Count("event", "marked"), QUARTER)
SHARE_3M = Feature("share_3m", Share(Sum("measurement", "missed"), Sum("measurement", "possible")), QUARTER)
AWAY = Derived("away", Trajectory(LATE_3M))


def refused(make: object) -> str:
    with pytest.raises(WrongUsage) as error:
        make()  # type: ignore[operator]
    return str(error.value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: Trajectory(AWAY),
            "Trajectory cannot start from 'away', which is derived itself. What to do: Start from a feature that asks "
            "the records, as those do that 'away' is made from.",
        ),
        (
            lambda: Ratio(LATE_3M, to=Count("event", "late")),
            "Ratio starts from features, and was given a Count. What to do: Give a Feature, or the name of one in the "
            "same set.",
        ),
        (
            lambda: Difference(LATE_3M, less=""),
            "Difference starts from features, and was given a str. What to do: Give a Feature, or the name of one in "
            "the same set.",
        ),
        (
            lambda: Trajectory(Feature("x", LATE, FollowUp("12 months"))),
            "A feature cannot look forward: it was given a FollowUp. What to do: Write Lookback(\"12 months\"); a "
            "FollowUp belongs to an Outcome.",
        ),
        (
            lambda: Trajectory(FollowUp("12 months")),
            "Trajectory starts from features, and was given a FollowUp. What to do: Give a Feature, or the name of one "
            "in the same set.",
        ),
        (
            lambda: Trajectory(LATE_3M, times=1),
            "Trajectory looks at 1 dates, and it takes two to see a change. What to do: Write a whole number from 2, "
            "as in times=4.",
        ),
        (
            lambda: Trajectory(LATE_3M, every="3 calendar months"),
            "'3 calendar months' is not a length of time. What to do: Write a whole number from 1 and a unit, as in "
            '"30 days", "4 weeks", "12 months" or "2 years".',
        ),
        (
            lambda: SinceReached(LATE_3M, at_least=2, every="10 years", times=30),
            "SinceReached looks further back than can be: at 30 dates 10 years apart. What to do: Look at fewer dates, "
            "or at dates less far apart.",
        ),
        (
            lambda: SinceReached(LATE_3M, at_least=math.nan),
            "SinceReached was given at_least=nan, which is no number. What to do: Write the value to be reached, as in "
            "at_least=0.1.",
        ),
        (
            lambda: Derived("x", LATE),  # type: ignore[arg-type]
            "The derived feature 'x' has no rule, but a Count. What to do: Use one of: Ratio, Difference, Trajectory, "
            "SinceReached; an aggregate belongs to a Feature.",
        ),
        (
            lambda: Derived("ethnicity_gap", Difference(LATE_12M, LATE_BEFORE)),
            "The feature 'ethnicity_gap' uses the protected trait 'ethnicity'. What to do: Leave it out: protected "
            "traits are for the audit, which compares groups, and never features.",
        ),
        (
            lambda: Derived("x", Trajectory(LATE_3M), polarity="bad"),  # type: ignore[arg-type]
            "The feature 'x' has the polarity 'bad'. What to do: Use one of: risk, strength, context.",
        ),
        (
            lambda: Derived("x", Trajectory(LATE_3M), sentence="Late {times}"),
            "The sentence of the feature 'x' has {times}, which would be untrue of it. What to do: Use only {change}, "
            "{window} here.",
        ),
        (
            lambda: Derived("x", Difference(LATE_3M, MARKED_3M), sentence="Lateness {change}"),
            "The sentence of the feature 'x' has {change}, which would be untrue of it. What to do: Use only {value}, "
            "{window} here.",
        ),
        (
            lambda: Derived("x", Difference(LATE_BEFORE, LATE_12M), sentence="Lateness {change}"),
            "The sentence of the feature 'x' has {change}, which would be untrue of it. What to do: Use only {value} "
            "here.",
        ),
        (
            lambda: Derived("x", Trajectory("late_3m")).say(1.0),
            "The derived feature 'x' only names what it is made from: late_3m. What to do: Take it from a FeatureSet "
            "in which those features stand too.",
        ),
        (
            lambda: FeatureSet([LATE_3M, AWAY, Derived("x", Trajectory("away"))]),
            "The derived feature 'x' cannot start from 'away', which is derived itself. What to do: Start from a "
            "feature that asks the records; away is made from late_3m.",
        ),
        (
            lambda: FeatureSet([LATE_3M, Derived("x", Ratio("moon", to="late_3m"))]),
            "The derived feature 'x' names 'moon', and no feature of the set is called so. What to do: Add it to the "
            "set, or give the feature itself in place of its name.",
        ),
        (
            lambda: FeatureSet([Feature("late_3m", Count("event", "other"), QUARTER), AWAY]),
            "Two features are called late_3m. What to do: Give each feature its own name.",
        ),
        (
            lambda: FeatureSet([LATE_3M, LATE]),  # type: ignore[list-item]
            "A feature set holds features, and was given a Count. What to do: Give each as a Feature or a Derived.",
        ),
    ],
)  # fmt: skip
def test_what_is_ill_formed_is_refused_with_what_to_write_instead(make: object, says: str) -> None:
    assert refused(make) == says


def test_a_sentence_over_names_is_checked_once_they_are_known() -> None:
    named = Derived("x", Trajectory("late_3m"), sentence="Late {times}")
    assert refused(lambda: FeatureSet([LATE_3M, named])).startswith(
        "The sentence of the feature 'x' has {times}, which would be untrue of it."
    )


@pytest.mark.parametrize(
    ("rule", "sentence", "value", "says"),
    [
        (Trajectory(SHARE_3M), "Absence {change} over the last {window}", 0.04,
         "Absence rose by 4 percentage points a year over the last 9 months"),
        (Trajectory(LATE_3M, every="4 weeks", times=3), "Lateness {change} over the last {window}", -2.5,
         "Lateness fell by 2.5 a year over the last 8 weeks"),
        (Trajectory(LATE_3M, every="1 year", times=2), "Lateness {change} over the last {window}", 0.01,
         "Lateness hardly changed over the last year"),
        (Difference(LATE_12M, LATE_BEFORE), "Lateness {change} against the year before", 3.0,
         "Lateness rose by 3 against the year before"),
        (Difference(LATE_3M, MARKED_3M), "Late {value:.0f} times more than marked in the last {window}", 3.0,
         "Late 3 times more than marked in the last 3 months"),
        (Ratio(LATE_3M, MARKED_3M), "Late {value:.1f} times for each mark in the last {window}", 0.5,
         "Late 0.5 times for each mark in the last 3 months"),
        (SinceReached(LATE_3M, at_least=2), "First late so often {duration} ago, in the last {window}", 183.0,
         "First late so often 6 months ago, in the last 9 months"),
        (Trajectory(SHARE_3M), "", 0.04, "x: 4 percentage points a year"),
        (Trajectory(LATE_3M), "", -1.5, "x: -1.5 a year"),
        (Difference(SHARE_3M, SHARE_3M), "", 0.04, "x: 4 percentage points"),
        (Difference(SHARE_3M, LATE_3M), "", 0.04, "x: 0.04"),
        (Ratio(SHARE_3M, SHARE_3M), "", 0.5, "x: 0.5"),
        (SinceReached(LATE_3M, at_least=2), "", 91.0, "x: 91 days"),
        (SinceReached(LATE_3M, at_least=2), "", math.nan, "Not reached, or not known: x"),
        (Ratio(LATE_3M, MARKED_3M), "", math.nan, "Not known: x"),
    ],
)  # fmt: skip
def test_what_it_says_is_true_of_it(rule: object, sentence: str, value: float, says: str) -> None:
    assert Derived("x", rule, sentence=sentence).say(value) == says  # type: ignore[arg-type]


def test_zero_reads_as_its_own_sentence() -> None:
    just = Derived(
        "x", SinceReached(LATE_3M, at_least=2), sentence="{duration} ago", sentence_none="Just now"
    )
    assert just.say(0.0) == "Just now" and just.say(1.0) == "1 day ago"


EVENTS = pd.DataFrame(
    {"person_id": "a", "kind": "late", "event_date": ["2023-11-10", "2024-02-10", "2024-02-11", "2024-05-10"]}
)
MEMBERS = pd.DataFrame({"person_id": ["b", "a"], "index_date": ["2024-07-01", "2024-07-01"]})


@pytest.mark.parametrize("engine", ["kernel", "numpy", "reference"])
def test_a_feature_behind_a_derived_one_is_no_column(engine: str) -> None:
    built = build_features(Records.from_frames({"event": EVENTS}), MEMBERS, [AWAY], engine)  # type: ignore[arg-type]
    assert built.columns.tolist() == ["away"]
    assert built.index.tolist() == [(p, pd.Timestamp(d)) for p, d in MEMBERS.to_numpy()]
    assert built["away"].tolist() == [0.0, 1.6]  # 0, 1, 2, 1: (-1 + 2 + 3) / 10 a step


@pytest.mark.parametrize("engine", ["kernel", "numpy", "reference"])
def test_what_was_not_received_at_any_date_looked_at_is_flagged(engine: str) -> None:
    """From November on: the window of 1 October was not received, and three known values are enough."""
    coverage = pd.DataFrame(
        {
            "source": ["s", "t"],
            "kind": ["late", "marked"],
            "from": ["2023-09-01", "2020-01-01"],
            "to": "2025-01-01",
        }
    )
    asked = [LATE_3M, MARKED_3M, AWAY, Derived("part", Ratio(LATE_3M, MARKED_3M))]
    built = build_features(
        Records.from_frames({"event": EVENTS, "coverage": coverage}),
        MEMBERS.tail(1),
        asked,
        engine,  # type: ignore[arg-type]
        coverage_flags=True,
    )
    row = built.iloc[0]
    assert (row["late_3m"], row["away"]) == (1.0, 0.0)  # -, 1, 2, 1
    assert np.isnan(row["part"])  # to no mark at all, though marks were received
    assert [row[f"not_covered:{each.name}"] for each in asked] == [0.0, 0.0, 1.0, 0.0]


def test_each_question_is_asked_once_and_no_answer_is_kept_too_long() -> None:
    plan = QueryPlan.of([LATE_3M, AWAY, Derived("part", Ratio("late_3m", to="marked_3m")), MARKED_3M])
    assert plan.questions == (LATE_3M.question, MARKED_3M.question)
    pairs, places = plan.with_earlier(
        pd.DataFrame({"person_id": ["a"], "index_date": pd.to_datetime(["2024-07-01"])})
    )
    asked = []

    def answer(question: object) -> np.ndarray:
        asked.append(question)
        return np.ones(len(pairs))

    assert [column.tolist() for column in plan.columns(answer, places)] == [[1.0], [0.0], [1.0], [1.0]]
    assert asked == list(plan.questions)


def test_earlier_pairs_stand_after_the_asked_ones_and_each_once() -> None:
    plan = QueryPlan.of([AWAY, Derived("half", Trajectory("late", every="6 months", times=2)),
                         Feature("late", LATE, YEAR)])  # fmt: skip
    asked = pd.DataFrame(
        {
            "person_id": ["a", "b", "a"],
            "index_date": pd.to_datetime(["2024-07-01", "2024-07-01", "2024-04-01"]),
        }
    )
    pairs, _ = plan.with_earlier(asked)
    pd.testing.assert_frame_equal(pairs.head(3), asked)
    assert not pairs.duplicated().any()
    months = pairs.groupby("person_id")["index_date"].agg(
        lambda days: sorted(days.dt.strftime("%m").tolist())
    )
    # Of a: July, April (asked already), January, October; and of April: January, October, July before.
    assert months.to_dict() == {"a": ["01", "04", "07", "07", "10"], "b": ["01", "04", "07", "10"]}


def test_no_pairs_are_answered_with_no_rows() -> None:
    nobody = MEMBERS.head(0).astype({"person_id": "str"}).assign(index_date=pd.to_datetime([]))
    built = build_features(Records.from_frames({"event": EVENTS}), nobody, [LATE_3M, AWAY])
    assert built.shape == (0, 2)


def test_people_around_the_child_are_those_of_each_date() -> None:
    """Two others move in between the first date and the last."""
    homes = pd.DataFrame(
        {
            "person_id": ["a", "m", "n"],
            "household_id": "h",
            "from": ["2020-01-01", "2023-11-01", "2024-05-01"],
        }
    )
    others = Feature("others", People(), Lookback("all"), "household_others")
    built = build_features(
        Records.from_frames({"household": homes}), MEMBERS.tail(1), [Derived("growing", Trajectory(others))]
    )
    assert built["growing"].tolist() == [4 * (-3 * 0 - 1 + 1 + 3 * 2) / 10]  # 0, 1, 1, 2


def test_writing_tells_how_far_it_is(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("prevention_model.features.matrix.ROWS", 1)
    told: list[tuple[int, int]] = []
    rows = write_features(
        Records.from_frames({"event": EVENTS}),
        MEMBERS,
        [LATE_3M, AWAY],
        tmp_path / "made.parquet",
        progress=lambda done, of: told.append((done, of)),
    )
    assert rows == 2 and told == [(0, 2), (1, 2), (2, 2)]
    made = pd.read_parquet(tmp_path / "made.parquet")
    assert dict(zip(made["person_id"], made["away"], strict=True)) == {"a": 1.6, "b": 0.0}
    assert made.dtypes[["late_3m", "away"]].tolist() == [np.dtype("float32"), np.dtype("float64")]
