"""Workbooks as tables: true dates, figures, errors, formulas, titles above the header, and what is refused."""

import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH
from openpyxl.worksheet.worksheet import Worksheet

from prevention_model.errors import RecordsRefused
from prevention_model.records.files import archive, sheet
from prevention_model.records.files.opening import open_file
from prevention_model.records.files.workbook import workbook_tables
from prevention_model.records.text_table import TextTable

HEADER = ["Child ID", "Born", "Note"]


def book(
    folder: Path, rows: Sequence[Sequence[object]], change: Callable[[Worksheet], None] | None = None
) -> Path:
    """A workbook with these rows on its one sheet."""
    made = Workbook()
    for row in rows:
        made.active.append(list(row))
    if change:
        change(made.active)
    made.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def only(path: Path) -> TextTable:
    (table,) = workbook_tables(path)
    return table


def texts(table: TextTable, column: str) -> list[object]:
    values = table.column(column).values()
    return values.astype(object).where(values.notna(), None).to_list()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2015, 5, 17), "2015-05-17"),
        (datetime(2015, 5, 17), "2015-05-17"),
        (datetime(2015, 5, 17, 9, 30), "2015-05-17T09:30:00"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=30, minutes=5), "30:05:00"),
        (7, "7"),
        (7.0, "7"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (1e20, "100000000000000000000"),
        (9990000018, "9990000018"),
        (-3.5, "-3.5"),
        (True, "true"),
        ("007", "007"),
        ("\u00a0Bo  Di ", "Bo  Di"),
        ("two\nlines", "two\nlines"),
        ("#N/A", None),
        ("#DIV/0!", None),
        ("#NUM!", None),
        (None, None),
    ],
)
def test_a_cell_reads_as_it_would_in_a_csv(tmp_path: Path, value: object, text: str | None) -> None:
    assert texts(only(book(tmp_path, [HEADER, ["C1", "x", value]])), "note") == [text]


def test_days_count_from_1904_where_the_workbook_says_so(tmp_path: Path) -> None:
    def early(cells: Worksheet) -> None:
        cells.parent.epoch = MAC_EPOCH

    assert texts(only(book(tmp_path, [HEADER, ["C1", date(2015, 5, 17), "x"]], early)), "born") == [
        "2015-05-17"
    ]


def test_a_date_beyond_the_calendar_and_a_date_of_zero_are_blank_and_told_of(tmp_path: Path) -> None:
    def as_dates(cells: Worksheet) -> None:
        for row in (2, 3, 4):
            cells.cell(row, 2).number_format = "dd/mm/yyyy"

    found = only(book(tmp_path, [HEADER, ["C1", 0, "x"], ["C2", 9e9, "x"], ["C3", 42141, "x"]], as_dates))
    assert texts(found, "born") == [None, None, "2015-05-17"]
    assert found.notes == ((sheet.ZERO_DATE, "born", 1, 2), (sheet.ERROR, "born", 1, 3))


def test_a_formula_is_never_worked_out_and_one_without_a_value_is_counted(tmp_path: Path) -> None:
    found = only(book(tmp_path, [HEADER, ["C1", "=TODAY()", "x"], ["C2", "=1+1", "x"]]))
    assert texts(found, "born") == [None, None]
    assert found.notes == ((sheet.NO_VALUE, "born", 2, 2),)


def test_the_value_kept_beside_a_formula_is_used(tmp_path: Path) -> None:
    def kept(xml: bytes) -> bytes:
        return re.sub(rb"(</f>)<v\s*(/>|></v>)", rb"\1<v>42141</v>", xml)

    found = only(rewritten(book(tmp_path, [HEADER, ["C1", "=1+1", "x"]]), "xl/worksheets/sheet1.xml", kept))
    assert (texts(found, "born"), found.notes) == (["42141"], ())


def test_titles_and_blank_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    rows = [
        [],
        ["Made up county"],
        [],
        ["As at", date(2024, 3, 31)],
        HEADER,
        ["C1", "x", "y"],
        [],
        ["C2", "x", "y"],
    ]
    found = only(book(tmp_path, rows))
    assert (found.names, found.rows.tolist()) == (["child id", "born", "note"], [6, 8])
    assert found.notes == ((sheet.ABOVE, "", 2, 2),)


def test_a_row_of_group_titles_is_not_the_header(tmp_path: Path) -> None:
    groups = ["Child", None, None, "Plan", None, None, "Team", None, None]
    names = [f"name {n}" for n in range(9)]
    assert only(book(tmp_path, [groups, names, range(9)])).names == names


def test_a_narrow_sheet_has_a_header_too(tmp_path: Path) -> None:
    found = only(book(tmp_path, [["Made up"], ["ref", "name"], ["C1", "Bo"]]))
    assert (found.names, found.rows.tolist()) == (["ref", "name"], [3])


def test_a_column_without_a_name_is_kept_and_one_without_anything_is_not(tmp_path: Path) -> None:
    rows = [[None, *HEADER, None, None, "ref "], [0, "C1", "x", "y", None, "extra"], [1, "C2", "x", "y"]]
    found = only(book(tmp_path, rows))
    assert found.names == ["unnamed 0", "child id", "born", "note", "unnamed 5", "ref"]
    assert texts(found, "unnamed 5") == ["extra", None]


def test_columns_of_one_name_are_known_to_stand_twice(tmp_path: Path) -> None:
    found = only(book(tmp_path, [["ref", "Name", "name"], ["C1", "a", "b"]]))
    assert (found.twice, texts(found, "name")) == ({"name"}, ["a"])


def test_every_sheet_that_holds_something_is_a_table_hidden_or_not(tmp_path: Path) -> None:
    made = Workbook()
    made.active.title = "List 1"
    made.active.append(HEADER)
    made.create_sheet("empty")
    hidden = made.create_sheet("List 2")
    hidden.append(HEADER)
    hidden.append(["C1", "x", "y"])
    hidden.merge_cells("A3:C3")
    hidden.sheet_state = "veryHidden"
    made.create_chartsheet("chart")
    made.save(tmp_path / "list.xlsx")
    found = workbook_tables(tmp_path / "list.xlsx")
    assert [(table.name, table.rows_in) for table in found] == [
        ("list.xlsx: sheet List 1", 0),
        ("list.xlsx: sheet List 2", 1),
    ]


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook with one part of it changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def test_a_sheet_that_claims_to_be_huge_is_read_by_what_it_holds(tmp_path: Path) -> None:
    def huge(xml: bytes) -> bytes:
        far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
        return xml.replace(b'ref="A1:C2"', b'ref="A1:XFD1048576"').replace(b"</sheetData>", far)

    path = rewritten(book(tmp_path, [HEADER, ["C1", "x", "y"]]), "xl/worksheets/sheet1.xml", huge)
    found = only(path)
    assert (found.rows.tolist(), found.names) == ([2], ["child id", "born", "note"])


def test_a_workbook_by_another_program_is_read(tmp_path: Path) -> None:
    """Prefixes on every tag, cells without places, rich text, spoken text, the strict namespace, no styles."""
    cells = (
        '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><r><t>Bo</t></r><r><t>rn</t></r></is></c>'
        '<c t="str"><v>Note</v></c></row>'
        '<row><c><v>1.5E2</v></c><c t="d"><v>2015-05-17T00:00:00</v></c><c t="e"><v>#N/A</v></c></row>'
    )
    prefixed = re.sub("<(/?)", r"<\1x:", f"<sheetData>{cells}</sheetData>")
    space = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    parts = {
        "_rels/.rels": relations(rId1=("officeDocument", "/xl/workbook.xml")),
        "xl/workbook.xml": '<workbook xmlns:q="urn:r"><sheets><sheet name="A" q:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(
            r1=("worksheet", "../xl/Sheets/S.xml"), r2=("sharedStrings", "strings.xml")
        ),
        "xl/sheets/s.xml": f'<x:worksheet xmlns:x="{space}">{prefixed}</x:worksheet>',
        "xl/strings.xml": "<sst><si><t>Child</t><r><t>_x0009_ID</t></r><rPh><t>spoken</t></rPh></si></sst>",
    }
    path = tmp_path / "other.xlsm"
    with zipfile.ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    found = only(path)
    assert found.names == ["child id", "born", "note"]
    assert [texts(found, name) for name in found.names] == [["150"], ["2015-05-17"], [None]]
    assert found.rows.tolist() == [2]


def relations(**parts: tuple[str, str]) -> str:
    told = "".join(
        f'<Relationship Id="{n}" Type="urn:x/{kind}" Target="{to}"/>' for n, (kind, to) in parts.items()
    )
    return f'<Relationships xmlns="urn:r">{told}</Relationships>'


def refused(path: Path) -> str:
    with pytest.raises(RecordsRefused) as caught:
        open_file(path)
    return str(caught.value)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = rewritten(book(tmp_path, [HEADER]), "xl/styles.xml", lambda xml: xml + b" " * (archive._SMALL + 1))
    assert refused(path) == (
        "The file unpacks into far more than a delivery holds. Where: file list.xlsx. "
        "What to do: Ask who sent it what it is; have it delivered as CSV."
    )


def test_an_archive_of_very_many_parts_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    with zipfile.ZipFile(path, "w") as made:
        for number in range(archive.MOST_ENTRIES + 1):
            made.writestr(str(number), "")
    assert "unpacks into far more" in refused(path)


def test_a_workbook_with_an_entity_is_refused(tmp_path: Path) -> None:
    def laughing(xml: bytes) -> bytes:
        return b'<!DOCTYPE a [<!ENTITY a "ha">]>' + xml

    text = refused(rewritten(book(tmp_path, [HEADER]), "xl/worksheets/sheet1.xml", laughing))
    assert "declares a document type or an entity" in text and "file list.xlsx, sheet Sheet" in text


def test_more_columns_than_any_return_has_are_refused(tmp_path: Path) -> None:
    names = [f"name {n}" for n in range(2_001)]
    assert "More than 2,000 columns hold something" in refused(book(tmp_path, [names, names]))


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="A2" t="s"><v>99999</v></c>',
        b'<c r="A2"><v>soon</v></c>',
        b'<c r="XFE2"><v>1</v></c>',
        b'<c r="A2" s="x"/>',
    ],
)
def test_a_cell_that_makes_no_sense_refuses_the_workbook(tmp_path: Path, cell: bytes) -> None:
    def broken(xml: bytes) -> bytes:
        return xml.replace(b"</sheetData>", b'<row r="2">' + cell + b"</row></sheetData>")

    text = refused(rewritten(book(tmp_path, [HEADER]), "xl/worksheets/sheet1.xml", broken))
    assert text.startswith("The XML cannot be read. A ") and "soon" not in text


def test_a_workbook_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path, [HEADER])
    path.write_bytes(path.read_bytes()[:-40])
    assert refused(path) == (
        "The workbook is damaged or only half there (BadZipFile). Where: file list.xlsx. "
        "What to do: Open it in a spreadsheet program, save it under another name and deliver that."
    )


def test_a_workbook_without_anything_on_it_is_refused(tmp_path: Path) -> None:
    assert refused(book(tmp_path, [])).startswith("The workbook holds no table: every sheet is empty.")


def test_rows_far_down_keep_their_numbers(tmp_path: Path) -> None:
    made = Workbook(write_only=True)
    cells = made.create_sheet("List")
    for row in [HEADER, *([f"C{n}", n, "x"] for n in range(2, 60_002))]:
        cells.append(row)
    made.save(tmp_path / "list.xlsx")
    found = only(tmp_path / "list.xlsx")
    assert (
        found.column("born").values().astype(int).to_numpy() == found.rows
    ).all() and found.rows_in == 60_000
