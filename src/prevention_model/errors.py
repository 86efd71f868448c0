"""Words for failure: one class and one exit code for each kind, one readable paragraph for each message.

A message says what was wrong, where (file, column, row number) and what to do. It never holds a
person's data: row numbers and column names, not values.
"""

from collections.abc import Sequence


class PreventionError(Exception):
    """Base of every error that this library raises on purpose.

    `exit_code` is what the command line ends with. `where` and `todo` are kept apart so that a page
    can show them apart.

    >>> str(PreventionError("The file is empty.", where="police.csv", todo="Ask for it again."))
    'The file is empty. Where: police.csv. What to do: Ask for it again.'
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", todo: str = "") -> None:
        self.what, self.where, self.todo = what, where, todo
        parts = [what]
        if where:
            parts.append(f"Where: {where}.")
        if todo:
            parts.append(f"What to do: {todo}")
        super().__init__(" ".join(parts))


class WrongUsage(PreventionError):
    """A command, a call or a setting is wrong: nothing was started."""

    exit_code = 2


class RecordsRefused(PreventionError):
    """A delivery cannot be read, or lacks something mandatory: nothing was written."""

    exit_code = 3


class ReleaseRefused(PreventionError):
    """The audit failed, or the gate found something missing: nothing left the house."""

    exit_code = 4


class Damaged(PreventionError):
    """A file, a signature or the ledger is not what was written: tampered with, or damaged."""

    exit_code = 5


class Expired(PreventionError):
    """A certificate, a list or a waiver is past its date."""

    exit_code = 6


def listed(faults: Sequence[str], limit: int = 20) -> str:
    """Join faults into one readable sentence; past `limit`, say how many more there are.

    >>> listed(["a is missing", "b is empty"])
    'a is missing; b is empty'
    >>> listed(["x", "y", "z"], limit=2)
    'x; y; and 1 more'
    """
    shown = list(faults[:limit])
    if len(faults) > limit:
        shown.append(f"and {len(faults) - limit} more")
    return "; ".join(shown)
