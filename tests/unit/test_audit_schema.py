"""The audit report as JSON is what its schema says, and the schema says enough to notice what is not a report."""

import copy
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_args

import pytest

from prevention_model.audit import AuditReport, CheckResult, audit
from prevention_model.audit.check import STATUSES
from prevention_model.audit.report import Verdict
from prevention_model.settings.policy import Policy
from prevention_model.settings.shipped import shipped
from tests.fixtures import evidence_cases as cases
from tests.fixtures.json_schema import faults
from tests.release.gate_scene import report as made_report

SCHEMA = json.loads((shipped("data_schemas") / "audit_report.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def real() -> dict[str, Any]:
    """A report of every check on evidence that is too small for most of them, so that every status is in it."""
    policy = Policy.default().model_copy(update={"resamples": 200})
    told: dict[str, Any] = json.loads(audit(cases.clean_evidence(families=100), policy).to_json())
    return told


def test_a_real_report_is_as_the_schema_says(real: dict[str, Any]) -> None:
    assert faults(real, SCHEMA) == []
    assert {row["status"] for row in real["report"]["results"]} >= {"passed", "too_few"}
    assert any(row["numbers"] for row in real["report"]["results"])


@pytest.mark.parametrize("failed", [(), ("PM006",)])
def test_reports_that_passed_and_that_were_refused_are_as_the_schema_says(failed: tuple[str, ...]) -> None:
    assert faults(json.loads(made_report(failed).to_json()), SCHEMA) == []


def test_the_schema_names_what_the_report_holds() -> None:
    content = SCHEMA["properties"]["report"]
    assert (
        set(content["properties"]) == set(content["required"]) == {each.name for each in fields(AuditReport)}
    )
    result = SCHEMA["$defs"]["result"]
    assert set(result["properties"]) == set(result["required"]) == {each.name for each in fields(CheckResult)}
    assert result["properties"]["status"]["enum"] == list(STATUSES)
    assert content["properties"]["verdict"]["enum"] == list(get_args(Verdict))


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no digest": (lambda told: told.pop("digest"), "$: required digest"),
    "not a hash": (lambda told: told.update(digest="ab"), "$.digest: pattern"),
    "no policy": (lambda told: told["report"].pop("policy_hash"), "$.report: required policy_hash"),
    "another verdict": (lambda told: told["report"].update(verdict="fine"), "$.report.verdict: enum"),
    "no reason to refuse": (lambda told: told["report"].update(reasons=[]), "$.report.reasons: minItems"),
    "passed with reasons": (lambda told: told["report"].update(verdict="passed"), "$.report.reasons: maxItems"),
    "nobody asked": (lambda told: told["report"].update(outcomes=[]), "$.report.outcomes: minItems"),
    "a check without a code": (lambda told: told["report"]["required"].append("all"), "required[{n}]: pattern"),
    "another status": (lambda told: told["report"]["results"][0].update(status="skipped"), "[0].status: enum"),
    "no numbers": (lambda told: told["report"]["results"][0].update(numbers=None), "[0].numbers: type"),
    "a count that is none": (
        lambda told: told["report"]["results"][0].update(numbers=[{"people": 2.5}]), ".people: type",
    ),
    "less than nobody": (
        lambda told: told["report"]["results"][0].update(numbers=[{"events": -1}]), ".events: minimum",
    ),
    "more beside": (lambda told: told["report"].update(note="x"), "$.report.note: additionalProperties"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_no_report_is_noticed(real: dict[str, Any], name: str) -> None:
    change, says = CHANGES[name]
    told = copy.deepcopy(real)
    assert told["report"]["verdict"] == "refused"
    says = says.format(n=len(told["report"]["required"]))
    change(told)
    assert any(says in fault for fault in faults(told, SCHEMA)), faults(told, SCHEMA)
