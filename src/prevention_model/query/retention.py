"""How long each kind of row may be looked at: past it, a row is no longer seen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from prevention_model.errors import WrongUsage
from prevention_model.query.length import Days, Length


@dataclass(frozen=True)
class Retention:
    """The longest time that rows of a kind are looked at, by kind (for attributes, by name).

    A row with one date is seen while its date lies in `[index_date - length, index_date)`, whatever the lookback;
    a spell until its end, as then seen, has left that window. Kinds that are not named are kept.

    >>> Retention({"police_notice": "6 years"}).start("police_notice", date(2024, 2, 29))
    datetime.date(2018, 2, 28)
    >>> Retention({}).start("police_notice", date(2024, 2, 29)) is None
    True
    """

    lengths: Mapping[str, str]

    def __post_init__(self) -> None:
        for kind, length in self.lengths.items():
            try:
                Length.parse(length)
            except WrongUsage as error:
                raise WrongUsage(error.what, where=f"retention of {kind}", todo=error.todo) from None

    def start(self, kind: str | None, index_date: date) -> date | None:
        """The first day that is still looked at; None where there is no limit."""
        if kind is None or kind not in self.lengths:
            return None
        return Length.parse(self.lengths[kind]).before(index_date)

    def start_days(self, kind: str, index_days: Days) -> Days:
        """`start` of a kind that is named, for an array of days since 1970."""
        return Length.parse(self.lengths[kind]).before_days(index_days)


KEPT = Retention({})
"""Nothing is too old to be looked at."""
