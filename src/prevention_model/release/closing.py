"""Taking a release back. Closing is easy where opening is hard: one person, by name, with a reason."""

from datetime import date

from prevention_model.errors import ReleaseRefused, WrongUsage
from prevention_model.ledger import Entry, Ledger
from prevention_model.release.recipients import give_notice, make_void
from prevention_model.release.states import entries_of, in_words, state_of, step


def withdraw(ledger: Ledger, release_id: str, reason: str, by: str, today: date) -> Entry:
    """Withdraw a release for good; its run can never be released again, at any stage. Every recipient of its lists
    gets an entry `notice`, and every copy an entry `list_void`.

    The same again gives the entry that is there. Raises WrongUsage: no such release, no reason, no name.
    """
    return _close("withdrawn", ledger, release_id, reason, by, today)


def suspend(ledger: Ledger, release_id: str, reason: str, by: str, today: date) -> Entry:
    """Suspend a release, as a monitor or a person does at a warning; what follows is a new run or withdrawal.

    Raises WrongUsage as `withdraw` does, and ReleaseRefused when it is not in use.
    """
    return _close("suspended", ledger, release_id, reason, by, today)


def _close(kind: str, ledger: Ledger, release_id: str, reason: str, by: str, today: date) -> Entry:
    if not reason.strip() or not by.strip():
        raise WrongUsage(f"A release is {kind} by a named person, for a reason.", todo="Give both.")
    with ledger.transaction() as held:
        held.verify()
        found = [entry for entry in held.entries("released") if entry.body.get("release_id") == release_id]
        if not found:
            raise WrongUsage(
                "There is no such release.", where=release_id, todo="Look at the list of releases."
            )
        run_id = found[0].subject
        state = state_of(entries_of(held, run_id), today)
        known = held.entries(kind, run_id)
        if state == kind:
            return known[0]
        if step(state, kind) is None:
            raise ReleaseRefused(
                f"The release cannot be {kind}: {in_words(state)}.", where=f"release {release_id}"
            )
        body = {"release_id": release_id, "reason": reason, "by": by, "date": today.isoformat()}
        entry = held.append(kind, run_id, body)
        give_notice(held, entry, today)
        make_void(held, entry, today)
        return entry
