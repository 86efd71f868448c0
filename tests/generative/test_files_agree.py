"""One table, delivered as CSV, workbook, Parquet, XML or a database: the texts read are the same."""

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.records.files.database import database_tables
from prevention_model.records.files.opening import open_file
from prevention_model.records.text_table import TextTable
from tests.fixtures.postgresql import postgresql, why_not

NAMES = ("ref", "Forename", "born")
# What a person may type: any sign that all of these can hold, and what looks like something else in one of them.
TYPED = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]) | st.just("\n"), max_size=12
)
CELLS = TYPED | st.sampled_from(
    [
        "",
        " ",
        "=1+1",
        "007",
        "1e5",
        "NULL",
        "#N/A",
        '"',
        "a,b",
        "a;b",
        "<b>",
        "&amp;",
        "_x0041_",
        "_x005F_",
        "\u00a0Bo",
    ]
)
Rows = list[tuple[str, str, str]]
TABLES = st.lists(st.tuples(st.uuids().map(str), CELLS, CELLS), max_size=6)


def as_csv(path: Path, rows: Rows) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([NAMES, *rows])
    path.write_bytes(out.getvalue().encode())


def as_workbook(path: Path, rows: Rows) -> None:
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, plain) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate([NAMES, *rows]):
            sheet.write_row(place, 0, row)


def as_parquet(path: Path, rows: Rows) -> None:
    columns = zip(*rows, strict=True) if rows else [[], [], []]
    pq.write_table(pa.table([pa.array(list(column), pa.string()) for column in columns], names=NAMES), path)


def as_xml(path: Path, rows: Rows) -> None:
    lines = [
        "<Row>"
        + "".join(f"<{name}>{escape(text)}</{name}>" for name, text in zip(NAMES, row, strict=True))
        + "</Row>"
        for row in rows
    ]
    path.write_text("<Table>\n" + "\n".join(lines) + "\n</Table>", encoding="utf-8")


def texts(table: TextTable) -> list[tuple[object, ...]]:
    columns = [table.column(name).values() for name in NAMES]
    return sorted(zip(*(column.fillna("") for column in columns), strict=True))


WRITERS = [as_workbook, as_parquet, as_xml]


@settings(max_examples=80, deadline=None)
@given(TABLES)
def test_every_kind_of_file_reads_back_the_same_texts(rows: Rows) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        as_csv(path, rows)
        expected = texts(open_file(path).tables[0])
        assert len(expected) == len(rows)
        for write in WRITERS:
            write(path, rows)
            (table,) = open_file(path, {"Row": ()}).tables
            assert texts(table) == expected, write.__name__


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgresql() as url:
        yield url


@pytest.mark.skipif(bool(why_not()), reason=why_not() or "a server can be started")
def test_a_database_reads_back_the_same_texts(server: str) -> None:
    engine = sa.create_engine(server, poolclass=sa.NullPool)
    made = sa.Table(
        "made", sa.MetaData(), *(sa.Column(name, sa.Text, primary_key=name == "ref") for name in NAMES)
    )

    @settings(max_examples=30, deadline=None)
    @given(TABLES)
    def agrees(rows: Rows) -> None:
        with tempfile.TemporaryDirectory() as folder:
            as_csv(Path(folder) / "table", rows)
            expected = texts(open_file(Path(folder) / "table").tables[0])
        with engine.begin() as told:
            made.drop(told, checkfirst=True)
            made.create(told)
            for row in rows:
                told.execute(made.insert().values(dict(zip(NAMES, row, strict=True))))
        assert texts(database_tables(server, ["made"])[0]) == expected

    agrees()
