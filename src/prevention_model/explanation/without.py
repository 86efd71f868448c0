"""What a score would be without a theme: its features are set to "nothing happened", and the model is asked again.

Contributions share a score out among features. Whether a stated reason truly carries the score is another question,
and this answers it: a reason whose theme can be taken away without the score falling is no reason (J. DeYoung and
others 2020 call it comprehensiveness).
"""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from prevention_model.explanation.absent import absent
from prevention_model.explanation.reasons import KINDS, ranked
from prevention_model.features import Declared
from prevention_model.model import RiskModel

_SEED = 20
COLUMNS = ["row", "kind", "themes", "before", "after", "other"]


def without_themes(
    features: Sequence[Declared],
    values: pd.DataFrame,
    themes: Sequence[Collection[str]],
    polarity: str,
    among: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The rows of `values` (n x features), each with its own set of `themes` taken away.

    Features of those themes and of the polarity ("risk" or "strength") that are present, which is above 0, get the
    value of `absent`; a strength of which that is missing gets the middle value of the rows `among` which it is (by
    default `values`), for to be missing says that nothing is known, and that tells a model something too. All else
    stays, features of another theme that tell of the same thing included.
    """
    named = [feature.theme for feature in features]
    away = np.array([[theme in taken for theme in named] for taken in themes], dtype=bool)
    asked = np.array([feature.polarity == polarity for feature in features])
    numbers = values.to_numpy(dtype=np.float64)
    nothing = _nothing(features, values if among is None else among)
    changed = np.where(away.reshape(numbers.shape) & asked & (numbers > 0), nothing, numbers)
    return pd.DataFrame(changed, columns=values.columns, index=values.index)


def margins_without(
    model: RiskModel,
    features: Sequence[Declared],
    values: pd.DataFrame,
    themes: Sequence[Collection[str]],
    polarity: str,
    among: pd.DataFrame | None = None,
) -> np.ndarray:
    """The calibrated log-odds of each row without its own set of themes."""
    return model.margin(without_themes(features, values, themes, polarity, among))


def present_themes(
    features: Sequence[Declared], values: pd.DataFrame, polarity: str
) -> list[tuple[str, ...]]:
    """For each row the themes with a feature of this polarity that is present, in the order of the alphabet.

    >>> from prevention_model.features import Feature
    >>> from prevention_model.query import Count, Lookback
    >>> year = Lookback("12 months")
    >>> moves = Feature("moves", Count("event", "move"), year, theme="housing", polarity="risk")
    >>> present_themes([moves], pd.DataFrame({"moves": [2.0, 0.0]}), "risk")
    [('housing',), ()]
    """
    asked = [place for place, feature in enumerate(features) if feature.polarity == polarity]
    is_there = values.to_numpy(dtype=np.float64)[:, asked] > 0
    named = np.array([features[place].theme for place in asked], dtype=object)
    return [tuple(sorted(set(named[row]))) for row in is_there]


def carrying(
    model: RiskModel,
    features: Sequence[Declared],
    values: pd.DataFrame,
    contributions: np.ndarray,
    among: pd.DataFrame | None = None,
) -> np.ndarray:
    """The contributions (n x features), with 0 for the features of a theme without which the score would not fall (of
    risks) or rise (of strengths): what does not carry a score is not stated as a reason for it.

    A contribution is held against all children together. Somebody with few of a good thing can stand below that
    average and yet no better than with none of it; that is no strength. `among` as in `without_themes`: what is said
    of a child hangs on these rows, and not on who else is asked about where they are given.
    """
    kept = np.array(contributions, dtype=np.float64)
    before = model.margin(values)
    numbers = values.to_numpy(dtype=np.float64)
    nothing = _nothing(features, values if among is None else among)
    asked, others = [], []
    for polarity, sign in KINDS.values():
        for theme in sorted({feature.theme for feature in features if feature.polarity == polarity}):
            of = [at for at, each in enumerate(features) if (each.theme, each.polarity) == (theme, polarity)]
            there = np.nan_to_num(numbers[:, of]) > 0
            rows = np.flatnonzero(((sign * kept[:, of] > 0) & there).any(axis=1))
            other = numbers[rows]
            other[:, of] = np.where(there[rows], nothing[of], other[:, of])
            asked.append((sign, of, rows))
            others.append(other)
    if others and sum(map(len, others)):
        # The model is asked once: asking costs more than the rows of one theme do.
        without = model.margin(pd.DataFrame(np.concatenate(others), columns=values.columns))
        ends = np.cumsum([len(rows) for _, _, rows in asked])[:-1]
        for (sign, of, rows), margin in zip(asked, np.split(without, ends), strict=True):
            idle = rows[~(sign * (before[rows] - margin) > 0)]
            kept[np.ix_(idle, of)] = 0.0
    return kept


def deletion_table(
    model: RiskModel,
    features: Sequence[Declared],
    values: pd.DataFrame,
    contributions: np.ndarray,
    among: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What becomes of a score when all that is said of it is taken away, beside as much that is not said.

    One line a row and kind (reason, strength) of which anything is stated. Columns: row (position), kind, themes (those
    stated, strongest first, joined by "; "), and log-odds: `before` as scored, `after` without the stated themes,
    `other` without as many themes of the same polarity that are present and not stated, or without all of these where
    they are fewer. These are drawn with a fixed seed; `other` is missing where there are none. `among` as in
    `without_themes`.
    """
    draw = np.random.default_rng(_SEED)
    before = model.margin(values)
    numbers = values.to_numpy(dtype=np.float64)
    parts = []
    for kind, (polarity, sign) in KINDS.items():
        spoken = ranked(features, numbers, sign * contributions, polarity)
        stated = [tuple(features[place].theme for place in places) for places in spoken]
        others = [
            _drawn(draw, [theme for theme in present if theme not in said], len(said))
            for present, said in zip(present_themes(features, values, polarity), stated, strict=True)
        ]
        lines = pd.DataFrame(
            {
                "row": np.arange(len(values)),
                "kind": kind,
                "themes": ["; ".join(said) for said in stated],
                "before": before,
                "after": margins_without(model, features, values, stated, polarity, among),
                "other": margins_without(model, features, values, others, polarity, among),
            }
        )
        lines["other"] = lines["other"].where(np.array([len(drawn) > 0 for drawn in others], dtype=bool))
        parts.append(lines[[len(said) > 0 for said in stated]])
    return pd.concat(parts).sort_values(["row", "kind"], ignore_index=True)[COLUMNS]


def _drawn(draw: np.random.Generator, themes: Sequence[str], number: int) -> tuple[str, ...]:
    """So many of the themes, or all of them where they are fewer."""
    return tuple(themes[place] for place in draw.permutation(len(themes))[:number])


def _nothing(features: Sequence[Declared], among: pd.DataFrame) -> np.ndarray:
    """What each feature gets where it is taken away."""
    found = np.array([absent(feature) for feature in features])
    is_strength = np.array([feature.polarity == "strength" for feature in features])
    middle = among.median().to_numpy(dtype=np.float64)
    filled: np.ndarray = np.where(np.isnan(found) & is_strength, middle, found)
    return filled
