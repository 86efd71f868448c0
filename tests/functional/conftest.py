"""One small authority for all functional tests of a worker; each test that changes it works on a copy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from prevention_model.records.workspace import Workspace
from prevention_model.tracking import Tracking
from tests.fixtures.small_authority import SmallAuthority, make_small_authority


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> SmallAuthority:
    """A small authority whose files are loaded."""
    made = make_small_authority(tmp_path_factory.mktemp("authority") / "small")
    done = made.run("load", made.authority)
    assert done.returncode == 0, done.stderr
    # MLflow makes its tables one by one, which takes as long as all else that a run of this size does.
    Tracking(Workspace.open(made.workspace).tracking).mark("no run", "made")
    return made


@pytest.fixture(scope="session")
def audited(
    loaded: SmallAuthority, copied: Callable[[SmallAuthority], SmallAuthority]
) -> tuple[SmallAuthority, str]:
    """A copy whose clean experiment has run and awaits sign-off, with the run's number."""
    made = copied(loaded)
    done = made.typed("run", made.folder / "quarterly.yaml")
    assert done.returncode == 0, done.stderr
    return made, done.stdout.split()[1]


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Callable[[SmallAuthority], SmallAuthority]:
    """Copies an authority with its workspace into a folder of its own."""

    def copy(made: SmallAuthority) -> SmallAuthority:
        folder = Path(tmp_path_factory.mktemp("copy")) / "authority"
        shutil.copytree(made.folder, folder)
        return SmallAuthority(folder)

    return copy
