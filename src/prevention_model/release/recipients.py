"""Who received a list, and who has to be told when it is taken back: entries of the ledger beside the release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from prevention_model.ledger import Entry, Transaction, whole


@dataclass(frozen=True)
class Recipient:
    """A list and whom it was made for. `pack` is the SHA-256 of the manifest of its files.

    >>> Recipient("Z1", "L-1", "Zone one partnership", "Zone coordinator", "ab" * 32).zone
    'Z1'
    """

    zone: str
    list_id: str
    name: str
    role: str
    pack: str


def give(held: Transaction, released: Entry, recipients: Sequence[Recipient]) -> None:
    """Enter each recipient of a release, in the transaction that records it."""
    for each in recipients:
        body = {
            "release_id": released.body["release_id"],
            "zone": each.zone,
            "list_id": each.list_id,
            "recipient": each.name,
            "role": each.role,
            "pack": each.pack,
            "until": released.body["lists_until"],
        }
        held.append("list_given", released.subject, whole("list_given", body))


def give_notice(held: Transaction, closed: Entry, today: date) -> None:
    """Enter that everybody who received a list of the run has to be told, in the transaction that closes it.

    A run is closed as a whole: lists of every stage at which it was released are called back.
    """
    for given in held.entries("list_given", closed.subject):
        body = {name: given.body[name] for name in ("release_id", "zone", "list_id", "recipient")}
        body |= {"because": closed.kind, "date": today.isoformat()}
        held.append("notice", closed.subject, whole("notice", body))
