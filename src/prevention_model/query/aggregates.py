"""What can be asked of the rows in a window. Each value is frozen and checks itself, so an ill-formed one
cannot be built; what each one *means* is written in `reference.py`.

>>> Count("spell", kind="care_period")
Traceback (most recent call last):
...
prevention_model.errors.WrongUsage: Count cannot read the table 'spell'. What to do: A spell has a start and \
an end: use SpellsStarted, SpellsEnded, OpenSpell or DaysInSpell instead.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

from prevention_model.errors import WrongUsage
from prevention_model.query.choice import POINT_TABLES, Choice, chosen, point_table, spell_table
from prevention_model.query.length import Length
from prevention_model.query.needs import Needs, needed


@dataclass(frozen=True)
class _Points:
    """Rows with one date each: `kind` (for attributes, the name) is one of these, `code` too if given."""

    table: str
    kind: Choice
    code: Choice | None = None

    _tables: ClassVar[tuple[str, ...]] = POINT_TABLES

    def __post_init__(self) -> None:
        owner = type(self).__name__
        point_table(owner, self.table, self._tables)
        object.__setattr__(self, "kind", chosen(owner, "kind", self.kind))
        if self.code is not None:
            if self.table in ("attribute", "place"):
                raise WrongUsage(
                    f"{owner} on the table {self.table!r} takes no code.",
                    todo="Leave code= out: only events, measurements and spells have codes.",
                )
            object.__setattr__(self, "code", chosen(owner, "code", self.code))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds, always as a tuple."""
        return chosen("kind", "kind", self.kind)

    @property
    def codes(self) -> tuple[str, ...] | None:
        """The codes, always as a tuple; None for any code, missing ones included."""
        return None if self.code is None else chosen("code", "code", self.code)

    def needs(self) -> Needs:
        """What must be covered for the answer to be known."""
        return needed(self.table, self.kinds, self.codes)


@dataclass(frozen=True)
class Count(_Points):
    """How many rows. Tables: event, measurement, attribute. 0 when there are none. Raises WrongUsage for another table.

    >>> Count("event", kind="absence").kinds
    ('absence',)
    """


@dataclass(frozen=True)
class Any(_Points):
    """1 when there is at least one row, else 0. Tables: event, measurement, attribute."""


@dataclass(frozen=True)
class Sum(_Points):
    """The sum of the values, in their own unit. Tables: event, measurement. Rows without a value add nothing.

    Raises WrongUsage for another table.

    >>> Sum("measurement", kind="possible_sessions").kinds
    ('possible_sessions',)
    """

    _tables: ClassVar[tuple[str, ...]] = ("event", "measurement")


@dataclass(frozen=True)
class Mean(_Points):
    """The mean of the values; missing when no row has one. Tables: event, measurement."""

    _tables: ClassVar[tuple[str, ...]] = ("event", "measurement")


@dataclass(frozen=True)
class Max(_Points):
    """The largest value; missing when no row has one. Tables: event, measurement."""

    _tables: ClassVar[tuple[str, ...]] = ("event", "measurement")


@dataclass(frozen=True)
class Min(_Points):
    """The smallest value; missing when no row has one. Tables: event, measurement."""

    _tables: ClassVar[tuple[str, ...]] = ("event", "measurement")


@dataclass(frozen=True)
class DistinctCodes(_Points):
    """How many different codes the rows have; for attributes, how many different texts.

    Rows without a code are not counted. Of several people together: how many codes any of them has.
    """


@dataclass(frozen=True)
class Latest:
    """The value of the latest row that has one: later event_date, then later known_date, then larger value.

    Events and measurements give their number. An attribute gives its number where its text is one; with
    `equals` it gives 1 when its text is one of these, else 0. Missing when nothing was seen.

    >>> Latest("attribute", kind="young_carer", equals="true").equals
    ('true',)
    """

    table: str
    kind: Choice
    equals: Choice | None = None

    def __post_init__(self) -> None:
        point_table("Latest", self.table, POINT_TABLES)
        object.__setattr__(self, "kind", chosen("Latest", "kind", self.kind))
        if self.equals is None:
            return
        if self.table != "attribute":
            raise WrongUsage(
                f"Latest on the table {self.table!r} takes no equals.",
                todo="Leave equals= out: only attributes hold text to compare with.",
            )
        object.__setattr__(self, "equals", chosen("Latest", "equals", self.equals))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds, always as a tuple."""
        return chosen("kind", "kind", self.kind)

    @property
    def texts(self) -> tuple[str, ...] | None:
        """The texts that count as 1, always as a tuple."""
        return None if self.equals is None else chosen("equals", "equals", self.equals)

    def needs(self) -> Needs:
        """What must be covered for the answer to be known."""
        return needed(self.table, self.kinds, self.texts)


@dataclass(frozen=True)
class DaysSinceLast(_Points):
    """Days from the latest row to the index date, at least 1; missing when nothing was seen.

    Tables: event, measurement, attribute; and spell or place, where `at` says which date counts: "start"
    (the default) or "end".
    """

    at: Literal["start", "end"] = "start"

    _tables: ClassVar[tuple[str, ...]] = ("event", "measurement", "attribute", "spell", "place")

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.at not in ("start", "end") or (self.at == "end" and self.table not in ("spell", "place")):
            raise WrongUsage(
                f"{type(self).__name__} on the table {self.table!r} takes no at={self.at!r}.",
                todo='Use at="start" or at="end", and "end" only with the tables spell and place.',
            )


@dataclass(frozen=True)
class DaysSinceFirst(DaysSinceLast):
    """Days from the earliest row of the window to the index date, at least 1; missing when nothing was seen.

    Takes what DaysSinceLast takes.

    >>> DaysSinceFirst("spell", "early_help").at
    'start'
    """


@dataclass(frozen=True)
class _Spells:
    """Rows with a start and an end. `table` is "spell" or "place" (kinds home, placement, school)."""

    kind: Choice
    code: Choice | None = None
    table: str = "spell"

    def __post_init__(self) -> None:
        owner = type(self).__name__
        spell_table(owner, self.table, self.code)
        object.__setattr__(self, "kind", chosen(owner, "kind", self.kind))
        if self.code is not None:
            object.__setattr__(self, "code", chosen(owner, "code", self.code))

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds, always as a tuple."""
        return chosen("kind", "kind", self.kind)

    @property
    def codes(self) -> tuple[str, ...] | None:
        """The codes, always as a tuple; None for any code, missing ones included."""
        return None if self.code is None else chosen("code", "code", self.code)

    def needs(self) -> Needs:
        """What must be covered for the answer to be known."""
        return needed(self.table, self.kinds, self.codes)


@dataclass(frozen=True)
class OpenSpell(_Spells):
    """1 when a spell is open at the index date, as far as was then known, else 0. Takes Lookback("all")."""


@dataclass(frozen=True)
class DaysInSpell(_Spells):
    """Days of the window inside a spell, added up over spells: overlapping spells count twice."""


@dataclass(frozen=True)
class SpellsStarted(_Spells):
    """How many spells started in the window."""


@dataclass(frozen=True)
class SpellsEnded(_Spells):
    """How many spells ended in the window; `outcome` keeps those that ended so (table spell only).

    >>> SpellsEnded("early_help", outcome="needs_met").outcomes
    ('needs_met',)
    """

    outcome: Choice | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.outcome is not None:
            if self.table != "spell":
                raise WrongUsage(
                    "SpellsEnded on the table 'place' takes no outcome.", todo="Leave outcome= out."
                )
            object.__setattr__(self, "outcome", chosen("SpellsEnded", "outcome", self.outcome))

    @property
    def outcomes(self) -> tuple[str, ...] | None:
        """The outcomes, always as a tuple; None for any outcome."""
        return None if self.outcome is None else chosen("outcome", "outcome", self.outcome)

    def needs(self) -> Needs:
        """What must be covered for the answer to be known; an outcome is needed as a code is."""
        return needed(self.table, self.kinds, self.codes, self.outcomes)


@dataclass(frozen=True)
class Share:
    """One total over another: two Sums or two Counts. Missing when the lower total is not above 0.

    `rest=True` gives the share that is left over: sessions attended where the upper total counts those missed.

    >>> Share(Sum("measurement", kind="late"), Count("measurement", kind="possible"))
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: Share needs two Sums or two Counts. What to do: Write \
Share(Sum(...), Sum(...)) or Share(Count(...), Count(...)).
    """

    numerator: Sum | Count
    denominator: Sum | Count
    rest: bool = False

    def __post_init__(self) -> None:
        pair = (type(self.numerator), type(self.denominator))
        if pair not in ((Sum, Sum), (Count, Count)):
            raise WrongUsage(
                "Share needs two Sums or two Counts.",
                todo="Write Share(Sum(...), Sum(...)) or Share(Count(...), Count(...)).",
            )

    def needs(self) -> Needs:
        """What must be covered for the answer to be known."""
        return tuple(dict.fromkeys((*self.numerator.needs(), *self.denominator.needs())))


@dataclass(frozen=True)
class AgeMonths:
    """Age at the index date in whole months; missing without a birth date. Takes Lookback("all").

    >>> AgeMonths().needs()
    ()
    """

    def needs(self) -> Needs:
        """Nothing: the person table is not covered source by source."""
        return ()


@dataclass(frozen=True)
class Change:
    """How much more of it there is in the last part of the window, `recent`, than in the rest before it.

    Of a Count or Sum: how many in 30 days, recent less earlier. Of a Share: the recent share less the earlier
    one, missing when either is. The window must be longer than `recent` and reach up to the index date.

    >>> Change(Count("event", kind="suspension"), recent="3 months").recent
    '3 months'
    """

    of: "Count | Sum | Share"
    recent: str

    def __post_init__(self) -> None:
        if type(self.of) not in (Count, Sum, Share):
            raise WrongUsage(
                "Change needs a Count, a Sum or a Share.", todo='Write Change(Count(...), recent="3 months").'
            )
        Length.parse(self.recent)

    def needs(self) -> Needs:
        """What must be covered for the answer to be known."""
        return self.of.needs()


@dataclass(frozen=True)
class People:
    """How many people the scope holds, as then known: `who` is children, adults or all.

    In the scope "household_others": how many others live there. Takes Lookback("all"), and every scope but "own".
    """

    who: Literal["children", "adults", "all"] = "all"

    def __post_init__(self) -> None:
        if self.who not in ("children", "adults", "all"):
            raise WrongUsage(f"People knows no {self.who!r}.", todo='Use who="children", "adults" or "all".')

    def needs(self) -> Needs:
        """Nothing: households, relationships and homes are not covered source by source."""
        return ()


Aggregate = (
    Count | Any | Sum | Mean | Max | Min | DistinctCodes | Latest | DaysSinceLast | DaysSinceFirst
    | OpenSpell | DaysInSpell | SpellsStarted | SpellsEnded | Share | Change | AgeMonths | People
)  # fmt: skip

AGGREGATES: tuple[type, ...] = (
    Count, Any, Sum, Mean, Max, Min, DistinctCodes, Latest, DaysSinceLast, DaysSinceFirst,
    OpenSpell, DaysInSpell, SpellsStarted, SpellsEnded, Share, Change, AgeMonths, People,
)  # fmt: skip
