"""The commands that let lists out and take them back; what they return is printed."""

from pathlib import Path

from prevention_model.pipeline.opening import key_place, opened
from prevention_model.pipeline.progress import progress_for
from prevention_model.pipeline.release import release_run
from prevention_model.pipeline.release import withdraw as withdraw_release


def release(authority: Path, run_id: str, stage: str, *, quiet: bool) -> list[str]:
    """Release a run."""
    settings, workspace = opened(authority)
    keys = key_place(settings, authority.resolve().parent)
    packs = release_run(workspace, settings, keys, run_id, stage, progress_for(quiet))
    return [
        f"Released at stage {stage}:",
        *(f"  {zone}: {path / 'list.html'}" for zone, path in packs.items()),
    ]


def withdraw(authority: Path, release_id: str, reason: str, by: str) -> list[str]:
    """Withdraw a release."""
    _, workspace = opened(authority)
    entry = withdraw_release(workspace, release_id, reason, by)
    return [f"Withdrawn: {release_id}; ledger entry {entry.seq}. Tell every recipient to destroy their copy."]
