"""Polars: each source joined with the index dates of each person that see the event, and grouped once."""

from pathlib import Path

import polars as pl

import prevention_model as pm
from benchmarks.features.matrix import COMPRESSION
from benchmarks.features.plain import Plain, plain, sizes
from benchmarks.features.worlds import SOURCES, SPELLS

# A code becomes a bit, so that the different ones of a group are one number.
BITS = {letter: 1 << number for number, letter in enumerate("abcdefgh")}


def answer(world: Path, features: tuple[pm.Feature, ...], out: Path) -> None:
    """Prepare, a query a source, and one that puts them together."""
    people = pl.read_parquet(world / "records/person.parquet", columns=["person_id", "is_adult"])
    people = people.with_row_index("person")
    pairs, member, other = _who(world, people)
    seen_by = people.lazy().select("person", "person_id").join(pairs.lazy(), on="person")
    made = member.select("pair", "person_id", "index_date", "household_id")
    for source in (*SOURCES, *SPELLS):
        items = [item for item in plain(features) if item.source == source]
        rows = _events(world, source) if source in SOURCES else _spells(world, source)
        seen = rows.join(seen_by, on="person_id").filter(pl.col("seen") < pl.col("index_date"))
        own = _dated(seen, source).group_by("pair").agg(*map(_aggregate, items)).collect(engine="streaming")
        at_home = [item for item in items if item.home]
        home = (
            other.join(own, left_on="of", right_on="pair")
            .group_by("pair")
            .agg(*(getattr(pl.col(item.name), item.over_others)() for item in at_home))
        )
        own = own.drop(item.name for item in at_home)
        made = made.join(own, on="pair", how="left").join(home, on="pair", how="left")
    counted = [(pl.col("is_adult") == adults).sum().alias(name) for name, adults in sizes(features).items()]
    made = made.join(other.group_by("pair").agg(*counted), on="pair", how="left")
    totals = {item.name for item in plain(features) if item.is_total} | set(sizes(features))
    columns = [pl.col(feature.name).cast(pl.Float64) for feature in features]
    filled = [column.fill_null(0) if column.meta.output_name() in totals else column for column in columns]
    of_home = {item.name for item in plain(features) if item.home} | set(sizes(features))
    is_known = pl.col("household_id").is_not_null()
    filled = [
        pl.when(is_known).then(column) if column.meta.output_name() in of_home else column
        for column in filled
    ]
    made.select("person_id", "index_date", *filled).write_parquet(out, compression=COMPRESSION)


def _who(world: Path, people: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Everybody whose rows are looked at, numbered; the children asked about; the others of their households."""
    given = (
        pl.read_parquet(world / "members.parquet")
        .join(people, on="person_id")
        .select("person", "person_id", pl.col("index_date").cast(pl.Date))
    )
    lives = _lives(world, people, given)
    pairs = pl.concat([lives, given], how="diagonal").select("person", "index_date").unique()
    pairs = pairs.with_row_index("pair")
    member = given.join(pairs, on=["person", "index_date"]).join(
        lives, on=["person", "index_date"], how="left"
    )
    other = (
        member.select("pair", "household_id", "index_date")
        .join(lives, on=["household_id", "index_date"])
        .join(pairs.rename({"pair": "of"}), on=["person", "index_date"])
        .filter(pl.col("pair") != pl.col("of"))
        .join(people.select("person", "is_adult"), on="person")
        .select("pair", "of", pl.col("is_adult").fill_null(False))
    )
    return pairs, member, other


def _lives(world: Path, people: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """The household of everybody at each index date: of those seen and not left, the one entered last."""
    stays = pl.read_parquet(world / "records/household.parquet").join(people, on="person_id")
    stays = stays.with_columns(pl.max_horizontal("from", "known_date").alias("known"))
    return (
        stays.join(given.select(pl.col("index_date").unique()), how="cross")
        .filter(pl.col("known") < pl.col("index_date"))
        .filter(pl.col("to").is_null() | (pl.col("to") >= pl.col("index_date")))
        .sort("from", "known", "household_id")
        .group_by("person", "index_date")
        .agg(pl.col("household_id").last())
    )


def _events(world: Path, source: str) -> pl.LazyFrame:
    rows = pl.scan_parquet(world / "records/event.parquet").filter(pl.col("kind") == source)
    return rows.select(
        "person_id",
        "value",
        pl.col("code").str.tail(1).replace_strict(BITS, return_dtype=pl.Int32),
        pl.col("event_date").cast(pl.Date).alias("day"),
        pl.max_horizontal("event_date", "known_date").cast(pl.Date).alias("seen"),
    )


def _spells(world: Path, source: str) -> pl.LazyFrame:
    rows = pl.scan_parquet(world / "records/spell.parquet").filter(pl.col("kind") == source)
    end_seen = pl.when(pl.col("end_date").is_not_null()).then(pl.max_horizontal("end_date", "known_end"))
    return rows.select(
        "person_id",
        pl.col("start_date").cast(pl.Date).alias("day"),
        pl.max_horizontal("start_date", "known_start").cast(pl.Date).alias("seen"),
        pl.col("end_date").cast(pl.Date).alias("until"),
        end_seen.cast(pl.Date).alias("end_seen"),
    )


def _dated(seen: pl.LazyFrame, source: str) -> pl.LazyFrame:
    age, to_age = (
        (pl.col("index_date") - pl.col(day)).dt.total_days().cast(pl.Int32) for day in ("day", "until")
    )
    if source in SOURCES:
        return seen.select("pair", "value", "code", age.alias("age"))
    ended = (pl.col("end_seen") < pl.col("index_date")).fill_null(False)
    return seen.select(
        "pair",
        age.alias("age"),
        ended.alias("ended"),
        pl.when(ended).then(to_age).otherwise(0).alias("to_age"),
    )


def _aggregate(item: Plain) -> pl.Expr:
    conditions: list[pl.Expr] = []
    if item.has_window:
        conditions.append(pl.col(item.dated_by) <= item.window)
    if item.codes is not None:
        conditions.append(pl.col("code").is_in([1 << code for code in item.codes]))
    if item.ended:
        conditions.append(pl.col("ended"))
    if item.function == "count":
        return (pl.all_horizontal(conditions).sum() if conditions else pl.len()).alias(item.name)
    amount = _amount(item)
    if conditions:
        amount = pl.when(pl.all_horizontal(conditions)).then(amount)
    if item.function == "distinct":
        return amount.bitwise_or().bitwise_count_ones().alias(item.name)
    return getattr(amount, item.function)().alias(item.name)


def _amount(item: Plain) -> pl.Expr:
    if item.amount == "open":
        return (~pl.col("ended")).cast(pl.Int32)
    if item.amount == "days":
        until = pl.col("age") if item.window is None else pl.min_horizontal("age", pl.lit(item.window))
        return pl.max_horizontal(pl.lit(0), until - pl.col("to_age"))
    return pl.col(item.amount)
