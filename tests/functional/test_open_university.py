"""Real people through the same pipeline, as a person types it. Their data lie beside the project, or nowhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fixtures.commands import environment

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "oulad"

pytestmark = pytest.mark.slow


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    script = ROOT / "experiments" / "open_university" / "run.py"
    command = [sys.executable, script, *arguments]
    return subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, env=environment()
    )


def test_without_the_data_every_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = _run(tmp_path / "nowhere")
    assert done.returncode == 3
    assert "student.csv.gz" in done.stderr and "course.csv.gz" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not DATA.exists(), reason="the Open University data do not lie beside the project")
def test_one_day_gives_figures_an_audit_and_a_card(tmp_path: Path) -> None:
    done = _run(DATA, "--day", 28, "--out", tmp_path, "--quiet")
    assert done.returncode == 0, done.stderr
    model = re.search(r"28 +([\d,]+) +(0\.\d+) this model +(0\.\d+) +(0\.\d+)", done.stdout)
    assert model, done.stdout
    rows, base = int(model[1].replace(",", "")), float(model[2])
    assert 15_500 < rows <= 15_718, "those withdrawn on an unknown day are censored, and nobody else is lost"
    assert abs(base - 0.0725) < 0.002
    assert 0.6 < float(model[3]) < 0.85
    run = next((tmp_path / "day_28" / "runs").iterdir())
    card = (run / "card.md").read_text(encoding="utf-8")
    assert "PM004" in card and "withdrawal" in card
    assert (run / "report.html").exists()
    students = re.compile(r"\b[A-G]{3}/201[34][BJ]/\d+\b")
    assert not students.search(card + done.stdout + done.stderr)
