"""`kill -9` at random moments of `run` and of `release`: the old state or the new, never a part of it."""

import random
import subprocess
import time
from collections.abc import Callable

import pytest

from prevention_model.ledger import Ledger
from prevention_model.lists import check_zone_pack
from prevention_model.records.workspace import Workspace
from tests.fixtures.small_authority import SIGNATORIES, SmallAuthority, environment

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("county")]

KILLS = 16
RUN_FILES = {
    "run.json",
    "scores.parquet",
    "reasons.parquet",
    "report.json",
    "policy.yaml",
    "card.html",
    "report.html",
}


def test_killed_runs_leave_a_whole_workspace_and_the_next_one_finishes(
    loaded: SmallAuthority, copied: Callable[[SmallAuthority], SmallAuthority]
) -> None:
    spare = copied(loaded)
    started = time.monotonic()
    assert spare.run("run", spare.folder / "quarterly.yaml").returncode == 0
    usual = time.monotonic() - started
    made = copied(loaded)
    dice = random.Random(1)
    for _ in range(KILLS):
        _killed(made, dice.uniform(0.3, usual), "run", made.folder / "quarterly.yaml")
        _whole(made)
    done = made.run("run", made.folder / "quarterly.yaml")
    assert done.returncode == 0, done.stderr
    _whole(made)
    assert not list(made.workspace.rglob(".partial-*"))


def test_killed_releases_never_show_half_a_list_and_the_next_one_finishes(
    audited: tuple[SmallAuthority, str], copied: Callable[[SmallAuthority], SmallAuthority]
) -> None:
    signed, run = copied(audited[0]), audited[1]
    for name in SIGNATORIES:
        assert (
            signed.run("sign", run, "--key", signed.key(name), "--authority", signed.authority).returncode
            == 0
        )
    spare = copied(signed)
    started = time.monotonic()
    assert spare.run("release", run, "--authority", spare.authority).returncode == 0
    usual = time.monotonic() - started
    made = copied(signed)
    dice = random.Random(2)
    for _ in range(KILLS):
        _killed(made, dice.uniform(0.3, usual), "release", run, "--authority", made.authority)
        _whole(made)
    assert made.run("release", run, "--authority", made.authority).returncode == 0
    _whole(made)
    assert len(list(made.workspace.glob("releases/*/*/list.html"))) == 7


def _killed(made: SmallAuthority, after: float, *arguments: object) -> None:
    process = subprocess.Popen(
        made.command(*arguments), env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


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
        for pack in folder.glob("Z*"):
            check_zone_pack(pack)
