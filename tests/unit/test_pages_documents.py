"""Pages: nothing from outside, nothing that acts, the same bytes, and the same content in Markdown."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from prevention_model.errors import WrongUsage
from prevention_model.pages.charts import Bin, Point, calibration_chart, gap_chart, rivals_chart
from prevention_model.pages.document import (
    Bullets,
    Document,
    Facts,
    Figures,
    Inset,
    Paragraph,
    Picture,
    Section,
    Table,
    Tag,
    escaped,
    to_html,
    to_markdown,
)
from prevention_model.pages.page import content_policy, environment, stylesheet
from prevention_model.pages.words import about_of, about_range

BAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> {{ 7*7 }} $x^2$"
BINS = [Bin(0.1, 0.12, 0.08, 0.16, 400), Bin(0.3, 0.28, 0.2, 0.36, 200)]


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Elements()
    parser.feed(page)
    return parser.tags


def _document(text: str) -> Document:
    return Document(
        kind="Test",
        title=text,
        lead=text,
        tags=(Tag(text, "red"),),
        sections=(
            Section(
                "One", (Paragraph(text), Inset(text, strong=True), Bullets((text,)), Figures(((text, text),)))
            ),
            Section("Two", (Facts(((text, text),)), Table(text, (text, "n"), ((text, Tag(text)),), (1,)))),
            Section("Three", (Picture(gap_chart([Point(text, 0.4, 0.3, 0.5)], title=text, quantity=text)),)),
        ),
        foot=text,
    )


def test_hostile_text_stays_text_in_a_page() -> None:
    elements = _elements(to_html(_document(BAD)))
    assert not [tag for tag, _ in elements if tag in ("script", "img", "iframe", "object", "form")]
    assert not [name for _, attributes in elements for name in attributes if name.startswith("on")]
    assert "49" not in to_html(_document("{{ 7*7 }}")).split("</style>")[1].split("<svg")[0]


@settings(max_examples=30, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_any_text_leaves_the_elements_of_a_page_as_they_are(text: str) -> None:
    plain = [tag for tag, _ in _elements(to_html(_without_chart("x")))]
    assert [tag for tag, _ in _elements(to_html(_without_chart(text)))] == plain


def _without_chart(text: str) -> Document:
    blocks = (Paragraph(text), Inset(text, strong=True), Bullets((text,)), Facts(((text, Tag(text)),)))
    return Document(kind="Test", title=text, lead=text, tags=(Tag(text),), sections=(Section("One", blocks),))


def test_a_page_asks_for_nothing_and_forbids_the_rest() -> None:
    page = to_html(_document("x"))
    for _, attributes in _elements(page):
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            assert (attributes.get(name) or "#").startswith("#")
        assert "style" not in attributes, "the page's own policy would not let it show"
    assert "url(" not in stylesheet()
    assert "@import" not in stylesheet()
    assert "default-src 'none'" in page
    assert "script-src 'none'" in page


def test_the_policy_names_the_very_style_of_the_page() -> None:
    page = to_html(_document("x"))
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    assert style is not None
    assert content_policy(style[1]).split(";")[1] in page


def test_an_unknown_name_in_a_template_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody }}").render()


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert calibration_chart(BINS) == calibration_chart(BINS)
    points = [Point("a", 0.3, 0.2, 0.4), Point("b", None)]
    assert rivals_chart(points).svg == rivals_chart(points).svg


def test_charts_speak_in_words_and_carry_no_date_or_style() -> None:
    for chart in (
        calibration_chart(BINS),
        gap_chart([Point("Girls", 0.4, 0.3, 0.5), Point("Boys", None)], title="T", quantity="Q", overall=0.4),
        rivals_chart([Point("Model", 0.4, 0.3, 0.5), Point("Area", None)]),
    ):
        assert "<title" in chart.svg
        assert "<desc" in chart.svg
        assert 'role="img"' in chart.svg
        assert "style=" not in chart.svg
        assert "<style" not in chart.svg
        assert "http" not in chart.svg.replace("http://www.w3.org/2000/svg", "")
        assert chart.rows
        assert len({len(row) for row in chart.rows} | {len(chart.columns)}) == 1


def test_two_charts_on_a_page_share_no_id() -> None:
    one = gap_chart([Point("a", 0.4)], title="T", quantity="Q", name="one")
    two = gap_chart([Point("a", 0.4)], title="T", quantity="Q", name="two")
    ids = [set(re.findall(r'\bid="([^"]+)"', chart.svg)) for chart in (one, two)]
    assert not ids[0] & ids[1]
    used = set(re.findall(r'(?:href="#|url\(#)([^")]+)', one.svg))
    assert used <= ids[0]


def test_a_label_with_dollars_is_not_mathematics() -> None:
    assert "$x^2$" in gap_chart([Point("$x^2$", 0.4)], title="T", quantity="Q").svg


def test_an_empty_chart_and_an_impossible_share_are_refused() -> None:
    with pytest.raises(WrongUsage, match="nothing to draw"):
        rivals_chart([])
    with pytest.raises(WrongUsage, match="share between 0 and 1"):
        Point("a", 1.2)


def test_markdown_says_what_the_page_says() -> None:
    document = _document("Plain words")
    page = re.sub(r"<style>.*?</style>", "", to_html(document), flags=re.S)
    plain = re.sub(r"<[^>]+>", " ", page)
    for word in re.sub(r"[#*|>·-]", " ", to_markdown(document)).split():
        if word not in ("Important.", ":"):
            assert word.strip(":.") in plain, word


@given(st.text(max_size=60))
def test_markdown_text_cannot_become_markup(text: str) -> None:
    made = escaped(text)
    assert "\n" not in made
    assert "<" not in made
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_|\[\]]", made)


def test_a_table_with_a_short_row_is_refused() -> None:
    with pytest.raises(WrongUsage, match="has not 2 cells"):
        Table("T", ("a", "b"), (("1",),))


@given(st.floats(0, 1))
def test_nothing_is_ever_said_to_be_certain(share: float) -> None:
    assert about_of(share) not in ("about 0 of 20", "about 20 of 20")
    assert not re.search(r"\b(0|20) of 20", about_of(share))


def test_a_range_of_one_value_is_said_once() -> None:
    assert about_range(0.35, 0.36) == "about 7 of 20"


def test_text_and_background_differ_enough_in_light_and_dark() -> None:
    """WCAG AA: 4.5 to 1 for text, both colour schemes."""
    light, dark = (_colours(block) for block in re.findall(r":root \{(.*?)\}", stylesheet(), re.S)[:2])
    for colours in (light, {**light, **dark}):
        pairs = [
            ("text", "page"),
            ("quiet", "page"),
            ("link", "page"),
            ("text", "panel"),
            ("quiet", "panel"),
            ("link", "panel"),
        ]
        pairs += [(f"{name}-t", f"{name}-b") for name in ("grey", "green", "red", "yellow", "blue", "purple")]
        for front, back in pairs:
            assert _contrast(colours[front], colours[back]) >= 4.5, (front, back)


def _colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


def _contrast(one: str, two: str) -> float:
    high, low = sorted((_light(one), _light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _light(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
