"""The commands that let lists out and take them back; what they return is printed."""

from pathlib import Path

from prevention_model.pipeline.notices import in_words
from prevention_model.pipeline.opening import key_place, opened
from prevention_model.pipeline.progress import progress_for
from prevention_model.pipeline.release import close, release_run


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
    return _close("withdrawn", authority, release_id, reason, by)


def suspend(authority: Path, release_id: str, reason: str, by: str) -> list[str]:
    """Suspend a release."""
    return _close("suspended", authority, release_id, reason, by)


def _close(state: str, authority: Path, release_id: str, reason: str, by: str) -> list[str]:
    settings, workspace = opened(authority)
    entry, letters = close(workspace, settings, state, release_id, reason, by)
    return [f"{state.capitalize()}: {release_id}; ledger entry {entry.seq}.", *in_words(letters)]
