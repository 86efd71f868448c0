"""Bad input: one readable paragraph that names file, column and what to do, and the right exit code."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.fixtures.small_authority import SmallAuthority, edit

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("county")]

Copied = Callable[[SmallAuthority], SmallAuthority]


def _with(made: SmallAuthority, *sources: str) -> SmallAuthority:
    """The authority with no more than these sources: a fault shows itself as well when fewer files are read."""
    held = yaml.safe_load(made.authority.read_text(encoding="utf-8"))["sources"]
    edit(made.authority, sources=[source for source in held if source["name"] in sources])
    return made


def _first(made: SmallAuthority, source: str) -> Path:
    return sorted((made.folder / "files" / source).glob("*.csv"))[0]


def _remove(made: SmallAuthority) -> None:
    _first(made, "police_notices").unlink()


def _empty(made: SmallAuthority) -> None:
    _first(made, "police_notices").write_bytes(b"")


def _drop_column(made: SmallAuthority) -> None:
    path = _first(made, "youth_justice")
    head, _, rest = path.read_text(encoding="utf-8-sig").partition("\n")
    path.write_text(
        head.replace(head.split(",")[0], "renamed_by_supplier", 1) + "\n" + rest, encoding="utf-8"
    )


def _unknown_setting(made: SmallAuthority) -> None:
    edit(made.authority, colour="red")


def _no_capacity(made: SmallAuthority) -> None:
    text = made.authority.read_text(encoding="utf-8")
    made.authority.write_text(
        "\n".join(line for line in text.splitlines() if "capacity" not in line), encoding="utf-8"
    )


LOADS = {
    "missing file": (_remove, 3, ["No file matches", "source police_notices", "Put the files there"]),
    "empty file": (_empty, 3, ["empty", "police_notices", "What to do"]),
    "missing mandatory column": (
        _drop_column,
        3,
        ["Mandatory columns are missing", "youth_justice", "What to do"],
    ),
    "unknown setting": (_unknown_setting, 2, ["colour: unknown setting", "authority.yaml", "What to do"]),
    "capacity missing": (_no_capacity, 2, ["capacity: missing", "authority.yaml", "What to do"]),
}


@pytest.mark.parametrize("name", LOADS)
def test_a_faulty_delivery_is_refused_in_one_paragraph(
    name: str, loaded: SmallAuthority, copied: Copied
) -> None:
    spoil, code, words = LOADS[name]
    made = _with(copied(loaded), "police_notices", "youth_justice")
    spoil(made)
    before = sorted((made.workspace / "records").iterdir())
    done = made.run("load", made.authority)
    assert done.returncode == code, done.stderr
    _one_paragraph(done.stderr, words)
    assert sorted((made.workspace / "records").iterdir()) == before, "something was written"


def test_faulty_rows_are_set_aside_with_file_column_and_row(loaded: SmallAuthority, copied: Copied) -> None:
    """An impossible date, an unknown code and a duplicate key, put into the first rows of a file."""
    made = _with(copied(loaded), "housing")
    path = _first(made, "housing")
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    head = rows[0].split(",")
    dated = next(place for place, name in enumerate(head) if "date" in name.lower())
    cells = rows[1].split(",")
    cells[dated] = "1066-10-14" if "-" in cells[dated] else "14/10/1066"
    path.write_text("\n".join([rows[0], ",".join(cells), *rows[2:], rows[2]]) + "\n", encoding="utf-8")
    done = made.run("load", made.authority)
    assert done.returncode == 0, done.stderr
    assert f"column {head[dated]}" in done.stdout
    assert "A date is before 1900, or after the day the file was received." in done.stdout
    assert "A row with the same key came before." in done.stdout
    assert "1066" not in done.stdout


RUNS = {
    "policy missing": ({"policy": None}, 2, ["names no policy", "quarterly.yaml", "policy: policy.yaml"]),
    "policy file missing": ({"policy": "nowhere.yaml"}, 2, ["does not exist", "nowhere.yaml", "Check the path"]),
    "unknown setting": ({"horizn": 12}, 2, ["horizn: unknown setting", "quarterly.yaml"]),
    "unknown outcome": ({"outcomes": ["x"], "ranking": "x"}, 2, ["no outcome called x"]),
    "ages that cannot be followed": (
        {"cohort": {"every": "6 months", "start": "2020-07-01", "end": "2025-01-01", "ages": [0, 18]}},
        2,
        ["ends at age 18", "cohort, ages", "Let ages end at 17 or earlier"],
    ),
    "gap too short": (
        {
            "split": {
                "fit_start": "2020-07-01",
                "fit_end": "2021-07-01",
                "test_start": "2022-01-01",
                "test_end": "2023-07-01",
                "recording_delay": "3 months",
                "test_families": 0.5,
            }
        },
        2,
        ["before the outcomes that taught the model were known", "Start the test on 2022-10-01 or later"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RUNS)
def test_a_faulty_experiment_is_refused_in_one_paragraph(
    name: str, loaded: SmallAuthority, copied: Copied
) -> None:
    changed, code, words = RUNS[name]
    made = copied(loaded)
    edit(made.folder / "quarterly.yaml", **changed)
    done = made.run("run", made.folder / "quarterly.yaml")
    assert done.returncode == code, done.stderr
    _one_paragraph(done.stderr, words)
    assert not list(made.workspace.glob("runs/*"))


def test_a_workspace_from_a_newer_version_is_left_alone(loaded: SmallAuthority, copied: Copied) -> None:
    made = copied(loaded)
    (made.workspace / "workspace.json").write_text('{"version": 99}', encoding="utf-8")
    for arguments in (
        ("run", made.folder / "quarterly.yaml"),
        ("load", made.authority),
        ("status", "--authority", made.authority),
    ):
        done = made.run(*arguments)
        assert done.returncode == 2
        _one_paragraph(done.stderr, ["newer version", "Upgrade prevention-model"])


def test_wrong_usage_ends_with_exit_code_2(loaded: SmallAuthority) -> None:
    done = loaded.run("release")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def _one_paragraph(said: str, words: list[str]) -> None:
    last = said.strip().splitlines()[-1]
    assert "Traceback" not in said
    for word in words:
        assert word in last, last
