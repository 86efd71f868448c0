"""list.json is what its schema says, the schema says all that a list holds, and nothing more is let through."""

import copy
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from prevention_model.lists import ChildRow, FamilyRow, ListHeader, ZoneList
from prevention_model.lists.assemble import zone_list
from prevention_model.lists.facts import Involvement, Offered, PastHelp, Reason
from prevention_model.lists.write_json import list_json
from prevention_model.settings.shipped import shipped
from tests.fixtures import made_up_zone as made
from tests.fixtures.json_schema import faults

SCHEMA = json.loads((shipped("data_schemas") / "zone_list.schema.json").read_text(encoding="utf-8"))


def _list(zone: str = "Z1", **figures: Any) -> ZoneList:
    scores = made.scores()
    records = made.records(scores)
    released = made.MadeRelease(scores, made.reasons(scores))
    said = made.figures(**figures)
    return zone_list(released, records, made.identities(records), made.authority(), zone, said, made.TODAY)


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(list_json(_list(last_decisions={"h00": "Look again, 1 May 2024"})))
    return content


def test_a_list_and_an_empty_list_are_as_the_schema_says(told: dict[str, Any]) -> None:
    assert faults(told, SCHEMA) == []
    assert faults(json.loads(list_json(_list("Z2"))), SCHEMA) == []
    assert told["families"] and any(family["returned"] for family in told["families"])


@pytest.mark.parametrize(
    ("value", "name", "left_out"),
    [
        (ListHeader, "header", set()),
        (FamilyRow, "family", {"household_id", "rank"}),
        (ChildRow, "child", {"person_id"}),
        (Reason, "reason", set()),
        (Involvement, "involvement", set()),
        (PastHelp, "past_help", set()),
        (Offered, "offered", set()),
    ],
)
def test_the_schema_names_what_a_list_holds(value: type, name: str, left_out: set[str]) -> None:
    said = SCHEMA["$defs"][name]
    added = {"family": {"plan_in_place"}, "reason": {"code"}}.get(name, set())
    assert set(said["properties"]) == {each.name for each in fields(value)} - left_out | added
    assert set(said["required"]) == set(said["properties"])


def test_the_same_list_gives_the_same_bytes_and_the_same_ids() -> None:
    one, two = _list(), _list()
    assert list_json(one) == list_json(two)
    assert [row["row_id"] for row in json.loads(list_json(one))["families"]] == [
        f.row_id for f in two.families
    ]


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a level beside a family": (
        lambda t: t["families"][0].update(level=0.4),
        "$.families[0].level: additional",
    ),
    "a rank": (lambda t: t["families"][0].update(rank=1), "$.families[0].rank: additional"),
    "a trait of a child": (
        lambda t: t["families"][0]["children"][0].update(ethnicity="x"),
        "$.families[0].children[0].ethnicity: additional",
    ),
    "a fourth reason": (
        lambda t: t["families"][0]["reasons"].extend(t["families"][0]["reasons"]),
        "$.families[0].reasons: maxItems",
    ),
    "no end": (lambda t: t["header"].pop("valid_until"), "$.header: required valid_until"),
    "no word why": (
        lambda t: t["families"][0]["team_around_family"].update(next_review={}),
        "next_review: required not_held",
    ),
    "another format": (lambda t: t.update(format="x"), "$.format: const"),
    "a count that names somebody": (lambda t: t["not_ranked"][0].update(children=1), "children: type"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_not_a_list_is_noticed(told: dict[str, Any], what: str) -> None:
    change, said = CHANGES[what]
    content = copy.deepcopy(told)
    change(content)
    assert any(said in fault for fault in faults(content, SCHEMA)), faults(content, SCHEMA)


def test_small_counts_are_in_no_file_but_are_kept_for_the_record(told: dict[str, Any]) -> None:
    assert {row["children"] for row in told["not_ranked"]} == {"a small number, not shown"}
    assert sum(row.children for row in _list().not_ranked) == 4
