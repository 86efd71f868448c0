"""The files of a list: text stays text, the same list gives the same bytes, and nothing forbidden is in them."""

import csv
import dataclasses
import io
import json
import re
from html import unescape
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.lists import ZoneList, check_zone_pack, write_zone_pack
from prevention_model.lists.actions import ACTIONS, DECISIONS, REASONS
from prevention_model.lists.assemble import zone_list
from prevention_model.lists.text import guarded, plain
from prevention_model.lists.write_csv import children_csv, list_csv
from prevention_model.lists.write_html import page
from prevention_model.lists.write_xlsx import workbook
from prevention_model.release import hash_of
from tests.fixtures import made_up_zone as made

FILES = [
    "README.md",
    "children.csv",
    "header.csv",
    "list.csv",
    "list.html",
    "list.json",
    "list.xlsx",
    "manifest.json",
]
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "=cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "http://x.invalid/y",
    "\t=1",
    "\r=1",
]


def _list(forename: str | None = None, **figures: object) -> ZoneList:
    scores = made.scores()
    records = made.records(scores)
    people = made.identities(records)
    if forename is not None:
        people = people.assign(forename=forename, surname="", address=forename, postcode="")
    released = made.MadeRelease(scores, made.reasons(scores))
    return zone_list(released, records, people, made.authority(), "Z1", made.figures(**figures), made.TODAY)


@pytest.fixture(scope="module")
def held() -> ZoneList:
    return _list()


def _texts(folder: Path) -> dict[str, str]:
    """Everything that anybody can read in a pack, by file."""
    found = {
        path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix != ".xlsx"
    }
    book = openpyxl.load_workbook(folder / "list.xlsx")
    found["list.xlsx"] = "\n".join(
        str(cell.value)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    )
    return found


def test_the_same_list_gives_the_same_bytes(held: ZoneList, tmp_path: Path) -> None:
    one = write_zone_pack(tmp_path / "one", held)
    assert write_zone_pack(tmp_path / "two", _list()) == one
    assert {p.name: p.read_bytes() for p in (tmp_path / "one").iterdir()} == {
        p.name: p.read_bytes() for p in (tmp_path / "two").iterdir()
    }


def test_writing_again_changes_nothing_and_another_list_is_refused(held: ZoneList, tmp_path: Path) -> None:
    write_zone_pack(tmp_path / "z", held)
    before = (tmp_path / "z" / "list.xlsx").stat().st_mtime_ns
    write_zone_pack(tmp_path / "z", held)
    assert (tmp_path / "z" / "list.xlsx").stat().st_mtime_ns == before
    other = dataclasses.replace(held, header=dataclasses.replace(held.header, horizon="within 6 months"))
    with pytest.raises(WrongUsage, match="another list"):
        write_zone_pack(tmp_path / "z", other)


def test_a_changed_missing_or_added_file_is_noticed_and_named(held: ZoneList, tmp_path: Path) -> None:
    content = write_zone_pack(tmp_path / "z", held)
    assert (
        check_zone_pack(tmp_path / "z")
        == content
        == json.loads((tmp_path / "z" / "manifest.json").read_text())
    )
    (tmp_path / "z" / "list.csv").write_bytes(b"changed")
    (tmp_path / "z" / "README.md").unlink()
    (tmp_path / "z" / "extra.txt").write_text("x")
    with pytest.raises(Damaged, match=r"README\.md; list\.csv; extra\.txt"):
        check_zone_pack(tmp_path / "z")


@pytest.fixture(scope="module")
def pack(held: ZoneList, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack") / "Z1"
    write_zone_pack(folder, held)
    return folder


@settings(deadline=None)
@given(
    st.sampled_from(FILES),
    st.floats(0, 1, exclude_max=True),
    st.integers(1, 255),
)
def test_any_byte_of_any_file_of_a_pack(pack: Path, name: str, place: float, change: int) -> None:
    """Its files are found changed by its manifest; the manifest itself by its hash, which the ledger keeps."""
    path = pack / name
    before, manifest = path.read_bytes(), hash_of(pack / "manifest.json")
    content = bytearray(before)
    content[int(place * len(content))] ^= change
    try:
        path.write_bytes(content)
        if name == "manifest.json":
            assert hash_of(path) != manifest
        else:
            with pytest.raises(Damaged, match=re.escape(name)):
                check_zone_pack(pack)
    finally:
        path.write_bytes(before)


def test_a_pack_interrupted_half_way_leaves_nothing(
    held: ZoneList, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("prevention_model.lists.pack.os.replace", stop)
    with pytest.raises(KeyboardInterrupt):
        write_zone_pack(tmp_path / "z", held)
    assert list(tmp_path.iterdir()) == []


FORBIDDEN = {
    "a probability": r"(?<![\d.])0\.\d{2,}",
    "ethnicity": r"ethnicity|religion|nationality|sexual orientation",
    "a treatment": r"substance|mental health|diagnos",
    "what health holds": r"Appointments for an injury",
    "words that label": r"\bhigh.risk|\bat-risk child|\bsafe\b|\bunsafe\b|\bfair(ness)?\b|\bscore\b",
    "an identifier of the data": r"\bp0\d\d\b|\bh0\d\b|a-h0\d",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_what_must_never_be_in_a_list_is_in_no_file(what: str, held: ZoneList, tmp_path: Path) -> None:
    write_zone_pack(tmp_path / "z", held)
    for name, text in _texts(tmp_path / "z").items():
        shown = re.sub(r"<style>.*?</style>|<script>.*?</script>", "", text, flags=re.S)
        found = re.search(FORBIDDEN[what], shown, re.I)
        assert found is None, (name, found)


def test_no_level_of_any_child_is_written_in_any_form(held: ZoneList, tmp_path: Path) -> None:
    write_zone_pack(tmp_path / "z", held)
    for text in _texts(tmp_path / "z").values():
        text = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
        for level in made.scores()["level"].dropna():
            assert str(level) not in text
            assert f"{100 * level:.0f}%" not in text


def test_a_protected_address_is_in_no_file(tmp_path: Path) -> None:
    scores = made.scores()
    records = made.records(scores)
    people = made.identities(records)
    home = set(records.frames["household"].loc[lambda t: t["household_id"] == "h02", "person_id"])
    secret = people["person_id"].isin(home)
    people.loc[secret, ["address", "postcode"]] = ["77 Hidden Crescent", "QQ7 7QQ"]
    attribute = pd.DataFrame(
        [("a-h02", "protected_record", "true", "housing", "2024-09-11")],
        columns=["person_id", "name", "value", "agency", "event_date"],
    )
    records = made.records(scores, attribute=attribute)
    released = made.MadeRelease(scores, made.reasons(scores))
    held = zone_list(released, records, people, made.authority(), "Z1", made.figures(), made.TODAY)
    assert any(f.household_id == "h02" for f in held.families)
    write_zone_pack(tmp_path / "z", held)
    for text in _texts(tmp_path / "z").values():
        assert "Hidden Crescent" not in text
        assert "QQ7" not in text
    assert "Protected record" in (tmp_path / "z" / "list.html").read_text()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text_in_every_file(name: str) -> None:
    held = _list(name)
    _assert_text(held)
    assert plain(name) in unescape(page(held))


@settings(max_examples=6, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=25).map(lambda t: "=" + t))
def test_any_name_stays_text_in_every_file(name: str) -> None:
    _assert_text(_list(name))


def _assert_text(held: ZoneList) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(held)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n") and (cell.data_type == "s" or cell.value is None), cell
                assert cell.hyperlink is None
    for table in (list_csv(held), children_csv(held)):
        rows = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
        assert len({len(row) for row in rows}) == 1
        assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r")]
    shown = page(held)
    assert shown.count("<script>") == 1
    assert len(re.findall(r"<article ", shown)) == len(held.families)


@given(st.text(max_size=40))
def test_a_guarded_cell_never_starts_a_formula(text: str) -> None:
    assert guarded(text)[:1] not in tuple("=+-@\t\r")
    assert guarded(text).removeprefix("'") == text.removeprefix("'") or guarded(text) == f"'{text}"


@given(st.text(max_size=60))
def test_plain_text_is_on_one_line_and_keeps_the_letters(text: str) -> None:
    made_plain = plain(text)
    assert made_plain == plain(made_plain)
    assert not re.search(r"[\x00-\x1f\x7f\u202e]", made_plain)
    assert re.sub(r"\s", "", "".join(c for c in text if c.isalnum())) == "".join(
        c for c in made_plain if c.isalnum()
    )


def test_the_workbook_is_made_to_be_worked_in(held: ZoneList) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(held)))
    shown = [sheet for sheet in book if sheet.sheet_state == "visible"]
    assert [s.title for s in shown] == ["Read first", "Families", "Children", "Decisions", "Not ranked"]
    assert all(sheet.protection.sheet for sheet in book)
    for sheet in shown:
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        # The action block is read on paper only if it may be two pages wide.
        assert (sheet.page_setup.fitToWidth or 1) == (2 if sheet.title == "Decisions" else 1)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert book["Families"].freeze_panes == "B2"
    assert book["Families"].print_title_rows == "$1:$1"
    assert book["Families"].max_row == 1 + len(held.families)


def test_only_the_action_block_can_be_written_in(held: ZoneList) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(held)))
    open_cells = {
        (s.title, c.coordinate) for s in book for r in s.iter_rows() for c in r if not c.protection.locked
    }
    assert {sheet for sheet, _ in open_cells} == {"Decisions"}
    assert len(open_cells) == len(ACTIONS) * len(held.families)
    assert ("Decisions", "A2") not in open_cells
    assert ("Decisions", "C2") in open_cells


def test_decisions_are_chosen_from_words_and_reasons_from_those_of_the_decision(held: ZoneList) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(held)))
    rules = {str(rule.sqref): rule.formula1 for rule in book["Decisions"].data_validations.dataValidation}
    words = book["Words"]
    assert rules["C2:C10"] == "Words!$C$2:$C$8"
    assert [row[2].value for row in words["A2:C8"]] == list(DECISIONS.values())
    assert "MATCH($C2,Words!$A:$A,0)" in rules["D2:D10"]
    pairs = [(row[0].value, row[1].value) for row in words["A2:B40"] if row[0].value]
    assert pairs == [(DECISIONS[d], word) for d, reasons in REASONS.items() for word in reasons.values()]


def test_the_workbook_carries_no_clock(held: ZoneList) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(held)))
    assert book.properties.created is not None
    assert book.properties.created.date() == made.TODAY


def test_csv_holds_every_family_and_the_empty_action_block(held: ZoneList) -> None:
    rows = list(csv.DictReader(io.StringIO(list_csv(held).decode("utf-8-sig"))))
    assert [row["family_ref"] for row in rows] == [family.family_ref for family in held.families]
    assert all(row["decision"] == "" for row in rows)
    assert list(rows[0])[1] == "current_involvement"
    children = list(csv.DictReader(io.StringIO(children_csv(held).decode("utf-8-sig"))))
    assert len(children) == sum(len(family.children) for family in held.families)


def test_the_pack_explains_itself(held: ZoneList, tmp_path: Path) -> None:
    write_zone_pack(tmp_path / "z", held)
    readme = (tmp_path / "z" / "README.md").read_text()
    for words in (
        "does not move a family up",
        "01632 960000",
        "17 October 2024",
        "About 3 of 9",
        "Who was not ranked",
    ):
        assert words in readme
    assert not any(name in readme for name in made.SURNAMES)


def test_the_page_shows_who_works_with_a_family_before_position_and_change(held: ZoneList) -> None:
    for article in re.findall(r"<article.*?</article>", page(held), re.S):
        assert article.index("Who already works with this family") < article.index(
            "Position" if "Position " in article else "Reserve"
        )
        assert article.index("Who already works with this family") < article.index("What stands out")


def test_names_are_closed_until_opened(held: ZoneList) -> None:
    shown = page(held)
    assert '<details class="who" open' not in shown
    closed = re.sub(r"<details class=\"who\">.*?</details>", "", shown, flags=re.S)
    assert not [name for name in made.SURNAMES if name in closed]
