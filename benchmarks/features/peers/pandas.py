"""pandas: each source merged with the index dates of each person, cut to what is seen, and grouped."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

import prevention_model as pm
from benchmarks.features.matrix import write_matrix
from benchmarks.features.plain import Plain, plain, sizes
from benchmarks.features.worlds import SOURCES, SPELLS

KEYS = ["person_id", "index_date"]


def answer(world: Path, features: tuple[pm.Feature, ...], out: Path) -> None:
    """Prepare, a merge and a grouping a source, and the columns in the order of the members."""
    members = pq.read_table(world / "members.parquet")
    pairs, member, housed, other = _who(world, members.to_pandas())
    columns: dict[str, pd.Series] = {}
    for source in (*SOURCES, *SPELLS):
        items = [item for item in plain(features) if item.source == source]
        rows = _events(world, source) if source in SOURCES else _spells(world, source)
        rows = rows.merge(pairs, on="person_id")
        seen = _dated(rows[rows["seen"] < rows["index_date"]], source)
        for item in items:
            own = _aggregate(item, seen)
            columns[item.name] = _over_others(item, own, other) if item.home else own
    for name, adults in sizes(features).items():
        columns[name] = other[other["is_adult"] == adults]["pair"].value_counts(sort=False)
    totals = {item.name for item in plain(features) if item.is_total} | set(sizes(features))
    in_order = {
        feature.name: columns[feature.name]
        .reindex(member)
        .to_numpy(dtype=np.float64, na_value=0 if feature.name in totals else np.nan)
        for feature in features
    }
    # Where nobody knows the household, nobody knows what happened there.
    for name in {item.name for item in plain(features) if item.home} | set(sizes(features)):
        in_order[name] = np.where(housed, in_order[name], np.nan)
    write_matrix(out, members, in_order)


def _who(world: Path, given: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray, np.ndarray, pd.DataFrame]:
    """Everybody whose rows are looked at, numbered; the members' numbers, and whether their household is known; the
    others of their households."""
    lives = _lives(world, given)
    pairs = pd.concat([lives[KEYS], given[KEYS]]).drop_duplicates(ignore_index=True)
    pairs["pair"] = np.arange(len(pairs))
    member = given.merge(pairs, on=KEYS, how="left")
    people = pd.read_parquet(world / "records/person.parquet", columns=["person_id", "is_adult"])
    people_there = lives.merge(pairs, on=KEYS).merge(people, on="person_id").rename(columns={"pair": "of"})
    asked = member.merge(lives, on=KEYS)[["pair", "household_id", "index_date"]]
    other = asked.merge(people_there.drop(columns="person_id"), on=["household_id", "index_date"])
    other = other[other["pair"] != other["of"]]
    number = member["pair"].to_numpy()
    other = other.assign(is_adult=other["is_adult"].fillna(False))
    return pairs, number, np.isin(number, asked["pair"].to_numpy()), other


def _lives(world: Path, given: pd.DataFrame) -> pd.DataFrame:
    """The household of everybody at each index date: of those seen and not left, the one entered last."""
    stays = pd.read_parquet(world / "records/household.parquet")
    stays["known"] = stays[["from", "known_date"]].max(axis=1)
    rows = stays.merge(given[["index_date"]].drop_duplicates(), how="cross")
    seen = (rows["known"] < rows["index_date"]) & ~(rows["to"] < rows["index_date"])
    rows = rows[seen].sort_values(["from", "known", "household_id"])
    return rows.drop_duplicates(KEYS, keep="last")[[*KEYS, "household_id"]]


def _events(world: Path, source: str) -> pd.DataFrame:
    columns = ["person_id", "code", "value", "event_date", "known_date"]
    rows = pd.read_parquet(world / "records/event.parquet", columns=columns, filters=[("kind", "==", source)])
    letters = {f"{source}_{letter}": number for number, letter in enumerate("abcdefgh")}
    rows["code"] = rows["code"].map(letters).fillna(-1).astype(np.int8)
    rows["seen"] = np.maximum(rows["event_date"], rows["known_date"])
    return rows.rename(columns={"event_date": "day"}).drop(columns="known_date")


def _spells(world: Path, source: str) -> pd.DataFrame:
    rows = pd.read_parquet(world / "records/spell.parquet", filters=[("kind", "==", source)])
    rows["seen"] = np.maximum(rows["start_date"], rows["known_start"])
    rows["end_seen"] = np.maximum(rows["end_date"], rows["known_end"])
    rows = rows.rename(columns={"start_date": "day", "end_date": "until"})
    return rows[["person_id", "day", "until", "seen", "end_seen"]]


def _dated(rows: pd.DataFrame, source: str) -> pd.DataFrame:
    made = {"pair": rows["pair"], "age": (rows["index_date"] - rows["day"]).dt.days}
    if source in SOURCES:
        return pd.DataFrame(made | {"value": rows["value"], "code": rows["code"]})
    ended = rows["end_seen"] < rows["index_date"]
    to_age = (rows["index_date"] - rows["until"]).dt.days.where(ended, 0)
    return pd.DataFrame(made | {"ended": ended, "to_age": to_age, "open": (~ended).astype(np.int64)})


def _aggregate(item: Plain, seen: pd.DataFrame) -> pd.Series:
    if item.amount == "days":
        until = seen["age"] if item.window is None else seen["age"].clip(upper=item.window)
        return (until - seen["to_age"]).clip(lower=0).groupby(seen["pair"], sort=False).sum()
    keep = np.ones(len(seen), dtype=np.bool_)
    if item.has_window:
        keep &= (seen[item.dated_by] <= item.window).to_numpy()
    if item.codes is not None:
        keep &= seen["code"].isin(item.codes).to_numpy()
    if item.ended:
        keep &= seen["ended"].to_numpy()
    if item.function == "count":
        return seen["pair"][keep].value_counts(sort=False)
    rows = seen.loc[keep, ["pair", item.amount]]
    if item.function == "distinct":
        return rows[rows["code"] >= 0].drop_duplicates()["pair"].value_counts(sort=False)
    return getattr(rows.groupby("pair", sort=False)[item.amount], item.function)()


def _over_others(item: Plain, own: pd.Series, other: pd.DataFrame) -> pd.Series:
    """Whoever has no row has nothing to add."""
    theirs = own.reindex(other["of"]).set_axis(other.index)
    return getattr(theirs.groupby(other["pair"], sort=False), item.over_others)()
