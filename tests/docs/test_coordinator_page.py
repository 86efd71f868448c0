"""The coordinator's page is short, plain, and says what is really on the page and in the workbook."""

import re
from pathlib import Path

from prevention_model.explanation.reading_age import reading_age
from prevention_model.lists.actions import ACTIONS, DECISIONS
from prevention_model.lists.sharing import HIDDEN

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = DOCS / "how-to" / "coordinator.md"
TEXT = PAGE.read_text(encoding="utf-8")
TEMPLATE = DOCS.parent / "src/prevention_model/lists/templates/list.html.j2"


def test_it_is_at_most_600_words_and_can_be_read_at_twelve() -> None:
    assert len(TEXT.split()) <= 600
    prose = re.sub(r"!\[.*?\]\(.*?\)|[#*`]|^\d\. |^- ", "", TEXT, flags=re.M)
    assert reading_age(" ".join(prose.split())) <= 12


def test_its_pictures_are_there_and_say_what_they_show() -> None:
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", TEXT)
    assert len(pictures) == 3
    for words, place in pictures:
        assert len(words.split()) >= 5
        assert (PAGE.parent / place).resolve().read_bytes().startswith(b"\x89PNG")


def test_what_it_names_is_there() -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    labels = " ".join(field.label for field in ACTIONS)
    for words in (
        "Position",
        "Reserve",
        "Returned",
        "Nobody coordinates a plan yet",
        "A first step that asks least",
    ):
        assert words in TEXT and words in template, words
    for words in (
        "Decision",
        "Reason",
        "Decided by",
        "Decided on",
        "Known to you before this list",
        "The family challenges",
    ):
        assert words in TEXT and words in labels, words
    assert HIDDEN in TEXT
    assert DECISIONS["wrong_family_or_data"] in TEXT
