"""The floors hold, in the house as it is; and the reading of them finds faults that are planted."""

from pathlib import Path

import pytest

from tests.architecture.house import PACKAGE, PAGE, SOURCE, Plan, faults, files, read_plan

SMALL = Plan(
    floors={"errors": 1, "records": 3, "features": 5, "outcomes": 5, "dataset": 6, "cli": 13},
    reserved=frozenset(),
    lazy_files=frozenset({f"{PACKAGE}/__init__.py", f"{PACKAGE}/cli/__init__.py"}),
    vault_rooms=frozenset(),
)
SOUND = {
    "__init__.py": 'import importlib\nNAMES = {"Records": "prevention_model.records"}\n\n\n'
    "def __getattr__(name):\n    return getattr(importlib.import_module(NAMES[name]), name)\n",
    "errors.py": "class Fault(Exception):\n    pass\n",
    "records/__init__.py": "from prevention_model.records.tables import Records\n",
    "records/tables.py": "import json\nfrom ..errors import Fault\n\n\nclass Records:\n    fault = Fault\n",
    "features/__init__.py": "from prevention_model.records import Records\n",
    "outcomes/__init__.py": "from prevention_model.records import Records\n",
    "dataset/__init__.py": "from prevention_model import features, outcomes\n",
    "cli/__init__.py": 'LAZY = {"run": "prevention_model.dataset:run"}\n',
}


def plant(folder: Path, **changed: str) -> Path:
    """A small house in order, with some files replaced: `records__tables="..."` is records/tables.py."""
    written = SOUND | {name.replace("__", "/") + ".py": text for name, text in changed.items()}
    for name, text in written.items():
        path = folder / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def test_the_house_is_in_order() -> None:
    found = faults(SOURCE, read_plan(PAGE.read_text(encoding="utf-8")))
    assert not found, "\n" + "\n".join(found)


def test_the_house_was_read() -> None:
    assert len(files(SOURCE)) > 20


def test_a_small_house_in_order_has_no_faults(tmp_path: Path) -> None:
    assert faults(plant(tmp_path), SMALL) == []


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("records__tables", "import prevention_model.dataset\n", "floor 3 may not import from floor 6"),
        (
            "records__tables",
            "from prevention_model.dataset import x\n",
            "floor 3 may not import from floor 6",
        ),
        ("records__tables", "from prevention_model import dataset\n", "floor 3 may not import from floor 6"),
        ("records__tables", "from .. import dataset\n", "floor 3 may not import from floor 6"),
        ("records__tables", "from ..dataset import x\n", "floor 3 may not import from floor 6"),
        ("records__tables", "def f():\n    from ..dataset import x\n", "floor 3 may not import from floor 6"),
        (
            "records__tables",
            "if 1:\n    import prevention_model.dataset\n",
            "floor 3 may not import from floor 6",
        ),
        ("records__tables", 'ROW = ["prevention_model.dataset:x"]\n', "floor 3 may not import from floor 6"),
        (
            "features__windows",
            "from prevention_model.outcomes import x\n",
            "floor 5 may not import from floor 5",
        ),
        ("features__windows", "from ..outcomes import x\n", "floor 5 may not import from floor 5"),
        ("records__tables", "def f():\n    import json\n", "inside a function"),
        ("records__tables", "f = lambda: __import__('json')\n", "by name"),
        ("records__tables", "import importlib\nimportlib.import_module('..dataset', 'x')\n", "by name"),
        ("records__tables", "def f(n):\n    import_module(n)\n", "a name that is not written out, by name"),
        ("records__tables", "from prevention_model import Records\n", "does not go through the root face"),
        ("records__tables", "import prevention_model as pm\n", "does not go through the root face"),
        ("records__tables", "from prevention_model.attic import x\n", "there is no such room"),
        ("records__tables", "from prevention_model.records.gone import x\n", "there is no such file"),
        ("attic__old", "", "attic: a room that the table of floors does not name"),
        ("loose", "", "loose: a room that the table of floors does not name"),
    ],
)
def test_a_planted_fault_is_found(tmp_path: Path, file: str, text: str, expected: str) -> None:
    found = faults(plant(tmp_path, **{file: text}), SMALL)
    assert any(expected in fault for fault in found), found


def test_a_circle_of_files_is_found_within_a_room(tmp_path: Path) -> None:
    tree = plant(
        tmp_path,
        records__tables="from prevention_model.records.reader import b\n",
        records__reader="from .writer import c\n",
        records__writer="from prevention_model.records import tables\n",
    )
    assert any(fault.startswith("a circle: ") for fault in faults(tree, SMALL))


def test_a_file_that_imports_its_own_face_is_a_circle(tmp_path: Path) -> None:
    tree = plant(tmp_path, records__tables="from prevention_model.records import Records\n")
    assert any(fault.startswith("a circle: ") for fault in faults(tree, SMALL))


def test_a_floor_without_a_room_must_be_reserved(tmp_path: Path) -> None:
    plan = Plan({**SMALL.floors, "impact": 11}, frozenset(), SMALL.lazy_files, frozenset())
    assert faults(plant(tmp_path), plan) == ["impact: in the table of floors, but neither built nor reserved"]
    reserved = Plan(plan.floors, frozenset({"impact"}), SMALL.lazy_files, frozenset())
    assert faults(plant(tmp_path), reserved) == []
    built = plant(tmp_path, impact__trial="")
    assert faults(built, reserved) == ["impact: built, but still named as reserved"]


def test_the_version_may_be_asked_for(tmp_path: Path) -> None:
    assert faults(plant(tmp_path, records__reader="from prevention_model import __version__\n"), SMALL) == []


def test_a_docstring_may_name_a_module(tmp_path: Path) -> None:
    text = '"""prevention_model.dataset"""\n\n\ndef f():\n    "prevention_model.dataset"\n'
    assert faults(plant(tmp_path, records__reader=text), SMALL) == []


def test_a_page_without_its_table_is_refused() -> None:
    with pytest.raises(AssertionError, match="no section called Floors"):
        read_plan("# The house\n")
    with pytest.raises(AssertionError, match="stands on two floors"):
        read_plan("## Floors\n\n| floor | rooms |\n|---|---|\n| 2 | a, b |\n| 1 | a |\n")
