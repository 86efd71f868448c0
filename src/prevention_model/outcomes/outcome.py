"""An outcome: what may begin in the follow-up, in whom, and how it reads."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from prevention_model.errors import WrongUsage
from prevention_model.outcomes.frameworks import NOT_SAID, check_framework
from prevention_model.outcomes.onset import LooksFor, Onset, Return, ShareReaches
from prevention_model.query import FollowUp, Lookback, OpenSpell, Question

Direction = Literal["avoid", "attain"]
_FRAMEWORKS = ("owner", "supporting_families", "achieve", "obsession", "watched")


@dataclass(frozen=True)
class Outcome:
    """A declared outcome. The first three fields are enough for a first experiment.

    `plain` says it in a sentence, `short` in a few words; `direction` is "avoid" for what help should prevent
    and "attain" for what it should bring about; `exposure` says who must look for it to be on record and `watched`
    how far that decides. `owner`, `supporting_families`, `achieve` and `obsession` say where it belongs, in the words
    of `outcomes/frameworks.py`.

    It counts from the birthday `from_age` to the birthday `until_age`, in years: whoever does not reach `from_age`
    within the follow-up is not at risk, and follow-up ends at `until_age`. `among` narrows who is at risk to those of
    whom the answer to each question is above 0 at the index date; a Question looks back only. While a spell of
    `lost_sight` lasts nobody knows whether it begins, so follow-up is cut short there. Raises WrongUsage for an
    ill-formed one, and for one whose children would be chosen by what happens to them later.

    >>> Outcome("care", Onset("spell", kind="care_period"), FollowUp("12 months")).until_age
    18
    >>> Outcome("care", Onset("spell", kind="care_period"), Lookback("12 months"))
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The outcome 'care' cannot look back: it was given a Lookback. \
What to do: Write FollowUp("12 months"); a Lookback belongs to a Feature.
    """

    name: str
    onset: LooksFor
    follow_up: FollowUp
    plain: str = ""
    short: str = ""
    direction: Direction = "avoid"
    exposure: str = ""
    until_age: int = 18
    from_age: int = 0
    among: tuple[Question, ...] = ()
    lost_sight: OpenSpell | None = None
    owner: str = NOT_SAID
    supporting_families: str = NOT_SAID
    achieve: str = NOT_SAID
    obsession: str = NOT_SAID
    watched: str = NOT_SAID

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not re.fullmatch(r"[a-z][a-z0-9_]{0,79}", self.name):
            raise WrongUsage(
                f"{self.name!r} cannot name an outcome.", todo="Use small letters, digits and underscores."
            )
        self._check_follow_up()
        if not isinstance(self.onset, LooksFor):
            raise WrongUsage(
                f"The outcome {self.name!r} needs an Onset, a Return or a ShareReaches.",
                todo="See outcomes.catalogue().",
            )
        if self.direction not in ("avoid", "attain"):
            raise WrongUsage(f"The direction {self.direction!r} is unknown.", todo='Use "avoid" or "attain".')
        self._check_ages()
        self._check_among()
        self._check_lost_sight()
        for field in _FRAMEWORKS:
            check_framework(self.name, field, getattr(self, field))

    def _check_follow_up(self) -> None:
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

    def _check_ages(self) -> None:
        if not 1 <= self.until_age <= 25:
            raise WrongUsage(
                f"until_age={self.until_age!r} is out of range.", todo="Write an age from 1 to 25."
            )
        if not 0 <= self.from_age < self.until_age:
            raise WrongUsage(
                f"from_age={self.from_age!r} leaves no age before until_age={self.until_age!r}.",
                todo="Write an age from 0 and below until_age.",
            )

    def _check_among(self) -> None:
        given = self.among if isinstance(self.among, tuple) else (self.among,)
        for each in given:
            if isinstance(each, (FollowUp, Outcome, Onset, Return, ShareReaches)):
                raise WrongUsage(
                    f"The outcome {self.name!r} would choose its children by what happens to them later: among= holds "
                    f"{type(each).__name__}, which looks forward.",
                    todo='Write a Question, which looks back, as in among=(Question(OpenSpell("ehcp"), '
                    'Lookback("all")),): who is at risk is settled by what was known at the index date.',
                )
            if not isinstance(each, Question):
                raise WrongUsage(
                    f"The outcome {self.name!r} cannot tell who is at risk by {type(each).__name__}.",
                    todo='Write among=(Question(OpenSpell("ehcp"), Lookback("all")),), or leave it out.',
                )
        object.__setattr__(self, "among", given)

    def _check_lost_sight(self) -> None:
        if self.lost_sight is not None and not isinstance(self.lost_sight, OpenSpell):
            raise WrongUsage(
                f"The outcome {self.name!r} cannot lose sight of anybody by {type(self.lost_sight).__name__}.",
                todo='Write lost_sight=OpenSpell("activity", code="not_known"), or leave it out.',
            )

    @property
    def why_not_at_risk(self) -> str:
        """Why a child who is not at risk of it is not ranked by it, as people read it.

        >>> Outcome("care", Onset("spell", "care_period"), FollowUp("12 months"), short="in care").why_not_at_risk
        'already or recently: in care'
        """
        narrowed = self.among or self.from_age or isinstance(self.onset, Return)
        return f"not at risk: {self.short}" if narrowed else f"already or recently: {self.short}"

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
            "from_age": self.from_age,
            "among": [repr(question) for question in self.among],
            "lost_sight": repr(self.lost_sight) if self.lost_sight else None,
            **{field: getattr(self, field) for field in _FRAMEWORKS},
        }
