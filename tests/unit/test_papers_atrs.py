"""The transparency record: every field of the template, three files that say the same, nothing invented."""

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prevention_model.errors import WrongUsage
from prevention_model.pages.document import escaped, to_html, to_markdown
from prevention_model.papers import lacking, write_papers
from prevention_model.papers.atrs import atrs_csv, atrs_document, atrs_json, atrs_record, entries
from prevention_model.papers.atrs_fields import FIELDS, VERSION
from prevention_model.settings.shipped import shipped
from tests.fixtures.json_schema import faults
from tests.fixtures.made_up_papers import authority, public
from tests.fixtures.made_up_publication import changed, mandatory_keys

SCHEMA = json.loads((shipped("data_schemas") / "atrs_record.schema.json").read_text(encoding="utf-8"))
FACTS = public()
KEYS = sorted(key for key in mandatory_keys() if "by_source" not in key or "by_source.police_notices" in key)


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a record by its dotted key."""
    if isinstance(value, dict):
        for name, held in value.items():
            yield from leaves(held, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for place, held in enumerate(value):
            yield from leaves(held, f"{key}[{place}]")
    else:
        yield key, value


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


PARTS = {
    "0": 5,
    "1": 4,
    "2.1": 4,
    "2.1.4": 5,
    "2.2": 4,
    "2.3": 5,
    "2.4.1": 5,
    "2.4.2": 9,
    "2.4.3": 9,
    "2.4.4": 5,
    "2.5": 2,
}


def test_the_template_has_all_its_numbers() -> None:
    expected = {f"{part}.{n}" for part, count in PARTS.items() for n in range(1, count + 1)}
    assert {field.number for field in FIELDS} == expected and len(expected) == 57


def test_the_record_is_as_its_schema_says() -> None:
    assert faults(json.loads(atrs_json(FACTS, authority())), SCHEMA) == []


def test_the_schema_asks_for_each_field_of_the_template_and_no_other() -> None:
    assert sorted(titles(SCHEMA)) == sorted((f.key, f"{f.number} {f.title}") for f in FIELDS)
    assert SCHEMA["properties"]["atrs_template_version"] == {"const": VERSION}


def titles(schema: dict[str, Any], key: str = "") -> Iterator[tuple[str, str]]:
    """Every field that a schema requires, with its title."""
    for name in schema["required"]:
        held = schema["properties"][name]
        path = f"{key}.{name}" if key else name
        if held.get("type") == "object":
            yield from titles(held, path)
        elif held.get("type") == "array":
            yield from titles(held["items"], f"{path}[]")
        elif "title" in held:
            yield path, held["title"]


def test_json_csv_and_markdown_say_the_same() -> None:
    held = authority()
    from_json = dict(leaves(json.loads(atrs_json(FACTS, held))))
    assert from_json.pop("atrs_template_version") == VERSION
    from_csv = {row["key"]: row["value"] for row in rows(atrs_csv(FACTS, held))}
    assert from_csv == from_json
    page, markdown = (write(atrs_document(FACTS, held)) for write in (to_html, to_markdown))
    for each in entries(FACTS, held):
        assert f"| {each.number} | {escaped(each.title)} | {escaped(each.value)} |" in markdown
        assert f"<td>{html.escape(each.value, quote=False)}</td>" in html_of_text(page)


def html_of_text(page: str) -> str:
    """The page with quotation marks as they are, which a writer may escape or not."""
    return page.replace("&#39;", "'").replace("&#34;", '"')


def test_without_third_parties_their_fields_say_so() -> None:
    alone = authority(changed("owner.third_party", {"involved": False}))
    record = atrs_record(FACTS, alone)
    assert faults(record, SCHEMA) == [] and record["owner"]["third_party"] == {
        "involved": "No",
        "parties": [],
    }
    said = {row["number"]: row["value"] for row in rows(atrs_csv(FACTS, alone))}
    assert said["2.1.4"] == "No"
    assert {said[f"2.1.4.{n}"] for n in range(1, 6)} == {
        "Not applicable: nobody outside the authority is involved."
    }


@given(key=st.sampled_from(KEYS))
def test_one_empty_field_is_named_and_nothing_is_written(key: str, tmp_path_factory: Any) -> None:
    folder = tmp_path_factory.getbasetemp() / "never"
    lame = authority(changed(key, None))
    assert lacking(FACTS, lame) == (f"publication.{key}",)
    with pytest.raises(WrongUsage) as error:
        write_papers(folder, FACTS, lame)
    assert f"1 field is empty or overdue: publication.{key}. Where: authority.yaml." in str(error.value)
    assert not folder.exists()


def test_every_empty_field_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage) as error:
        write_papers(tmp_path / "run", FACTS, authority({}))
    named = re.findall(r"publication\.[a-z_.]+[a-z]", str(error.value))
    assert len(named) == 46 and "publication.data.by_source.police_notices.people_told" in named
    assert not (tmp_path / "run").exists()


def test_what_was_to_be_known_by_now_stands_in_the_way() -> None:
    later = {"not_yet_known": {"owner": "Head of service", "by": "2024-09-01"}}
    assert lacking(FACTS, authority(changed("risk.risks.0.mitigation", later))) == (
        "publication.risk.risks.0.mitigation",
    )
    later["not_yet_known"]["by"] = "2024-09-02"
    waiting = authority(changed("risk.risks.0.mitigation", later))
    assert lacking(FACTS, waiting) == ()
    assert lacking(FACTS, waiting, FACTS.created.replace(day=3)) == ("publication.risk.risks.0.mitigation",)
    assert atrs_record(FACTS, waiting)["risk"]["risks"][0]["mitigation"] == (
        "Not yet known. To be found out by Head of service, by 2 September 2024."
    )


@pytest.mark.parametrize(
    ("stage", "verdict", "phase"),
    [
        ("not released", "awaiting sign-off", "Development"),
        ("shadow", "released", "Development"),
        ("pilot", "released", "Beta/Pilot"),
        ("live", "released", "Production"),
        ("live", "withdrawn", "Retired"),
    ],
)
def test_the_phase_is_that_of_the_stage(stage: str, verdict: str, phase: str) -> None:
    assert atrs_record(public(stage=stage, verdict=verdict), authority())["meta"]["phase"] == phase


def test_a_value_that_a_spreadsheet_would_work_out_stays_text() -> None:
    hostile = authority(changed("owner.team", "=HYPERLINK(1)"))
    said = {row["key"]: row["value"] for row in rows(atrs_csv(FACTS, hostile))}
    assert said["owner.team"] == "'=HYPERLINK(1)"
