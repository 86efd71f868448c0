"""The audit report: every result, what it was judged by, and one verdict that follows from them."""

import json
from dataclasses import dataclass
from typing import Any, Literal, get_args

from prevention_model.audit.canonical import canonical_json, plain, sha256
from prevention_model.audit.check import ALL_OUTCOMES, CheckResult
from prevention_model.errors import Damaged, WrongUsage

Verdict = Literal["passed", "refused"]


@dataclass(frozen=True)
class AuditReport:
    """Results of all checks on all outcomes. `reasons` says why a release is refused, all at once.

    `required` and `must_be_assessable` are copied from the policy, so that a report whose verdict does not
    follow from its own results cannot be built.

    >>> result = CheckResult("PM001", "One feature tells the outcome", "care", "passed", "All well.")
    >>> report = AuditReport((result,), "p", "e", "passed", (), ("care",), ("PM001",), ())
    >>> AuditReport.from_json(report.to_json()) == report
    True
    >>> AuditReport.from_json(report.to_json().replace("All well", "So so"))
    Traceback (most recent call last):
    ...
    prevention_model.errors.Damaged: The audit report is not what was written. ...
    """

    results: tuple[CheckResult, ...]
    policy_hash: str
    evidence_hash: str
    verdict: Verdict
    reasons: tuple[str, ...]
    outcomes: tuple[str, ...]
    required: tuple[str, ...]
    must_be_assessable: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.verdict not in get_args(Verdict):
            raise WrongUsage(f"A verdict is one of {', '.join(get_args(Verdict))}.")
        if (self.verdict == "passed") == bool(self.reasons):
            raise WrongUsage("A report passes exactly when it holds no reason for refusal.")
        if self.verdict == "passed" and (not self._complete() or self.blocking):
            raise WrongUsage("A report whose required checks did not all pass cannot say that it passed.")

    def _complete(self) -> bool:
        """Whether every required check has a result for every outcome, and there is something required."""
        seen = {(result.code, result.outcome) for result in self.results}
        answered = all(
            (code, ALL_OUTCOMES) in seen or all((code, name) in seen for name in self.outcomes)
            for code in self.required
        )
        return bool(self.outcomes) and bool(self.required) and answered

    @property
    def blocking(self) -> tuple[CheckResult, ...]:
        """Results that stand in the way of a release."""
        return tuple(
            result for result in self.results if blocks(result, self.required, self.must_be_assessable)
        )

    def result(self, code: str, outcome: str | None = None) -> CheckResult:
        """The result of one check, for one outcome where there are several. Raises WrongUsage."""
        for result in self.results:
            if result.code == code and outcome in (None, result.outcome):
                return result
        raise WrongUsage(f"The report holds no result of {code}.")

    def digest(self) -> str:
        """SHA-256 over the whole report: what signatures are made over."""
        return sha256(canonical_json(self._content()))

    def to_json(self) -> str:
        """Canonical JSON, with the digest beside the report."""
        return canonical_json({"report": self._content(), "digest": self.digest()})

    @classmethod
    def from_json(cls, text: str) -> "AuditReport":
        """Read what `to_json` wrote. Raises Damaged when it is anything else."""
        try:
            whole = json.loads(text)
            content = whole["report"]
            results = tuple(
                CheckResult(**{**row, "numbers": tuple(row["numbers"])}) for row in content.pop("results")
            )
            lists = {key: tuple(value) for key, value in content.items() if isinstance(value, list)}
            report = cls(results=results, **{**content, **lists})
        except (ValueError, KeyError, TypeError, AttributeError, WrongUsage):
            raise Damaged(
                "The audit report cannot be read.", todo="Run the audit again: a report is never mended."
            ) from None
        if report.digest() != whole["digest"] or report.to_json() != text.strip():
            raise Damaged(
                "The audit report is not what was written.",
                todo="Run the audit again, and ask who changed it.",
            )
        return report

    def _content(self) -> dict[str, Any]:
        return {
            "results": [
                {
                    "code": result.code,
                    "title": result.title,
                    "outcome": result.outcome,
                    "status": result.status,
                    "message": result.message,
                    "numbers": plain(result.numbers),
                }
                for result in self.results
            ],
            "policy_hash": self.policy_hash,
            "evidence_hash": self.evidence_hash,
            "verdict": self.verdict,
            "reasons": list(self.reasons),
            "outcomes": list(self.outcomes),
            "required": list(self.required),
            "must_be_assessable": list(self.must_be_assessable),
        }


def blocks(result: CheckResult, required: tuple[str, ...], must_be_assessable: tuple[str, ...]) -> bool:
    """Whether a result stands in the way: only *passed* passes, and what could not be run always blocks.

    "Too few" and "not applicable" of a required check are let through, and shown, only where the policy
    does not list the check in `must_be_assessable`.

    >>> few = CheckResult("PM005", "t", "care", "too_few", "m")
    >>> blocks(few, ("PM005",), ()), blocks(few, ("PM005",), ("PM005",))
    (False, True)
    """
    if result.status == "could_not_run":
        return True
    if result.status == "passed" or result.code not in required:
        return False
    return result.status == "failed" or result.code in must_be_assessable
