"""A release that is taken back: what is void, what is kept, and what people see where they opened their list."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from prevention_model.errors import ReleaseRefused
from prevention_model.ledger import Ledger
from prevention_model.lists import check_zone_pack
from prevention_model.pipeline.listed import listed_in
from prevention_model.records.workspace import Workspace
from prevention_model.release import hash_of
from tests.fixtures.small_authority import SIGNATORIES, SmallAuthority

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("county")]

Copied = Callable[[SmallAuthority], SmallAuthority]
Released = tuple[SmallAuthority, str]
REASON = "Two zones <were> exchanged"


@pytest.fixture(scope="module")
def released(audited: tuple[SmallAuthority, str], copied: Copied) -> Released:
    """A copy that was signed by two and released; with the number of the release."""
    made, run = copied(audited[0]), audited[1]
    for name in SIGNATORIES:
        done = made.run("sign", run, "--key", made.key(name), "--authority", made.authority)
        assert done.returncode == 0, done.stderr
    done = made.run("release", run, "--authority", made.authority)
    assert done.returncode == 0, done.stderr
    return made, f"{run}-shadow"


def _close(made: SmallAuthority, command: str, release_id: str, reason: str = REASON) -> str:
    words = ("--reason", reason, "--by", "Wilma Watch", "--authority", made.authority)
    done = made.run(command, release_id, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_the_lists_are_kept_whole_and_nobody_stands_where_they_lay(
    released: Released, copied: Copied
) -> None:
    made, release_id = copied(released[0]), released[1]
    workspace = Workspace.open(made.workspace)
    before, listed = _files(workspace.release(release_id)), listed_in(workspace, release_id)
    _close(made, "withdraw", release_id)
    assert _files(workspace.taken_back(release_id)) == before
    assert workspace.taken_back(release_id).parent.stat().st_mode & 0o777 == 0o700
    assert listed_in(workspace, release_id).equals(listed)
    after = _files(workspace.release(release_id))
    assert {name.split("/")[1] for name in after} == {"list.html", "manifest.json"}
    for zone in sorted({name.split("/")[0] for name in after}):
        page = after[f"{zone}/list.html"].decode()
        for said in ("This list is withdrawn", "Two zones &lt;were&gt; exchanged", "Wilma Watch"):
            assert said in page, said
        assert not set(listed["family_ref"]) & set(page.split())
        with pytest.raises(ReleaseRefused, match="The list is withdrawn"):
            check_zone_pack(workspace.release(release_id) / zone)
        check_zone_pack(workspace.taken_back(release_id) / zone)


def test_every_copy_is_void_in_the_ledger_by_its_hash(released: Released, copied: Copied) -> None:
    made, release_id = copied(released[0]), released[1]
    packs = {
        path.parent.name: hash_of(path)
        for path in Workspace.open(made.workspace).release(release_id).glob("*/manifest.json")
    }
    _close(made, "withdraw", release_id)
    void = [entry.body for entry in Ledger(made.workspace / "ledger.sqlite").entries("list_void")]
    assert {body["zone"]: body["copies"] for body in void} == {zone: [pack] for zone, pack in packs.items()}


def test_suspended_then_withdrawn_shows_the_last_word_and_keeps_the_first_lists(
    released: Released, copied: Copied
) -> None:
    made, release_id = copied(released[0]), released[1]
    workspace = Workspace.open(made.workspace)
    before = _files(workspace.release(release_id))
    _close(made, "suspend", release_id, "Being looked into")
    page = workspace.release(release_id) / "Z1" / "list.html"
    assert "This list is suspended" in page.read_text("utf-8") and "Being looked into" in page.read_text(
        "utf-8"
    )
    assert (
        made.run("release", release_id.removesuffix("-shadow"), "--authority", made.authority).returncode == 4
    )
    _close(made, "withdraw", release_id)
    assert "This list is withdrawn" in page.read_text("utf-8")
    assert json.loads((page.parent / "manifest.json").read_text("utf-8"))["taken_back"] == "withdrawn"
    assert _files(workspace.taken_back(release_id)) == before
    done = made.run("status", "--authority", made.authority)
    assert f"{release_id}: withdrawn" in done.stdout


def test_closing_that_was_cut_off_is_finished_by_closing_again(released: Released, copied: Copied) -> None:
    made, release_id = copied(released[0]), released[1]
    workspace = Workspace.open(made.workspace)
    before = _files(workspace.release(release_id))
    _close(made, "withdraw", release_id)
    whole = _files(workspace.release(release_id))
    # as it lies there when the command was killed between the two steps
    for path in workspace.release(release_id).rglob("*.*"):
        path.unlink()
    _close(made, "withdraw", release_id)
    assert _files(workspace.release(release_id)) == whole
    assert _files(workspace.taken_back(release_id)) == before
    assert len(Ledger(workspace.ledger).entries("withdrawn")) == 1


def test_a_recipient_reports_and_the_ledger_has_it(released: Released, copied: Copied) -> None:
    made, release_id = copied(released[0]), released[1]
    ledger = Ledger(made.workspace / "ledger.sqlite")
    today = ledger.today().isoformat()
    words = ("receipt", f"{release_id}-Z1", "--by", "Zone coordinator", "--authority", made.authority)
    for option in ("--seen", "--destroyed"):
        assert made.run(*words, option, "--on", today).returncode == 0
    assert [ledger.entries(kind)[0].body["list_id"] for kind in ("list_viewed", "list_destroyed")] == [
        f"{release_id}-Z1"
    ] * 2
    for wrong in (["--on", today], ["--seen", "--destroyed", "--on", today], ["--seen", "--on", "1 March"]):
        done = made.run(*words, *wrong)
        assert done.returncode == 2 and "Traceback" not in done.stderr
