"""What the ledger records: every kind of entry, what it is about, and what an entry of it holds at least.

The entries about lists that come back (seen, decided, contested, destroyed) have their place here so that whoever
writes them and whoever reads them mean the same. None of them teaches a model: see `feedback`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prevention_model.errors import WrongUsage, listed


@dataclass(frozen=True)
class Kind:
    """A kind of entry: `subject` is whom or what it is about, `holds` what its body has at least."""

    name: str
    subject: str
    holds: tuple[str, ...]
    means: str


_RIGHT = ("right", "by", "day")
_CLOSED = ("release_id", "reason", "by", "date")
KINDS = (
    Kind("loaded", "authority", ("fingerprint", "linkage"), "Records were loaded"),
    Kind("vault_begun", "authority", ("key", "lost"), "A vault was begun, with these rights lost"),
    Kind("vault_key_rotated", "vault", ("key", "by"), "The key that seals the vault was replaced"),
    Kind("drafted", "run", ("author", "experiment", "date"), "An author began a run"),
    Kind("audited", "run", ("run", "date"), "The audit judged it: the hashes of all its files"),
    Kind("refused", "run", ("failed_checks", "date"), "The audit refused it"),
    Kind("signed", "run", ("payload", "signature"), "Somebody signed it off, with the waivers they give"),
    Kind(
        "released", "run",
        ("release_id", "stage", "experiment", "manifest", "certificate", "lists_until", "date"),
        "It was released, with its certificate and the hash of its lists",
    ),
    Kind(
        "list_given", "run", ("release_id", "zone", "list_id", "recipient", "role", "pack", "until"),
        "Who received which list, by the hash of its files",
    ),
    Kind("suspended", "run", _CLOSED, "A release was suspended"),
    Kind("withdrawn", "run", _CLOSED, "A release was withdrawn"),
    Kind(
        "notice", "run", ("release_id", "zone", "list_id", "recipient", "because", "date"),
        "Who has to be told that their list is suspended or withdrawn",
    ),
    Kind(
        "list_void", "run", ("release_id", "zone", "list_id", "copies", "because", "date"),
        "Which copies of a list are void from then on, by the hashes of pack and sealed files",
    ),
    Kind("list_sealed", "run", ("list_id", "how", "copy", "by", "day"), "A sealed copy of a list was written"),
    Kind("list_destroyed", "run", ("list_id", "by", "day"), "A recipient destroyed their copy"),
    Kind("list_viewed", "run", ("list_id", "by", "day"), "Who looked at a list, reported back"),
    Kind(
        "decided", "household", ("list_id", "release_id", "zone", "row_id", "decision", "by", "day", "file"),
        "What was decided about a family on a list, in codes and days; texts stay in the file that came back",
    ),
    Kind(
        "contest_opened", "household", ("contest", "row_id", "list_id", "about", "reason_code", "by", "day", "due"),
        "Somebody challenges a row of a list; what they said is not recorded",
    ),
    Kind("contest_closed", "household", ("contest", "outcome", "by", "day"), "What came of a contest"),
    Kind("traced", "person", ("by", "day"), "Somebody looked up on which lists a person was, and what followed"),
    Kind("objection", "person", _RIGHT, "Somebody objects to being looked at"),
    Kind("objection_withdrawn", "person", ("rights", "by"), "They no longer do"),
    Kind("erasure", "person", _RIGHT, "Somebody is erased"),
    Kind("correction", "person", (*_RIGHT, "table", "field"), "A field is corrected; what it said is not recorded"),
    Kind("correction_met", "person", ("right",), "The source sends what is right"),
)  # fmt: skip
BY_NAME: Mapping[str, Kind] = {each.name: each for each in KINDS}


def lacking(kind: str, body: Mapping[str, Any]) -> list[str]:
    """What a body of this kind should hold and does not. Raises WrongUsage when the ledger knows no such kind.

    >>> lacking("list_viewed", {"list_id": "L-1", "by": "Zone coordinator"})
    ['day']
    """
    if kind not in BY_NAME:
        raise WrongUsage(
            f"The ledger knows no kind of entry {kind!r}.", todo=f"Use one of: {', '.join(sorted(BY_NAME))}."
        )
    return [name for name in BY_NAME[kind].holds if name not in body]


def whole(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """The body, if it holds everything that belongs in one of its kind. Raises WrongUsage.

    >>> whole("correction_met", {"right": "r1"})
    {'right': 'r1'}
    """
    if absent := lacking(kind, body):
        raise WrongUsage(f"An entry `{kind}` of the ledger lacks: {listed(absent)}.")
    return body


def kinds_table() -> str:
    """All kinds as Markdown, for the page about the release.

    >>> print(kinds_table().splitlines()[0])
    | entry | about | what it says | what it holds |
    """
    rows = [("entry", "about", "what it says", "what it holds"), ("---",) * 4]
    rows += [
        (f"`{each.name}`", f"a {each.subject}" if each.subject != "authority" else "an authority", each.means,
         ", ".join(each.holds))
        for each in KINDS
    ]  # fmt: skip
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"
