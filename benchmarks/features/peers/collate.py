"""PostgreSQL by the method of triage's collate: for each source and index date one INSERT of a GROUP BY, in which
every window is a CASE WHEN inside an aggregate. The SQL is ours; household members are joined as one would.

Loading the tables and getting the answers out is part of what is timed, as reading and writing is for everybody.
"""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

import prevention_model as pm
from benchmarks.features.matrix import write_matrix
from benchmarks.features.plain import plain, sizes
from benchmarks.features.sql import at_home, filled, named, over_others
from benchmarks.features.worlds import SOURCES, SPELLS
from tests.fixtures.postgresql import postgresql

# What is loaded of each table. Codes are named by letters; the aggregates ask for them by number.
TABLES = {
    "person": "person_id TEXT, is_adult BOOLEAN",
    "household": 'household_id TEXT, person_id TEXT, "from" DATE, "to" DATE, known_date DATE',
    "event": "person_id TEXT, kind TEXT, code SMALLINT, value FLOAT8, event_date DATE, known_date DATE",
    "spell": "person_id TEXT, kind TEXT, start_date DATE, end_date DATE, known_start DATE, known_end DATE",
    "given": "person_id TEXT, index_date DATE",
}

PREPARE = """
CREATE TABLE lives AS
    SELECT DISTINCT ON (person_id, index_date) person_id, index_date, household_id
    FROM household JOIN (SELECT DISTINCT index_date FROM given) dates
        ON greatest("from", known_date) < index_date AND ("to" IS NULL OR "to" >= index_date)
    ORDER BY person_id, index_date, "from" DESC, known_date DESC, household_id COLLATE "C" DESC;
CREATE TABLE asked AS SELECT CAST(row_number() OVER () AS INTEGER) AS pair, person_id, index_date
    FROM (SELECT person_id, index_date FROM lives UNION SELECT person_id, index_date FROM given) both_of_them;
CREATE TABLE member AS SELECT pair, person_id, index_date, household_id
    FROM given JOIN asked USING (person_id, index_date) LEFT JOIN lives USING (person_id, index_date);
CREATE TABLE other AS SELECT member.pair, asked.pair AS "of", is_adult
    FROM member JOIN lives USING (household_id, index_date)
        JOIN asked ON asked.person_id = lives.person_id AND asked.index_date = member.index_date
        JOIN person ON person.person_id = lives.person_id
    WHERE asked.pair <> member.pair;
CREATE INDEX ON event (kind);
ANALYZE;
"""

EVENTS = """
SELECT pair, {aggregates} FROM (
    SELECT pair, index_date - event_date AS age, code, value FROM event JOIN asked USING (person_id)
    WHERE kind = '{source}' AND index_date = '{date}'
        AND event_date < '{date}' AND known_date < '{date}') seen
GROUP BY pair
"""

SPELL = """
SELECT pair, {aggregates} FROM (
    SELECT pair, index_date - start_date AS age, ended,
        CASE WHEN ended THEN index_date - end_date ELSE 0 END AS to_age
    FROM spell JOIN asked USING (person_id)
        CROSS JOIN LATERAL (SELECT coalesce(end_date < '{date}' AND known_end < '{date}', FALSE) AS ended) ends
    WHERE kind = '{source}' AND index_date = '{date}'
        AND start_date < '{date}' AND known_start < '{date}') seen
GROUP BY pair
"""

HOME = """
CREATE TABLE home_{source} AS SELECT other.pair, {aggregates} FROM other JOIN own_{source} o ON o.pair = "of"
GROUP BY other.pair
"""


def answer(world: Path, features: tuple[pm.Feature, ...], out: Path) -> None:
    """Start a server, load, aggregate, and write what comes back."""
    with postgresql() as address, psycopg.connect(address.replace("+psycopg", "")) as database:
        database.execute("SET work_mem = '256MB'")
        _load(database, world)
        database.execute(PREPARE)
        dates = [str(date) for (date,) in database.execute("SELECT DISTINCT index_date FROM given")]
        for source in (*SOURCES, *SPELLS):
            _aggregate(database, source, dates, features)
        counted = ", ".join(
            f"count(CASE WHEN coalesce(is_adult, FALSE) = {adults} THEN 1 END) AS {name}"
            for name, adults in sizes(features).items()
        )
        database.execute(f"CREATE TABLE home_size AS SELECT pair, {counted} FROM other GROUP BY pair")
        made = _together(database, features)
    members = made.select(["person_id", "index_date"])
    write_matrix(out, members, {f.name: made[f.name].to_numpy() for f in features})


def _load(database: psycopg.Connection, world: Path) -> None:
    for name, columns in TABLES.items():
        path = world / ("members" if name == "given" else f"records/{name}")
        wanted = [column.split()[0].strip('"') for column in columns.split(", ")]
        database.execute(f"CREATE UNLOGGED TABLE {name} ({columns})")
        with database.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
            for piece in _as_csv(path.with_suffix(".parquet"), wanted):
                copy.write(piece)


def _as_csv(path: Path, wanted: list[str]) -> Iterator[bytes]:
    for batch in pq.ParquetFile(path).iter_batches(columns=wanted):
        columns = {
            name: batch[name].cast(pa.date32()) if pa.types.is_timestamp(batch[name].type) else batch[name]
            for name in wanted
        }
        if "code" in wanted:
            letters = pc.utf8_slice_codeunits(columns["code"], start=-1, stop=None)
            columns["code"] = pc.index_in(letters, pa.array(list("abcdefgh"), letters.type))
        sink = pa.BufferOutputStream()
        pa_csv.write_csv(pa.table(columns), sink, pa_csv.WriteOptions(include_header=False))
        yield sink.getvalue().to_pybytes()


def _aggregate(
    database: psycopg.Connection, source: str, dates: list[str], features: tuple[pm.Feature, ...]
) -> None:
    items = [item for item in plain(features) if item.source == source]
    read, aggregates = (EVENTS if source in SOURCES else SPELL), named(items)
    for number, date in enumerate(dates):
        begin = f"CREATE UNLOGGED TABLE own_{source} AS" if number == 0 else f"INSERT INTO own_{source}"
        database.execute(begin + read.format(source=source, date=date, aggregates=aggregates))
    others = over_others(item for item in items if item.home)
    database.execute(HOME.format(source=source, aggregates=others))


def _together(database: psycopg.Connection, features: tuple[pm.Feature, ...]) -> pa.Table:
    """The matrix; the server hands it over as text, which is what it does fastest."""
    columns = {
        item.name: filled(item, table=f"{'home' if item.home else 'own'}_{item.source}")
        for item in plain(features)
    }
    columns |= {name: at_home(name, name) for name in sizes(features)}
    select = ", ".join(columns[feature.name] for feature in features)
    tables = [f"{which}_{source}" for source in (*SOURCES, *SPELLS) for which in ("own", "home")]
    joins = " ".join(f"LEFT JOIN {table} USING (pair)" for table in [*tables, "home_size"])
    query = (
        f"COPY (SELECT person_id, index_date, {select} FROM member {joins}) TO STDOUT (FORMAT csv, HEADER)"
    )
    text = pa.BufferOutputStream()
    with database.cursor().copy(query) as copy:
        for piece in copy:
            text.write(piece)
    types = {feature.name: pa.float64() for feature in features}
    read = pa_csv.ConvertOptions(column_types=types)
    return pa_csv.read_csv(pa.BufferReader(text.getvalue()), convert_options=read)
