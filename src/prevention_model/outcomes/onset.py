"""What an outcome looks for: the start of something, or a share that reaches a line."""

from dataclasses import dataclass

from prevention_model.errors import WrongUsage
from prevention_model.query import Count, Length, Needs, Share, SpellsStarted, Sum


@dataclass(frozen=True)
class Onset:
    """The first event, or the first start of a spell, of these kinds among children who were free of it.

    `table` is "event" or "spell". A child is at risk at an index date only if, as far as was then known, none
    of it lies in the `free_for` before and no such spell is open. Raises WrongUsage.

    >>> Onset("spell", kind=("cp_plan", "care_period")).free_for
    '12 months'
    """

    table: str
    kind: str | tuple[str, ...]
    code: str | tuple[str, ...] | None = None
    free_for: str = "12 months"

    def __post_init__(self) -> None:
        if self.table not in ("event", "spell"):
            raise WrongUsage(
                f"An Onset cannot be read from the table {self.table!r}.",
                todo='Use table="event" or "spell"; for measured shares use ShareReaches.',
            )
        Length.parse(self.free_for)
        counted = self._counted
        object.__setattr__(self, "kind", counted.kinds)
        object.__setattr__(self, "code", counted.codes)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds, always as a tuple."""
        return (self.kind,) if isinstance(self.kind, str) else self.kind

    def needs(self) -> Needs:
        """What must be received for the answer to be known."""
        return self._counted.needs()

    @property
    def _counted(self) -> Count | SpellsStarted:
        if self.table == "event":
            return Count("event", self.kind, self.code)
        return SpellsStarted(self.kind, self.code)


@dataclass(frozen=True)
class ShareReaches:
    """The sum of `numerator` kinds over that of the `denominator` kind reaches `at_least` in the follow-up.

    Rows count by their event_date, which for a measurement is the end of its period. A child is at risk unless
    the same share, as then known, already reached `at_least` in the `free_for` before the index date.

    >>> ShareReaches(("authorised", "unauthorised"), "possible").at_least
    0.1
    """

    numerator: str | tuple[str, ...]
    denominator: str
    at_least: float = 0.10
    table: str = "measurement"
    free_for: str = "12 months"

    def __post_init__(self) -> None:
        if not 0 < self.at_least <= 1:
            raise WrongUsage(
                f"at_least={self.at_least!r} is not a share.",
                todo="Write a share above 0 and up to 1, as in 0.10.",
            )
        Length.parse(self.free_for)
        object.__setattr__(self, "numerator", Sum(self.table, self.numerator).kinds)
        object.__setattr__(self, "denominator", Sum(self.table, self.denominator).kinds[0])

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds above the line, always as a tuple."""
        return (self.numerator,) if isinstance(self.numerator, str) else self.numerator

    def needs(self) -> Needs:
        """What must be received for the answer to be known."""
        return Share(Sum(self.table, self.numerator), Sum(self.table, self.denominator)).needs()
