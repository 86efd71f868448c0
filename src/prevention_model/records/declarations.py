"""The words that maps are written in: a value, a date, a condition."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from prevention_model.settings.base import Settings

TRUE = frozenset({"1", "true", "t", "y", "yes", "a) yes", "1 - yes"})
FALSE = frozenset({"0", "false", "f", "n", "no", "b) no", "0 - no"})
"""The ways in which systems write a yes and a no, in small letters."""

Name = Annotated[str, Field(min_length=1)]
DateRule = Literal[
    "same_day", "days_after", "working_days_after", "days_after_month", "extract", "return_end"
]
_WITH_DAYS = ("days_after", "working_days_after", "days_after_month")


class Cell(Settings):
    """A value from a column, its codes translated through `map` where one is given.

    Without `mandatory`, a code that is not in the map becomes `unmapped` and is reported; with it,
    the row is quarantined. `split: true` says that a cell may hold several codes (a JSON array or object,
    or a list with commas, semicolons or bars): each makes a row of its own. `leading: true` says that only
    the code at the head of a cell counts, as in "a) WBRI - White British". Figures below `least` or above
    `most` are impossible: the row is quarantined.
    """

    column: Name
    map: dict[str, str] | None = None
    mandatory: bool = False
    split: bool = False
    leading: bool = False
    least: float | None = None
    most: float | None = None

    def __hash__(self) -> int:
        # A map has no hash, and cells that are equal have these alike too.
        return hash((self.column, self.mandatory, self.split, self.leading))


class DateCell(Settings):
    """A date from a column, or by a rule of `standards.md` section 17 where the file has no such date.

    Rules: `same_day` (the event itself), `days_after` and `working_days_after` (the event plus `days`),
    `days_after_month` (the last day of its month plus `days`: what is submitted by the month), `extract` (the day
    the delivery was received), `return_end` (the last day that the return covers, or the
    day received where nobody can say). `or_else` is what stands in for a blank cell. With `minor: true` a cell
    that holds no possible day costs nothing but that day: it is reported, and `or_else` stands in for it. An
    end that is no possible day, or comes before its start, is then taken as the last day that the return covers.
    """

    column: Name | None = None
    rule: DateRule | None = None
    days: Annotated[int, Field(ge=0, le=366)] = 0
    minor: bool = False
    or_else: "DateCell | None" = None

    @model_validator(mode="after")
    def _one_of(self) -> "DateCell":
        if (self.column is None) == (self.rule is None):
            raise ValueError("give either a column or a rule")
        if (self.rule in _WITH_DAYS) != (self.days > 0):
            raise ValueError(f"`days` goes with {', '.join(_WITH_DAYS)}, and must be at least 1")
        if self.column is None and (self.or_else is not None or self.minor):
            raise ValueError("`or_else` and `minor` go with a column: a rule is never blank")
        return self

    def columns(self) -> list[str]:
        """Every column that the date may come from.

        >>> DateCell(column="closed", or_else=DateCell(column="opened")).columns()
        ['closed', 'opened']
        """
        further = self.or_else.columns() if self.or_else else []
        return ([self.column] if self.column else []) + further

    def in_words(self) -> str:
        """The rule as the delivery report names it.

        >>> DateCell(column="closed", or_else=DateCell(rule="working_days_after", days=45)).in_words()
        'the date in closed, else 45 working days after'
        """
        said = {
            "same_day": "the same day",
            "days_after": f"{self.days} days after",
            "working_days_after": f"{self.days} working day{'s' if self.days > 1 else ''} after",
            "days_after_month": f"{self.days} days after the end of its month",
            "extract": "the day the delivery was received",
            "return_end": "the last day that the return covers",
        }
        own = said[self.rule] if self.rule else f"the date in {self.column}"
        if self.column is not None and self.column.startswith("_"):
            # A column of the reader's own, which nobody finds in the file.
            own = f"the day that other rows tell ({self.column.strip('_').replace('_', ' ').lower()})"
        return f"{own}, else {self.or_else.in_words()}" if self.or_else else own


class Condition(Settings):
    """Use a row only where `column` holds one of these values (`in`), none of these (`not_in`; blank counts),
    anything at all (`filled: true`), or nothing (`filled: false`).

    Case and outer spaces do not matter.
    """

    column: Name
    values: Annotated[tuple[str, ...], Field(alias="in")] = ()
    not_in: tuple[str, ...] = ()
    filled: bool | None = None

    @model_validator(mode="after")
    def _one_of(self) -> "Condition":
        if sum((bool(self.values), bool(self.not_in), self.filled is not None)) != 1:
            raise ValueError("give one of `in`, `not_in` with at least one value, or `filled`")
        return self
