"""The diagrams and the table of docs/explanation/release.md are those of the code."""

import re
from pathlib import Path

from prevention_model.ledger import kinds_table
from prevention_model.release import mermaid, stages_mermaid, table
from prevention_model.release.states import NO_ENTRY, STAGES, STATES, TRANSITIONS, step

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "release.md"
PARTS = {
    "states": f"```mermaid\n{mermaid()}```\n",
    "table": table(),
    "stages": f"```mermaid\n{stages_mermaid()}```\n",
    "kinds": kinds_table(),
}


def renewed(text: str) -> str:
    """The page with its generated parts written anew; each part must have its place."""
    for name, part in PARTS.items():
        before, mark, rest = text.partition(f"<!-- {name}: generated -->\n")
        _, end, after = rest.partition("<!-- end -->")
        assert mark and end, f"the page has no place for {name}"
        text = f"{before}{mark}{part}{end}{after}"
    return text


def test_the_page_is_current() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == renewed(text), "write renewed(text) of this test into the page"


def test_the_diagram_shows_every_step_of_the_table() -> None:
    arrows = re.findall(r"(\S+) --> (\w+): ", mermaid())
    assert arrows == [(each.before.replace("new", "[*]"), each.after) for each in TRANSITIONS]


def test_one_entry_leads_from_a_state_to_one_state() -> None:
    recorded = [(each.before, each.entry) for each in TRANSITIONS if each.entry != NO_ENTRY]
    assert len(recorded) == len(set(recorded))


def test_nothing_is_released_without_having_been_signed() -> None:
    assert {each.before for each in TRANSITIONS if each.after == "released"} == {"signed", "released"}
    assert {each.before for each in TRANSITIONS if each.after == "signed"} == {"audited", "refused", "signed"}


def test_what_was_withdrawn_stays_withdrawn() -> None:
    assert [each for each in TRANSITIONS if each.before == "withdrawn"] == []
    assert step("suspended", "released") is None


def test_every_state_can_be_reached() -> None:
    reached = {"new"}
    for _ in TRANSITIONS:
        reached |= {each.after for each in TRANSITIONS if each.before in reached}
    assert reached == set(STATES)
    assert STAGES == ("shadow", "pilot", "live")
