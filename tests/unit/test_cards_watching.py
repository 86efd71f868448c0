"""The section of a card that says how far its figures rest on who is watched."""

from typing import Any

from prevention_model.cards.watching import watching_blocks
from prevention_model.pages.document import Document, Section, to_html, to_markdown
from tests.fixtures import made_up_card
from tests.fixtures.made_up_watching import WATCHING


def text(**changes: Any) -> str:
    held = made_up_card.public(watching={**WATCHING, **changes}).watching
    section = Section("Who is being watched", watching_blocks(held))
    return to_markdown(_document(section))


def _document(section: Section) -> Document:
    return Document(kind="Model card", title="Made up", lead="", tags=(), sections=(section,), foot="")


def test_how_much_is_left_among_children_seen_as_often_is_said_in_twenties() -> None:
    said = text()
    assert "the first has the higher level about 16 of 20 times" in said
    assert "Where both had been seen as often by agencies it is about 14 of 20 times" in said
    assert "by the number of contacts alone about 13 of 20 times" in said
    assert "about 32% of what the ranking tells beyond a coin is who had been seen more often" in said
    assert "depends on who is watched much" in said


def test_levels_by_contacts_are_shown_and_small_numbers_are_not() -> None:
    rows = [line for line in text().splitlines() if line.startswith("| ")]
    assert "| 0 | 9,800 | 196 | 2.1% | 2.0% | 0.70 |" in rows
    few = next(line for line in rows if line.startswith("| 5 to 7 |"))
    assert few.count("c") >= 4 and "10.0%" not in few
    # One hidden count alone could be worked out from the others.
    assert sum(" c |" in line for line in rows if line[2].isdigit()) >= 2


def test_many_dates_of_few_children_are_hidden_too() -> None:
    bands = [dict(row) for row in WATCHING["matched"]["bands"]]
    bands[1]["people_with"] = 2
    said = text(matched={**WATCHING["matched"], "bands": bands})
    row = next(line for line in said.splitlines() if line.startswith("| 1 |"))
    assert "119" not in row and "7.0%" not in row


def test_what_is_lost_without_contacts_and_the_own_agency_is_a_table_with_a_warning() -> None:
    said = text()
    assert "| Without contacts | 2 | 0.730 | 0.180 | 0.040 | 0.020 to 0.060 |" in said
    assert "41% of what moves levels" in said
    assert "Most of what the model tells of care comes from the agency" in said
    quiet = text(without={**WATCHING["without"], "warning": ""})
    assert "Most of what the model tells" not in quiet


def test_other_outcomes_stand_beside_and_those_with_few_onsets_are_hidden() -> None:
    said = text()
    assert "| Persistent absence | low | 0.42 | 31.0% | 63.0% | 16.7% |" in said
    assert "| Permanent exclusion | some | 0.30 | c | c | c |" in said


def test_children_who_were_helped_stand_apart() -> None:
    assert "| Help open or ended before | 640 | 52 | 9.8% | 8.1% | 0.66 |" in text()


def test_what_could_not_be_looked_at_is_said() -> None:
    why = {"why_not": "Nothing to go by."}
    said = text(matched=why, own_agency=why, without=why, helped=why, agreement=[], watched="not_said")
    assert said.count("Nothing to go by.") == 3
    assert "to an extent that nobody has stated" in said
    nan = float("nan")
    nothing = {**WATCHING["matched"], "by_contacts_alone": nan, "share_lost": nan}
    assert "not known how often" in text(matched=nothing)


def test_it_is_a_page_as_well() -> None:
    page = to_html(_document(Section("Who is being watched", watching_blocks(WATCHING))))
    assert "Levels by help" in page and "nan" not in page
