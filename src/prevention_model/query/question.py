"""A question: an aggregate over a window, about the child or about the people around the child."""

from dataclasses import dataclass
from typing import Literal

from prevention_model.errors import WrongUsage
from prevention_model.query.aggregates import AGGREGATES, AgeMonths, Aggregate, Change, OpenSpell, People
from prevention_model.query.length import Length
from prevention_model.query.windows import FollowUp, Lookback

Scope = Literal["own", "household_others", "siblings", "parents", "place"]
SCOPES: tuple[Scope, ...] = ("own", "household_others", "siblings", "parents", "place")
"""Whom a question is about: the child; the others of the household; brothers and sisters, wherever they live; mother,
father and carers; or everybody else whose home lies in the same area."""

PARENTS, CARING, SIBLING = ("mother", "father"), ("mother", "father", "carer"), ("sibling",)
"""Roles of the table relationship: whose children are brothers and sisters, and who counts as a parent."""

_AT_INDEX_DATE = (OpenSpell, AgeMonths, People)


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
        if isinstance(self.aggregate, _AT_INDEX_DATE) and self.lookback != Lookback("all"):
            raise WrongUsage(f"{name} is about the index date itself.", todo='Write Lookback("all") with it.')
        if isinstance(self.aggregate, AgeMonths) and self.scope != "own":
            raise WrongUsage("AgeMonths is asked about one person.", todo='Write scope="own".')
        if isinstance(self.aggregate, People) and self.scope == "own":
            raise WrongUsage(
                "People counts the others around a child.", todo='Write scope="household_others".'
            )
        if isinstance(self.aggregate, Change):
            self._check_change(self.aggregate)

    def _check_change(self, change: Change) -> None:
        if self.lookback.is_all or not self.lookback.ends_at_index_date:
            raise WrongUsage(
                "Change compares the end of a window with its beginning, and needs one that has both.",
                todo='Write a Lookback such as "12 months", without before=.',
            )
        recent, window = Length.parse(change.recent), Length.parse(self.lookback.length)
        if recent.unit != window.unit or recent.number >= window.number:
            raise WrongUsage(
                f"The recent part ({change.recent}) is not a part of the window ({self.lookback.length}).",
                todo='Write a shorter one in the same units: recent="3 months" of "12 months".',
            )
