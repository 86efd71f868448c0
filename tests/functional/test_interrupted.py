"""`kill -9` at random moments of `run`, of `release` and of making MLflow's store: the old state or the new, never a
part of it.

Commands are forked from a process that has loaded everything already, so that the moments fall into the work
and not into seconds of loading libraries. For the same reason runs find a store of MLflow's in their workspace.
"""

import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from prevention_model.ledger import Ledger
from prevention_model.lists import check_zone_pack
from prevention_model.records.workspace import Workspace
from prevention_model.tracking import Tracking
from tests.fixtures.commands import forked
from tests.fixtures.small_authority import SIGNATORIES, SmallAuthority

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("county")]

KILLS = 8
RUN_FILES = {
    "run.json",
    "scores.parquet",
    "reasons.parquet",
    "report.json",
    "policy.yaml",
    "card.html",
    "report.html",
}


def _killed(*words: object, after: float | None = None) -> bool:
    """Run a command, killed after so many seconds; whether it was, and not over before."""
    done = forked(*words, killed_after=after)
    assert done.returncode in (0, -signal.SIGKILL), f"{words[0]} failed after an interruption: {done.stderr}"
    return done.returncode != 0


def test_killed_runs_leave_a_whole_workspace_and_the_next_one_finishes(
    loaded: SmallAuthority, copied: Callable[[SmallAuthority], SmallAuthority]
) -> None:
    spare = copied(loaded)
    started = time.monotonic()
    assert not _killed("run", spare.folder / "quarterly.yaml")
    usual = time.monotonic() - started
    made = copied(loaded)
    killed = 0
    for after in _moments(1, usual):
        if not _killed("run", made.folder / "quarterly.yaml", after=after):
            _whole(made)
            made = copied(loaded)  # it was over before: nothing is left to interrupt there
        else:
            killed += 1
            _whole(made)
        if killed == KILLS:
            break
    assert killed == KILLS, "too many runs were over before they were killed"
    done = made.run("run", made.folder / "quarterly.yaml")
    assert done.returncode == 0, done.stderr
    _whole(made)
    assert not list(made.workspace.rglob(".partial-*"))


def test_killed_releases_never_show_half_a_list_and_the_next_one_finishes(
    audited: tuple[SmallAuthority, str],
    copied: Callable[[SmallAuthority], SmallAuthority],
) -> None:
    signed, run = copied(audited[0]), audited[1]
    for name in SIGNATORIES:
        assert (
            signed.run("sign", run, "--key", signed.key(name), "--authority", signed.authority).returncode
            == 0
        )
    spare = copied(signed)
    started = time.monotonic()
    assert not _killed("release", run, "--authority", spare.authority)
    usual = time.monotonic() - started
    made = copied(signed)
    killed = 0
    for after in _moments(2, usual):
        if not _killed("release", run, "--authority", made.authority, after=after):
            _whole(made)
            made = copied(signed)
        else:
            killed += 1
            _whole(made)
        if killed == KILLS:
            break
    assert killed == KILLS, "too many releases were over before they were killed"
    assert made.run("release", run, "--authority", made.authority).returncode == 0
    _whole(made)
    assert len(list(made.workspace.glob("releases/*/*/list.html"))) == 7


def test_a_store_that_was_cut_off_while_it_was_made_is_made_again(tmp_path: Path) -> None:
    started = time.monotonic()
    assert not _killed("make-store", tmp_path / "spare")
    usual = time.monotonic() - started
    for after in _moments(3, usual)[:6]:
        if not _killed("make-store", tmp_path / "made", after=after):
            shutil.rmtree(tmp_path / "made")
        else:
            assert not (tmp_path / "made" / "mlflow.db").exists()
    parameters: dict = {"parameters": {}, "metrics": {}, "tags": {}, "artifacts": []}
    store = Tracking(tmp_path / "made")
    assert store.record("R1", experiment="county", **parameters) == store.record(
        "R1", experiment="county", **parameters
    )


def _moments(seed: int, usual: float) -> list[float]:
    dice = random.Random(seed)
    return [dice.uniform(0.05, 0.95 * usual) for _ in range(3 * KILLS)]


def _whole(made: SmallAuthority) -> None:
    """Everything that can be seen is complete, and the ledger knows of every list."""
    workspace = Workspace.open(made.workspace)
    ledger = Ledger(workspace.ledger)
    ledger.verify()
    known = {entry.body["release_id"] for entry in ledger.entries(kind="released")}
    for folder in made.workspace.glob("runs/[!.]*"):
        assert {path.name for path in folder.iterdir()} >= RUN_FILES
    for folder in made.workspace.glob("releases/[!.]*"):
        assert folder.name in known, "a list exists that the ledger does not know"
        assert (folder / "card.html").exists()
        for pack in folder.glob("Z*"):
            check_zone_pack(pack)
