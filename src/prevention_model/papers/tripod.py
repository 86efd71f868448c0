"""The TRIPOD+AI checklist of one model: every item answered, with a link to where the whole of it stands."""

from prevention_model.cards import PublicFacts
from prevention_model.pages.document import Document, Paragraph, Section, Table
from prevention_model.papers.places import PAPERS, TRIPOD, places
from prevention_model.papers.tripod_items import ITEMS
from prevention_model.papers.wording import NOT_TOLD, spoken, standing
from prevention_model.settings.authority import Authority

_PARTS = {
    "Title and abstract": ("1", "2"),
    "Introduction": ("3", "4"),
    "Methods": tuple(str(n) for n in range(5, 18)),
    "Open science": ("18",),
    "Patient and public involvement": ("19",),
    "Results": tuple(str(n) for n in range(20, 25)),
    "Discussion": ("25", "26", "27"),
}


def tripod_document(facts: PublicFacts, authority: Authority) -> Document:
    """The checklist as a page: a table for each part of the statement."""
    return Document(
        kind="Reporting checklist",
        title=f"{PAPERS[TRIPOD]}: {facts.title}",
        lead=f"All {len(ITEMS)} items of TRIPOD+AI (2024), each answered in short, and where the whole of it stands.",
        tags=standing(facts),
        sections=(
            *(Section(part, (_table(numbers, facts, authority),)) for part, numbers in _PARTS.items()),
            Section("How to read it", (Paragraph(_HOW),)),
        ),
        foot=f"{authority.name}. Run {facts.run_id}, made on {spoken(facts.created)}. {NOT_TOLD}",
    )


_HOW = (
    "For patient read child or family, and for health inequality read gap between groups. The wording of the items is "
    "shortened. Answers that no evidence can give are in the words of the authority."
)


def _table(numbers: tuple[str, ...], facts: PublicFacts, authority: Authority) -> Table:
    rows = tuple(
        (item.code, item.asks, item.words(facts, authority), places(*item.places))
        for item in ITEMS
        if item.code.rstrip("abcdefg") in numbers
    )
    named = str(rows[0][0]) if len(rows) == 1 else f"{rows[0][0]} to {rows[-1][0]}"
    return Table(f"Items {named}", ("Item", "Asks for", "Answer", "Where"), rows)
