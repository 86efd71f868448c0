"""What the value of a feature is where nothing of the kind happened: 0 of a count, missing of days since something."""

import math

from prevention_model.features import Declared
from prevention_model.features.derived import Derived
from prevention_model.features.feature import Feature
from prevention_model.features.rules import Ratio, Rule, SinceReached
from prevention_model.query import (
    AgeMonths,
    Aggregate,
    DaysSinceFirst,
    DaysSinceLast,
    Latest,
    Max,
    Mean,
    Min,
    Share,
)

_NO_ROW_NO_VALUE = (SinceReached, AgeMonths, DaysSinceFirst, DaysSinceLast, Min)


def absent(feature: Declared) -> float:
    """The value of a feature where nothing of what it looks for is on record, while its source is covered.

    It is the value that the feature engine gives over no rows, and of a risk 0 where 0 says that there is none of it:
    no rent owed, no session missed. A share or ratio that speaks for the family is missing, since 0 would say the worst
    (no session attended, no appointment kept). What was no more than before has not changed: 0.

    >>> from prevention_model.query import Count, Lookback
    >>> always = Lookback("all")
    >>> absent(Feature("moves", Count("event", "move"), always))
    0.0
    >>> absent(Feature("since_move", DaysSinceLast("event", "move"), always))
    nan
    """
    made, is_risk = made_by(feature), feature.polarity == "risk"
    if isinstance(made, Share | Ratio):
        is_rest = isinstance(made, Share) and made.rest
        return 0.0 if is_risk and not is_rest else math.nan
    if isinstance(made, Latest | Max | Mean):
        return 0.0 if is_risk else math.nan
    return math.nan if isinstance(made, _NO_ROW_NO_VALUE) else 0.0


def made_by(feature: Declared) -> Aggregate | Rule:
    """The aggregate of a feature, or the rule of a derived one."""
    if isinstance(feature, Derived):
        return feature.rule
    if isinstance(feature, Feature):
        return feature.aggregate
    raise TypeError(f"{type(feature).__name__} is neither a Feature nor a Derived.")
