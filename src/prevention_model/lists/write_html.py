"""A list as one page: works offline, sorts and filters by keyboard, shows nobody after its end."""

from pathlib import Path

from prevention_model.lists.flat import BAND_WORDS, STAGES, cell, complex_lines, header_lines, unranked_lines
from prevention_model.lists.rows import ZoneList
from prevention_model.pages.page import render

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def page(made: ZoneList) -> str:
    """The page. Names and addresses stay closed, on paper too, until somebody opens them."""
    return render(
        "list.html.j2",
        folder=_TEMPLATES,
        script=(_TEMPLATES / "list.js").read_text(encoding="utf-8"),
        made=made,
        header=made.header,
        lines=header_lines(made.header),
        unranked=unranked_lines(made),
        complex=complex_lines(made),
        rule=made.header.rule,
        stages=STAGES,
        bands=BAND_WORDS,
        cell=cell,
    )
