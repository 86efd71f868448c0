"""Without what a child would not be listed: the fewest themes that, taken away, bring its level below the cut."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from prevention_model.explanation.without import present_themes, without_themes
from prevention_model.features import Declared

COLUMNS = ["row", "themes", "level", "without", "cut", "share_with", "text"]
NOTHING_ALONE = "No one or two things on record alone decide that this child is listed"
_MOST = 2

Levels = Callable[[pd.DataFrame], np.ndarray]
"""What gives each row of features its level: of one model, or of several together."""


def would_not_be_listed(
    levels: Levels, features: Sequence[Declared], values: pd.DataFrame, cuts: np.ndarray
) -> pd.DataFrame:
    """For each row whose level is above its cut: the one theme, or else two, without which it falls below the cut.

    `cuts` (n) is the level of the first family that the child's zone does not list; missing where all are listed.
    Columns: row (position), themes (joined by "; ", blank where neither one nor two do), level, without (the level
    without them), cut, share_with (who may see all that is taken away), text. Each is scored again by `levels`, so it
    is exact for the model, and no promise: what is on record is often a trace of something that would still be there.
    Of several single themes, or pairs, the one that brings the level lowest is named. Only risks that are present are
    taken away, never context such as age and area, on which nobody can act.

    >>> from prevention_model.features import Feature
    >>> from prevention_model.query import Count, Lookback
    >>> year = Lookback("12 months")
    >>> moves = Feature("moves", Count("event", "move"), year, theme="housing", polarity="risk")
    >>> found = would_not_be_listed(lambda x: 0.1 + 0.1 * x["moves"].to_numpy(), [moves],
    ...     pd.DataFrame({"moves": [3.0, 0.0]}), np.array([0.2, 0.2]))
    >>> found[["row", "themes", "without"]].values.tolist()
    [[0, 'housing', 0.1]]
    """
    level = levels(values)
    listed = np.flatnonzero(level > cuts).tolist()
    themes = present_themes(features, values, "risk")
    found: dict[int, tuple[tuple[str, ...], float]] = {}
    for size in range(1, _MOST + 1):
        waiting = [row for row in listed if row not in found]
        tried = [(row, taken) for row in waiting for taken in itertools.combinations(themes[row], size)]
        if not tried:
            continue
        rows = [row for row, _ in tried]
        after = levels(without_themes(features, values.iloc[rows], [taken for _, taken in tried], "risk"))
        for (row, taken), lower in zip(tried, after, strict=True):
            if lower < cuts[row] and (row not in found or lower < found[row][1]):
                found[row] = (taken, float(lower))
    lines = []
    for row in listed:
        taken, lower = found.get(row, ((), np.nan))
        seen_by, text = _seen_by(features, values.iloc[row], taken), _text(taken)
        lines.append((row, "; ".join(taken), level[row], lower, cuts[row], seen_by, text))
    return pd.DataFrame(lines, columns=COLUMNS)


def _seen_by(features: Sequence[Declared], row: pd.Series, themes: Sequence[str]) -> str:
    """Who may see every feature that was taken away; of none, everybody whom any reason may be told."""
    gone = [
        feature
        for feature, value in zip(features, row, strict=True)
        if value > 0 and feature.polarity == "risk" and (feature.theme in themes or not themes)
    ]
    agreed = [set(feature.share_with) for feature in gone]
    both = set.intersection(*agreed) if themes and agreed else set().union(*agreed)
    return ",".join(name for name in dict.fromkeys(n for f in gone for n in f.share_with) if name in both)


def _text(themes: Sequence[str]) -> str:
    if not themes:
        return NOTHING_ALONE
    named = " and ".join(theme.replace("_", " ") for theme in themes)
    return f"Would not be listed without what is on record about {named}"
