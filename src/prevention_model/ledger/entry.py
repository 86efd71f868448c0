"""One entry of the ledger, and the chain of hashes that binds it to all entries before it."""

import hashlib
import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from prevention_model.errors import Damaged, WrongUsage

GENESIS = "0" * 64
"""The hash that the first entry names as the one before it."""

_KIND = re.compile(r"[a-z][a-z0-9_]{0,63}")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_DEEPEST = 20
_LONGEST_SUBJECT = 200
_BAD_KIND = "The kind of a ledger entry is lower-case letters, digits and underscores."
_BAD_SUBJECT = f"The subject of a ledger entry is 1 to {_LONGEST_SUBJECT} printable characters."
_BAD_TIME = "The time of a ledger entry is UTC, as in 2026-03-02T09:30:00.000000Z."
RESTORE = "Stop using this ledger, keep it for the auditor, and restore the last backup that verifies."


def canonical(content: object) -> str:
    """JSON with one spelling only: sorted keys, no spaces, ASCII. Equal content gives equal text.

    Raises WrongUsage when the content is not plain JSON (see `check_plain`).

    >>> canonical({"b": 1, "a": ["é", None]})
    '{"a":["\\\\u00e9",null],"b":1}'
    """
    check_plain(content)
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def check_plain(content: object, place: str = "body", depth: int = 0) -> None:
    """Raise WrongUsage unless `content` reads back from JSON as the very same value.

    That rules out tuples, dates, numpy numbers, NaN, and keys that are not text.

    >>> check_plain({"until": ("2026-01-01",)})
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: A ledger entry holds only plain JSON, and this is a tuple. \
Where: body.until. What to do: Write it as text, a number, true, false, null, a list or an object.
    """
    kind = type(content)
    if depth > _DEEPEST:
        raise _not_plain("nested too deeply", place)
    if kind is dict:
        assert isinstance(content, dict)
        for key, value in content.items():
            if type(key) is not str:
                raise _not_plain(f"an object with a key of type {type(key).__name__}", place)
            check_plain(value, f"{place}.{key}", depth + 1)
    elif kind is list:
        assert isinstance(content, list)
        for position, value in enumerate(content):
            check_plain(value, f"{place}[{position}]", depth + 1)
    elif kind is float:
        assert isinstance(content, float)
        if not math.isfinite(content):
            raise _not_plain("not a finite number", place)
    elif content is not None and kind not in (str, int, bool):
        raise _not_plain(f"a {kind.__name__}", place)


def _not_plain(what: str, place: str) -> WrongUsage:
    return WrongUsage(
        f"A ledger entry holds only plain JSON, and this is {what}.",
        where=place,
        todo="Write it as text, a number, true, false, null, a list or an object.",
    )


@dataclass(frozen=True)
class Head:
    """The end of a ledger: how many entries, and the hash of the last.

    Noted outside the ledger, it later proves that nothing up to there was changed or cut off.

    >>> Head(0, GENESIS).text()[:6]
    '0:0000'
    """

    count: int
    hash: str

    def text(self) -> str:
        """`COUNT:HASH`, as typed after `--head`."""
        return f"{self.count}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> "Head":
        """From `COUNT:HASH`. Raises WrongUsage.

        >>> Head.read("2:" + "a" * 64).count
        2
        """
        match = re.fullmatch(r"(\d{1,18}):([0-9a-f]{64})", text)
        if not match:
            raise WrongUsage(
                "The head is not written as COUNT:HASH.",
                where="--head",
                todo="Copy it whole from an earlier `verify`; the hash has 64 characters.",
            )
        return cls(int(match[1]), match[2])


@dataclass(frozen=True)
class Entry:
    """One line of the ledger. `hash` covers all other fields, so it covers every entry before this one.

    `seq` counts from 1; `at` is UTC in ISO format with microseconds; `kind` says what happened; `subject`
    is whom or what it happened to (a run id); `body` is plain JSON.

    >>> entry = Entry.make(1, "2026-03-02T09:30:00.000000Z", "drafted", "run-1", {}, GENESIS)
    >>> entry.day.isoformat(), entry.hash == entry.computed_hash()
    ('2026-03-02', True)
    """

    seq: int
    at: str
    kind: str
    subject: str
    body: dict[str, Any]
    previous: str
    hash: str

    @classmethod
    def make(cls, seq: int, at: str, kind: str, subject: str, body: dict[str, Any], previous: str) -> "Entry":
        """An entry with its hash. Raises WrongUsage when a field may not stand in a ledger."""
        if type(kind) is not str or not _KIND.fullmatch(kind):
            raise WrongUsage(_BAD_KIND)
        if type(subject) is not str or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
            raise WrongUsage(_BAD_SUBJECT)
        if type(body) is not dict:
            raise _not_plain(f"a {type(body).__name__}", "body")
        if not _AT.fullmatch(at):
            raise WrongUsage(_BAD_TIME)
        check_plain(body)
        text = canonical([seq, at, kind, subject, body, previous])
        # Read back, so that the caller's later changes to `body` cannot reach the entry.
        return cls(seq, at, kind, subject, json.loads(text)[4], previous, _digest(text))

    def computed_hash(self) -> str:
        """SHA-256 of the canonical JSON of (seq, at, kind, subject, body, previous)."""
        return _digest(canonical([self.seq, self.at, self.kind, self.subject, self.body, self.previous]))

    @property
    def day(self) -> date:
        """The UTC date of the entry."""
        return date.fromisoformat(self.at[:10])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def damaged(number: int, what: str) -> Damaged:
    """The error that names the entry at which a ledger stops being what was written."""
    return Damaged(f"The ledger is damaged: {what}.", where=f"ledger entry {number}", todo=RESTORE)


def follow(entries: Iterable[Entry], noted: Head | None = None) -> Head:
    """Walk the chain from the first entry, recompute every hash, and return where it ends.

    `noted` is a head written down earlier; the chain must pass through it. Raises Damaged with the number
    of the first entry that is wrong.

    >>> first = Entry.make(1, "2026-03-02T09:30:00.000000Z", "drafted", "run-1", {}, GENESIS)
    >>> follow([first]) == Head(1, first.hash)
    True
    """
    end = Head(0, GENESIS)
    met = noted is None or noted == end
    for number, entry in enumerate(entries, start=1):
        if entry.seq != number:
            raise damaged(number, f"here stands an entry numbered {entry.seq}, so one was removed or moved")
        if entry.previous != end.hash:
            raise damaged(number, "it does not follow from the entry before it")
        if not _AT.fullmatch(entry.at) or _hash_or_nothing(entry) != entry.hash:
            raise damaged(number, "its content is not what was written")
        end = Head(number, entry.hash)
        met = met or end == noted
    if noted is not None and not met:
        at = min(noted.count, end.count + 1)
        raise damaged(at, f"it does not pass through the head noted earlier at entry {noted.count}")
    return end


def _hash_or_nothing(entry: Entry) -> str:
    try:
        return entry.computed_hash()
    except WrongUsage:
        return ""


def check_end(found: Head, kept: Head) -> None:
    """Raise Damaged unless the chain ends where the ledger's own record of its end says.

    >>> check_end(Head(1, "a" * 64), Head(2, "b" * 64))
    Traceback (most recent call last):
    ...
    prevention_model.errors.Damaged: The ledger is damaged: the ledger should have 2 entries and has 1. \
Where: ledger entry 2. What to do: Stop using this ledger, keep it for the auditor, and restore the last \
backup that verifies.
    """
    if found.count != kept.count:
        number = min(found.count, kept.count) + 1
        raise damaged(number, f"the ledger should have {kept.count} entries and has {found.count}")
    if found.hash != kept.hash:
        raise damaged(found.count, "the last entry is not the one that was written last")
