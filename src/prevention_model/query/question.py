"""A question: an aggregate over a window, about the child or about the others of the household."""

from dataclasses import dataclass
from typing import Literal

from prevention_model.errors import WrongUsage
from prevention_model.query.aggregates import (
    AGGREGATES,
    AgeMonths,
    Aggregate,
    DistinctCodes,
    HouseholdSize,
    OpenSpell,
)
from prevention_model.query.windows import FollowUp, Lookback

Scope = Literal["own", "household_others"]
SCOPES: tuple[Scope, ...] = ("own", "household_others")

_AT_INDEX_DATE = (OpenSpell, AgeMonths, HouseholdSize)
_OWN_ONLY = (AgeMonths, HouseholdSize, DistinctCodes)


@dataclass(frozen=True)
class Question:
    """What an engine answers: one number for each (person, index date).

    >>> from prevention_model.query.aggregates import Count
    >>> Question(Count("event", kind="contact"), FollowUp("12 months"))
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: A feature cannot look forward: it was given a FollowUp. What to do: \
Write Lookback("12 months"); a FollowUp belongs to an Outcome.
    """

    aggregate: Aggregate
    lookback: Lookback
    scope: Scope = "own"

    def __post_init__(self) -> None:
        name = type(self.aggregate).__name__
        if not isinstance(self.aggregate, AGGREGATES):
            raise WrongUsage(
                f"{name} is not an aggregate.",
                todo=f"Use one of: {', '.join(item.__name__ for item in AGGREGATES)}.",
            )
        if isinstance(self.lookback, FollowUp):
            raise WrongUsage(
                "A feature cannot look forward: it was given a FollowUp.",
                todo=f'Write Lookback("{self.lookback.horizon}"); a FollowUp belongs to an Outcome.',
            )
        if not isinstance(self.lookback, Lookback):
            raise WrongUsage("A feature needs a Lookback.", todo='Write Lookback("12 months").')
        if self.scope not in SCOPES:
            raise WrongUsage(f"There is no scope {self.scope!r}.", todo=f"Use one of: {', '.join(SCOPES)}.")
        if isinstance(self.aggregate, _AT_INDEX_DATE) and not self.lookback.is_all:
            raise WrongUsage(f"{name} is about the index date itself.", todo='Write Lookback("all") with it.')
        if isinstance(self.aggregate, _OWN_ONLY) and self.scope != "own":
            raise WrongUsage(
                f"{name} cannot be asked about the others of the household.", todo='Write scope="own".'
            )
