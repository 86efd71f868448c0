"""What a check is, and the four things it can say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

import pandas as pd

from prevention_model.audit.canonical import plain
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.settings.policy import Policy

Status = Literal["passed", "failed", "too_few", "not_applicable", "could_not_run"]
STATUSES: tuple[str, ...] = get_args(Status)
STATUS_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "passed": "Passed",
        "failed": "Failed",
        "too_few": "Too few to assess",
        "not_applicable": "Not applicable",
        "could_not_run": "Could not be run",
    }
)
ALL_OUTCOMES = "all outcomes"
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Finding:
    """What one check found: a status, one or two plain sentences with the figures, and rows of numbers."""

    status: Status
    message: str
    numbers: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def passed(cls, message: str, numbers: Rows = ()) -> "Finding":
        """The fault was looked for, with enough to see it by, and is not there."""
        return cls("passed", message, tuple(numbers))

    @classmethod
    def failed(cls, message: str, numbers: Rows = ()) -> "Finding":
        """The fault is there."""
        return cls("failed", message, tuple(numbers))

    @classmethod
    def too_few(cls, message: str, numbers: Rows = ()) -> "Finding":
        """There is not enough to see the fault by, were it there."""
        return cls("too_few", message, tuple(numbers))

    @classmethod
    def not_applicable(cls, message: str, numbers: Rows = ()) -> "Finding":
        """The question does not arise for this outcome."""
        return cls("not_applicable", message, tuple(numbers))


def rows_of(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as `numbers` takes them.

    >>> rows_of(pd.DataFrame({"value": [0.5]}))
    [{'value': 0.5}]
    """
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


@dataclass(frozen=True)
class CheckResult:
    """A finding with its check and its outcome. `numbers` are rows of plain values, rounded, for tables.

    >>> CheckResult("PM001", "A title", "care", "passed", "All well.").words
    'Passed'
    """

    code: str
    title: str
    outcome: str
    status: Status
    message: str
    numbers: tuple[Mapping[str, Any], ...] = ()

    def __post_init__(self) -> None:
        if self.status not in STATUSES:
            raise ValueError(f"status is {self.status!r}; it must be one of {', '.join(STATUSES)}")
        object.__setattr__(self, "numbers", tuple(plain(row) for row in self.numbers))

    @property
    def words(self) -> str:
        """The status as people read it."""
        return STATUS_WORDS[self.status]


@dataclass(frozen=True)
class Check:
    """One fault looked for. `policy_keys` are the thresholds it reads; `once` is true when what it reads
    is shared by all outcomes."""

    code: str
    title: str
    why: str
    policy_keys: tuple[str, ...]
    run: Callable[[Evidence, OutcomeEvidence, Policy], Finding]
    once: bool = False

    def __call__(self, evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> CheckResult:
        """Look for the fault. Whatever goes wrong inside comes out as an exception: `audit` refuses then."""
        found = self.run(evidence, outcome, policy)
        name = ALL_OUTCOMES if self.once else outcome.name
        return CheckResult(self.code, self.title, name, found.status, found.message, found.numbers)
