"""Files as agencies send them: encodings, quotes, blank lines, and the numbers of rows."""

from pathlib import Path

import pytest

from prevention_model.errors import RecordsRefused
from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.text_table import TextTable


def file(folder: Path, content: bytes) -> TextTable:
    path = folder / "notices.csv"
    path.write_bytes(content)
    return read_csv_file(path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("ref,name\nC1,Zoë\n".encode(), ["Zoë"]),
        ("ref,name\nC1,Zoë\n".encode("utf-8-sig"), ["Zoë"]),
        ("ref,name\nC1,Zoë\n".encode("cp1252"), ["Zoë"]),
        ("ref,name\nC1,Zoë\n".encode("utf-16"), ["Zoë"]),
        ("ref\tname\r\nC1\tZoë\r\n".encode("utf-16"), ["Zoë"]),
        (b"ref;name\nC1;Bo\n", ["Bo"]),
        (b"ref|name\nC1|Bo\n", ["Bo"]),
        (b'ref|name\nC1|"Bo"" |\nC2|Di|\nC3|Em\n', ["Em"]),
        (b"sep=;\r\nref;name\r\nC1;Bo, Di\r\n", ["Bo, Di"]),
        ("ref,name\nC1,Zoë\n".encode("utf-16-le"), ["Zoë"]),
        (b"ref,name\nC1,=1+1\n", ["=1+1"]),
        (b"ref,name\rC1,Bo\rC2,Di", ["Bo", "Di"]),
        (b"ref,name\r\nC1,Bo\r\nC2,Di\r\n", ["Bo", "Di"]),
        ('ref, NAME\u00a0\nC1,"Bo, Di"\n'.encode(), ["Bo, Di"]),
        (b'ref,name\nC1,"Bo ""B"" Di"\n', ['Bo "B" Di']),
        (b'ref,name\nC1,5" pipe\nC2,Di\n', ['5" pipe', "Di"]),
        ("ref,name\nC1,\u00a0Bo  \n".encode(), ["Bo"]),
        (b"\r\n\r\nref,name\nC1,Bo\n", ["Bo"]),
    ],
)
def test_every_usual_way_of_writing_a_table_is_read(
    tmp_path: Path, content: bytes, expected: list[str]
) -> None:
    assert file(tmp_path, content).column("Name").values().to_list() == expected


@pytest.mark.parametrize("text", ["", " ", "NULL", "nan", "None", "N/A", "#N/A", "#REF!"])
def test_what_systems_write_for_nothing_is_blank(tmp_path: Path, text: str) -> None:
    column = file(tmp_path, f"ref,name\nC1,{text}\n".encode()).column("name")
    assert column.blank.tolist() == [True]


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(tmp_path: Path) -> None:
    content = b'ref,name\nC1,Bo\n\nC2\nC3,"two\nlines"\n , \nC4,Di,more\nC5,Em\n\n'
    found = file(tmp_path, content)
    assert found.rows.tolist() == [2, 5, 8]
    assert found.malformed.tolist() == [4, 7]
    assert found.rows_in == 5


def test_what_stands_most_often_between_the_names_separates_them(tmp_path: Path) -> None:
    assert file(tmp_path, b"ref;name, as given;day\nC1;Bo;1\n").names == ["ref", "name, as given", "day"]


def test_a_line_that_names_the_separator_is_a_row_of_the_file(tmp_path: Path) -> None:
    assert file(tmp_path, b"sep=|\nref|name\nC1|Bo\n").rows.tolist() == [3]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"a," * 2_000 + b"b\n1\n", "The table has more than 2,000 columns."),
        (
            b'ref,"name\n' + b"C1,Bo\n" * 200_000,
            "The header (row 1) is longer than 1 MB: a quote is not closed",
        ),
        (
            b"x" * 1_100_000,
            "The header (row 1) is longer than 1 MB: a quote is not closed, or it is no table.",
        ),
    ],
)
def test_what_is_absurdly_wide_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    with pytest.raises(RecordsRefused) as refused:
        file(tmp_path, content)
    assert refused.value.what.startswith(what) and refused.value.where == "file notices.csv"


def test_a_file_too_large_to_hold_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notices.csv"
    with path.open("wb") as empty:
        empty.truncate((4 << 30) + 1)
    with pytest.raises(RecordsRefused, match=r"The file is larger than 4 GB\. Where: file notices\.csv\."):
        read_csv_file(path)


def test_blank_lines_above_the_header_count(tmp_path: Path) -> None:
    assert file(tmp_path, b"\n\nref,name\nC1,Bo\n").rows.tolist() == [4]


def test_rows_are_numbered_rightly_far_down_a_large_file(tmp_path: Path) -> None:
    lines = [f"C{n},{'x' * 90}" for n in range(2, 120_002)]
    lines[100_000 - 2] = "C1"
    found = file(tmp_path, ("ref,name\n" + "\n".join(lines)).encode())
    assert found.malformed.tolist() == [100_000]
    assert found.column("ref").values().iloc[-1] == f"C{found.rows[-1]}"


def test_a_quote_that_is_never_closed_costs_one_row_and_hides_no_other(tmp_path: Path) -> None:
    content = b'ref,name\nC1,"12 High St\nC2,"3 Low Rd, Flat 1"\nC3,"two\nlines"\nC4,Di\n'
    found = file(tmp_path, content)
    assert found.malformed.tolist() == [2]
    assert found.rows.tolist() == [3, 4, 5]
    assert found.column("name").values().to_list() == ["3 Low Rd, Flat 1", "two\nlines", "Di"]


def test_a_quote_that_is_open_to_the_end_hides_no_row(tmp_path: Path) -> None:
    found = file(tmp_path, b'ref,name\nC1,"Bo\nC2,Di\nC3,Em\n')
    assert (found.malformed.tolist(), found.rows.tolist()) == ([2], [3, 4])


@pytest.mark.parametrize("content", [b"ref,name", b"ref,name\n", b"ref,name\n\n\n", b'"ref","name"\r\n'])
def test_a_header_alone_is_a_file_without_rows(tmp_path: Path, content: bytes) -> None:
    found = file(tmp_path, content)
    assert (found.rows_in, found.has("REF"), found.column("ref").values().to_list()) == (0, True, [])


@pytest.mark.parametrize("content", [b"", b"\n\n", b",,\n", "\ufeff".encode()])
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RecordsRefused) as refused:
        file(tmp_path, content)
    assert str(refused.value) == (
        "The file is empty: it has no header row. Where: file notices.csv. "
        "What to do: Ask the agency to send it again."
    )


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04\x00\x00", b"ref\x00name\n", b"\xef\xbb\xbfref\xff\n", b"\xff\xfea", b"a\x81b,c\n"],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(RecordsRefused) as refused:
        file(tmp_path, content)
    assert str(refused.value) == (
        "The file is not text in UTF-8, Windows-1252 or UTF-16. Where: file notices.csv. "
        "What to do: Open it in a spreadsheet and save it as CSV in UTF-8."
    )


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused) as refused:
        read_csv_file(tmp_path / "notices.csv")
    assert str(refused.value) == (
        "The file does not exist or may not be read (FileNotFoundError). Where: file notices.csv. "
        "What to do: Check the path in authority.yaml, and that you may read the file."
    )


def test_columns_of_one_name_are_known_to_stand_twice(tmp_path: Path) -> None:
    assert file(tmp_path, b"ref,Name,name,,\nC1,a,b,c,d\n").twice == {"name"}


def test_a_header_with_an_open_quote_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused) as refused:
        file(tmp_path, b'ref"",name",x\nC1,Bo,1\n')
    assert str(refused.value) == (
        "The header (row 1) cannot be read: a quote in it is not closed. Where: file notices.csv. "
        "What to do: Open it in a spreadsheet and save it as CSV in UTF-8."
    )


def test_separators_alone_are_no_row_whatever_their_number(tmp_path: Path) -> None:
    made = file(tmp_path, b"ref,name,day\nC1,Ann,1\n,\n,,,,\n , \nC2,Ben\nC3,Cem,3\n")
    assert (made.rows.tolist(), made.malformed.tolist(), made.rows_in) == ([2, 7], [6], 3)
