"""Words that brand: found however they are written, and not where another word only looks like one."""

from importlib.resources import files

import pytest
import yaml

from prevention_model.explanation import stigmatising
from prevention_model.features import Declared, catalogue

GROUPS = yaml.safe_load(
    files("prevention_model.explanation").joinpath("words_that_brand.yaml").read_text(encoding="utf-8")
)
WORDS = [word for group in GROUPS for word in group["words"]]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PROBLEM FAMILIES", ("problem family",)),
        ("a risk-score of 9", ("risk score",)),
        ("a risk  score", ()),  # two spaces are two words apart in no text that is said here
        ("noncompliant with the plan", ("non-compliant",)),
        ("a young offender", ("offender",)),
        ("young_offenders", ("offender",)),
        ("an offence was recorded", ()),
        ("the black country and a package of care", ()),  # holds the letters of LAC
        ("drunkenness", ()),
        ("It is failing", ("failing",)),
        ("", ()),
    ],
)
def test_a_word_is_found_whole_in_any_case_and_however_joined(text: str, found: tuple[str, ...]) -> None:
    assert stigmatising(text) == found


def test_every_word_of_the_list_is_found_and_stands_there_once_with_a_reason() -> None:
    assert len(WORDS) == len({word.lower() for word in WORDS}) > 100
    assert all(word in stigmatising(f"It says: {word}.") for word in WORDS)
    assert all(group["because"] and group["instead"] for group in GROUPS)


@pytest.mark.parametrize("feature", catalogue(), ids=lambda feature: feature.name)
def test_no_sentence_of_the_catalogue_brands(feature: Declared) -> None:
    said = [feature.say(value) for value in (0.0, 0.3 if feature.is_share else 2.0, -0.2, float("nan"))]
    assert [stigmatising(text) for text in (*said, feature.purpose)] == [()] * 5
