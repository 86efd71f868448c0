"""Opening and closing contests of rows, and telling those who received the list when one led to a correction."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from prevention_model.errors import WrongUsage
from prevention_model.feedback.contests import (
    CONTEST_REASONS,
    OUTCOMES,
    Contest,
    close_contest,
    open_contest,
    standing,
)
from prevention_model.feedback.given import Given, Rows, given_lists
from prevention_model.ledger import Entry, Ledger, Transaction, whole
from prevention_model.lists.actions import CONTESTED
from prevention_model.pages.document import Bullets, Document, Facts, Paragraph, Section, to_markdown
from prevention_model.pages.words import plain_date
from prevention_model.pipeline.listed import listed_in
from prevention_model.records.workspace import Workspace
from prevention_model.settings.authority import Authority

BECAUSE = "row corrected"
"""Why a `notice` of a corrected row is given."""


def open_by_row(
    workspace: Workspace, row_id: str, about: str, reason_code: str, by: str, day: date | None
) -> Entry:
    """Open a contest of a row of any list that was given, also of one that is over or taken back. `day` is the one
    on which it was made, today if not given. Raises WrongUsage for a row that no list has, or a day that cannot be."""
    ledger = Ledger(workspace.ledger)
    given, household = _row(workspace, ledger, row_id)
    today = ledger.today()
    made = day or today
    if not given.made_on <= made <= today:
        raise WrongUsage(
            "The contest would have been made before the list was, or on a day that has not come.",
            where="--on",
            todo=f"Give a day from {given.made_on} to {today}.",
        )
    with ledger.transaction() as held:
        return open_contest(held, row_id, household, about, reason_code, by, made)


def close(workspace: Workspace, authority: Authority, number: str, outcome: str, by: str) -> list[str]:
    """Close a contest, and say what follows. A correction is told to everybody who received the row."""
    ledger = Ledger(workspace.ledger)
    with ledger.transaction() as held:
        contest = _numbered(standing(held.entries()), number)
        entry = close_contest(held, contest, outcome, by, ledger.today())
        noticed = _notice(held, contest, ledger.today()) if outcome == "corrected" else []
    letters = [_write(workspace, authority, contest, each) for each in noticed]
    return [
        f"Contest {number}: {OUTCOMES[outcome].lower()}; ledger entry {entry.seq}. Tell whoever made it.",
        *_next(outcome, contest, letters),
    ]


def contest_lines(entries: Sequence[Entry], today: date, *, everything: bool = False) -> list[str]:
    """The contests that are open, those whose time is over first; with `everything` also those that are closed.

    >>> contest_lines([], date(2024, 9, 15))
    []
    """
    contests = standing(entries)
    waiting = sorted((c for c in contests if c.closed is None), key=lambda c: (c.due, c.number))
    lines = [f"{_said(each)}: open, {each.clock(today)}" for each in waiting]
    if everything:
        lines += [f"{_said(c)}: {OUTCOMES[c.outcome].lower()} on {c.closed}" for c in contests if c.closed]
        return lines or ["There is no contest."]
    return lines


def _said(contest: Contest) -> str:
    about, why = CONTESTED[contest.about].lower(), CONTEST_REASONS[contest.reason_code].lower()
    return f"{contest.number} of row {contest.row_id}, about {about} ({why}), made on {contest.opened}"


def _row(workspace: Workspace, ledger: Ledger, row_id: str) -> tuple[Given, str]:
    given = given_lists(ledger.entries()).get(row_id.rpartition("/")[0])
    rows = Rows.of(listed_in(workspace, given.release_id), given.list_id) if given else None
    if given is None or rows is None or row_id not in rows.household:
        raise WrongUsage(
            "No list has such a row.",
            where=row_id,
            todo="The number of a row stands at its end, in the workbook.",
        )
    return given, rows.household[row_id]


def _numbered(contests: Sequence[Contest], number: str) -> Contest:
    for each in contests:
        if each.number == number:
            return each
    raise WrongUsage(
        "There is no such contest.", where=number, todo="`prevention-model contest list` shows them."
    )


def _notice(held: Transaction, contest: Contest, today: date) -> list[Entry]:
    """Enter that whoever received the list has to be told of the row; each recipient once."""
    found = []
    for given in held.entries("list_given"):
        if given.body["list_id"] == contest.list_id:
            body = {name: given.body[name] for name in ("release_id", "zone", "list_id", "recipient")}
            body |= {"because": BECAUSE, "date": today.isoformat(), "row_id": contest.row_id}
            known = [e for e in held.entries("notice", given.subject) if _about(e) == _about_body(body)]
            found.append(known[0] if known else held.append("notice", given.subject, whole("notice", body)))
    return found


def _about(entry: Entry) -> tuple[object, ...]:
    return _about_body(entry.body)


def _about_body(body: dict[str, object]) -> tuple[object, ...]:
    return body["because"], body["list_id"], body.get("row_id"), body["recipient"]


def _write(workspace: Workspace, authority: Authority, contest: Contest, notice: Entry) -> Path:
    said = notice.body
    contact = authority.contact_of(said["zone"], said["recipient"])
    folder = workspace.folder / "notices" / str(said["release_id"])
    path = folder / f"{said['zone']}-{contest.number}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    facts = (
        ("To", ", ".join(part for part in (str(said["recipient"]), contact) if part)),
        ("List", str(said["list_id"])),
        ("Row", contest.row_id),
        ("Contest", f"{contest.number}, about {CONTESTED[contest.about].lower()}"),
        ("Upheld on", plain_date(date.fromisoformat(str(said["date"])))),
    )
    do = (
        "Do not use this row any more, on paper or on screen. Cross it out in every copy.",
        "Do not start a conversation because of it. Work that has begun goes on for its own reasons.",
        "What was corrected counts from the next list on.",
    )
    text = to_markdown(
        Document(
            kind="Notice to a recipient",
            title="A row of a list that you received was wrong",
            lead=f"{authority.name} upholds a challenge to one row of list {said['list_id']}, and corrects a record.",
            sections=(
                Section("What", (Facts(facts),)),
                Section(
                    "What to do",
                    (
                        Bullets(do),
                        Paragraph(
                            f"An immediate concern about a child goes to {authority.front_door.name}, telephone "
                            f"{authority.front_door.telephone}, as always."
                        ),
                    ),
                ),
            ),
        )
    )
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


def _next(outcome: str, contest: Contest, letters: Sequence[Path]) -> list[str]:
    if outcome != "corrected":
        return []
    return [
        "1. Correct the record, if that is not done: prevention-model rights correction AUTHORITY --table TABLE "
        "--field FIELD --old - --new - --person PSEUDONYM --by ROLE",
        "2. Score again: prevention-model run EXPERIMENT.yaml. A list that is out is never changed.",
        f"3. Send these to whoever received row {contest.row_id}, today:",
        *(f"   {path}" for path in letters),
    ]
