"""The files that a pattern in authority.yaml names, none of them outside the folder that it begins with."""

from pathlib import Path

from prevention_model.errors import RecordsRefused
from prevention_model.records.files.opening import files_of


def files_matching(folder: Path, pattern: str) -> list[Path]:
    """The files that a pattern names (`*` any characters, `**` any folders), in the order of their paths.

    The pattern is relative to `folder`, or absolute. Hidden files and what spreadsheets leave while open are left
    out. Raises RecordsRefused when nothing matches, or when something below the folder that the pattern begins
    with leads out of it.

    >>> files_matching(Path("nowhere"), "*.csv")
    Traceback (most recent call last):
    ...
    prevention_model.errors.RecordsRefused: No file matches *.csv. What to do: Put the files there, or correct \
`files` in authority.yaml.
    """
    steps = Path(pattern).parts
    if ".." in steps:
        raise RecordsRefused(
            "The pattern climbs out of the folder.",
            where=pattern,
            todo="Name the folder from the top, or put the files below authority.yaml.",
        )
    named = next((place for place, step in enumerate(steps) if set(step) & set("*?[")), len(steps) - 1)
    start, rest = folder / Path(*steps[:named]), str(Path(*steps[named:]))
    found: list[Path] = []
    if start.is_dir() and any(start.iterdir()):
        matching = set(start.glob(rest))
        found = [path for path in files_of(start) if path in matching]
    if not found:
        raise RecordsRefused(
            f"No file matches {pattern}.", todo="Put the files there, or correct `files` in authority.yaml."
        )
    return found
