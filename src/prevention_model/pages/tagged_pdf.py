"""PDF/UA-1 by weasyprint, and what it leaves out of the tags put right before the file is written.

Three things are changed. A header cell says whether it heads a column or a row: weasyprint names headers cell by cell,
and a corner cell is named by nobody. A list of names and values is one list item for each pair, with the name as its
label: weasyprint wraps pairs in divisions, which a list may not hold. What stands in the margin, a page number, is
marked as being no part of the text.
"""

from collections.abc import Iterator
from typing import Any

from weasyprint import HTML
from weasyprint.urls import URLFetcher

_HEADS = {"/THead": "/Column", "/TBody": "/Row", "/TFoot": "/Row"}


def tagged_pdf(html: str) -> bytes:
    """The page as PDF/UA-1, without asking for anything outside it."""
    page = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
    made: bytes = page.write_pdf(pdf_variant="pdf/ua-1", finisher=_put_right)
    return made


def _put_right(document: Any, pdf: Any) -> None:
    """Change the tags of a PDF that is about to be written."""
    held = {each.reference: each for each in pdf.objects}
    root = held[pdf.catalog["StructTreeRoot"]]
    reached = set()
    for element, parent in _elements(root, held):
        reached.add(element.reference)
        match element["S"]:
            case "/TH":
                element["A"]["Scope"] = _HEADS[held[parent["P"]]["S"]]
            case "/Div" if parent["S"] == "/L":
                _name_and_value(element, held)
    _mark_margins(pdf, held, held[root["ParentTree"]], reached)
    for each in pdf.objects:
        if isinstance(each, dict) and each.get("Subtype") == "/Link":
            each["F"] = 4  # links are printed like the words they lie on


def _elements(parent: Any, held: dict[bytes, Any]) -> Iterator[tuple[Any, Any]]:
    """Every element of the tree below a parent, with its own parent; what is not an element is a place in a page."""
    for kid in parent["K"]:
        element = held.get(kid)
        if element is not None and element.get("Type") == "/StructElem":
            yield element, parent
            yield from _elements(element, held)


def _name_and_value(pair: Any, held: dict[bytes, Any]) -> None:
    pair["S"] = "/LI"
    for place, kid in enumerate(pair["K"]):
        item = held[kid]
        item["S"] = "/LBody" if place else "/Lbl"
        for body in item["K"]:
            held[body]["S"] = "/NonStruct"


def _mark_margins(pdf: Any, held: dict[bytes, Any], places: Any, reached: set[bytes]) -> None:
    """Marked content that no element of the tree holds is that of the margins."""
    numbers = places["Nums"]
    by_page = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for at, reference in enumerate(pdf.page_references):
        loose = {mcid for mcid, element in enumerate(by_page[at]) if element not in reached}
        stream = held[held[reference]["Contents"]].stream
        for place, item in enumerate(stream):
            if isinstance(item, dict) and item.get("MCID") in loose:
                del item["MCID"]
                item["Type"], stream[place - 1] = "/Pagination", "/Artifact"
        # the places of the others are counted from the first, so that of a margin stays, and points to nothing
        by_page[at][:] = ["null" if mcid in loose else element for mcid, element in enumerate(by_page[at])]
