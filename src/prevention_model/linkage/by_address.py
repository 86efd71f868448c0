"""People without a date of birth: found by name and address, and only where nobody else fits."""

import re

import numpy as np
import pandas as pd

from prevention_model.linkage.clusters import Clusters
from prevention_model.linkage.names import stands_for
from prevention_model.linkage.profiles import Profiles

BY_ADDRESS = 0.9
"""The match probability of somebody found by name and address alone: a judgement, not learnt."""


def house(postcode: str, address: str) -> str:
    """A postcode and the numbers of an address, which people write in one way; blank without either.

    >>> house("qz11aa", "flat 2 14a high street"), house("qz11aa", "the old mill"), house("", "14 high street")
    ('qz11aa 2 14a', 'qz11aa the old mill', '')
    """
    if not postcode or not address:
        return ""
    numbers = [word for word in address.split() if re.search(r"\d", word)]
    return " ".join([postcode, *(numbers or [address])])


def join_by_address(clusters: Clusters, profiles: Profiles) -> int:
    """Join each cluster that has a full name and an address but no birthday to the one person who fits.

    Gives how many had several people to choose from, and so were left alone.
    """
    lost = {
        cluster
        for cluster, members in clusters.members.items()
        if not any(profiles.said[member].days for member in members)
    }
    facts = profiles.facts[(profiles.facts["first"] != "") & (profiles.facts["surname"] != "")]
    facts = facts.assign(cluster=np.array(clusters.of, dtype=np.int64)[facts["profile"]])
    rows = facts["cluster"].isin(list(lost))
    if not rows.any():
        return 0
    both = _at(facts[rows]).merge(_at(facts[~rows]), on=["full", "surname", "home"], suffixes=("", "_known"))
    found: dict[int, set[int]] = {}
    for cluster, other in zip(both["cluster"], both["cluster_known"], strict=True):
        found.setdefault(cluster, set()).add(other)
    for cluster, people in sorted(found.items()):
        if len(people) == 1:
            clusters.join(cluster, people.pop(), BY_ADDRESS)
    return sum(len(people) > 1 for people in found.values())


def _at(facts: pd.DataFrame) -> pd.DataFrame:
    """Each fact's person at each of its homes: a property number, a postcode and house, or a postcode."""
    written = [house(p, a) for p, a in zip(facts["postcode"], facts["address"], strict=True)]
    full = facts["first"].map({name: stands_for(name) for name in facts["first"].unique()})
    made = facts[["cluster", "surname"]].assign(full=full)
    homes = (facts["uprn"], written, facts["postcode"])
    both = pd.concat([made.assign(home=home) for home in homes])
    return both[both["home"] != ""].drop_duplicates()
