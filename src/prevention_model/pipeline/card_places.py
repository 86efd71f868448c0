"""Where the card of each outcome lies."""

from collections.abc import Sequence
from pathlib import Path


def card_places(folder: Path, outcomes: Sequence[str]) -> dict[str, Path]:
    """The folder of the card of each outcome: that of the first is the run's own.

    >>> [place.as_posix() for place in card_places(Path("run"), ["care", "suspension"]).values()]
    ['run', 'run/beside/suspension']
    """
    return {name: folder / "beside" / name if place else folder for place, name in enumerate(outcomes)}
