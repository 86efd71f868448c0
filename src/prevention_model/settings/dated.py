"""Settings that hold for a time: from a day on, until a day, or always."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, TypeVar

from pydantic import model_validator

from prevention_model.settings.base import Settings


class Dated(Settings):
    """An entry that holds from `start` up to, and not including, `end`; without them it always did, and still does.

    >>> Dated(start=date(2024, 4, 1)).holds_on(date(2024, 3, 31)), Dated().holds_on(date(2024, 3, 31))
    (False, True)
    """

    start: date | None = None
    end: date | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Dated":
        if self.start and self.end and self.end <= self.start:
            raise ValueError("an entry must end after it starts")
        return self

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return (self.start or date.min) <= day < (self.end or date.max)


Entry = TypeVar("Entry", bound=Dated)


def on(entries: Iterable[Entry], day: date) -> tuple[Entry, ...]:
    """The entries that hold on a day, in their order."""
    return tuple(entry for entry in entries if entry.holds_on(day))


def overlapping(entries: Sequence[Entry], key: Callable[[Entry], Hashable]) -> list[str]:
    """What is given twice for one time, by the key of the entries: "Z1", or "Z1 from 2024-04-01 on".

    >>> twice = [Dated(end=date(2024, 6, 1)), Dated(start=date(2024, 4, 1))]
    >>> overlapping(twice, lambda entry: "Z1")
    ['Z1 from 2024-04-01 on']
    """
    return [
        f"{name} from {later.start} on" if later.start else str(name)
        for name, earlier, later in _neighbours(entries, key)
        if (later.start or date.min) < (earlier.end or date.max)
    ]


def gaps(entries: Sequence[Entry], key: Callable[[Entry], Hashable]) -> list[str]:
    """Between which days something that held before and holds after has no entry.

    >>> gaps([Dated(end=date(2024, 4, 1)), Dated(start=date(2024, 6, 1))], lambda entry: "Z1")
    ['Z1 from 2024-04-01 to 2024-06-01']
    """
    return [
        f"{name} from {earlier.end} to {later.start}"
        for name, earlier, later in _neighbours(entries, key)
        if earlier.end and later.start and earlier.end < later.start
    ]


def _neighbours(
    entries: Sequence[Entry], key: Callable[[Entry], Hashable]
) -> Iterable[tuple[Any, Entry, Entry]]:
    """Of each key, its entries in the order of time, each with the next."""
    held: dict[Hashable, list[Entry]] = {}
    for entry in entries:
        held.setdefault(key(entry), []).append(entry)
    for name, mine in held.items():
        mine.sort(key=lambda entry: entry.start or date.min)
        for earlier, later in pairwise(mine):
            yield name, earlier, later
