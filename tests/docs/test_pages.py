"""The pages agree with the code: made ones are current, links lead somewhere, terms are explained."""

import inspect
import posixpath
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

import prevention_model as pm
from manual import errors_page
from manual.contents import CONTENTS
from manual.made import PAGES as PAGES_MADE
from manual.site import where_pages_stand
from prevention_model.errors import WrongUsage
from prevention_model.settings import describe

ROOT = Path(__file__).resolve().parents[2]
PLANNED = re.compile(r"pm034_")
"""Of the file that the page on adding a check has its reader write."""
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(PAGES_MADE))
def test_a_page_that_is_made_is_current(name: str) -> None:
    assert read(f"docs/{name}") == PAGES_MADE[name](), "write it again: python -m manual"


def test_every_page_stands_in_the_contents_of_the_site() -> None:
    gathered = {"index.md"}
    for page, pages in CONTENTS.items():
        gathered |= {
            posixpath.normpath(posixpath.join(posixpath.dirname(page), f"{name}.md")) for name in pages
        }
    there = set(where_pages_stand().values())
    missing = {place for place in there - gathered if not re.match(r"decisions/\d", place)}
    assert not missing, f"name them in manual/contents.py: {', '.join(sorted(missing))}"


def test_every_kind_of_failure_has_its_own_exit_code() -> None:
    codes = [kind.exit_code for kind in errors_page.kinds()]
    assert codes == [1, 2, 3, 4, 5, 6]


def test_a_setting_without_a_meaning_is_found() -> None:
    with pytest.raises(WrongUsage, match=r"Zone\.capacity has no meaning"):
        describe.check({}, [describe.within(describe.Authority)[3]])


def test_a_meaning_without_its_setting_is_found() -> None:
    with pytest.raises(WrongUsage, match=r"Zone\.colour is no setting"):
        describe.check({"Zone": {"colour": "of the door"}}, [])


@pytest.mark.parametrize("page", PAGES, ids=[path.relative_to(ROOT).as_posix() for path in PAGES])
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if path.startswith(("http://", "https://", "mailto:")):
            continue
        found = (page.parent / unquote(path)) if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            broken.append(target)
    assert not broken


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_decisions_are_numbered_without_gaps_and_have_the_same_parts() -> None:
    decisions = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [int(path.name[:4]) for path in decisions]
    assert numbers == list(range(1, len(numbers) + 1)) and numbers
    for path in decisions:
        headings = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["Situation", "Decision", "What follows"], path.name


def test_the_index_of_decisions_names_each() -> None:
    index = read("docs/decisions/README.md")
    missing = [
        path.name for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md") if path.name not in index
    ]
    assert missing == []


def test_the_glossary_is_in_order_and_explains_each_term_once() -> None:
    terms = [term.lower() for term in re.findall(r"^\*\*(.+?)\*\*", read("GLOSSARY.md"), re.MULTILINE)]
    assert terms == sorted(set(terms))
    for term in (
        "index date",
        "known date",
        "lookback",
        "follow-up",
        "capacity",
        "censored",
        "rise",
        "vault",
    ):
        assert term in terms


def test_every_security_property_names_files_and_tests_that_exist() -> None:
    page = read("docs/explanation/security.md")
    rows = [line.strip("|").split("|") for line in page.splitlines() if re.match(r"\| S\d+ \|", line)]
    assert [row[0].strip() for row in rows] == [f"S{number}" for number in range(1, len(rows) + 1)]
    assert len(rows) >= 33
    missing = []
    for number, _, held_by, enforced_by in rows:
        tests = re.findall(r"`([^`]+)`", enforced_by)
        for name in re.findall(r"`([^`]+)`", held_by):
            if not (ROOT / name).is_file() and not (ROOT / "src/prevention_model" / name).is_file():
                missing.append(f"{number.strip()}: {name}")
        for name in tests:
            if not (ROOT / name).is_file() or "def test_" not in read(name):
                missing.append(f"{number.strip()}: {name} holds no test")
        if not tests and "no test yet" not in enforced_by:
            missing.append(f"{number.strip()}: neither a test nor a word that there is none")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("page", PAGES, ids=[path.relative_to(ROOT).as_posix() for path in PAGES])
def test_files_that_a_page_names_are_there(page: Path) -> None:
    gone = []
    for name in re.findall(r"`([\w./]+\.(?:py|j2|css|js))`", page.read_text(encoding="utf-8")):
        homes = (
            ROOT,
            ROOT / "src",
            ROOT / "src/prevention_model",
            ROOT / "tests",
            ROOT / "tests/release",
            page.parent,
        )
        if not any((home / name).exists() for home in homes) and not PLANNED.search(name):
            gone.append(name)
    assert not gone


def test_sections_that_the_page_on_cards_names_are_on_a_card() -> None:
    card = (ROOT / "src/prevention_model/cards/card.py").read_text(encoding="utf-8")
    table = read("docs/how-to/read-a-card.md").split("## Then")[1].split("## Four")[0]
    named = [row.split("|")[2].strip() for row in table.splitlines() if row.startswith("| ")][1:]
    assert len(named) > 10
    assert [name for name in named if f'"{name}"' not in card and name != "---"] == []


@pytest.mark.parametrize("name", sorted(set(pm.__all__) - {"AgeMonths", "catalogue"}))
def test_a_public_name_says_what_it_raises_and_shows_an_example(name: str) -> None:
    words = inspect.getdoc(getattr(pm, name)) or ""
    assert re.search(r"\b[Rr]aises\b", words) and ">>>" in words
