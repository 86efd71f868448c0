"""`audit`: every check on every outcome, and one report. Nothing is skipped; nothing passes by silence."""

from collections.abc import Sequence

from prevention_model.audit.check import ALL_OUTCOMES, Check, CheckResult
from prevention_model.audit.checks import CHECKS
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.report import AuditReport, blocks
from prevention_model.settings.policy import Policy


def audit(evidence: Evidence, policy: Policy, checks: Sequence[Check] = CHECKS) -> AuditReport:
    """Judge evidence by a policy. The same evidence and policy give the same report, to the last digit.

    The verdict is "refused" when a required check did not pass for every outcome, is not known, or could
    not be run; when no group is to be audited, or a group has no column; when there are no rows. All
    reasons are given at once. Never raises for what is wrong with the evidence.

    >>> import pandas as pd
    >>> from prevention_model.audit.tables import empty
    >>> rows = pd.DataFrame({"person_id": ["a", "b"], "family_id": ["f", "g"], "zone": "North",
    ...     "index_date": "2024-01-01", "level": [0.9, 0.1], "outcome": [1, 0], "listed": [True, False]})
    >>> period = ["2022-01-01", "2022-01-01"]
    >>> evidence = Evidence(
    ...     outcomes=(OutcomeEvidence("care", rows, pd.DataFrame({"sex": ["F", "M"]})),),
    ...     features=empty("features"),
    ...     recomputed={"cells_compared": 0, "cells_different": 0, "features_different": []},
    ...     provenance={"fit": period, "calibration": period, "test": ["2024-01-01", "2024-01-01"],
    ...         "gap_days": 0, "horizon_days": 365, "data_hash": "", "rows": {}, "coverage": {},
    ...         "linkage": {}, "lawful_basis": {}})
    >>> report = audit(evidence, Policy.default().about(["sex", "age_band", "zone"]))
    >>> report.verdict
    'refused'
    >>> report.reasons[0]
    'The evidence on care has no column for: age_band, zone.'
    >>> report.result("PM002").words
    'Too few to assess'
    """
    results = tuple(_results(evidence, policy, checks))
    reasons = tuple(_incomplete(evidence, policy, checks) + _blocking(results, policy))
    return AuditReport(
        results=results,
        policy_hash=policy.digest(),
        evidence_hash=evidence.digest(),
        verdict="refused" if reasons else "passed",
        reasons=reasons,
        outcomes=tuple(outcome.name for outcome in evidence.outcomes),
        required=policy.required,
        must_be_assessable=policy.must_be_assessable,
    )


def _results(evidence: Evidence, policy: Policy, checks: Sequence[Check]) -> list[CheckResult]:
    results = []
    for check in checks:
        for outcome in evidence.outcomes[: 1 if check.once else None]:
            results.append(_run(check, evidence, outcome, policy))
    return results


def _run(check: Check, evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> CheckResult:
    try:
        return check(evidence, outcome, policy)
    except Exception as error:  # whatever it is, a check that did not run must not look like one that passed
        # The kind of error only: its text may hold a person's data.
        message = (
            f"The check could not be run ({type(error).__name__}), so nothing is known about this fault."
        )
        name = ALL_OUTCOMES if check.once else outcome.name
        return CheckResult(check.code, check.title, name, "could_not_run", message)


def _incomplete(evidence: Evidence, policy: Policy, checks: Sequence[Check]) -> list[str]:
    """What is missing for an audit to mean anything."""
    known = {check.code for check in checks}
    reasons = [f"{code} is required by the policy, and there is no such check." for code in policy.required]
    reasons = [reason for reason, code in zip(reasons, policy.required, strict=True) if code not in known]
    if not policy.required:
        reasons.append("The policy requires no check.")
    if not policy.groups:
        reasons.append("The policy names no group to audit.")
    for outcome in evidence.outcomes:
        if outcome.predictions["outcome"].notna().sum() == 0:
            reasons.append(f"There are no rows with a known outcome for {outcome.name}.")
        absent = [group for group in policy.groups if group not in outcome.groups.columns]
        if absent:
            reasons.append(f"The evidence on {outcome.name} has no column for: {', '.join(absent)}.")
    return reasons


def _blocking(results: Sequence[CheckResult], policy: Policy) -> list[str]:
    return [
        f"{result.code} {result.title} ({result.outcome}): {result.words.lower()}. {result.message}"
        for result in results
        if blocks(result, policy.required, policy.must_be_assessable)
    ]
