"""What is published about a model, as a board meets it: one file, offline, first screen, keyboard, paper."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.product_pages import PUBLISHED

pytestmark = pytest.mark.browser

LARGEST = 3_000_000
"""Bytes of one page, so that it can be sent by mail."""
A4 = (688, 1017)
"""What is left of A4 within margins of 14 mm, in CSS pixels."""
ASKED = ("Who is missed?", "Is it better than a simple rule?", "Who signed, and until when?")


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_page_is_one_small_file_that_nothing_is_asked_for(page: Any, files: Path, name: str) -> None:
    assert (files / name).stat().st_size <= LARGEST
    page.goto((files / name).as_uri())
    assert page.asked == [(files / name).as_uri()]
    assert page.locator("script, iframe, img, link, object, form").count() == 0


@pytest.mark.parametrize("name", PUBLISHED)
def test_every_link_leads_to_a_page_beside_it_that_is_there(page: Any, files: Path, name: str) -> None:
    page.goto((files / name).as_uri())
    for link in page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))"):
        beside, _, place = link.partition("#")
        text = ((files / name).parent / (beside or Path(name).name)).read_text(encoding="utf-8")
        assert not place or f'id="{place}"' in text, link


def _answer(page: Any, question: str) -> Any:
    return page.locator(".facts > div", has=page.locator("dt", has_text=question)).locator("dd")


def test_the_three_questions_of_a_board_are_answered_on_the_first_screen_of_the_card(
    page: Any, files: Path
) -> None:
    page.goto((files / "card/card.html").as_uri())
    for question in ASKED:
        box = _answer(page, question).bounding_box()
        assert box["y"] + box["height"] <= 900, question
    assert "About 12 of 20 children to whom it happens are on no list" in _answer(page, ASKED[0]).inner_text()
    assert "zone South Vale" in _answer(page, ASKED[0]).inner_text()
    assert "About 7 of 20 against about 4 of 20" in _answer(page, ASKED[1]).inner_text()
    assert "Nobody yet" in _answer(page, ASKED[2]).inner_text()


def _on_paper(browser: Any, path: Path) -> Any:
    context = browser.new_context(offline=True, viewport={"width": A4[0], "height": A4[1]})
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(path.as_uri())
    return page


def test_the_three_questions_are_answered_on_the_first_page_of_paper(browser: Any, files: Path) -> None:
    page = _on_paper(browser, files / "card/card.html")
    for question in ASKED:
        box = _answer(page, question).bounding_box()
        assert box["y"] + box["height"] <= A4[1], question
    page.context.close()


def test_the_decision_and_the_five_numbers_are_on_the_first_screen_of_the_board_pack(
    page: Any, files: Path
) -> None:
    page.goto((files / "card/board_pack.html").as_uri())
    for what in (".warning", ".figures dd >> nth=0", ".figures dd >> nth=4"):
        box = page.locator(what).bounding_box()
        assert box["y"] + box["height"] <= 900, what


def test_on_paper_the_numbers_behind_a_chart_are_there_though_nobody_opened_them(
    browser: Any, files: Path
) -> None:
    page = _on_paper(browser, files / "card/card.html")
    tables = page.locator("figure details table").all()
    assert tables and all(table.is_visible() for table in tables)
    page.context.close()


@pytest.mark.parametrize("name", PUBLISHED)
def test_on_paper_nothing_is_cut_off(browser: Any, files: Path, name: str) -> None:
    page = _on_paper(browser, files / name)
    out = """width => [...document.querySelectorAll('main *')].filter(e => !e.closest('.hidden') && !e.closest('svg')
      && e.getClientRects().length && e.getBoundingClientRect().right > width + 1)
      .map(e => e.tagName + ' ' + e.textContent.slice(0, 40))"""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert page.evaluate(out, A4[0]) == []
    page.context.close()


def test_the_board_pack_prints_on_two_pages_of_a4(browser: Any, files: Path) -> None:
    page = _on_paper(browser, files / "card/board_pack.html")
    sizes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    assert [(round(float(width)), round(float(height))) for width, height in sizes] == [(595, 842)] * 2
    page.context.close()


@pytest.mark.parametrize("name", ["card/card.html", "card/board_pack.html", "card/atrs_record.html"])
def test_a_page_can_be_read_by_keyboard_alone(page: Any, files: Path, name: str) -> None:
    """Every link, every set of numbers and every table that may scroll is reached in the order of the page."""
    page.goto((files / name).as_uri())
    there = "a[href], summary, .table-box"
    page.evaluate("what => document.querySelectorAll(what).forEach((e, n) => e.dataset.stop = n)", there)
    shown = page.eval_on_selector_all(
        there, "all => all.filter(e => e.checkVisibility()).map(e => Number(e.dataset.stop))"
    )
    met = []
    for _ in shown:
        page.keyboard.press("Tab")
        met.append(page.evaluate("Number(document.activeElement.dataset.stop)"))
    assert met == shown


def test_the_numbers_behind_a_chart_open_by_keyboard(page: Any, files: Path) -> None:
    page.goto((files / "card/card.html").as_uri())
    numbers = page.locator("figure details").first
    assert not numbers.locator("table").is_visible()
    numbers.locator("summary").focus()
    page.keyboard.press("Enter")
    assert numbers.locator("table").is_visible()
    assert numbers.locator("tbody tr").count() >= 2


def test_every_chart_has_a_name_a_description_and_its_numbers(page: Any, files: Path) -> None:
    page.goto((files / "card/card.html").as_uri())
    charts = page.locator("svg.chart").all()
    assert len(charts) >= 7
    for chart in charts:
        assert chart.get_attribute("role") == "img"
        for part in chart.get_attribute("aria-labelledby").split():
            assert page.locator(f"#{part}").text_content().strip(), part
        figure = chart.locator("xpath=ancestor::figure")
        table = (
            figure.locator("table").count()
            or figure.locator("xpath=following-sibling::div[contains(@class,'table-box')]").count()
        )
        assert table, chart.get_attribute("aria-labelledby")
