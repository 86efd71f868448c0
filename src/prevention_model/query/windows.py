"""Looking back and looking forward: two types, so that one can never stand where the other belongs."""

from dataclasses import dataclass
from datetime import date

from prevention_model.errors import WrongUsage
from prevention_model.query.length import Days, Length


@dataclass(frozen=True)
class Lookback:
    """The half-open window `[index_date - length, index_date)` that a feature looks at.

    `length` is "30 days", "4 weeks", "12 months", "2 years" or "all" (everything before the index date).
    A row inside the window is seen only if it was also known before the index date.

    >>> Lookback("12 months").start(date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    >>> Lookback("all").start(date(2024, 2, 29)) is None
    True
    """

    length: str

    def __post_init__(self) -> None:
        if self.length == "all":
            return
        try:
            Length.parse(self.length)
        except WrongUsage as error:
            raise WrongUsage(error.what, todo=f'{error.todo} "all" looks back without an end.') from None

    @property
    def is_all(self) -> bool:
        """Whether the window has no start."""
        return self.length == "all"

    def start(self, index_date: date) -> date | None:
        """The first day of the window; None when it has no start."""
        return None if self.is_all else Length.parse(self.length).before(index_date)

    def start_days(self, index_days: Days) -> Days:
        """The first day of each window, in days since 1970. Only for a window that has a start."""
        return Length.parse(self.length).before_days(index_days)

    @property
    def plain(self) -> str:
        """The length as it reads after "in the last": "month", "30 days", "12 months".

        >>> Lookback("1 month").plain
        'month'
        """
        return self.length.removeprefix("1 ") if self.length.startswith("1 ") else self.length


@dataclass(frozen=True)
class FollowUp:
    """The half-open window `[index_date + gap, index_date + gap + horizon)` that an outcome looks at.

    >>> FollowUp("12 months", gap="1 month").window(date(2023, 1, 31))
    (datetime.date(2023, 2, 28), datetime.date(2024, 2, 28))
    """

    horizon: str
    gap: str = "0 days"

    def __post_init__(self) -> None:
        Length.parse(self.horizon)
        Length.parse(self.gap, zero=True)

    def window(self, index_date: date) -> tuple[date, date]:
        """The first day of follow-up and the first day after it."""
        start = Length.parse(self.gap, zero=True).after(index_date)
        return start, Length.parse(self.horizon).after(start)

    def window_days(self, index_days: Days) -> tuple[Days, Days]:
        """`window` for an array of days since 1970."""
        start = Length.parse(self.gap, zero=True).after_days(index_days)
        return start, Length.parse(self.horizon).after_days(start)
