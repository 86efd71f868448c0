"""Pages as PDF: tagged as PDF/UA-1 asks, read back with another library, and the same bytes for the same page."""

import hashlib
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from matplotlib.image import imsave

from prevention_model.cards import write_board_pack, write_card
from prevention_model.errors import WrongUsage
from prevention_model.pages import pdf
from prevention_model.pages.charts import Point, gap_chart
from prevention_model.pages.document import (
    Bullets,
    Document,
    Facts,
    Figures,
    Inset,
    Link,
    Paragraph,
    Picture,
    Section,
    Table,
    Tag,
    to_html,
)
from prevention_model.papers import PAPER_FILES, write_papers
from tests.fixtures import made_up_papers
from tests.fixtures.pdf_tags import elements, kids, kind, of_kind, tagging_faults

PAPERS = tuple(name for name in PAPER_FILES if name.endswith(".html"))


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Card, board pack and papers of the made-up model."""
    folder = tmp_path_factory.mktemp("published")
    write_card(folder, made_up_papers.public())
    write_board_pack(folder, made_up_papers.public())
    write_papers(folder, made_up_papers.public(), made_up_papers.authority())
    return folder


def _document() -> Document:
    rows = tuple((f"Row {n}", Tag("Passed", "green"), str(n)) for n in range(90))
    chart = gap_chart([Point("Girls", 0.4, 0.3, 0.5), Point("Boys", None)], title="Missed", quantity="Q")
    return Document(
        kind="Test",
        title="A page of every kind of block",
        lead="What it is.",
        tags=(Tag("Signed", "green"),),
        sections=(
            Section(
                "Words", (Paragraph("Text."), Inset("Set apart.", strong=True), Bullets(("One.", "Two.")))
            ),
            Section("Pairs", (Figures((("7 of 20", "found"), ("4", "failed"))), Facts((("Run", "R1"),)))),
            Section("Numbers", (Table("A long table", ("Name", "Result", "Number"), rows, (2,)),)),
            Section("Pictures", (Picture(chart), Link("More", "comparison.html"))),
        ),
        foot="The foot.",
    )


@pytest.fixture(scope="module")
def made() -> bytes:
    try:
        return pdf.to_pdf(to_html(_document()))
    except WrongUsage as error:
        pytest.skip(error.what)


@pytest.fixture(scope="module")
def opened(made: bytes) -> Iterator[Any]:
    with pikepdf.open(BytesIO(made)) as held:
        yield held


def test_it_says_that_it_is_pdf_ua_and_what_it_is_called_and_in_which_language(opened: Any) -> None:
    with opened.open_metadata() as about:
        assert about["pdfuaid:part"] == "1"
        assert about["dc:title"] == "A page of every kind of block"
    assert str(opened.Root.Lang) == "en-GB"
    assert opened.Root.MarkInfo.Marked and opened.Root.ViewerPreferences.DisplayDocTitle
    outlines = opened.open_outline().root
    assert [outlines[0].title, *(each.title for each in outlines[0].children)] == [
        "A page of every kind of block",
        "Words",
        "Pairs",
        "Numbers",
        "Pictures",
    ]


def test_nothing_is_wrong_with_its_tags(opened: Any) -> None:
    assert len(opened.pages) > 2
    assert tagging_faults(opened) == set()


def test_the_page_number_and_nothing_else_is_no_part_of_the_text(opened: Any) -> None:
    for page in opened.pages:
        inside, artifacts = [], 0
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BDC" | "BMC":
                    inside.append(str(operands[0]))
                case "EMC":
                    inside.pop()
                case "Tj" | "TJ":
                    artifacts += inside[-1] == "/Artifact"
        assert artifacts == 1


@pytest.mark.usefixtures("made")  # skips where no PDF can be made
def test_without_what_is_put_right_there_are_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing = importlib.import_module("prevention_model.pages.tagged_pdf")
    monkeypatch.setattr(drawing, "_put_right", lambda document, held: None)
    with pikepdf.open(BytesIO(pdf.to_pdf(to_html(_document())))) as held:
        assert tagging_faults(held) == {
            "L holds Div",
            "LI in Div",
            "a header cell that does not say what it heads",
            "a link without words, or not printed",
            "text that no element of the tree holds",
        }


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("name", ["card.html", "board_pack.html", *PAPERS])
def test_nothing_is_wrong_with_the_tags_of_what_is_published(published: Path, name: str) -> None:
    with pikepdf.open(BytesIO(pdf.to_pdf((published / name).read_text(encoding="utf-8")))) as held:
        assert tagging_faults(held) == set()
        assert [round(float(side)) for side in held.pages[0].MediaBox[2:]] == [595, 842]


def test_figures_have_words(opened: Any) -> None:
    figures = of_kind(opened, "Figure")
    assert [str(each.Alt) for each in figures] == ["Missed"]
    assert "/BBox" in figures[0].A


def test_headers_say_what_they_head_and_a_broken_table_repeats_them(opened: Any) -> None:
    tables = of_kind(opened, "Table")
    pages = {int(each.Pg.StructParents) for each in tables}
    assert len(pages) > 2, "the table breaks"
    for table in tables:
        heads = [each for each in elements(table) if str(each.S) == "/THead"]
        assert len(heads) == 1, "on every page that it goes over"
        assert {str(each.A.Scope) for each in elements(heads[0]) if str(each.S) == "/TH"} == {"/Column"}
        bodies = [each for each in elements(table) if str(each.S) == "/TBody"]
        cells = [each for body in bodies for each in elements(body)]
        assert {str(each.A.Scope) for each in cells if str(each.S) == "/TH"} == {"/Row"}
        assert all(len(each.A.Headers) == 2 for each in cells if str(each.S) == "/TD")


def test_lists_hold_items_and_items_a_label_and_a_body(opened: Any) -> None:
    items = of_kind(opened, "LI")
    assert len(items) == 5
    assert {tuple(map(kind, kids(item))) for item in items} == {("Lbl", "LBody")}


def test_links_are_words_too_and_are_printed(opened: Any) -> None:
    links = [each for page in opened.pages for each in page.get("/Annots", [])]
    assert [int(each.F) for each in links] == [4]
    assert "/Contents" in links[0]


def test_every_font_is_in_the_file(opened: Any) -> None:
    fonts = [each for each in opened.objects if isinstance(each, pikepdf.Dictionary) and "/FontName" in each]
    assert fonts
    assert all("/FontFile2" in each or "/FontFile3" in each for each in fonts)


def test_another_process_makes_the_same_bytes(made: bytes) -> None:
    code = (
        "import sys, hashlib\nfrom prevention_model.pages.pdf import to_pdf\n"
        "print(hashlib.sha256(to_pdf(sys.stdin.read())).hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        input=to_html(_document()),
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert told.stdout.strip() == hashlib.sha256(made).hexdigest()


@pytest.mark.usefixtures("made")  # skips where no PDF can be made
def test_nothing_outside_the_page_is_drawn(tmp_path: Path) -> None:
    picture = tmp_path / "outside.png"
    imsave(picture, np.zeros((9, 9)))
    html = to_html(_document()).replace("<h1>", f'<img alt="x" src="{picture.as_uri()}"><h1>')
    with pikepdf.open(BytesIO(pdf.to_pdf(html))) as held:
        drawn = [each for each in held.objects if isinstance(each, pikepdf.Stream)]
        assert not [each for each in drawn if each.get("/Subtype") == "/Image"]


@pytest.mark.parametrize(
    ("missing", "said"),
    [
        (
            ImportError("no module"),
            "No PDF can be made: weasyprint is not installed. What to do: Type pip install "
            '"prevention-model[pdf]"; the page itself prints from any browser.',
        ),
        (
            OSError("cannot load library"),
            "No PDF can be made: the system has no Pango. What to do: Install it (Debian: apt-get install "
            "libpangoft2-1.0-0); the page itself prints from any browser.",
        ),
    ],
)
def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, missing: Exception, said: str) -> None:
    def absent(name: str) -> None:
        raise missing

    monkeypatch.setattr(pdf, "import_module", absent)
    with pytest.raises(WrongUsage) as error:
        pdf.to_pdf("")
    assert str(error.value) == said
