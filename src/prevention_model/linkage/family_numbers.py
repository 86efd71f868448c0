"""Households that a source names by a number of its own: a tenancy, a family in early help.

Such a group stands for the household at the address where it lives, if at least two of its people live there, or
its own rows give that address. One person in common is a weak link: a child of separated parents is in the
mother's tenancy and at the father's address.
"""

import numpy as np
import pandas as pd

_SHARED = 2
_SURER = 0.95
_SAID = 0.8
_OPEN = pd.Timestamp("2200-01-01")
_AFTER_HOMES = 10**9


def with_family_numbers(homes: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Households at addresses, with what groups add: people of a group who have no address of their own.

    `homes`: key, person_id, from, to, until, known_date, confidence ... (see `at_dwellings`). `groups`: rows of
    the household table with `group` and `dwelling`. A membership that both say is surer (0.95). Somebody with an
    address of their own at the time stays there. A group that lives at no known address is a household of its own.
    """
    if not len(groups):
        return homes
    groups = groups.assign(
        **{"from": groups["from"].fillna(groups["known_date"])},
        confidence=groups["confidence"].astype("float64").fillna(_SAID) if "confidence" in groups else _SAID,
        number=np.arange(len(groups)),
        order=np.arange(len(groups)) + _AFTER_HOMES,
    )
    hosts = _hosts(homes, groups)
    there = groups.merge(
        homes[["key", "home", "person_id", "from", "until"]], on="person_id", suffixes=("", "_home")
    )
    there = there[_overlap(there, "from", "to", "from_home", "until")]
    settled = set(there["number"])
    both = there.merge(hosts[["group", "key"]], on=["group", "key"])
    surer = pd.MultiIndex.from_frame(both[["key", "person_id"]])
    said_twice = pd.MultiIndex.from_frame(homes[["key", "person_id"]]).isin(surer)
    homes = homes.assign(confidence=np.where(said_twice, _SURER, homes["confidence"]))
    rest = groups[~groups["number"].isin(list(settled))]
    return pd.concat([homes, _guests(rest, hosts), _alone(rest, hosts)], ignore_index=True)


def _hosts(homes: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """The households at addresses that each group stands for, and when its people live there."""
    both = groups.merge(
        homes[["key", "home", "person_id", "from", "until"]], on="person_id", suffixes=("", "_home")
    )
    both = both[_overlap(both, "from", "to", "from_home", "until")]
    own = both["dwelling"].fillna("").eq(both["home"])
    both = both.assign(own=own, begin=both[["from", "from_home"]].max(axis=1))
    both["close"] = both[["to", "until"]].fillna(_OPEN).min(axis=1)
    found = both.groupby(["group", "key"]).agg(
        people=("person_id", "nunique"), own=("own", "any"), begin=("begin", "min"), close=("close", "max")
    )
    return found[(found["people"] >= _SHARED) | found["own"]].reset_index()


def _overlap(rows: pd.DataFrame, start: str, end: str, other_start: str, other_end: str) -> np.ndarray:
    first = rows[start] < rows[other_end].fillna(_OPEN)
    return (first & (rows[other_start] < rows[end].fillna(_OPEN))).to_numpy()


def _guests(rest: pd.DataFrame, hosts: pd.DataFrame) -> pd.DataFrame:
    """Members of a group without an address, at the households of the group, while it is there."""
    made = rest.merge(hosts[["group", "key", "begin", "close"]], on="group")
    made = made[_overlap(made, "from", "to", "begin", "close")]
    start = made[["from", "begin"]].max(axis=1)
    end = made["to"].fillna(_OPEN).combine(made["close"], min)
    made = made.assign(**{"from": start, "to": end.where(end < _OPEN), "until": end.where(end < _OPEN)})
    return made.drop(columns=["begin", "close", "number"])


def _alone(rest: pd.DataFrame, hosts: pd.DataFrame) -> pd.DataFrame:
    """Groups that stand for no household at an address."""
    made = rest[~rest["group"].isin(hosts["group"])]
    return made.assign(key="group " + made["group"], until=made["to"]).drop(columns="number")
