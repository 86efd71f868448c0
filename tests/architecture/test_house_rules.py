"""Rules that every file of the house keeps: its size, its words, and who loads what."""

import ast
import functools
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.house import (
    PACKAGE,
    PAGE,
    REPOSITORY,
    SOURCE,
    Import,
    all_imports,
    called,
    files,
    module_of,
    read_plan,
    room_of,
)

LONGEST = 400

# Libraries that are heavy, that call home or that hold identities: the rooms that may import them.
ONLY = {
    "mlflow": {"tracking"},
    "shap": {"explanation", "audit"},
    "lightgbm": {"model", "explanation"},
    "numba": {"explanation", "query"},
    "pyspark": {"features"},
    "duckdb": {"features", "linkage"},
    "fairlearn": {"audit", "mitigation"},
    "splink": {"linkage"},
    "cryptography": {"release", "records"},
    "xlsxwriter": {"lists"},
    "sqlite3": {"ledger"},
    "sqlalchemy": {"records"},
    "openpyxl": {"records", "synthetic"},
    "xml": {"records"},
    "typer": {"cli"},
    "jinja2": {"pages"},
}
# What runs code from a file, or reaches out to a network: no room may.
BANNED = {"pickle", "cloudpickle", "joblib", "dill", "marshal", "shelve", "runpy"}
BANNED |= {"socket", "urllib.request", "http.client", "requests", "httpx", "aiohttp", "smtplib", "ftplib"}
RUNS_CODE = {"eval", "exec", "compile", "read_pickle", "to_pickle", "unsafe_load", "full_load"}
PROMISES = {
    "fair",
    "fairly",
    "fairness",
    "unfair",
    "safe",
    "safely",
    "unsafe",
    "debias",
    "debiased",
    "debiasing",
}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager"}
# A name of the field for a way to reach a parent that nobody else in the home can see.
FIELD = {"safe_contact"}

# Written in pieces, so that this file does not hold what it looks for.
MACHINE = [
    "/(w" + "ork|fa" + "rm|t" + "mp|ro" + "ot|ho" + "me|Us" + "ers)/",
    r"[A-Z]:\\\\?Us" + "ers",
    "python" + r"hosted|py" + r"pi\.org|npm" + r"js\.|deb\.deb" + "ian|file" + ":///",
    r"BEGIN [A-Z ]*PRIV" + "ATE KEY",
]


@functools.cache
def made() -> list[Import]:
    """Every import in the house, read once."""
    return all_imports(SOURCE)


@pytest.mark.parametrize("file", files(SOURCE))
def test_a_file_can_be_read_in_one_sitting(file: str) -> None:
    lines = len((SOURCE / file).read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{file} has {lines} lines; two rooms or two files would be clearer"


@pytest.mark.parametrize("library", sorted(ONLY))
def test_a_library_is_imported_by_its_own_room_only(library: str) -> None:
    strangers = [
        str(each)
        for each in made()
        if each.module.split(".")[0] == library and room_of(module_of(each.file)) not in ONLY[library]
    ]
    assert not strangers, "\n".join(strangers)


def test_nothing_unpickles_and_nothing_calls_out() -> None:
    strangers = [
        str(each)
        for each in made()
        if {each.module, each.module.split(".")[0], f"{each.module}.{each.name}"} & BANNED
    ]
    assert not strangers, "\n".join(strangers)


TELEMETRY = """
import os, sys
os.environ.pop("MLFLOW_DISABLE_TELEMETRY", None)


class Watch:
    def find_spec(self, name, path=None, target=None):
        assert not name.startswith("mlflow") or os.environ.get("MLFLOW_DISABLE_TELEMETRY") == "true", name


sys.meta_path.insert(0, Watch())
from pathlib import Path
from prevention_model.tracking import Tracking
assert "mlflow" not in sys.modules, "loaded before anything is recorded"
Tracking(Path(sys.argv[1])).mark("no such run", "released")
assert "mlflow" in sys.modules
"""


def test_mlflow_is_told_not_to_call_home_before_it_is_loaded(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", TELEMETRY, tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_no_text_is_run_as_code() -> None:
    found = [
        f"{file}:{node.lineno} {called(node)}"
        for file in files(SOURCE)
        for node in ast.walk(ast.parse((SOURCE / file).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and called(node) in RUNS_CODE and not of_module(node, "re")
    ]
    assert not found, "\n".join(found)


def of_module(call: ast.Call, module: str) -> bool:
    """Whether what is called is an attribute of a module, as in `re.compile`."""
    return getattr(getattr(call.func, "value", None), "id", "") == module


def test_only_the_rooms_on_the_page_open_the_vault() -> None:
    allowed = read_plan(PAGE.read_text(encoding="utf-8")).vault_rooms
    vault = SOURCE / PACKAGE / "records" / "vault.py"
    names = {node.name for node in ast.parse(vault.read_text(encoding="utf-8")).body if hasattr(node, "name")}
    assert names, "records/vault.py defines nothing"
    opened = [
        each
        for each in made()
        if each.module == f"{PACKAGE}.records.vault"
        or (each.module.startswith(f"{PACKAGE}.records") and each.name in names)
    ]
    strangers = [str(each) for each in opened if room_of(module_of(each.file)) not in allowed]
    assert opened and not strangers, "\n".join(strangers)


def test_names_promise_no_more_than_they_hold() -> None:
    broken = [
        f"{file}:{line} {name}"
        for file in files(SOURCE)
        for line, name in [(0, Path(file).stem), *defined(SOURCE / file)]
        if name not in FIELD and promises(name)
    ]
    assert not broken, "\n".join(broken)


def defined(path: Path) -> Iterator[tuple[int, str]]:
    """Every name that a file gives to something, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.alias) and node.asname:
            yield 0, node.asname


def promises(name: str) -> bool:
    """Whether a name promises too much, or says nothing."""
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)]
    return (
        bool({*words} & (PROMISES | VAGUE))
        or (len(words) > 1 and words[0] in ("process", "handle"))
        or "high risk" in " ".join(words)
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("is_safe", True),
        ("FairModel", True),
        ("high_risk_children", True),
        ("utils", True),
        ("process_rows", True),
        ("safeguarding", False),
        ("handle", False),
        ("in_process", False),
        ("missed", False),
    ],
)
def test_a_name_that_promises_too_much_is_found(name: str, expected: bool) -> None:
    assert promises(name) is expected


def published() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    except OSError:
        pytest.skip("git is not installed, so there is no list of the repository's files")
    if done.returncode:
        pytest.skip("this copy is not a git checkout, so there is no list of the repository's files")
    return [
        path for path in (REPOSITORY / name for name in done.stdout.split("\0") if name) if path.is_file()
    ]


def test_no_published_file_names_a_machine_or_a_registry() -> None:
    pattern = re.compile("|".join(MACHINE))
    found = []
    for path in published():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if match := pattern.search(line):
                found.append(f"{path.relative_to(REPOSITORY).as_posix()}:{number} {match.group()}")
    assert not found, "\n".join(found[:40])


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "home/ann/notes",
        "C:\\Us" + "ers\\ann",
        "--index-url https://py" + "pi.org/simple",
        "out = '/t" + "mp/x'",
    ],
)
def test_a_line_that_names_a_machine_is_found(line: str) -> None:
    assert re.search("|".join(MACHINE), line)
