"""The commands that bring files in: a made-up county, and loading; what they return is printed."""

from pathlib import Path

from prevention_model.pipeline.load import load as load_files
from prevention_model.pipeline.progress import progress_for
from prevention_model.synthetic import write_county


def county(folder: Path, *, people: int, years: int, seed: int, quiet: bool) -> list[str]:
    """Write a synthetic county."""
    with progress_for(quiet).step(f"Making a county of {people:,} children and young people"):
        summary = write_county(folder, people=people, years=years, seed=seed)
    return [str(summary), f"Load it with: prevention-model load {folder / 'authority.yaml'}"]


def load(authority: Path, *, vault_lost: bool, quiet: bool) -> list[str]:
    """Load an authority's files."""
    loaded = load_files(authority, progress_for(quiet), vault_lost=vault_lost)
    linkage = ", ".join(f"{name} {count:,}" for name, count in loaded.linkage.items())
    return [
        loaded.report.text(),
        f"Linkage: {linkage}.",
        *loaded.retention,
        *loaded.rights,
        f"Records are in {loaded.workspace.folder}. Next: prevention-model run EXPERIMENT.yaml",
    ]
