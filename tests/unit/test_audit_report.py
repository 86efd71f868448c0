"""The verdict follows from the results, everything missing is a reason, and a report cannot be bent."""

import json
from dataclasses import replace

import pytest

from prevention_model.audit import CHECKS, AuditReport, Check, CheckResult, Evidence, Finding, audit
from prevention_model.audit.report import blocks
from prevention_model.errors import Damaged, WrongUsage
from prevention_model.settings.policy import Policy
from tests.fixtures import evidence_cases as cases

pytestmark = pytest.mark.xdist_group(
    "audit report"
)  # what its tests share is made once, not once for each worker

POLICY = Policy.default().model_copy(update={"resamples": 300})


@pytest.fixture(scope="module")
def clean() -> Evidence:
    return cases.clean_evidence()


@pytest.fixture(scope="module")
def small() -> Evidence:
    """Too few families for most checks: for tests that ask about the report, not about the checks."""
    return cases.clean_evidence(families=100)


@pytest.fixture(scope="module")
def report(clean: Evidence) -> AuditReport:
    return audit(clean, POLICY)


def one(status: str, code: str = "PM901") -> Check:
    """A check that always says the same."""
    return Check(code, "A title", "A reason.", (), lambda *_: Finding(status, "A message."))  # type: ignore[arg-type]


def judged(clean: Evidence, checks: list[Check], **policy: object) -> AuditReport:
    codes = tuple(check.code for check in checks)
    settings = {"required": codes, "must_be_assessable": (), **policy}
    return audit(clean, POLICY.model_copy(update=settings), checks)


# --- the verdict ------------------------------------------------------------------------------


def test_clean_evidence_passes_every_check(report: AuditReport) -> None:
    assert (report.verdict, report.reasons) == ("passed", ())
    assert [result.code for result in report.results] == [check.code for check in CHECKS]
    assert {result.status for result in report.results} == {"passed"}


def test_of_outcomes_judged_together_one_that_fails_refuses_all(clean: Evidence, report: AuditReport) -> None:
    second = replace(clean.outcomes[0], name="suspension")
    assert audit(replace(clean, outcomes=(*clean.outcomes, second)), POLICY).verdict == "passed"
    wrong = replace(second, predictions=second.predictions.assign(level=0.5))
    found = audit(replace(clean, outcomes=(*clean.outcomes, wrong)), POLICY)
    assert found.verdict == "refused"
    assert {result.outcome for result in found.blocking} == {"suspension"}


def test_all_reasons_for_refusal_are_given_at_once(small: Evidence) -> None:
    wrong = cases.with_late_records(cases.with_lost_contribution(cases.with_leak(small)))
    few = POLICY.model_copy(update={"required": ("PM001", "PM008", "PM009"), "must_be_assessable": ()})
    found = audit(wrong, few)
    assert found.verdict == "refused"
    assert [reason[:5] for reason in found.reasons] == ["PM001", "PM008", "PM009"]
    assert found.reasons[1] == (
        "PM008 Features saw the future (all outcomes): failed. 4 of 5000 cells come out differently when only "
        "what was known before the index date is given: contacts_all."
    )


def test_a_failed_check_that_is_not_required_is_shown_and_does_not_block(clean: Evidence) -> None:
    found = judged(clean, [one("passed"), one("failed", "PM902")], required=("PM901",))
    assert found.verdict == "passed" and found.result("PM902").status == "failed"


@pytest.mark.parametrize(
    ("status", "assessable", "verdict"),
    [
        ("passed", True, "passed"),
        ("failed", False, "refused"),
        ("too_few", False, "passed"),
        ("too_few", True, "refused"),
        ("not_applicable", False, "passed"),
        ("not_applicable", True, "refused"),
    ],
)
def test_only_passed_passes_where_the_policy_says_so(
    clean: Evidence, status: str, assessable: bool, verdict: str
) -> None:
    found = judged(clean, [one(status)], must_be_assessable=("PM901",) if assessable else ())
    assert found.verdict == verdict
    assert found.result("PM901").status == status


def test_a_check_that_breaks_refuses_the_audit_and_leaks_nothing(clean: Evidence) -> None:
    def breaks(*_: object) -> Finding:
        raise KeyError("Ann Smith")

    broken = Check("PM902", "A title", "A reason.", (), breaks)
    found = judged(clean, [one("passed"), broken], required=("PM901",))
    assert found.verdict == "refused"
    assert found.reasons == (
        "PM902 A title (care): could not be run. The check could not be run (KeyError), so nothing is known "
        "about this fault.",
    )
    assert "Ann" not in found.to_json()


def test_a_status_that_is_none_of_the_known_ones_is_a_check_that_broke(clean: Evidence) -> None:
    assert judged(clean, [one("fine")]).result("PM901").status == "could_not_run"


def test_a_required_check_that_does_not_exist_refuses(clean: Evidence) -> None:
    found = judged(clean, [one("passed")], required=("PM901", "PM999"))
    assert found.reasons == ("PM999 is required by the policy, and there is no such check.",)


@pytest.mark.parametrize("lost", ["required", "groups"])
def test_a_policy_made_empty_behind_its_own_back_refuses(clean: Evidence, lost: str) -> None:
    found = audit(clean, POLICY.model_copy(update={lost: ()}), [one("passed")])
    assert found.verdict == "refused"
    assert any("The policy" in reason for reason in found.reasons)


def test_a_group_without_a_column_refuses(clean: Evidence) -> None:
    groups = clean.outcomes[0].groups.drop(columns=["fsm"])
    found = audit(cases.changed(clean, groups=groups), POLICY)
    assert found.verdict == "refused"
    assert "The evidence on care has no column for: fsm." in found.reasons
    assert {found.result(code).status for code in ("PM005", "PM006", "PM012")} == {"could_not_run"}


def test_no_rows_refuse(clean: Evidence) -> None:
    empty = cases.changed(
        clean, predictions=clean.outcomes[0].predictions.iloc[:0], groups=clean.outcomes[0].groups.iloc[:0]
    )
    found = audit(empty, POLICY)
    assert found.verdict == "refused"
    assert "There are no rows with a known outcome for care." in found.reasons


def test_one_outcome_that_fails_refuses_the_whole(small: Evidence) -> None:
    second = cases.with_leak(cases.clean_evidence(families=100, name="absence")).outcomes[0]
    both = replace(small, outcomes=(*small.outcomes, second))
    found = audit(both, POLICY.model_copy(update={"required": ("PM001",), "must_be_assessable": ()}))
    assert found.result("PM001", "care").status == "passed"
    assert [reason[:48] for reason in found.reasons] == ["PM001 One feature tells the outcome (absence): f"]


# --- the report -------------------------------------------------------------------------------


def test_the_same_evidence_and_policy_give_the_same_report(small: Evidence) -> None:
    assert audit(small, POLICY).digest() == audit(cases.clean_evidence(families=100), POLICY).digest()


def test_another_policy_or_other_evidence_shows_in_the_report(small: Evidence) -> None:
    first = audit(small, POLICY)
    looser = audit(small, POLICY.model_copy(update={"missed_gap_max": 0.5}))
    other = audit(cases.with_leak(small), POLICY)
    assert looser.policy_hash != first.policy_hash and looser.evidence_hash == first.evidence_hash
    assert other.policy_hash == first.policy_hash and other.evidence_hash != first.evidence_hash
    assert len({first.digest(), looser.digest(), other.digest()}) == 3


def test_a_report_comes_back_as_it_was_written(report: AuditReport) -> None:
    back = AuditReport.from_json(report.to_json())
    assert back == report and back.to_json() == report.to_json()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"status":"passed"', '"status":"failed"'),
        ("AUC of 0.71", "AUC of 0.51"),
        ('"digest":"', '"digest":"0'),
        ('{"digest"', '{ "digest"'),
        ('"policy_hash":"', '"policy_hash":"0'),
    ],
)
def test_a_report_that_was_touched_is_damaged(report: AuditReport, old: str, new: str) -> None:
    text = report.to_json()
    assert old in text
    with pytest.raises(Damaged):
        AuditReport.from_json(text.replace(old, new, 1))


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"report": {}, "digest": ""}', "not json"])
def test_what_is_not_a_report_is_damaged(text: str) -> None:
    with pytest.raises(Damaged, match="cannot be read"):
        AuditReport.from_json(text)


def test_a_refused_report_cannot_be_rewritten_as_passed_even_with_a_new_digest(small: Evidence) -> None:
    refused = audit(cases.with_late_records(small), POLICY)
    content = json.loads(refused.to_json())["report"]
    content |= {"verdict": "passed", "reasons": []}
    with pytest.raises(WrongUsage, match="did not all pass"):
        AuditReport(
            results=tuple(CheckResult(**{**row, "numbers": ()}) for row in content["results"]),
            policy_hash="",
            evidence_hash="",
            verdict="passed",
            reasons=(),
            outcomes=("care",),
            required=POLICY.required,
            must_be_assessable=POLICY.must_be_assessable,
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"outcomes": ()},
        {"required": ()},
        {"required": ("PM001", "PM777")},
        {"outcomes": ("care", "absence")},
        {"reasons": ("Because.",)},
        {"verdict": "refused"},
        {"verdict": "maybe"},
    ],
)
def test_a_report_that_contradicts_itself_cannot_be_built(
    report: AuditReport, changes: dict[str, object]
) -> None:
    with pytest.raises(WrongUsage):
        replace(report, **changes)


def test_what_was_not_asked_for_is_not_there(report: AuditReport) -> None:
    with pytest.raises(WrongUsage, match="no result of PM777"):
        report.result("PM777")


def test_could_not_run_blocks_whatever_the_policy_says() -> None:
    assert blocks(CheckResult("PM012", "t", "care", "could_not_run", "m"), (), ())
