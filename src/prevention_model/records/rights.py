"""Rights of people that stand in the vault: objections, erasures and corrections, and whose they are.

Whose a right is, is kept as *marks*: keyed hashes of the pseudonym, of each identifier, and of name with date
of birth. So a right finds its person again under a new pseudonym, and an erasure needs no name to stand. The
key of the marks lies in the sealed vault with them; a right therefore outlives both keys of the vault.
"""

import hmac
import secrets
from collections.abc import Hashable, Iterable
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

import pandas as pd

from prevention_model.records.corrections import NOTHING, Change
from prevention_model.records.vault import Vault

OBJECTION, ERASURE, CORRECTION = "objection", "erasure", "correction"
_RIGHTS, _MARKS, _KEY = "rights", "right_marks", "right_key"
TABLES = (_RIGHTS, _MARKS, _KEY)
"""The tables of the vault that rights are kept in."""
_NO_NUMBER = "named"  # how linkage remembers somebody whom no identifier names
_NAMED_BY = ("forename", "surname", "birth_date")


@dataclass(frozen=True)
class Right:
    """One right that was recorded: its number, kind, pseudonym at that time, day, and who recorded it.

    `stands` is False when an objection was withdrawn, or a correction is met because the source says it too.
    """

    number: str
    kind: str
    person: str
    by: str
    day: str
    stands: bool = True
    change: Change = NOTHING

    @classmethod
    def new(cls, kind: str, person: str, by: str, day: date, change: Change | None = None) -> "Right":
        """A right with a number of its own.

        >>> Right.new("objection", "p1", "Data protection officer", date(2025, 1, 2)).number[:6]
        'right-'
        """
        return cls(
            f"right-{secrets.token_hex(6)}", kind, person, by, day.isoformat(), True, change or Change()
        )


@dataclass(frozen=True)
class Rights:
    """All rights in a vault.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from prevention_model.records.vault_keys import VaultKeys
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vault = Vault(Path(folder), VaultKeys.new())
    ...     vault.write(pd.DataFrame({"person_id": ["p1"]}))
    ...     rights = Rights(vault)
    ...     rights.add(Right("right-1", "objection", "p1", "Data protection officer", "2025-01-02"))
    ...     [(right.kind, people) for right, people in rights.standing()]
    [('objection', {'p1'})]
    """

    vault: Vault

    def all(self) -> list[Right]:
        """Every right ever recorded here, in the order recorded. Raises Damaged."""
        held = self.vault.stored(_RIGHTS)
        return [] if held is None else [_right(row) for row in held.to_dict("records")]

    def add(self, right: Right) -> None:
        """Keep a right, and the marks of its person as the vault knows them now.

        An erasure ends the other rights of its person: they would say something about them.
        """
        marks = self._marks(everybody_by_name=True)
        self._mark(right, marks["mark"][marks["holder"] == right.person])
        earlier = self.all()
        if right.kind == ERASURE:
            theirs = {each.number for each, people in self.standing() if right.person in people}
            earlier = [_ended(each) if each.number in theirs else each for each in earlier]
        self.replace([*earlier, right])

    def replace(self, rights: Iterable[Right]) -> None:
        """Keep these rights in place of all."""
        rows = [asdict(right) | asdict(right.change) for right in rights]
        columns = [each.name for each in (*fields(Right), *fields(Change)) if each.name != "change"]
        self.vault.store(_RIGHTS, pd.DataFrame(rows, columns=columns))

    def standing(self, kind: str | None = None) -> list[tuple[Right, set[str]]]:
        """The rights that stand, each with the pseudonyms of those who have a mark of it, as linked last."""
        rights = [right for right in self.all() if right.stands and kind in (None, right.kind)]
        held = self.vault.stored(_MARKS)
        if not rights or held is None:
            return []
        found = held.merge(self._marks(), on="mark").groupby("right")["holder"].agg(set).to_dict()
        return [(right, found.get(right.number, set())) for right in rights]

    def forget_erased(self) -> set[str]:
        """Take those who are erased out of the vault but for their marks; returns the pseudonyms they had.

        What else linkage has found of them by now becomes a mark first, so that they are known by it as well.
        """
        marks, erased = self._marks(everybody_by_name=True), set()
        for right, people in self.standing(ERASURE):
            self._mark(right, marks["mark"][marks["holder"].isin(list(people))])
            erased |= people
        self.vault.forget(erased, but=TABLES)
        return erased

    def _mark(self, right: Right, marks: Iterable[str]) -> None:
        held = self.vault.stored(_MARKS)
        whole = [*marks, _digest(self._key(), f"person {right.person}")]
        made = pd.DataFrame({"right": right.number, "mark": whole}, dtype="str")
        both = made if held is None else pd.concat([held, made])
        both = both.drop_duplicates(ignore_index=True)
        if held is None or len(both) > len(held):
            self.vault.store(_MARKS, both)

    def _marks(self, *, everybody_by_name: bool = False) -> pd.DataFrame:
        """Everybody's marks: columns holder and mark.

        A name with a date of birth tells who somebody is only where no identifier does, since two people may
        share it; `everybody_by_name` gives it for the others too.
        """
        told = self.vault.remembered()
        parts = [told["person_id"].rename("holder").to_frame().assign(text=_identifiers(told))]
        people = self.vault.stored("identities")
        if people is not None:
            holder = people["person_id"].rename("holder").to_frame()
            parts.append(holder.assign(text="person " + people["person_id"]))
            if set(_NAMED_BY) <= set(people):
                by_name = people[list(_NAMED_BY)].notna().all(axis=1)
                if not everybody_by_name:
                    numbered = told["person_id"][told["id_type"].ne(_NO_NUMBER)]
                    by_name &= ~people["person_id"].isin(numbered)
                parts.append(holder[by_name].assign(text=_names(people[by_name])))
        key, both = self._key(), pd.concat(parts, ignore_index=True)
        return both.assign(mark=[_digest(key, text) for text in both.pop("text")]).astype("str")

    def _key(self) -> bytes:
        held = self.vault.stored(_KEY)
        if held is None:
            held = pd.DataFrame({"key": [secrets.token_hex(32)]})
            self.vault.store(_KEY, held)
        return bytes.fromhex(str(held["key"].iloc[0]))


def _right(row: dict[Hashable, Any]) -> Right:
    change = {each.name: row[each.name] for each in fields(Change)}
    return Right(
        **{each.name: row[each.name] for each in fields(Right) if each.name != "change"},
        change=Change(**change),
    )


def _ended(right: Right) -> Right:
    return replace(right, stands=False, change=NOTHING)


def _identifiers(told: pd.DataFrame) -> pd.Series:
    return "id " + told["id_type"] + " " + told["value"]


def _names(people: pd.DataFrame) -> pd.Series:
    born = pd.to_datetime(people["birth_date"], errors="coerce").dt.strftime("%Y-%m-%d")
    return ("name " + people["forename"] + " " + people["surname"]).str.casefold() + " " + born


def _digest(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
