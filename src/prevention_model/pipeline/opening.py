"""What every command opens first: an authority's settings, its workspace, and where its keys are kept."""

import os
from pathlib import Path

from prevention_model.records.vault_keys import KeyPlace
from prevention_model.records.workspace import Workspace
from prevention_model.settings.authority import Authority, read_authority


def opened(authority: Path) -> tuple[Authority, Workspace]:
    """The settings of an authority, and its workspace. Raises WrongUsage when there is none."""
    settings = read_authority(authority)
    return settings, Workspace.open(workspace_folder(settings, authority.resolve().parent))


def workspace_folder(authority: Authority, base: Path) -> Path:
    """The workspace folder that `authority.yaml` names, relative to that file."""
    return (base / authority.workspace).resolve()


def key_place(authority: Authority, base: Path) -> KeyPlace:
    """Where the keys of the authority's vault are kept. Raises WrongUsage when that is in the workspace."""
    return KeyPlace.of(base / authority.keys, workspace_folder(authority, base), os.environ)
