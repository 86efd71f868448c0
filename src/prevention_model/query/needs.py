"""What must have been received for an answer to be known: kinds of rows, or certain codes of them."""

from collections.abc import Sequence
from typing import NamedTuple

Choices = tuple[str, ...] | None


class Need(NamedTuple):
    """Rows of a kind; with a code, those that say this one thing and no other."""

    table: str
    kind: str
    code: str | None = None


Needs = tuple[Need, ...]


def needed(table: str, kinds: Sequence[str], *asked: Choices) -> Needs:
    """What an aggregate needs: each code, outcome or text that it asks for, of each kind; else the kinds.

    An aggregate that takes any code, `DistinctCodes` included, needs the kinds alone: it is about what was
    recorded in the words of the day, and a new code does not make the older rows fewer than they were.

    >>> needed("event", ("contact", "referral"))
    (Need(table='event', kind='contact', code=None), Need(table='event', kind='referral', code=None))
    >>> needed("spell", ("cin_episode",), None, ("stepped_down",))
    (Need(table='spell', kind='cin_episode', code='stepped_down'),)
    """
    words: list[str | None] = [word for choices in asked if choices for word in choices]
    return tuple(Need(table, kind, word) for kind in kinds for word in (words or [None]))
