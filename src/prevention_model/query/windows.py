"""Looking back and looking forward: two types, so that one can never stand where the other belongs."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from prevention_model.errors import WrongUsage
from prevention_model.query.length import Days, Length


@dataclass(frozen=True)
class Lookback:
    """The half-open window `[index_date - length, index_date)` that a feature looks at.

    `length` is "30 days", "4 weeks", "12 months", "2 years", "3 calendar months" (whole ones, up to the first day
    of the month of the index date) or "all" (everything before the index date). `before` moves the window back:
    Lookback("12 months", before="12 months") is the year before last. A row inside the window is seen only if it
    was also known before the index date, wherever the window lies. Raises WrongUsage for another text.

    >>> Lookback("12 months").start(date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    >>> Lookback("3 calendar months").start(date(2024, 2, 29)), Lookback("3 calendar months").end(date(2024, 2, 29))
    (datetime.date(2023, 11, 1), datetime.date(2024, 2, 1))
    >>> Lookback("12 months", before="12 months").end(date(2024, 2, 29))
    datetime.date(2023, 2, 28)
    >>> Lookback("all").start(date(2024, 2, 29)) is None
    True
    """

    length: str
    before: str = "0 days"

    def __post_init__(self) -> None:
        Length.parse(self.before, zero=True)
        if self.length == "all":
            return
        try:
            Length.parse(self.length, whole=True)
        except WrongUsage as error:
            raise WrongUsage(error.what, todo=f'{error.todo} "all" looks back without an end.') from None

    def __str__(self) -> str:
        back = "" if self == Lookback(self.length) else f", up to {self.before} before"
        return f"{self.length}{back}"

    @property
    def is_all(self) -> bool:
        """Whether the window has no start."""
        return self.length == "all"

    @property
    def ends_at_index_date(self) -> bool:
        """Whether the window reaches up to the index date."""
        return self._back.number == 0 and not (not self.is_all and self._span.is_whole)

    def start(self, index_date: date) -> date | None:
        """The first day of the window; None when it has no start."""
        return None if self.is_all else self._span.before(self.end(index_date))

    def end(self, index_date: date) -> date:
        """The first day after the window; not after the index date."""
        moved = self._back.before(index_date)
        return moved if self.is_all else self._span.ending(moved)

    def start_days(self, index_days: Days) -> Days:
        """The first day of each window, in days since 1970. Only for a window that has a start."""
        return self._span.before_days(self.end_days(index_days))

    def end_days(self, index_days: Days) -> Days:
        """The first day after each window, in days since 1970."""
        moved = self._back.before_days(index_days)
        return moved if self.is_all else self._span.ending_days(moved)

    @cached_property
    def _span(self) -> Length:
        return Length.parse(self.length, whole=True)

    @cached_property
    def _back(self) -> Length:
        return Length.parse(self.before, zero=True)

    @property
    def plain(self) -> str:
        """The window as it reads after "in the last": "month", "30 days", "12 months before the last 6 months".

        >>> Lookback("1 month").plain, Lookback("3 calendar months").plain
        ('month', '3 whole months')
        >>> Lookback("12 months", before="1 year").plain
        '12 months before the last year'
        """
        length = self.length.removeprefix("1 ").replace("calendar", "whole")
        back = self.before.removeprefix("1 ")
        return length if self._back.number == 0 else f"{length} before the last {back}"


@dataclass(frozen=True)
class FollowUp:
    """The half-open window `[index_date + gap, index_date + gap + horizon)` that an outcome looks at.

    Both are lengths such as "12 months"; `gap` may be none. Raises WrongUsage for another text.

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
