"""An outcome: what may begin in the follow-up, in whom, and how it reads."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from prevention_model.errors import WrongUsage
from prevention_model.outcomes.onset import Onset, ShareReaches
from prevention_model.query import FollowUp, Lookback

Direction = Literal["avoid", "attain"]


@dataclass(frozen=True)
class Outcome:
    """A declared outcome. The first three fields are enough for a first experiment.

    `plain` says it in a sentence, `short` in a few words; `direction` is "avoid" for what help should prevent
    and "attain" for what it should bring about; `exposure` says who must look for it to be on record. Follow-up
    ends at the birthday `until_age`, in years. Raises WrongUsage for an ill-formed one, a Lookback included.

    >>> Outcome("care", Onset("spell", kind="care_period"), FollowUp("12 months")).until_age
    18
    >>> Outcome("care", Onset("spell", kind="care_period"), Lookback("12 months"))
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The outcome 'care' cannot look back: it was given a Lookback. \
What to do: Write FollowUp("12 months"); a Lookback belongs to a Feature.
    """

    name: str
    onset: Onset | ShareReaches
    follow_up: FollowUp
    plain: str = ""
    short: str = ""
    direction: Direction = "avoid"
    exposure: str = ""
    until_age: int = 18

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,79}", self.name):
            raise WrongUsage(
                f"{self.name!r} cannot name an outcome.", todo="Use small letters, digits and underscores."
            )
        if isinstance(self.follow_up, Lookback):
            length = "12 months" if self.follow_up.is_all else self.follow_up.length
            raise WrongUsage(
                f"The outcome {self.name!r} cannot look back: it was given a Lookback.",
                todo=f'Write FollowUp("{length}"); a Lookback belongs to a Feature.',
            )
        if not isinstance(self.follow_up, FollowUp):
            raise WrongUsage(
                f"The outcome {self.name!r} needs a FollowUp.", todo='Write FollowUp("12 months").'
            )
        if not isinstance(self.onset, (Onset, ShareReaches)):
            raise WrongUsage(
                f"The outcome {self.name!r} needs an Onset or a ShareReaches.",
                todo="See outcomes.catalogue().",
            )
        if self.direction not in ("avoid", "attain"):
            raise WrongUsage(f"The direction {self.direction!r} is unknown.", todo='Use "avoid" or "attain".')
        if not 1 <= self.until_age <= 25:
            raise WrongUsage(
                f"until_age={self.until_age!r} is out of range.", todo="Write an age from 1 to 25."
            )

    def to_declaration(self) -> dict[str, Any]:
        """Plain content, for the record of a run."""
        onset = {name: getattr(self.onset, name) for name in self.onset.__dataclass_fields__}
        return {
            "name": self.name,
            type(self.onset).__name__: {k: list(v) if isinstance(v, tuple) else v for k, v in onset.items()},
            "follow_up": {"horizon": self.follow_up.horizon, "gap": self.follow_up.gap},
            "plain": self.plain,
            "short": self.short,
            "direction": self.direction,
            "exposure": self.exposure,
            "until_age": self.until_age,
        }
