"""Profiles: all that is said under one number, or, where no number is given, under one name and birthday.

A profile is one agency's idea of a person, so two rows of one profile are one person's. Where the rows of a
number say two people (another forename, or another surname and birthday), the number was mistyped in the fewer
of them, and is taken from those.

Worked example. Facts (L1, U1, Ann, 2015), (U1, Ann, 2015) ten times, (L2, U1, Ben, 2012): U1 is Ann's, so it is
taken from L2's fact. Profiles: L1 and U1, which a later step joins, and L2.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.linkage.likeness import Likeness, Said
from prevention_model.linkage.mentions import ID_TYPES, SPACES
from prevention_model.linkage.names import near, near_days

NAMED = "named"
"""The space of profiles without a number; their value says who, in words, and stays in the vault."""
_WHO = ("first", "surname", "birth_date")


@dataclass(frozen=True)
class Profiles:
    """`handles` (space, value; a row a profile, by trust, then text), `of_fact` (the profile of each fact),
    `facts` (mistyped numbers taken out, with `profile`), `borne` (profile, other: numbers that stand in one
    fact, the more trusted in `other`, and `times`), `said` by profile, and counts."""

    handles: pd.DataFrame
    of_fact: np.ndarray
    facts: pd.DataFrame
    borne: pd.DataFrame
    said: list[Said]
    likeness: Likeness
    mistyped: int


def profiles_of(facts: pd.DataFrame) -> Profiles:
    """The profiles behind `facts` (as `Mentions` has them)."""
    names = facts["forename"].str.split(" ", n=1)
    first, rest = (names.str[n].astype("str").fillna("") for n in (0, 1))
    facts = facts.assign(first=first, also=(rest + " " + facts["middle_names"]).str.strip())
    likeness = Likeness.of(facts.drop_duplicates(["source", "first", "surname", "birth_date"])["first"])
    facts, mistyped = _without_mistyped(facts, likeness)
    space, value = _handles(facts)
    borne = _borne(facts)
    every = pd.concat([pd.DataFrame({"space": space, "value": value}), borne[["space", "value"]]])
    handles = _ordered(every.drop_duplicates())
    number = pd.MultiIndex.from_frame(handles[["space", "value"]])
    of_fact = number.get_indexer(pd.MultiIndex.from_arrays([space, value]))
    facts = facts.assign(profile=of_fact)
    borne = borne.assign(number=number.get_indexer(pd.MultiIndex.from_frame(borne[["space", "value"]])))
    return Profiles(handles, of_fact, facts, _pairs(borne), _said(facts, len(handles)), likeness, mistyped)


def _without_mistyped(facts: pd.DataFrame, likeness: Likeness) -> tuple[pd.DataFrame, int]:
    """The facts without numbers that, by name and birthday, are somebody else's; and how many rows had one."""
    made, taken = facts.copy(), pd.Series(False, index=facts.index)
    long = pd.concat(
        [
            facts.loc[facts[name] != "", [*_WHO, "also", "times"]].assign(
                space=space, value=facts.loc[facts[name] != "", name], column=name
            )
            for name, space in SPACES.items()
        ]
    ).reset_index(names="fact")
    long = long[long["first"] != ""]
    long = long.merge(_mostly(long), on=["space", "value"])
    differs = np.logical_or.reduce([long[name] != long[f"main_{name}"] for name in _WHO])
    doubtful: list[Any] = list(long[differs].itertuples())
    for row in doubtful:
        if _others(row, likeness):
            made.at[row.fact, row.column], taken[row.fact] = "", True
    return made, int(facts["times"][taken].sum())


def _others(row: Any, likeness: Likeness) -> bool:
    """Whether the forename, or both surname and birthday, are somebody else's; what is not given says nothing."""
    surnames, days = (row.surname, row.main_surname), (row.birth_date, row.main_birth_date)
    middle = row.main_first in row.also.split() or row.first in row.main_also.split()
    if not middle and not likeness.same_name(row.first, row.main_first):
        return True
    return "" not in (*surnames, *days) and not near(*surnames) and not near_days(*days)


def _mostly(full: pd.DataFrame) -> pd.DataFrame:
    """For each number, the name and birthday that most rows give together; the smaller text where they tie."""
    counted = full.groupby(["space", "value", *_WHO])["times"].sum().reset_index()
    counted = counted.sort_values(["times", *_WHO], ascending=[False, True, True, True], kind="stable")
    best = counted.drop_duplicates(["space", "value"]).drop(columns="times")
    told = full.loc[full["also"] != "", ["space", "value", "also"]].drop_duplicates()
    also = told.groupby(["space", "value"])["also"].agg(" ".join).rename("main_also").reset_index()
    best = best.merge(also, on=["space", "value"], how="left")
    best["main_also"] = best["main_also"].astype("str").fillna("")
    return best.rename(columns={name: f"main_{name}" for name in _WHO})


def _handles(facts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """What names the profile of each fact: its most trusted number, or its name, birthday and address.

    The address too: two children of one name and birthday, known to the police, live in two places.
    """
    words = ("source", "forename", "surname", "birth_date")
    value = facts["uprn"].where(facts["uprn"] != "", facts["postcode"] + "|" + facts["address"])
    for word in reversed(words):
        value = facts[word] + "|" + value
    value = value.where(facts["alone"] == "", facts["source"] + "|" + facts["alone"])
    space = pd.Series(NAMED, index=facts.index, dtype="str")
    for name in reversed(SPACES):
        given = facts[name] != ""
        space, value = space.mask(given, SPACES[name]), value.mask(given, facts[name])
    return space, value


def _ordered(handles: pd.DataFrame) -> pd.DataFrame:
    ranks = handles["space"].map({name: place for place, name in enumerate((*ID_TYPES, NAMED))})
    return handles.assign(rank=ranks.astype(int)).sort_values(["rank", "value"]).reset_index(drop=True)


def _borne(facts: pd.DataFrame) -> pd.DataFrame:
    """Every number of every fact: fact, space, value, times."""
    parts = []
    for name, space in SPACES.items():
        given = facts[name] != ""
        part = pd.DataFrame({"value": facts.loc[given, name], "times": facts.loc[given, "times"]})
        parts.append(part.assign(space=space).reset_index(names="fact"))
    made = pd.concat(parts, ignore_index=True).astype({"space": "str", "value": "str"})
    return made.drop_duplicates(["fact", "space", "value"])


def _pairs(borne: pd.DataFrame) -> pd.DataFrame:
    """Numbers that stand in one fact, each pair once: profile, other (the more trusted), times."""
    several = borne[borne.duplicated("fact", keep=False)]
    both = several.merge(several[["fact", "number"]], on="fact", suffixes=("", "_other"))
    both = both[both["number_other"] < both["number"]]
    counted = both.groupby(["number", "number_other"])["times"].sum().reset_index()
    return counted.rename(columns={"number": "profile", "number_other": "other"})


def _said(facts: pd.DataFrame, profiles: int) -> list[Said]:
    """What each profile says."""
    made: list[tuple[set[str], set[str], set[str]]] = [(set(), set(), set()) for _ in range(profiles)]
    told = facts[["profile", "first", "birth_date", "also"]].drop_duplicates()
    for profile, first, day, also in told.itertuples(index=False, name=None):
        names, days, others = made[profile]
        names.update({first} - {""})
        days.update({day} - {""})
        others.update(also.split())
    return [Said(*map(frozenset, each)) for each in made]
