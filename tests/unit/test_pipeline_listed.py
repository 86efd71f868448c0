"""Who is on the lists of a release: read as it was written, or not at all."""

from pathlib import Path

import pandas as pd
import pytest

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.lists.rows import KEY
from prevention_model.pipeline.listed import CONTENTS, LISTED, listed_in, write_contents, write_listed
from prevention_model.records.workspace import Workspace
from prevention_model.release import hash_of

ROWS = [
    ("Z1", "R-1-Z1", "R-1-Z1/F-A", "F-A", "F-A-1", "h1", "p1", True, 1, "A"),
    ("Z1", "R-1-Z1", "R-1-Z1/F-A", "F-A", "F-A-2", "h1", "p2", False, 1, "A"),
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """A workspace with one release, of two children in Z1 and nobody in Z2."""
    made = Workspace.create(tmp_path / "workspace")
    ledger = Ledger.create(made.ledger)
    table = pd.DataFrame(ROWS, columns=list(KEY)).astype(KEY)
    folder = made.release("R-1")
    write_listed(folder, [table, table[:0]])
    manifest = write_contents(folder, {"Z1": "1" * 64, LISTED: hash_of(folder / LISTED)})
    ledger.append("released", "run-1", {"release_id": "R-1", "manifest": manifest})
    return made


def test_it_is_read_as_it_was_written_and_only_its_owner_can_read_it(workspace: Workspace) -> None:
    found = listed_in(workspace, "R-1")
    assert list(found.columns) == list(KEY)
    assert [tuple(row) for row in found.itertuples(index=False)] == ROWS
    assert (workspace.release("R-1") / LISTED).stat().st_mode & 0o777 == 0o600


def test_an_unknown_release_is_no_empty_one(workspace: Workspace) -> None:
    with pytest.raises(WrongUsage, match="no such release"):
        listed_in(workspace, "R-2")


@pytest.mark.parametrize("name", [LISTED, CONTENTS])
def test_what_was_changed_or_taken_away_is_not_read(workspace: Workspace, name: str) -> None:
    path = workspace.release("R-1") / name
    kept = path.read_bytes()
    other = pd.DataFrame(ROWS, columns=list(KEY)).replace("p1", "p3")
    other.to_parquet(path) if name == LISTED else path.write_bytes(kept.replace(b"1111", b"2222"))
    with pytest.raises(Damaged, match="not as the ledger records it"):
        listed_in(workspace, "R-1")
    path.unlink()
    with pytest.raises(Damaged, match="not as the ledger records it"):
        listed_in(workspace, "R-1")
