"""Tables of a database as tables of text, through SQLAlchemy: SQL Server, PostgreSQL, whatever has a driver.

Nothing is written: every table is asked for in one SELECT, built from what the database itself says of the
table, so that no text from a setting or a file ever becomes SQL.
"""

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from prevention_model.errors import RecordsRefused, listed
from prevention_model.records.files.gathering import blank, filled
from prevention_model.records.files.texts import text_of
from prevention_model.records.text_table import TextTable, fold, told_apart

_BATCH = 50_000
_TEXTS = pa.dictionary(pa.int32(), pa.string())


def database_tables(url: str, tables: Sequence[str], schema: str | None = None) -> list[TextTable]:
    """Read tables or views, found by name whatever its case. Rows are numbered from 1 in the order of the key.

    A view has no key: its rows are numbered as they are fetched. Raises RecordsRefused when the address is
    wrong, the driver is missing, the database does not answer or has no such table; never with a password.

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     url = f"sqlite:///{Path(folder) / 'a.db'}"
    ...     engine = sa.create_engine(url)
    ...     with engine.begin() as told:
    ...         _ = told.execute(sa.text("create table ssd_person (pers_person_id text primary key)"))
    ...         _ = told.execute(sa.text("insert into ssd_person values ('C2'), ('C1')"))
    ...     engine.dispose()
    ...     table, = database_tables(url, ["SSD_person"])
    >>> table.name, table.column("pers_person_id").values().to_list(), table.rows.tolist()
    ('table ssd_person', ['C1', 'C2'], [1, 2])
    """
    with _connected(url) as (connection, where):
        found = _found(connection, tables, schema, where)
        return [_read(connection, name, schema) for name in found]


def tables_there(url: str, schema: str | None = None) -> list[str]:
    """The names of the tables and views that the database lets be seen. Raises RecordsRefused."""
    with _connected(url) as (connection, _):
        seen = sa.inspect(connection)
        return sorted({*seen.get_table_names(schema), *seen.get_view_names(schema)})


@contextmanager
def _connected(url: str) -> Iterator[tuple[sa.Connection, str]]:
    """A connection, and what to call the database in a message; its own complaints become ours."""
    engine = _engine(url)
    where = f"{engine.url.drivername} database {engine.url.database or ''}".rstrip()
    try:
        with warnings.catch_warnings():
            # SQLAlchemy warns of types that it does not know; their values are read as text all the same.
            warnings.simplefilter("ignore", sa.exc.SAWarning)
            with engine.connect() as connection:
                yield connection, where
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise RecordsRefused(
            f"The database does not answer, or does not let these tables be read ({type(error).__name__}).",
            where=where,
            todo="Check its address, the user's rights and that it runs; the password is in none of our messages.",
        ) from None
    finally:
        engine.dispose()


def _engine(url: str) -> sa.Engine:
    try:
        # Where the database can hold us to reading, it does.
        return sa.create_engine(url, poolclass=sa.NullPool, execution_options={"postgresql_readonly": True})
    except (sa.exc.NoSuchModuleError, ImportError):
        what = "The driver for the database is not installed."
        todo = "Install it: `pip install prevention-model[postgresql]`, or pyodbc for SQL Server."
    except (sa.exc.ArgumentError, ValueError):
        what = "The address of the database cannot be read."
        todo = "Write it as DIALECT+DRIVER://USER@HOST/DATABASE, for instance postgresql+psycopg://reader@host/ssd."
    raise RecordsRefused(what, where="the setting that names the database", todo=todo)


def _found(connection: sa.Connection, tables: Sequence[str], schema: str | None, where: str) -> list[str]:
    seen = sa.inspect(connection)
    there = [*seen.get_table_names(schema), *seen.get_view_names(schema)]
    by_name = {fold(name): name for name in there} | {name: name for name in there}
    missing = [name for name in tables if name not in by_name and fold(name) not in by_name]
    if missing:
        raise RecordsRefused(
            f"The database has no table or view called {listed(missing)}.",
            where=where + (f", schema {schema}" if schema else ""),
            todo="Check the names and the schema, and that the user may see them.",
        )
    return [by_name.get(name) or by_name[fold(name)] for name in tables]


def _read(connection: sa.Connection, name: str, schema: str | None) -> TextTable:
    table = sa.Table(name, sa.MetaData(), schema=schema, autoload_with=connection)
    query = sa.select(table).order_by(*table.primary_key.columns)
    heard: list[list[pa.Array]] = [[] for _ in table.columns]
    numbers: list[np.ndarray] = []
    rows = 0
    with connection.execution_options(yield_per=_BATCH).execute(query) as result:
        for batch in result.partitions():
            texts = [_texts(values) for values in zip(*batch, strict=True)]
            kept = filled(texts, len(batch))
            numbers.append(kept + rows + 1)
            rows += len(batch)
            for column, chunks in zip(texts, heard, strict=True):
                chunks.append(column.take(pa.array(kept)))
    unique, twice = told_apart(
        [fold(column.name) or f"unnamed {n}" for n, column in enumerate(table.columns)]
    )
    whole = [pa.chunked_array(chunks or [blank(0)], _TEXTS) for chunks in heard]
    nothing = np.array([], dtype=np.int64)
    places = np.concatenate([nothing, *numbers])
    return TextTable(f"table {name}", pa.table(whole, names=unique), places, nothing, twice)


def _texts(values: Iterable[object]) -> pa.DictionaryArray:
    return pa.array(list(map(text_of, values)), pa.string()).dictionary_encode()
