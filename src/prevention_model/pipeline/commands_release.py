"""The commands that let lists out and take them back; what they return is printed."""

from datetime import date
from pathlib import Path

from prevention_model.errors import WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.pipeline.notices import in_words
from prevention_model.pipeline.opening import key_place, opened
from prevention_model.pipeline.progress import progress_for
from prevention_model.pipeline.release import close, release_run
from prevention_model.release import receipt as record_receipt


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


def receipt(authority: Path, list_id: str, seen: bool, destroyed: bool, by: str, on: str) -> list[str]:
    """Record what a recipient reports of their copy of a list."""
    if seen == destroyed:
        raise WrongUsage(
            "It is not said what became of the list.", todo="Give --seen or --destroyed, one of them."
        )
    _, workspace = opened(authority)
    kind = "list_viewed" if seen else "list_destroyed"
    entry = record_receipt(Ledger(workspace.ledger), list_id, kind, by, _day(on))
    return [
        f"{'Seen' if seen else 'Destroyed'}: {list_id}, reported by {entry.body['by']}; ledger entry {entry.seq}."
    ]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage("The day is not a date.", where="--on", todo="Write it as 2025-03-01.") from None
