"""An XML return as tables of text: one table for each kind of row element, whatever wraps them.

Worked example. With the rows `Child` and `CINdetails`, the file

    <Message><Children><Child><Ids><LAchildID>C1</LAchildID></Ids>
        <CINdetails><CINreferralDate>2024-01-02</CINreferralDate></CINdetails></Child></Children></Message>

gives a table Child with the column `lachildid` and a table CINdetails with the column `cinreferraldate`.
`Ids` is no row, so what it holds belongs to the Child around it. A row knows which row it lies in (`_parent`,
its place in the other table), and from there it takes the columns that it inherits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import pyarrow as pa

from prevention_model.errors import RecordsRefused
from prevention_model.records.files.ancestry import Ancestry
from prevention_model.records.files.gathering import Gathering
from prevention_model.records.files.stream import DEEPEST, Enough, Listener, Stop, listen
from prevention_model.records.text_table import TextTable, fold

Spec = Mapping[str, Sequence[str]]
"""The row elements, and the columns that each takes from the rows around it."""

Note = tuple[str, str, int, int]

OUTSIDE = "text between elements is not read"
ONE_LINE = "several on one line: counted by element, not by line"

_MOST_NAMES = 10_000


@dataclass(frozen=True)
class XmlFile:
    """What an XML file holds: the name of its root, the fields outside every row, and a table for each row.

    Of a field that stands in the header several times the first counts. Tables are found under the names of
    the spec; one whose element never occurs has no rows.
    """

    name: str
    root: str
    header: Mapping[str, str]
    tables: Mapping[str, TextTable]


@dataclass(frozen=True)
class XmlStart:
    """The beginning of a file, to tell what it is: root, elements seen, and the first value of each field."""

    root: str
    elements: frozenset[str]
    fields: Mapping[str, str]


def xml_start(path: Path) -> XmlStart:
    """Look at the first megabyte of a file. Names are folded. Raises RecordsRefused when it is no XML.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "cin.xml"
    ...     _ = path.write_text("<Message><Collection>CIN</Collection><Year>2024</Year></Message>")
    ...     start = xml_start(path)
    >>> start.root, start.fields["collection"]
    ('message', 'CIN')
    """
    reader = listen(_opener(path), f"file {path.name}", lambda: _Reader({}, peek=True))
    return XmlStart(reader.root, frozenset(reader.names.values()), reader.header)


def xml_tables(path: Path, spec: Spec) -> XmlFile:
    """Read an XML file. Raises RecordsRefused when it is broken anywhere: no half of it is used.

    >>> import tempfile
    >>> text = "<Message><Child><Id>C1</Id><Need><Code>N1</Code><Code>N4</Code></Need></Child></Message>"
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "needs.xml"
    ...     _ = path.write_text(text)
    ...     needs = xml_tables(path, {"Child": (), "Need": ("Id",)}).tables["Need"]
    >>> needs.column("id").values().to_list(), needs.column("code").values().to_list()
    (['C1'], ['N1\\x1fN4'])
    """
    reader = listen(_opener(path), f"file {path.name}", lambda: _Reader(spec))
    try:
        return reader.finished(path.name, spec)
    except pa.ArrowInvalid:
        raise RecordsRefused(
            "The XML holds more than 2 GB of different values in one field.",
            where=f"file {path.name}",
            todo="Ask for it in several files.",
        ) from None


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    def opened() -> IO[bytes]:
        try:
            return path.open("rb", buffering=0)
        except OSError as error:
            raise RecordsRefused(
                f"The file does not exist or may not be read ({type(error).__name__}).",
                where=f"file {path.name}",
                todo="Check the path in authority.yaml, and that you may read the file.",
            ) from None

    return opened


class _Reader(Listener):
    """Hears a file and gathers its rows.

    `start` and `end` are called for every element of a file that may hold tens of millions; what they need is
    found by the tag as it is spelt, in one step.
    """

    def __init__(self, spec: Spec, peek: bool = False) -> None:
        super().__init__()
        self.peek = peek
        self.root = ""
        self.header: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.rows = {fold(name): Gathering(name) for name in spec}
        self.rows_by_tag: dict[str, Gathering | None] = {}
        self.stack: list[Gathering | None] = []
        self.open: list[Gathering] = []
        self.within: Gathering | None = None
        self.leaf = False
        self.strays = self.first_stray = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        text = self.text
        if text:
            # What stands before a tag inside an element that holds others: layout, as a rule.
            if len(text) > 1 or not text[0].isspace():
                self._stray()
            text.clear()
        try:
            row = self.rows_by_tag[tag]
        except KeyError:
            row = self._named(tag)
        if row is not None:
            row = self._begun(row)
        self.stack.append(row)
        if len(self.stack) > DEEPEST:
            raise Stop(f"Its elements lie more than {DEEPEST} deep in one another")
        self.leaf = True

    def end(self, tag: str) -> None:
        row, text = self.stack.pop(), self.text
        if self.leaf:
            self.leaf = False
            within = self.within
            if within is None:
                self._heading(self.names[tag], "".join(text).strip())
            else:
                try:
                    hear_row, hear_text = within.heard[tag]
                except KeyError:
                    hear_row, hear_text = within.hears(tag, self.names[tag])
                value = "".join(text).strip()
                if value:
                    within.filled = True
                    hear_row(within.place)
                    hear_text(value)
        elif text and (len(text) > 1 or not text[0].isspace()):
            self._stray()
        text.clear()
        if row is not None:
            self._ended(row)

    def between(self) -> None:
        if self.peek:
            raise Enough
        for row in self.rows.values():
            row.put_away()

    def finish(self) -> None:
        self.between()

    def _begun(self, row: Gathering) -> Gathering | None:
        if row.open:
            return None  # a wrapper or a field that has the name of the row around it
        row.begin(self.line(), self.within)
        self.open.append(row)
        self.within = row
        return row

    def _ended(self, row: Gathering) -> None:
        self.open.pop()
        self.within = self.open[-1] if self.open else None
        if row.finish() and self.within is not None:
            self.within.filled = True

    def _named(self, tag: str) -> Gathering | None:
        name = tag.rpartition(":")[2].casefold()
        if not self.root:
            self.root = name
        if len(self.names) > _MOST_NAMES:
            raise Stop(f"It has more than {_MOST_NAMES:,} different elements")
        self.names[tag] = name
        return self.rows_by_tag.setdefault(tag, self.rows.get(name))

    def _heading(self, name: str, value: str) -> None:
        if value:
            self.header.setdefault(name, value)

    def _stray(self) -> None:
        if "".join(self.text).strip():
            self.strays += 1
            self.first_stray = self.first_stray or self.line()

    def finished(self, file: str, spec: Spec) -> XmlFile:
        """The tables, with what each inherits."""
        ancestry = Ancestry()
        strays = ((OUTSIDE, "", self.strays, self.first_stray),) if self.strays else ()
        tables: dict[str, TextTable] = {}
        for name, inherits in spec.items():
            rows = self.rows[fold(name)]
            table = ancestry.table(rows, [fold(column) for column in inherits])
            numbers, notes = _numbers(rows)
            told = strays + notes if not tables else notes  # of the file, so told once
            nothing = np.array([], dtype=np.int64)
            tables[name] = TextTable(f"{file}: {name}", table, numbers, nothing, notes=told)
        return XmlFile(file, self.root, self.header, tables)


def _numbers(rows: Gathering) -> tuple[np.ndarray, tuple[Note, ...]]:
    """The line of each row; where rows share a line, its place among its kind, counted from 1."""
    lines = np.array(rows.lines, dtype=np.int64)
    if (np.diff(lines) > 0).all():
        return lines, ()
    shared = int((np.diff(lines, prepend=-1) == 0).sum())
    return np.arange(1, rows.count + 1), ((ONE_LINE, "", shared, 1),)
