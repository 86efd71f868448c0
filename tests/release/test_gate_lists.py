"""Every list is written from scores that the gate has looked at again just before."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from prevention_model.errors import Damaged, Expired, ReleaseRefused
from prevention_model.lists import from_release, zone_lists
from prevention_model.release import withdraw
from tests.release.gate_scene import TODAY, Scene, scene

RUN = {"horizon": "12 months", "outcomes": {"care": "looked after"}}
AUTHORITY: Any = SimpleNamespace(zones=[SimpleNamespace(code=code) for code in ("Z1", "Z2", "Z3")])


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A released run; what a list says is of no matter here, so a list is the code of its zone."""
    monkeypatch.setattr(from_release, "zone_list", lambda *given: given[4])
    made = scene(tmp_path)
    made.sign_both()
    made.release()
    return made


def lists(made: Scene, days: int = 0) -> Iterator[Any]:
    nothing: Any = None
    later = made.clock.day = TODAY + timedelta(days=days)
    return zone_lists(made.check(today=later), RUN, nothing, nothing, AUTHORITY, {}, TODAY)


def test_a_list_for_each_zone(released: Scene) -> None:
    assert list(lists(released)) == ["Z1", "Z2", "Z3"]


def test_lists_are_written_from_released_scores_only(released: Scene) -> None:
    nothing: Any = SimpleNamespace(scores=None)
    with pytest.raises(ReleaseRefused, match="from released scores only"):
        next(zone_lists(nothing, RUN, nothing, nothing, AUTHORITY, {}, TODAY))


def test_whoever_withdraws_while_lists_are_written_stops_the_next_one(released: Scene) -> None:
    writing = lists(released)
    assert next(writing) == "Z1"
    withdraw(released.ledger, "run-1-shadow", "wrong zones", "Wilma Watch", TODAY)
    with pytest.raises(ReleaseRefused, match="it is withdrawn"):
        next(writing)


@pytest.mark.parametrize("name", ["scores.parquet", "reasons.parquet", "report.json", "policy.yaml"])
def test_a_file_changed_while_lists_are_written_stops_the_next_one(released: Scene, name: str) -> None:
    writing = lists(released)
    next(writing)
    path = released.run.files.scores.parent / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Damaged, match=f"Not what the run wrote: {name}"):
        next(writing)


def test_lists_end_before_their_certificate(released: Scene) -> None:
    assert len(list(lists(released, days=35))) == 3
    with pytest.raises(Expired) as caught:
        next(lists(released, days=36))
    assert caught.value.exit_code == 6
    assert str(caught.value) == (
        "Lists of this release ended on 2026-04-06. Where: release run-1-shadow. What to do: Run the experiment on "
        "newer records, have it signed, and release that."
    )
