"""The committed example: its documents are those that its facts give, and nothing in it is filled by hand."""

import re
from datetime import date
from pathlib import Path

import pytest

from prevention_model.cards import CardFacts, publish
from prevention_model.pages.document import escaped
from prevention_model.papers import PAPER_FILES
from prevention_model.pipeline.run_pages import DOCUMENTS, write_documents
from prevention_model.settings.authority import read_authority

EXAMPLE = Path(__file__).parents[2] / "model_cards" / "county"
_DRAWING = re.compile(r"<svg.*?</svg>", re.S)


@pytest.fixture(scope="module")
def anew(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents made again from the committed facts."""
    folder = tmp_path_factory.mktemp("county")
    facts = CardFacts.read(EXAMPLE / "facts.json")
    public = {facts.outcome["name"]: publish(facts)}
    write_documents(folder, public, read_authority(EXAMPLE / "authority.yaml"), facts.created)
    return folder


@pytest.mark.parametrize("name", [*DOCUMENTS, *PAPER_FILES])
def test_every_document_is_what_the_facts_give(anew: Path, name: str) -> None:
    made, committed = ((folder / name).read_text(encoding="utf-8") for folder in (anew, EXAMPLE))
    # Drawings are as the plotting library draws them, and their numbers stand in the tables beside them.
    assert _DRAWING.sub("", made) == _DRAWING.sub("", committed), (
        f"{name} would be another: make the example anew (experiments/county/cards.py says how)."
    )


def test_the_example_says_that_nobody_in_it_exists_and_who_signed_until_when() -> None:
    card = (EXAMPLE / "card.md").read_text(encoding="utf-8")
    facts = CardFacts.read(EXAMPLE / "facts.json")
    assert "does not exist" in facts.authority and escaped(facts.authority) in card
    assert facts.verdict == "released" and facts.certificate is not None
    assert date.fromisoformat(facts.certificate["expires"]) > facts.created
    assert len(facts.sign_offs) == 2


def test_no_document_says_that_more_information_is_needed() -> None:
    for name in (*DOCUMENTS, *PAPER_FILES):
        text = (EXAMPLE / name).read_text(encoding="utf-8")
        assert not re.search(
            r"more information needed|\bTBC\b|\bTODO\b|lorem ipsum|\bNone\b\s*<|nan%", text, re.I
        ), name
