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

_BREAKS = re.compile(rb'["\r\n]')


@dataclass(frozen=True)
class CsvText:
    """A file as UTF-8: names of its columns, what separates cells, and the bytes below the header.

    `first_row` is the number of the first row below the header. `broken` are rows whose quotes do not
    close; their lines are blank in `body`.
    """

    names: tuple[str, ...]
    separator: str
    body: bytes
    first_row: int
    broken: frozenset[int]


def read_csv_text(path: Path) -> CsvText:
    """Read a file. Raises RecordsRefused when it is missing, empty or not text."""
    try:
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
    end = _record_end(text, start)
    header = text[start:end].decode()
    separator = _separator(header)
    try:
        names = tuple(fold(name) for name in next(csv.reader([header], delimiter=separator), []))
    except csv.Error:
        raise RecordsRefused(
            f"The header (row {first_row - 1}) cannot be read: a quote in it is not closed.",
            where=f"file {path.name}",
            todo="Open it in a spreadsheet and save it as CSV in UTF-8.",
        ) from None
    if not any(names):
        raise RecordsRefused(
            "The file is empty: it has no header row.",
            where=f"file {path.name}",
            todo="Ask the agency to send it again.",
        )
    end += 2 if text[end : end + 2] == b"\r\n" else 1
    body, broken = _mended(text[end:], separator.encode())
    return CsvText(names, separator, body, first_row, frozenset(first_row + place for place in broken))


def _as_utf8(raw: bytes, name: str) -> bytes:
    try:
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = raw.decode("utf-16").encode()
        elif raw[:3] == b"\xef\xbb\xbf":
            text = raw[3:]
            text.decode()
        else:
            text = raw if raw.isascii() or _is_utf8(raw) else raw.decode("cp1252").encode()
    except UnicodeError:
        text = b"\0"
    if b"\0" in text:
        raise RecordsRefused(
            "The file is not text in UTF-8, Windows-1252 or UTF-16.",
            where=f"file {name}",
            todo="Open it in a spreadsheet and save it as CSV in UTF-8.",
        )
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
    if "," in bare:
        return ","
    return max("\t;", key=bare.count) if any(mark in bare for mark in "\t;") else ","


def _mended(body: bytes, separator: bytes) -> tuple[bytes, list[int]]:
    """The body with every row of broken quotes blanked, and the places of those rows."""
    if b'"' not in body or _well_quoted(body, separator):
        return body, []
    bare = rb'[^"%b\r\n][^%b\r\n]*' % (separator, separator)
    cell = rb'(?:"[^"]*(?:""[^"]*)*"|%b|)' % bare
    whole = re.compile(rb"%b(?:%b%b)*[\r\n]*" % (cell, separator, cell))
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
