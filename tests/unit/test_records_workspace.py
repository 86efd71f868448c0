"""A workspace shows the old state or the new one, whatever happened to the command that wrote it."""

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from prevention_model.errors import Damaged, RecordsRefused, WrongUsage
from prevention_model.records import Records
from prevention_model.records.delivery import DeliveryReport
from prevention_model.records.on_disk import appearing, sweep, write_whole
from prevention_model.records.workspace import Workspace, open_records

KILLED = """
import os, pathlib, signal, sys
from prevention_model.records.on_disk import appearing, partial_file
place = pathlib.Path(sys.argv[1])
partial_file(place, b"half")
with appearing(place / "run") as partial:
    (partial / "scores.txt").write_text("0.2")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def records(kind: str = "visit") -> Records:
    event = pd.DataFrame({"person_id": ["a"], "kind": [kind], "event_date": ["2024-03-01"]})
    return Records.from_frames({"event": event})


def stored(folder: Path, kind: str = "visit") -> Workspace:
    workspace = Workspace.create(folder)
    workspace.store_records(records(kind), DeliveryReport.of([]))
    return workspace


@pytest.mark.skipif(os.name == "nt", reason="Windows has no kill -9")
def test_a_killed_writer_leaves_nothing_that_shows_and_the_next_command_sweeps(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)])
    assert done.returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2 and not (tmp_path / "run").exists()
    sweep(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_sweep_spares_what_a_living_process_writes(tmp_path: Path) -> None:
    with appearing(tmp_path / "run") as partial:
        sweep(tmp_path)
        (partial / "scores.txt").write_text("0.2")
    assert (tmp_path / "run" / "scores.txt").read_text() == "0.2"


def test_the_workspace_sweeps_every_folder(tmp_path: Path) -> None:
    workspace = stored(tmp_path / "work")
    for name in ("", "records", "runs", "releases", "vault"):
        left = workspace.folder / name / ".partial-999999999-x"
        left.mkdir(parents=True)
    workspace.sweep()
    assert list(workspace.folder.rglob(".partial*")) == []


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), appearing(tmp_path / "run"):
        _ = 1 / 0
    assert list(tmp_path.iterdir()) == []


def test_nothing_appears_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "old").touch()
    with pytest.raises(FileExistsError), appearing(tmp_path / "run") as partial:
        (partial / "new").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "old"]


def test_a_file_is_replaced_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.json", b"old")
    write_whole(tmp_path / "a.json", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.json", b"new")]
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o600


def test_what_is_stored_is_read_back(tmp_path: Path) -> None:
    workspace = stored(tmp_path / "work")
    assert workspace.records().fingerprint() == records().fingerprint()
    assert open_records(str(tmp_path / "work")).assumptions == records().assumptions
    stored(tmp_path / "work", "call")
    assert workspace.records().frames["event"]["kind"].to_list() == ["call"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_may_look_into_a_workspace(tmp_path: Path) -> None:
    assert stat.S_IMODE(stored(tmp_path / "work").folder.stat().st_mode) == 0o700


def test_altered_records_are_damaged_and_loading_again_mends_them(tmp_path: Path) -> None:
    workspace = stored(tmp_path / "work")
    (tables,) = (tmp_path / "work" / "records").glob("*/tables")
    event = pd.read_parquet(tables / "event.parquet").assign(kind="call")
    event.to_parquet(tables / "event.parquet", index=False)
    with pytest.raises(Damaged) as damaged:
        workspace.records()
    assert str(damaged.value) == (
        f"The stored records are not what was loaded. Where: records/{tables.parent.name}. "
        "What to do: Load the authority's files again with `prevention-model load`."
    )
    stored(tmp_path / "work")
    assert workspace.records().fingerprint() == records().fingerprint()


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"records": "x"}'])
def test_a_pointer_that_cannot_be_read_is_damaged(tmp_path: Path, content: str) -> None:
    workspace = stored(tmp_path / "work")
    (tmp_path / "work" / "records" / "current.json").write_text(content)
    with pytest.raises(Damaged, match="cannot be read which records are the current ones"):
        workspace.records()


def test_an_empty_workspace_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RecordsRefused) as refused:
        Workspace.create(tmp_path / "work").records()
    assert str(refused.value) == (
        f"The workspace holds no records yet. Where: {tmp_path / 'work'}. "
        "What to do: Run `prevention-model load AUTHORITY.yaml` first."
    )


def test_where_there_is_no_workspace_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="There is no workspace here"):
        open_records(tmp_path / "work")


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    with pytest.raises(WrongUsage, match="The folder holds files but is no workspace"):
        Workspace.create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(
    ("marker", "kind", "message"),
    [
        ({"version": 2}, WrongUsage, "written by a newer version (format 2; this one reads up to 1)"),
        ({"version": "one"}, WrongUsage, "written by a newer version (format one; this one reads up to 1)"),
        ({}, Damaged, "The workspace's marker file cannot be read"),
        ([], Damaged, "The workspace's marker file cannot be read"),
    ],
)
def test_a_marker_of_another_kind(
    tmp_path: Path, marker: object, kind: type[Exception], message: str
) -> None:
    (tmp_path / "workspace.json").write_text(json.dumps(marker))
    with pytest.raises(kind) as raised:
        Workspace.open(tmp_path)
    assert message in str(raised.value)


def test_records_are_replaced_and_their_delivery_report_stays(tmp_path: Path) -> None:
    workspace = stored(tmp_path / "work")
    earlier = {path.name for path in (workspace.folder / "records").iterdir() if path.is_dir()}
    report = next((workspace.folder / "records").glob("*/delivery.txt")).read_text()
    workspace.replace_records(records("call"))
    assert workspace.records().frames["event"]["kind"].to_list() == ["call"]
    (made,) = {path.name for path in (workspace.folder / "records").iterdir() if path.is_dir()} - earlier
    assert (workspace.folder / "records" / made / "delivery.txt").read_text() == report
    workspace.keep_only_current_records()
    assert [path.name for path in (workspace.folder / "records").iterdir() if path.is_dir()] == [made]
    assert workspace.records().frames["event"]["kind"].to_list() == ["call"]


def test_replacing_records_by_the_same_writes_nothing(tmp_path: Path) -> None:
    workspace = stored(tmp_path / "work")
    before = {path: path.stat().st_mtime_ns for path in workspace.folder.rglob("*")}
    workspace.replace_records(records())
    assert {path: path.stat().st_mtime_ns for path in workspace.folder.rglob("*")} == before
