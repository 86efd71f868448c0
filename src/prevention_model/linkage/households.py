"""Who lives together, from when to when, and how sure that is.

Two households are never made one by a postcode, a surname, or a single person in common.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from prevention_model.linkage.away import adoptions, away_from_home, before_adoption, without_time_away
from prevention_model.linkage.dwellings import at_dwellings
from prevention_model.linkage.family_numbers import with_family_numbers
from prevention_model.linkage.stays import stays
from prevention_model.records.schema import SCHEMAS
from prevention_model.records.vault import Vault

_SURER = 0.95
_ADDED = ("dwelling", "postcode", "group")
_HELD = ["household_id", "person_id", "from", "to", "known_date", "confidence", "source", "delivery", "row"]


@dataclass(frozen=True)
class Households:
    """The household table; homes, a row a stay (with dwelling and postcode); relationships that still stand."""

    household: pd.DataFrame
    homes: pd.DataFrame
    relationship: pd.DataFrame


def households(tables: Mapping[str, pd.DataFrame], vault: Vault) -> Households:
    """Find the households in the tables that a `Book` gives.

    An adopted child's relationships and households from before the adoption are left out; a child in a
    placement is in no household meanwhile.
    """
    relationship, groups = _whole(tables, "relationship"), _whole(tables, "household")
    spells = _whole(tables, "spell")
    adopted = adoptions(spells)
    relationship = relationship[~before_adoption(relationship, adopted)]
    place = _whole(tables, "place")
    homes = stays(place[place["kind"] == "home"], relationship)
    members = at_dwellings(homes)
    members = _surer_with_relatives(members, relationship)
    members = with_family_numbers(members, groups)
    members = members[~before_adoption(members, adopted)]
    members = without_time_away(members, away_from_home(spells))
    return Households(_table(members, vault), homes, relationship.reset_index(drop=True))


def _whole(tables: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """A table with every column of its schema, and what a `Book` adds to it; empty where it was not delivered."""
    blank = SCHEMAS[name].empty()
    if name in ("place", "household"):
        blank = blank.assign(dwelling="", postcode="", group="").astype(dict.fromkeys(_ADDED, "str"))
    rows = tables.get(name, blank)
    missing = [column for column in blank if column not in rows]
    return pd.concat([rows, blank[missing].reindex(rows.index)], axis=1)


def _surer_with_relatives(members: pd.DataFrame, relationship: pd.DataFrame) -> pd.DataFrame:
    """Memberships of people who live with a relative are surer."""
    ends = relationship[["person_id", "other_id"]]
    both = pd.concat([ends, ends.rename(columns={"person_id": "other_id", "other_id": "person_id"})])
    here = members[["key", "person_id"]].drop_duplicates()
    pairs = here.merge(both.drop_duplicates(), on="person_id")
    pairs = pairs.merge(here.rename(columns={"person_id": "other_id"}), on=["key", "other_id"])
    related = pd.MultiIndex.from_frame(members[["key", "person_id"]]).isin(
        pd.MultiIndex.from_frame(pairs[["key", "person_id"]])
    )
    # A postcode and a relative made these households, so the relative says nothing more.
    by_address = ~members["key"].str.startswith("kin ")
    return members.assign(confidence=members["confidence"].mask(related & by_address, _SURER))


def _table(members: pd.DataFrame, vault: Vault) -> pd.DataFrame:
    """The household table, a row a membership, under pseudonyms."""
    members = members.sort_values(["order", "from"], kind="stable")
    numbers, keys = pd.factorize(members["key"])
    names = pd.Series(vault.pseudonyms("household", map(str, keys)), dtype="str")
    homes = pd.Series(names.iloc[numbers].to_numpy(), index=members.index, dtype="str")
    made = members.assign(household_id=homes)
    made = made[[name for name in _HELD if name in made]]
    return made.reset_index(drop=True)
