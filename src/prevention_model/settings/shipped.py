"""Finding the files that ship with the library: in the installed package, or in a checkout."""

from pathlib import Path

from prevention_model.errors import WrongUsage

_PACKAGE = Path(__file__).resolve().parents[1]


def shipped(name: str) -> Path:
    """Path of a shipped folder or file such as `data_schemas`. Raises WrongUsage when it is not there.

    >>> (shipped("data_schemas") / "event.yaml").exists()
    True
    """
    for root in (_PACKAGE, _PACKAGE.parents[1]):
        if (root / name).exists():
            return root / name
    raise WrongUsage(
        f"The installation is incomplete: `{name}` is missing.", todo="Install prevention-model again."
    )
