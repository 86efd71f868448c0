"""A derived feature: one number that is worked out from features, with the same words around it as a feature."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from prevention_model.errors import WrongUsage
from prevention_model.features.declared import Declared, Polarity, checked
from prevention_model.features.feature import Feature
from prevention_model.features.rule_declaration import rule_declaration, rule_from_declaration
from prevention_model.features.rules import (
    RULES,
    Difference,
    Ratio,
    Rule,
    SinceReached,
    Source,
    Trajectory,
    sources,
    text_of,
    with_sources,
)
from prevention_model.query import Length, Question

_A_DAY = date(2023, 1, 1)
"""Any day does to see which of two windows of one length ends first."""


@dataclass(frozen=True)
class Derived(Declared):
    """A declared feature that is made from others by a rule: Ratio, Difference, Trajectory or SinceReached.

    The words around it are those of a `Feature`. Its sentence has {value} for a ratio or a difference, {change} for a
    trajectory (and for a difference between the same thing over two windows, the later less the earlier), {duration}
    for the time since something was reached; and {window} for the dates that are looked at, or for the lookback that
    the features share. One whose rule names features is complete once it stands in a set with them (`FeatureSet`).
    Raises WrongUsage for an ill-formed one.

    >>> from prevention_model.query import Count, Lookback
    >>> recent = Feature("late_3m", Count("event", kind="late"), Lookback("3 months"))
    >>> words = "Being late {change} over the last {window}"
    >>> Derived("late_trajectory", Trajectory(recent), sentence=words).say(4.0)
    'Being late rose by 4 a year over the last 9 months'
    """

    name: str
    rule: Rule
    theme: str = ""
    agency: str = ""
    polarity: Polarity = "context"
    sentence: str = ""
    purpose: str = ""
    share_with: tuple[str, ...] = ()
    sentence_none: str = ""

    def __post_init__(self) -> None:
        self._check_name()
        if not isinstance(self.rule, RULES):
            raise WrongUsage(
                f"The derived feature {self.name!r} has no rule, but a {type(self.rule).__name__}.",
                todo=f"Use one of: {', '.join(item.__name__ for item in RULES)}; an aggregate belongs to a Feature.",
            )
        if not self.names:
            self._check_words()
        object.__setattr__(self, "share_with", tuple(self.share_with))

    @property
    def names(self) -> tuple[str, ...]:
        """The features that are still only named."""
        return tuple(each for each in sources(self.rule).values() if isinstance(each, str))

    @property
    def made_from(self) -> tuple[Feature, ...]:
        """The features that its rule starts from. Raises WrongUsage while one of them is only named."""
        given = tuple(sources(self.rule).values())
        if self.names:
            raise WrongUsage(
                f"The derived feature {self.name!r} only names what it is made from: {', '.join(self.names)}.",
                todo="Take it from a FeatureSet in which those features stand too.",
            )
        return tuple(each for each in given if isinstance(each, Feature))

    def resolved(self, known: Mapping[str, Declared]) -> "Derived":
        """The same with each name replaced by the feature of that name. Raises WrongUsage where there is none."""
        named = {argument: each for argument, each in sources(self.rule).items() if isinstance(each, str)}
        found: dict[str, Source] = {argument: self._known(each, known) for argument, each in named.items()}
        return replace(self, rule=with_sources(self.rule, found)) if found else self

    def _known(self, name: str, known: Mapping[str, Declared]) -> Feature:
        found = known.get(name)
        if isinstance(found, Feature):
            return found
        if isinstance(found, Derived):
            made_from = ", ".join(text_of(each) for each in sources(found.rule).values())
            raise WrongUsage(
                f"The derived feature {self.name!r} cannot start from {name!r}, which is derived itself.",
                todo=f"Start from a feature that asks the records; {name} is made from {made_from}.",
            )
        near = difflib.get_close_matches(name, [key for key in known if isinstance(known[key], Feature)], n=3)
        hint = f"Did you mean {' or '.join(near)}? Otherwise add" if near else "Add"
        raise WrongUsage(
            f"The derived feature {self.name!r} names {name!r}, and no feature of the set is called so.",
            todo=f"{hint} it to the set, or give the feature itself in place of its name.",
        )

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions of the features that it is made from."""
        return tuple(feature.question for feature in self.made_from)

    @property
    def looks_at(self) -> tuple[Length, ...]:
        """How long before the index date they are asked, the longest first."""
        return self.rule.looks_at

    @property
    def looks_back(self) -> str:
        """The lookbacks, and at how many dates, as they stand in a table."""
        lookbacks = " and ".join(dict.fromkeys(feature.window or "all time" for feature in self.made_from))
        if isinstance(self.rule, (Trajectory, SinceReached)):
            return f"{lookbacks}, at {self.rule.times} dates {self.rule.every} apart"
        return lookbacks

    @property
    def window(self) -> str | None:
        """From the earliest date that is looked at; or else the one lookback that all share."""
        if isinstance(self.rule, (Trajectory, SinceReached)):
            return self.rule.span.plain
        windows = {feature.window for feature in self.made_from}
        return windows.pop() if len(windows) == 1 else None

    @property
    def is_share(self) -> bool:
        """Whether the value is a difference of shares, or how a share changes."""
        return isinstance(self.rule, (Difference, Trajectory)) and all(
            feature.is_share for feature in self.made_from
        )

    @property
    def _unknown(self) -> str:
        return "Not reached, or not known" if isinstance(self.rule, SinceReached) else "Not known"

    @property
    def _places(self) -> tuple[str, ...]:
        own = {Ratio: "value", Difference: "value", Trajectory: "change", SinceReached: "duration"}
        places = [own[type(self.rule)]]
        if isinstance(self.rule, Difference) and self._compares_times:
            places.append("change")
        return (*places, *(("window",) if self.window else ()))

    @property
    def _compares_times(self) -> bool:
        """Whether a difference is between the same thing in an earlier and a later window of the same length."""
        later, earlier = self.made_from
        alike = (later.aggregate, later.scope, later.lookback.length) == (
            earlier.aggregate, earlier.scope, earlier.lookback.length
        )  # fmt: skip
        return alike and later.lookback.end(_A_DAY) > earlier.lookback.end(_A_DAY)

    @property
    def _unit(self) -> str:
        if isinstance(self.rule, SinceReached):
            return " days"
        return f"{' percentage points' if self.is_share else ''}{self._per}"

    @property
    def _per(self) -> str:
        return " a year" if isinstance(self.rule, Trajectory) else ""

    @classmethod
    def from_declaration(cls, content: object) -> "Derived":
        """A Derived from plain content, as a YAML file holds it; its features by name, or declared in place.

        >>> rule = {"trajectory": {"of": "late_3m", "every": "3 months", "times": 4}}
        >>> Derived.from_declaration({"name": "late_trajectory", "rule": rule}).names
        ('late_3m',)
        """
        known = checked(content, [item.name for item in fields(cls)], ("name", "rule"))
        known["rule"] = rule_from_declaration(known["rule"])
        return cls(**known)

    def to_declaration(self) -> dict[str, Any]:
        """Plain content that `from_declaration` turns back into the same; features are declared in place."""
        content: dict[str, Any] = {item.name: getattr(self, item.name) for item in fields(self)}
        content["rule"] = rule_declaration(self.rule)
        content["share_with"] = list(self.share_with)
        return content
