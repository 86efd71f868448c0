"""A feature: one number about a child at an index date, with who needs it, why, and how it reads."""

import math
import re
from dataclasses import dataclass, fields
from typing import Any, Literal

from prevention_model.errors import WrongUsage, listed
from prevention_model.features.declaration import (
    aggregate_declaration,
    aggregate_from_declaration,
    lookback_declaration,
    lookback_from_declaration,
)
from prevention_model.features.protected import refuse_protected
from prevention_model.features.saying import OF_CHANGE, OF_SHARE, PLACES, check_sentence, fill
from prevention_model.query import Aggregate, Change, Lookback, Question, Scope, Share

Polarity = Literal["risk", "strength", "context"]
POLARITIES: tuple[Polarity, ...] = ("risk", "strength", "context")


@dataclass(frozen=True)
class Feature:
    """A declared feature. The first three fields are enough for a first experiment.

    `sentence` is what a coordinator reads, with {value}, {window} and, in words, {times}, {duration}, {years}; of a
    Change with {change} and {recent} instead, as in "Absence {change} in the last {recent}".
    `sentence_none` is what they read when the value is 0. `purpose` says why the number is needed (R-06) and
    `share_with` whose workers may see it. Raises WrongUsage for an ill-formed one, a FollowUp included.

    >>> from prevention_model.query import Count
    >>> absences = Feature("absences_12m", Count("event", kind="absence"), Lookback("12 months"))
    >>> absences.scope, absences.polarity
    ('own', 'context')
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
        if not isinstance(self.name, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,79}", self.name):
            raise WrongUsage(
                f"{self.name!r} cannot name a feature.",
                todo="Use small letters, digits and underscores, starting with a letter, as in absences_12m.",
            )
        Question(self.aggregate, self.lookback, self.scope)
        needs = self.aggregate.needs()
        refuse_protected(self.name, tuple(word for need in needs for word in (need.kind, need.code) if word))
        if self.polarity not in POLARITIES:
            raise WrongUsage(
                f"The feature {self.name!r} has the polarity {self.polarity!r}.",
                todo=f"Use one of: {', '.join(POLARITIES)}.",
            )
        object.__setattr__(self, "share_with", tuple(self.share_with))
        for sentence in (self.sentence, self.sentence_none):
            check_sentence(self.name, sentence, has_window=not self.lookback.is_all, allowed=self._places)

    @property
    def question(self) -> Question:
        """What the engine is asked."""
        return Question(self.aggregate, self.lookback, self.scope)

    @property
    def is_share(self) -> bool:
        """Whether the value is a part of 1 that reads as a percentage."""
        whole = self.aggregate.of if isinstance(self.aggregate, Change) else self.aggregate
        return isinstance(whole, Share)

    @property
    def _places(self) -> tuple[str, ...]:
        """What may stand in its sentences."""
        if isinstance(self.aggregate, Change):
            return OF_CHANGE
        return OF_SHARE if self.is_share else tuple(place for place in PLACES if place not in OF_CHANGE[:2])

    def say(self, value: float) -> str:
        """The value as a plain sentence for a coordinator's list; a share reads as a percentage, a change as a way.

        >>> from prevention_model.query import Share, Sum
        >>> missed = Share(Sum("measurement", "missed"), Sum("measurement", "possible"))
        >>> text = "Missed {value:.0f}% of school sessions in the last {window}"
        >>> Feature("missed_12m", missed, Lookback("12 months"), sentence=text).say(0.154)
        'Missed 15% of school sessions in the last 12 months'
        """
        if math.isnan(value):
            return f"Nothing on record: {(self.theme or self.name).replace('_', ' ')}"
        shown = value * 100 if self.is_share else value
        if value == 0 and self.sentence_none:
            return self._fill(self.sentence_none, shown)
        if not self.sentence:
            return f"{self.name.replace('_', ' ')}: {shown:.4g}{'%' if self.is_share else ''}"
        return self._fill(self.sentence, shown)

    def _fill(self, sentence: str, shown: float) -> str:
        recent = self.aggregate.recent if isinstance(self.aggregate, Change) else ""
        return fill(sentence, shown, self.lookback.plain, recent=recent, is_share=self.is_share)

    @classmethod
    def from_declaration(cls, content: object) -> "Feature":
        """A Feature from plain content, as a YAML file holds it.

        Raises WrongUsage for unknown or missing keys, and for whatever else makes it ill-formed.

        >>> aggregate = {"count": {"table": "event", "kind": "late"}}
        >>> declared = {"name": "late_6m", "aggregate": aggregate, "lookback": "6 months"}
        >>> Feature.from_declaration(declared).lookback.length
        '6 months'
        """
        names = [item.name for item in fields(cls)]
        if not isinstance(content, dict):
            raise WrongUsage(
                "A feature declaration holds no settings.", todo="Write name:, aggregate: and lookback:."
            )
        unknown = sorted(str(key) for key in content if key not in names)
        absent = [key for key in ("name", "aggregate", "lookback") if key not in content]
        if unknown or absent:
            faults = [f"unknown key {key}" for key in unknown] + [f"{key} is missing" for key in absent]
            raise WrongUsage(
                f"The declaration of the feature {content.get('name', '')!r} is wrong: {listed(faults)}.",
                todo=f"A declaration may hold: {', '.join(names)}.",
            )
        known: dict[str, Any] = dict(content)
        known["aggregate"] = aggregate_from_declaration(known["aggregate"])
        known["lookback"] = lookback_from_declaration(known["lookback"])
        known["share_with"] = tuple(known.get("share_with") or ())
        return cls(**known)

    def to_declaration(self) -> dict[str, Any]:
        """Plain content that `from_declaration` turns back into the same feature."""
        content: dict[str, Any] = {item.name: getattr(self, item.name) for item in fields(self)}
        content["aggregate"] = aggregate_declaration(self.aggregate)
        content["lookback"] = lookback_declaration(self.lookback)
        content["share_with"] = list(self.share_with)
        return content
