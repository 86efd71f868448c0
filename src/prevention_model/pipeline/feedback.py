"""Lists that come back: each workbook is read, held against the list as it was given, kept, and entered."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from prevention_model.errors import PreventionError, RecordsRefused
from prevention_model.feedback import Given, Judged, Recorded, given_lists, judge, read_returned, record
from prevention_model.feedback.given import Rows
from prevention_model.feedback.locked import changed_cells
from prevention_model.feedback.problems import Problem
from prevention_model.feedback.returned import Returned
from prevention_model.ledger import Ledger
from prevention_model.pages.words import plain_date, plural
from prevention_model.pipeline.listed import listed_in
from prevention_model.records.on_disk import write_whole
from prevention_model.records.workspace import Workspace

FOLDER = "feedback"
"""Where in the workspace the workbooks lie that came back, each under the hash of its bytes."""


@dataclass(frozen=True)
class Taken:
    """What came of one workbook."""

    returned: Returned
    given: Given
    judged: Judged
    recorded: Recorded
    changed: tuple[Problem, ...]
    today: date

    @property
    def whole(self) -> bool:
        """Whether every row that says something was entered."""
        return not self.judged.problems

    def lines(self) -> Iterator[str]:
        """What to tell whoever sent it, without a word of what the cells say."""
        given, judged, entered = self.given, self.judged, self.recorded
        yield f"{self.returned.file}: list {given.list_id}, zone {given.zone}, made on {plain_date(given.made_on)}."
        yield (
            f"  {plural(entered.entered, 'answer')} entered, {entered.known} known before, "
            f"{plural(judged.kept_out, 'row')} kept out, {plural(judged.undecided, 'row')} without a decision."
        )
        yield from (f"  {said}" for said in self._state())
        if judged.absent:
            yield (
                f"  {plural(len(judged.absent), 'row')} of the list not in the file, so without an answer: "
                f"{', '.join(judged.absent)}."
            )
        wrong = [each.row_id for _, each in judged.answers if each.data_error == "yes"]
        if wrong:
            yield (
                f"  {plural(len(wrong), 'row')} with a data error to correct: {', '.join(wrong)}. What is wrong may "
                f"stand in the note, in {FOLDER}/{self.returned.sha256}.xlsx of the workspace."
            )
        yield from _under("Not entered; put it right and send the file again", judged.problems)
        yield from _under("Entered, and to be looked at", entered.differ)
        yield from _under("To know", (*judged.notes, *self.changed))
        yield from (
            f"  Contest {each.number} of row {each.row_id} is open: {each.clock(self.today)}."
            for each in entered.contests
        )

    def _state(self) -> Iterator[str]:
        given = self.given
        if self.today > given.until:
            yield f"The list ended on {plain_date(given.until)}. Answers are entered all the same."
        if given.closed:
            state, day = given.closed
            yield f"The list was {state} on {plain_date(day)}. What was decided up to that day is entered."
        if given.followed_by:
            yield f"A newer list of this zone has been given: {given.followed_by}."
        if given.stage == "shadow":
            yield "It is a shadow list: nobody was to be contacted because of it."


def take_in(workspace: Workspace, file: Path, zone: str = "") -> Taken:
    """Read a workbook that came back, keep it, and enter its answers: all that can be entered, or nothing.

    `zone`, if given, is that of whoever sent it. Raises RecordsRefused when it is no workbook of a list that was
    given, or one of another zone.
    """
    returned = read_returned(file)
    ledger = Ledger(workspace.ledger)
    given = _given(ledger, returned, zone)
    rows = Rows.of(listed_in(workspace, given.release_id), given.list_id)
    made = _as_made(workspace, given)
    changed = changed_cells(returned, read_returned(made)) if made.exists() else []
    keep(workspace, file, returned.sha256)
    with ledger.transaction() as held:
        # As it stands now: a release may have been taken back since the file was opened.
        given = given_lists(held.entries())[given.list_id]
        judged = judge(returned, given, rows, ledger.today())
        recorded = record(held, judged, given, returned.sha256)
    return Taken(returned, given, judged, recorded, tuple(changed), ledger.today())


def take_in_all(workspace: Workspace, files: Iterable[Path], zone: str = "") -> Iterator[str]:
    """What came of each file, line by line. When any was refused or has rows that were kept out, RecordsRefused is
    raised after the last."""
    refused, partly = 0, 0
    for file in files:
        try:
            taken = take_in(workspace, file, zone)
        except PreventionError as error:
            refused += 1
            yield f"{file.name}: not read. {error}"
            continue
        partly += not taken.whole
        yield from taken.lines()
    if refused or partly:
        raise RecordsRefused(
            f"{plural(refused, 'file')} could not be taken in, and {partly} had rows that were not entered.",
            todo="See above. What was entered stays; send the corrected files again.",
        )


def keep(workspace: Workspace, file: Path, sha256: str) -> Path:
    """Keep a workbook as it came, under the hash of its bytes, for its owner only: its texts are nowhere else."""
    folder = workspace.folder / FOLDER
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    kept = folder / f"{sha256}.xlsx"
    if not kept.exists():
        write_whole(kept, file.read_bytes())
    return kept


def _as_made(workspace: Workspace, given: Given) -> Path:
    """The workbook of a list as it was released, wherever it is kept now."""
    return workspace.lists_of(given.release_id) / given.zone / "list.xlsx"


def _given(ledger: Ledger, returned: Returned, zone: str) -> Given:
    where = f"file {returned.file}"
    known = given_lists(ledger.entries())
    if returned.list_id not in known:
        raise RecordsRefused(
            "The workbook is of a list that was never given out here."
            if returned.list_id
            else "The workbook does not say which list it is of.",
            where=where,
            todo="Send back the workbook of the list itself. The number of a list stands at the foot of its pages.",
        )
    given = known[returned.list_id]
    if zone and given.zone != zone:
        raise RecordsRefused(
            f"The workbook is the list of zone {given.zone}, and not of zone {zone}.",
            where=where,
            todo="Send back your own list, and tell whoever gave you this one: it is not yours to read.",
        )
    return given


def _under(title: str, found: Iterable[Problem]) -> Iterator[str]:
    lines = [each.line for each in found]
    if lines:
        yield f"  {title}:"
        yield from (f"    {line}" for line in lines)
