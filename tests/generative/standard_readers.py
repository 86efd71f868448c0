"""The standards as readers to fuzz: every table of each, with a name in each row that no message may repeat."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from prevention_model.records.files.opening import open_file
from prevention_model.records.standards.catalogue import STANDARDS
from prevention_model.records.standards.reading import read_standard
from prevention_model.records.standards.recognise import match
from prevention_model.records.standards.standard import Standard
from tests.fixtures.made_up_903 import HEADER
from tests.fixtures.made_up_annex_a import LISTS
from tests.fixtures.made_up_extracts import EXAMPLES
from tests.fixtures.made_up_ssd import SSD
from tests.generative.fuzzing import SECRET, Reader, Together
from tests.unit.census_files import Row, as_csv, child, header, leaver, pupil
from tests.unit.cin_files import Child, a_child, a_referral, an_assessment, census, flat_rows
from tests.unit.cin_files import as_csv as flat_csv
from tests.unit.test_standard_sen2 import XML as SEN2_XML
from tests.unit.test_standard_sen2 import whole as whole_sen2
from tests.unit.test_standard_ssda903 import ONE_CHILD
from tests.unit.test_standard_ssda903 import XML as SSDA903_XML

RECEIVED = date(2025, 9, 1)
Files = Mapping[str, bytes]


def reader(name: str, whole: Files, beside: Sequence[str] = (), together: bool = False) -> Reader:
    """The reader of a standard. Each damaged file is read with the whole files that `beside` names, which
    it refers to."""
    standard = STANDARDS[name]
    kept = {f"whole {some}": whole[some] for some in beside}

    def read(paths: Sequence[Path]) -> None:
        folder = paths[0].parent
        for extract in read_standard(standard, [*(folder / some for some in kept), *paths], RECEIVED):
            told = {*extract.mentions["row"], *extract.quarantined["row"]}
            listed = len(extract.mentions) + len(extract.quarantined)
            assert len(told) == listed, f"a row of {extract.module} is told of twice"
            assert extract.rows_in == extract.accepted + len(extract.quarantined), (
                f"rows of {extract.module} are lost"
            )
            places = set(extract.mentions.index)
            for table, frames in extract.frames.items():
                for frame in frames:
                    assert places.issuperset(frame["mention"]), f"{table} speaks of a row that was set aside"

    many = Together(lambda path: has_its_columns(standard, path), read) if together else None
    return Reader(whole, lambda path: read([path]), beside=kept, together=many)


def has_its_columns(standard: Standard, path: Path) -> bool:
    """Whether every table of a file that the standard knows is as wide as it has to be."""
    shape = standard.settings.xml
    found = [match(table, standard) for table in open_file(path, shape.rows if shape else None).tables]
    tables = [(one.table, one.module.columns.required) for one in found if one is not None]
    return all(not table.twice and all(map(table.has, required)) for table, required in tables)


def with_notes(lines: Sequence[str]) -> bytes:
    """The lines as a file, with a name in a further column of every row."""
    return "\r\n".join([f"{lines[0]},Note", *(f"{line},{SECRET}" for line in lines[1:])]).encode()


def extract(name: str) -> Reader:
    """The reader of an agency's extract."""
    return reader(name, {file: with_notes(lines) for file, lines in EXAMPLES[name].items()})


def annex_a() -> Reader:
    """The lists, but for three long ones, in which damage takes the same ways and ten times as long."""
    long = ("List 6", "List 8", "List 9")
    return reader(
        "annex_a", {name: with_notes(lines) for name, lines in LISTS.items() if not name.startswith(long)}
    )


def cin_census() -> Reader:
    """The census as XML, in two encodings, and as a flat file."""
    closed = a_referral(
        CINclosureDate="2023-09-01", Assessments=[an_assessment("2023-05-03", "2023-06-01", ["1A", "3B"])]
    )
    seen = [Child({**a_child(SECRET), "UPN": "A123456789012"}, [closed])]
    xml, flat = census(seen), flat_csv(flat_rows(seen))
    whole = {
        "cin_2024.xml": xml.encode(),
        "wide_2024.xml": xml.encode("utf-16"),
        "cin_2024.csv": flat.encode(),
    }
    return reader("cin_census", whole)


def ssda903() -> Reader:
    """Five of the tables, and the XML."""
    tables = {
        "episodes.csv": [*ONE_CHILD, f"C2,03/05/2023,S,V4,N1,U6,PR1,,,,{SECRET},,"],
        "header.csv": [HEADER, "C1,2,03/02/2008,WBRI,UN1,1,17/12/2023", f"{SECRET},1,03/02/2008,WBRI,,,"],
        "prev_perm.csv": ["CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM", f"C1,03/02/2008,P1,{SECRET},zz/05/2020"],
        "oc3.csv": ["CHILD,DOB,IN_TOUCH,ACTIV,ACCOM,YEAR", f"{SECRET},03/02/2004,YES,F1,B1,2023"],
        "uasc.csv": ["CHILD,SEX,DOB,DUC", f"{SECRET},1,03/02/2008,03/02/2026"],
        "reviews.csv": ["CHILD,DOB,REVIEW,REVIEW_CODE", f"{SECRET},03/02/2008,03/02/2024,PN1"],
    }
    whole = {name: "\r\n".join(lines).encode() for name, lines in tables.items()}
    return reader("ssda903", {**whole, "903.xml": SSDA903_XML.replace("C2", SECRET).encode()}, together=True)


def school_census() -> Reader:
    """The tables of one spring census. Those of the pupils stand whole beside the others, which refer to them."""
    told = {"sourceid": SECRET}
    tables: Mapping[str, Sequence[Row]] = {
        "schoolcensus": [header(referencedate="2025-Jan-16 00:00:00", term="SPR", year="2025", **told)],
        "pupilonroll": [
            pupil("p1", surname=SECRET, senprovision="K", termlysessionspossible="130.0"),
            pupil("p2", upn="", surname=SECRET, forename="Ben", senprovision="N"),
        ],
        "pupilnolongeronroll": [leaver("q1", surname=SECRET, upn="C123456789012")],
        "termlysessiondetailsonroll": [
            child("p1", attendancereason="I", sessions="4.0", **told),
            child("p2", attendancereason="X", sessions="9"),
        ],
        "fsmperiod": [child("p1", fsmstartdate="2024-09-04", fsmenddate="", **told)],
        "addresses": [child("p1", addressline1=f"1 {SECRET} Lane", postcode="ZZ9 1AA")],
        "termlyexclusionsonroll": [
            child("p1", startdate="2024-11-04", category="SUSP", sessions="2", reason1="DB", **told)
        ],
    }
    whole = {f"2025_spring_{name}.csv": as_csv(rows).encode() for name, rows in tables.items()}
    return reader("school_census", whole, ["2025_spring_pupilonroll.csv"], together=True)


def sen2() -> Reader:
    """The tables of one return, of which the two that the others refer to stand whole beside them, and the XML."""
    rows = {name: [{**row, "NativeId": SECRET} for row in some] for name, some in whole_sen2().items()}
    whole = {f"{name}.csv": as_csv(some).encode() for name, some in rows.items()}
    whole["return.xml"] = SEN2_XML.replace("Mallory", SECRET).encode()
    return reader("sen2", whole, ["person.csv", "requests.csv"], together=True)


STANDARD_READERS: Mapping[str, Reader] = {
    **{name: extract(name) for name in sorted(EXAMPLES)},
    "annex_a": annex_a(),
    "cin_census": cin_census(),
    "school_census": school_census(),
    "sen2": sen2(),
    "ssd": reader("ssd", {name: with_notes(lines) for name, lines in SSD.items()}),
    "ssda903": ssda903(),
}
"""By the standard's name."""
