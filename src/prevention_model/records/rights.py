"""Rights of people that stand in the vault: objections, erasures and corrections, and whose they are.

Whose a right is, is kept as *marks*: keyed hashes of the pseudonym, of each identifier, and of name with date
of birth. So a right finds its person again under a new pseudonym, and an erasure needs no name to stand. The
key of the marks lies in the sealed vault with them; a right therefore outlives both keys of the vault.
"""

import hmac
import secrets
from collections.abc import Collection, Hashable, Iterable, Sequence
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
        self._mark(right, {right.person})
        earlier = self.all()
        if right.kind == ERASURE:
            theirs = {each.number for each, people in self.standing() if right.person in people}
            earlier = [_ended(each) if each.number in theirs else each for each in earlier]
        self._keep([*earlier, right])

    def end(self, numbers: Collection[str]) -> None:
        """Let these rights stand no longer. What a correction said of its person is not kept."""
        self._keep(_ended(each) if each.number in numbers else each for each in self.all())

    def _keep(self, rights: Iterable[Right]) -> None:
        rows = [asdict(right) | asdict(right.change) for right in rights]
        columns = [each.name for each in (*fields(Right), *fields(Change)) if each.name != "change"]
        self.vault.store(_RIGHTS, pd.DataFrame(rows, columns=columns))

    def standing(self, kind: str | None = None) -> list[tuple[Right, set[str]]]:
        """The rights that stand, each with the pseudonyms of those who have a mark of it, as linked last."""
        rights = [right for right in self.all() if right.stands and kind in (None, right.kind)]
        held = self.vault.stored(_MARKS)
        if not rights or held is None:
            return []
        of_mark = held.groupby("mark")["right"].agg(list).to_dict()
        found: dict[str, set[str]] = {number: set() for number in held["right"]}
        key, who = self._key(), self._who_is_who()
        for holder, text in zip(who["holder"].to_list(), who["text"].to_list(), strict=True):
            for number in of_mark.get(_digest(key, text), ()):
                found[number].add(holder)
        return [(right, found.get(right.number, set())) for right in rights]

    def forget(self, erasures: Sequence[tuple[Right, Collection[str]]]) -> None:
        """Take those who are erased out of the vault but for their marks; erasures as `standing` gives them.

        What else linkage has found of them by now becomes a mark first, so that they are known by it as well.
        """
        for right, people in erasures:
            self._mark(right, people)
        self.vault.forget({person for _, people in erasures for person in people}, but=TABLES)

    def _mark(self, right: Right, people: Collection[str]) -> None:
        """Keep every mark of these people as marks of the right."""
        held, key = self.vault.stored(_MARKS), self._key()
        who = self._who_is_who(among=people)
        marks = [_digest(key, text) for text in [*who["text"].to_list(), f"person {right.person}"]]
        made = pd.DataFrame({"right": right.number, "mark": marks}, dtype="str")
        both = made if held is None else pd.concat([held, made])
        both = both.drop_duplicates(ignore_index=True)
        if held is None or len(both) > len(held):
            self.vault.store(_MARKS, both)

    def _who_is_who(self, *, among: Collection[str] | None = None) -> pd.DataFrame:
        """What marks are made of: columns holder and text; all that tells who somebody is, or what tells it of all.

        A name with a date of birth tells it only where no identifier does, since two people may share it. Of
        those who are `among`, it is given as well.
        """
        told, people = self.vault.remembered(), self.vault.stored("identities")
        if among is not None:
            told = told[told["person_id"].isin(list(among))]
            people = None if people is None else people[people["person_id"].isin(list(among))]
        parts = [
            pd.DataFrame({"holder": told["person_id"], "text": "id " + told["id_type"] + " " + told["value"]})
        ]
        if people is not None:
            holder = people["person_id"]
            parts.append(pd.DataFrame({"holder": holder, "text": "person " + holder}))
            if set(_NAMED_BY) <= set(people):
                by_name = people[list(_NAMED_BY)].notna().all(axis=1)
                if among is None:
                    numbered = told["person_id"][told["id_type"].ne(_NO_NUMBER)]
                    by_name &= pd.Index(numbered).unique().get_indexer(pd.Index(holder)) < 0
                parts.append(pd.DataFrame({"holder": holder[by_name], "text": _names(people[by_name])}))
        return pd.concat(parts, ignore_index=True)

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


def _names(people: pd.DataFrame) -> pd.Series:
    born = pd.to_datetime(people["birth_date"], errors="coerce").dt.strftime("%Y-%m-%d")
    return ("name " + people["forename"] + " " + people["surname"]).str.casefold() + " " + born


def _digest(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
