"""What a run is: its facts, and the files from whose bytes the facts are recomputed."""

import hashlib
import io
import re
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import yaml

from prevention_model.audit import AuditReport
from prevention_model.errors import Damaged, WrongUsage, listed
from prevention_model.ledger import canonical
from prevention_model.settings.policy import Policy

INCOMPLETE = "incomplete evidence"
"""Stands among the failed checks when the audit could not be done as a whole; nobody may waive it."""

_HASH = re.compile(r"[0-9a-f]{64}")
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True)
class RunFiles:
    """Where the files of a run are. `model` may be a folder; `policy` is the run's own copy of the policy."""

    scores: Path
    reasons: Path
    report: Path
    model: Path
    policy: Path

    @classmethod
    def in_folder(cls, folder: str | Path) -> "RunFiles":
        """The usual names in a run's folder.

        >>> RunFiles.in_folder("runs/r1").policy.as_posix()
        'runs/r1/policy.yaml'
        """
        folder = Path(folder)
        return cls(
            scores=folder / "scores.parquet",
            reasons=folder / "reasons.parquet",
            report=folder / "report.json",
            model=folder / "model",
            policy=folder / "policy.yaml",
        )


@dataclass(frozen=True)
class RunFacts:
    """A run as the gate knows it. Hashes are SHA-256 of the files' bytes (`hash_of`), in hexadecimal.

    `failed_checks` are the codes that stand in the way: failed, not run, or too few to assess where the
    policy says that they must be assessable. `created` is the day of the audit, from which the certificate
    runs. `records_hash` is the fingerprint of the records and is signed, but not recomputed by the gate.
    Raises WrongUsage when a fact has the wrong form.
    """

    run_id: str
    author: str
    verdict: Literal["passed", "refused"]
    failed_checks: tuple[str, ...]
    report_hash: str
    policy_hash: str
    scores_hash: str
    reasons_hash: str
    model_hash: str
    records_hash: str
    created: date
    files: RunFiles
    experiment: str = ""

    def __post_init__(self) -> None:
        faults = [
            f"{each.name} is not a SHA-256"
            for each in fields(self)
            if each.name.endswith("_hash") and not _HASH.fullmatch(getattr(self, each.name))
        ]
        if not _RUN_ID.fullmatch(self.run_id):
            faults.append("run_id is not made of letters, digits, - and _")
        if not self.author.strip():
            faults.append("a run has an author")
        if self.verdict not in ("passed", "refused"):
            faults.append("the verdict is passed or refused")
        if self.verdict == "passed" and self.failed_checks:
            faults.append("a run with failed checks did not pass")
        if faults:
            raise WrongUsage(f"The facts of the run are wrong: {listed(faults)}.", where="the run's facts")

    @classmethod
    def of_files(
        cls,
        files: RunFiles,
        *,
        run_id: str,
        author: str,
        records_hash: str,
        created: date,
        experiment: str = "",
    ) -> "RunFacts":
        """The facts of a finished run: hashes from the files, verdict and failed checks from the report.

        Raises Damaged when a file is missing, or the report is not what the audit wrote.
        """
        verdict, failed = judged(read_bytes(files.report))
        return cls(
            run_id=run_id,
            author=author,
            verdict=verdict,
            failed_checks=failed,
            records_hash=records_hash,
            created=created,
            files=files,
            experiment=experiment,
            **{f"{name}_hash": hash_of(path) for name, path in _named(files)},
        )

    def plain(self) -> dict[str, Any]:
        """The facts as plain JSON, without the paths: what the ledger keeps and what is signed."""
        content = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "files"}
        return {**content, "failed_checks": list(self.failed_checks), "created": self.created.isoformat()}


@dataclass(frozen=True)
class RunContent:
    """The bytes of a run, read once and found to be the ones its facts speak of."""

    scores: bytes
    reasons: bytes
    policy: Policy
    outcomes: tuple[str, ...]
    """The outcomes that were audited: the scores are of these, and the first is the one that chose the model."""


def read_run(run: RunFacts) -> RunContent:
    """Read the run's files once, recompute every hash and read what the report says.

    Raises Damaged, naming every file that is not the one its facts speak of.
    """
    content = {name: read_bytes(path) for name, path in _named(run.files) if name != "model"}
    found = {name: hashlib.sha256(text).hexdigest() for name, text in content.items()}
    found["model"] = hash_of(run.files.model)
    changed = [path.name for name, path in _named(run.files) if found[name] != getattr(run, f"{name}_hash")]
    if changed:
        raise Damaged(
            f"Not what the run wrote: {listed(changed)}.",
            where=f"run {run.run_id}",
            todo="Run the experiment again, and find out who changed it.",
        )
    report = _report(content["report"])
    policy = _policy(content["policy"])
    if report.policy_hash != policy.digest():
        raise _disagree(run, "the audit report was judged by another policy than the one beside it")
    if judged(content["report"]) != (run.verdict, run.failed_checks):
        raise _disagree(run, "the audit report says something else than the run's facts")
    scored = set(pd.read_parquet(io.BytesIO(content["scores"]), columns=["outcome"])["outcome"])
    if not scored <= set(report.outcomes):
        raise _disagree(run, "its scores hold an outcome that its audit report does not speak of")
    return RunContent(content["scores"], content["reasons"], policy, report.outcomes)


def judged(report: bytes) -> tuple[Literal["passed", "refused"], tuple[str, ...]]:
    """The verdict of an audit report and the codes of the checks in the way, sorted. Raises Damaged."""
    read = _report(report)
    if read.verdict == "passed":
        return "passed", ()
    absent = set(read.required) - {result.code for result in read.results}
    # A reason beyond the blocking results means that the evidence itself was not whole.
    beyond = {INCOMPLETE} if len(read.reasons) > len(read.blocking) else set()
    return "refused", tuple(sorted({result.code for result in read.blocking} | absent | beyond))


# The same bytes are read at every look, and reading them takes longer than the look itself.
@lru_cache(maxsize=8)
def _report(content: bytes) -> AuditReport:
    return AuditReport.from_json(content.decode("utf-8", "replace"))


@lru_cache(maxsize=8)
def _policy(content: bytes) -> Policy:
    return Policy.check(yaml.safe_load(content.decode("utf-8-sig")), where="the run's policy")


def hash_of(path: str | Path) -> str:
    """SHA-256 of a file's bytes; of a folder, over the names and hashes of all files in it.

    Raises Damaged when there is nothing.
    """
    path = Path(path)
    if not path.is_dir():
        return hashlib.sha256(read_bytes(path)).hexdigest()
    inside = sorted(
        (each.relative_to(path).as_posix(), each) for each in path.rglob("*") if not each.is_dir()
    )
    if not inside:
        raise _absent(path)
    listing = [[name, hashlib.sha256(read_bytes(each)).hexdigest()] for name, each in inside]
    return hashlib.sha256(canonical(listing).encode()).hexdigest()


def read_bytes(path: Path) -> bytes:
    """The bytes of a run's file. Raises Damaged when it cannot be read: a run is never half there."""
    try:
        return path.read_bytes()
    except OSError:
        raise _absent(path) from None


def _named(files: RunFiles) -> list[tuple[str, Path]]:
    return [(each.name, getattr(files, each.name)) for each in fields(files)]


def _absent(path: Path) -> Damaged:
    return Damaged(
        "A file of the run is missing or cannot be read.",
        where=path.name,
        todo="Restore it from a backup, or run the experiment again.",
    )


def _disagree(run: RunFacts, what: str) -> Damaged:
    return Damaged(
        f"The run does not agree with itself: {what}.",
        where=f"run {run.run_id}",
        todo="Run the experiment again, and find out who changed it.",
    )
