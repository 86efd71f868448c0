"""The workbook of a list in LibreOffice, as a coordinator uses it: filled in, sorted, saved, sent back, and read."""

from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from prevention_model.errors import RecordsRefused
from prevention_model.lists.actions import ACTIONS
from prevention_model.pipeline.feedback import take_in
from tests.fixtures.libreoffice import needs_bridge, needs_libreoffice, saved, worked_in
from tests.fixtures.returned_list import DAY, OFFER, GivenOut, fill, give_out

pytestmark = pytest.mark.slow


@pytest.fixture
def given(tmp_path: Path) -> GivenOut:
    return give_out(tmp_path / "workspace")


def column(name: str) -> int:
    """Where a field stands on the sheet of decisions, from 0."""
    return 2 + [field.name for field in ACTIONS].index(name)


@needs_libreoffice
def test_a_filled_workbook_that_libreoffice_saved_gives_the_same_answers(
    given: GivenOut, tmp_path: Path
) -> None:
    answers = {
        0: {**OFFER, "decision_note": "=1+1", "contact_by": DAY + timedelta(days=7)},
        3: {**OFFER, "decision": "Not appropriate", "decision_reason_code": "Contact could do harm"},
        8: {**OFFER, "family_view_recorded": DAY, "child_view_recorded": "No"},
    }
    filled = tmp_path / "list.xlsx"
    filled.write_bytes(fill(given.workbook, answers))
    taken = take_in(given.workspace, saved(filled, tmp_path / "saved"))
    assert taken.whole and taken.recorded.entered == 3 and not taken.changed and not taken.judged.notes
    # The very workbook, not through LibreOffice, says the same: nothing is entered again.
    straight = take_in(given.workspace, filled)
    assert (straight.recorded.entered, straight.recorded.known) == (0, 3)
    bodies = {entry.body["row_id"]: entry.body for entry in given.ledger.entries("decided")}
    assert bodies[given.rows[8]]["family_view"] == DAY.isoformat()
    assert bodies[given.rows[8]]["child_view"] == "no"


@needs_libreoffice
def test_saved_by_libreoffice_it_still_knows_its_list_and_offers_its_words(
    given: GivenOut, tmp_path: Path
) -> None:
    again = openpyxl.load_workbook(saved(given.workbook, tmp_path / "saved"))
    before = openpyxl.load_workbook(given.workbook)
    assert [(s.title, s.sheet_state, s.protection.sheet) for s in again] == [
        (s.title, s.sheet_state, s.protection.sheet) for s in before
    ]
    rules = {str(r.sqref): r.formula1 for r in again["Decisions"].data_validations.dataValidation}
    assert rules["C2:C10"] == "Words!$C$2:$C$8" and "MATCH($C2,Words!$A:$A,0)" in rules["D2:D10"]
    locked = {cell.protection.locked for row in again["Decisions"]["A1:B10"] for cell in row}
    assert locked == {True} and not again["Decisions"]["C2"].protection.locked


@needs_libreoffice
def test_an_opendocument_file_is_refused_with_what_to_do(given: GivenOut, tmp_path: Path) -> None:
    file = saved(given.workbook, tmp_path / "saved", "ods")
    with pytest.raises(RecordsRefused, match=r"an OpenDocument file \(\.ods\)\..*saved as \.xlsx"):
        take_in(given.workspace, file)


@needs_bridge
def test_typed_into_sorted_and_cut_in_libreoffice(given: GivenOut, tmp_path: Path) -> None:
    def typed(name: str, row: int, text: str) -> dict[str, object]:
        return {"do": "type", "sheet": "Decisions", "row": row, "column": column(name), "text": text}

    steps: list[dict[str, object]] = []
    for row in (1, 2, 5):
        steps += [
            typed("decision", row, "Offer early help"),
            typed("decision_reason_code", row, "The family had asked for help"),
            typed("decided_by", row, "Zone coordinator"),
            typed("decided_at", row, "15/09/2024"),
            typed("time_viewed_before_decision", row, "12"),
            typed("decision_note", row, "=1+1 they said"),
        ]
    steps += [
        {"do": "rule", "sheet": "Decisions", "row": 2, "column": column("decision_reason_code")},
        {"do": "unprotect", "sheet": "Decisions"},
        {"do": "sort", "sheet": "Decisions", "column": 0, "ascending": False},
    ]
    target = tmp_path / "saved" / "list.xlsx"
    target.parent.mkdir()
    said = worked_in(given.workbook, target, steps)
    assert '"type": "LIST"' in said
    taken = take_in(given.workspace, target)
    assert taken.whole and taken.recorded.entered == 3, list(taken.lines())
    assert not taken.changed
    assert {entry.body["row_id"] for entry in given.ledger.entries("decided")} == {
        given.rows[place] for place in (0, 1, 4)
    }
    notes = {row.cells["decision_note"] for row in taken.returned.rows if not row.blank}
    assert notes == {"=1+1 they said"}

    cut = tmp_path / "saved" / "cut.xlsx"
    worked_in(
        target,
        cut,
        [
            {"do": "unprotect", "sheet": "Decisions"},
            *({"do": "delete_row", "sheet": "Decisions", "row": 1},) * 4,
        ],
    )
    after = take_in(given.workspace, cut)
    assert len(after.judged.absent) == 4 and after.recorded.entered == 0
    assert len(given.ledger.entries("decided")) == 3
