"""Who belongs to which group of the audit, as known at each index date. Never used by a model."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from prevention_model.errors import WrongUsage
from prevention_model.features import Feature, build_features
from prevention_model.query import KEPT, Lookback, OpenSpell, Retention, days_of
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
    if group.bands:
        values = _banded(pd.to_numeric(values, errors="coerce"), group.bands)
    if group.names:
        values = values.map(lambda value: group.names.get(str(value), "Other") if pd.notna(value) else None)
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
        return _attribute(records, members, group.attribute, retention)
    return _open_spell(records, members, group.open_spell)


def _attribute(records: Records, members: pd.DataFrame, name: str, retention: Retention) -> pd.Series:
    """The value of the latest event date among those seen before each index date."""
    table = records.frames["attribute"]
    rows = table[table["name"] == name].copy()
    rows["seen"] = rows[["event_date", "known_date"]].max(axis=1)
    rows = rows.sort_values(["seen", "event_date", "known_date", "value"], kind="stable")
    # An old fact that reaches the files late does not take the place of a newer one already there.
    rows = rows[rows["event_date"] >= rows.groupby("person_id")["event_date"].cummax()]
    asked = members[["person_id", "index_date"]].assign(place=np.arange(len(members)))
    asked["index_date"] = asked["index_date"].astype("datetime64[s]")
    found = pd.merge_asof(
        asked.sort_values("index_date", kind="stable"),
        rows[["person_id", "seen", "event_date", "value"]],
        left_on="index_date",
        right_on="seen",
        by="person_id",
        allow_exact_matches=False,
    )
    if name in retention.lengths:
        oldest = retention.start_days(name, days_of(found["index_date"]))
        found["value"] = found["value"].where(days_of(found["event_date"]) >= oldest)
    return pd.Series(found.sort_values("place")["value"].to_numpy(), index=members.index)


def _open_spell(records: Records, members: pd.DataFrame, kinds: tuple[str, ...]) -> pd.Series:
    asked = [Feature(f"open_{kind}", OpenSpell(kind), Lookback("all")) for kind in kinds]
    built = build_features(records, members[["person_id", "index_date"]], asked)
    # None open is only known where every kind was being received.
    chosen = pd.Series("none", index=members.index, dtype="object").mask(built.isna().any(axis=1).to_numpy())
    for kind in reversed(kinds):
        chosen[built[f"open_{kind}"].to_numpy() == 1] = kind
    return chosen


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
