"""What was published before a run: its own releases do not count, and a release that is made again prints the same."""

from datetime import date
from pathlib import Path

import pytest

from prevention_model.cards import FACTS_FILE, CardFacts, publish
from prevention_model.disclosure import ReleaseLog
from prevention_model.errors import Damaged
from prevention_model.ledger import Ledger
from prevention_model.pipeline.earlier import Earlier, keep
from prevention_model.records.workspace import Workspace
from tests.fixtures import made_up_card as made


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace in which run-1 was released twice, and then run-2; each has a card."""
    workspace = Workspace.create(tmp_path / "workspace")
    ledger = Ledger.create(workspace.ledger)
    for number, stage in (("run-1", "shadow"), ("run-1", "pilot"), ("run-2", "shadow")):
        workspace.run(number).mkdir(parents=True, exist_ok=True)
        (workspace.run(number) / FACTS_FILE).write_text(CardFacts.check(made.facts(run_id=number)).to_json())
        ledger.append("released", number, released(number, stage))
    return workspace


def released(number: str, stage: str) -> dict:
    return {
        "release_id": f"{number}-{stage}", "stage": stage, "experiment": "county", "manifest": "a" * 64,
        "certificate": {"id": "C-1", "issued": "2026-01-01", "expires": "2026-12-31"}, "lists_until": "2026-02-01",
        "signed_by": ["A (Head)"], "waivers": [], "date": "2026-01-01",
    }  # fmt: skip


def earlier(workspace: Workspace, run_id: str, experiment: str = "county") -> Earlier:
    return Earlier.of(workspace, Ledger(workspace.ledger), experiment, ["care"], run_id)


def test_the_version_before_is_the_run_of_the_experiment_that_was_released_last(workspace: Workspace) -> None:
    assert earlier(workspace, "run-3").cards["care"].run_id == "run-2"
    assert earlier(workspace, "run-2").cards["care"].run_id == "run-1"
    assert earlier(workspace, "run-1").cards == {}, "its own release at another stage is no version before it"
    assert earlier(workspace, "run-3", experiment="another").cards == {}


def test_what_a_release_printed_is_kept_once_and_left_out_when_it_is_made_again(workspace: Workspace) -> None:
    public = {"care": made.public()}
    keep(workspace, "run-1-shadow", date(2026, 1, 1), public)
    once = workspace.published.read_bytes()
    keep(workspace, "run-1-shadow", date(2026, 1, 2), public)
    assert workspace.published.read_bytes() == once
    ledger = Ledger(workspace.ledger)
    again = Earlier.of(workspace, ledger, "county", ["care"], "run-1", "run-1-shadow")
    assert again.log.printed() == {}
    assert earlier(workspace, "run-3").log.printed() == public["care"].cells
    assert workspace.published.stat().st_mode & 0o077 == 0


def test_the_same_card_published_again_prints_the_same(workspace: Workspace) -> None:
    facts = CardFacts.check(made.facts())
    keep(workspace, "run-1-shadow", date(2026, 1, 1), {"care": publish(facts)})
    assert publish(facts, ReleaseLog.read(workspace.published)).to_json() == publish(facts).to_json()


def test_a_card_that_cannot_be_read_is_damaged_and_not_passed_over(workspace: Workspace) -> None:
    (workspace.run("run-2") / FACTS_FILE).write_text("{}")
    with pytest.raises(Damaged, match="facts of a card cannot be read"):
        earlier(workspace, "run-3")
