"""The faces are quick to load, and every public name explains itself."""

import inspect
import json
import re
import subprocess
import sys

import pytest

import prevention_model as pm

HEAVY = {
    "mlflow",
    "lightgbm",
    "shap",
    "pandas",
    "sklearn",
    "matplotlib",
    "pyarrow",
    "scipy",
    "fairlearn",
    "numpy",
}

IMPORT = """
import json, sys, time
start = time.perf_counter()
import prevention_model
print(json.dumps([time.perf_counter() - start, sorted(sys.modules)]))
"""

HELP = """
import contextlib, io, json, sys
sys.argv = ["prevention-model", "--help"]
from prevention_model.cli import main
page = io.StringIO()
with contextlib.redirect_stdout(page):
    try:
        main()
    except SystemExit as end:
        assert not end.code, end.code
print(json.dumps([page.getvalue(), sorted(sys.modules)]))
"""

RELIED_ON = {
    "open_records",
    "Records",
    "Cohort",
    "Feature",
    "Outcome",
    "Lookback",
    "FollowUp",
    "Count",
    "Onset",
    "catalogue",
    "build_features",
    "build_outcomes",
    "RiskModel",
    "audit",
}


def run(script: str) -> list:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def loaded(modules: list[str]) -> set[str]:
    return {name.split(".")[0] for name in modules} & HEAVY


def test_the_package_loads_in_under_a_third_of_a_second() -> None:
    times = [run(IMPORT)[0] for _ in range(3)]
    assert min(times) < 0.3, times


def test_the_package_loads_nothing_heavy() -> None:
    assert loaded(run(IMPORT)[1]) == set()


def test_help_loads_nothing_heavy_and_names_the_commands() -> None:
    page, modules = run(HELP)
    assert loaded(modules) == set()
    for command in (
        "demo",
        "county",
        "load",
        "run",
        "key",
        "sign",
        "release",
        "withdraw",
        "suspend",
        "status",
    ):
        assert re.search(rf"^\W*{command}\s", page, re.MULTILINE), command


def test_the_names_that_scripts_rely_on_are_there() -> None:
    assert set(pm.__all__) >= RELIED_ON
    assert [name for name in pm.__all__ if not hasattr(pm, name)] == []
    assert set(pm.__all__) <= set(dir(pm))


def test_every_public_name_explains_itself_with_an_example_that_runs() -> None:
    named = {name: getattr(pm, name) for name in pm.__all__ if not name.startswith("_")}
    without = [name for name, thing in named.items() if not (inspect.getdoc(thing) or "").strip()]
    assert without == [], "without a docstring"
    silent = [name for name, thing in named.items() if ">>>" not in documentation(thing)]
    assert silent == [], "without an example"


def documentation(thing: object) -> str:
    """The docstring of a function; of a class, with those of its own methods."""
    own = [inspect.getdoc(thing) or ""]
    if inspect.isclass(thing):
        own += [inspect.getdoc(member) or "" for member in vars(thing).values() if callable(member)]
        own += [
            inspect.getdoc(member.__func__) or ""
            for member in vars(thing).values()
            if isinstance(member, classmethod)
        ]
    return "\n".join(own)


def test_an_unknown_name_is_refused_in_words() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = pm.no_such_name


ROOMS_FIRST = """
import importlib, json, pathlib
import prevention_model as pm
for path in sorted(pathlib.Path(pm.__file__).parent.iterdir()):
    if (path / "__init__.py").exists() or (path.suffix == ".py" and not path.stem.startswith("_")):
        importlib.import_module(f"prevention_model.{path.stem}")
print(json.dumps([name for name in pm.__all__ if type(getattr(pm, name)).__name__ == "module"]))
"""


def test_a_room_of_the_same_name_does_not_hide_a_public_name() -> None:
    # Loading the room `audit` sets an attribute of that name on the package; `audit(...)` must go on working.
    assert run(ROOMS_FIRST) == []
