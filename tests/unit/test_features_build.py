"""Features: declared, hashed, built; missing is said in two ways that are never mixed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from prevention_model.errors import WrongUsage
from prevention_model.features import Feature, FeatureSet, build_features
from prevention_model.query import Change, Count, FollowUp, Latest, Lookback, Share, Sum
from prevention_model.records import Records

YEAR = Lookback("12 months")
CONTACTS = Feature("contacts_12m", Count("event", "contact"), YEAR)
RISE = Change(Count("event", "contact"), "3 months")
ARREARS = Feature("arrears", Latest("measurement", "rent_arrears"), YEAR)
MEMBERS = pd.DataFrame(
    {"person_id": ["b", "a", "a"], "index_date": ["2024-02-01", "2024-03-01", "2024-02-01"]}
)


def records(**more: pd.DataFrame) -> Records:
    events = pd.DataFrame({"person_id": ["a"], "kind": "contact", "event_date": ["2024-02-10"]})
    return Records.from_frames({"event": events, **more})


def test_rows_come_in_the_order_of_the_members() -> None:
    built = build_features(records(), MEMBERS, [CONTACTS])
    assert built.index.names == ["person_id", "index_date"]
    assert built.index.tolist() == [(p, pd.Timestamp(d)) for p, d in MEMBERS.to_numpy()]
    assert built["contacts_12m"].tolist() == [0.0, 1.0, 0.0]
    assert built.dtypes.tolist() == [np.dtype("float64")]


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_not_covered_and_nothing_happened_are_kept_apart(engine: str) -> None:
    coverage = pd.DataFrame(
        {
            "source": ["s", "t"],
            "kind": ["contact", "rent_arrears"],
            "from": ["2023-02-15", "2020-01-01"],
            "to": "2025-01-01",
        }
    )
    built = build_features(
        records(coverage=coverage), MEMBERS, [CONTACTS, ARREARS], engine, coverage_flags=True
    )
    assert built.columns.tolist() == [
        "contacts_12m",
        "arrears",
        "not_covered:contacts_12m",
        "not_covered:arrears",
    ]
    # In February the window starts before the source did: unknown. In March it is all covered.
    assert built["contacts_12m"].isna().tolist() == [True, False, True]
    assert built["not_covered:contacts_12m"].tolist() == [1.0, 0.0, 1.0]
    # No arrears were ever seen, though they were being received: missing, but covered.
    assert built["arrears"].isna().all() and not built["not_covered:arrears"].any()


def test_float32_holds_the_same_answers_in_half_the_memory() -> None:
    whole, half = (
        build_features(records(), MEMBERS, [CONTACTS], dtype=dtype) for dtype in ("float64", "float32")
    )
    assert (half.dtypes == "float32").all()
    pd.testing.assert_frame_equal(whole, half.astype("float64"))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: build_features(records(), MEMBERS, [CONTACTS, CONTACTS]),
            "Two features are called contacts_12m",
        ),
        (lambda: build_features(records(), MEMBERS, []), "There are no features"),
        (
            lambda: build_features(records(), MEMBERS, [CONTACTS], engine="abacus"),
            "There is no engine 'abacus'",
        ),
        (lambda: build_features(records(), MEMBERS, [CONTACTS], dtype="int8"), 'Use "float64" or "float32"'),
        (
            lambda: Feature("Contacts 12m", Count("event", "contact"), YEAR),
            "small letters, digits and underscores",
        ),
        (
            lambda: Feature("later", Count("event", "contact"), FollowUp("12 months")),
            "a FollowUp belongs to an Outcome",
        ),
        (
            lambda: Feature("x", Count("event", "contact"), YEAR, polarity="bad"),
            "Use one of: risk, strength, context",
        ),
        (
            lambda: Feature("x", Count("event", "contact"), YEAR, sentence="{many}"),
            "a placeholder that nothing fills: {many}",
        ),
        (
            lambda: Feature("x", Count("event", "contact"), YEAR, sentence="{value"),
            "a placeholder that nothing fills",
        ),
        (
            lambda: Feature("x", Count("event", "contact"), YEAR, sentence="{change}"),
            "has {change}, which would be untrue of it",
        ),
        (
            lambda: Feature("x", RISE, YEAR, sentence="Rose {times}"),
            "Use only {change}, {recent}, {window} here.",
        ),
        (
            lambda: Feature("x", Share(RISE.of, RISE.of), YEAR, sentence="Late {times}"),
            "Use only {value}, {window} here.",
        ),
        (
            lambda: Feature("x", Count("event", "factor", code="child_learning_disability"), YEAR),
            "uses the protected trait 'disability'",
        ),
        (
            lambda: Feature("x", Count("event", "contact"), Lookback("all"), sentence="in {window}"),
            "the lookback is all",
        ),
    ],
)
def test_wrong_usage_says_what_to_do(make, says) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WrongUsage) as error:
        make()
    assert says in str(error.value)


@pytest.mark.parametrize("trait", ["sex", "ethnicity", "disability", "language", "religion", "nationality"])
def test_protected_traits_are_refused_by_name_and_by_what_they_read(trait: str) -> None:
    with pytest.raises(WrongUsage, match="protected traits are for the audit"):
        Feature(f"has_{trait}", Count("event", "contact"), YEAR)
    with pytest.raises(WrongUsage, match="protected traits are for the audit"):
        Feature("innocent", Latest("attribute", trait, equals="yes"), YEAR)


def test_a_word_that_only_contains_a_trait_is_not_refused() -> None:
    assert Feature("sessions_missed", Sum("measurement", "possible_sessions"), YEAR)


SHARE = Feature(
    "missed_12m",
    Share(Sum("measurement", ("a", "b")), Sum("measurement", "c")),
    YEAR,
    "household_others",
    theme="attendance",
    sentence="Missed {value:.0f}% in the last {window}",
    sentence_none="Missed none in the last {window}",
    share_with=("schools",),
)


def test_a_declaration_makes_the_same_feature_again() -> None:
    for feature in (CONTACTS, ARREARS, SHARE):
        assert Feature.from_declaration(feature.to_declaration()) == feature


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"lookbak": "12 months"}, "unknown key lookbak"),
        ({"aggregate": "count"}, "the names are count, any, sum"),
        ({"aggregate": {"median": {}}}, "the names are count, any, sum"),
        ({"aggregate": {"count": {"table": "event", "sort": "x"}}}, "It takes: table, kind, code."),
        ({"aggregate": {"count": {"table": "event"}}}, "It takes: table, kind, code."),
        ({"lookback": "12 moons"}, "is not a length of time"),
    ],
)
def test_a_wrong_declaration_is_refused(change: dict, says: str) -> None:
    content = {"name": "x", "aggregate": {"count": {"table": "event", "kind": "k"}}, "lookback": "12 months"}
    with pytest.raises(WrongUsage) as error:
        Feature.from_declaration(content | change)
    assert says in str(error.value)


def test_a_declaration_without_a_mandatory_key_is_refused() -> None:
    with pytest.raises(WrongUsage, match="aggregate is missing; lookback is missing"):
        Feature.from_declaration({"name": "x"})


def test_features_are_read_from_yaml(tmp_path: Path) -> None:
    path = tmp_path / "extra.yaml"
    path.write_text(
        "- name: late_6m\n  aggregate: {count: {table: event, kind: [late, very_late]}}\n  lookback: 6 months\n"
    )
    assert FeatureSet.read(path) == (
        Feature("late_6m", Count("event", ("late", "very_late")), Lookback("6 months")),
    )
    path.write_text(
        "- name: late_6m\n  aggregate: {count: {table: event, kind: late}}\n  lookback: 6 months\n  colour: red\n"
    )
    with pytest.raises(WrongUsage, match=r"unknown key colour.*Where: extra.yaml"):
        FeatureSet.read(path)
    path.write_text("name: late\n")
    with pytest.raises(WrongUsage, match="is not a list"):
        FeatureSet.read(path)


def test_the_hash_is_of_the_set_and_of_every_word_in_it() -> None:
    assert FeatureSet([CONTACTS, ARREARS]).hash == FeatureSet([ARREARS, CONTACTS]).hash
    other = Feature("contacts_12m", Count("event", "contact"), Lookback("6 months"))
    assert len({FeatureSet(some).hash for some in ([CONTACTS], [other], [CONTACTS, ARREARS])}) == 3


def test_sentences_read_as_a_person_would_say_them() -> None:
    assert SHARE.say(0.154) == "Missed 15% in the last 12 months"
    assert SHARE.say(0.0) == "Missed none in the last 12 months"
    assert SHARE.say(float("nan")) == "Nothing on record: attendance"
    notices = Feature(
        "n", Count("event", "k"), Lookback("1 month"), sentence="Named {times} in the last {window}"
    )
    assert [notices.say(n) for n in (0, 1, 2, 5)] == [
        f"Named {times} in the last month" for times in ("not once", "once", "twice", "5 times")
    ]
    assert CONTACTS.say(3) == "contacts 12m: 3"
