"""What an outcome looks for: the start of something, its return, or a share that reaches a line."""

from dataclasses import dataclass
from typing import Literal

from prevention_model.errors import WrongUsage
from prevention_model.query import (
    Any,
    DaysInSpell,
    FollowUp,
    Length,
    Lookback,
    Needs,
    Question,
    Scope,
    Share,
    SpellsStarted,
    Sum,
)

OnsetScope = Literal["own", "household"]
ALL = "all"
"""Free of it in all that is on record."""


@dataclass(frozen=True)
class _Starts:
    """Events, or starts of spells, of these kinds, with one of these codes if any is given."""

    table: str
    kind: str | tuple[str, ...]
    code: str | tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.table not in ("event", "spell"):
            raise WrongUsage(
                f"{type(self).__name__} cannot read the table {self.table!r}.",
                todo='Use table="event" or "spell"; for measured shares use ShareReaches.',
            )
        counted = self.counted
        object.__setattr__(self, "kind", counted.kinds)
        object.__setattr__(self, "code", counted.codes)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds, always as a tuple."""
        return (self.kind,) if isinstance(self.kind, str) else self.kind

    @property
    def codes(self) -> tuple[str, ...] | None:
        """The codes, always as a tuple; None for any code."""
        return (self.code,) if isinstance(self.code, str) else self.code

    def needs(self) -> Needs:
        """What must be received for the answer to be known."""
        return self.counted.needs()

    @property
    def counted(self) -> Any | SpellsStarted:
        """Whether any event happened, or how many spells started."""
        if self.table == "event":
            return Any("event", self.kind, self.code)
        return SpellsStarted(self.kind, self.code)


@dataclass(frozen=True)
class Onset(_Starts):
    """The first event, or the first start of a spell, of these kinds among children who were free of it.

    `table` is "event" or "spell". A child is at risk at an index date only if, as far as was then known, none
    of it lies in the `free_for` before and no such spell is open; `free_for="all"` makes it a first entry: none of
    it in all that is on record, which reaches back no further than the records do.

    With `scope="household"` it befalls a family: it counts for the person it was recorded of and for everybody who, as
    known by the end of that day, lives with them. At risk is then whoever is free of it and lives, as known at the
    index date, with nobody who is not. Raises WrongUsage.

    >>> Onset("spell", kind=("cp_plan", "care_period")).free_for
    '12 months'
    >>> Onset("event", "suspension", free_for=FollowUp("12 months"))
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The onset of suspension was given a FollowUp as free_for: who is at risk \
cannot depend on what happens after the index date. What to do: Write free_for="12 months", which looks back.
    """

    free_for: str = "12 months"
    scope: OnsetScope = "own"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.free_for != ALL:
            _looks_back("onset", self.kinds, "free_for", self.free_for, f' "{ALL}" makes it a first entry.')
        if self.scope not in ("own", "household"):
            raise WrongUsage(
                f"An Onset cannot be counted for {self.scope!r}.", todo='Use scope="own" or "household".'
            )

    def must_be_none(self) -> tuple[Question, ...]:
        """What has to be 0 at the index date for a child to be at risk. An open spell has days in any window before
        it; a spell of no days only a start."""
        asks = [self.counted] if self.table == "event" else [DaysInSpell(self.kind, self.code), self.counted]
        scopes: tuple[Scope, ...] = ("own",) if self.scope == "own" else ("own", "household_others")
        return tuple(Question(ask, Lookback(self.free_for), scope) for ask in asks for scope in scopes)


@dataclass(frozen=True)
class Return(_Starts):
    """The next event, or the next start of a spell, that comes `within` so long after the one before it.

    At risk are only those with one in the `within` before the index date, as then known: their time is running. Each
    return is an event of its own, so earlier returns take nobody out: what is incident is not the first return of a
    life but the next. Several on one day are one. Raises WrongUsage.

    >>> Return("event", "referral").within
    '12 months'
    """

    within: str = "12 months"

    def __post_init__(self) -> None:
        super().__post_init__()
        _looks_back("return", self.kinds, "within", self.within)

    def must_be_some(self) -> Question:
        """What has to be above 0 at the index date for a child to be at risk."""
        return Question(self.counted, Lookback(self.within))


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
        object.__setattr__(self, "numerator", Sum(self.table, self.numerator).kinds)
        object.__setattr__(self, "denominator", Sum(self.table, self.denominator).kinds[0])
        _looks_back("share", self.kinds, "free_for", self.free_for)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds above the line, always as a tuple."""
        return (self.numerator,) if isinstance(self.numerator, str) else self.numerator

    def needs(self) -> Needs:
        """What must be received for the answer to be known."""
        return self.share.needs()

    @property
    def share(self) -> Share:
        """The share, as a question asks for it."""
        return Share(Sum(self.table, self.numerator), Sum(self.table, self.denominator))


LooksFor = Onset | Return | ShareReaches


def _looks_back(what: str, kinds: tuple[str, ...], field: str, length: object, more: str = "") -> None:
    """Refuse what is no length of time, and above all a time after the index date."""
    if isinstance(length, FollowUp):
        raise WrongUsage(
            f"The {what} of {', '.join(kinds)} was given a FollowUp as {field}: who is at risk cannot depend on what "
            "happens after the index date.",
            todo=f'Write {field}="{length.horizon}", which looks back.',
        )
    try:
        Length.parse(length)
    except WrongUsage as error:
        raise WrongUsage(error.what, todo=f"{error.todo}{more}") from None
