"""What lists yielded, zone by zone: raw counts of what coordinators sent back, before anything may be printed.

`protected` hides the small ones; nothing here is shown as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from statistics import median
from typing import Any

import pandas as pd

from prevention_model.lists.actions import FOLLOWED, HELPED, OUTCOME_AFTER_DAYS, OVERRIDDEN


@dataclass(frozen=True)
class Yield:
    """Counts of families on the lists of one zone, or of a part of them. Each is part of the one that it names.

    listed; decided (of listed); set_aside and followed (of decided); contacted (of listed); agreed and declined (of
    contacted); known and new (of listed: known to the coordinator before); old (of listed: listed at least 90 days
    ago); helped (of old: help that goes on or has met the needs); ended (of listed: on lists that have ended) and
    answered (of ended).
    """

    listed: int = 0
    decided: int = 0
    set_aside: int = 0
    followed: int = 0
    contacted: int = 0
    agreed: int = 0
    declined: int = 0
    known: int = 0
    new: int = 0
    old: int = 0
    helped: int = 0
    ended: int = 0
    answered: int = 0
    days_to_contact: float | None = None

    def __add__(self, other: "Yield") -> "Yield":
        """Both together; how long until contact is that of neither."""
        counts = {
            each.name: getattr(self, each.name) + getattr(other, each.name)
            for each in fields(self)
            if each.name != "days_to_contact"
        }
        return Yield(**counts)


PART_OF: Mapping[str, str] = {
    "decided": "listed",
    "set_aside": "decided",
    "followed": "decided",
    "contacted": "listed",
    "agreed": "contacted",
    "declined": "contacted",
    "known": "listed",
    "new": "listed",
    "old": "listed",
    "helped": "old",
    "ended": "listed",
    "answered": "ended",
}
"""Which count each count is a part of."""


@dataclass(frozen=True)
class Limits:
    """Between which shares of set-aside rows a list seems to be judged; from `settings.policy`."""

    override_share_min: float
    override_share_max: float
    decided_share_min: float
    override_min_decisions: int

    def said_of(self, made: Yield) -> str:
        """`too few`, `followed`, `not used` or `judged`.

        >>> limits = Limits(0.05, 0.6, 0.5, 20)
        >>> [limits.said_of(Yield(listed=40, decided=40, set_aside=n, ended=40, answered=40)) for n in (0, 10, 39)]
        ['followed', 'judged', 'not used']
        >>> limits.said_of(Yield(listed=40, decided=3))
        'too few'
        >>> limits.said_of(Yield(listed=90, decided=30, ended=90, answered=30))
        'not used'
        """
        if made.ended >= self.override_min_decisions and made.answered < self.decided_share_min * made.ended:
            return "not used"
        if made.decided < self.override_min_decisions:
            return "too few"
        share = made.set_aside / made.decided
        if share < self.override_share_min:
            return "followed"
        return "not used" if share > self.override_share_max else "judged"


def yields(listed: pd.DataFrame, answers: pd.DataFrame, today: date) -> Yield:
    """Counts over some rows of lists. `listed`: a row a family with row_id, made_on and until (dates). `answers` as
    `answers_of` gives them.

    >>> listed = pd.DataFrame({"row_id": ["a", "b"], "made_on": date(2024, 1, 1), "until": date(2024, 2, 5)})
    >>> answers = pd.DataFrame({"row_id": ["a"], "decision": "offer_early_help", "contacted": "2024-01-09",
    ...     "response": "agreed"})
    >>> made = yields(listed, answers, date(2024, 2, 1))
    >>> made.listed, made.contacted, made.agreed, made.old, made.days_to_contact
    (2, 1, 1, 0, 8)
    """
    said = {str(row["row_id"]): row for row in answers.to_dict("records")}
    rows = [(row, said.get(str(row["row_id"]), {})) for row in listed.to_dict("records")]
    waits = [
        (date.fromisoformat(answer["contacted"]) - row["made_on"]).days
        for row, answer in rows
        if _given(answer, "contacted")
    ]
    old = [a for row, a in rows if row["made_on"] + timedelta(days=OUTCOME_AFTER_DAYS) <= today]
    ended = [answer for row, answer in rows if row["until"] < today]
    answers_given = [answer for _, answer in rows if answer]
    return Yield(
        listed=len(rows),
        decided=len(answers_given),
        set_aside=sum(each["decision"] in OVERRIDDEN for each in answers_given),
        followed=sum(each["decision"] in FOLLOWED for each in answers_given),
        contacted=len(waits),
        agreed=_count(answers_given, "response", "agreed"),
        declined=sum(
            _given(each, "contacted")
            and (each.get("response") == "declined" or each["decision"] == "declined_by_family")
            for each in answers_given
        ),
        known=_count(answers_given, "known_before", "yes"),
        new=_count(answers_given, "known_before", "no"),
        old=len(old),
        helped=sum(each.get("outcome_at_90d") in HELPED for each in old),
        ended=len(ended),
        answered=sum(bool(each) for each in ended),
        days_to_contact=median(waits) if waits else None,
    )


def _given(answer: Mapping[Any, Any], name: str) -> bool:
    return isinstance(answer.get(name), str)


def _count(answers: Sequence[Mapping[Any, Any]], name: str, value: str) -> int:
    return sum(each.get(name) == value for each in answers)
