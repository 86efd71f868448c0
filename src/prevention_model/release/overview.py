"""Where every run and every release stands, as the ledger tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from prevention_model.ledger import Entry, Ledger
from prevention_model.release.runs import audited
from prevention_model.release.states import entries_of, state_of


@dataclass(frozen=True)
class ReleaseStatus:
    """One release: its stage, state, certificate, the last day of its lists, and the hash of its manifest."""

    release_id: str
    stage: str
    state: str
    certificate: str
    released: date
    expires: date
    lists_until: date
    manifest: str


@dataclass(frozen=True)
class RunStatus:
    """One run. `signed_by` are names with roles as recorded; whether they suffice, the gate says.

    `closed_because` is the reason of a suspension or withdrawal.
    """

    run_id: str
    author: str
    experiment: str
    state: str
    failed_checks: tuple[str, ...]
    signed_by: tuple[str, ...]
    releases: tuple[ReleaseStatus, ...]
    closed_because: str = ""


def overview(ledger: Ledger, today: date) -> list[RunStatus]:
    """All runs in the order they were begun. Verifies the ledger first; raises Damaged."""
    with ledger.reading() as held:
        held.verify()
        begun = [entry.subject for entry in held.entries("drafted")]
        return [_status(run_id, entries_of(held, run_id), today) for run_id in begun]


def _status(run_id: str, entries: Sequence[Entry], today: date) -> RunStatus:
    state = state_of(entries, today)
    audit = audited(entries)
    signed = [entry.body["payload"] for entry in entries if entry.kind == "signed"]
    closed = [entry.body["reason"] for entry in entries if entry.kind in ("suspended", "withdrawn")]
    return RunStatus(
        run_id=run_id,
        author=entries[0].body["author"],
        experiment=entries[0].body["experiment"],
        state=state,
        failed_checks=tuple(audit.body["run"]["failed_checks"]) if audit is not None else (),
        signed_by=tuple(dict.fromkeys(f"{each['name']} ({each['role']})" for each in signed)),
        releases=tuple(_release(entry, state) for entry in entries if entry.kind == "released"),
        closed_because=closed[-1] if closed else "",
    )


def _release(entry: Entry, state: str) -> ReleaseStatus:
    body = entry.body
    return ReleaseStatus(
        release_id=body["release_id"],
        stage=body["stage"],
        state=state,
        certificate=body["certificate"]["id"],
        released=date.fromisoformat(body["date"]),
        expires=date.fromisoformat(body["certificate"]["expires"]),
        lists_until=date.fromisoformat(body["lists_until"]),
        manifest=body["manifest"],
    )
