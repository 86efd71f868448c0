"""Figures that people quote, and what a long step says of itself."""

import io
import json
import sys
from pathlib import Path

import numpy as np
import pytest

from prevention_model.pipeline.figures import Figures, shares
from prevention_model.pipeline.progress import Bars, Plain, Silent, progress_for

SAID = {
    "care": {
        "rows": 100,
        "model": {"auc": 0.75, "calibration_slope": 1.0},
        "rivals": {"area_only": {"auc": 0.6}},
        "list": {"precision": 0.25, "words": "5 of 20", "by_zone": {"Z1": [5, 20]}, "lower": float("nan")},
    }
}


def test_figures_come_back_from_disk_as_they_were(tmp_path: Path) -> None:
    Figures(SAID).write(tmp_path / "figures.json")
    back = Figures.read(tmp_path / "figures.json")
    assert json.dumps(back.outcomes, sort_keys=True) == json.dumps(SAID, sort_keys=True)


def test_tracking_is_given_numbers_by_outcome_and_who_and_no_texts() -> None:
    flat = Figures(SAID).flat()
    assert np.isnan(flat.pop("care.list.lower"))
    assert flat == {
        "care.model.auc": 0.75,
        "care.model.calibration_slope": 1.0,
        "care.area_only.auc": 0.6,
        "care.list.precision": 0.25,
    }


def test_shares_are_hits_over_cases_column_by_column() -> None:
    assert shares(np.array([[1.0, 3.0, 4.0, 4.0], [0.0, 5.0, 10.0, 10.0]])).tolist() == [
        [0.25, 0.75],
        [0.0, 0.5],
    ]


@pytest.mark.parametrize("progress", [Silent(), Plain(), Bars()])
def test_every_item_is_worked_through_once_and_an_error_passes(progress: Silent | Plain | Bars) -> None:
    with progress.steps("outcomes", ["a", "b"]) as items:
        assert list(items) == ["a", "b"]
    with progress.step("records"):
        pass
    with pytest.raises(ZeroDivisionError), progress.step("records"):
        _ = 1 / 0


def test_where_output_goes_to_a_file_each_step_is_one_plain_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    progress = progress_for(quiet=False)
    assert isinstance(progress, Plain)
    with progress.step("records"), progress.steps("outcomes", [1, 2, 3]):
        pass
    lines = sys.stderr.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [line.rsplit(":", 1)[0] for line in lines] == ["outcomes (3)", "records"]
    assert all(line.endswith(" s") for line in lines)
    assert capsys.readouterr().out == ""


def test_quiet_says_nothing_even_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    assert isinstance(progress_for(quiet=False), Bars)
    with progress_for(quiet=True).step("records"):
        pass
    assert sys.stderr.getvalue() == ""  # type: ignore[attr-defined]
