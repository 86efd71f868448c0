"""One pseudonym a person, the same from delivery to delivery, and a record of every merge and split.

Worked example. In the first delivery a child is known by a UPN only, and gets a pseudonym made from it. In
the second the UPN stands beside an authority number, which from then on names the person; the pseudonym
stays, because the vault remembers whose the UPN was. If the authority number had a pseudonym too, that one
stays (it is trusted more), and a merge is recorded. If a third delivery shows that they are two people after
all, the UPN gets its first pseudonym back, and a split is recorded.
"""

import pandas as pd

from prevention_model.linkage.mentions import ID_TYPES
from prevention_model.linkage.profiles import NAMED
from prevention_model.records.vault import Vault

_CHANGES = "linkage_changes"
_RANK = {name: place for place, name in enumerate((*ID_TYPES, NAMED))}
_HANDLE = ["id_type", "value"]


def name_people(nodes: pd.DataFrame, vault: Vault, *, on: str) -> tuple[pd.Series, pd.DataFrame]:
    """The pseudonym of each person, indexed by key in the order of first appearance, and what changed.

    `nodes`: id_type, value (a handle of a profile) and key (the person), the most trusted handles first; `on`
    the day to record. What changed: changed_on, change (merged, split, moved), person_id (who has the rows
    now), other_id (who had them before, or for a split who has the rest). The vault remembers both.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from prevention_model.records.vault_keys import VaultKeys
    >>> nodes = pd.DataFrame({"id_type": ["upn"], "value": ["U1"], "key": ["upn:U1"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vault = Vault(Path(folder), VaultKeys.new())
    ...     before, _ = name_people(nodes, vault, on="2024-09-01")
    ...     after, changed = name_people(nodes.assign(key="la_person_id:L1"), vault, on="2024-10-01")
    >>> before["upn:U1"] == after["la_person_id:L1"], len(changed)
    (True, 0)
    """
    known = _known(vault)
    said = nodes.merge(known, on=_HANDLE)
    keys = list(dict.fromkeys(nodes["key"]))
    kept = _kept(said, known)
    made = _given(keys, kept, set(known["person_id"]) | set(known["first_id"]), vault)
    changed = _changes(said.assign(now=said["key"].map(made)), set(made), set(known["person_id"]), on)
    _remember(vault, nodes.assign(person_id=nodes["key"].map(made)), known, changed)
    return made, changed


def changes(vault: Vault) -> pd.DataFrame:
    """Every merge and split there has been, the first first (see `name_people`)."""
    found = vault.stored(_CHANGES)
    columns = ("changed_on", "change", "person_id", "other_id")
    return pd.DataFrame({name: pd.Series([], dtype="str") for name in columns}) if found is None else found


def _known(vault: Vault) -> pd.DataFrame:
    known = vault.remembered()
    return known if "first_id" in known else known.assign(first_id=known["person_id"])


def _kept(said: pd.DataFrame, known: pd.DataFrame) -> dict[str, str]:
    """Pseudonyms that go on, by key: each person one, each pseudonym one person, the most trusted handle first.

    A person of whom the present pseudonym went to another gets back the first one, where nobody bears it.
    """
    present = said.assign(rank=said["id_type"].map(_RANK)).sort_values(["rank", "value"], kind="stable")
    first = present.drop_duplicates("key").drop_duplicates("person_id")
    kept = dict(zip(first["key"], first["person_id"], strict=True))
    rest = present[~present["key"].isin(list(kept))]
    taken = set(kept.values())
    for key, one, two in zip(rest["key"], rest["person_id"], rest["first_id"], strict=True):
        for pseudonym in (one, two):
            if key not in kept and pseudonym not in taken:
                kept[key] = pseudonym
                taken.add(pseudonym)
    return kept


def _given(keys: list[str], kept: dict[str, str], used: set[str], vault: Vault) -> pd.Series:
    """A pseudonym for each key: the one it keeps, or a new one that nobody has or had."""
    made = dict(kept)
    taken, again = used | set(kept.values()), 0
    open_keys = [key for key in keys if key not in made]
    while open_keys:
        suffix = f"#again{again}" if again else ""
        hashed = vault.pseudonyms("person", [key + suffix for key in open_keys])
        for key, pseudonym in zip(open_keys, hashed, strict=True):
            if pseudonym not in taken:
                made[key] = pseudonym
                taken.add(pseudonym)
        open_keys, again = [key for key in open_keys if key not in made], again + 1
    return pd.Series([made[key] for key in keys], index=pd.Index(keys, dtype="str"), dtype="str")


def _changes(said: pd.DataFrame, present: set[str], before: set[str], on: str) -> pd.DataFrame:
    """What happened to people who were known before: `now` is who a handle belongs to, `person_id` who it did."""
    pairs = said[said["now"] != said["person_id"]][["now", "person_id"]].drop_duplicates()
    lines = []
    for now, was in sorted(zip(pairs["now"], pairs["person_id"], strict=True)):
        if was not in present:
            lines.append((on, "merged", now, was))
        else:
            lines.append((on, "moved" if now in before else "split", now, was))
    return pd.DataFrame(lines, columns=["changed_on", "change", "person_id", "other_id"]).astype("str")


def _remember(vault: Vault, nodes: pd.DataFrame, known: pd.DataFrame, changed: pd.DataFrame) -> None:
    """Keep what every handle is called now and was first, also those that this delivery did not hold."""
    merged = changed[changed["change"] == "merged"]
    gone = dict(zip(merged["other_id"], merged["person_id"], strict=True))
    now = nodes[[*_HANDLE, "person_id"]].merge(known[[*_HANDLE, "first_id"]], on=_HANDLE, how="left")
    now["first_id"] = now["first_id"].astype("str").fillna(now["person_id"])
    absent = known[~pd.MultiIndex.from_frame(known[_HANDLE]).isin(pd.MultiIndex.from_frame(now[_HANDLE]))]
    absent = absent.assign(person_id=absent["person_id"].map(gone).astype("str").fillna(absent["person_id"]))
    vault.remember(pd.concat([now, absent], ignore_index=True).astype("str"))
    if len(changed):
        before = changes(vault)
        vault.store(_CHANGES, pd.concat([before, changed], ignore_index=True) if len(before) else changed)
