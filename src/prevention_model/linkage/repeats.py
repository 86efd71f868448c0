"""What several sources of one agency say of the same thing, said once.

A referral stands in the CIN census, in Annex A and in the Standard Safeguarding Dataset. Counted three times it
would make the child look three times as worrying as a child of whom only one file was loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

_KEYS = {
    "event": ["person_id", "agency", "kind", "event_date"],
    "spell": ["person_id", "agency", "kind", "start_date"],
    "measurement": ["person_id", "agency", "kind", "event_date"],
}
_KNOWN = {"event": "known_date", "spell": "known_start", "measurement": "known_date"}
_END = ["end_date", "known_end", "outcome"]


@dataclass(frozen=True)
class Once:
    """A table in which each thing is said once, and how many rows were left out because they said it again."""

    table: pd.DataFrame
    repeated: int


def said_once(name: str, table: pd.DataFrame, order: Sequence[str]) -> Once:
    """Keep, of what sources of one agency say of one person, kind and day, what the first source says.

    `order` are the sources as authority.yaml lists them: the first is trusted most. What was known earliest
    counts as known then, whichever source said so; a spell that the first source leaves open takes its end from
    the others. Several rows of one source on one day are several things, and all stay.

    >>> rows = pd.DataFrame({"person_id": "p", "agency": "social_care", "kind": "referral",
    ...     "event_date": pd.to_datetime("2024-01-05"), "source": ["annex_a", "cin_census"],
    ...     "known_date": pd.to_datetime(["2024-01-05", "2024-01-06"])})
    >>> once = said_once("event", rows, ["cin_census", "annex_a"])
    >>> once.table["source"].to_list(), once.table["known_date"].dt.day.to_list(), once.repeated
    (['cin_census'], [5], 1)
    """
    if name not in _KEYS or table["source"].nunique() < 2:
        return Once(table, 0)
    group = table.groupby(_KEYS[name], sort=False, dropna=False).ngroup().to_numpy()
    rank = table["source"].map({source: place for place, source in enumerate(order)}).to_numpy()
    first = np.full(group.max() + 1, np.iinfo(np.int64).max)
    np.minimum.at(first, group, rank)
    kept = rank == first[group]
    if kept.all():
        return Once(table, 0)
    shared = np.isin(group, group[~kept])
    known = table.loc[shared, _KNOWN[name]].groupby(group[shared]).min()
    made = table.copy()
    made.loc[shared, _KNOWN[name]] = known.reindex(group[shared]).to_numpy()
    if name == "spell":
        made = _closed(made, group, kept)
    return Once(made[kept].reset_index(drop=True), int((~kept).sum()))


def _closed(table: pd.DataFrame, group: np.ndarray, kept: np.ndarray) -> pd.DataFrame:
    """The spells that stay, those left open with the end that a row left out has."""
    ended = table[~kept & table["end_date"].notna().to_numpy()]
    if ended.empty:
        return table
    ends = ended.assign(group=group[ended.index]).drop_duplicates("group").set_index("group")[_END]
    open_ = kept & table["end_date"].isna().to_numpy() & np.isin(group, ends.index)
    for name in _END:
        table.loc[open_, name] = ends[name].reindex(group[open_]).to_numpy()
    return table
