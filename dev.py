"""Everything a developer types, from a bare machine on: `python3 dev.py setup|demo|test|check|...`.

Standard library only. The environment lies in .venv and holds exactly what requirements.lock names, hash by
hash. A stamp (.venv/.ok) says that it is complete; it is removed before any work on the environment and
written last, so a set-up that was interrupted, however, is done again by the next call.
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import ctypes.util
import hashlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / ".ok"
LOCK = ROOT / "requirements.lock"
OLDEST, TOO_NEW = (3, 11), (3, 15)
WINDOWS, MAC = os.name == "nt", sys.platform == "darwin"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
SUFFIX = ".exe" if WINDOWS else ""
POSTGRESQL = Path("/usr/lib/postgresql")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
CACHES = (".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis")
LEFTOVERS = (".venv", *CACHES, "build", "dist", "demo", "site")


class Stop(Exception):
    """Something a person has to do first; the message says what."""


def say(step: str, text: str) -> None:
    """One plain line, written out at once."""
    print(f"{step}: {text}", flush=True)


def call(command: Sequence[object], env: dict[str, str] | None = None) -> int:
    """Run a command in the project's folder, showing what it writes; gives its exit code, never below 0."""
    code = subprocess.call([str(part) for part in command], cwd=str(ROOT), env=env)
    return code if code >= 0 else 128 - code


def attempt(command: Sequence[object], env: dict[str, str] | None = None) -> str | None:
    """Run a command quietly; None when it worked, else the last lines of what it wrote."""
    words = [str(part) for part in command]
    try:
        done = subprocess.run(words, cwd=str(ROOT), env=env, capture_output=True, text=True, errors="replace")
    except OSError as error:
        return str(error)
    return None if done.returncode == 0 else "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])


# --- the Python to use ------------------------------------------------------------------------------------


def suitable(version: tuple[int, ...]) -> bool:
    """Whether the project runs on this version of Python."""
    return OLDEST <= tuple(version[:2]) < TOO_NEW


def another_python() -> str | None:
    """A suitable Python elsewhere on the path, tried by running it (a shim may stand for nothing)."""
    for minor in range(TOO_NEW[1] - 1, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and attempt([found, "-c", "import sys"]) is None:
            return found
    return None


# --- what the system itself must have ---------------------------------------------------------------------


class Piece(NamedTuple):
    """Something outside Python packages: what it is for, how to see it, what it is called where."""

    what: str
    why: str
    present: Callable[[], bool]
    debian: tuple[str, ...]
    elsewhere: str
    needed: bool


def has_venv() -> bool:
    """Debian's python3 comes without ensurepip, and `venv` then makes an environment without pip."""
    return all(importlib.util.find_spec(name) for name in ("ensurepip", "venv"))


def has_openmp() -> bool:
    """LightGBM's wheels bring OpenMP on Windows only."""
    if WINDOWS:
        return True
    if MAC:
        homes = (Path("/opt/homebrew/opt/libomp"), Path("/usr/local/opt/libomp"))
        return bool(ctypes.util.find_library("omp")) or any(home.exists() for home in homes)
    try:
        ctypes.CDLL("libgomp.so.1")
    except OSError:
        return False
    return True


def has_chromium() -> bool:
    """Any browser of the family will do for the browser tests."""
    return any(shutil.which(name) for name in CHROMIUM)


def has_postgresql() -> bool:
    """Debian keeps the server's programs off the path, in a folder for each version."""
    return bool(shutil.which("initdb")) or any(POSTGRESQL.glob("*/bin/initdb"))


def has_libreoffice() -> bool:
    """The workbook of a list is opened, filled in and saved by it, as coordinators do."""
    return any(shutil.which(name) for name in ("soffice", "libreoffice"))


def has_java() -> bool:
    """Spark runs in it."""
    return bool(shutil.which("java") or os.environ.get("JAVA_HOME"))


def has_seven_zip() -> bool:
    """Sealed lists are opened with it, and it seals what is opened."""
    return any(map(shutil.which, ("7z", "7zz", "7za")))


def has_age() -> bool:
    """Sealed lists are opened with it."""
    return shutil.which("age") is not None


def has_pango() -> bool:
    """weasyprint draws the text of PDFs with it."""
    return bool(ctypes.util.find_library("pangoft2-1.0") or ctypes.util.find_library("pangoft2-1.0-0"))


def pieces(command: str) -> list[Piece]:
    """What this command needs of the system."""
    needs = [Piece("OpenMP", "LightGBM loads it", has_openmp, ("libgomp1",), "brew install libomp", True)]
    if not python().exists():
        venv = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        where = "the installer from python.org, or `brew install python`, brings them"
        needs.append(Piece("venv with ensurepip", "it creates .venv", has_venv, (venv,), where, True))
    if command == "test":
        debian = ("chromium", "fonts-liberation")
        where = "install Chromium and put it on the path"
        needs.append(Piece("Chromium", "browser tests open pages in it", has_chromium, debian, where, False))
        why, where = (
            "tests read tables from a server of their own",
            "install PostgreSQL and put initdb on the path",
        )
        needs.append(Piece("PostgreSQL", why, has_postgresql, ("postgresql",), where, False))
        debian = ("libreoffice-calc-nogui", "python3-uno")
        why, where = "tests fill in lists with it", "install LibreOffice and put soffice on the path"
        needs.append(Piece("LibreOffice", why, has_libreoffice, debian, where, False))
        where = "install Java 17 and put java on the path"
        java = ("openjdk-17-jre-headless",)
        needs.append(Piece("Java", "tests run Spark in it", has_java, java, where, False))
        where = "install 7-Zip and put 7z on the path"
        seven = ("p7zip-full",)
        needs.append(Piece("7-Zip", "tests open sealed lists with it", has_seven_zip, seven, where, False))
        pango = ("libpangoft2-1.0-0",)
        needs.append(Piece("Pango", "tests make PDFs with it", has_pango, pango, "brew install pango", False))
        where = "install age and put it on the path"
        needs.append(Piece("age", "tests open sealed lists with it", has_age, ("age",), where, False))
    return needs


def provide(command: str) -> None:
    """Find what is missing; install it as root on Debian, else say what to type and go on where possible."""
    missing = [piece for piece in pieces(command) if not piece.present()]
    if missing and is_debian() and os.geteuid() == 0:
        install_debian([name for piece in missing for name in piece.debian])
        importlib.invalidate_caches()
        missing = [piece for piece in missing if not piece.present()]
    for piece in missing:
        if piece.needed:
            raise Stop(f"{piece.what} is missing ({piece.why}). {advice(piece)}")
        say("note", f"{piece.what} is missing ({piece.why}); those tests are skipped. {advice(piece)}")


def is_debian() -> bool:
    """Debian, or a system that is close enough to it to have apt-get."""
    return Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def advice(piece: Piece) -> str:
    """What to type on this system."""
    if is_debian():
        return f"Type: sudo apt-get install --no-install-recommends {' '.join(piece.debian)}"
    if MAC or WINDOWS:
        return f"To have it: {piece.elsewhere}."
    return f"Install it with your system's package manager (Debian calls it {' '.join(piece.debian)})."


def install_debian(packages: list[str]) -> None:
    """Install these system packages and nothing beside them; the caller looks whether it worked."""
    say("system", f"installing {', '.join(packages)} with apt-get")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    for step in (["apt-get", "update"], install):
        failure = attempt(step, env)
        if failure is not None:
            say("system", f"`{' '.join(step[:2])}` failed: {failure}")


# --- the environment --------------------------------------------------------------------------------------


def python() -> Path:
    """The environment's own Python."""
    return BIN / f"python{SUFFIX}"


def tool(name: str) -> Path:
    """A command that the environment brings."""
    return BIN / f"{name}{SUFFIX}"


def stamp() -> dict[str, str]:
    """What the environment must match. Another `base` means that it has to be made anew."""
    content = hashlib.sha256(LOCK.read_bytes() + b"\0" + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return {
        "base": f"{platform.python_version()} {sys.platform} {platform.machine()} {ROOT}",
        "content": content,
    }


def stamped() -> dict[str, str]:
    """What the stamp says; empty when there is none, or no Python to go with it."""
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and python().exists() else {}


def setup(arguments: Sequence[str] = (), command: str = "setup") -> int:
    """Make .venv complete, or see in a moment that it is."""
    provide(command)
    if stamped() == stamp():
        return 0
    with alone():
        if stamped() == stamp():
            return 0
        started = time.monotonic()
        prepare()
        install()
        STAMP.write_text(json.dumps(stamp()), encoding="utf-8")
        say("set-up", f"done in {time.monotonic() - started:.0f} s")
    return 0


def prepare() -> None:
    """An environment to install into: the one that is there when it was complete, else a new one."""
    reusable = stamped().get("base") == stamp()["base"]
    with contextlib.suppress(FileNotFoundError):
        STAMP.unlink()
    if reusable:
        say("set-up", "bringing .venv up to date")
        return
    if VENV.exists():
        say("set-up", "removing a .venv that is unfinished or was made elsewhere")
        shutil.rmtree(VENV)
    say("set-up", f"creating .venv with Python {platform.python_version()}")
    failure = attempt([sys.executable, "-m", "venv", VENV])
    if failure is not None:
        raise Stop(f"The environment could not be created: {failure}")


def install() -> None:
    """The locked packages, each checked against its hash, then the package itself, editable."""
    count = sum("==" in line and not line.startswith(" ") for line in LOCK.read_text().splitlines())
    say("set-up", f"installing {count} locked packages (about 900 MB with Spark; two minutes when new)")
    failure = install_with_uv()
    if failure is not None:
        say("set-up", f"uv did not manage it, pip goes on, which takes longer. uv said: {failure}")
        failure = attempt([*PIP, "install", "--require-hashes", "-r", LOCK])
    if failure is not None:
        raise Stop(f"The packages could not be installed: {failure}")
    failure = attempt([*PIP, "install", "--no-deps", "--no-build-isolation", "-e", ROOT])
    if failure is not None:
        raise Stop(f"The package itself could not be installed: {failure}")


PIP = (python(), "-m", "pip", "--disable-pip-version-check", "--no-input", "--quiet")


def install_with_uv() -> str | None:
    """Install the lock with the uv that it pins; None when that worked."""
    with tempfile.TemporaryDirectory() as folder:
        alone_in = Path(folder) / "uv.txt"
        alone_in.write_text(locked("uv"), encoding="utf-8")
        failure = attempt([*PIP, "install", "--no-deps", "--require-hashes", "-r", alone_in])
    if failure is not None:
        return failure
    env, links = as_pip_is_told()
    command = [tool("uv"), "pip", "install", "--quiet", "--python", python(), "--compile-bytecode", *links]
    return attempt([*command, "--require-hashes", "-r", LOCK], env)


def locked(name: str) -> str:
    """The lines of the lock that pin one package: its version and its hashes."""
    block: list[str] = []
    for line in LOCK.read_text(encoding="utf-8").splitlines():
        if block and not line.startswith(" "):
            break
        if block or line.startswith(f"{name}=="):
            block.append(line)
    if not block:
        raise Stop(f"requirements.lock does not pin {name}. Make it again: python3 dev.py lock")
    return "\n".join(block) + "\n"


def as_pip_is_told() -> tuple[dict[str, str], list[str]]:
    """pip's own configuration in uv's words: variables, and options.

    uv reads none of pip's files. Choosing the best match among several indexes is what pip does, and the
    hashes in the lock leave no room for a stranger's package of the same name.
    """
    env = dict(os.environ)
    told = pip_configuration()
    for ours, theirs in (
        ("index-url", "UV_DEFAULT_INDEX"),
        ("extra-index-url", "UV_INDEX"),
        ("cert", "SSL_CERT_FILE"),
    ):
        if ours in told:
            env.setdefault(theirs, " ".join(told[ours].split()))
    if told.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        env.setdefault("UV_NO_INDEX", "1")
    env.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    links = [option for link in told.get("find-links", "").split() for option in ("--find-links", link)]
    return env, links


def pip_configuration() -> dict[str, str]:
    """What `pip config list` says, without its sections; variables win over files, as they do in pip."""
    done = subprocess.run(
        [*map(str, PIP), "config", "list"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    told: dict[str, str] = {}
    lines = [line.partition("=") for line in done.stdout.splitlines() if "=" in line]
    for key, _, value in sorted(lines, key=lambda line: line[0].startswith(":env:")):
        with contextlib.suppress(ValueError, SyntaxError):
            told[key.rpartition(".")[2]] = str(ast.literal_eval(value))
    return told


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time; the system lets go of the lock even when the process is killed."""
    with open(LOCK, "rb") as file:
        if WINDOWS:
            msvcrt = importlib.import_module("msvcrt")
            file.seek(1 << 30)  # far behind the end, so that others can still read the file
            locked_now = False
            while not locked_now:
                with contextlib.suppress(OSError):  # it gives up after ten seconds, and is asked again
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    locked_now = True
        else:
            fcntl = importlib.import_module("fcntl")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- the commands -----------------------------------------------------------------------------------------


def working_environment() -> dict[str, str]:
    """One thread for each process (two test processes share two cores), and nothing that calls home."""
    env = dict(os.environ)
    for key, value in (("OMP_NUM_THREADS", "1"), ("MLFLOW_DISABLE_TELEMETRY", "true"), ("MPLBACKEND", "Agg")):
        env.setdefault(key, value)
    return env


def timed(step: str, command: Sequence[object], env: dict[str, str] | None = None) -> int:
    """Run a command and say how it ended, and after how long."""
    started = time.monotonic()
    code = call(command, env)
    say(
        step, f"{'done' if code == 0 else f'failed (exit code {code})'} in {time.monotonic() - started:.0f} s"
    )
    return code


def demo(arguments: Sequence[str]) -> int:
    """The whole way through on a made-up county, into demo/."""
    setup(command="demo")
    return timed("demo", [tool("prevention-model"), "demo", "--out", "demo", *arguments])


def test(arguments: Sequence[str]) -> int:
    """All tests and the doctests of src; further arguments go to pytest."""
    setup(command="test")
    pytest = [python(), "-m", "pytest", "-n", "2", "--dist", "loadgroup", "--doctest-modules"]
    return timed("test", [*pytest, *arguments], working_environment())


def fuzz(arguments: Sequence[str]) -> int:
    """Look for what no test has found yet; further arguments go to tests/generative/fuzz_files.py."""
    setup(command="fuzz")
    # Damaged files have a longer run of their own.
    tests = ["tests/generative", "--ignore", "tests/generative/test_fuzz_files.py"]
    explore = {**working_environment(), "HYPOTHESIS_PROFILE": "explore"}
    steps: list[tuple[str, list[object]]] = [
        ("examples", [python(), "-m", "pytest", "-n", "2", "--dist", "loadgroup", *tests]),
        ("damaged files", [python(), "-m", "tests.generative.fuzz_files", *arguments]),
    ]
    return max(timed(step, command, explore) for step, command in steps)


def check(arguments: Sequence[str]) -> int:
    """Lint, format, types and the architecture tests: all of them, whichever fails first."""
    setup(command="check")
    steps: list[tuple[str, list[object]]] = [
        ("lint", [tool("ruff"), "check", "."]),
        ("format", [tool("ruff"), "format", "--check", "."]),
        ("types", [python(), "-m", "mypy"]),
        ("architecture", [python(), "-m", "pytest", "-q", "tests/architecture"]),
    ]
    return max(timed(step, command, working_environment()) for step, command in steps)


def write_format(arguments: Sequence[str]) -> int:
    """Sort the imports and format every Python file."""
    setup(command="format")
    sort = call([tool("ruff"), "check", "--select", "I", "--fix", "--quiet", "."])
    return max(sort, call([tool("ruff"), "format", "."]))


def lock(arguments: Sequence[str]) -> int:
    """Resolve pyproject.toml again, keeping the pins that still fit; `--upgrade` lets them go."""
    setup(command="lock")
    env, links = as_pip_is_told()
    resolve = [tool("uv"), "pip", "compile", "pyproject.toml", "--universal"]
    groups = ["--group", "dev", "--group", "docs"]
    shape = ["--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
    return timed("lock", [*resolve, *groups, *shape, *links, *arguments, "-o", LOCK.name], env)


def bench(arguments: Sequence[str]) -> int:
    """The benchmarks; further arguments go to benchmarks/run.py."""
    setup(command="bench")
    return timed("bench", [python(), ROOT / "benchmarks" / "run.py", *arguments])


def docs(arguments: Sequence[str]) -> int:
    """The documentation site, into site/; a warning is an error."""
    setup(command="docs")
    return timed("docs", [python(), "-m", "manual.site"], working_environment())


def clean(arguments: Sequence[str]) -> int:
    """Remove everything that these commands made."""
    for name in LEFTOVERS:
        shutil.rmtree(ROOT / name, ignore_errors=True)
    for folder in [found for top in ("src", "tests") for found in (ROOT / top).rglob("__pycache__")]:
        shutil.rmtree(folder, ignore_errors=True)
    say("clean", "done")
    return 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "setup": setup,
    "demo": demo,
    "test": test,
    "fuzz": fuzz,
    "check": check,
    "format": write_format,
    "lock": lock,
    "bench": bench,
    "docs": docs,
    "clean": clean,
}


def usage() -> str:
    """The commands, one a line, in the words of their docstrings."""
    rows = [f"  {name:8} {(command.__doc__ or '').splitlines()[0]}" for name, command in COMMANDS.items()]
    return "\n".join(["usage: python3 dev.py COMMAND [further arguments]", "", *rows])


def main(arguments: list[str]) -> int:
    """Run one command; exit code 2 for one that does not exist, 1 for a Stop, else the command's own."""
    if not arguments or arguments[0] not in COMMANDS:
        print(usage())
        return 0 if arguments in ([], ["-h"], ["--help"]) else 2
    if not suitable(sys.version_info[:2]):
        other = another_python()
        if other:
            return call([other, ROOT / "dev.py", *arguments])
        wanted = f"{OLDEST[0]}.{OLDEST[1]} to {TOO_NEW[0]}.{TOO_NEW[1] - 1}"
        print(
            f"This is Python {platform.python_version()}; the project needs {wanted}, and no other was found."
        )
        print("Install one of them, then name it: make test PYTHON=/path/to/python3.12")
        return 1
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except Stop as stop:
        print(f"stopped: {stop}")
        return 1
    except KeyboardInterrupt:
        print("stopped. The next call goes on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
