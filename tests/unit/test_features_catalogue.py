"""The catalogue keeps its promises: breadth, strengths, purposes, plain words, no protected traits."""

import string

import pandas as pd
import pytest

from prevention_model.features import (
    PROTECTED,
    Declared,
    Derived,
    Difference,
    Feature,
    FeatureSet,
    SinceReached,
    Trajectory,
    build_features,
    catalogue,
    feature_from_declaration,
)
from prevention_model.query import Change, DaysSinceFirst, DaysSinceLast
from prevention_model.records import Records

ALL = catalogue()
PLAIN = [feature for feature in ALL if isinstance(feature, Feature)]
DERIVED = [feature for feature in ALL if isinstance(feature, Derived)]
THEMES = (
    "attendance", "exclusion", "send", "transitions", "social_care", "early_help", "health", "development",
    "youth_justice", "police", "missing", "housing", "family", "parents", "place", "participation",
)  # fmt: skip
SENSITIVE = (
    "abuse", "assault", "exploitation", "found", "mental_health", "safeguarding", "self_harm", "substance", "treatment",
)  # fmt: skip
"""Words of names whose sentences may lie open in the wrong home. Of needs that early help found, families know."""
CODES = {
    "statutory",
    "cin",
    "cp",
    "ehcp",
    "risk",
    "score",
    "scored",
    "chaotic",
    "dysfunctional",
    "troubled",
    "failing",
    "criminal",
    "offender",
}


def test_it_is_broad_and_half_full() -> None:
    assert len(ALL) >= 300 and len({feature.name for feature in ALL}) == len(ALL)
    assert tuple(dict.fromkeys(feature.theme for feature in ALL)) == THEMES
    assert sum(feature.polarity == "strength" for feature in ALL) >= 60
    assert {feature.theme for feature in ALL if feature.polarity == "strength"} == set(THEMES)
    assert {feature.scope for feature in PLAIN} == {"own", "household_others", "siblings", "parents", "place"}


def test_no_two_ask_the_same() -> None:
    asked: dict[object, str] = {}
    for feature in PLAIN:
        assert asked.setdefault(feature.question, feature.name) == feature.name
    assert len({(type(feature.rule), feature.questions) for feature in DERIVED}) == len(DERIVED)


def test_change_is_visible_as_the_same_thing_over_two_lookbacks() -> None:
    lookbacks: dict[tuple, set[str]] = {}
    for feature in PLAIN:
        lookbacks.setdefault((feature.aggregate, feature.scope), set()).add(feature.lookback.length)
    assert sum(len(lengths) > 1 for lengths in lookbacks.values()) >= 10


@pytest.mark.parametrize("feature", ALL, ids=lambda feature: feature.name)
def test_each_feature_is_complete_and_reads_plainly(feature: Declared) -> None:
    assert feature.theme and feature.agency and feature.purpose and feature.share_with
    said = [feature.say(value) for value in (0.0, 0.3 if feature.is_share else 2.0, float("nan"))]
    for text in said:
        assert text[0].isupper() or text[0].isdigit()
        assert not text.endswith(".") and "_" not in text and "{" not in text
        words = {word.strip(string.punctuation).lower() for word in text.split()}
        if feature.name != "development_score":
            assert not words & CODES, text
    assert feature_from_declaration(feature.to_declaration()) == feature


def test_each_says_what_none_of_it_means_unless_there_is_always_some() -> None:
    for feature in PLAIN:
        some = isinstance(feature.aggregate, DaysSinceFirst | DaysSinceLast) or feature.name == "idaci_decile"
        assert bool(feature.sentence_none) != some, feature.name
    assert all(feature.sentence_none for feature in DERIVED)


def test_what_changes_is_said_as_a_way_and_never_as_a_number_of_times() -> None:
    changing = [feature for feature in PLAIN if isinstance(feature.aggregate, Change)]
    assert len(changing) > 20 and {feature.polarity for feature in changing} == {"risk", "strength"}
    for feature in changing:
        rose, fell, still = (feature.say(value) for value in (0.2, -0.2, 0.001))
        far = "20 percentage points" if feature.is_share else "0.2 a month"
        assert f" rose by {far} in the last " in rose and f" fell by {far} in the last " in fell
        assert " hardly changed in the last " in still and "rose" not in feature.say(0.0)


def test_what_is_derived_is_said_as_a_way_a_proportion_or_a_length_of_time() -> None:
    assert 10 <= len(DERIVED) <= 40
    assert {feature.polarity for feature in DERIVED} == {"risk", "strength"}
    for feature in DERIVED:
        said, fell = feature.say(0.2), feature.say(-0.2)
        far = "20 percentage points" if feature.is_share else "0.2"
        if isinstance(feature.rule, Trajectory):
            assert f" rose by {far} a year over the last {feature.window}" in said
            assert f" fell by {far} a year over the last {feature.window}" in fell
        if isinstance(feature.rule, Difference):
            assert said.endswith(f" rose by {far} from the year before to the last year")
        if isinstance(feature.rule, SinceReached):
            assert " 3 months ago, as far as the last 12 months show" in feature.say(91.0)
        assert "a month" not in said and "{" not in feature.say(0.0)
        assert feature.say(float("nan")).split(":")[0] in ("Not known", "Not reached, or not known")


def test_a_span_of_days_is_said_in_words_and_a_missing_value_as_unknown() -> None:
    for feature in PLAIN:
        if isinstance(feature.aggregate, DaysSinceFirst | DaysSinceLast):
            assert "12 months" in feature.say(365.0), feature.name
        assert feature.say(float("nan")).startswith("Nothing on record: ")


def test_one_of_something_is_never_said_as_many() -> None:
    many = ("days", "children", "adults", "kinds", "sessions", "times", "sources")
    for feature in ALL:
        assert not any(f" 1 {plural}" in f" {feature.say(1.0)}" for plural in many), feature.say(1.0)


def test_no_protected_trait_is_read() -> None:
    needs = {need for feature in ALL for asked in feature.questions for need in asked.aggregate.needs()}
    words = {word for need in needs for text in (need.kind, need.code or "") for word in text.split("_")}
    assert not words & {*PROTECTED, "autism", "asylum", "gender", "parenting", "pregnant", "racist", "uasc"}
    assert not {need.kind for need in needs} & {"sen_need", "sen_need_second", "diagnosis", "mh_diagnosis"}
    assert "case_status" not in {need.kind for need in needs}, (
        "a snapshot that is overwritten says what happened after its date"
    )


def test_what_is_sensitive_is_not_for_a_coordinators_list() -> None:
    for feature in ALL:
        if any(word in feature.name for word in SENSITIVE) and feature.theme != "early_help":
            assert "zone_coordinator" not in feature.share_with, feature.name


def test_what_adults_tell_their_services_is_not_for_a_coordinators_list_but_their_taking_part_is() -> None:
    for feature in ALL:
        if feature.agency == "parents_services":
            shown = "zone_coordinator" in feature.share_with
            assert shown == (feature.name.split("_")[1] in ("engaged", "carer")), feature.name


def test_the_whole_catalogue_can_be_built_and_both_engines_agree() -> None:
    spells = pd.DataFrame(
        {"person_id": ["a", "mum"], "kind": ["early_help", "tenancy"], "start_date": "2023-01-10"}
    )
    events = pd.DataFrame(
        {"person_id": ["a", "mum"], "kind": ["contact", "adult_engaged"], "event_date": "2023-11-10"}
    )
    homes = pd.DataFrame({"person_id": ["a", "mum"], "household_id": "h", "from": "2020-01-01"})
    records = Records.from_frames({"spell": spells, "event": events, "household": homes})
    members = pd.DataFrame({"person_id": ["a", "a"], "index_date": ["2023-06-01", "2024-01-01"]})
    fast, slow = (build_features(records, members, ALL, engine) for engine in ("kernel", "reference"))
    pd.testing.assert_frame_equal(fast, slow, check_exact=True)
    assert fast["adult_engaged_12m"].tolist() == [0.0, 1.0]
    assert fast["household_tenancy_open"].tolist() == [1.0, 1.0]


def test_the_hash_of_the_catalogue_is_stable_within_a_version() -> None:
    assert ALL.hash == FeatureSet(reversed(ALL)).hash
