"""The papers of a folder: complete, the same each time, linked to places that are there, and nothing but text."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from prevention_model.cards import card_document, write_card
from prevention_model.explanation import stigmatising
from prevention_model.papers import PAPER_FILES, write_papers
from prevention_model.papers.places import PAPERS, SECTIONS
from prevention_model.papers.wording import check_words
from tests.fixtures.made_up_papers import authority, checked, public
from tests.fixtures.made_up_publication import publication

HOSTILE = '<script>alert(1)</script> | **bold** [x](javascript:1) "quoted" `code`'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("papers")
    write_card(made, public())
    write_papers(made, public(), authority())
    return made


def pages(folder: Path) -> dict[str, html.HtmlElement]:
    return {path.name: html.document_fromstring(path.read_bytes()) for path in folder.glob("*.html")}


def test_every_paper_is_there_and_the_same_each_time(folder: Path, tmp_path: Path) -> None:
    assert {f"{name}.html" for name in PAPERS} <= {*PAPER_FILES}
    again = write_papers(tmp_path, public(), authority())
    assert [path.name for path in again] == [*PAPER_FILES]
    assert {path.name: path.read_bytes() for path in again} == {
        name: (folder / name).read_bytes() for name in PAPER_FILES
    }


def test_every_place_that_is_linked_to_is_there(folder: Path) -> None:
    held = pages(folder)
    for name, page in held.items():
        targets = [link.get("href") for link in page.iter("a")]
        assert len(targets) > 3 or name == "privacy_notice.html", name
        for target in targets:
            file, _, anchor = target.partition("#")
            if name == "card.html" and file:
                continue  # the comparison and the menu of measures are written by the run
            assert file in ("", *held), f"{name}: {target}"
            assert not anchor or anchor in ids(held[file or name]), f"{name}: {target}"


def ids(page: html.HtmlElement) -> set[str]:
    found = page.xpath("//@id")
    assert len(found) == len({*found}), "an id stands twice"
    return {*found}


def test_the_card_has_the_sections_that_papers_point_at() -> None:
    assert {*SECTIONS.values()} <= {section.title for section in card_document(public()).sections}


def test_what_an_authority_says_stays_text(tmp_path: Path) -> None:
    form = hostile(publication())
    form["owner"]["third_party"]["involved"] = True
    # These two hold addresses, and are refused with anything else.
    form["website"], form["contact_email"] = "https://<script>alert(1)</script>", "<b>@x.example"
    write_papers(tmp_path, public(), authority(form))
    for name, page in pages(tmp_path).items():
        assert not list(page.iter("script")), name
        assert not [link for link in page.iter("a") if not re.match(r"#|[a-z_]+\.html", link.get("href"))], (
            name
        )
    for path in tmp_path.glob("*.md"):
        said = path.read_text(encoding="utf-8")
        assert "<script" not in said and "](javascript" not in said.replace("\\]", ""), path.name


def hostile(held: Any) -> Any:
    """The same form with the same hostile text in every field."""
    if isinstance(held, dict):
        return {name: hostile(value) for name, value in held.items()}
    return [hostile(value) for value in held] if isinstance(held, list) else HOSTILE


def test_hostile_facts_stay_text(tmp_path: Path) -> None:
    facts = public(title=HOSTILE, purpose=HOSTILE, limits=[HOSTILE], method=HOSTILE, author=HOSTILE)
    write_papers(tmp_path, facts, authority(name=HOSTILE))
    for name, page in pages(tmp_path).items():
        assert not list(page.iter("script")) and "alert(1)" in page.text_content(), name


def test_no_small_count_is_printed(tmp_path: Path) -> None:
    """Nobody is told of a count from 1 to 5, in whichever paper; the fixture has some in its groups and periods."""
    write_papers(tmp_path, public(), authority())
    tables = html.document_fromstring((tmp_path / "equality_annex.html").read_bytes())
    counts = [cell.text_content() for cell in tables.xpath("//td[@class='numeric']")]
    assert "c" in counts and not {*counts} & {"1", "2", "3", "4", "5"}


def test_a_paper_of_a_refused_model_says_so_at_its_head(tmp_path: Path) -> None:
    write_papers(tmp_path, public(verdict="refused", stage="not released"), authority())
    for name, page in pages(tmp_path).items():
        head = page.xpath("//p[@class='tags']")
        assert name == "privacy_notice.html" or "Refused Stage: not released" in head[0].text_content(), name


def test_nothing_brands_a_child_or_a_family(folder: Path) -> None:
    for name in PAPER_FILES:
        assert stigmatising((folder / name).read_text(encoding="utf-8")) == (), name


def test_each_check_and_what_it_came_to_is_said_as_it_is() -> None:
    facts = checked(PM003="waived", PM004="too_few")
    assert check_words(facts, "PM003") == "Check PM003 (A title) failed, and was waived."
    assert check_words(facts, "PM003", "PM004", "PM005") == (
        "Checks: PM003 (A title) failed, and was waived; PM004 (A title) had too few people to assess; PM005 was not "
        "made."
    )


def test_an_interrupted_writing_can_be_done_again(tmp_path: Path) -> None:
    (tmp_path / "tripod_ai.html").write_text("half")
    written = write_papers(tmp_path, public(), authority(), on=date(2024, 9, 2))
    assert "half" not in written[2].read_text(encoding="utf-8")[:10]
