"""A workbook (.xlsx, .xlsm) as tables of text, one for each sheet that holds anything.

The file is read as a stream by the parser of `stream`; openpyxl says which formats are dates and what day a
serial number is. Macros, links to other workbooks and pictures are never opened. Sheets that are hidden are
read like the others: hiding is not taking away.
"""

import posixpath
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from prevention_model.errors import RecordsRefused
from prevention_model.records.files.archive import opened_archive
from prevention_model.records.files.sheet import Formats, Sheet
from prevention_model.records.files.stream import DEEPEST, Listener, Stop, listen
from prevention_model.records.text_table import TextTable

MOST_STRINGS = 256 << 20
"""Bytes of the texts that a workbook keeps apart from its sheets."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def workbook_tables(path: Path) -> list[TextTable]:
    """Read every sheet. Raises RecordsRefused when the file is damaged, protected or no workbook.

    >>> import tempfile
    >>> from openpyxl import Workbook
    >>> book = Workbook()
    >>> for row in (["Made up"], ["Child ID", "Born", "Note"], [7, None, "\u00a0Bo"]): book.active.append(row)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.xlsx"
    ...     book.save(path)
    ...     sheet, = workbook_tables(path)
    >>> sheet.name, sheet.rows.tolist(), sheet.column("child id").values().to_list()
    ('a.xlsx: sheet Sheet', [3], ['7'])
    """
    with opened_archive(path) as archive:
        parts = {name.lower(): name for name in archive.namelist()}
        book = _Book(archive, parts, path.name)
        tables = [book.sheet(title, part) for title, part in book.sheets()]
    found = [table for table in tables if table is not None]
    if not found:
        raise RecordsRefused(
            "The workbook holds no table: every sheet is empty.",
            where=f"file {path.name}",
            todo="Ask the agency to send it again.",
        )
    return found


class _Elements(Listener):
    """Hears of the elements of a small part: their names, attributes and text, in the order of their ends."""

    def __init__(self, wanted: frozenset[str]) -> None:
        super().__init__()
        self.wanted = wanted
        self.depth = 0
        self.found: list[tuple[str, dict[str, str]]] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Stop(f"Its elements lie more than {DEEPEST} deep in one another")
        name = tag.rpartition(":")[2]
        self.text.clear()
        if name in self.wanted:
            self.found.append((name, {key.rpartition(":")[2]: value for key, value in attributes.items()}))

    def end(self, tag: str) -> None:
        self.depth -= 1
        self.text.clear()


class _Strings(_Elements):
    """Hears of the texts that cells refer to by number."""

    def __init__(self) -> None:
        super().__init__(frozenset())
        self.strings: list[str] = []
        self.pieces: list[str] = []
        self.spoken = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        super().start(tag, attributes)
        name = tag.rpartition(":")[2]
        if name == "si":
            self.pieces = []
        elif name == "rPh":
            self.spoken = True

    def end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "t" and not self.spoken:
            self.pieces.extend(self.text)
        elif name == "si":
            self.strings.append(unescaped("".join(self.pieces)))
        elif name == "rPh":
            self.spoken = False
        super().end(tag)


def unescaped(text: str) -> str:
    """Signs that XML cannot hold, as a workbook writes them.

    >>> unescaped("two_x000D_lines")
    'two\\rlines'
    """
    return _ESCAPED.sub(_sign, text) if "_x" in text else text


def _sign(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return chr(number) if 0 < number < 32 or number == ord("_") else found[0]


@dataclass
class _Book:
    """The parts of a workbook that its sheets need."""

    archive: zipfile.ZipFile
    parts: dict[str, str]
    name: str
    strings: list[str] = field(init=False)
    formats: Formats = field(init=False)
    main: str = field(init=False)

    def __post_init__(self) -> None:
        self.main = self._main()
        self.strings = self._strings()
        self.formats = self._formats()

    def sheets(self) -> list[tuple[str, str]]:
        """Title and part of each sheet of cells, in the order of the workbook."""
        targets = self._related(self.main, "/worksheet")
        named = [(a.get("name", ""), targets.get(a.get("id", ""))) for _, a in self._read(self.main, "sheet")]
        return [(title, part) for title, part in named if part is not None]

    def sheet(self, title: str, part: str) -> TextTable | None:
        """One sheet as a table; None when nothing stands on it."""
        where = f"file {self.name}, sheet {title}"
        heard = listen(self._opener(part), where, lambda: Sheet(self.strings, self.formats))
        return heard.table(f"{self.name}: sheet {title}")

    def _main(self) -> str:
        for target in self._related("", "/officeDocument").values():
            if posixpath.basename(target).lower().startswith("workbook") and target.lower().endswith(".xml"):
                return target
        kinds = {"xl/workbook.bin": "a binary workbook (.xlsb)", "content.xml": "an OpenDocument file (.ods)"}
        what = next(
            (kind for part, kind in kinds.items() if part in self.parts), "a zip archive, and no workbook"
        )
        raise RecordsRefused(
            f"The file is {what}.",
            where=f"file {self.name}",
            todo="Unpack an archive first; save another kind of workbook as .xlsx.",
        )

    def _related(self, part: str, kind: str) -> dict[str, str]:
        """The parts that a part refers to, by their ids; what lies outside the file is left out."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        found: dict[str, str] = {}
        for _, told in self._read(rels, "Relationship") if rels.lower() in self.parts else ():
            target = posixpath.normpath(posixpath.join("/" + folder, told.get("Target", ""))).lstrip("/")
            inside = told.get("TargetMode") != "External" and target.lower() in self.parts
            if inside and told.get("Type", "").endswith(kind):
                found[told.get("Id", "")] = target
        return found

    def _strings(self) -> list[str]:
        for part in self._related(self.main, "/sharedStrings").values():
            if self.archive.getinfo(self.parts[part.lower()]).file_size > MOST_STRINGS:
                raise RecordsRefused(
                    "The workbook holds more than 256 MB of different texts.",
                    where=f"file {self.name}",
                    todo="Save its sheets as CSV.",
                )
            return listen(self._opener(part), f"file {self.name}", _Strings).strings
        return []

    def _formats(self) -> Formats:
        early = [a.get("date1904", "0") for _, a in self._read(self.main, "workbookPr")]
        epoch = MAC_EPOCH if early and early[0] in ("1", "true") else WINDOWS_EPOCH
        codes = dict(BUILTIN_FORMATS)
        days, lengths = set[int](), set[int]()
        for part in self._related(self.main, "/styles").values():
            style = -1
            for name, told in self._read(part, "numFmt", "cellXfs", "cellStyles", "xf"):
                number = told.get("numFmtId", "")
                if name == "numFmt" and number.isdigit():
                    codes[int(number)] = told.get("formatCode", "")
                elif name == "cellXfs":
                    style = 0
                elif name == "cellStyles":
                    break
                elif name == "xf" and style >= 0:
                    code = codes.get(int(number), "General") if number.isdigit() else "General"
                    if is_date_format(code):
                        days.add(style)
                        lengths.update({style} if is_timedelta_format(code) else ())
                    style += 1
        return Formats(epoch, frozenset(days), frozenset(lengths))

    def _read(self, part: str, *wanted: str) -> list[tuple[str, dict[str, str]]]:
        heard = listen(self._opener(part), f"file {self.name}", lambda: _Elements(frozenset(wanted)))
        return heard.found

    def _opener(self, part: str) -> Callable[[], IO[bytes]]:
        return lambda: self.archive.open(self.parts[part.lower()])
