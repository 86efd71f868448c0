"""Any delivered file as tables of text, by what is in it and not by what it is called."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prevention_model.errors import RecordsRefused
from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.files.parquet_file import parquet_tables
from prevention_model.records.files.workbook import workbook_tables
from prevention_model.records.files.xml_file import Spec, xml_start, xml_tables
from prevention_model.records.text_table import TextTable

_WORKBOOK, _PARQUET = (b"PK\x03\x04", b"PK\x05\x06"), b"PAR1"
_PACKED = (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"\xfd7zXZ", b"Rar!", b"\x28\xb5\x2f\xfd")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_TABLE = {
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_MARKS = b"\xef\xbb\xbf\xff\xfe \t\r\n"
_PAGE = re.compile(rb"<(!doctype\s+html|html)\b", re.IGNORECASE)
_XML = re.compile(rb"<[?!A-Za-z_]")


@dataclass(frozen=True)
class Opened:
    """A file's tables. `root` and `header` are those of an XML file: its outermost element and its header's fields."""

    path: Path
    tables: tuple[TextTable, ...]
    root: str = ""
    header: Mapping[str, str] = field(default_factory=dict)


def open_file(path: Path, rows: Spec | None = None) -> Opened:
    """Open a file: CSV or other separated text, a workbook, Parquet, or XML with the row elements of `rows`.

    Without `rows` an XML file has no tables, but its root and its header. Raises RecordsRefused when the file
    cannot be read, is an archive, or is of a kind that holds no table.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "needs.txt"
    ...     _ = path.write_text("<Message><Need><Code>N1</Code></Need></Message>")
    ...     opened = open_file(path, {"Need": ()})
    >>> opened.root, opened.tables[0].name
    ('message', 'needs.txt: Need')
    """
    start = _start(path)
    _refuse_others(start, path.name)
    if start.startswith(_WORKBOOK):
        return Opened(path, tuple(workbook_tables(path)))
    if start.startswith(_PARQUET):
        return Opened(path, tuple(parquet_tables(path)))
    if not _XML.match(start.replace(b"\x00", b"").lstrip(_MARKS)):
        return Opened(path, (read_csv_file(path),))
    if rows is None:
        begun = xml_start(path)
        return Opened(path, (), begun.root, begun.fields)
    file = xml_tables(path, rows)
    return Opened(path, tuple(file.tables.values()), file.root, file.header)


def files_of(path: Path) -> list[Path]:
    """A file itself, or the files below a folder in the order of their paths.

    Hidden files and what spreadsheets leave while open (`~$...`) are left out. Raises RecordsRefused when there
    is nothing, or when something in the folder leads out of it or is no file.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise RecordsRefused(
            "There is no file or folder here.", where=str(path), todo="Check the path and the spelling."
        )
    found = sorted(_below(path))
    if not found:
        raise RecordsRefused("The folder holds no files.", where=str(path), todo="Check the path.")
    return found


def _below(folder: Path) -> Iterator[Path]:
    """The files of a folder and of the folders in it; no link is followed into another folder."""
    inside = folder.resolve()
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for below in [Path(here) / name for name in (*folders, *files)]:
            if below.name.startswith((".", "~$")):
                continue
            if not below.resolve().is_relative_to(inside):
                raise RecordsRefused(
                    "A link leads out of the folder.",
                    where=f"file {below.relative_to(folder)}",
                    todo="Put the file itself into the folder.",
                )
            if not below.is_dir():
                yield below


def _start(path: Path) -> bytes:
    """The first bytes of an ordinary file. A pipe or a device could keep its reader waiting without end."""
    if path.exists() and not path.is_file():
        raise RecordsRefused(
            "This is no ordinary file.", where=f"file {path.name}", todo="Put the file itself here."
        )
    try:
        with path.open("rb") as file:
            return file.read(512)
    except OSError as error:
        raise RecordsRefused(
            f"The file does not exist or may not be read ({type(error).__name__}).",
            where=f"file {path.name}",
            todo="Check the path in authority.yaml, and that you may read the file.",
        ) from None


def _refuse_others(start: bytes, name: str) -> None:
    what = todo = ""
    if start.startswith(_PACKED):
        what, todo = "a packed archive", "Unpack it first, and look at what is in it."
    elif start.startswith(_OLD_OFFICE):
        what = "a workbook of the old kind (.xls), or one with a password"
        todo = "Open it, save it as .xlsx without a password and deliver that."
    elif _PAGE.match(start.lstrip(_MARKS)):
        what, todo = (
            "a web page, whatever its name says",
            "Open it in a spreadsheet and save it as .xlsx or CSV.",
        )
    for mark, kind in _NO_TABLE.items():
        if start.startswith(mark):
            what, todo = kind, "Leave it out of the delivery, or deliver the table that it shows."
    if what:
        raise RecordsRefused(f"The file is {what}.", where=f"file {name}", todo=todo)
