"""Any delivered file as tables of text, by what is in it and not by what it is called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.files.xml_file import Spec, xml_start, xml_tables
from prevention_model.records.text_table import TextTable


@dataclass(frozen=True)
class Opened:
    """A file's tables. `root` and `header` are those of an XML file: its outermost element and its header's fields."""

    path: Path
    tables: tuple[TextTable, ...]
    root: str = ""
    header: Mapping[str, str] = field(default_factory=dict)


def open_file(path: Path, rows: Spec | None = None) -> Opened:
    """Open a file: CSV or other separated text, a workbook, Parquet, or XML with the row elements of `rows`.

    Without `rows` an XML file has no tables, but its root and its header. Raises RecordsRefused when the file
    cannot be read, or is an archive.
    """
    if not _is_xml(path):
        return Opened(path, (read_csv_file(path),))
    if rows is None:
        start = xml_start(path)
        return Opened(path, (), start.root, start.fields)
    file = xml_tables(path, rows)
    return Opened(path, tuple(file.tables.values()), file.root, file.header)


def _is_xml(path: Path) -> bool:
    with path.open("rb") as file:
        start = file.read(256)
    return start.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")
