"""DuckDB: each source scanned once, joined with the index dates of each person that see the event, aggregated once."""

from pathlib import Path

import duckdb

import prevention_model as pm
from benchmarks.features.plain import Plain, plain, sizes
from benchmarks.features.sql import at_home, filled, named, over_others
from benchmarks.features.worlds import SOURCES, SPELLS

# Numbers instead of texts for people and codes make every join below cheaper; so does sorting out who is
# asked about, and who lives with whom, once.
PREPARE = """
CREATE TABLE person AS SELECT row_number() OVER () AS person, person_id, is_adult
    FROM read_parquet('{records}/person.parquet');
CREATE TABLE given AS SELECT person, person_id, CAST(index_date AS DATE) AS index_date
    FROM read_parquet('{world}/members.parquet') JOIN person USING (person_id);
CREATE TABLE lives AS
    SELECT person, index_date, arg_max(household_id, ("from", known, household_id)) AS household_id
    FROM (SELECT person, household_id, CAST("from" AS DATE) AS "from", CAST("to" AS DATE) AS "to",
              CAST(greatest("from", known_date) AS DATE) AS known
          FROM read_parquet('{records}/household.parquet') JOIN person USING (person_id))
    JOIN (SELECT DISTINCT index_date FROM given)
        ON known < index_date AND ("to" IS NULL OR "to" >= index_date)
    GROUP BY person, index_date;
CREATE TABLE asked AS SELECT row_number() OVER () AS pair, person, index_date
    FROM (SELECT person, index_date FROM lives UNION SELECT person, index_date FROM given);
CREATE TABLE member AS SELECT pair, person_id, index_date, household_id
    FROM given JOIN asked USING (person, index_date) LEFT JOIN lives USING (person, index_date);
CREATE TABLE other AS SELECT member.pair, asked.pair AS "of", is_adult
    FROM member JOIN lives USING (household_id, index_date) JOIN asked USING (person, index_date)
        JOIN person USING (person) WHERE asked.pair <> member.pair;
CREATE TABLE event AS SELECT person, kind, CAST(ascii(right(code, 1)) - 97 AS TINYINT) AS code, value,
    CAST(event_date AS DATE) AS day, CAST(greatest(event_date, known_date) AS DATE) AS seen
    FROM read_parquet('{records}/event.parquet') JOIN person USING (person_id);
CREATE TABLE spell AS SELECT person, kind, CAST(start_date AS DATE) AS day, CAST(end_date AS DATE) AS until,
    CAST(greatest(start_date, known_start) AS DATE) AS seen,
    CAST(greatest(end_date, known_end) AS DATE) AS end_seen
    FROM read_parquet('{records}/spell.parquet') JOIN person USING (person_id);
"""

EVENTS = """
CREATE TABLE own_{source} AS SELECT pair, {aggregates} FROM (
    SELECT pair, index_date - day AS age, code, value
    FROM event JOIN asked ON event.person = asked.person AND seen < index_date WHERE kind = '{source}')
GROUP BY pair
"""

SPELL = """
CREATE TABLE own_{source} AS SELECT pair, {aggregates} FROM (
    SELECT pair, index_date - day AS age, coalesce(end_seen < index_date, FALSE) AS ended,
        CASE WHEN end_seen < index_date THEN index_date - until ELSE 0 END AS to_age
    FROM spell JOIN asked ON spell.person = asked.person AND seen < index_date WHERE kind = '{source}')
GROUP BY pair
"""

HOME = """
CREATE TABLE home_{source} AS SELECT other.pair, {aggregates} FROM other JOIN own_{source} o ON o.pair = "of"
GROUP BY other.pair
"""

SIZES = "CREATE TABLE home_size AS SELECT pair, {aggregates} FROM other GROUP BY pair"


# The codes seen are the bits of a number: half the cost of the set a pair that count(DISTINCT) keeps. CASE WHEN
# inside the aggregates is as fast as FILTER, or faster.
DISTINCT = "bit_count(bit_or(1::UTINYINT << {}))"


def answer(world: Path, features: tuple[pm.Feature, ...], out: Path) -> None:
    """Prepare, a query a source, and one that puts them together."""
    asked = plain(features)
    with duckdb.connect() as database:
        database.execute("SET preserve_insertion_order = false")
        database.execute(PREPARE.format(world=world, records=world / "records"))
        for source in (*SOURCES, *SPELLS):
            items = [item for item in asked if item.source == source]
            read = EVENTS if source in SOURCES else SPELL
            database.execute(read.format(source=source, aggregates=named(items, DISTINCT)))
            others = over_others(item for item in items if item.home)
            database.execute(HOME.format(source=source, aggregates=others))
        counted = [
            f"count(CASE WHEN {'' if adults else 'NOT '}coalesce(is_adult, FALSE) THEN 1 END) AS {name}"
            for name, adults in sizes(features).items()
        ]
        database.execute(SIZES.format(aggregates=", ".join(counted)))
        database.execute(_together(features, asked, out))


def _together(features: tuple[pm.Feature, ...], asked: list[Plain], out: Path) -> str:
    columns = {
        item.name: filled(item, table=f"{'home' if item.home else 'own'}_{item.source}") for item in asked
    }
    columns |= {name: at_home(name, name) for name in sizes(features)}
    tables = [f"{which}_{source}" for source in (*SOURCES, *SPELLS) for which in ("own", "home")]
    joins = "\n".join(f"LEFT JOIN {table} USING (pair)" for table in [*tables, "home_size"])
    select = ",\n".join(columns[feature.name] for feature in features)
    return f"""
        COPY (SELECT person_id, index_date, {select} FROM member {joins})
        TO '{out}' (FORMAT parquet, COMPRESSION zstd)
        """
