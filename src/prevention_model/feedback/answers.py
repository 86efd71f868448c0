"""What each row of a workbook that came back says, held against the list as it was given.

A row is entered when nothing is wrong with it. What is wrong with any is said at once, by sheet, column and row.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from prevention_model.feedback.agreement import contradictions
from prevention_model.feedback.cells import Unread, code_in, day_in, minutes_in, name_in, view_in
from prevention_model.feedback.given import Given, Rows
from prevention_model.feedback.problems import Problem
from prevention_model.feedback.returned import Returned, ReturnedRow
from prevention_model.lists.actions import ACTIONS, DECISIONS, REASONS
from prevention_model.lists.write_xlsx import FAMILY_LABEL, ROW_LABEL

LABELS = {each.name: each.label for each in ACTIONS}
_FREE = tuple(each.name for each in ACTIONS if each.free)


@dataclass(frozen=True)
class Answer:
    """What was decided about one row of a list, and what followed. Codes are those of `lists.actions`.

    `texts` is a hash of all free text; the text itself stays in the file that came back.

    >>> Answer("L/F-A", "h1", "nonsense", "", "Pat", date(2024, 9, 15))
    Traceback (most recent call last):
    ...
    prevention_model.feedback.cells.Unread: there is no such decision
    """

    row_id: str
    household_id: str
    decision: str
    reason_code: str
    by: str
    day: date
    minutes: int | None = None
    known_before: str = ""
    contact_by: date | None = None
    contacted: date | None = None
    response: str = ""
    family_view: str = ""
    child_view: str = ""
    data_error: str = ""
    contest: str = ""
    outcome_at_90d: str = ""
    better_off: str = ""
    texts: str = ""

    def __post_init__(self) -> None:
        if self.decision not in DECISIONS:
            raise Unread("there is no such decision")
        if self.reason_code and self.reason_code not in REASONS[self.decision]:
            raise Unread("there is no such reason for this decision")

    def body(self, given: Given) -> dict[str, Any]:
        """What the ledger holds of it: codes, days and hashes. What was left blank is left out."""
        said: dict[str, Any] = {
            "list_id": given.list_id,
            "release_id": given.release_id,
            "zone": given.zone,
            "row_id": self.row_id,
            "decision": self.decision,
            "reason_code": self.reason_code,
            "by": self.by,
            "day": self.day.isoformat(),
            "minutes": self.minutes,
            "known_before": self.known_before,
            "contact_by": self.contact_by.isoformat() if self.contact_by else None,
            "contacted": self.contacted.isoformat() if self.contacted else None,
            "response": self.response,
            "family_view": self.family_view,
            "child_view": self.child_view,
            "data_error": self.data_error,
            "contest": self.contest,
            "outcome_at_90d": self.outcome_at_90d,
            "better_off": self.better_off,
            "texts": self.texts,
        }
        return {name: value for name, value in said.items() if value not in ("", None)}


@dataclass(frozen=True)
class Judged:
    """What came of a workbook: answers to enter, with the number of the row each stands in; problems, each of which
    keeps its row out; notes, which keep nothing out; rows in which nothing is decided yet; and rows of the list that
    the workbook no longer has."""

    answers: tuple[tuple[int, Answer], ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    undecided: int = 0
    absent: tuple[str, ...] = ()
    kept_out: int = field(default=0)


def judge(returned: Returned, given: Given, rows: Rows, today: date) -> Judged:
    """Read every row of a workbook against the list that it is of. Nothing is raised for a row: it is reported."""
    answers: list[tuple[int, Answer]] = []
    problems: list[Problem] = []
    notes = list(returned.problems)
    seen: dict[str, int] = {}
    undecided: set[str] = set()
    kept_out = 0
    for row in returned.rows:
        row_id, faults = _whose(row, given, rows)
        if row_id in rows.household and row.blank:
            undecided.add(row_id)
            seen.setdefault(row_id, row.number)
            continue
        if row.blank and not row.row_id and not row.family_ref:
            continue
        answer = None
        if not faults:
            answer, faults = _answer(row, row_id, given, rows, today)
        if answer is not None and not faults:
            if row_id in seen and row_id not in undecided:
                said = f"the same row stands in row {seen[row_id]} too; what both say is kept"
                notes.append(Problem(row.sheet, ROW_LABEL, row.number, said))
            answers.append((row.number, answer))
        problems += faults
        kept_out += bool(faults)
        if row_id in rows.household:
            seen.setdefault(row_id, row.number)
            undecided.discard(row_id)
    absent = tuple(sorted(rows.family_ref[row_id] for row_id in rows.household if row_id not in seen))
    return Judged(tuple(answers), tuple(problems), tuple(notes), len(undecided), absent, kept_out)


def _whose(row: ReturnedRow, given: Given, rows: Rows) -> tuple[str, list[Problem]]:
    """The row of the list that this row is, by its number, or by the family's reference where the number is gone; and
    why it cannot be read as that row."""

    def wrong(column: str, what: str) -> list[Problem]:
        return [Problem(row.sheet, column, row.number, what)]

    if not row.row_id:
        by_ref = {ref: row_id for row_id, ref in rows.family_ref.items()}
        if row.family_ref in by_ref:
            return by_ref[row.family_ref], []
        return "", wrong(
            ROW_LABEL, "the row has no number of a row of this list, so nobody can say whose it is"
        )
    if row.row_id not in rows.household:
        other = "/" in row.row_id and not row.row_id.startswith(f"{given.list_id}/")
        whose = (
            "another list: send the answer back in the workbook of that list"
            if other
            else "no row of this list"
        )
        return "", wrong(ROW_LABEL, f"the number is that of {whose}")
    if row.family_ref and row.family_ref != rows.family_ref[row.row_id]:
        what = "the family and the row number are not those that stood together on the list"
        return row.row_id, wrong(FAMILY_LABEL, what)
    return row.row_id, []


def _answer(
    row: ReturnedRow, row_id: str, given: Given, rows: Rows, today: date
) -> tuple[Answer | None, list[Problem]]:
    """The answer of a row, or everything that is wrong with it."""
    faults: list[Problem] = []
    held: dict[str, Any] = {}
    for each in ACTIONS:
        if each.free:
            continue
        read = {"code": code_in, "date": _day, "number": _minutes, "view": _view, "text": _name}[each.kind]
        try:
            held[each.name] = read(each, row.cells[each.name])
        except Unread as error:
            held[each.name] = None
            faults.append(Problem(row.sheet, each.label, row.number, str(error)))
    said = {name: text for name, text in row.cells.items() if text}
    faults += [
        Problem(row.sheet, LABELS[name], row.number, what)
        for name, what in contradictions(held, said, given, today)
    ]
    if faults:
        return None, faults
    free = "\n".join(f"{name}: {row.cells[name]}" for name in _FREE if row.cells[name])
    return _made(row_id, rows, held, free), []


def _made(row_id: str, rows: Rows, held: Mapping[str, Any], free: str) -> Answer:
    return Answer(
        row_id=row_id,
        household_id=rows.household[row_id],
        decision=held["decision"],
        reason_code=held["decision_reason_code"],
        by=held["decided_by"],
        day=held["decided_at"],
        minutes=held["time_viewed_before_decision"],
        known_before=held["known_before"],
        contact_by=held["contact_by"],
        contacted=held["contacted_at"],
        response=held["family_response"],
        family_view=held["family_view_recorded"],
        child_view=held["child_view_recorded"],
        data_error=held["data_error_reported"],
        contest=held["contest"],
        outcome_at_90d=held["outcome_at_90d"],
        better_off=held["better_off_kind"],
        texts=hashlib.sha256(f"{rows.secret}\n{free}".encode()).hexdigest() if free else "",
    )


def _day(_: object, text: str) -> date | None:
    return day_in(text)


def _minutes(_: object, text: str) -> int | None:
    return minutes_in(text)


def _view(_: object, text: str) -> str:
    return view_in(text)


def _name(_: object, text: str) -> str:
    return name_in(text)
