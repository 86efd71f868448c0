"""The ledger file: SQLite, append-only, hash-chained; many processes may write at once."""

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.ledger import schema
from prevention_model.ledger.entry import RESTORE, Entry, Head, canonical, check_end, damaged, follow
from prevention_model.ledger.export import missing, write_export

_WAIT_SECONDS = 60.0
_NOT_THE_LEDGERS_FAULT = tuple(f"SQLITE_{word}" for word in ("READONLY", "CANTOPEN", "FULL", "PERM", "IOERR"))
_COLUMNS = "seq, at, kind, subject, body, previous, hash"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Transaction:
    """The ledger while nobody else can write to it: what is read stays true until what is appended is kept.

    Got from `Ledger.transaction()`; all appends in it are kept together, or none is.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Callable[[], datetime]) -> None:
        self._connection, self._clock = connection, clock

    def append(self, kind: str, subject: str, body: dict[str, Any]) -> Entry:
        """Add an entry at the end. Raises WrongUsage (not plain JSON), Damaged (the end was changed)."""
        head = self.head()
        if head.count and [row.hash for row in self._rows("WHERE seq = ?", [head.count])] != [head.hash]:
            raise damaged(head.count, "the last entry is not the one that was written last")
        entry = Entry.make(head.count + 1, self._now(), kind, subject, body, head.hash)
        row = (entry.seq, entry.at, kind, subject, canonical(entry.body), entry.previous, entry.hash)
        self._connection.execute(f"INSERT INTO entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return entry

    def entries(self, kind: str | None = None, subject: str | None = None) -> list[Entry]:
        """Entries in the order written, of one kind or about one subject. Not verified: see `verify`."""
        wanted = {"kind": kind, "subject": subject}
        terms = [(name, value) for name, value in wanted.items() if value is not None]
        where = " AND ".join(f"{name} = ?" for name, _ in terms)
        return list(self._rows(f"WHERE {where}" if where else "", [value for _, value in terms]))

    def head(self) -> Head:
        """How many entries there are, and the hash of the last."""
        rows = self._connection.execute("SELECT count, hash FROM head").fetchall()
        if len(rows) != 1 or type(rows[0][0]) is not int or type(rows[0][1]) is not str:
            raise damaged(1, "the record of its end is gone")
        return Head(*rows[0])

    def verify(self, noted: Head | None = None) -> int:
        """Recompute everything; the number of entries. Raises Damaged with the number of the wrong entry."""
        check_end(follow(self._rows(), noted), self.head())
        for fault in schema.faults(self._connection):
            raise damaged(self.head().count, fault)
        for (answer,) in self._connection.execute("PRAGMA integrity_check(1)"):
            if answer != "ok":
                raise damaged(self.head().count, "the file is not a whole SQLite file")
        return self.head().count

    def _rows(self, where: str = "", values: list[Any] | None = None) -> Iterator[Entry]:
        query = f"SELECT {_COLUMNS} FROM entry {where} ORDER BY seq"
        for row in self._connection.execute(query, values or []):
            yield _entry(row)

    def _now(self) -> str:
        now = self._clock()
        if now.tzinfo is None:
            raise WrongUsage("The ledger's clock must give times with a time zone.")
        return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Ledger:
    """An existing ledger. Opening one that is not there raises Damaged: absence is never an empty ledger.

    `Ledger.create` makes a new, empty one. Writers in other threads and processes wait for each other.
    `clock` gives the time of an entry and must know its time zone.

    >>> import tempfile
    >>> ledger = Ledger.create(Path(tempfile.mkdtemp()) / "ledger.sqlite")
    >>> ledger.append("drafted", "run-1", {"author": "A. Analyst"}).seq
    1
    >>> ledger.verify(), ledger.entries(kind="drafted")[0].body
    (1, {'author': 'A. Analyst'})
    """

    def __init__(self, path: str | Path, clock: Callable[[], datetime] = _utc_now) -> None:
        self.path, self._clock = Path(path), clock
        with self.reading():
            pass

    @classmethod
    def create(cls, path: str | Path, clock: Callable[[], datetime] = _utc_now) -> "Ledger":
        """Make a new, empty ledger, whole or not at all. Raises WrongUsage when one is there already."""
        path = Path(path)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        try:
            os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            with closing(sqlite3.connect(beside, isolation_level=None)) as connection:
                schema.build(connection)
            _sync(beside)
            os.link(beside, path)  # unlike a rename, this never replaces a ledger that is there
            _sync(path.parent)
        except FileExistsError:
            raise WrongUsage(
                "There is a ledger here already.", where=path.name, todo="Open it, or name another file."
            ) from None
        except (OSError, sqlite3.Error) as error:
            raise WrongUsage(
                f"The ledger cannot be made ({type(error).__name__}).",
                where=path.name,
                todo="Name a file in a folder that exists and that you may write to.",
            ) from None
        finally:
            for rest in ("", "-wal", "-shm"):
                Path(f"{beside}{rest}").unlink(missing_ok=True)
        return cls(path, clock)

    def append(self, kind: str, subject: str, body: dict[str, Any]) -> Entry:
        """Add an entry; when this returns, it is on disk. Raises WrongUsage, Damaged."""
        with self.transaction() as transaction:
            return transaction.append(kind, subject, body)

    def entries(self, kind: str | None = None, subject: str | None = None) -> list[Entry]:
        """Entries in the order written, of one kind or about one subject. Not verified: see `verify`."""
        with self.reading() as transaction:
            return transaction.entries(kind, subject)

    def head(self) -> Head:
        """How many entries there are, and the hash of the last: note it outside to prove the past later."""
        with self.reading() as transaction:
            return transaction.head()

    def verify(self, noted: Head | None = None) -> int:
        """Recompute every hash, follow the chain, compare the end; the number of entries.

        `noted` is a head written down earlier. Raises Damaged with the number of the first wrong entry.
        """
        with self.reading() as transaction:
            return transaction.verify(noted)

    def export(self, path: str | Path) -> Head:
        """Write all entries as JSON lines for an outside auditor. Raises Damaged when the chain is broken."""
        with self.reading() as transaction:
            transaction.verify()
            return write_export(transaction.entries(), path)

    def today(self) -> date:
        """The ledger's own UTC date, which the gate compares with its last entry."""
        return self._clock().astimezone(UTC).date()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Hold the ledger alone: read, decide and append as one. An error inside undoes all of it."""
        with self._connected(read_only=False) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Transaction(connection, self._clock)
            except BaseException:
                if connection.in_transaction:  # a full disk has undone it already
                    connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read several things as at one moment, without keeping anybody from writing."""
        with self._connected(read_only=True) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.execute("BEGIN")
            yield Transaction(connection, self._clock)

    @contextmanager
    def _connected(self, *, read_only: bool) -> Iterator[sqlite3.Connection]:
        if not self.path.is_file():
            raise missing(self.path)
        try:
            with closing(_connect(self.path, read_only)) as connection:
                if connection.execute("PRAGMA application_id").fetchone() != (schema.APPLICATION_ID,):
                    raise Damaged("This file is not a ledger.", where=self.path.name, todo="Check the path.")
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA trusted_schema = OFF")
                yield connection
        except (sqlite3.Error, UnicodeDecodeError) as error:  # the second: a torn schema is not text
            raise self._worded(error) from None

    def _worded(self, error: Exception) -> Exception:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return WrongUsage(
                f"Another program has held the ledger for {_WAIT_SECONDS:.0f} seconds.",
                where=self.path.name,
                todo="Wait for it to end, and run this again.",
            )
        if name.startswith(_NOT_THE_LEDGERS_FAULT):
            return WrongUsage(
                f"The ledger cannot be opened or written ({name}).",
                where=self.path.name,
                todo="Check that you may write to the folder, and that the disk is not full.",
            )
        return Damaged(
            f"The ledger is damaged: it cannot be read as a ledger ({name or type(error).__name__}).",
            where=self.path.name,
            todo=RESTORE,
        )


def _connect(path: Path, read_only: bool) -> sqlite3.Connection:
    # A reader also opens for writing where it can: whoever closes last then moves the log into the file, so
    # that the file alone is the whole ledger.
    mode = "rw"
    if read_only and not os.access(path.parent, os.W_OK):
        # An auditor's copy in a closed folder may be read as it stands, if no entry still waits in the log.
        log = Path(f"{path}-wal")
        mode = "ro" if log.exists() and log.stat().st_size else "ro&immutable=1"
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, _WAIT_SECONDS, isolation_level=None, uri=True)


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, at, kind, subject, body, previous, digest = row
    if type(seq) is not int or any(type(part) is not str for part in row[1:]):
        raise damaged(seq if type(seq) is int else 1, "its content is not what was written")
    try:
        content = json.loads(body)
        if type(content) is dict and canonical(content) == body:
            return Entry(seq, at, kind, subject, content, previous, digest)
    except (ValueError, RecursionError, WrongUsage):
        pass
    raise damaged(seq, "its content is not what was written")


def _sync(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
