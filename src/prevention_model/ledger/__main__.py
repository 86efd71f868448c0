"""`python -m prevention_model.ledger verify FILE`: for an auditor with nothing but Python.

Reads the ledger itself or its JSON lines export. Ends with 0 (whole), 2 (wrong usage) or 5 (damaged).
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from prevention_model.errors import PreventionError
from prevention_model.ledger.entry import Head
from prevention_model.ledger.export import missing, verify_export
from prevention_model.ledger.store import Ledger


def verify(path: str | Path, noted: Head | None = None) -> Head:
    """Verify a ledger or its export, whichever the file is. Raises Damaged."""
    path = Path(path)
    if not path.is_file():
        raise missing(path)
    with path.open("rb") as file:
        is_export = file.read(1) == b"{"
    if is_export:
        return verify_export(path, noted)
    ledger = Ledger(path)
    ledger.verify(noted)
    return ledger.head()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m prevention_model.ledger", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("verify", help="recompute every hash of a ledger or of its export")
    check.add_argument("file")
    check.add_argument("--head", help="COUNT:HASH noted earlier; the ledger must pass through it")
    out = commands.add_parser("export", help="write a ledger as JSON lines")
    out.add_argument("file")
    out.add_argument("to")
    given = parser.parse_args(arguments)
    try:
        if given.command == "verify":
            head = verify(given.file, Head.read(given.head) if given.head else None)
            print(f"The ledger is whole. Entries: {head.count}. Head: {head.text()}")
        else:
            head = Ledger(given.file).export(given.to)
            print(f"Written. Entries: {head.count}. Head: {head.text()}")
    except PreventionError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
