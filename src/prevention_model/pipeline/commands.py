"""The commands, one function each; what they return is printed. `cli` parses, this file does."""

import json
from pathlib import Path

from prevention_model.errors import ReleaseRefused, WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.pipeline.demo import run_demo
from prevention_model.pipeline.load import load as load_files
from prevention_model.pipeline.load import workspace_folder
from prevention_model.pipeline.progress import progress_for
from prevention_model.pipeline.release import parse_waivers, release_run, sign_run
from prevention_model.pipeline.release import withdraw as withdraw_release
from prevention_model.pipeline.run import Result
from prevention_model.pipeline.run import run as run_experiment
from prevention_model.records.workspace import Workspace
from prevention_model.release import new_key, overview
from prevention_model.settings.authority import Authority, read_authority
from prevention_model.settings.experiment import Experiment
from prevention_model.synthetic import write_county


def demo(out: Path, *, people: int, seed: int, quiet: bool) -> list[str]:
    """The whole path on a synthetic county, the gate tried both ways."""
    return run_demo(out, people=people, seed=seed, progress=progress_for(quiet))


def county(folder: Path, *, people: int, years: int, seed: int, quiet: bool) -> list[str]:
    """Write a synthetic county."""
    with progress_for(quiet).step(f"Making a county of {people:,} children and young people"):
        summary = write_county(folder, people=people, years=years, seed=seed)
    return [str(summary), f"Load it with: prevention-model load {folder / 'authority.yaml'}"]


def load(authority: Path, *, quiet: bool) -> list[str]:
    """Load an authority's files."""
    loaded = load_files(authority, progress_for(quiet))
    linkage = ", ".join(f"{name} {count:,}" for name, count in loaded.linkage.items())
    return [
        loaded.report.text(),
        f"Linkage: {linkage}.",
        f"Records are in {loaded.workspace.folder}. Next: prevention-model run EXPERIMENT.yaml",
    ]


def run(experiment: Path, *, quiet: bool) -> list[str]:
    """Run an experiment. Raises ReleaseRefused (exit code 4) when the audit refuses it."""
    named = Experiment.read(experiment).authority
    if named is None:
        raise WrongUsage(
            "The experiment names no authority.",
            where=experiment.name,
            todo="Add `authority: authority.yaml`; for other data use its script in experiments/.",
        )
    authority, workspace = _opened(experiment.resolve().parent / named)
    result = run_experiment(experiment, workspace, authority, progress_for(quiet))
    return described(result)


def described(result: Result) -> list[str]:
    """What to say of a run. Raises ReleaseRefused when its audit refused it."""
    pages = f"Card: {result.folder / 'card.html'}. Audit: {result.folder / 'report.html'}."
    if result.report.verdict == "refused":
        raise ReleaseRefused(
            f"Run {result.run_id} is refused by its audit. {' '.join(result.report.reasons)}",
            where=str(result.folder / "report.html"),
            todo="Read the audit page; correct the cause and run again, or ask the signatories for a waiver "
            "where the policy allows one.",
        )
    return [
        f"Run {result.run_id} passed its audit and is awaiting sign-off.",
        pages,
        f"Next: prevention-model sign {result.run_id} --key FILE (two people other than the author).",
    ]


def key_new(name: str, folder: Path) -> list[str]:
    """Make a signing key."""
    path = folder / f"{name}.pem"
    public = new_key(path)
    return [
        f"Private key: {path}. Keep it where only its owner can read it.",
        "Public half, for `signatories` in authority.yaml:",
        f"  - {{name: {json.dumps(name)}, role: ROLE, public_key: {public}}}",
    ]


def sign(
    authority: Path, run_id: str, key: Path, waive: list[str], reason: str | None, until: str | None
) -> list[str]:
    """Sign off a run."""
    settings, workspace = _opened(authority)
    entry = sign_run(workspace, settings, run_id, key, parse_waivers(waive, reason, until))
    who = entry.body["payload"]
    return [f"Signed: {run_id}, by {who['name']} ({who['role']}); ledger entry {entry.seq}."]


def release(authority: Path, run_id: str, stage: str, *, quiet: bool) -> list[str]:
    """Release a run."""
    settings, workspace = _opened(authority)
    packs = release_run(workspace, settings, run_id, stage, progress_for(quiet))
    return [
        f"Released at stage {stage}:",
        *(f"  {zone}: {path / 'list.html'}" for zone, path in packs.items()),
    ]


def withdraw(authority: Path, release_id: str, reason: str, by: str) -> list[str]:
    """Withdraw a release."""
    _, workspace = _opened(authority)
    entry = withdraw_release(workspace, release_id, reason, by)
    return [f"Withdrawn: {release_id}; ledger entry {entry.seq}. Tell every recipient to destroy their copy."]


def status(authority: Path) -> list[str]:
    """Where everything stands."""
    _, workspace = _opened(authority)
    ledger = Ledger(workspace.ledger)
    lines = [f"Ledger: {ledger.verify()} entries, each as it was written."]
    for run in overview(ledger, ledger.today()):
        failed = f"; failed: {', '.join(run.failed_checks)}" if run.failed_checks else ""
        signed = f"; signed by {', '.join(run.signed_by)}" if run.signed_by else ""
        lines.append(f"{run.run_id} ({run.experiment}, by {run.author}): {run.state}{failed}{signed}")
        for each in run.releases:
            lines.append(
                f"  {each.release_id}: {each.state}; lists until {each.lists_until}, certificate until {each.expires}"
            )
    return lines


def _opened(authority: Path) -> tuple[Authority, Workspace]:
    settings = read_authority(authority)
    return settings, Workspace.open(workspace_folder(settings, authority.resolve().parent))
