"""XML returns as tables: rows and their lines, what a row takes from the rows around it, and what is refused."""

from pathlib import Path

import pytest

from prevention_model.errors import RecordsRefused
from prevention_model.records.files import gathering
from prevention_model.records.files.xml_file import OUTSIDE, XmlFile, xml_start, xml_tables
from prevention_model.records.text_table import TextTable

SPEC = {
    "Child": (),
    "CINdetails": ("LAchildID",),
    "Assessments": ("LAchildID", "CINreferralDate"),
    "Reviews": ("LAchildID",),
}
CIN = """<?xml version="1.0"?>
<Message xmlns="urn:made-up">
  <Header><CollectionDetails><Collection>CIN</Collection><Year>2024</Year></CollectionDetails></Header>
  <Children>
    <Child>
      <ChildIdentifiers><LAchildID> C1 </LAchildID><UPN/></ChildIdentifiers>
      <Disabilities>
        <Disability>HAND</Disability><Disability>HEAR</Disability>
      </Disabilities>
      <CINdetails>
        <Assessments><AssessmentActualStartDate>2024-01-05</AssessmentActualStartDate></Assessments>
        <CINreferralDate>2024-01-02</CINreferralDate>
        <Plan><Reviews><ReviewDate>2024-03-01</ReviewDate></Reviews></Plan>
      </CINdetails>
      <CINdetails>
        <CINreferralDate>2024-06-02</CINreferralDate>
      </CINdetails>
    </Child>
    <Child/>
    <x:CHILD xmlns:x="urn:other">
      <Reviews><ReviewDate>2024-05-01</ReviewDate></Reviews>
      <laCHILDid>C2</laCHILDid>
    </x:CHILD>
  </Children>
</Message>
"""


def xml(folder: Path, content: str | bytes, spec: dict[str, tuple[str, ...]] | None = None) -> XmlFile:
    path = folder / "cin.xml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return xml_tables(path, SPEC if spec is None else spec)


def texts(table: TextTable, column: str) -> list[object]:
    values = table.column(column).values()
    return values.astype(object).where(values.notna(), None).to_list()


def test_a_row_element_is_a_row_and_what_wraps_its_fields_is_not(tmp_path: Path) -> None:
    child = xml(tmp_path, CIN).tables["Child"]
    assert child.name == "cin.xml: Child"
    assert texts(child, "LAchildID") == ["C1", "C2"]
    assert texts(child, "disability") == ["HAND\x1fHEAR", None]
    assert child.has("UPN") and texts(child, "UPN") == [None, None]


def test_rows_are_numbered_by_the_line_of_their_element(tmp_path: Path) -> None:
    tables = xml(tmp_path, CIN).tables
    assert tables["Child"].rows.tolist() == [5, 20]
    assert tables["CINdetails"].rows.tolist() == [10, 15]
    assert tables["Reviews"].rows.tolist() == [13, 21]


def test_a_row_takes_columns_from_the_rows_around_it_wherever_they_stand(tmp_path: Path) -> None:
    tables = xml(tmp_path, CIN).tables
    assert texts(tables["CINdetails"], "LAchildID") == ["C1", "C1"]
    assert texts(tables["Assessments"], "LAchildID") == ["C1"]
    # The referral date stands behind the assessment.
    assert texts(tables["Assessments"], "CINreferralDate") == ["2024-01-02"]
    # One review lies in a referral, the other in a child.
    assert texts(tables["Reviews"], "LAchildID") == ["C1", "C2"]


def test_a_row_knows_its_place_in_the_table_above(tmp_path: Path) -> None:
    tables = xml(tmp_path, CIN).tables
    assert texts(tables["CINdetails"], "_parent") == ["0", "0"]
    assert texts(tables["Assessments"], "_parent") == ["0"]
    assert texts(tables["Reviews"], "_parent") == ["0", "1"]
    assert not tables["Child"].has("_parent")


def test_a_field_of_the_row_itself_goes_before_one_that_it_would_take(tmp_path: Path) -> None:
    text = "<M><A><Day>1</Day>\n<B><Day>2</Day></B>\n<B><Note>x</Note></B></A></M>"
    assert texts(xml(tmp_path, text, {"A": (), "B": ("Day",)}).tables["B"], "day") == ["2", "1"]


def test_what_stands_outside_every_row_is_the_header(tmp_path: Path) -> None:
    found = xml(tmp_path, CIN)
    assert (found.root, dict(found.header)) == ("message", {"collection": "CIN", "year": "2024"})


def test_a_row_element_that_never_occurs_has_a_table_without_rows(tmp_path: Path) -> None:
    table = xml(tmp_path, "<Message><Header/></Message>").tables["Child"]
    assert (table.rows_in, table.names, texts(table, "LAchildID")) == (0, [], [])


def test_rows_on_one_line_are_counted_by_element(tmp_path: Path) -> None:
    table = xml(tmp_path, CIN.replace("\n", "")).tables["CINdetails"]
    assert table.rows.tolist() == [1, 2]
    assert [note[0] for note in table.notes] == ["several on one line: counted by element, not by line"]


def test_text_between_elements_is_told_of(tmp_path: Path) -> None:
    found = xml(tmp_path, CIN.replace("<UPN/>", "<UPN>A1</UPN>stray<Sex>F</Sex>"))
    assert found.tables["Child"].notes == ((OUTSIDE, "", 1, 6),)
    assert texts(found.tables["Child"], "sex") == ["F", None]


def test_a_field_with_the_name_of_its_row_is_a_field(tmp_path: Path) -> None:
    table = xml(tmp_path, "<M><Review><Review>2024</Review></Review></M>", {"Review": ()}).tables["Review"]
    assert texts(table, "review") == ["2024"]


def test_a_row_without_wrapper_is_its_own_field(tmp_path: Path) -> None:
    table = xml(tmp_path, "<M><Factor>1A</Factor>\n<Factor>2B</Factor></M>", {"Factor": ()}).tables["Factor"]
    assert texts(table, "factor") == ["1A", "2B"]


@pytest.mark.parametrize(
    "content",
    [
        "<M><Child><Name>Zoë</Name></Child></M>".encode(),
        "<M><Child><Name>Zoë</Name></Child></M>".encode("utf-8-sig"),
        "<M><Child><Name>Zoë</Name></Child></M>".encode("utf-16"),
        "<M><Child><Name>Zoë</Name></Child></M>".encode("cp1252"),
        '<?xml version="1.0" encoding="UTF-8"?><M><Child><Name>Zoë</Name></Child></M>'.encode("cp1252"),
        '<?xml version="1.0" encoding="windows-1252"?><M><Child><Name>Zoë</Name></Child></M>'.encode(
            "cp1252"
        ),
        '<?xml version="1.0" encoding="utf-16"?><M><Child><Name>Zoë</Name></Child></M>'.encode(),
        '\r\n  <?xml version="1.0"?><M><Child><Name>Zoë</Name></Child></M>'.encode(),
        "<M><Child><Name><![CDATA[Zo]]>ë<!-- x --></Name></Child></M>".encode(),
        b"<M><Child><Name>Zo&#235;</Name></Child></M>",
    ],
)
def test_every_usual_way_of_writing_xml_is_read(tmp_path: Path, content: bytes) -> None:
    assert texts(xml(tmp_path, content, {"Child": ()}).tables["Child"], "name") == ["Zoë"]


def test_blank_lines_before_the_xml_count(tmp_path: Path) -> None:
    assert xml(tmp_path, "\n\n" + CIN).tables["Child"].rows.tolist() == [7, 22]


def test_lines_are_counted_beyond_what_sixteen_bits_hold(tmp_path: Path) -> None:
    rows = "\n".join(f"<A><N>{n}</N></A>" for n in range(2, 150_002))
    table = xml(tmp_path, f"<M>\n{rows}\n</M>", {"A": ()}).tables["A"]
    assert (table.rows[-1], texts(table, "n")[-1]) == (150_001, "150001")
    assert (table.rows == table.column("n").values().astype(int).to_numpy()).all()


def test_a_file_longer_than_a_chunk_keeps_each_value_with_its_row(tmp_path: Path) -> None:
    """Values of one row may come in different chunks, and be put away at different times."""
    rows = "".join(f"<A><N>{n}</N>{'<F>a</F>' * (n % 4)}<T>{'x' * 50}</T></A>\n" for n in range(40_000))
    table = xml(tmp_path, f"<M>\n{rows}\n</M>", {"A": ()}).tables["A"]
    assert texts(table, "n") == [str(n) for n in range(40_000)]
    assert texts(table, "f") == ["\x1f".join("a" * (n % 4)) or None for n in range(40_000)]


def refused(folder: Path, content: str | bytes) -> str:
    with pytest.raises(RecordsRefused) as caught:
        xml(folder, content)
    assert caught.value.__cause__ is None and caught.value.__suppress_context__
    return str(caught.value)


def test_a_file_that_breaks_off_is_refused_with_its_line(tmp_path: Path) -> None:
    assert refused(tmp_path, CIN[: CIN.index("2024-06-02")]) == (
        "The XML cannot be read. It breaks off or is faulty (no element found). Where: file cin.xml, line 16. "
        "What to do: Export it again from the system that made it; nothing of this file has been used."
    )


def test_what_is_faulty_is_named_without_its_content(tmp_path: Path) -> None:
    text = refused(tmp_path, "<Message>\n<Child><Name>Quillfeather</Surname></Child>\n</Message>")
    assert "mismatched tag" in text and "line 2" in text
    assert "Quillfeather" not in text and "Surname" not in text


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><Message><Child>&b;</Child></Message>'
)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (LAUGHS, "It declares a document type or an entity, which a return never does"),
        ('<!DOCTYPE a SYSTEM "other.xml"><Message/>', "It declares a document type or an entity"),
        (
            '<!DOCTYPE a [<!ENTITY a SYSTEM "secret.txt">]><Message>&a;</Message>',
            "It declares a document type",
        ),
        ("<a>" * 65 + "</a>" * 65, "Its elements lie more than 64 deep in one another"),
        ("<a>" * 1_000_000, "Its elements lie more than 64 deep in one another"),
        ("<M><Child><N>" + "x" * 3_000_000 + "</N></Child></M>", "A single field is longer than a million"),
        ("<M a='" + "x" * 12_000_000 + "'/>", "A single tag is longer than 8 MB"),
        ("<M><!--" + "x" * 12_000_000 + "--></M>", "A single tag is longer than 8 MB"),
        ('<?xml version="1.0" encoding="nonsense-9"?><M/>', "Its encoding is not known"),
        ('<?xml version="1.0" encoding="shift-jis"?><M/>', "Its encoding is not known"),
        ("<M>" + "".join(f"<t{n}/>" for n in range(10_002)) + "</M>", "It has more than 10,000 different"),
        (
            "<M><Child>" + "".join(f"<t{n}/>" for n in range(2_001)) + "</Child></M>",
            "One kind of row has more than 2,000 different fields",
        ),
        ("<M><Child>" + "<F>a</F>" * 700_000 + "</Child></M>", "A field repeats more than 100,000 times"),
        (
            "<M><Child>" + f"<F>{'a' * 99_000}</F>" * 11 + "</Child></M>",
            "The values of a field that repeats are",
        ),
        ("", "It breaks off or is faulty (no element found)"),
        (b"<M>\x00</M>", "It breaks off or is faulty (not well-formed (invalid token))"),
        (b"<M><N>Zo\x81\x8d\xeb</N></M>", "It breaks off or is faulty"),
    ],
)
def test_what_could_harm_its_reader_is_refused(tmp_path: Path, content: str | bytes, what: str) -> None:
    text = refused(tmp_path, content)
    assert text.startswith(f"The XML cannot be read. {what}") and "file cin.xml, line " in text


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused, match=r"does not exist or may not be read \(FileNotFoundError\)"):
        xml_tables(tmp_path / "cin.xml", SPEC)


def test_the_beginning_of_a_file_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "cin.xml"
    path.write_text(CIN)
    start = xml_start(path)
    assert (start.root, start.fields["collection"], start.fields["year"]) == ("message", "CIN", "2024")
    assert {"child", "cindetails"} <= start.elements


def test_the_beginning_of_a_large_file_is_enough(tmp_path: Path) -> None:
    path = tmp_path / "cin.xml"
    path.write_text(CIN[: CIN.index("<Child>")] + "<Child><N>1</N></Child>" * 200_000)  # and it breaks off
    assert xml_start(path).root == "message"


def test_memory_is_that_of_the_texts_that_differ(tmp_path: Path) -> None:
    rows = "<A><N>word</N></A>\n" * 100_000
    table = xml(tmp_path, f"<M>\n{rows}</M>", {"A": ()}).tables["A"]
    assert table.table["n"].nbytes < 5 * 100_000


def test_the_sign_between_repeated_values_is_the_one_that_is_announced() -> None:
    assert gathering.JOINED == "\x1f"
