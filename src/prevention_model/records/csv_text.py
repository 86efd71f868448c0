"""From the bytes of a delivered file to text that a parser can take: encoding, header, quotes.

Worked example. Of the file `ref,address` / `1,"12 High St` / `2,"3 Low Rd, Flat 1"` the first row never
closes its quote. A parser would take both rows for one. Here row 2 of the file is named as broken, and its
line is blanked, so row 3 is read as it stands.
"""

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from prevention_model.errors import RecordsRefused
from prevention_model.records.text_table import fold

_LONGEST_CELL = 12
"""Lines that one quoted cell may run over in a file that has broken quotes somewhere."""

MOST_COLUMNS = 2_000
"""The widest return has about a hundred."""
MOST_BYTES = 4 << 30
"""A file is held in memory whole, a few times over."""

_LONGEST_HEADER = 1 << 20
_SEPARATORS = ",;\t|"
_TOLD = re.compile(rb"sep=([,;\t|])\r?\n?", re.IGNORECASE)
_BREAKS = re.compile(rb'["\r\n]')


@dataclass(frozen=True)
class CsvText:
    """A file as UTF-8: names of its columns, what separates cells, and the bytes below the header.

    `first_row` is the number of the first row below the header. `broken` are rows whose quotes do not
    close; their lines are blank in `body`. `quoted`: some cell stands in quotes.
    """

    names: tuple[str, ...]
    separator: str
    body: bytes | memoryview
    first_row: int
    broken: frozenset[int]
    quoted: bool


def read_csv_text(path: Path) -> CsvText:
    """Read a file. Raises RecordsRefused when it is missing, empty or not text."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refused("The file is larger than 4 GB.", path.name, "Ask for it in several files.")
        raw = path.read_bytes()
    except OSError as error:
        raise RecordsRefused(
            f"The file does not exist or may not be read ({type(error).__name__}).",
            where=f"file {path.name}",
            todo="Check the path in authority.yaml, and that you may read the file.",
        ) from None
    text = _as_utf8(raw, path.name)
    start, first_row = 0, 2
    while start < len(text) and text[start] in b"\r\n":
        # Blank lines above the header count as rows of the file; \r\n is one line break.
        start += 2 if text[start : start + 2] == b"\r\n" else 1
        first_row += 1
    told = _TOLD.match(text, start)
    if told:
        # A first line that tells Excel what separates the cells.
        start, first_row = told.end(), first_row + 1
    end = _record_end(text, start)
    if end - start > _LONGEST_HEADER:
        what = (
            f"The header (row {first_row - 1}) is longer than 1 MB: a quote is not closed, or it is no table."
        )
        raise _refused(what, path.name)
    header = text[start:end].decode()
    separator = told[1].decode() if told else _separator(header)
    try:
        names = tuple(fold(name) for name in next(csv.reader([header], delimiter=separator), []))
    except csv.Error:
        raise _refused(
            f"The header (row {first_row - 1}) cannot be read: a quote in it is not closed.", path.name
        ) from None
    if len(names) > MOST_COLUMNS:
        raise _refused(
            f"The table has more than {MOST_COLUMNS:,} columns.", path.name, "Ask for the columns needed."
        )
    if not any(names):
        raise RecordsRefused(
            "The file is empty: it has no header row.",
            where=f"file {path.name}",
            todo="Ask the agency to send it again.",
        )
    end += 2 if text[end : end + 2] == b"\r\n" else 1
    if text.find(b'"', end) < 0:
        # Most files: their rows are not copied.
        return CsvText(names, separator, memoryview(text)[end:], first_row, frozenset(), False)
    body, broken = _mended(text[end:], separator.encode())
    places = frozenset(first_row + place for place in broken)
    return CsvText(names, separator, body, first_row, places, b'"' in body)


def _refused(
    what: str, name: str, todo: str = "Open it in a spreadsheet and save it as CSV in UTF-8."
) -> RecordsRefused:
    return RecordsRefused(what, where=f"file {name}", todo=todo)


def _as_utf8(raw: bytes, name: str) -> bytes:
    try:
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = raw.decode("utf-16").encode()
        elif raw[1:4:2] == b"\0\0":
            text = raw.decode("utf-16-le").encode()  # as some databases write it, without a mark
        elif raw[:3] == b"\xef\xbb\xbf":
            text = raw[3:]
            text.decode()
        else:
            text = raw if raw.isascii() or _is_utf8(raw) else raw.decode("cp1252").encode()
    except UnicodeError:
        text = b"\0"
    if b"\0" in text:
        raise _refused("The file is not text in UTF-8, Windows-1252 or UTF-16.", name)
    return text


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _record_end(text: bytes, start: int) -> int:
    quoted = False
    for found in _BREAKS.finditer(text, start):
        if found.group() == b'"':
            quoted = not quoted
        elif not quoted:
            return found.start()
    return len(text)


def _separator(header: str) -> str:
    bare = re.sub(r'"[^"]*"', "", header)
    return max(_SEPARATORS, key=bare.count)


def _mended(body: bytes, separator: bytes) -> tuple[bytes, list[int]]:
    """The body with every row of broken quotes blanked, and the places of those rows."""
    if _well_quoted(body, separator):
        return body, []
    bare = rb'[^"%b\r\n][^%b\r\n]*' % (separator, separator)
    cell = rb'(?:"[^"]*(?:""[^"]*)*"|%b|)' % bare
    whole = re.compile(rb"%b(?:%b%b)*[\r\n]*" % (cell, re.escape(separator), cell))
    lines, kept, broken = body.splitlines(keepends=True), [], []
    at = number = 0
    while at < len(lines):
        end = _row_end(lines, at, whole)
        if end:
            kept.extend(lines[at:end])
        else:
            kept.append(b"\n")
            broken.append(number)
        number, at = number + 1, end or at + 1
    return b"".join(kept), broken


def _row_end(lines: list[bytes], at: int, whole: re.Pattern[bytes]) -> int:
    """Where the row that begins at a line ends; 0 when its quotes never close."""
    if b'"' not in lines[at]:
        return at + 1
    for end in range(at + 1, min(at + _LONGEST_CELL, len(lines)) + 1):
        if whole.fullmatch(b"".join(lines[at:end])):
            return end
    return 0


def _well_quoted(body: bytes, separator: bytes) -> bool:
    """Whether every quote opens or closes a whole cell, or is doubled inside one."""
    at = np.flatnonzero(np.frombuffer(body, np.uint8) == ord('"'))
    if len(at) % 2:
        return False
    padded = np.frombuffer(b"\n" + body + b"\n", np.uint8)
    beside = np.frombuffer(separator + b'\r\n"', np.uint8)
    opened = np.isin(padded[at[0::2]], beside).all()
    return bool(opened and np.isin(padded[at[1::2] + 2], beside).all())
