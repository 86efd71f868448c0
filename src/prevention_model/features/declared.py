"""What a feature and a derived feature have in common: a name, who needs it and why, and how it reads."""

import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from prevention_model.errors import WrongUsage, listed
from prevention_model.features.protected import refuse_protected
from prevention_model.features.saying import check_sentence, fill
from prevention_model.query import Length, Question

Polarity = Literal["risk", "strength", "context"]
POLARITIES: tuple[Polarity, ...] = ("risk", "strength", "context")

NOW = Length(0, "days")
"""No time before the index date."""


class Declared(ABC):
    """One number about a child at an index date, as declared. Either a `Feature`, which asks the records, or a
    `Derived`, which is worked out from features."""

    name: str
    theme: str
    agency: str
    polarity: Polarity
    sentence: str
    purpose: str
    share_with: tuple[str, ...]
    sentence_none: str

    @property
    @abstractmethod
    def questions(self) -> tuple[Question, ...]:
        """What the engines are asked, in the order in which it is used."""

    @property
    @abstractmethod
    def looks_at(self) -> tuple[Length, ...]:
        """How long before the index date the questions are asked, the longest first; NOW for at the index date."""

    @property
    @abstractmethod
    def looks_back(self) -> str:
        """The window or windows, as they stand in a table."""

    @property
    @abstractmethod
    def window(self) -> str | None:
        """What {window} stands for; None where there is no one length of time to name."""

    @property
    @abstractmethod
    def is_share(self) -> bool:
        """Whether the value is a part of 1, or a difference of such, that reads in hundredths."""

    @abstractmethod
    def to_declaration(self) -> dict[str, Any]:
        """Plain content that makes the same feature again."""

    @property
    def _unknown(self) -> str:
        """What a missing value means."""
        return "Nothing on record"

    @property
    @abstractmethod
    def _places(self) -> tuple[str, ...]:
        """What may stand in the sentences."""

    @property
    @abstractmethod
    def _unit(self) -> str:
        """What the value is counted in, where there is no sentence."""

    @property
    @abstractmethod
    def _per(self) -> str:
        """In what time a {change} takes place, as it reads after the number."""

    @property
    def _recent(self) -> str:
        """What {recent} stands for."""
        return ""

    def say(self, value: float) -> str:
        """The value as a plain sentence for a coordinator's list; a share reads as a percentage, a change as a way."""
        if math.isnan(value):
            return f"{self._unknown}: {(self.theme or self.name).replace('_', ' ')}"
        if value == 0 and self.sentence_none:
            return self.say_as(self.sentence_none, value)
        if not self.sentence:
            shown = value * 100 if self.is_share else value
            return f"{self.name.replace('_', ' ')}: {shown:.4g}{self._unit}"
        return self.say_as(self.sentence, value)

    def say_as(self, sentence: str, value: float) -> str:
        """The value in a sentence of one's own, with the same places to fill as the feature's."""
        return fill(
            sentence,
            value * 100 if self.is_share else value,
            self.window or "",
            recent=self._recent,
            is_share=self.is_share,
            per=self._per,
        )

    def _check_name(self, reads: Iterable[str] = ()) -> None:
        if not isinstance(self.name, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,79}", self.name):
            raise WrongUsage(
                f"{self.name!r} cannot name a feature.",
                todo="Use small letters, digits and underscores, starting with a letter, as in absences_12m.",
            )
        refuse_protected(self.name, tuple(reads))

    def _check_words(self) -> None:
        if self.polarity not in POLARITIES:
            raise WrongUsage(
                f"The feature {self.name!r} has the polarity {self.polarity!r}.",
                todo=f"Use one of: {', '.join(POLARITIES)}.",
            )
        object.__setattr__(self, "share_with", tuple(self.share_with))
        for sentence in (self.sentence, self.sentence_none):
            check_sentence(self.name, sentence, has_window=self.window is not None, allowed=self._places)


def checked(content: object, takes: Sequence[str], needs: Sequence[str]) -> dict[str, Any]:
    """A declaration that holds what it needs and nothing that it does not take. Raises WrongUsage.

    >>> checked({"name": "late_6m"}, ["name", "theme"], ["name"])
    {'name': 'late_6m', 'share_with': ()}
    """
    if not isinstance(content, dict):
        written = ", ".join(f"{key}:" for key in needs[:-1])
        raise WrongUsage(
            "A feature declaration holds no settings.", todo=f"Write {written} and {needs[-1]}:."
        )
    faults = [f"unknown key {key}" for key in sorted(str(key) for key in content if key not in takes)]
    faults += [f"{key} is missing" for key in needs if key not in content]
    if faults:
        raise WrongUsage(
            f"The declaration of the feature {content.get('name', '')!r} is wrong: {listed(faults)}.",
            todo=f"A declaration may hold: {', '.join(takes)}.",
        )
    return content | {"share_with": tuple(content.get("share_with") or ())}
