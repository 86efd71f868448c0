"""The commands that make a run: `run` and the demonstration; what they return is printed."""

from pathlib import Path

from prevention_model.errors import ReleaseRefused, WrongUsage
from prevention_model.pipeline.demo import run_demo
from prevention_model.pipeline.opening import opened
from prevention_model.pipeline.progress import progress_for
from prevention_model.pipeline.run import Result
from prevention_model.pipeline.run import run as run_experiment
from prevention_model.settings.experiment import Experiment


def demo(out: Path, *, people: int, seed: int, quiet: bool) -> list[str]:
    """The whole path on a synthetic county, the gate tried both ways."""
    return run_demo(out, people=people, seed=seed, progress=progress_for(quiet))


def run(experiment: Path, *, quiet: bool) -> list[str]:
    """Run an experiment. Raises ReleaseRefused (exit code 4) when the audit refuses it."""
    named = Experiment.read(experiment).authority
    if named is None:
        raise WrongUsage(
            "The experiment names no authority.",
            where=experiment.name,
            todo="Add `authority: authority.yaml`; for other data use its script in experiments/.",
        )
    authority, workspace = opened(experiment.resolve().parent / named)
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
