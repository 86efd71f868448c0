"""Every list is written from scores that the gate has looked at again just before."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from prevention_model.errors import Damaged, Expired, ReleaseRefused, WrongUsage
from prevention_model.lists import from_release, zone_lists
from prevention_model.release import withdraw
from prevention_model.settings.authority import Authority
from tests.fixtures import made_up_zone
from tests.release.gate_scene import TODAY, Scene, scene

RUN = {"horizon": "12 months", "outcomes": {"care": "looked after"}}
ZONE = {"name": "Vale", "capacity": 9, "recipient": "Pat", "contact": "pat@example.invalid"}
AUTHORITY = made_up_zone.authority(zones=[{**ZONE, "code": code} for code in ("Z1", "Z2", "Z3")])


@pytest.fixture
def released(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """A released run; what a list says is of no matter here, so a list is the code of its zone."""
    monkeypatch.setattr(from_release, "zone_list", lambda *given: given[4])
    made = scene(tmp_path)
    made.sign_both()
    made.release()
    return made


def lists(made: Scene, days: int = 0, authority: Authority = AUTHORITY) -> Iterator[Any]:
    nothing: Any = None
    later = made.clock.day = TODAY + timedelta(days=days)
    return zone_lists(made.check(today=later), RUN, nothing, nothing, authority, {}, TODAY)


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


def test_lists_are_made_for_the_zones_that_hold_on_their_day(released: Scene) -> None:
    zones = [
        {**ZONE, "code": "Z1"},
        {**ZONE, "code": "Z2", "end": TODAY},
        {**ZONE, "code": "Z2", "start": TODAY},
    ]
    closed = {**ZONE, "code": "Z3", "end": TODAY}
    assert list(lists(released, authority=made_up_zone.authority(zones=[*zones, closed]))) == ["Z1", "Z2"]


def test_children_in_a_zone_that_no_longer_holds_are_not_left_without_a_list(released: Scene) -> None:
    other = made_up_zone.authority(zones=[{**ZONE, "code": "Z2"}], offers=[])
    with pytest.raises(WrongUsage) as caught:
        list(lists(released, authority=other))
    assert str(caught.value) == (
        f"Children live in zones that do not hold on {TODAY}: Z1. Where: authority.yaml, zones. What to do: Give each "
        "an entry for that day; or give its areas to another zone, load, and run again."
    )
