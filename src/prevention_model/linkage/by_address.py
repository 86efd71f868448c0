"""People without a date of birth: found by name and address, and only where nobody else fits."""

import re

import pandas as pd

from prevention_model.linkage.clusters import Clusters
from prevention_model.linkage.names import stands_for
from prevention_model.linkage.profiles import NAMED, Profiles

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
    """Join each profile that has a full name and an address but no birthday to the one person who fits.

    Gives how many had several people to choose from, and so were left alone.
    """
    facts = profiles.facts
    facts = facts[(facts["first"] != "") & (facts["surname"] != "")]
    lost = _lost(profiles)
    rows = facts[facts["profile"].isin(lost)]
    if not len(rows):
        return 0
    known = facts[~facts["profile"].isin(lost)]
    both = _at(rows).merge(_at(known), on=["full", "surname", "home"], suffixes=("", "_known"))
    found: dict[int, set[int]] = {}
    for profile, other in zip(both["profile"], both["profile_known"], strict=True):
        found.setdefault(profile, set()).add(clusters.of[other])
    several = 0
    for profile, people in sorted(found.items()):
        several += len(people) > 1
        if len(people) == 1:
            clusters.join(profile, people.pop(), BY_ADDRESS)
    return several


def _lost(profiles: Profiles) -> list[int]:
    """The profiles without a number of which no row gives a birthday."""
    named = profiles.handles["space"] == NAMED
    return [number for number in profiles.handles.index[named] if not profiles.said[number].days]


def _at(facts: pd.DataFrame) -> pd.DataFrame:
    """Each fact's person at each of its homes, by property number and by postcode and house."""
    written = [house(p, a) for p, a in zip(facts["postcode"], facts["address"], strict=True)]
    full = facts["first"].map({name: stands_for(name) for name in facts["first"].unique()})
    made = facts[["profile", "surname"]].assign(full=full)
    both = pd.concat([made.assign(home=facts["uprn"]), made.assign(home=written)])
    return both[both["home"] != ""].drop_duplicates()
