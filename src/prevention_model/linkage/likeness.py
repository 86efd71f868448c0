"""Whether two sets of names and birthdays may be one person's, given which forenames are common here."""

from dataclasses import dataclass

import pandas as pd

from prevention_model.linkage.names import near, near_days, one_slip, stands_for

_OFTEN_SHARE = 1e-4
_OFTEN_TIMES = 5
_SLIPS = 100


@dataclass(frozen=True)
class Said:
    """What the rows of one profile say: forenames, days of birth and middle names, in plain letters; maybe none."""

    forenames: frozenset[str]
    days: frozenset[str]
    middle: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.forenames or self.days)


@dataclass(frozen=True)
class Likeness:
    """The forenames that many people have: two of these are two names, however alike, and no slip of the pen.

    >>> rare, ours = Likeness(frozenset()), Likeness(frozenset({"jayden", "kayden"}))
    >>> rare.same_name("jayden", "kayden"), ours.same_name("jayden", "kayden"), ours.same_name("jayden", "jaden")
    (True, False, True)
    """

    frequent: frozenset[str]

    @classmethod
    def of(cls, forenames: pd.Series) -> "Likeness":
        """Learn which are common from the forename of each profile.

        A slip of a name a hundred times as common stands often too, and yet is no name.
        """
        counts = forenames[forenames != ""].value_counts()
        often = counts[counts >= max(_OFTEN_TIMES, _OFTEN_SHARE * counts.sum())]
        names = [(str(name), int(times)) for name, times in often.items()]
        return cls(
            frozenset(
                name
                for name, times in names
                if not any(more >= _SLIPS * times and one_slip(name, other) for other, more in names)
            )
        )

    def same_name(self, one: str, two: str) -> bool:
        """Whether two plain forenames may be one person's."""
        if one == two or stands_for(one) == stands_for(two):
            return True
        return not (one in self.frequent and two in self.frequent) and near(one, two)

    def agree(self, one: Said, two: Said) -> bool:
        """Whether something that both say agrees, and nothing disagrees; in part may be enough."""
        names, days = self._names(one, two), self._days(one, two)
        return names is not False and days is not False and (names or days) is True

    def contradict(self, one: Said, two: Said) -> bool:
        """Whether the forenames, or the days of birth, cannot be one person's."""
        return self._names(one, two) is False or self._days(one, two) is False

    def identical(self, one: Said, two: Said, *, nearly: bool = False) -> bool:
        """Whether both give one forename (short forms count) and one day of birth.

        With `nearly`, for two who share a number: slips count too, and a side may give no forename at all.
        """
        if not (one.days & two.days):
            return False
        if one.forenames & two.forenames or (nearly and not (one.forenames and two.forenames)):
            return True
        if nearly:
            return any(self.same_name(a, b) for a in one.forenames for b in two.forenames)
        return bool({*map(stands_for, one.forenames)} & {*map(stands_for, two.forenames)})

    def _names(self, one: Said, two: Said) -> bool | None:
        if not one.forenames or not two.forenames:
            return None
        # Many are known by their middle name.
        if one.forenames & (two.forenames | two.middle) or two.forenames & one.middle:
            return True
        return any(self.same_name(a, b) for a in one.forenames for b in two.forenames)

    @staticmethod
    def _days(one: Said, two: Said) -> bool | None:
        if not one.days or not two.days:
            return None
        if one.days & two.days:
            return True
        return any(near_days(a, b) for a in one.days for b in two.days)
