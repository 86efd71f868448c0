"""Who belongs to which group of the audit, as known at each index date. Never used by a model."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from prevention_model.errors import WrongUsage
from prevention_model.features import Feature, build_features
from prevention_model.query import KEPT, Lookback, OpenSpell, Retention, SpellsStarted, days_of
from prevention_model.records.cells import UNMAPPED
from prevention_model.records.records import Records
from prevention_model.settings.experiment import GroupSettings

NOT_RECORDED = "Not recorded"


def audit_groups(
    records: Records, members: pd.DataFrame, groups: Sequence[GroupSettings], retention: Retention = KEPT
) -> pd.DataFrame:
    """One text column a grouping, one row a member (person_id, index_date); "Not recorded" where unknown, or where
    the latest that is known is past its `retention`."""
    return pd.DataFrame(
        {group.name: _column(records, members, group, retention) for group in groups}, index=members.index
    )


def _column(records: Records, members: pd.DataFrame, group: GroupSettings, retention: Retention) -> pd.Series:
    values = _values(records, members, group, retention)
    values = values.mask(values.isin([UNMAPPED, *group.not_recorded]))
    if group.bands:
        values = _banded(pd.to_numeric(values, errors="coerce"), group.bands)
    if group.names:
        values = values.map(
            lambda value: group.names.get(str(value), group.other) if pd.notna(value) else None
        )
    return values.astype("str").fillna(NOT_RECORDED)


def _values(records: Records, members: pd.DataFrame, group: GroupSettings, retention: Retention) -> pd.Series:
    if group.person:
        person = records.frames["person"].set_index("person_id")
        if group.person not in person:
            raise WrongUsage(f"Group {group.name}: there is no person column {group.person}.")
        return members["person_id"].map(person[group.person])
    if group.member:
        if group.member not in members:
            raise WrongUsage(f"Group {group.name}: the cohort has no column {group.member}.")
        return members[group.member]
    if group.attribute:
        return _attribute(records, members, group, retention)
    if group.ever_spell:
        return _ever_spell(records, members, group, retention)
    return _open_spell(records, members, group.open_spell)


def _attribute(
    records: Records, members: pd.DataFrame, group: GroupSettings, retention: Retention
) -> pd.Series:
    """The value of the latest event date among those seen before each index date."""
    table = records.frames["attribute"]
    said = table["name"].isin(group.attribute) & ~table["value"].isin([UNMAPPED, *group.not_recorded])
    rows = table[said].copy()
    rows["seen"] = rows[["event_date", "known_date"]].max(axis=1)
    # Of several values of one day, one that has a name of its own gives way: "none" to whatever was found.
    rows["unnamed"] = ~rows["value"].isin(list(group.names))
    rows = rows.sort_values(["seen", "event_date", "unnamed", "known_date", "name", "value"], kind="stable")
    # An old fact that reaches the files late does not take the place of a newer one already there.
    rows = rows[rows["event_date"] >= rows.groupby("person_id")["event_date"].cummax()]
    asked = members[["person_id", "index_date"]].assign(place=np.arange(len(members)))
    asked["index_date"] = asked["index_date"].astype("datetime64[s]")
    found = pd.merge_asof(
        asked.sort_values("index_date", kind="stable"),
        rows[["person_id", "seen", "event_date", "name", "value"]],
        left_on="index_date",
        right_on="seen",
        by="person_id",
        allow_exact_matches=False,
    )
    for name in sorted(set(group.attribute) & set(retention.lengths)):
        oldest = retention.start_days(name, days_of(found["index_date"]))
        past = (found["name"] == name).to_numpy() & (days_of(found["event_date"]) < oldest)
        found["value"] = found["value"].mask(past)
    return pd.Series(found.sort_values("place")["value"].to_numpy(), index=members.index)


def _open_spell(records: Records, members: pd.DataFrame, kinds: tuple[str, ...]) -> pd.Series:
    asked = [Feature(f"open_{kind}", OpenSpell(kind), Lookback("all")) for kind in kinds]
    built = build_features(records, members[["person_id", "index_date"]], asked)
    # None open is only known where every kind was being received.
    chosen = pd.Series("none", index=members.index, dtype="object").mask(built.isna().any(axis=1).to_numpy())
    for kind in reversed(kinds):
        chosen[built[f"open_{kind}"].to_numpy() == 1] = kind
    return chosen


def _ever_spell(
    records: Records, members: pd.DataFrame, group: GroupSettings, retention: Retention
) -> pd.Series:
    """What is said of each: "now" while a spell is open, "before" once one began or is said to have been, or "none"."""
    asked = [
        Feature(f"{name}_{kind}", aggregate(kind), Lookback("all"))
        for kind in group.ever_spell
        for name, aggregate in (("open", OpenSpell), ("begun", SpellsStarted))
    ]
    built = build_features(records, members[["person_id", "index_date"]], asked, retention=retention)
    chosen = pd.Series("none", index=members.index, dtype="object").mask(built.isna().any(axis=1).to_numpy())
    chosen[_ever_said(records, members, group, retention)] = "before"
    for name, label in (("begun", "before"), ("open", "now")):
        some = built[[f"{name}_{kind}" for kind in group.ever_spell]] > 0
        chosen[some.any(axis=1).to_numpy()] = label
    return chosen


def _ever_said(
    records: Records, members: pd.DataFrame, group: GroupSettings, retention: Retention
) -> np.ndarray:
    """Of whom an attribute that is kept had said, before the index date, a value that `ever_said` lists."""
    table = records.frames["attribute"]
    said = np.zeros(len(members), dtype=bool)
    for name, values in group.ever_said.items():
        rows = table[(table["name"] == name) & table["value"].isin(values)]
        asked = members[["person_id", "index_date"]].assign(place=np.arange(len(members)))
        pairs = asked.merge(rows[["person_id", "event_date", "known_date"]], on="person_id")
        day = days_of(pairs["index_date"])
        seen = np.maximum(days_of(pairs["event_date"]), days_of(pairs["known_date"])) < day
        if name in retention.lengths:
            seen &= days_of(pairs["event_date"]) >= retention.start_days(name, day)
        said[pairs["place"][seen]] = True
    return said


def _banded(numbers: pd.Series, bands: tuple[float, ...]) -> pd.Series:
    edges = [-np.inf, *sorted(bands), np.inf]
    labels = [
        f"under {high:g}"
        if low == -np.inf
        else f"{low:g} and over"
        if high == np.inf
        else f"{low:g} to under {high:g}"
        for low, high in itertools.pairwise(edges)
    ]
    return pd.cut(numbers, edges, right=False, labels=labels).astype("object")
