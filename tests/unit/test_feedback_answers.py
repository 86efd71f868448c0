"""A workbook that came back: what is entered, what is kept out and why, and that nothing is lost or said aloud."""

import hashlib
import io
import os
import sqlite3
import stat
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from prevention_model.errors import RecordsRefused
from prevention_model.feedback import Given, judge, last_decisions, read_returned
from prevention_model.feedback.cells import code_in
from prevention_model.feedback.given import Rows
from prevention_model.ledger import lacking
from prevention_model.lists.actions import ACTIONS, REASONS
from prevention_model.pipeline.feedback import FOLDER, Taken, take_in, take_in_all
from tests.fixtures import made_up_zone as made
from tests.fixtures.returned_list import DAY, LABEL, OFFER, GivenOut, fill, give_out, made_up_list, write

SECRET = "Her uncle Zebedee moved in"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> GivenOut:
    """A list that was given out; nothing came back yet. Not to be changed."""
    return give_out(tmp_path_factory.mktemp("kept") / "workspace")


@pytest.fixture
def given(kept: GivenOut, tmp_path: Path) -> GivenOut:
    return kept.copy(tmp_path)


def back(given: GivenOut, tmp_path: Path, content: bytes, name: str = "back.xlsx", **more: Any) -> Taken:
    """Take in a workbook that came back."""
    path = tmp_path / name
    path.write_bytes(content)
    return take_in(given.workspace, path, **more)


def decided(given: GivenOut) -> list[dict[str, Any]]:
    return [entry.body for entry in given.ledger.entries("decided")]


def at(book: Any, sheet: str, label: str, row: int) -> Any:
    """The cell under a heading, wherever its column stands."""
    heads = [cell.value for cell in book[sheet][1]]
    return book[sheet].cell(row, heads.index(label) + 1)


def changed(workbook: Path, change: Any) -> bytes:
    """The workbook after somebody did something to it."""
    book = openpyxl.load_workbook(workbook)
    change(book)
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


# --- what is entered ----------------------------------------------------------------------------------------


def test_an_answer_is_entered_in_codes_and_days_about_its_household(given: GivenOut, tmp_path: Path) -> None:
    full = {
        **OFFER,
        "who_will_contact": "The school nurse",
        "contact_by": DAY + timedelta(days=7),
        "contacted_at": DAY + timedelta(days=5),
        "family_response": "Agreed to early help",
        "family_view_recorded": DAY + timedelta(days=5),
        "child_view_recorded": "No",
        "data_error_reported": "No",
        "outcome_at_90d": "Help has ended: needs met",
        "better_off_kind": "Circumstances",
        "decision_note": SECRET,
    }
    taken = back(given, tmp_path, fill(given.workbook, {2: full}))
    (entry,) = given.ledger.entries("decided")
    assert entry.subject == given.household(given.rows[2])
    assert lacking("decided", entry.body) == []
    said = {name: value for name, value in entry.body.items() if name not in ("file", "texts")}
    assert said == {
        "list_id": "REL-2024-09-Z1",
        "release_id": "REL-2024-09",
        "zone": "Z1",
        "row_id": given.rows[2],
        "decision": "offer_early_help",
        "reason_code": "change_confirmed",
        "by": "Zone coordinator",
        "day": "2024-09-15",
        "minutes": 12,
        "known_before": "no",
        "contact_by": "2024-09-22",
        "contacted": "2024-09-20",
        "response": "agreed",
        "family_view": "2024-09-20",
        "child_view": "no",
        "data_error": "no",
        "outcome_at_90d": "needs_met",
        "better_off": "circumstances",
    }
    assert taken.whole and taken.judged.undecided == len(given.rows) - 1
    (viewed,) = given.ledger.entries("list_viewed")
    assert viewed.subject == "RUN-0042"
    assert viewed.body == {"list_id": "REL-2024-09-Z1", "by": "Zone coordinator", "day": "2024-09-15"}


def test_no_text_that_somebody_typed_is_in_the_ledger_and_the_file_keeps_it(
    given: GivenOut, tmp_path: Path
) -> None:
    answer = {**OFFER, "decision_note": SECRET, "who_will_contact": "Aunt Quendolyn"}
    content = fill(given.workbook, {0: answer})
    taken = back(given, tmp_path, content)
    rows = sqlite3.connect(given.workspace.ledger).execute("SELECT * FROM entry").fetchall()
    assert "Zebedee" not in str(rows) and "Quendolyn" not in str(rows)
    file = given.workspace.folder / FOLDER / f"{decided(given)[0]['file']}.xlsx"
    assert file.read_bytes() == content
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert taken.returned.sha256 == file.stem


def test_another_note_is_another_answer_and_its_hash_does_not_tell_it(
    given: GivenOut, tmp_path: Path
) -> None:
    for note in ("Yes", "No"):
        back(
            given,
            tmp_path,
            fill(given.workbook, {0: {**OFFER, "decision_note": note}, 1: {**OFFER, "decision_note": note}}),
        )
    first, second = (each["texts"] for each in decided(given)[::2])
    assert first != second
    guesses = {
        hashlib.sha256(text.encode()).hexdigest()
        for text in ("Yes", "No", "decision_note: Yes", "decision_note: No")
    }
    assert not guesses & {first, second}


def test_the_same_file_again_enters_nothing(given: GivenOut, tmp_path: Path) -> None:
    content = fill(given.workbook, {0: OFFER, 1: {**OFFER, "contest": "The data"}})
    back(given, tmp_path, content)
    head = given.ledger.head()
    again = back(given, tmp_path, content, "another name.xlsx")
    assert given.ledger.head() == head
    assert (again.recorded.entered, again.recorded.known) == (0, 2)


def test_an_answer_that_grows_is_entered_again_and_is_no_conflict(given: GivenOut, tmp_path: Path) -> None:
    back(given, tmp_path, fill(given.workbook, {0: OFFER}))
    later = {
        **OFFER,
        "contacted_at": DAY,
        "family_response": "Agreed to early help",
        "outcome_at_90d": "Help goes on, and is of use",
    }
    taken = back(given, tmp_path, fill(given.workbook, {0: later}))
    assert taken.recorded.entered == 1 and not taken.recorded.differ
    assert len(last_decisions(given.ledger.entries())) == 1


@pytest.mark.parametrize(
    ("days", "said", "holds"),
    [
        (0, "both are kept, and nobody can tell which holds", "not_appropriate"),
        (1, "this one holds from now on", "not_appropriate"),
        (-1, "of a later day, which goes on to hold", "offer_early_help"),
    ],
)
def test_two_answers_that_differ_are_both_kept_and_said(
    given: GivenOut, tmp_path: Path, days: int, said: str, holds: str
) -> None:
    other = {
        **OFFER,
        "decision": "Not appropriate",
        "decision_reason_code": "",
        "decided_at": DAY + timedelta(days=days),
    }
    back(given, tmp_path, fill(given.workbook, {3: OFFER}))
    taken = back(given, tmp_path, fill(given.workbook, {3: other}))
    assert [each["decision"] for each in decided(given)] == ["offer_early_help", "not_appropriate"]
    (differ,) = taken.recorded.differ
    assert differ.row == 5 and said in differ.what
    (last,) = last_decisions(given.ledger.entries()).to_dict("records")
    assert (last["decision"], last["disputed"]) == (holds, days == 0)


def test_two_coordinators_who_send_at_once_are_both_heard_once(given: GivenOut, tmp_path: Path) -> None:
    path = tmp_path / "back.xlsx"
    path.write_bytes(fill(given.workbook, dict.fromkeys(range(5), OFFER)))
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: take_in(given.workspace, path), range(4)))
    assert sorted(each.recorded.entered for each in taken) == [0, 0, 0, 5]
    assert len(decided(given)) == 5
    assert given.ledger.verify() == given.ledger.head().count


def test_all_of_a_file_is_entered_or_nothing(
    given: GivenOut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def stop(*arguments: object) -> bool:
        calls.append(arguments)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return False

    monkeypatch.setattr("prevention_model.feedback.recording._contested", stop)
    head = given.ledger.head()
    answer = {**OFFER, "contest": "The data"}
    with pytest.raises(KeyboardInterrupt):
        back(given, tmp_path, fill(given.workbook, {0: answer, 1: answer}))
    assert given.ledger.head() == head


# --- what is kept out ---------------------------------------------------------------------------------------

_SAID_NO = {"decision": "Family said no", "decision_reason_code": ""}
_SET_ASIDE = {"decision": "Not appropriate", "decision_reason_code": ""}
_AGREED = {"family_response": "Agreed to early help", "contacted_at": DAY}

FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"decision": ""}, "decision", "something is written in this row, and no decision"),
    ({"decision": "Refer to panel"}, "decision", "none of the words of the drop-down"),
    ({"decision_reason_code": "Because"}, "decision_reason_code", "none of the words"),
    ({"decision_reason_code": "Not now"}, "decision_reason_code", "a reason for another decision"),
    ({"decided_by": ""}, "decided_by", "not said who decided"),
    ({"decided_by": "x" * 81}, "decided_by", "no name or role of at most 80 letters"),
    ({"decided_at": ""}, "decided_at", "not said on which day"),
    ({"decided_at": "soon"}, "decided_at", "this is no day"),
    ({"decided_at": "31/02/2025"}, "decided_at", "this is no day"),
    ({"decided_at": made.TODAY - timedelta(days=1)}, "decided_at", "before the list was made"),
    ({"decided_at": date(2999, 1, 1)}, "decided_at", "has not come yet"),
    ({"time_viewed_before_decision": "long"}, "time_viewed_before_decision", "no whole number of minutes"),
    ({"time_viewed_before_decision": -1}, "time_viewed_before_decision", "no whole number of minutes"),
    ({"known_before": "Perhaps"}, "known_before", "none of the words"),
    ({"contact_by": DAY - timedelta(days=1)}, "contact_by", "before that of the decision"),
    ({"contacted_at": made.TODAY - timedelta(days=1)}, "contacted_at", "before the list was made"),
    ({"contacted_at": date(2999, 1, 1)}, "contacted_at", "has not come yet"),
    ({"family_response": "Wants time"}, "contacted_at", "there is no day of contact"),
    ({"family_view_recorded": date(2999, 1, 1)}, "family_view_recorded", "has not come yet"),
    ({"child_view_recorded": "sort of"}, "child_view_recorded", "this is no day"),
    ({"better_off_kind": "Circumstances"}, "outcome_at_90d", "not said how things stand after 90 days"),
    ({"decision": "Look again by a date", "decision_reason_code": ""}, "contact_by", "there is no date"),
    (
        {**_SAID_NO, **_AGREED},
        "family_response",
        "the family said no, and here they did not",
    ),
    ({"family_response": "Said no", "contacted_at": DAY}, "decision", "choose one"),
    (
        {**_SET_ASIDE, **_AGREED},
        "family_response",
        "set aside, and yet the family agreed",
    ),
    (
        {"outcome_at_90d": "Help never began", "better_off_kind": "Behaviour"},
        "better_off_kind",
        "help never began",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("change", "column", "words"), FAULTS)
def test_a_row_with_a_fault_is_kept_out_and_the_others_are_entered(
    given: GivenOut, tmp_path: Path, change: dict[str, Any], column: str, words: str
) -> None:
    taken = back(given, tmp_path, fill(given.workbook, {1: {**OFFER, **change}, 2: OFFER}))
    (problem,) = taken.judged.problems
    assert (problem.sheet, problem.row, problem.column) == ("Decisions", 3, LABEL[column])
    assert words in problem.what
    assert [each["row_id"] for each in decided(given)] == [given.rows[2]]
    assert (given.workspace.folder / FOLDER / f"{taken.returned.sha256}.xlsx").exists()


def test_every_fault_of_a_file_is_said_at_once(given: GivenOut, tmp_path: Path) -> None:
    wrong = {
        **OFFER,
        "decision": "?",
        "decided_at": "soon",
        "known_before": "?",
        "time_viewed_before_decision": "?",
    }
    taken = back(given, tmp_path, fill(given.workbook, {0: wrong, 4: wrong}))
    assert [each.row for each in taken.judged.problems] == [2] * 4 + [6] * 4
    assert taken.judged.kept_out == 2


def test_a_corrected_row_can_be_sent_again(given: GivenOut, tmp_path: Path) -> None:
    back(given, tmp_path, fill(given.workbook, {0: {**OFFER, "decided_by": ""}, 1: OFFER}))
    taken = back(given, tmp_path, fill(given.workbook, {0: OFFER, 1: OFFER}))
    assert (taken.recorded.entered, taken.recorded.known, taken.whole) == (1, 1, True)


def test_after_90_days_only_when_they_are_over(given: GivenOut, tmp_path: Path) -> None:
    today = given.ledger.today()
    answer = {**OFFER, "outcome_at_90d": "Help has ended: needs met"}
    early, late = ({**answer, "decided_at": today - timedelta(days=days)} for days in (89, 90))
    taken = back(given, tmp_path, fill(given.workbook, {0: early, 1: late}))
    (problem,) = taken.judged.problems
    assert (problem.row, problem.column) == (2, "After 90 days")
    assert [each["row_id"] for each in decided(given)] == [given.rows[1]]


@pytest.mark.parametrize(
    "text", ["15/09/2024", "15.9.2024", "15/9/24", "15 September 2024", "15 Sep 2024", 45550]
)
def test_a_day_is_read_as_people_in_britain_write_it(given: GivenOut, tmp_path: Path, text: object) -> None:
    taken = back(given, tmp_path, fill(given.workbook, {0: {**OFFER, "decided_at": text}}))
    assert taken.whole and decided(given)[0]["day"] == "2024-09-15"


def test_every_word_of_every_drop_down_is_read_in_any_case() -> None:
    fields = {each.name: each for each in ACTIONS}
    for field in fields.values():
        for code, word in field.words.items():
            assert code_in(field, f" {word.upper()} ") == code_in(field, code) == code
    words = [word for reasons in REASONS.values() for word in reasons.values()]
    assert len(words) == len({word.casefold() for word in words}), "a word is a reason for two decisions"


# --- rows and columns that were moved, deleted, added -------------------------------------------------------


def test_rows_sorted_deleted_or_doubled_keep_their_answers(given: GivenOut, tmp_path: Path) -> None:
    order = [5, 0, 3, 3, 1]
    taken = back(given, tmp_path, fill(given.workbook, {0: OFFER, 3: OFFER}, order))
    assert {each["row_id"] for each in decided(given)} == {given.rows[0], given.rows[3]}
    families = [family.family_ref for family in given.list.families]
    assert taken.judged.absent == tuple(sorted(families[place] for place in (2, 4, 6, 7, 8)))
    (note,) = taken.judged.notes
    assert (note.row, note.what) == (5, "the same row stands in row 4 too; what both say is kept")
    assert taken.judged.undecided == 2


def test_a_doubled_row_with_two_decisions_is_two_answers(given: GivenOut, tmp_path: Path) -> None:
    def double(book: Any) -> None:
        sheet = book["Decisions"]
        last = sheet.max_row + 1
        for column in range(1, sheet.max_column + 1):
            write(sheet.cell(last, column), sheet.cell(2, column).value)
        write(sheet.cell(last, 3), "Not appropriate")
        write(sheet.cell(last, 4), None)

    path = tmp_path / "filled.xlsx"
    path.write_bytes(fill(given.workbook, {0: OFFER}))
    taken = back(given, tmp_path, changed(path, double))
    assert {each["decision"] for each in decided(given)} == {"offer_early_help", "not_appropriate"}
    assert taken.recorded.differ and taken.whole


def test_columns_may_be_moved(given: GivenOut, tmp_path: Path) -> None:
    def turn_round(book: Any) -> None:
        sheet = book["Decisions"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(reversed(row), start=1):
                write(sheet.cell(number, column), value)

    path = tmp_path / "filled.xlsx"
    path.write_bytes(fill(given.workbook, {0: OFFER}))
    assert back(given, tmp_path, changed(path, turn_round)).whole
    assert decided(given)[0]["row_id"] == given.rows[0]


def test_columns_that_somebody_added_are_kept_and_not_read(given: GivenOut, tmp_path: Path) -> None:
    def add(book: Any) -> None:
        sheet = book["Decisions"]
        for row, text in ((1, "My own remarks"), (2, SECRET)):
            sheet.cell(row, sheet.max_column + (row == 1)).value = text

    path = tmp_path / "filled.xlsx"
    path.write_bytes(fill(given.workbook, {0: {**OFFER, "data_error_reported": "Yes"}}))
    taken = back(given, tmp_path, changed(path, add))
    said = "\n".join(taken.lines())
    assert (
        "Sheet Decisions: 1 column that the list did not have; what stands there is kept, and not read"
        in said
    )
    assert f"1 row with a data error to correct: {given.rows[0]}." in said and taken.returned.sha256 in said
    assert taken.whole and "Zebedee" not in said and "remarks" not in said


def test_a_column_that_is_gone_or_doubled_is_said(given: GivenOut, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["Decisions"]
        heads = [cell.value for cell in sheet[1]]
        sheet.cell(1, heads.index("Note") + 1).value = "Decided by"
        sheet.delete_cols(heads.index("Known to you before this list") + 1)

    path = tmp_path / "filled.xlsx"
    path.write_bytes(fill(given.workbook, {0: OFFER}))
    notes = back(given, tmp_path, changed(path, change)).judged.notes
    assert {(each.column, each.what.split(";")[0]) for each in notes} == {
        ("Known to you before this list", "the column is not there"),
        ("Note", "the column is not there"),
        ("Decided by", "two columns have this heading"),
    }
    assert "known_before" not in decided(given)[0] and decided(given)[0]["by"] == "Zone coordinator"


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        ("Row number", "REL-2024-09-Z1/F-NOSUCHRO", "the number is that of no row of this list"),
        ("Row number", "REL-2024-08-Z1/F-45HUL56D", "the number is that of another list"),
        ("Family", "F-AAAAAAAA", "not those that stood together on the list"),
    ],
)
def test_a_row_that_is_no_row_of_the_list_is_kept_out(
    given: GivenOut, tmp_path: Path, label: str, value: str, words: str
) -> None:
    def change(book: Any) -> None:
        at(book, "Decisions", label, 2).value = value

    path = tmp_path / "filled.xlsx"
    path.write_bytes(fill(given.workbook, {0: OFFER, 1: OFFER}))
    taken = back(given, tmp_path, changed(path, change))
    (problem,) = taken.judged.problems
    assert problem.row == 2 and words in problem.what
    assert [each["row_id"] for each in decided(given)] == [given.rows[1]]
    assert len(taken.judged.absent) == (label == "Row number")


def test_a_row_that_lost_its_number_is_known_by_its_family_and_else_kept_out(
    given: GivenOut, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        at(book, "Decisions", "Row number", 2).value = None
        at(book, "Decisions", "Row number", 3).value = at(book, "Decisions", "Family", 3).value = None

    path = tmp_path / "filled.xlsx"
    path.write_bytes(fill(given.workbook, {0: OFFER, 1: OFFER}))
    taken = back(given, tmp_path, changed(path, change))
    assert [each["row_id"] for each in decided(given)] == [given.rows[0]]
    assert [each.row for each in taken.judged.problems] == [3]


def test_without_its_hidden_sheet_the_list_is_known_by_its_rows(given: GivenOut, tmp_path: Path) -> None:
    path = tmp_path / "filled.xlsx"
    path.write_bytes(fill(given.workbook, {0: OFFER}))
    assert back(given, tmp_path, changed(path, lambda book: book.remove(book["This list"]))).whole


def test_changes_where_nothing_was_to_be_written_are_said_and_not_read(
    given: GivenOut, tmp_path: Path
) -> None:
    def change(book: Any) -> None:
        at(book, "Families", "Address", 3).value = SECRET
        at(book, "Children", "Name", 4).value = SECRET
        at(book, "Decisions", "Children", 5).value = SECRET
        book["Families"].delete_rows(6)

    path = tmp_path / "filled.xlsx"
    path.write_bytes(fill(given.workbook, {0: OFFER}))
    taken = back(given, tmp_path, changed(path, change))
    assert [(each.sheet, each.row) for each in taken.changed] == [
        ("Families", 3),
        ("Children", 4),
        ("Decisions", 5),
    ]
    assert "Zebedee" not in "\n".join(taken.lines())
    assert taken.whole


# --- whose list, and which ----------------------------------------------------------------------------------


def test_a_list_that_was_never_given_out_is_refused(given: GivenOut, tmp_path: Path) -> None:
    other = give_out(tmp_path / "elsewhere", made_up_list(release_id="REL-2023-01"))
    with pytest.raises(RecordsRefused, match=r"never given out here\. Where: file back\.xlsx"):
        back(given, tmp_path, fill(other.workbook, {0: OFFER}))
    assert not decided(given) and not (given.workspace.folder / FOLDER).exists()


def test_a_list_of_another_zone_is_refused_where_the_zone_is_said(given: GivenOut, tmp_path: Path) -> None:
    content = fill(given.workbook, {0: OFFER})
    with pytest.raises(RecordsRefused, match="the list of zone Z1, and not of zone Z2"):
        back(given, tmp_path, content, zone="Z2")
    assert back(given, tmp_path, content, zone="Z1").whole


def test_an_old_list_is_accepted_and_said(given: GivenOut, tmp_path: Path) -> None:
    give_out(given.workspace.folder, made_up_list(release_id="REL-2024-10"))
    lines = list(back(given, tmp_path, fill(given.workbook, {0: OFFER})).lines())
    assert any(
        "The list ended on 17 October 2024. Answers are entered all the same." in line for line in lines
    )
    assert any("A newer list of this zone has been given: REL-2024-10-Z1." in line for line in lines)
    assert len(decided(given)) == 1


@pytest.mark.parametrize("state", ["withdrawn", "suspended"])
def test_of_a_list_that_was_taken_back_only_what_was_decided_before_is_entered(
    given: GivenOut, tmp_path: Path, state: str
) -> None:
    said = {
        "release_id": "REL-2024-09",
        "reason": "A fault",
        "by": "Head",
        "date": given.ledger.today().isoformat(),
    }
    day = given.ledger.append(state, "RUN-0042", said).day
    taken = back(given, tmp_path, fill(given.workbook, {0: {**OFFER, "decided_at": day}}))
    assert taken.whole
    assert any(f"The list was {state} on" in line for line in taken.lines())


def test_what_was_decided_after_a_list_was_taken_back_is_kept_out(given: GivenOut, tmp_path: Path) -> None:
    path = tmp_path / "back.xlsx"
    path.write_bytes(fill(given.workbook, {0: OFFER, 1: {**OFFER, "decided_at": made.TODAY}}))
    rows = Rows.of(given.list.key(), "REL-2024-09-Z1")
    closed = ("withdrawn", DAY - timedelta(days=1))
    of = Given("REL-2024-09-Z1", "REL-2024-09", "RUN-0042", "Z1", "pilot", made.TODAY, DAY, closed)
    judged = judge(read_returned(path), of, rows, DAY)
    (problem,) = judged.problems
    assert (problem.row, problem.column) == (
        2,
        "Decided on",
    ) and "was withdrawn on 14 September 2024" in problem.what
    assert len(judged.answers) == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("notes.docx", b"PK\x03\x04" + bytes(60), "damaged or only half there"),
        ("list.ods", None, "OpenDocument file"),
        ("list.csv", b"a,b\r\n1,2\r\n", "no workbook of a zone list"),
        ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old kind"),
        ("scan.pdf", b"%PDF-1.7\n", "a PDF"),
        ("empty.xlsx", b"", "no workbook|empty|holds"),
    ],
)
def test_what_is_no_workbook_is_refused_in_one_readable_paragraph(
    given: GivenOut, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is None:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            archive.writestr("content.xml", "<x/>")
        content = held.getvalue()
    with pytest.raises(RecordsRefused, match=words) as caught:
        back(given, tmp_path, content, name)
    assert "\n" not in str(caught.value) and f"file {name}" in str(caught.value)
    assert "saved as .xlsx" in str(caught.value)


def test_a_sheet_or_a_file_far_larger_than_any_list_is_refused(given: GivenOut, tmp_path: Path) -> None:
    def lengthen(book: Any) -> None:
        for row in range(11, 5100):
            book["Decisions"].cell(row, 3).value = "x"

    with pytest.raises(RecordsRefused, match=r"more than 5,000 rows.*sheet Decisions"):
        back(given, tmp_path, changed(given.workbook, lengthen))
    with pytest.raises(RecordsRefused, match="larger than 20 MB"):
        back(given, tmp_path, bytes(21 << 20))


def test_several_files_are_all_read_and_the_end_says_that_not_all_was_entered(
    given: GivenOut, tmp_path: Path
) -> None:
    good, partly, none = (tmp_path / name for name in ("good.xlsx", "partly.xlsx", "none.xlsx"))
    good.write_bytes(fill(given.workbook, {0: OFFER}))
    partly.write_bytes(fill(given.workbook, {1: {**OFFER, "decided_by": ""}, 2: OFFER}))
    lines = []
    with pytest.raises(
        RecordsRefused, match="1 file could not be taken in, and 1 had rows that were not entered"
    ):
        for line in take_in_all(given.workspace, [none, partly, good]):
            lines.append(line)
    assert "none.xlsx: not read. There is no such file." in lines[0]
    assert {each["row_id"] for each in decided(given)} == {given.rows[0], given.rows[2]}


def test_nothing_that_is_said_names_anybody_or_repeats_a_text(given: GivenOut, tmp_path: Path) -> None:
    wrong = {each.name: SECRET for each in ACTIONS}
    taken = back(given, tmp_path, fill(given.workbook, dict.fromkeys(range(3), wrong)))
    said = "\n".join([*taken.lines(), *(each.line for each in taken.judged.problems)])
    names = {
        name for family in given.list.families for child in family.children for name in child.name.split()
    }
    assert not [word for word in {*names, "Zebedee", "uncle"} if word in said]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "<b>x</b>"])
def test_text_that_begins_like_a_formula_stays_text(given: GivenOut, tmp_path: Path, text: str) -> None:
    taken = back(
        given, tmp_path, fill(given.workbook, {0: {**OFFER, "decision_note": text, "decided_by": text}})
    )
    assert taken.returned.rows[0].cells["decision_note"] == text
    assert decided(given)[0]["by"] == text


def test_a_formula_is_never_worked_out(given: GivenOut, tmp_path: Path) -> None:
    def change(book: Any) -> None:
        at(book, "Decisions", "Decided by", 2).value = '=CONCATENATE("Zone"," coordinator")'

    path = tmp_path / "filled.xlsx"
    path.write_bytes(fill(given.workbook, {0: OFFER}))
    taken = back(given, tmp_path, changed(path, change))
    assert [each.column for each in taken.judged.problems] == ["Decided by"]


def test_nobody_else_can_read_what_came_back(given: GivenOut, tmp_path: Path) -> None:
    os.umask(0o022)
    back(given, tmp_path, fill(given.workbook, {0: OFFER}))
    assert stat.S_IMODE((given.workspace.folder / FOLDER).stat().st_mode) == 0o700
