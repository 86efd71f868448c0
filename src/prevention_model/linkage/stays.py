"""Stays: who lived where from when, one row however many times it was said.

A source that says again what it said before says nothing new: a school's census gives every pupil's address
three times a year. So the statements of one source are read one after another, and what several sources say of
one home and one time is one stay. What is known first counts: a later row cannot have been seen earlier.

Worked example. School says H1 in January, May and October 2023, housing says H1 from 3 December 2022, which was
known on 20 January. One stay: H1 from January 2023, as first known. In 2024 the school says H2: a second stay.
"""

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

_OPEN, _NEVER = 10**7, -(10**7)
"""In days since 1970."""


def stays(homes: pd.DataFrame, relationship: pd.DataFrame) -> pd.DataFrame:
    """The stays behind rows of place of kind home, with their columns and `home`, `until` and `order`.

    `homes`: person_id, dwelling, postcode, lsoa, from, to, known_date, source (and more, kept from the row
    that was known first). `home` names the place: a dwelling, or else `postcode ...` or `area ...`. `to` is the
    end that was said. `until` is when the person had gone by all that is known today; use it only to find out
    who lived together, never as something known at the time.
    """
    rows = homes.assign(**{"from": homes["from"].fillna(homes["known_date"])})
    rows = rows.assign(home=_home(homes, relationship), order=np.arange(len(rows)))
    rows = rows[rows["from"].notna()]
    rows = rows[rows["home"] != ""].sort_values(["person_id", "source", "from", "known_date"], kind="stable")
    return _together(_news(rows))


def _home(homes: pd.DataFrame, relationship: pd.DataFrame) -> pd.Series:
    """What names the home of each row.

    A row with a postcode alone is at the one dwelling that the person, or else a relative of theirs, has in that
    postcode; and relatives of whom nothing but the one postcode is known are at one dwelling in it (`kin ...`). A
    postcode without a relative says nothing about a dwelling.
    """
    home = homes["dwelling"].fillna("")
    missing = (home == "") & (homes["postcode"].fillna("") != "")
    known = homes.loc[home != "", ["person_id", "postcode", "dwelling"]].drop_duplicates()
    known = known[known["postcode"].fillna("") != ""]
    ends = relationship[["person_id", "other_id"]]
    both = pd.concat([ends, ends.rename(columns={"person_id": "other_id", "other_id": "person_id"})])
    theirs = both.drop_duplicates().merge(known.rename(columns={"person_id": "other_id"}), on="other_id")
    for candidates in (known, theirs[["person_id", "postcode", "dwelling"]].drop_duplicates()):
        only = candidates[~candidates.duplicated(["person_id", "postcode"], keep=False)]
        found = only.set_index(["person_id", "postcode"])["dwelling"]
        wanted = pd.MultiIndex.from_frame(homes.loc[missing, ["person_id", "postcode"]])
        home.loc[missing] = found.reindex(wanted).astype("str").fillna("").to_numpy()
        missing = (home == "") & (homes["postcode"].fillna("") != "")
    home = home.mask(missing, "postcode " + homes["postcode"])
    home = _with_kin(homes["person_id"], home, both)
    area = homes["lsoa"].fillna("") if "lsoa" in homes else pd.Series("", index=homes.index, dtype="str")
    return home.mask((home == "") & (area != ""), "area " + area)


def _with_kin(person: pd.Series, home: pd.Series, related: pd.DataFrame) -> pd.Series:
    """The homes, with one name for the postcode of people who are related and of whom it is all that is known."""
    postcode = home[home.str.startswith("postcode ")]
    nodes = pd.DataFrame({"person_id": person[postcode.index], "home": postcode}).drop_duplicates(
        ignore_index=True
    )
    nodes["node"] = nodes.index
    theirs = nodes.merge(related.drop_duplicates(), on="person_id")
    pairs = theirs.merge(
        nodes.rename(columns={"person_id": "other_id", "node": "other"}), on=["other_id", "home"]
    )
    if not len(pairs):
        return home
    graph = coo_array((np.ones(len(pairs)), (pairs["node"], pairs["other"])), shape=(len(nodes), len(nodes)))
    nodes["kin"] = connected_components(graph, directed=False)[1]
    several = nodes["kin"].duplicated(keep=False)
    first = nodes.drop_duplicates("kin").set_index("kin")["person_id"]
    named = "kin " + nodes["home"] + " " + nodes["kin"].map(first)
    kin = named[several].set_axis(pd.MultiIndex.from_frame(nodes.loc[several, ["person_id", "home"]]))
    wanted = kin.reindex(pd.MultiIndex.from_arrays([person, home])).astype("str")
    return home.mask(wanted.notna().to_numpy(), pd.Series(wanted.to_numpy(), index=home.index))


def _news(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows in which a source says something new of a person, each with when it said something else."""
    same = rows["person_id"].eq(rows["person_id"].shift()) & rows["source"].eq(rows["source"].shift())
    gap = rows["to"].shift().notna() & (rows["to"].shift() < rows["from"])
    new = ~(same & rows["home"].eq(rows["home"].shift()) & ~gap)
    run = new.cumsum()
    first = rows[new.to_numpy()].copy()
    ended = rows["to"].groupby(run).last()
    first["to"] = ended.where(rows["to"].notna().groupby(run).last()).to_numpy()
    following = (
        first["from"]
        .shift(-1)
        .where(
            first["person_id"].eq(first["person_id"].shift(-1))
            & first["source"].eq(first["source"].shift(-1))
        )
    )
    first["until"] = pd.concat([first["to"], following], axis=1).min(axis=1)
    return first


def _together(news: pd.DataFrame) -> pd.DataFrame:
    """One stay for what several sources say of one person, home and time."""
    news = news.sort_values(["person_id", "home", "from", "known_date"], kind="stable")
    start, until = _days(news["from"]), _days(news["until"])
    place = pd.factorize(news["person_id"] + "|" + news["home"])[0]
    latest = pd.Series(until).groupby(place).cummax().groupby(place).shift().fillna(_NEVER).to_numpy()
    new = start > latest
    run = np.cumsum(new)
    news = news.assign(run=run)
    made = news.sort_values("known_date", kind="stable").drop_duplicates("run").set_index("run").sort_index()
    # Still there unless every source that said so has said that it ended.
    made["to"] = (
        news.groupby("run")["to"].max().where(news.groupby("run")["to"].count() == news.groupby("run").size())
    )
    made["until"] = (
        news.groupby("run")["until"]
        .max()
        .where(news.groupby("run")["until"].count() == news.groupby("run").size())
    )
    return made.sort_values("order").reset_index(drop=True)


def _days(dates: pd.Series) -> np.ndarray:
    days = dates.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), _OPEN, days.astype(np.int64))
