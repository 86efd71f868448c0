"""What one delivered table gave: who its rows name, what they say, and which were set aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pandas as pd


@dataclass(frozen=True)
class Period:
    """The time that a return covers: from `start` up to, and not including, `end`.

    >>> Period(date(2023, 4, 1), date(2024, 4, 1)).last
    datetime.date(2024, 3, 31)
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError("a period must end after it starts")

    @property
    def last(self) -> date:
        """The last day in it."""
        return date.fromordinal(self.end.toordinal() - 1)


def no_raw() -> pd.DataFrame:
    """No texts without a code: file, row, column, value."""
    return pd.DataFrame({"file": [], "row": [], "column": [], "value": []})


@dataclass(frozen=True)
class Extract:
    """What one delivered table gave. A *mention* is one accepted row: somebody named by identifiers.

    `mentions` holds a row for each accepted row: row number, one column an identifier type, `other:` the
    other person's identifiers, and `vault:` what only the vault may hold. Its index are the places of the
    rows in the table. `frames` are canonical rows whose `mention` is such a place; linkage turns mentions
    into people. Outside `mentions` and `unmapped` there is nothing that names a person.

    `module` is the part of a standard that the table is, `period` the time that its return covers.
    `known` says by which rule each kind of row became known. `unfilled` are columns in which no row has
    anything. `unmapped` are texts that are in no list of codes, as the file has them: file, row, column, value.
    `lookups` counts the accepted rows of a table that names nobody and only says what others mean, such as teams.
    """

    source: str
    file: str
    rows_in: int
    mentions: pd.DataFrame
    frames: Mapping[str, list[pd.DataFrame]]
    quarantined: pd.DataFrame
    issues: tuple[dict[str, object], ...]
    module: str = ""
    period: Period | None = None
    known: tuple[tuple[str, str], ...] = ()
    unfilled: tuple[str, ...] = ()
    unmapped: pd.DataFrame = field(default_factory=no_raw)
    lookups: int = 0

    @property
    def accepted(self) -> int:
        """How many of its rows were accepted."""
        return len(self.mentions) + self.lookups
