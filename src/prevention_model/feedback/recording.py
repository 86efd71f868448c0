"""Answers into the ledger: each once, all of a file or none, and two that differ are both kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from prevention_model.feedback.answers import LABELS, Answer, Judged
from prevention_model.feedback.contests import Contest, open_contest, standing
from prevention_model.feedback.given import Given
from prevention_model.feedback.problems import Problem
from prevention_model.ledger import Transaction, whole
from prevention_model.lists.write_xlsx import DECISIONS_SHEET

_APART = ("file",)


@dataclass(frozen=True)
class Recorded:
    """What entering a file came to. `differ` says which rows were answered before in another way."""

    entered: int
    known: int
    differ: tuple[Problem, ...]
    contests: tuple[Contest, ...] = ()


def record(held: Transaction, judged: Judged, given: Given, file: str) -> Recorded:
    """Enter the answers that the ledger does not have yet, in a transaction of the caller's. `file` is the SHA-256
    of the workbook that they stand in.

    The same answer again is not entered again, whichever file it comes in. One that differs is entered beside the
    earlier one.
    """
    entered, known = 0, 0
    differ: list[Problem] = []
    contests: list[Contest] = []
    viewed = {tuple(entry.body[name] for name in ("list_id", "by", "day")) for entry in
              held.entries("list_viewed", given.run_id)}  # fmt: skip
    for number, answer in judged.answers:
        body = answer.body(given)
        before = [
            entry.body
            for entry in held.entries("decided", answer.household_id)
            if entry.body.get("row_id") == answer.row_id
        ]
        if any(_same(body, each) for each in before):
            known += 1
            continue
        differ += _differs(number, answer, before)
        held.append("decided", answer.household_id, whole("decided", body | {"file": file}))
        entered += 1
        seen = (given.list_id, answer.by, answer.day.isoformat())
        if answer.minutes is not None and seen not in viewed:
            viewed.add(seen)
            said = dict(zip(("list_id", "by", "day"), seen, strict=True))
            held.append("list_viewed", given.run_id, whole("list_viewed", said))
        if answer.contest and not _contested(held, answer):
            day = answer.contacted or answer.day
            entry = open_contest(
                held, answer.row_id, answer.household_id, answer.contest, "told_coordinator", answer.by, day
            )
            contests += standing([entry])
    return Recorded(entered, known, tuple(differ), tuple(contests))


def _same(body: dict[str, Any], before: dict[str, Any]) -> bool:
    return body == {name: value for name, value in before.items() if name not in _APART}


def _differs(number: int, answer: Answer, before: Sequence[dict[str, Any]]) -> list[Problem]:
    """What to say of an answer whose row has another decision already: which of the two counts."""
    others = [each for each in before if each["decision"] != answer.decision]
    if not others:
        return []
    newest = max(date.fromisoformat(each["day"]) for each in others)
    if newest == answer.day:
        which = "of the same day: both are kept, and nobody can tell which holds. Send the row again with a later day"
    elif newest > answer.day:
        which = "of a later day, which goes on to hold; this one is kept beside it"
    else:
        which = "of an earlier day; this one holds from now on, and the other is kept"
    what = f"another decision is in the ledger already, {which}"
    return [Problem(DECISIONS_SHEET, LABELS["decision"], number, what)]


def _contested(held: Transaction, answer: Answer) -> bool:
    """Whether such a contest of this row is open, or was opened by an earlier answer."""
    return any(
        each.row_id == answer.row_id and each.about == answer.contest
        for each in standing(held.entries(subject=answer.household_id))
    )
