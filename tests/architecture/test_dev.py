"""dev.py: set-up is complete or done again, what is missing is named, and an old Python can read it."""

import ast
import json
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import dev
from tests.architecture.house import REPOSITORY


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of its own, in which making and filling an environment are only pretended."""
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "BIN", tmp_path / ".venv" / "bin")
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv" / ".ok")
    monkeypatch.setattr(dev, "LOCK", tmp_path / "requirements.lock")
    monkeypatch.setattr(dev, "provide", lambda command: None)
    monkeypatch.setattr(dev, "install", lambda: None)
    monkeypatch.setattr(dev, "attempt", pretend)
    (tmp_path / "requirements.lock").write_text("uv==1.0 \\\n    --hash=sha256:00\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


def pretend(command: list, env: dict | None = None) -> None:
    """`python -m venv FOLDER`, as far as these tests look."""
    folder = Path(command[-1]) / "bin"
    folder.mkdir(parents=True)
    (folder / dev.python().name).touch()


def test_a_second_setup_does_nothing(project: Path, capsys: pytest.CaptureFixture) -> None:
    dev.setup()
    assert "creating .venv" in capsys.readouterr().out
    dev.setup()
    assert capsys.readouterr().out == ""


def test_an_interrupted_setup_is_done_again_from_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(dev, "install", killed)
        dev.setup()
    (project / ".venv" / "half").touch()
    dev.setup()
    assert not (project / ".venv" / "half").exists()
    assert dev.stamped() == dev.stamp()
    assert "unfinished" in capsys.readouterr().out


def test_a_changed_lock_brings_the_environment_up_to_date(
    project: Path, capsys: pytest.CaptureFixture
) -> None:
    dev.setup()
    kept = project / ".venv" / "kept"
    kept.touch()
    (project / "requirements.lock").write_text("uv==2.0 \\\n    --hash=sha256:01\n")
    dev.setup()
    assert kept.exists() and dev.stamped() == dev.stamp()
    assert "up to date" in capsys.readouterr().out


def test_another_python_or_place_means_a_new_environment(project: Path) -> None:
    dev.setup()
    (project / ".venv" / "old").touch()
    dev.STAMP.write_text(json.dumps({**dev.stamp(), "base": "3.10.1 elsewhere"}))
    dev.setup()
    assert not (project / ".venv" / "old").exists()


def test_a_stamp_without_its_python_counts_for_nothing(project: Path) -> None:
    dev.setup()
    dev.python().unlink()
    assert dev.stamped() == {}


def test_two_setups_at_once_make_one_environment(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(dev, "install", lambda: (made.append("once"), time.sleep(0.2)))
    both = [threading.Thread(target=dev.setup) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert made == ["once"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")
def test_a_command_that_was_killed_has_failed() -> None:
    killed = [sys.executable, "-c", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
    assert dev.call(killed) == 137
    assert dev.attempt([sys.executable, "-c", "print('why'); raise SystemExit(3)"]) == "why"
    assert dev.attempt(["no-such-command-at-all"]) is not None


def test_the_lock_pins_uv_with_hashes() -> None:
    assert re.fullmatch(r"uv==\S+ \\\n(    --hash=sha256:[0-9a-f]{64}( \\)?\n)+", dev.locked("uv"))
    with pytest.raises(dev.Stop, match=r"does not pin no-such-package\. Make it again: python3 dev\.py lock"):
        dev.locked("no-such-package")


def test_uv_looks_where_pip_is_told_to_look(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "index-url": "https://index.example/simple",
        "extra-index-url": "https://one.example/simple\nhttps://two.example/simple",
        "find-links": "wheels more",
        "cert": "ours.pem",
        "no-index": "true",
    }
    monkeypatch.setattr(dev, "pip_configuration", lambda: told)
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX", "UV_NO_INDEX", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    env, options = dev.as_pip_is_told()
    assert env["UV_DEFAULT_INDEX"] == "https://index.example/simple"
    assert env["UV_INDEX"] == "https://one.example/simple https://two.example/simple"
    assert (env["SSL_CERT_FILE"], env["UV_NO_INDEX"]) == ("ours.pem", "1")
    assert options == ["--find-links", "wheels", "--find-links", "more"]
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://mine.example/simple")
    assert dev.as_pip_is_told()[0]["UV_DEFAULT_INDEX"] == "https://mine.example/simple"


def test_pip_variables_win_over_its_files(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = (
        ":env:.index-url='https://variable.example'\nglobal.index-url='https://file.example'\nodd line\n"
    )

    def answer(*arguments: object, **options: object) -> subprocess.CompletedProcess:
        return subprocess.CompletedProcess([], 0, stdout=listing)

    monkeypatch.setattr(dev.subprocess, "run", answer)
    assert dev.pip_configuration() == {"index-url": "https://variable.example"}


def piece(present: list[bool], needed: bool) -> dev.Piece:
    """A system package whose presence is asked for once and again after installing."""
    return dev.Piece(
        "Anvil", "tests strike it", lambda: present.pop(0), ("anvil1",), "brew install anvil", needed
    )


def missing_on(monkeypatch: pytest.MonkeyPatch, found: dev.Piece, *, debian: bool, root: bool) -> list[str]:
    """Look for a piece on some system; gives the packages that were installed."""
    installed: list[str] = []
    monkeypatch.setattr(dev, "pieces", lambda command: [found])
    monkeypatch.setattr(dev, "is_debian", lambda: debian)
    monkeypatch.setattr(dev, "WINDOWS", False)
    monkeypatch.setattr(dev, "MAC", not debian)
    monkeypatch.setattr(dev.os, "geteuid", lambda: 0 if root else 1000, raising=False)
    monkeypatch.setattr(dev, "install_debian", installed.extend)
    dev.provide("test")
    return installed


def test_root_on_debian_installs_what_is_missing_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    assert missing_on(monkeypatch, piece([False, True], True), debian=True, root=True) == ["anvil1"]
    assert missing_on(monkeypatch, piece([True], True), debian=True, root=True) == []


def test_others_are_told_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(dev.Stop) as stop:
        missing_on(monkeypatch, piece([False], True), debian=True, root=False)
    assert str(stop.value) == (
        "Anvil is missing (tests strike it). Type: sudo apt-get install --no-install-recommends anvil1"
    )
    with pytest.raises(dev.Stop, match="To have it: brew install anvil"):
        missing_on(monkeypatch, piece([False], True), debian=False, root=False)


def test_what_only_some_tests_need_does_not_stop_the_rest(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    assert missing_on(monkeypatch, piece([False, False], False), debian=True, root=True) == ["anvil1"]
    assert "note: Anvil is missing (tests strike it); those tests are skipped." in capsys.readouterr().out


def test_tests_want_a_browser_and_a_database_server_but_do_without() -> None:
    wanted = {piece.what: piece.needed for piece in dev.pieces("test")}
    assert (wanted["Chromium"], wanted["PostgreSQL"]) == (False, False)
    assert not {"Chromium", "PostgreSQL"} & {piece.what for piece in dev.pieces("demo")}


def test_a_server_is_found_where_debian_puts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "POSTGRESQL", tmp_path)
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    assert not dev.has_postgresql()
    (tmp_path / "15" / "bin").mkdir(parents=True)
    (tmp_path / "15" / "bin" / "initdb").touch()
    assert dev.has_postgresql()


def test_an_old_python_can_read_it_and_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    ast.parse((REPOSITORY / "dev.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    monkeypatch.setattr(dev, "suitable", lambda version: False)
    monkeypatch.setattr(dev, "another_python", lambda: None)
    assert dev.main(["test"]) == 1
    assert "the project needs 3.11 to 3.14, and no other was found." in capsys.readouterr().out


def test_the_range_of_pythons_is_that_of_the_package() -> None:
    text = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    wanted = f">={dev.OLDEST[0]}.{dev.OLDEST[1]},<{dev.TOO_NEW[0]}.{dev.TOO_NEW[1]}"
    assert f'requires-python = "{wanted}"' in text
    assert dev.suitable((3, 11, 0)) and not dev.suitable((3, 10, 9)) and not dev.suitable((3, 15, 0))


def test_only_the_standard_library_is_imported() -> None:
    syntax = ast.parse((REPOSITORY / "dev.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(syntax) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(syntax) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_make_and_ci_do_what_dev_does(capsys: pytest.CaptureFixture) -> None:
    targets = re.search(r"^\.PHONY: (.+)$", (REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    assert targets and set(targets.group(1).split()) == set(dev.COMMANDS) - {"setup"}
    ci = (REPOSITORY / ".ci" / "run").read_text().splitlines()
    assert [line for line in ci if not line.startswith("#")] == [
        "set -eu",
        'cd "$(dirname "$0")/.."',
        "exec make test",
    ]
    assert (REPOSITORY / ".ci" / "run").stat().st_mode & 0o111
    assert dev.main(["no-such-command"]) == 2
    assert "usage: python3 dev.py COMMAND" in capsys.readouterr().out
