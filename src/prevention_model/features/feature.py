"""A feature: one number about a child at an index date, with who needs it, why, and how it reads."""

from dataclasses import dataclass, fields
from typing import Any

from prevention_model.features.declaration import (
    aggregate_declaration,
    aggregate_from_declaration,
    lookback_declaration,
    lookback_from_declaration,
)
from prevention_model.features.declared import NOW, Declared, Polarity, checked
from prevention_model.features.saying import OF_CHANGE, OF_SHARE, PLACES
from prevention_model.query import Aggregate, Change, Length, Lookback, Question, Scope, Share


@dataclass(frozen=True)
class Feature(Declared):
    """A declared feature. The first three fields are enough for a first experiment.

    `sentence` is what a coordinator reads, with {value}, {window} and, in words, {times}, {duration}, {years}; of a
    Change with {change} and {recent} instead, as in "Absence {change} in the last {recent}".
    `sentence_none` is what they read when the value is 0. `purpose` says why the number is needed (R-06) and
    `share_with` whose workers may see it. Raises WrongUsage for an ill-formed one, a FollowUp included.

    >>> from prevention_model.query import Count, Sum
    >>> absences = Feature("absences_12m", Count("event", kind="absence"), Lookback("12 months"))
    >>> absences.scope, absences.polarity
    ('own', 'context')
    >>> missed = Share(Sum("measurement", "missed"), Sum("measurement", "possible"))
    >>> text = "Missed {value:.0f}% of school sessions in the last {window}"
    >>> Feature("missed_12m", missed, Lookback("12 months"), sentence=text).say(0.154)
    'Missed 15% of school sessions in the last 12 months'
    """

    name: str
    aggregate: Aggregate
    lookback: Lookback
    scope: Scope = "own"
    theme: str = ""
    agency: str = ""
    polarity: Polarity = "context"
    sentence: str = ""
    purpose: str = ""
    share_with: tuple[str, ...] = ()
    sentence_none: str = ""

    def __post_init__(self) -> None:
        self._check_name()
        Question(self.aggregate, self.lookback, self.scope)
        needs = self.aggregate.needs()
        self._check_name(word for need in needs for word in (need.kind, need.code) if word)
        self._check_words()

    @property
    def question(self) -> Question:
        """What the engine is asked."""
        return Question(self.aggregate, self.lookback, self.scope)

    @property
    def questions(self) -> tuple[Question, ...]:
        """The one question."""
        return (self.question,)

    @property
    def looks_at(self) -> tuple[Length, ...]:
        """The index date, and no earlier one."""
        return (NOW,)

    @property
    def looks_back(self) -> str:
        """The lookback, as it stands in a table."""
        return str(self.lookback)

    @property
    def window(self) -> str | None:
        """The lookback as it reads after "in the last"; None when it has no start."""
        return None if self.lookback.is_all else self.lookback.plain

    @property
    def is_share(self) -> bool:
        """Whether the value is a part of 1 that reads as a percentage."""
        whole = self.aggregate.of if isinstance(self.aggregate, Change) else self.aggregate
        return isinstance(whole, Share)

    @property
    def _places(self) -> tuple[str, ...]:
        if isinstance(self.aggregate, Change):
            return OF_CHANGE
        return OF_SHARE if self.is_share else tuple(place for place in PLACES if place not in OF_CHANGE[:2])

    @property
    def _unit(self) -> str:
        return "%" if self.is_share else ""

    @property
    def _per(self) -> str:
        return "" if self.is_share else " a month"

    @property
    def _recent(self) -> str:
        return self.aggregate.recent if isinstance(self.aggregate, Change) else ""

    @classmethod
    def from_declaration(cls, content: object) -> "Feature":
        """A Feature from plain content, as a YAML file holds it.

        Raises WrongUsage for unknown or missing keys, and for whatever else makes it ill-formed.

        >>> aggregate = {"count": {"table": "event", "kind": "late"}}
        >>> declared = {"name": "late_6m", "aggregate": aggregate, "lookback": "6 months"}
        >>> Feature.from_declaration(declared).lookback.length
        '6 months'
        """
        known = checked(content, [item.name for item in fields(cls)], ("name", "aggregate", "lookback"))
        known["aggregate"] = aggregate_from_declaration(known["aggregate"])
        known["lookback"] = lookback_from_declaration(known["lookback"])
        return cls(**known)

    def to_declaration(self) -> dict[str, Any]:
        """Plain content that `from_declaration` turns back into the same feature."""
        content: dict[str, Any] = {item.name: getattr(self, item.name) for item in fields(self)}
        content["aggregate"] = aggregate_declaration(self.aggregate)
        content["lookback"] = lookback_declaration(self.lookback)
        content["share_with"] = list(self.share_with)
        return content
