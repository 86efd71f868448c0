"""A made-up run with its files, people and ledger, for the tests of the gate. Nobody in it exists."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from prevention_model.audit import AuditReport, CheckResult
from prevention_model.ledger import Entry, Ledger, canonical
from prevention_model.release import (
    Key,
    RunFacts,
    RunFiles,
    SignOff,
    Waiver,
    check,
    load,
    new_key,
    record,
    record_audit,
    record_draft,
    sign,
)
from prevention_model.release.signoff import payload
from prevention_model.settings.authority import Signatory
from prevention_model.settings.policy import DEFAULT_POLICY, Policy

TODAY = date(2026, 3, 2)
AUTHOR = "Ann Analyst"
HEAD, OFFICER = "Head of service", "Data protection officer"
GOOD_REASON = "Only two small zones; looked at by hand."
MANIFEST = "ab" * 32
POLICY = Policy.default()


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, day: date = TODAY) -> None:
        self.day = day

    def __call__(self) -> datetime:
        return datetime.combine(self.day, time(9, 30), tzinfo=UTC)


@dataclass
class Scene:
    """A run that was audited and waits for its sign-offs."""

    ledger: Ledger
    run: RunFacts
    policy: SignOff
    signatories: tuple[Signatory, ...]
    keys: dict[str, Key]
    clock: Clock
    unfilled: tuple[str, ...] = ()

    def who(self, name: str) -> Signatory:
        return next(each for each in self.signatories if each.name == name)

    def sign(self, name: str, *waivers: Waiver, today: date = TODAY) -> Entry:
        return sign(
            self.ledger, self.run, self.keys[name], self.signatories, self.policy, waivers, today=today
        )

    def sign_both(self, *waivers: Waiver) -> None:
        self.sign("Hana Head", *waivers)
        self.sign("Omar Officer")

    def check(self, stage: str = "shadow", today: date = TODAY) -> Any:
        return check(self.ledger, self.run, self.signatories, self.policy, stage, today, self.unfilled)

    def release(self, stage: str = "shadow", today: date = TODAY, manifest: str = MANIFEST) -> Entry:
        return record(self.ledger, self.check(stage, today), manifest, ())

    def slip_in(self, signatory: Signatory, key: Key, *waivers: Waiver, day: date = TODAY) -> Entry:
        """Append a sign-off without asking the gate, as somebody with access to the ledger could."""
        with self.ledger.transaction() as held:
            text = payload(self.run, signatory, waivers, day, held.head().hash)
            body = {"payload": text, "signature": key.sign(canonical(text).encode())}
            return held.append("signed", self.run.run_id, body)


def write_files(folder: Path, failed: Sequence[str] = ()) -> RunFiles:
    """The files of a run, with a report in which `failed` failed."""
    folder.mkdir(parents=True, exist_ok=True)
    files = RunFiles.in_folder(folder)
    files.policy.write_bytes(DEFAULT_POLICY.read_bytes())
    files.report.write_text(report(failed).to_json())
    scores = {"person_id": ["p1", "p2"], "zone": ["Z1", "Z2"], "outcome": "care", "level": [0.125, 0.25]}
    pd.DataFrame(scores).to_parquet(files.scores)
    pd.DataFrame({"person_id": ["p1"], "kind": ["reason"], "position": [1]}).to_parquet(files.reasons)
    files.model.mkdir(exist_ok=True)
    (files.model / "booster.txt").write_text("tree\nversion=v4\n")
    (files.model / "calibration.json").write_text('{"a":1.0,"b":0.0}')
    return files


def report(failed: Sequence[str] = (), beyond: Sequence[str] = ()) -> AuditReport:
    """A report of the shipped policy; `beyond` are reasons for refusal that are no check's result."""
    policy = POLICY
    results = tuple(
        CheckResult(code, "a title", "care", "failed" if code in failed else "passed", "a message")
        for code in policy.required
    )
    return AuditReport(
        results=results,
        policy_hash=policy.digest(),
        evidence_hash="e" * 64,
        verdict="refused" if failed or beyond else "passed",
        reasons=tuple(f"{code} failed." for code in failed) + tuple(beyond),
        outcomes=("care",),
        required=policy.required,
        must_be_assessable=policy.must_be_assessable,
    )


def facts(
    files: RunFiles, run_id: str = "run-1", created: date = TODAY, experiment: str = "county"
) -> RunFacts:
    return RunFacts.of_files(
        files, run_id=run_id, author=AUTHOR, records_hash="f" * 64, created=created, experiment=experiment
    )


def people(folder: Path) -> tuple[tuple[Signatory, ...], dict[str, Key]]:
    """Signatories in the two roles, one in another role, and the author, who also holds a role and a key."""
    named = {"Hana Head": HEAD, "Omar Officer": OFFICER, "Theo Third": "Elected member", AUTHOR: OFFICER}
    keys = {}
    for name in [*named, "A Stranger"]:
        path = folder / f"{name}.pem"
        new_key(path)
        keys[name] = load(path)
    signatories = tuple(
        Signatory(name=name, role=role, public_key=keys[name].public) for name, role in named.items()
    )
    return signatories, keys


_numbers = itertools.count()


def scene(
    folder: Path,
    failed: Sequence[str] = (),
    *,
    files: RunFiles | None = None,
    cast: tuple[tuple[Signatory, ...], dict[str, Key]] | None = None,
    audited: bool = True,
) -> Scene:
    """A run in a ledger of its own, begun and (unless told otherwise) audited."""
    folder = folder / f"scene{next(_numbers)}"
    run = facts(files or write_files(folder / "run", failed))
    signatories, keys = cast or people(folder)
    folder.mkdir(exist_ok=True)
    clock = Clock()
    ledger = Ledger.create(folder / "ledger.sqlite", clock)
    record_draft(ledger, run.run_id, AUTHOR, TODAY, run.experiment)
    if audited:
        record_audit(ledger, run, TODAY)
    return Scene(ledger, run, SignOff.of(POLICY), signatories, keys, clock)


def another_run(old: Scene, folder: Path, run_id: str, experiment: str = "county") -> Scene:
    """A second run in the same ledger."""
    run = facts(write_files(folder / run_id), run_id, experiment=experiment)
    record_draft(old.ledger, run_id, AUTHOR, TODAY, experiment)
    record_audit(old.ledger, run, TODAY)
    return replace(old, run=run)


def waive(code: str = "PM006", reason: str = GOOD_REASON, days: int = 30) -> Waiver:
    return Waiver(code, reason, TODAY + timedelta(days=days))
