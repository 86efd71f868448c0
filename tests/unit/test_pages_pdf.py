"""Pages as PDF: tagged as PDF/UA-1 asks, read back with another library, and the same bytes for the same page."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.image import imsave

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

pikepdf = pytest.importorskip("pikepdf", reason="pikepdf is not installed")
SHOWS_TEXT = ("Tj", "TJ", "'", '"')


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


def elements(parent: Any) -> Iterator[Any]:
    kids = parent.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def of_kind(opened: Any, *kinds: str) -> list[Any]:
    return [each for each in elements(opened.Root.StructTreeRoot) if str(each.S)[1:] in kinds]


def kids(element: Any) -> list[str]:
    return [str(kid.S)[1:] for kid in element.K if isinstance(kid, pikepdf.Dictionary) and "/S" in kid]


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


def test_every_word_is_in_the_tree_or_marked_as_no_part_of_the_text(opened: Any) -> None:
    in_tree = {each.objgen for each in elements(opened.Root.StructTreeRoot)}
    numbers = opened.Root.StructTreeRoot.ParentTree.Nums
    places = {int(numbers[at]): numbers[at + 1] for at in range(0, len(numbers), 2)}
    assert len(opened.pages) > 2
    for page in opened.pages:
        assert page.Tabs == "/S" or "/Annots" not in page
        inside: list[str] = []
        artifacts = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            match str(operator):
                case "BDC" | "BMC":
                    mcid = operands[1].get("/MCID") if len(operands) > 1 else None
                    if str(operands[0]) == "/Artifact":
                        assert mcid is None
                    else:
                        element = places[int(page.StructParents)][int(mcid)]
                        assert element.objgen in in_tree
                    inside.append(str(operands[0]))
                case "EMC":
                    inside.pop()
                case text if text in SHOWS_TEXT:
                    assert inside
                    artifacts += inside[-1] == "/Artifact"
        assert not inside
        assert artifacts == 1, "the page number, and nothing else, is no part of the text"


def test_headings_go_down_one_step_at_a_time(opened: Any) -> None:
    levels = [int(str(each.S)[2:]) for each in of_kind(opened, "H1", "H2", "H3", "H4")]
    assert levels[0] == 1 and levels.count(1) == 1 and levels.count(2) == 4
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_figures_have_words(opened: Any) -> None:
    figures = of_kind(opened, "Figure")
    assert [str(each.Alt) for each in figures] == ["Missed"]
    assert "/BBox" in figures[0].A


def test_headers_say_what_they_head_and_a_broken_table_repeats_them(opened: Any) -> None:
    tables = of_kind(opened, "Table")
    pages = {int(each.Pg.StructParents) for each in tables if "Table" in str(each.S)}
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
    for held in of_kind(opened, "L"):
        assert set(kids(held)) == {"LI"}
    items = of_kind(opened, "LI")
    assert len(items) == 5
    assert {tuple(kids(item)) for item in items} == {("Lbl", "LBody")}


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
