"""Many writers at once, and writers killed in the middle of a word: the ledger stays whole."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import prevention_model.errors
from prevention_model.errors import PreventionError
from prevention_model.ledger import Ledger

SOURCE = Path(prevention_model.errors.__file__).parents[1]

WRITER = """
import sys
from prevention_model.ledger import Ledger
ledger = Ledger(sys.argv[1])
number = 0
while True:
    number += 1
    ledger.append("noted", "run-1", {"n": number, "text": "x" * 3000})
    print(number, flush=True)
"""


def write(path: Path, name: str, count: int) -> None:
    ledger = Ledger(path)
    for number in range(count):
        ledger.append("noted", name, {"n": number})


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "ledger.sqlite")
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write, args=(ledger.path, f"writer-{n}", 15)) for n in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join(120)
    assert [each.exitcode for each in writers] == [0, 0, 0, 0]
    assert ledger.verify() == 60
    for n in range(4):
        assert [entry.body["n"] for entry in ledger.entries(subject=f"writer-{n}")] == list(range(15))


def test_threads_that_share_a_ledger_lose_nothing(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "ledger.sqlite")
    threads = [threading.Thread(target=ledger.append, args=("noted", f"run-{n}", {})) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert ledger.verify() == 8


def create(path: Path, answers: Any) -> None:
    try:
        Ledger.create(path)
        answers.put("made")
    except PreventionError as error:
        answers.put(error.exit_code)


def test_of_several_that_make_the_ledger_one_does(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    makers = [context.Process(target=create, args=(tmp_path / "ledger.sqlite", answers)) for _ in range(4)]
    for each in makers:
        each.start()
    got = [answers.get(timeout=60) for _ in makers]
    for each in makers:
        each.join(60)
    assert sorted(map(str, got)) == ["2", "2", "2", "made"]
    assert Ledger(tmp_path / "ledger.sqlite").verify() == 0


@pytest.mark.skipif(os.name != "posix", reason="needs kill -9")
def test_killed_writers_leave_a_ledger_that_verifies_and_lose_nothing_that_was_kept(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "ledger.sqlite")
    kept = 0
    for pause in (0.0, 0.003, 0.011, 0.05, 0.12):
        writer = subprocess.Popen(
            [sys.executable, "-S", "-c", WRITER, str(ledger.path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(SOURCE)},
        )
        assert writer.stdout is not None
        lines = [writer.stdout.readline()]
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
        writer.wait(60)
        writer.stdout.close()
        kept += len([line for line in lines if line.endswith("\n")])
        assert ledger.verify() >= kept
        # At most the one entry in hand had been kept without anybody having been told.
        assert ledger.verify() - kept <= 1
        kept = ledger.verify()
    ledger.append("noted", "run-2", {})
    assert ledger.verify() == kept + 1


def test_when_everybody_has_closed_the_file_alone_is_the_whole_ledger(tmp_path: Path) -> None:
    ledger = Ledger.create(tmp_path / "ledger.sqlite")
    with ledger.reading() as reader:
        reader.head()
        ledger.append("noted", "run-1", {})
    ledger.entries()
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.sqlite"]
    assert ledger.verify() == 1
