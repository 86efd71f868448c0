"""The ledger's tables: rows can be added at the end, and nothing else can be done to them."""

import sqlite3

from prevention_model.ledger.entry import GENESIS

APPLICATION_ID = 0x50764C31
"""Stands in the file header, so that another SQLite file is not taken for a ledger."""

_REFUSE = "SELECT RAISE(ABORT, 'the ledger is append-only')"

OBJECTS = {
    "entry": (
        "CREATE TABLE entry (seq INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, "
        "subject TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL) STRICT"
    ),
    # A second record of the end, so that rows cut off the end are missed by somebody.
    "head": (
        "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), count INTEGER NOT NULL, "
        "hash TEXT NOT NULL) STRICT"
    ),
    "entry_never_changes": f"CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry BEGIN {_REFUSE}; END",
    "entry_never_goes": f"CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry BEGIN {_REFUSE}; END",
    "entry_follows": (
        "CREATE TRIGGER entry_follows BEFORE INSERT ON entry WHEN NOT EXISTS (SELECT 1 FROM head "
        f"WHERE count + 1 = NEW.seq AND hash = NEW.previous) BEGIN {_REFUSE}; END"
    ),
    "head_moves": (
        "CREATE TRIGGER head_moves AFTER INSERT ON entry BEGIN "
        "UPDATE head SET count = NEW.seq, hash = NEW.hash; END"
    ),
    "head_follows": (
        "CREATE TRIGGER head_follows BEFORE UPDATE ON head WHEN NOT (NEW.one = 1 "
        "AND NEW.count = OLD.count + 1 "
        "AND EXISTS (SELECT 1 FROM entry WHERE seq = NEW.count AND hash = NEW.hash)) "
        f"BEGIN {_REFUSE}; END"
    ),
    "head_never_goes": f"CREATE TRIGGER head_never_goes BEFORE DELETE ON head BEGIN {_REFUSE}; END",
    "head_is_one": f"CREATE TRIGGER head_is_one BEFORE INSERT ON head BEGIN {_REFUSE}; END",
}


def build(connection: sqlite3.Connection) -> None:
    """Make the empty tables in a new file, in write-ahead mode."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("BEGIN IMMEDIATE")
    for name, statement in OBJECTS.items():
        if name == "head_is_one":
            connection.execute("INSERT INTO head VALUES (1, 0, ?)", (GENESIS,))
        connection.execute(statement)
    connection.execute("COMMIT")


def faults(connection: sqlite3.Connection) -> list[str]:
    """What differs from the tables as they were made: a dropped trigger is a door left open."""
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master"))
    wrong = sorted(name for name in OBJECTS.keys() | found.keys() if OBJECTS.get(name) != found.get(name))
    return [f"its guard or table `{name}` was changed" for name in wrong]
