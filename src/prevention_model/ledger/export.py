"""The ledger as JSON lines, for auditors outside: one entry a line, and the head as the last line."""

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.ledger.entry import Entry, Head, canonical, check_end, damaged, follow

_FIELDS = {"seq": int, "at": str, "kind": str, "subject": str, "body": dict, "previous": str, "hash": str}


def line_of(entry: Entry) -> str:
    """One entry as canonical JSON, without a line end.

    >>> line_of(Entry.make(1, "2026-03-02T09:30:00.000000Z", "drafted", "run-1", {}, "0" * 64))[:58]
    '{"at":"2026-03-02T09:30:00.000000Z","body":{},"hash":"cc21'
    """
    return canonical({name: getattr(entry, name) for name in _FIELDS})


def write_export(entries: Sequence[Entry], path: str | Path) -> Head:
    """Write entries and their head to `path`, whole or not at all. Raises Damaged on a broken chain."""
    path = Path(path)
    head = follow(entries)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    lines = [line_of(entry) for entry in entries]
    lines.append(canonical({"head": {"count": head.count, "hash": head.hash}}))
    try:
        with beside.open("x", encoding="ascii", newline="\n") as file:
            file.write("\n".join(lines) + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise WrongUsage(
            f"The export cannot be written ({type(error).__name__}).",
            where=path.name,
            todo="Name a file in a folder that you may write to.",
        ) from None
    return head


def verify_export(path: str | Path, noted: Head | None = None) -> Head:
    """Check an exported ledger, byte for byte. Raises Damaged with the number of the first wrong entry."""
    path = Path(path)
    try:
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise missing(path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise Damaged(
            f"The exported ledger cannot be read ({type(error).__name__}).",
            where=path.name,
            todo="Ask for the export again.",
        ) from None
    *lines, rest = text.split("\n")
    if rest or not lines:
        raise damaged(max(1, len(lines)), "the export is cut short")
    kept = _head(lines[-1], len(lines))
    found = follow(_entries(lines[:-1]), noted)
    check_end(found, kept)
    return found


def _entries(lines: Sequence[str]) -> Iterator[Entry]:
    for number, line in enumerate(lines, start=1):
        content = _strict(line, number)
        if {name: type(value) for name, value in content.items()} != _FIELDS:
            raise damaged(number, "the line is not a ledger entry")
        yield Entry(**content)


def _head(line: str, number: int) -> Head:
    content = _strict(line, number).get("head")
    if type(content) is not dict or set(content) != {"count", "hash"} or type(content["count"]) is not int:
        raise damaged(number, "the export does not end with its head, so it is cut short")
    return Head(content["count"], str(content["hash"]))


def _strict(line: str, number: int) -> dict[str, Any]:
    """The object on a line, if spelt in the one canonical way: any other byte is a change."""
    try:
        content = json.loads(line)
        if isinstance(content, dict) and canonical(content) == line:
            return content
    except (ValueError, RecursionError, WrongUsage):
        pass
    raise damaged(number, "the line is not spelt as it was written")


def missing(path: Path) -> Damaged:
    """The error for a ledger that is not there: absence is never taken for an empty ledger."""
    return Damaged(
        "There is no ledger here.",
        where=path.name,
        todo="Check the path; if the ledger was deleted, restore it from a backup.",
    )
