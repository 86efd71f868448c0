"""Outcomes that rank together go through the gate together, or not at all; and no other goes with them."""

from pathlib import Path

import pandas as pd
import pytest

from prevention_model.audit import AuditReport, CheckResult
from prevention_model.errors import Damaged, ReleaseRefused
from prevention_model.release import RunFiles
from tests.release.gate_scene import POLICY, people, scene, waive, write_files

TOGETHER = ("care", "suspension")


def _files(
    folder: Path, failed: tuple[tuple[str, str], ...] = (), scored: tuple[str, ...] = TOGETHER
) -> RunFiles:
    """A run audited for two outcomes, in which these checks failed for these outcomes."""
    files = write_files(folder)
    results = tuple(
        CheckResult(code, "a title", name, "failed" if (code, name) in failed else "passed", "a message")
        for code in POLICY.required
        for name in TOGETHER
    )
    report = AuditReport(
        results=results,
        policy_hash=POLICY.digest(),
        evidence_hash="e" * 64,
        verdict="refused" if failed else "passed",
        reasons=tuple(f"{code} failed for {name}." for code, name in failed),
        outcomes=TOGETHER,
        required=POLICY.required,
        must_be_assessable=POLICY.must_be_assessable,
    )
    files.report.write_text(report.to_json())
    rows = [("p1", "Z1", name, 0.25) for name in scored]
    pd.DataFrame(rows, columns=["person_id", "zone", "outcome", "level"]).to_parquet(files.scores)
    return files


def test_two_outcomes_that_passed_are_released_with_the_weights_of_the_policy(tmp_path: Path) -> None:
    made = scene(tmp_path, files=_files(tmp_path / "run"), cast=people(tmp_path))
    made.sign_both()
    released = made.check()
    assert released.outcomes == TOGETHER
    assert released.weights == {"care": 1.0, "suspension": 1.0}
    assert set(released.scores["outcome"]) == set(TOGETHER)


@pytest.mark.parametrize("name", TOGETHER)
def test_one_outcome_that_failed_holds_both_back(tmp_path: Path, name: str) -> None:
    made = scene(tmp_path, files=_files(tmp_path / "run", failed=(("PM006", name),)), cast=people(tmp_path))
    with pytest.raises(ReleaseRefused, match="not waived: PM006"):
        made.sign_both()
    with pytest.raises(ReleaseRefused, match="PM006"):
        made.check()
    made.sign_both(waive())
    assert made.check().waivers[0].check == "PM006"


def test_a_score_of_an_outcome_that_was_not_audited_goes_nowhere(tmp_path: Path) -> None:
    files = _files(tmp_path / "run", scored=(*TOGETHER, "exclusion"))
    with pytest.raises(Damaged, match="its scores hold an outcome that its audit report does not speak of"):
        scene(tmp_path, files=files, cast=people(tmp_path))
