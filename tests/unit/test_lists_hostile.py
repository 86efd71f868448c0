"""Whatever text stands in records and settings, it stays text in every file of a pack, and what is not for a list is in
none of them."""

import csv
import io
import json
import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prevention_model.lists import ZoneList, write_zone_pack
from prevention_model.lists.assemble import zone_list
from prevention_model.lists.pack import files_of
from prevention_model.lists.text import plain
from tests.fixtures import made_up_zone as made

HOSTILE = [
    '=HYPERLINK("http://x.invalid","a")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1:A9)",
    "\uff1d1+1",
    "\t=1",
    "</td><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'; alert(1); '",
    "</script><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "[a](javascript:alert(1)) `x` | y | ![z](http://x.invalid/z)",
    "<!-- ]]> &lt;b&gt; \\u003cscript\\u003e",
]


def _with(text: str) -> ZoneList:
    """A list in which `text` stands wherever records, settings and figures can put a text."""
    scores = made.scores()
    base = made.records(scores)
    spell = base.frames["spell"].assign(outcome=text)
    spell["code"] = spell["code"].where(spell["code"].isna(), text)
    names = (
        "lead_practitioner_team",
        "lead_practitioner",
        "lead_practitioner_contact",
        "language",
        "safe_contact",
    )
    names += ("accessible_format", "family_agreement")
    rows = [
        (p, name, text, "early_help", pd.Timestamp("2024-03-04")) for p in ("p010", "p000") for name in names
    ]
    attribute = pd.DataFrame(rows, columns=["person_id", "name", "value", "agency", "event_date"])
    place = base.frames["place"].assign(school=text)
    records = made.records(scores, spell=spell, attribute=attribute, place=place)
    people = made.identities(records).assign(forename=text, surname=text, address=text, postcode=text)
    reasons = made.reasons(scores).assign(text=text, theme=text, agency=text, source=text, feature=text)
    reasons["share_with"] = "zone_coordinator"
    figures = made.figures(
        expected_true_in_list={"statutory_escalation": text}, model_id=text, model_version=text,
        data_as_at={text: made.INDEX}, coverage_warnings=[text], audit_ref=text,
        last_decisions={"h00": text, "h01": text},
    )  # fmt: skip
    zone = {"code": "Z1", "name": text, "capacity": 9, "recipient": text, "contact": text}
    authority = made.authority(
        name=text, complaint_route=text, identification_basis=text,
        front_door={"name": text, "telephone": text},
        zones=[{**zone, "recipient_role": text, "information_contact": text}],
        offers=[{"name": text, "level": 1, "themes": [text]}],
        pyramids=[{"name": text, "zone": "Z1", "schools": {text: text}}],
    )  # fmt: skip
    released = made.MadeRelease(scores, reasons, policy=text, outcomes={"statutory_escalation": text})
    return zone_list(released, records, people, authority, "Z1", figures, made.TODAY)


class _Shape(HTMLParser):
    """The tags of a page with the names of their attributes, and no text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shape: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.shape.append((tag, tuple(name for name, _ in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.shape.append((f"/{tag}", ()))


@cache
def _harmless() -> list[tuple[str, tuple[str, ...]]]:
    return _Shape(files_of(_with("harmless"))["list.html"].decode()).shape


def _stays_text(text: str) -> None:
    made_files = files_of(_with(text))
    assert _Shape(made_files["list.html"].decode()).shape == _harmless(), "text became part of the page"
    told = json.loads(made_files["list.json"])
    assert told["header"]["zone_name"] == plain(text)
    assert told["families"][0]["reasons"][0]["text"] == plain(text)
    for name in ("list.csv", "children.csv", "header.csv"):
        rows = list(csv.reader(io.StringIO(made_files[name].decode("utf-8-sig"))))
        assert len({len(row) for row in rows}) == 1
        cells = [cell for row in rows for cell in row]
        assert not [
            cell
            for cell in cells
            if cell.lstrip()[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20") or (cell[:1] in "\t\r\n" and cell)
        ]
    for sheet in openpyxl.load_workbook(io.BytesIO(made_files["list.xlsx"])):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n") and cell.hyperlink is None, (sheet.title, cell.coordinate)
    readme = made_files["README.md"].decode()
    assert "<" not in readme
    assert not re.search(r"(?<!\\)\]\(", readme), "a link"
    assert all(
        line.count("|") == line.count("\\|") for line in readme.splitlines() if not line.startswith("|")
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_anywhere_stays_text_everywhere(text: str) -> None:
    _stays_text(text)


@settings(max_examples=8, deadline=None)
@given(
    st.sampled_from(["=", "+", "-", "@", "<", '"', "'", "&", "[", "\\", "`", "{{", "|"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
)
def test_any_text_anywhere_stays_text_everywhere(first: str, rest: str) -> None:
    _stays_text(first + rest)


PLANTED = {
    "ethnicity": ("person", "ethnicity", "Planted-ethnicity"),
    "religion": ("attribute", "religion", "Planted-religion"),
    "nationality": ("attribute", "nationality", "Planted-nationality"),
    "orientation": ("attribute", "sexual_orientation", "Planted-orientation"),
    "disability": ("attribute", "disability", "Planted-disability"),
    "need": ("attribute", "sen_need", "Planted-need"),
    "asylum": ("attribute", "uasc", "Planted-asylum"),
    "notes": ("attribute", "case_notes", "Planted-notes"),
}
DIAGNOSES = ("Planted-depression", "Planted-psychosis", "Planted-autism", "Planted-opiates")


def test_what_is_planted_in_the_records_and_is_not_for_a_list_is_in_no_file(tmp_path: Path) -> None:
    scores = made.scores()
    base = made.records(scores)
    people = list(base.frames["person"]["person_id"])
    day = pd.Timestamp("2024-03-04")
    attribute = pd.DataFrame(
        [
            (p, name, word, "x", day)
            for p in people
            for table, name, word in PLANTED.values()
            if table == "attribute"
        ],
        columns=["person_id", "name", "value", "agency", "event_date"],
    )
    spells = [
        (p, kind, word, word, "x", day)
        for p in people
        for kind, word in zip(
            ("mh_referral", "substance_treatment", "sen_support", "ehcp"), DIAGNOSES, strict=True
        )
    ]
    spell = pd.DataFrame(spells, columns=["person_id", "kind", "code", "outcome", "agency", "start_date"])
    events = [
        (p, kind, DIAGNOSES[0], "x", day)
        for p in people
        for kind in ("ed_attendance", "adult_mental_health_contact", "police_notice")
    ]
    event = pd.DataFrame(events, columns=["person_id", "kind", "code", "agency", "event_date"])
    person = base.frames["person"].assign(ethnicity=PLANTED["ethnicity"][2])
    records = made.records(scores, person=person, attribute=attribute, spell=spell, event=event)
    reasons = made.reasons(scores)
    hidden = reasons["agency"].isin(["health", "police"])
    reasons.loc[hidden, ["text", "theme", "source", "feature"]] = "Planted-hidden"
    reasons.loc[hidden, "share_with"] = "social_care"
    held = zone_list(
        made.MadeRelease(scores, reasons), records, made.identities(records), made.authority(), "Z1",
        made.figures(), made.TODAY,
    )  # fmt: skip
    write_zone_pack(tmp_path / "z", held)
    assert len(held.families) == 9
    for name, text in _texts(tmp_path / "z").items():
        assert "Planted" not in text, (name, re.search(".{60}Planted.{30}", text, re.S))
        for family in held.families:
            assert family.household_id not in text, name
        for child in (child for family in held.families for child in family.children):
            assert child.person_id not in text, name


def test_neither_level_nor_rank_nor_rise_of_anybody_is_in_any_file(tmp_path: Path) -> None:
    scores = made.scores()
    numbers = [0.317 + n / 7919 for n in range(len(scores))]
    scores["level"] = scores["level"].where(scores["level"].isna(), numbers)
    scores["rise"], scores["credibility"] = 0.61803, 0.97531
    records = made.records(scores)
    held = zone_list(
        made.MadeRelease(scores, made.reasons(scores)), records, made.identities(records), made.authority(),
        "Z1", made.figures(), made.TODAY,
    )  # fmt: skip
    write_zone_pack(tmp_path / "z", held)
    for name, text in _texts(tmp_path / "z").items():
        text = re.sub(r"<style>.*?</style>", "", text, flags=re.S)
        for number in (*numbers, 0.61803, 0.97531):
            assert f"{number:.3f}"[1:] not in text, name
            assert f"{100 * number:.1f}" not in text, name
        assert not re.search(r"\brank(ed)?\b[\"' :]+\d", text), name


def _texts(folder: Path) -> dict[str, str]:
    found = {p.name: p.read_text(encoding="utf-8") for p in folder.iterdir() if p.suffix != ".xlsx"}
    book: Any = openpyxl.load_workbook(folder / "list.xlsx")
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    return {**found, "list.xlsx": "\n".join(cells)}
