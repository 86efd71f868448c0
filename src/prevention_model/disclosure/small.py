"""Small-number rules for published tables: what may be printed about a group, and what becomes "c".

Three rules, after the practice of the Department for Education's children in need releases:

1. a count of 1 to 5 is replaced by "c"; a true zero is printed as 0;
2. where one hidden count could be worked out from the total, more counts are hidden (secondary suppression);
3. a share is hidden when its numerator, or what is left over, is 1 to 5, or its group is small.

Lists for coordinators are not published tables: they hold identifiable people under need-to-know, and
these rules do not apply to them.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from prevention_model.errors import WrongUsage


@dataclass(frozen=True)
class Thresholds:
    """The numbers behind the rules; this is the one place where they are written.

    `smallest_count`: counts from 1 up to one less than this are hidden (6 hides 1 to 5).
    `smallest_group`: no share is printed for a group of fewer people than this.
    `regional_step`: totals of a region or of England, and counts of records, are rounded to the nearest of these.
    """

    smallest_count: int = 6
    smallest_group: int = 30
    regional_step: int = 10

    @property
    def protection_range(self) -> int:
        """How far apart the least and the most of a hidden count must be for anybody who adds up what is printed."""
        return self.smallest_count - 1

    def __post_init__(self) -> None:
        if self.smallest_count < 1 or self.smallest_group < 0 or self.regional_step < 1:
            raise WrongUsage(
                "A disclosure threshold is below its least value.", todo="Use at least 1, 0 and 1."
            )


DFE = Thresholds()
"""The default: 1 to 5 hidden, and no share for a group of fewer than 30 people."""

SYMBOL = "c"
"""What is printed in place of a hidden number: confidential."""


@dataclass(frozen=True)
class OneWay:
    """A one-way table after suppression: counts in the order given and their total; None is hidden."""

    counts: tuple[int | None, ...]
    total: int | None


def is_small(count: int, thresholds: Thresholds = DFE) -> bool:
    """Whether a count has to be hidden on its own account. Zero is not small: it is printed.

    >>> [is_small(n) for n in (0, 1, 5, 6)]
    [False, True, True, False]
    """
    return 0 < count < thresholds.smallest_count


def protect_counts(
    counts: Sequence[int], wholes: Sequence[int] | None = None, thresholds: Thresholds = DFE
) -> OneWay:
    """Hide small counts of a one-way table, and enough others that none can be worked out from the total.

    With `wholes` (the denominators, in the same order) a count is also hidden when what is left over
    (whole minus count) is small. Hidden counts are joined by the smallest other ones until there are at
    least two and their sum, which anybody can work out, is itself not small. Where that cannot be reached
    the total is hidden too. Raises WrongUsage for negative counts, or counts above their wholes.

    >>> protect_counts([3, 40, 12]).counts
    (None, 40, None)
    >>> protect_counts([3, 0]).total is None
    True
    """
    rest = (
        [whole - count for whole, count in zip(wholes, counts, strict=True)] if wholes is not None else None
    )
    if any(count < 0 for count in [*counts, *(rest or [])]):
        raise WrongUsage("A count is negative, or larger than the group that it is part of.")
    hidden = {i for i, count in enumerate(counts) if is_small(count, thresholds)}
    hidden |= {i for i, left in enumerate(rest or []) if is_small(left, thresholds)}
    if not hidden:
        return OneWay(tuple(counts), sum(counts))
    spare = sorted((count, i) for i, count in enumerate(counts) if count > 0 and i not in hidden)
    while not _covered(hidden, counts, rest, thresholds) and spare:
        hidden.add(spare.pop(0)[1])
    kept = tuple(None if i in hidden else count for i, count in enumerate(counts))
    return OneWay(kept, sum(counts) if _covered(hidden, counts, rest, thresholds) else None)


def _covered(
    hidden: set[int], counts: Sequence[int], rest: Sequence[int] | None, thresholds: Thresholds
) -> bool:
    """Whether the hidden counts, whose sum follows from the total, hide each other."""
    enough = sum(counts[i] for i in hidden) >= thresholds.smallest_count
    if rest is not None:
        enough = enough and sum(rest[i] for i in hidden) >= thresholds.smallest_count
    return enough and len(hidden) >= 2


def protect_share(numerator: int, denominator: int, thresholds: Thresholds = DFE) -> float | None:
    """The share, or None when it would give away a small number of people.

    A numerator or a remainder of 1 to 5 hides it, and so does a denominator below that. A share of
    nought or of everybody is hidden in a small group: it says something about each of its members.

    >>> protect_share(12, 40)
    0.3
    >>> protect_share(38, 40), protect_share(3, 40), protect_share(0, 12)
    (None, None, None)
    """
    rest = denominator - numerator
    if numerator < 0 or rest < 0:
        raise WrongUsage("A share needs a numerator between 0 and its denominator.")
    if (
        denominator < thresholds.smallest_count
        or is_small(numerator, thresholds)
        or is_small(rest, thresholds)
    ):
        return None
    if denominator < thresholds.smallest_group and (numerator == 0 or rest == 0):
        return None
    return numerator / denominator


def protect_groups(
    table: pd.DataFrame,
    *,
    counts: Mapping[str, str | None],
    shares: Mapping[str, tuple[str, str]],
    follow: Mapping[str, Sequence[str]] | None = None,
    people: str = "people",
    thresholds: Thresholds = DFE,
) -> pd.DataFrame:
    """Protect one audit table: one row per group of one dimension, as a copy with None for hidden cells.

    `counts` names each count column and the column that it is part of (or None); `shares` names each
    share column with its numerator and denominator columns; `follow` names columns that go with a share
    (its interval) and are hidden with it. A share is shown only where both its counts are.

    >>> table = pd.DataFrame({"group": ["a", "b", "c"], "people": [300, 200, 12], "with": [60, 30, 3],
    ...                       "missed": [30, 20, 2], "share": [0.5, 0.67, 0.67]})
    >>> done = protect_groups(table, counts={"people": None, "with": "people", "missed": "with"},
    ...                       shares={"share": ("missed", "with")})
    >>> done["share"].tolist(), done["with"].tolist()
    ([0.5, None, None], [60, None, None])
    """
    made = table.copy()
    for column, whole in counts.items():
        wholes = table[whole].astype(int).tolist() if whole else None
        kept = protect_counts(table[column].astype(int).tolist(), wholes, thresholds).counts
        made[column] = pd.Series(kept, index=table.index, dtype="object")
    for column, (numerator, denominator) in shares.items():
        shown = [
            made[numerator][i] is not None
            and made[denominator][i] is not None
            and int(table[people][i]) >= thresholds.smallest_group
            and protect_share(int(table[numerator][i]), int(table[denominator][i]), thresholds) is not None
            for i in table.index
        ]
        for name in (column, *(follow or {}).get(column, ())):
            cells = [
                float(v) if ok and pd.notna(v) else None for v, ok in zip(table[name], shown, strict=True)
            ]
            made[name] = pd.Series(cells, index=table.index, dtype="object")
    return made


def rounded(count: int, thresholds: Thresholds = DFE) -> int:
    """A total of a region, or a count of records, to the nearest step (halves up); parts then need not add up to it.

    >>> rounded(169_502), rounded(5), rounded(4)
    (169500, 10, 0)
    """
    step = thresholds.regional_step
    return (count + step // 2) // step * step


_FEW_IN_TEXT = re.compile(
    r"\b[1-5] (?=(?:of [\d,]+ )?(?:\w+ )?(?:child|children|person|people|family|families|onsets?|pupils?)\b)"
)


def without_small(text: str, thresholds: Thresholds = DFE) -> str:
    """A sentence in which no count of 1 to 5 people stands: each is said to be fewer than 6.

    >>> without_small("Only 3 children were scored again; 2 of 40 families, and 22 children.")
    'Only fewer than 6 children were scored again; fewer than 6 of 40 families, and 22 children.'
    """
    return _FEW_IN_TEXT.sub(f"fewer than {thresholds.smallest_count} ", text)


def printed(count: int | None) -> str:
    """A count as printed: thousands with a comma, and "c" for a hidden one.

    >>> printed(1234), printed(0), printed(None)
    ('1,234', '0', 'c')
    """
    return SYMBOL if count is None else f"{count:,}"
