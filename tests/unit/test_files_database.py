"""Tables of a database: on a real PostgreSQL server where there is one, and on SQLite for what can go wrong."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from prevention_model.errors import RecordsRefused
from prevention_model.records.files.database import database_tables
from prevention_model.records.text_table import TextTable
from tests.fixtures.postgresql import postgresql, why_not

needs_server = pytest.mark.skipif(bool(why_not()), reason=why_not() or "a server can be started")
MADE = """
create schema ssd;
create table ssd.ssd_person (
    pers_person_id nchar(8) primary key, pers_forename text, "Pers Surname" text, pers_dob timestamp,
    pers_common_child_id bigint, pers_is_mother boolean, cost numeric(8, 2), score double precision,
    since timestamptz, lasts interval, place point, outcome_json jsonb, tags text[], raw bytea, at time, id uuid
);
insert into ssd.ssd_person values
    ('P2', 'Zoë', 'O''Hare', '2015-05-17', 9990000018, true, 7.50, 0.1, '2024-01-02 09:30:00+00', '1 day 2 hours',
     '(1,2)', '{"NFA_FLAG": "Y"}', '{"a b",c}', '\\x01ff', '09:30', '00000000-0000-0000-0000-000000000001'),
    ('P1', 'NULL', '', null, null, false, null, 'NaN', null, null, null, null, null, null, null, null);
create view ssd.adults as select pers_person_id as "ID", pers_forename as "Name", 1 as name from ssd.ssd_person;
create table ssd.many as select n, 'word' as w from generate_series(1, 120000) as n;
alter table ssd.many add primary key (n);
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        engine = sa.create_engine(url, poolclass=sa.NullPool)
        with engine.begin() as told:
            told.exec_driver_sql(MADE)
        yield url


def texts(table: TextTable, column: str) -> list[object]:
    values = table.column(column).values()
    return values.astype(object).where(values.notna(), None).to_list()


@needs_server
def test_every_type_reads_as_it_would_in_a_csv(server: str) -> None:
    (person,) = database_tables(server, ["SSD_PERSON"], schema="ssd")
    assert person.name == "table ssd_person"
    found = {name: texts(person, name) for name in person.names}
    outcome = found.pop("outcome_json")[1]
    assert json.loads(str(outcome)) == {"NFA_FLAG": "Y"}
    assert found.pop("since")[1] in {"2024-01-02T09:30:00+00:00", "2024-01-02T09:30:00Z"}
    assert found == {
        "pers_person_id": ["P1", "P2"],
        "pers_forename": [None, "Zoë"],
        "pers surname": [None, "O'Hare"],
        "pers_dob": [None, "2015-05-17"],
        "pers_common_child_id": [None, "9990000018"],
        "pers_is_mother": ["false", "true"],
        "cost": [None, "7.5"],
        "score": [None, "0.1"],
        "lasts": [None, "26:00:00"],
        "place": [None, "(1,2)"],
        "tags": [None, '["a b", "c"]'],
        "raw": [None, "01ff"],
        "at": [None, "09:30:00"],
        "id": [None, "00000000-0000-0000-0000-000000000001"],
    }


@needs_server
def test_rows_are_numbered_in_the_order_of_the_key_across_batches(server: str) -> None:
    (many,) = database_tables(server, ["many"], schema="ssd")
    assert many.rows_in == 120_000
    assert (many.column("n").values().astype(int).to_numpy() == many.rows).all()


@needs_server
def test_a_view_is_a_table_and_names_that_differ_in_case_stand_twice(server: str) -> None:
    (adults,) = database_tables(server, ["Adults"], schema="ssd")
    assert (sorted(texts(adults, "id")), adults.twice) == (["P1", "P2"], {"name"})


@needs_server
def test_nothing_is_written_even_by_a_view_that_would(server: str) -> None:
    engine = sa.create_engine(server, poolclass=sa.NullPool)
    with engine.begin() as told:
        told.exec_driver_sql(
            "create table ssd.seen (n int);"
            "create function ssd.count_me() returns int language sql as "
            "'insert into ssd.seen values (1) returning n';"
            "create view ssd.counting as select ssd.count_me() as n"
        )
    with pytest.raises(RecordsRefused, match="does not let these tables be read"):
        database_tables(server, ["counting"], schema="ssd")
    with engine.connect() as told:
        assert told.exec_driver_sql("select count(*) from ssd.seen").scalar() == 0


@needs_server
def test_a_missing_table_is_named_with_all_others_that_are_missing(server: str) -> None:
    with pytest.raises(RecordsRefused) as caught:
        database_tables(server, ["many", "ssd_cin", 'x"; drop table ssd.many; --'], schema="ssd")
    assert str(caught.value) == (
        'The database has no table or view called ssd_cin; x"; drop table ssd.many; --. '
        "Where: postgresql+psycopg database postgres, schema ssd. "
        "What to do: Check the names and the schema, and that the user may see them."
    )
    assert database_tables(server, ["many"], schema="ssd")[0].rows_in == 120_000


@needs_server
def test_a_user_who_may_not_read_is_told_so_without_a_password(server: str) -> None:
    engine = sa.create_engine(server, poolclass=sa.NullPool)
    with engine.begin() as told:
        told.exec_driver_sql(
            "create role stranger login password 'sw0rdfish'; grant usage on schema ssd to stranger"
        )
    address = server.replace("reader@", "stranger:sw0rdfish@")
    with pytest.raises(RecordsRefused) as caught:
        database_tables(address, ["many"], schema="ssd")
    assert "does not let these tables be read (ProgrammingError)" in str(caught.value)
    assert "sw0rdfish" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("not an address sw0rdfish", "The address of the database cannot be read."),
        ("nonsense://u:sw0rdfish@host/db", "The driver for the database is not installed."),
        ("mssql+pyodbc://u:sw0rdfish@host/db", "The driver for the database is not installed."),
        (
            "postgresql+psycopg://u:sw0rdfish@127.0.0.1:9/db?connect_timeout=1",
            "The database does not answer, or",
        ),
        ("postgresql+psycopg://u:sw0rdfish@host:port/db", "The address of the database cannot be read."),
    ],
)
def test_a_wrong_address_is_refused_without_its_password(url: str, what: str) -> None:
    with pytest.raises(RecordsRefused) as caught:
        database_tables(url, ["a"])
    assert str(caught.value).startswith(what) and "sw0rdfish" not in str(caught.value)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed on Windows")
def test_a_database_file_is_read_with_types_of_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as told:
        told.exec_driver_sql("create table a (b anything, day date)")
        told.exec_driver_sql("insert into a values (7, '2015-05-17')")
    (found,) = database_tables(url, ["A"])
    assert (texts(found, "b"), texts(found, "day")) == (["7"], ["2015-05-17"])
