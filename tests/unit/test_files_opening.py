"""Files are opened by what is in them; what is no table, or leads elsewhere, is refused with what to do."""

import os
import sqlite3
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from prevention_model.errors import RecordsRefused
from prevention_model.records.files.opening import files_of, open_file

CSV = b"ref,name\nC1,Bo\n"


def put(folder: Path, name: str, content: bytes = CSV) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def a_zip(path: Path, *names: str) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name in names:
            made.writestr(name, CSV)
    return path


def refused(path: Path) -> str:
    with pytest.raises(RecordsRefused) as caught:
        open_file(path)
    return str(caught.value)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.xml", "a.parquet", "a", "a.zip", "a.txt"])
def test_the_name_of_a_file_does_not_matter(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    book = Workbook()
    for row in (["ref", "name", "note"], ["C1", "Bo", "x"]):
        book.active.append(row)
    book.save(path)
    assert open_file(path).tables[0].column("name").values().to_list() == ["Bo"]
    pq.write_table(pa.table({"ref": ["C1"], "name": ["Bo"]}), path)
    assert open_file(path).tables[0].column("name").values().to_list() == ["Bo"]
    path.write_text(" \n<M><Child><Name>Bo</Name></Child></M>", encoding="utf-16")
    assert open_file(path, {"Child": ()}).tables[0].column("name").values().to_list() == ["Bo"]
    path.write_bytes(CSV)
    assert open_file(path).tables[0].column("name").values().to_list() == ["Bo"]


def test_an_xml_file_of_no_known_rows_says_what_it_is(tmp_path: Path) -> None:
    path = put(tmp_path, "a.xml", b"<?xml version='1.0'?><Message><Year>2024</Year></Message>")
    opened = open_file(path)
    assert (opened.tables, opened.root, dict(opened.header)) == ((), "message", {"year": "2024"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b"\x1f\x8b\x08\x00",
            "The file is a packed archive. Where: file a. "
            "What to do: Unpack it first, and look at what is in it.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "The file is a workbook of the old kind (.xls), or one with a password. Where: file a. "
            "What to do: Open it, save it as .xlsx without a password and deliver that.",
        ),
        (
            b"<!DOCTYPE html>\n<HTML><table>",
            "The file is a web page, whatever its name says. Where: file a. "
            "What to do: Open it in a spreadsheet and save it as .xlsx or CSV.",
        ),
        (
            b"%PDF-1.7",
            "The file is a PDF. Where: file a. "
            "What to do: Leave it out of the delivery, or deliver the table that it shows.",
        ),
        (
            b"",
            "The file is empty: it has no header row. Where: file a. "
            "What to do: Ask the agency to send it again.",
        ),
    ],
)
def test_what_is_no_table_is_refused_with_what_to_do(tmp_path: Path, content: bytes, message: str) -> None:
    assert refused(put(tmp_path, "a", content)) == message


@pytest.mark.parametrize(
    ("names", "what"),
    [
        (("episodes.csv", "header.csv"), "a zip archive, and no workbook"),
        ((), "a zip archive, and no workbook"),
        (("xl/workbook.bin",), "a binary workbook (.xlsb)"),
        (("mimetype", "content.xml"), "an OpenDocument file (.ods)"),
    ],
)
def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path, names: tuple[str, ...], what: str) -> None:
    assert refused(a_zip(tmp_path / "a.zip", *names)) == (
        f"The file is {what}. Where: file a.zip. "
        "What to do: Unpack an archive first; save another kind of workbook as .xlsx."
    )


def test_a_database_in_a_file_is_no_table(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as made:
        made.execute("create table a (b)")
    made.close()
    assert refused(tmp_path / "a.db").startswith("The file is a database.")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.csv")
    assert refused(tmp_path / "a.csv").startswith("This is no ordinary file.")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "does not exist or may not be read (FileNotFoundError)" in refused(tmp_path / "a.csv")


def test_a_folder_is_its_files_in_order_without_hidden_and_lock_files(tmp_path: Path) -> None:
    for name in ("b.csv", "2024/a.csv", ".hidden.csv", "~$b.xlsx", ".git/c.csv", "a.csv"):
        put(tmp_path, name)
    found = [path.relative_to(tmp_path).as_posix() for path in files_of(tmp_path)]
    assert found == ["2024/a.csv", "a.csv", "b.csv"]


def test_a_file_alone_is_its_own_list(tmp_path: Path) -> None:
    assert files_of(put(tmp_path, "a.csv")) == [tmp_path / "a.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
@pytest.mark.parametrize("target", ["outside/secret.csv", "outside"])
def test_a_link_out_of_the_folder_is_refused(tmp_path: Path, target: str) -> None:
    put(tmp_path, "outside/secret.csv")
    inside = tmp_path / "inside"
    put(inside, "a.csv")
    (inside / "b").symlink_to(tmp_path / target)
    with pytest.raises(RecordsRefused) as caught:
        files_of(inside)
    assert str(caught.value) == (
        "A link leads out of the folder. Where: file b. What to do: Put the file itself into the folder."
    )


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_in_a_circle_ends(tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    (tmp_path / "again").symlink_to(tmp_path)
    assert files_of(tmp_path) == [tmp_path / "a.csv"]


def test_a_folder_without_files_and_a_path_to_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused, match=r"The folder holds no files\."):
        files_of(tmp_path)
    with pytest.raises(RecordsRefused, match=r"There is no file or folder here\."):
        files_of(tmp_path / "nothing")
