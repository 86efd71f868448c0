"""The list and the card as a coordinator meets them: in a browser, offline, with a keyboard."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.product_pages import PAGES

pytestmark = pytest.mark.browser


def _open(page: Any, path: Path) -> Any:
    page.goto(path.as_uri())
    return page


def _list(page: Any, files: Path) -> Any:
    return _open(page, files / "zone" / "list.html")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_and_breaks_none_of_its_own_rules(page: Any, files: Path, name: str) -> None:
    _open(page, files / name)
    assert page.asked == [(files / name).as_uri()]
    assert page.said == [], "an error, or something that the page's own policy stopped"
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith("Arial")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [320, 640, 1280], ids=["400%", "200%", "100%"])
def test_nothing_runs_out_of_the_page(page: Any, files: Path, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    _open(page, files / name)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_one_step_at_a_time(page: Any, files: Path, name: str) -> None:
    _open(page, files / name)
    levels = page.eval_on_selector_all("h1,h2,h3,h4", "all => all.map(h => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    for before, after in pairwise(levels):
        assert after <= before + 1


def test_every_control_has_a_name_and_every_id_is_its_own(page: Any, files: Path) -> None:
    _list(page, files)
    unnamed = "all => all.filter(e => !e.labels.length).length"
    assert page.eval_on_selector_all("select,input", unnamed) == 0
    ids = page.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
    assert len(ids) == len(set(ids))


def test_the_first_tab_skips_to_the_content_and_shows_the_focus(page: Any, files: Path) -> None:
    _list(page, files)
    page.keyboard.press("Tab")
    link = page.locator(":focus")
    assert link.inner_text() == "Skip to main content"
    assert link.bounding_box()["x"] >= 0
    assert link.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 221, 0)"
    page.keyboard.press("Enter")
    assert page.locator(":focus").get_attribute("id") == "main"


def _refs(page: Any, what: str) -> list[str]:
    refs = "all => all.filter(e => !e.hidden).map(e => e.dataset.ref)"
    made: list[str] = page.eval_on_selector_all(what, refs)
    return made


def test_sorting_by_keyboard_moves_rows_and_families_alike(page: Any, files: Path) -> None:
    _list(page, files)
    first = _refs(page, "#overview tbody tr")
    head = page.locator("#overview th[data-key=children]")
    head.locator("button").focus()
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    rows = _refs(page, "#overview tbody tr")
    assert rows != first
    assert sorted(rows) == sorted(first)
    assert _refs(page, "article.family") == rows
    counts = page.eval_on_selector_all(
        "#overview tbody tr td:nth-child(2)", "all => all.map(e => e.dataset.sort)"
    )
    assert counts == sorted(counts)
    page.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "descending"
    assert page.locator("#overview th[data-key=change]").get_attribute("aria-sort") == "none"


def test_filtering_by_keyboard_says_how_many_are_left(page: Any, files: Path) -> None:
    _list(page, files)
    assert page.locator("#count").inner_text() == "Showing 9 of 9 families"
    page.locator("#plan").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.locator("#plan").input_value() == "yes"
    assert page.locator("#count").inner_text() == "Showing 2 of 9 families"
    assert _refs(page, "article.family") == _refs(page, "#overview tbody tr")
    page.locator("#plan").select_option("")
    page.locator("#find").fill("polish")
    assert page.locator("#count").inner_text() == "Showing 1 of 9 families"
    page.locator("#find").press("Enter")
    assert page.url.startswith("file:"), "the form goes nowhere"


def test_names_open_only_when_asked_for(page: Any, files: Path) -> None:
    _list(page, files)
    who = page.locator("details.who").first
    assert not who.locator("p").first.is_visible()
    who.locator("summary").focus()
    page.keyboard.press("Enter")
    assert who.locator("p").first.is_visible()
    button = page.locator("#names")
    button.focus()
    page.keyboard.press("Space")
    assert button.get_attribute("aria-pressed") == "true"
    assert page.locator("details.who[open]").count() == 9


def test_paper_shows_only_the_names_that_were_opened(page: Any, files: Path) -> None:
    _list(page, files)
    page.locator("details.who summary").nth(1).click()
    page.emulate_media(media="print")
    shown = [details.is_visible() for details in page.locator("details.who").all()]
    assert shown == [False, True] + [False] * 7
    assert not page.locator("#tools").is_visible()


def test_the_list_prints_on_a4_landscape_and_the_card_on_a4_portrait(page: Any, files: Path) -> None:
    for name, wide in (("zone/list.html", True), ("card/card.html", False)):
        _open(page, files / name)
        sizes = _page_sizes(page.pdf(prefer_css_page_size=True))
        assert sizes
        for width, height in sizes:
            assert (width > height) is wide
            assert sorted((round(width), round(height))) == [595, 842]


def _page_sizes(pdf: bytes) -> list[tuple[float, float]]:
    found = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    return [(float(width), float(height)) for width, height in found]


@pytest.mark.parametrize(("day", "shown"), [("2024-10-17T23:59:00", True), ("2024-10-18T00:01:00", False)])
def test_after_its_last_day_a_list_shows_nobody(page: Any, files: Path, day: str, shown: bool) -> None:
    page.clock.set_fixed_time(day)
    _list(page, files)
    assert bool(page.locator("article.family").count()) is shown
    assert page.locator("#expired").is_visible() is not shown
    if not shown:
        assert "Imaginary Road" not in page.locator("body").inner_text()
        assert "ended on 17 October 2024" in page.locator("#expired").inner_text()


def test_without_script_nobody_is_shown_because_nothing_could_end_the_list(browser: Any, files: Path) -> None:
    context = browser.new_context(offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto((files / "zone" / "list.html").as_uri())
    assert page.locator("article.family").count() == 0
    said = page.locator("body").inner_text()
    assert "Imaginary Road" not in said and "F-" not in said
    assert "open it in a browser" in page.locator("#closed").inner_text()
    assert "01632 960000" in said, "where a concern goes is said whatever happens"
    assert page.locator("#expired").is_hidden() and page.locator("#clock").is_hidden()
    context.close()


@pytest.mark.parametrize(("day", "shown"), [("2024-09-11T12:00:00", True), ("2024-09-10T12:00:00", False)])
def test_a_clock_from_before_the_list_was_made_shows_nobody(
    page: Any, files: Path, day: str, shown: bool
) -> None:
    """A day of grace, for a reader in another time zone. A clock set back to within the list's days is believed."""
    page.clock.set_fixed_time(day)
    _list(page, files)
    assert bool(page.locator("article.family").count()) is shown
    assert page.locator("#closed").count() == 0
    assert page.locator("#clock").is_visible() is not shown


def test_dark_pages_keep_charts_on_paper_white(browser: Any, files: Path) -> None:
    context = browser.new_context(offline=True, color_scheme="dark")
    page = context.new_page()
    page.goto((files / "card" / "card.html").as_uri())
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 26)"
    background = "e => getComputedStyle(e).backgroundColor"
    assert page.locator("svg.chart").first.evaluate(background) == "rgb(255, 255, 255)"
    context.close()
