"""One pseudonym a person, the same from delivery to delivery, also when a better identifier turns up.

Worked example. In the first delivery a child is known by a UPN only, and gets a pseudonym made from it. In
the second the UPN stands beside an authority number, which from then on names the person; the pseudonym
stays, because the vault remembers whose the UPN was.
"""

import pandas as pd

from prevention_model.linkage.identifiers import ID_TYPES, among
from prevention_model.records.vault import Vault


def pseudonyms_for(nodes: pd.DataFrame, vault: Vault) -> pd.Series:
    """The pseudonym of each person, indexed by key in the order of the keys; `nodes` as `resolve` gives them.

    A person keeps the pseudonym that any of their identifiers had in the last load, the most trusted first.
    Where one pseudonym's identifiers now belong to several people, the one with the most trusted of them
    keeps it. Everybody else gets a keyed hash of their key.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from prevention_model.records.vault_keys import VaultKeys
    >>> nodes = pd.DataFrame({"id_type": ["upn"], "value": ["U1"], "key": ["upn:U1"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     vault = Vault(Path(folder), VaultKeys.new())
    ...     before = pseudonyms_for(nodes, vault)["upn:U1"]
    ...     vault.remember(nodes.assign(person_id=before)[["id_type", "value", "person_id"]])
    ...     after = pseudonyms_for(nodes.assign(key="la_person_id:L1"), vault)["la_person_id:L1"]
    >>> before == after
    True
    """
    keys = sorted(nodes["key"].unique())
    made = pd.Series(vault.pseudonyms("person", keys), index=pd.Index(keys, dtype="str"), dtype="str")
    kept = _kept(nodes, vault.remembered())
    made.loc[kept.index] = kept
    # A person who was split off may hash to the pseudonym that the other one kept.
    taken = made[~made.index.isin(kept.index) & among(made, kept)].index
    again = pd.Series(vault.pseudonyms("person", [f"{key}#again" for key in taken]), index=taken, dtype="str")
    made.update(again)
    return made


def _kept(nodes: pd.DataFrame, remembered: pd.DataFrame) -> pd.Series:
    """Pseudonyms of the last load that go on, by key: each person one, each pseudonym one person."""
    known = nodes.merge(remembered, on=["id_type", "value"])
    ranks = known["id_type"].map({name: place for place, name in enumerate(ID_TYPES)}).astype(int)
    known = known.assign(rank=ranks).sort_values(["rank", "value"])
    known = known.drop_duplicates("key").drop_duplicates("person_id")
    return pd.Series(known["person_id"].to_numpy(), index=known["key"].to_numpy(), dtype="str")
