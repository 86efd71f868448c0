"""People whose address nobody may see: of them, and of those who live with them, only the flag is kept."""

from collections.abc import Mapping

import pandas as pd

FLAGS = ("protected_address", "protected_record")
"""Attributes that, where they are `true`, hide an address."""
_ADDRESS = ("address", "postcode", "uprn")
_AREA = ("lsoa", "school")


def hidden_homes(tables: Mapping[str, pd.DataFrame], household: pd.DataFrame) -> frozenset[str]:
    """The people whose address is hidden: who bears a flag, and everybody they live with or lived with last."""
    told = tables.get("attribute")
    if told is None or not len(told):
        return frozenset()
    rows = told[told["name"].isin(FLAGS)].sort_values("event_date", kind="stable")
    last = rows.drop_duplicates(["person_id", "name"], keep="last")
    flagged = set(last["person_id"][last["value"].str.casefold().eq("true")])
    present = household[household["to"].isna()]
    homes = present["household_id"][present["person_id"].isin(flagged)]
    return frozenset(flagged | set(present["person_id"][present["household_id"].isin(homes)]))


def without_areas(place: pd.DataFrame, hidden: frozenset[str]) -> pd.DataFrame:
    """Places without area and school where they are hidden. The zone stays: somebody has to offer help."""
    theirs = place["person_id"].isin(list(hidden))
    if not theirs.any():
        return place
    return place.assign(**{name: place[name].mask(theirs) for name in _AREA if name in place})


def without_addresses(identities: pd.DataFrame, hidden: frozenset[str]) -> pd.DataFrame:
    """What the vault holds, with the flag `protected_address`, and no address where it is set.

    >>> told = pd.DataFrame({"person_id": ["p1", "p2"], "postcode": ["QZ1 1AA", "QZ2 2BB"]})
    >>> without_addresses(told, frozenset({"p1"})).fillna("").to_numpy().tolist()
    [['p1', '', True], ['p2', 'QZ2 2BB', False]]
    """
    theirs = identities["person_id"].isin(list(hidden))
    blanked = {name: identities[name].mask(theirs) for name in _ADDRESS if name in identities}
    return identities.assign(**blanked, protected_address=theirs)
