"""Who received a list, and who has to be told when it is taken back: entries of the ledger beside the release."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from prevention_model.errors import WrongUsage
from prevention_model.ledger import Entry, Ledger, Transaction, whole


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


def make_void(held: Transaction, closed: Entry, today: date) -> None:
    """Enter that every copy of the run's lists is void, sealed ones too, in the transaction that closes it."""
    sealed = held.entries("list_sealed", closed.subject)
    for given in held.entries("list_given", closed.subject):
        list_id = given.body["list_id"]
        copies = [given.body["pack"], *(e.body["copy"] for e in sealed if e.body["list_id"] == list_id)]
        body = {name: given.body[name] for name in ("release_id", "zone", "list_id")}
        body |= {"copies": copies, "because": closed.kind, "date": today.isoformat()}
        held.append("list_void", closed.subject, whole("list_void", body))


def receipt(ledger: Ledger, list_id: str, kind: str, by: str, day: date) -> Entry:
    """Enter what a recipient reports of their copy: `list_viewed` or `list_destroyed`, by whom and on which day.

    The same again gives the entry that is there. Raises WrongUsage: no such list, nobody named, or a day before the
    list was made or after today.
    """
    if not by.strip():
        raise WrongUsage("Somebody reports this, by name or role.", where="--by", todo="Say who.")
    with ledger.transaction() as held:
        given = given_list(held, list_id)
        (made,) = (
            entry.body["date"]
            for entry in held.entries("released", given.subject)
            if entry.body["release_id"] == given.body["release_id"]
        )
        if not made <= day.isoformat() <= ledger.today().isoformat():
            raise WrongUsage(
                "The day lies before the list was made, or is still to come.",
                where=f"{day}, list {list_id} made on {made}",
                todo="Give the day on which it was so.",
            )
        body = {"list_id": list_id, "by": by.strip(), "day": day.isoformat()}
        for known in held.entries(kind, given.subject):
            if known.body == body:
                return known
        return held.append(kind, given.subject, whole(kind, body))


def given_list(held: Transaction, list_id: str) -> Entry:
    """The entry of a list that was given to somebody. Raises WrongUsage when there is none of that number."""
    for entry in held.entries("list_given"):
        if entry.body["list_id"] == list_id:
            return entry
    raise WrongUsage(
        "There is no such list.",
        where=list_id,
        todo="The number of a list stands at its foot and in the name of its release, a hyphen, and its zone.",
    )
