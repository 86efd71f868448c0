"""Recording what a person asked for: into the vault, into the ledger, and at once into the current records."""

from dataclasses import dataclass

import numpy as np

from prevention_model.errors import Damaged, WrongUsage, listed
from prevention_model.ledger import Entry, Ledger
from prevention_model.records.cells import identifiers_in
from prevention_model.records.corrections import NOTHING, Change
from prevention_model.records.honoured import Honoured, honour, settle
from prevention_model.records.on_disk import locked
from prevention_model.records.rights import CORRECTION, ERASURE, OBJECTION, Right, Rights
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VaultKeys, key_number
from prevention_model.records.workspace import Workspace

WITHDRAWN, MET = "objection_withdrawn", "correction_met"
VAULT_BEGUN = "vault_begun"
"""Kinds of ledger entries beside the kinds of rights: the last names the key that pseudonyms are made with."""


@dataclass(frozen=True)
class Whose:
    """How a person is named in a command: by pseudonym, or by an identifier that the vault knows.

    >>> Whose(id_type="upn")
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: It is not said whose right it is. What to do: Give --person with a \
pseudonym, or --identifier with its type and --value.
    """

    person: str = ""
    id_type: str = ""
    value: str = ""

    def __post_init__(self) -> None:
        if bool(self.person) == bool(self.id_type and self.value):
            raise WrongUsage(
                "It is not said whose right it is.",
                todo="Give --person with a pseudonym, or --identifier with its type and --value.",
            )

    def found(self, vault: Vault) -> str:
        """The pseudonym of the person as linked last. Raises WrongUsage, and repeats nothing that names them."""
        if self.person:
            held = set(vault.read()["person_id"])
            people = [self.person] if self.person in held else []
        else:
            told = vault.remembered()
            value = identifiers_in(np.array([self.value], dtype=object))[0][0]
            same = told["id_type"].eq(self.id_type) & told["value"].eq(value)
            people = sorted(set(told["person_id"][same]))
        if len(people) != 1:
            raise WrongUsage(
                "Several people bear this identifier." if people else "The vault knows nobody by that.",
                where="--person" if self.person else f"--identifier {self.id_type}",
                todo="Look for the person in the sources, and name them by another identifier."
                if people
                else "Check the spelling. Somebody who was erased is known by nothing any longer.",
            )
        return people[0]


@dataclass(frozen=True)
class Desk:
    """Where rights are recorded: the workspace with its ledger, and the opened vault."""

    workspace: Workspace
    ledger: Ledger
    vault: Vault

    def record(self, kind: str, whose: Whose, by: str, change: Change = NOTHING) -> tuple[Entry, Honoured]:
        """Record an objection, an erasure or a correction, and honour it in the current records.

        Interrupted at any point, it is done by recording it again, or by the next load.
        """
        if kind == CORRECTION:
            change.check()
        with locked(self.workspace.folder):
            person, rights = whose.found(self.vault), Rights(self.vault)
            recorded = [
                right
                for right, people in rights.standing(kind)
                if person in people and right.change == change
            ]
            right = recorded[0] if recorded else Right.new(kind, person, by, self.ledger.today(), change)
            if not recorded:
                rights.add(right)
            entry = enter(self.ledger, rights)[right.number]
            return entry, self._honour()

    def withdraw_objection(self, whose: Whose, by: str) -> tuple[Entry, Honoured]:
        """End the objection of a person, on their word. Raises WrongUsage where none stands."""
        with locked(self.workspace.folder):
            person, rights = whose.found(self.vault), Rights(self.vault)
            ended = {right.number for right, people in rights.standing(OBJECTION) if person in people}
            if not ended:
                raise WrongUsage(
                    "No objection of this person was recorded here.",
                    todo="One that a source delivers is ended by that source.",
                )
            # First the ledger: an objection must not end without a word of who ended it.
            entry = self.ledger.append(WITHDRAWN, person, {"rights": sorted(ended), "by": by})
            rights.end(ended)
            return entry, self._honour()

    def _honour(self) -> Honoured:
        made = honour(self.workspace.records(), self.vault, delivered=False)
        self.workspace.replace_records(made.records)
        self.kept(made)
        return made

    def kept(self, made: Honoured) -> None:
        """What is left to do when the records in which rights are honoured are the current ones."""
        if made.erased:
            self.workspace.keep_only_current_records()
        rights = Rights(self.vault)
        enter(self.ledger, rights)
        for right in rights.all():
            if right.number in made.met:
                self.ledger.append(MET, right.person, {"right": right.number})
        settle(made, self.vault)


def enter(ledger: Ledger, rights: Rights) -> dict[str, Entry]:
    """Every right of the vault has its entry, by number; one that an interruption kept out is entered now."""
    known = {entry.body["right"]: entry for entry in _entries(ledger)}
    for right in rights.all():
        if right.number not in known:
            body = {"right": right.number, "by": right.by, "day": right.day}
            if right.kind == CORRECTION:
                # Which field, never what it said: values are a person's data.
                body |= {"table": right.change.table, "field": right.change.field}
            known[right.number] = ledger.append(right.kind, right.person, body)
    return known


def check_continuity(
    ledger: Ledger, vault: Vault, keys: VaultKeys, authority: str, *, vault_lost: bool
) -> list[str]:
    """Refuse to go on with another vault than the one that the ledger knows, unless told that it is lost.

    Returns what has to be done by hand when it is. Raises Damaged: pseudonyms would change, or rights of
    people that were recorded would stand no longer.
    """
    begun = ledger.entries(VAULT_BEGUN)
    number = key_number(keys.pseudonym)
    held = {right.number for right in Rights(vault).all()}
    given_up = {each for entry in begun for each in entry.body["lost"]}
    lost = [entry for entry in _entries(ledger) if entry.body["right"] not in held | given_up]
    changed = bool(begun) and begun[-1].body["key"] != number
    if (lost or changed) and not vault_lost:
        raise _lost_rights(lost) if lost else _other_pseudonyms()
    if lost or changed or not begun:
        ledger.append(VAULT_BEGUN, authority, {"key": number, "lost": sorted(e.body["right"] for e in lost)})
    return [f"Record again: {entry.kind} of ledger entry {entry.seq} ({entry.subject})." for entry in lost]


def _entries(ledger: Ledger) -> list[Entry]:
    return [entry for kind in (OBJECTION, ERASURE, CORRECTION) for entry in ledger.entries(kind)]


def _lost_rights(lost: list[Entry]) -> Damaged:
    return Damaged(
        f"{len(lost)} rights of people that the ledger records are not in the identity vault, so they would stand "
        "no longer.",
        where=f"ledger entries {listed([str(entry.seq) for entry in lost])}",
        todo="Restore the vault from its backup. Where there is none, load with --vault-lost, and record each again.",
    )


def _other_pseudonyms() -> Damaged:
    return Damaged(
        "The key of the pseudonyms is not the one that pseudonyms were made with, so people would get others.",
        where="the keys of the identity vault",
        todo="Take the key from its backup. Where there is none, load with --vault-lost: runs, lists and feedback "
        "from before then lead to nobody.",
    )
