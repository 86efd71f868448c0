"""The commands about the vault: its keys, and the rights of those in it; what they return is printed."""

import sys
from dataclasses import replace
from pathlib import Path

from prevention_model.ledger import Ledger
from prevention_model.pipeline.opening import key_place, opened
from prevention_model.pipeline.rights import Desk, Whose
from prevention_model.pipeline.rotation import rotate
from prevention_model.records.corrections import Change
from prevention_model.records.honoured import Honoured
from prevention_model.records.rights import CORRECTION, ERASURE, OBJECTION
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys, new_key_file

_FROM_INPUT = "-"


def key_vault(file: Path) -> list[str]:
    """Make the two keys of a vault."""
    new_key_file(file, VaultKeys.new())
    return [
        f"Keys of the identity vault: {file}. Keep a copy where the workspace's backups are not: without it nobody, "
        "and no support, can read the vault again.",
    ]


def key_rotate(authority: Path, out: Path | None, by: str) -> list[str]:
    """Replace the key that seals the vault."""
    settings, workspace = opened(authority)
    return rotate(workspace, key_place(settings, authority.resolve().parent), out, by)


def objection(authority: Path, person: str, id_type: str, value: str, by: str, withdrawn: bool) -> list[str]:
    """Record an objection, or that it was withdrawn."""
    desk, about = _desk(authority), whose(person, id_type, value)
    if withdrawn:
        entry, made = desk.withdraw_objection(about, by)
        return [f"Objection withdrawn: {entry.subject}; ledger entry {entry.seq}.", *made.text()]
    entry, made = desk.record(OBJECTION, about, by)
    return _said("Objection", entry.subject, entry.seq, made)


def erasure(authority: Path, person: str, id_type: str, value: str, by: str) -> list[str]:
    """Record an erasure."""
    entry, made = _desk(authority).record(ERASURE, whose(person, id_type, value), by)
    return [
        *_said("Erasure", entry.subject, entry.seq, made),
        "Backups, runs that are over and lists that were released are not changed: docs/how-to/rights.md.",
    ]


def correction(
    authority: Path, person: str, id_type: str, value: str, by: str, change: dict[str, str]
) -> list[str]:
    """Record a correction."""
    given = Change(**change)
    if given.old == _FROM_INPUT and given.new == _FROM_INPUT:
        given = replace(given, old=_from_input(), new=_from_input())
    entry, made = _desk(authority).record(CORRECTION, whose(person, id_type, value), by, given)
    return _said("Correction", entry.subject, entry.seq, made)


def _desk(authority: Path) -> Desk:
    settings, workspace = opened(authority)
    keys = key_place(settings, authority.resolve().parent).read(needed=True)
    return Desk(workspace, Ledger(workspace.ledger), Vault(workspace.vault, keys))


def whose(person: str, id_type: str, value: str) -> Whose:
    """Whom a command is about: a value of `-` is read from standard input."""
    return Whose(person, id_type, _from_input() if value == _FROM_INPUT else value)


def _from_input() -> str:
    """One line of standard input: what stands on a command line can be read by others on the machine."""
    return sys.stdin.readline().strip()


def _said(what: str, person: str, entry: int, made: Honoured) -> list[str]:
    return [
        f"{what} recorded: {person}; ledger entry {entry}. It counts from the next run on.",
        *made.text(),
    ]
