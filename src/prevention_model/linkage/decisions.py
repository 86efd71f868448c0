"""What people have decided: that two persons are one, or that one is two. A decision outweighs the model.

A decision names profiles by their handles (a number, or a name in words), so it holds whatever pseudonyms are
given later. It lies in the vault.
"""

from datetime import date

import pandas as pd

from prevention_model.errors import WrongUsage
from prevention_model.linkage.mentions import ID_TYPES
from prevention_model.linkage.profiles import NAMED
from prevention_model.records.vault import Vault

_TABLE = "linkage_decisions"
_COLUMNS = (
    "id_type",
    "value",
    "person_id",
    "other_type",
    "other_value",
    "other_id",
    "same",
    "why",
    "decided_on",
)
_TRUST = {name: place for place, name in enumerate((*ID_TYPES, NAMED))}


def separate(vault: Vault, kept: str, other: str, *, why: str, on: date) -> int:
    """Undo a merge: what was called `other` before it was joined to `kept` is another person again.

    Holds from the next load on, in which `other` gets its own pseudonym back. Gives how many pairs of profiles
    are kept apart. Raises WrongUsage when the two were never joined.
    """
    known = vault.remembered()
    came = known[(known["person_id"] == kept) & (known["first_id"] == other)] if len(known) else known
    stayed = known[(known["person_id"] == kept) & (known["first_id"] != other)] if len(known) else known
    if not len(came) or not len(stayed):
        raise WrongUsage(
            "These two pseudonyms were never joined, so there is nothing to undo.",
            where="linkage",
            todo="Look them up in the list of merges of the vault.",
        )
    return _decide(vault, stayed, came, (kept, other), same=False, why=why, on=on)


def unite(vault: Vault, one: str, two: str, *, why: str, on: date) -> int:
    """Say that two pseudonyms are one person. Holds from the next load on. Raises WrongUsage for an unknown one."""
    known = vault.remembered()
    sides = [known[known["person_id"] == person] for person in (one, two)]
    if not all(len(side) for side in sides) or one == two:
        raise WrongUsage(
            "A decision that two are one needs two pseudonyms that linkage has given.",
            where="linkage",
            todo="Give two pseudonyms of the present records.",
        )
    first, second = (side.sort_values("id_type", key=lambda t: t.map(_TRUST)).head(1) for side in sides)
    return _decide(vault, first, second, (one, two), same=True, why=why, on=on)


def _decide(
    vault: Vault,
    ones: pd.DataFrame,
    others: pd.DataFrame,
    who: tuple[str, str],
    *,
    same: bool,
    why: str,
    on: date,
) -> int:
    other = others[["id_type", "value"]].rename(columns={"id_type": "other_type", "value": "other_value"})
    made = ones[["id_type", "value"]].merge(other, how="cross")
    made = made.assign(person_id=who[0], other_id=who[1], same=same, why=why, decided_on=on.isoformat())
    before = decisions(vault)
    vault.store(_TABLE, pd.concat([before, made[list(_COLUMNS)]], ignore_index=True) if len(before) else made)
    return len(made)


def decisions(vault: Vault) -> pd.DataFrame:
    """Every decision, the first first; the last on a pair of profiles counts."""
    found = vault.stored(_TABLE)
    return pd.DataFrame({name: [] for name in _COLUMNS}) if found is None else found


def decided(vault: Vault, handles: pd.DataFrame) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pairs of profiles (numbers of `handles`: space, value) said to be one person, and said to be two."""
    made = decisions(vault).drop_duplicates(["id_type", "value", "other_type", "other_value"], keep="last")
    number = pd.MultiIndex.from_frame(handles[["space", "value"]])
    one = number.get_indexer(pd.MultiIndex.from_frame(made[["id_type", "value"]]))
    two = number.get_indexer(pd.MultiIndex.from_frame(made[["other_type", "other_value"]]))
    rows = [row for row in zip(one.tolist(), two.tolist(), made["same"], strict=True) if min(row[:2]) >= 0]
    together = [(a, b) for a, b, same in rows if same]
    return together, [(a, b) for a, b, same in rows if not same]
