"""Pages for everybody: no violation of WCAG 2.2 AA that axe can find, and what axe cannot see looked at here."""

from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.product_pages import PAGES

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is missing")
pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


def _violations(page: Any) -> list[tuple[str, str]]:
    found = axe.Axe().run(page, options=RULES).response["violations"]
    return [(each["id"], node["html"][:120]) for each in found for node in each["nodes"]]


def _context(browser: Any, **looks: Any) -> Any:
    made = browser.new_context(offline=True, **{"viewport": {"width": 1280, "height": 900}, **looks})
    page = made.new_page()
    page.clock.set_fixed_time("2024-09-20T10:00:00")
    return page


@pytest.mark.parametrize("looks", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_closed_or_opened(browser: Any, files: Path, name: str, looks: str) -> None:
    page = _context(browser, color_scheme=looks)
    page.goto((files / name).as_uri())
    assert _violations(page) == []
    page.evaluate(OPEN_ALL)
    assert _violations(page) == []
    page.context.close()


@pytest.mark.parametrize("width", [320, 640])
def test_axe_finds_nothing_on_a_list_that_is_zoomed(browser: Any, files: Path, width: int) -> None:
    page = _context(browser, viewport={"width": width, "height": 600})
    page.goto((files / "zone" / "list.html").as_uri())
    page.evaluate(OPEN_ALL)
    assert _violations(page) == []
    page.context.close()


def test_axe_finds_nothing_on_a_list_that_is_worked_in_and_on_one_that_has_ended(
    browser: Any, files: Path
) -> None:
    page = _context(browser)
    page.goto((files / "zone" / "list.html").as_uri())
    page.locator("#overview th[data-key=children] button").click()
    page.locator("#change").select_option("rising")
    page.locator("#names").click()
    assert _violations(page) == []
    page.clock.set_fixed_time("2025-01-01T10:00:00")
    page.reload()
    assert page.locator("#expired").is_visible()
    assert _violations(page) == []
    page.context.close()


# WCAG 1.4.12: whatever a reader sets of these, nothing is lost.
SPACED = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
p { margin-bottom: 2em !important; }"""
CLIPPED = """() => [...document.querySelectorAll('main *')].filter(e => {
  const look = getComputedStyle(e);
  return !e.closest('.hidden') && look.overflow !== 'visible' && look.overflowX !== 'auto'
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) && e.textContent.trim();
}).map(e => e.tagName + '.' + e.className)"""


@pytest.mark.parametrize("width", [320, 640, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_wider_text_is_neither_cut_off_nor_pushed_out(
    browser: Any, files: Path, name: str, width: int
) -> None:
    page = browser.new_context(
        offline=True, bypass_csp=True, viewport={"width": width, "height": 800}
    ).new_page()
    page.clock.set_fixed_time("2024-09-20T10:00:00")
    page.goto((files / name).as_uri())
    page.add_style_tag(content=SPACED)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CLIPPED) == []
    page.context.close()


def test_with_colours_forced_tags_keep_a_border_and_the_focus_an_outline(browser: Any, files: Path) -> None:
    page = _context(browser, forced_colors="active")
    page.goto((files / "zone" / "list.html").as_uri())
    border = "e => getComputedStyle(e).borderTopStyle + getComputedStyle(e).borderTopWidth"
    assert {tag.evaluate(border) for tag in page.locator(".tag").all()[:5]} == {"solid1px"}
    for what in ("#overview th a", "#names", "#find", "details.who summary", "#overview th button"):
        page.locator(what).first.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        outline = page.locator(":focus").evaluate(
            "e => [getComputedStyle(e).outlineStyle, parseFloat(getComputedStyle(e).outlineWidth)]"
        )
        assert outline[0] == "solid" and outline[1] >= 3, what
    page.context.close()


def test_the_families_begin_on_the_first_screen(browser: Any, files: Path) -> None:
    page = _context(browser)
    page.goto((files / "zone" / "list.html").as_uri())
    rows = page.locator("#overview tbody tr").all()
    assert sum(row.bounding_box()["y"] + row.bounding_box()["height"] <= 900 for row in rows) >= 3
    for what in (".figures dd >> nth=0", ".figures dd >> nth=2", ".urgent", "#plan"):
        assert page.locator(what).bounding_box()["y"] < 620, what
    page.context.close()


def test_a_list_can_be_worked_through_by_keyboard_alone(browser: Any, files: Path) -> None:
    page = _context(browser)
    page.goto((files / "zone" / "list.html").as_uri())
    met: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        met.append(page.evaluate("(e => e.id || e.className || e.tagName)(document.activeElement)"))
    for control in ("plan", "change", "position", "find", "names", "sort"):
        assert control in met, control
    assert met.index("plan") < met.index("find") < met.index("names") < met.index("sort")
    link = page.locator("#overview tbody a").nth(2)
    link.focus()
    page.keyboard.press("Enter")
    box = page.locator(page.url[page.url.index("#") :]).bounding_box()
    assert -5 <= box["y"] < 300, "the family is on the screen"
    page.keyboard.press("Tab")
    inside = page.evaluate("document.activeElement.closest('article')?.id")
    assert inside == page.url.split("#")[1], "and the next stop is in it"
    page.context.close()


def test_a_printed_list_holds_no_name_that_was_not_opened(browser: Any, files: Path) -> None:
    page = _context(browser)
    page.goto((files / "zone" / "list.html").as_uri())
    page.emulate_media(media="print")
    assert "Imaginary Road" not in page.locator("body").inner_text()
    assert len(page.pdf(prefer_css_page_size=True)) > 10_000
    page.locator("details.who").first.evaluate("e => e.open = true")
    assert page.locator("body").inner_text().count("Imaginary Road") == 1
    page.context.close()
