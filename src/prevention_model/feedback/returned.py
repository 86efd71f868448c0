"""A workbook that came back, as it stands: which list it says it is, and the rows of its action block as text.

Rows may have been sorted, deleted, added or copied, and columns moved: each row is known by its number, which stands
in the row itself. The file is read by the reader of deliveries, so nothing in it is run, followed or unpacked without
bounds.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from prevention_model.errors import RecordsRefused
from prevention_model.feedback.problems import Problem
from prevention_model.lists.actions import ACTIONS
from prevention_model.lists.write_xlsx import CHILDREN_LABEL, FAMILY_LABEL, ROW_LABEL, THIS_LIST_SHEET
from prevention_model.pages.words import plural
from prevention_model.records.files.opening import open_file
from prevention_model.records.text_table import TextTable, fold

LARGEST = 20 << 20
"""Bytes. A list of twenty families has about 30,000."""

MOST_ROWS = 5000
"""Rows of a sheet. The longest list has 500 families."""

_SAVE = "Send back the workbook of the list itself, saved as .xlsx."


@dataclass(frozen=True)
class ReturnedRow:
    """One row of the action block. `row_id` is empty where the row has no number."""

    sheet: str
    number: int
    row_id: str
    family_ref: str
    children: str
    cells: Mapping[str, str]

    @property
    def blank(self) -> bool:
        """Whether nothing was written in it."""
        return not any(self.cells.values())


@dataclass(frozen=True)
class Returned:
    """A workbook that came back. `sheets` hold the texts of every other sheet: heading to value, row by row."""

    file: str
    sha256: str
    list_id: str
    rows: tuple[ReturnedRow, ...]
    problems: tuple[Problem, ...]
    sheets: Mapping[str, tuple[tuple[int, Mapping[str, str]], ...]]


def read_returned(path: Path) -> Returned:
    """Read a workbook that came back. Raises RecordsRefused when it is none, or none of a zone list.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "notes.txt"
    ...     _ = path.write_text("a,b\\n1,2\\n")
    ...     read_returned(path)
    Traceback (most recent call last):
    prevention_model.errors.RecordsRefused: The file is no workbook of a zone list: no sheet has the columns of the \
decisions. Where: file notes.txt. What to do: Send back the workbook of the list itself, saved as .xlsx.
    """
    tables = {_title(table): table for table in _tables(path)}
    decisions = {title: table for title, table in tables.items() if _is_decisions(table)}
    if not decisions:
        raise RecordsRefused(
            "The file is no workbook of a zone list: no sheet has the columns of the decisions.",
            where=f"file {path.name}",
            todo=_SAVE,
        )
    rows = tuple(row for title, table in decisions.items() for row in _rows(title, table))
    others = {
        title: tuple(zip(table.rows.tolist(), _texts(table), strict=True))
        for title, table in tables.items()
        if title not in decisions
    }
    return Returned(
        file=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        list_id=_list_id(others, rows),
        rows=rows,
        problems=tuple(fault for title, table in decisions.items() for fault in _columns(title, table)),
        sheets=others,
    )


def _tables(path: Path) -> tuple[TextTable, ...]:
    if path.is_file() and path.stat().st_size > LARGEST:
        raise RecordsRefused(
            f"The file is larger than {LARGEST >> 20} MB, which no list is.",
            where=f"file {path.name}",
            todo=_SAVE,
        )
    try:
        tables = open_file(path).tables
    except RecordsRefused as error:
        # The reader speaks of deliveries; whoever sends a list back has made none.
        missing = not path.exists()
        todo = "Check the path and the spelling." if missing else _SAVE
        what = "There is no such file." if missing else error.what
        raise RecordsRefused(what, where=error.where or f"file {path.name}", todo=todo) from None
    for table in tables:
        if table.rows_in > MOST_ROWS:
            raise RecordsRefused(
                f"A sheet has more than {MOST_ROWS:,} rows, which no list has.",
                where=f"file {path.name}, sheet {_title(table)}",
                todo=_SAVE,
            )
    return tables


def _title(table: TextTable) -> str:
    return table.name.partition(": sheet ")[2] or table.name


def _is_decisions(table: TextTable) -> bool:
    named = table.has(ROW_LABEL) or table.has(FAMILY_LABEL)
    return named and table.has(ACTIONS[0].label)


def _columns(title: str, table: TextTable) -> list[Problem]:
    """Columns of the action block that are gone or stand twice, and others that were added."""
    labels = [FAMILY_LABEL, ROW_LABEL, *(field.label for field in ACTIONS)]
    ours = {fold(label) for label in (*labels, CHILDREN_LABEL)}
    added = [name for name in table.names if name.partition("\0")[0] not in ours]
    more = (
        f"{plural(len(added), 'column')} that the list did not have; what stands there is kept, and not read"
    )
    gone = [
        Problem(title, label, 0, "the column is not there; nothing is entered from it")
        for label in labels
        if not table.has(label)
    ]
    return (
        [Problem(title, "", 0, more)] * bool(added)
        + gone
        + [
            Problem(title, label, 0, "two columns have this heading; the first is read")
            for label in labels
            if fold(label) in table.twice
        ]
    )


def _rows(title: str, table: TextTable) -> list[ReturnedRow]:
    return [
        ReturnedRow(
            sheet=title,
            number=number,
            row_id=" ".join(texts.get(fold(ROW_LABEL), "").split()),
            family_ref=" ".join(texts.get(fold(FAMILY_LABEL), "").split()),
            children=texts.get(fold(CHILDREN_LABEL), ""),
            cells={field.name: texts.get(fold(field.label), "").strip() for field in ACTIONS},
        )
        for number, texts in zip(table.rows.tolist(), _texts(table), strict=True)
    ]


def _texts(table: TextTable) -> list[dict[str, str]]:
    """The rows of a sheet as they stand, blank for nothing: what somebody wrote is not tidied here."""
    rows: list[dict[str, str | None]] = table.table.to_pylist()
    return [{name: text or "" for name, text in row.items()} for row in rows]


def _list_id(
    sheets: Mapping[str, tuple[tuple[int, Mapping[str, str]], ...]], rows: tuple[ReturnedRow, ...]
) -> str:
    """What the hidden sheet says, or else the list that most rows are of; empty where neither is there."""
    for _, texts in sheets.get(THIS_LIST_SHEET, ()):
        if texts.get("list_id"):
            return texts["list_id"].strip()
    named = Counter(row.row_id.rpartition("/")[0] for row in rows if "/" in row.row_id)
    return min(named, key=lambda name: (-named[name], name), default="")
