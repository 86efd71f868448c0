"""The first steps of a run in the ledger: begun by an author, then audited.

A run that was begun stays in the ledger even when it comes to nothing, so that twenty attempts cannot
look like one.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from prevention_model.errors import Damaged, ReleaseRefused, WrongUsage
from prevention_model.ledger import Entry, Ledger, Transaction
from prevention_model.release.facts import RunFacts, read_run
from prevention_model.release.states import entries_of, in_words, state_of, step


def record_draft(ledger: Ledger, run_id: str, author: str, today: date, experiment: str = "") -> Entry:
    """Write down that `author` begins a run. The same again gives the same entry.

    Raises WrongUsage when the run id was used by somebody else, or for something else.
    """
    with ledger.transaction() as held:
        entries = entries_of(held, run_id)
        state_of(entries, today)
        if not entries:
            body = {"author": author, "experiment": experiment, "date": today.isoformat()}
            return held.append("drafted", run_id, body)
        begun = entries[0].body
        if (begun["author"], begun["experiment"]) == (author, experiment):
            return entries[0]
        raise WrongUsage("The run id was used before.", where=f"run {run_id}", todo="Choose another run id.")


def record_audit(ledger: Ledger, run: RunFacts, today: date) -> Entry:
    """Write down the audit of a run that was begun, with the hashes of all its files.

    A refused run gets a second entry, `refused`. The same again gives the same entry. Raises Damaged when
    the files are not the ones the facts speak of, ReleaseRefused when it was audited before with another
    result: the checks are not run again until they pass.
    """
    read_run(run)
    if run.created > today:
        raise WrongUsage("The audit is dated later than today.", where=f"run {run.run_id}")
    with ledger.transaction() as held:
        entries = entries_of(held, run.run_id)
        state = state_of(entries, today)
        known = audited(entries)
        if known is not None and known.body["run"] == run.plain():
            return known
        if step(state, "audited") is None:
            raise ReleaseRefused(
                f"The run cannot be audited: {in_words(state)}.",
                where=f"run {run.run_id}",
                todo="Start a new run: each is begun once, and then audited once.",
            )
        check_author(run, entries)
        return _append(held, run, today)


def _append(held: Transaction, run: RunFacts, today: date) -> Entry:
    body: dict[str, Any] = {"run": run.plain(), "date": today.isoformat()}
    entry = held.append("audited", run.run_id, body)
    if run.verdict == "refused":
        held.append(
            "refused", run.run_id, {"failed_checks": list(run.failed_checks), "date": today.isoformat()}
        )
    return entry


def audited(entries: Sequence[Entry]) -> Entry | None:
    """The entry that records the audit of a run, if it was audited."""
    return next((entry for entry in entries if entry.kind == "audited"), None)


def check_author(run: RunFacts, entries: Sequence[Entry]) -> None:
    """Raise Damaged unless the run's author and experiment are those who began it."""
    if (entries[0].body.get("author"), entries[0].body.get("experiment")) != (run.author, run.experiment):
        raise Damaged(
            "The run names another author or experiment than the ledger does.",
            where=f"run {run.run_id}",
            todo="Do not use this run; find out who changed it.",
        )


def check_recorded(run: RunFacts, entries: Sequence[Entry]) -> None:
    """Raise Damaged when a run is not the one whose audit the ledger records."""
    entry = audited(entries)
    if entry is not None:
        check_author(run, entries)
    if entry is not None and entry.body["run"] != run.plain():
        raise Damaged(
            "The run is not the one that was audited: its facts differ from those in the ledger.",
            where=f"ledger entry {entry.seq}",
            todo="Do not use this run; find out who changed it.",
        )
