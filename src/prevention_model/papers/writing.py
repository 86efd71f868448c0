"""Writing the papers: everything is made in memory first, so that a folder never holds a part of them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from prevention_model.cards import PublicFacts
from prevention_model.errors import WrongUsage, listed
from prevention_model.pages.document import Document, to_html, to_markdown
from prevention_model.papers.atrs import atrs_csv, atrs_document, atrs_json
from prevention_model.papers.datasheet import datasheet_document
from prevention_model.papers.dpia import dpia_document
from prevention_model.papers.equality import equality_document
from prevention_model.papers.places import ATRS, DATASHEET, DPIA, EQUALITY, NOTICE, PROBAST, TRIPOD
from prevention_model.papers.privacy_notice import notice_document
from prevention_model.papers.probast import probast_document
from prevention_model.papers.tripod import tripod_document
from prevention_model.settings.authority import Authority

_DOCUMENTS: dict[str, Callable[[PublicFacts, Authority], Document]] = {
    ATRS: atrs_document,
    TRIPOD: tripod_document,
    PROBAST: probast_document,
    DATASHEET: datasheet_document,
    DPIA: dpia_document,
    NOTICE: notice_document,
    EQUALITY: equality_document,
}
_OTHERS: dict[str, Callable[[PublicFacts, Authority], str]] = {
    f"{ATRS}.json": atrs_json,
    f"{ATRS}.csv": atrs_csv,
}
PAPER_FILES = (*(f"{name}{end}" for name in _DOCUMENTS for end in (".html", ".md")), *_OTHERS)
"""The files that `write_papers` writes."""


def lacking(facts: PublicFacts, authority: Authority, on: date | None = None) -> tuple[str, ...]:
    """Every field of `publication:` that stands in the way of the papers, by its key as it would be typed: those that
    are empty, and those that were to be known by a day before `on` (without it, the day of the run)."""
    form = authority.publication
    declared = {source.name for source in authority.sources}
    read = [str(row["name"]) for row in facts.sources if row["name"] in declared]
    return (*form.unfilled(read), *form.overdue(on or facts.created))


def write_papers(
    folder: Path, facts: PublicFacts, authority: Authority, on: date | None = None
) -> tuple[Path, ...]:
    """Write every paper into a folder beside the card, and return the paths.

    Raises WrongUsage, before anything is written, with the key of every field that is empty or overdue.
    """
    missing = lacking(facts, authority, on)
    if missing:
        raise WrongUsage(
            f"The papers beside the card cannot be written: {_counted(missing)}: {listed(missing, len(missing))}.",
            where="authority.yaml",
            todo="Fill them. What is not known yet is written as `not_yet_known: {owner: ROLE, by: DATE}`, with a day "
            "that is still to come; docs/how-to/configure.md lists all fields.",
        )
    texts = _texts(facts, authority)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return tuple(folder / name for name in texts)


def _texts(facts: PublicFacts, authority: Authority) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, make in _DOCUMENTS.items():
        document = make(facts, authority)
        texts |= {f"{name}.html": to_html(document), f"{name}.md": to_markdown(document)}
    return texts | {name: make(facts, authority) for name, make in _OTHERS.items()}


def _counted(missing: tuple[str, ...]) -> str:
    return (
        "1 field is empty or overdue" if len(missing) == 1 else f"{len(missing)} fields are empty or overdue"
    )
