"""The documentation site: it builds without a warning, holds every page, is whole in itself, and is for everybody."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from manual import site
from tests.browser.test_pages_accessible import _violations

LOOKED_AT = (
    "index.html",
    "tutorial.html",
    "how-to/read-a-card.html",
    "reference/python.html",
    "explanation/security.html",
    "explanation/release.html",
    "search.html",
)
LOADS = re.compile(r"<(?:script|img|link|iframe|source|object)\b[^>]*?\b(?:src|href|data)=\"([^\"]+)\"")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site") / "site"
    assert site.build(out) == 0, "Sphinx warned; its words stand above"
    return out


@pytest.mark.slow
def test_every_page_is_there_and_leads_nowhere_that_is_not(built: Path) -> None:
    for place in site.where_pages_stand().values():
        assert (built / place).with_suffix(".html").is_file(), place
    broken = [
        f"{page.relative_to(built)}: {target}"
        for page in built.rglob("*.html")
        for target in re.findall(r"(?:href|src)=\"([^\"#?]+)", page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target) and not (page.parent / unquote(target)).exists()
    ]
    assert not broken, "\n".join(broken[:20])


@pytest.mark.slow
def test_no_page_loads_anything_from_elsewhere(built: Path) -> None:
    outside = [
        f"{page.relative_to(built)}: {target}"
        for page in built.rglob("*.html")
        for target in LOADS.findall(page.read_text(encoding="utf-8"))
        if re.match(r"(?:[a-z]+:)?//", target)
    ]
    for sheet in built.rglob("*.css"):
        outside += re.findall(r"(?:@import|url\()[^;)]*https?:[^;)]*", sheet.read_text(encoding="utf-8"))
    assert not outside, "\n".join(outside[:20])


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("looks", ["light", "dark"])
def test_axe_finds_nothing_and_no_request_leaves(browser: Any, built: Path, looks: str) -> None:
    context = browser.new_context(offline=True, color_scheme=looks, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for name in LOOKED_AT:
        page.goto((built / name).as_uri())
        assert _violations(page) == [], name
    assert asked and not [url for url in asked if not url.startswith(("file:", "data:", "blob:"))]
    context.close()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280, 1600, 1920])
def test_no_page_is_wider_than_the_screen(browser: Any, built: Path, width: int) -> None:
    context = browser.new_context(offline=True, viewport={"width": width, "height": 900})
    page = context.new_page()
    wider = []
    for name in LOOKED_AT:
        page.goto((built / name).as_uri())
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wider.append(name)
    assert wider == []
    context.close()


@pytest.mark.slow
@pytest.mark.browser
def test_a_word_is_found_without_a_server(browser: Any, built: Path) -> None:
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((built / "search.html").as_uri() + "?q=quarantine")
    page.wait_for_selector("#search-results li a")
    assert page.locator("#search-results li a").count() >= 2
    context.close()


@pytest.mark.slow
def test_a_broken_link_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture
) -> None:
    for name, text in {
        "README.md": "# Start\n\n[there](docs/there.md#no-such-part)\n",
        "docs/there.md": "# There\n\n## A part\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "docs" / "images").mkdir()
    (tmp_path / "manual").symlink_to(site.ROOT / "manual")
    monkeypatch.setattr(site, "ROOT", tmp_path)
    monkeypatch.setattr(site, "FROM_OUTSIDE", {"README.md": "index.md"})
    monkeypatch.setattr(site, "contents", lambda page, decisions: "")
    assert site.build(tmp_path / "out") != 0
    assert "no-such-part" in capfd.readouterr().err
    assert not (tmp_path / "out").exists()
