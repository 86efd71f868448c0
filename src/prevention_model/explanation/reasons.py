"""Reasons and strengths of a child's level: at most three of each, by theme, in plain sentences.

Contributions are summed by theme, so that twins (the same thing over 3 and over 12 months) do not hide
each other or fill the list. A theme speaks through the feature of it that weighs most.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from prevention_model.explanation.registers import say_to
from prevention_model.features import Declared

MOST = 3
COLUMNS = [
    "kind",
    "position",
    "theme",
    "feature",
    "agency",
    "share_with",
    "text",
    "text_parent",
    "text_young_person",
]
"""What is told of each reason or strength."""
KINDS = {"reason": ("risk", 1.0), "strength": ("strength", -1.0)}
"""For each kind of line: the polarity of the features it may speak of, and which way it moves the level."""


def explain(features: Sequence[Declared], values: pd.DataFrame, contributions: np.ndarray) -> pd.DataFrame:
    """Reasons and strengths for each row of `values` (n x features), contributions in log-odds beside it.

    Returns one line each: row (position), kind reason|strength, position 1..3, theme, feature, agency, share_with,
    text (what a worker reads), text_parent, text_young_person. A reason is a risk feature that is present and raises
    the level; a strength is a strength feature that is present and lowers it. Context (age, area) is never a reason:
    nobody can act on it.
    """
    numbers = values.to_numpy(dtype=np.float64)
    lines: list[dict[str, object]] = []
    for kind, (polarity, sign) in KINDS.items():
        for row, spoken in enumerate(ranked(features, numbers, sign * contributions, polarity)):
            for position, place in enumerate(spoken, start=1):
                feature = features[place]
                lines.append(
                    {
                        "row": row,
                        "kind": kind,
                        "position": position,
                        "theme": feature.theme,
                        "feature": feature.name,
                        "agency": feature.agency,
                        "share_with": ",".join(feature.share_with),
                        "text": feature.say(float(numbers[row, place])),
                        "text_parent": say_to("parent", feature, float(numbers[row, place])),
                        "text_young_person": say_to("young_person", feature, float(numbers[row, place])),
                    }
                )
    return pd.DataFrame(lines, columns=["row", *COLUMNS]).sort_values(
        ["row", "kind", "position"], ignore_index=True
    )


def theme_reasons(features: Sequence[Declared], values: pd.DataFrame, contributions: np.ndarray) -> list[str]:
    """The themes of each row's reasons, strongest first, joined by "; ": what the stability check compares."""
    numbers = values.to_numpy(dtype=np.float64)
    spoken = ranked(features, numbers, contributions, "risk")
    return ["; ".join(features[place].theme for place in places) for places in spoken]


def ranked(
    features: Sequence[Declared], numbers: np.ndarray, weight: np.ndarray, polarity: str
) -> list[list[int]]:
    """For each row the features that speak for its heaviest themes (positions, at most three)."""
    asked = [place for place, feature in enumerate(features) if feature.polarity == polarity]
    themes = sorted({features[place].theme for place in asked})
    members = [[place for place in asked if features[place].theme == theme] for theme in themes]
    if not themes:
        return [[] for _ in numbers]
    counted = np.where((weight > 0) & (np.nan_to_num(numbers) > 0), weight, 0.0)
    totals = np.column_stack([counted[:, places].sum(axis=1) for places in members])
    heaviest = np.column_stack([np.array(places)[counted[:, places].argmax(axis=1)] for places in members])
    order = np.argsort(-totals, axis=1, kind="stable")[:, :MOST]
    return [
        [int(heaviest[row, theme]) for theme in order[row] if totals[row, theme] > 0]
        for row in range(len(numbers))
    ]
