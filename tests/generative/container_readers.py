"""The containers as readers to fuzz: CSV, workbook, XML and Parquet, and whatever a file turns out to be."""

import io
from collections.abc import Mapping

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.files.opening import open_file
from prevention_model.records.files.parquet_file import parquet_tables
from prevention_model.records.files.workbook import workbook_tables
from prevention_model.records.files.xml_file import xml_tables
from tests.generative.damage import mutated_parts
from tests.generative.fuzzing import SECRET, Reader

ROWS = [
    ["Child ID", "Surname", "Born", "Note"],
    ["C1", SECRET, "17/05/2015", "two\nlines"],
    ["C2", SECRET, "2014-01-02", 'a "b", c'],
    ["C3", "Zoë", "", "=1+1"],
]


def a_csv(encoding: str, separator: str = ",") -> bytes:
    """The rows as CSV."""
    lines = [separator.join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in ROWS]
    return "\r\n".join(lines).encode(encoding)


def an_xml() -> bytes:
    """The rows as XML."""
    children = "".join(
        f"<Child><Ids><ID>{row[0]}</ID><Surname>{row[1]}</Surname></Ids>\n<Born>{row[2]}</Born>"
        f"<Need><Code>N1</Code><Code>N2</Code><Note><![CDATA[{row[3]}]]></Note></Need></Child>\n"
        for row in ROWS[1:]
    )
    return f'<?xml version="1.0"?>\n<Message><Header><Year>2024</Year></Header>{children}</Message>'.encode()


def a_workbook() -> bytes:
    """The rows as a workbook, with a title above them and figures beside them."""
    made, book = io.BytesIO(), Workbook()
    for row in (["Made up"], [*ROWS[0], "Day", "n", "f"], *([*row, None, 7.5, "=1+1"] for row in ROWS[1:])):
        book.active.append(row)
    book.create_sheet("List 2").append(ROWS[0])
    book.save(made)
    return made.getvalue()


def a_parquet() -> bytes:
    """The rows as Parquet."""
    made = io.BytesIO()
    columns = dict(zip(ROWS[0], zip(*ROWS[1:], strict=True), strict=True))
    pq.write_table(pa.table(columns).append_column("n", pa.array([1.5, None, 3.0])), made, compression="none")
    return made.getvalue()


XML_ROWS = {"Child": (), "Need": ("ID", "Surname")}
CSVS = {"comma.csv": a_csv("utf-8"), "semicolon.csv": a_csv("cp1252", ";"), "wide.csv": a_csv("utf-16")}
XMLS = {"narrow.xml": an_xml(), "wide.xml": an_xml().decode().encode("utf-16")}
ALL = {"a": a_csv("utf-8"), "b": an_xml(), "c": a_parquet(), "d": a_workbook()}
CONTAINERS: Mapping[str, Reader] = {
    "csv": Reader(CSVS, read_csv_file),
    "workbook": Reader({"delivered.xlsx": a_workbook()}, workbook_tables, mutated_parts),
    "xml": Reader(XMLS, lambda path: xml_tables(path, XML_ROWS)),
    "parquet": Reader({"delivered.parquet": a_parquet()}, parquet_tables),
    "any": Reader(ALL, lambda path: open_file(path, XML_ROWS)),
}
"""By name."""
