"""What parents and young people are told: easy to read, kind, and nothing that one at home may not know of another."""

import re

import numpy as np
import pandas as pd
import pytest

from prevention_model.explanation import explain, stigmatising
from prevention_model.explanation.reading_age import reading_age
from prevention_model.explanation.registers import (
    HELD_ELSEWHERE,
    REGISTERS,
    Register,
    say_to,
    wordings,
)
from prevention_model.features import Declared, Feature, catalogue
from prevention_model.features.saying import check_sentence
from prevention_model.query import Count, Lookback

OLDEST = 9
SAID = [feature for feature in catalogue() if feature.polarity != "context"]
OF_OTHERS = {"siblings", "parents", "household_others"}
NOT_TO_BE_SAID = re.compile(
    r"abus|police|self-harm|mental|overdose|assault|attack|exploit|gang|brother|sister|another child|adult|contacted|"
    r"referr|neglect|violen|weapon|alcohol|treatment|household",
    re.IGNORECASE,
)


def values_of(feature: Declared) -> tuple[float, ...]:
    """Some values of a present feature, small and large."""
    if feature.is_share:
        return (0.04, 0.12, 0.37, 1.0)
    if "{duration}" in feature.sentence:
        return (1, 20, 200, 800, 3000)
    return (1, 2, 3, 17, 240, 1240)


@pytest.mark.parametrize("feature", SAID, ids=lambda feature: feature.name)
def test_what_is_said_is_easy_to_read_brands_nobody_and_tells_nothing_of_others(feature: Declared) -> None:
    for register in REGISTERS:
        for value in values_of(feature):
            text = say_to(register, feature, value)
            assert reading_age(text) <= OLDEST, (text, reading_age(text))
            assert stigmatising(text) == ()
            assert text[0].isupper() and text[-1] == "." and "{" not in text
            assert not re.search(r"\b1 (half )?(days|hours|points|times)\b|\b(12|24|36) months", text), text
            if text != HELD_ELSEWHERE[register]:
                assert not NOT_TO_BE_SAID.search(text), text


@pytest.mark.parametrize("register", REGISTERS)
def test_every_wording_is_of_a_sentence_that_a_worker_reads_and_fills_the_same_places(
    register: Register,
) -> None:
    by_sentence = {feature.sentence: feature for feature in SAID}
    for sentence, wording in wordings(register).items():
        feature = by_sentence[sentence]  # a sentence that is written anew has to be worded anew
        check_sentence(feature.name, wording, has_window=feature.window is not None, allowed=feature._places)


@pytest.mark.parametrize(
    "feature",
    [
        each
        for each in SAID
        if each.theme in ("police", "parents") or "mental" in each.name or "harm" in each.name
    ],
    ids=lambda feature: feature.name,
)
def test_police_abuse_self_harm_and_services_of_adults_are_held_elsewhere(feature: Declared) -> None:
    assert [say_to(register, feature, 2.0) for register in REGISTERS] == list(HELD_ELSEWHERE.values())


def test_of_named_others_nothing_is_said_and_of_the_home_only_what_all_who_live_there_know() -> None:
    told = {
        feature.name
        for feature in SAID
        if {question.scope for question in feature.questions} & OF_OTHERS
        and say_to("young_person", feature, 2.0) != HELD_ELSEWHERE["young_person"]
    }
    by_name = {feature.name: feature for feature in SAID}
    assert {by_name[name].theme for name in told - {"parents_and_carers"}} == {"housing"}
    assert not {name for name in told if "rent" in name and name != "parents_and_carers"}


@pytest.mark.parametrize("register", REGISTERS)
def test_most_that_is_a_childs_own_is_said_in_each_theme(register: Register) -> None:
    themes = {feature.theme for feature in SAID if say_to(register, feature, 2.0) != HELD_ELSEWHERE[register]}
    assert {feature.theme for feature in SAID} - themes == {"police", "parents"}


def test_a_parent_reads_of_their_child_and_a_young_person_of_themselves() -> None:
    """Nobody else is "you": a parent is told of their child, family or home."""
    for feature in SAID:
        parent, young = (say_to(register, feature, 2.0) for register in REGISTERS)
        if parent != HELD_ELSEWHERE["parent"]:
            assert not re.search(
                r"\byou\b(?! all)|\byour\b(?! (child|family|home))", parent, re.IGNORECASE
            ), parent
        assert not re.search(r"\bchild\b(?! protection)", young), young
        assert not re.search(
            r"(?<!for )\byou (was|has|is|does)\b|\b(suits|knows) them\b|\bthey\b", young, re.IGNORECASE
        ), young


def test_a_feature_that_nobody_worded_is_not_said() -> None:
    own = Feature("late", Count("event", "late"), Lookback("12 months"), sentence="Late {times}")
    assert say_to("parent", own, 2.0) == HELD_ELSEWHERE["parent"]


def test_reasons_come_in_three_registers() -> None:
    features = [feature for feature in SAID if feature.name in ("suspensions_12m", "domestic_abuse_12m")]
    names = [feature.name for feature in features]
    said = explain(features, pd.DataFrame([[2.0, 1.0]], columns=names), np.array([[0.3, 0.2]]))
    assert said[["text", "text_parent", "text_young_person"]].to_numpy().tolist() == [
        [
            "Suspended from school twice in the last 12 months",
            "Your child was suspended from school twice in the last year.",
            "You were suspended from school twice in the last year.",
        ],
        [
            "Named in a police notice about domestic abuse once in the last 12 months",
            HELD_ELSEWHERE["parent"],
            HELD_ELSEWHERE["young_person"],
        ],
    ]
