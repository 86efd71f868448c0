"""Contests: somebody challenges a row of a list. Each has a number, a clock of 30 days, and an outcome.

The Data Protection Act 2018, section 164A (in force 19 June 2026) asks that a complaint about the use of data is
acknowledged within 30 days, goes on without undue delay, and that whoever made it is told the outcome. The clock runs
for every contest, whoever made it and whatever it is about.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from prevention_model.errors import WrongUsage
from prevention_model.ledger import Entry, Transaction, whole
from prevention_model.lists.actions import CONTESTED
from prevention_model.pages.words import plural

CONTEST_DAYS = 30

CONTEST_REASONS: dict[str, str] = {
    "told_coordinator": "Said to the coordinator",
    "record_wrong": "A record is wrong",
    "record_old": "A record is out of date",
    "not_this_family": "It is about another family",
    "not_living_together": "They do not live together",
    "should_not_be_listed": "They should not have been listed",
    "decision_wrong": "What was decided is wrong",
    "not_told": "Nobody told them how they were found",
}
"""Why, in a word: nothing of what was said enters the ledger."""

OUTCOMES: dict[str, str] = {
    "upheld": "Upheld",
    "not_upheld": "Not upheld",
    "corrected": "Upheld, and a record is corrected",
}


@dataclass(frozen=True)
class Contest:
    """One contest. `closed` is the day of its outcome, None while it is open."""

    number: str
    row_id: str
    household_id: str
    about: str
    reason_code: str
    by: str
    opened: date
    due: date
    outcome: str = ""
    closed: date | None = None

    @property
    def list_id(self) -> str:
        """The list that the row stands on.

        >>> day = date(2024, 9, 15)
        >>> Contest("C-1", "REL-Z1/F-A", "h", "data", "record_wrong", "Pat", day, day).list_id
        'REL-Z1'
        """
        return self.row_id.rpartition("/")[0]

    def days_left(self, today: date) -> int:
        """Days until the clock ends; below 0 when it has."""
        return (self.due - today).days

    def clock(self, today: date) -> str:
        """How long is left, in words."""
        left = self.days_left(today)
        return f"{plural(left, 'day')} left" if left >= 0 else f"OVERDUE by {plural(-left, 'day')}"


def open_contest(
    held: Transaction, row_id: str, household_id: str, about: str, reason_code: str, by: str, day: date
) -> Entry:
    """Enter a contest of a row, in a transaction of the caller's. `day` is the one on which it was made.

    Raises WrongUsage where what it is about, or why, is none of the words.
    """
    _known(about, CONTESTED, "--about")
    _known(reason_code, CONTEST_REASONS, "--reason-code")
    if not by.strip():
        raise WrongUsage("It is not said who takes the contest.", where="--by", todo="Give a role or a name.")
    count = sum(entry.body["row_id"] == row_id for entry in held.entries("contest_opened", household_id))
    number = hashlib.sha256(f"{row_id}|{about}|{count}".encode()).hexdigest()[:8].upper()
    body = {
        "contest": f"C-{number}",
        "row_id": row_id,
        "list_id": row_id.rpartition("/")[0],
        "about": about,
        "reason_code": reason_code,
        "by": by,
        "day": day.isoformat(),
        "due": (day + timedelta(days=CONTEST_DAYS)).isoformat(),
    }
    return held.append("contest_opened", household_id, whole("contest_opened", body))


def close_contest(held: Transaction, contest: Contest, outcome: str, by: str, day: date) -> Entry:
    """Enter the outcome of a contest. The same outcome again gives the entry that is there. Raises WrongUsage."""
    _known(outcome, OUTCOMES, "--outcome")
    if not by.strip():
        raise WrongUsage(
            "It is not said who decided the contest.", where="--by", todo="Give a role or a name."
        )
    for entry in held.entries("contest_closed", contest.household_id):
        if entry.body["contest"] == contest.number:
            if entry.body["outcome"] == outcome:
                return entry
            raise WrongUsage(
                f"The contest is closed already: {OUTCOMES[entry.body['outcome']].lower()}.",
                where=contest.number,
                todo="Open a new one for the same row, if it is challenged again.",
            )
    body = {"contest": contest.number, "outcome": outcome, "by": by, "day": day.isoformat()}
    return held.append("contest_closed", contest.household_id, whole("contest_closed", body))


def standing(entries: Sequence[Entry]) -> list[Contest]:
    """Every contest that the ledger holds, in the order in which they were opened.

    >>> standing([])
    []
    """
    closed = {entry.body["contest"]: entry.body for entry in entries if entry.kind == "contest_closed"}
    return [
        _contest(entry, closed.get(entry.body["contest"]))
        for entry in entries
        if entry.kind == "contest_opened"
    ]


def _contest(entry: Entry, closed: dict[str, Any] | None) -> Contest:
    said = entry.body
    return Contest(
        number=said["contest"],
        row_id=said["row_id"],
        household_id=entry.subject,
        about=said["about"],
        reason_code=said["reason_code"],
        by=said["by"],
        opened=date.fromisoformat(said["day"]),
        due=date.fromisoformat(said["due"]),
        outcome=closed["outcome"] if closed else "",
        closed=date.fromisoformat(closed["day"]) if closed else None,
    )


def _known(word: str, words: dict[str, str], where: str) -> None:
    if word not in words:
        raise WrongUsage(
            f"{where} is none of the words for it.", where=where, todo=f"Use one of: {', '.join(words)}."
        )
