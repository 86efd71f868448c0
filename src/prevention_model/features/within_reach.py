"""What of the records the features of some people can read: what is built again for a few needs no copy of the rest."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

import numpy as np

from prevention_model.features.declared import Declared
from prevention_model.features.query_plan import QueryPlan
from prevention_model.query import Reads
from prevention_model.records.records import Records

LONG = {"event": "kind", "measurement": "kind", "attribute": "name", "spell": "kind"}
"""The tables that are cut, with the column that names a row's kind. Who lives where, with whom, and who is whose stays
whole: it says who is within reach, and is short."""


def within_reach(records: Records, people: Iterable[str], features: Sequence[Declared] = ()) -> Records:
    """The records without rows that no feature of these people (person_ids) reads, at any index date.

    Rows of the people themselves stay, of all who ever shared a household with them, of their relations and of the
    relations of those; where features ask about an area, rows of the kinds asked for of all who ever lived in an area
    of theirs. `build_features` gives these people the same values as from the whole records.

    >>> import pandas as pd
    >>> from prevention_model.features.feature import Feature
    >>> from prevention_model.query import Count, Lookback
    >>> events = pd.DataFrame({"person_id": ["a", "b"], "kind": "contact", "event_date": "2024-03-01"})
    >>> contacts = Feature("contacts", Count("event", kind="contact"), Lookback("30 days"))
    >>> cut = within_reach(Records.from_frames({"event": events}), ["a"], [contacts])
    >>> cut.frames["event"]["person_id"].tolist()
    ['a']
    """
    frames = dict(records.frames)
    chosen = set(people)
    near = _near(records, chosen)
    questions = QueryPlan.of(features).questions if features else ()
    of_areas = Reads.of(each for each in questions if each.scope == "place").kinds
    residents = _residents(records, chosen) if of_areas else set()
    for table, named in LONG.items():
        frame = frames[table]
        keep = frame["person_id"].isin(near).to_numpy(copy=True)
        asked = [kind for read, kind in of_areas if read == table]
        if asked:
            rows = np.flatnonzero(frame[named].isin(asked).to_numpy() & ~keep)
            keep[rows] = frame["person_id"].iloc[rows].isin(residents).to_numpy()
        frames[table] = frame[keep].reset_index(drop=True)
    return replace(records, frames=frames)


def _near(records: Records, people: Collection[str]) -> set[str]:
    """These people, all of their households, and relations of theirs up to two ties away (siblings by a parent)."""
    home, tie = records.frames["household"], records.frames["relationship"]
    near = set(people)
    for _ in range(2):
        forth, back = tie["person_id"].isin(near), tie["other_id"].isin(near)
        near |= {*tie.loc[forth, "other_id"].dropna(), *tie.loc[back, "person_id"].dropna()}
    theirs = home.loc[home["person_id"].isin(people), "household_id"].dropna().unique()
    return near | set(home.loc[home["household_id"].isin(theirs), "person_id"])


def _residents(records: Records, people: Collection[str]) -> set[str]:
    """Everybody who ever lived in an area in which one of these people ever did."""
    place = records.frames["place"]
    homes = place[(place["kind"] == "home").to_numpy()]
    areas = homes.loc[homes["person_id"].isin(people), "lsoa"].dropna().unique()
    return set(homes.loc[homes["lsoa"].isin(areas), "person_id"])
