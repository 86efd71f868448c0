"""The catalogue keeps its promises: breadth, strengths, purposes, plain words, no protected traits."""

import string

import pandas as pd
import pytest

from prevention_model.features import PROTECTED, Feature, build_features, catalogue, feature_set_hash
from prevention_model.records import Records

ALL = catalogue()
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
    assert len(ALL) >= 64
    assert len({feature.agency for feature in ALL}) >= 6
    assert sum(feature.polarity == "strength" for feature in ALL) >= 15
    assert len({feature.agency for feature in ALL if feature.polarity == "strength"}) >= 6
    assert any(feature.scope == "household_others" for feature in ALL)


def test_change_is_visible_as_the_same_thing_over_two_lookbacks() -> None:
    lookbacks: dict[tuple, set[str]] = {}
    for feature in ALL:
        lookbacks.setdefault((feature.aggregate, feature.scope), set()).add(feature.lookback.length)
    assert sum(len(lengths) > 1 for lengths in lookbacks.values()) >= 10


@pytest.mark.parametrize("feature", ALL, ids=lambda feature: feature.name)
def test_each_feature_is_complete_and_reads_plainly(feature: Feature) -> None:
    assert feature.theme and feature.agency and feature.purpose and feature.share_with
    said = [feature.say(value) for value in (0.0, 0.3 if feature.is_share else 2.0, float("nan"))]
    for text in said:
        assert text[0].isupper() or text[0].isdigit()
        assert not text.endswith(".") and "_" not in text and "{" not in text
        words = {word.strip(string.punctuation).lower() for word in text.split()}
        if feature.name != "development_score":
            assert not words & CODES, text
    assert Feature.from_declaration(feature.to_declaration()) == feature


def test_one_of_something_is_never_said_as_many() -> None:
    many = ("days", "children", "adults", "kinds", "sessions", "times", "sources")
    for feature in ALL:
        assert not any(f" 1 {plural}" in f" {feature.say(1.0)}" for plural in many), feature.say(1.0)


def test_no_protected_trait_is_read() -> None:
    read = {need.kind for feature in ALL for need in feature.aggregate.needs()}
    assert not read & set(PROTECTED)
    assert "case_status" not in read, "a snapshot that is overwritten says what happened after its date"


def test_what_is_sensitive_is_not_for_a_coordinators_list() -> None:
    for feature in ALL:
        if any(
            word in feature.name
            for word in ("abuse", "exploitation", "self_harm", "mental_health", "substance")
        ):
            assert "zone_coordinator" not in feature.share_with, feature.name


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
    assert feature_set_hash(ALL) == feature_set_hash(reversed(ALL))
