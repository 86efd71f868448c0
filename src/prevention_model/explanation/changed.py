"""What changed since an earlier index date: by how much each theme moved the level, and what it says now and then."""

import string
from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from prevention_model.explanation.absent import made_by
from prevention_model.explanation.contributions import contributions_of
from prevention_model.features import Declared
from prevention_model.model import RiskModel
from prevention_model.pages.words import plain_date
from prevention_model.query import AgeMonths

AGE, AREA, OTHER = "getting older", "the area", "other circumstances"
"""Parts of a change that nobody can act on. They count in the sum and are no reason."""

COLUMNS = ["row", "part", "kind", "change", "feature", "agency", "share_with", "text"]


def what_changed(
    model: RiskModel,
    features: Sequence[Declared],
    now: pd.DataFrame,
    then: pd.DataFrame,
    earlier: date,
) -> pd.DataFrame:
    """How the log-odds of each row of `now` came from those of the same child's row of `then`, by one frozen model.

    One line a row and part that moved: row (position), part (a theme, or AGE, AREA, OTHER), kind ("theme" or
    "context"), change (its contributions now, less those then), and of a theme the feature, agency, share_with and text
    of what changed most in that direction. The changes of a row add up to the change of its margin. A theme may move
    though nothing on record of it did, because the rest stands differently beside it; its text then says so.
    Raises ValueError where a child has no row of its own then.
    """
    if len(now) != len(then):
        raise ValueError(
            f"{len(now)} rows now and {len(then)} then: give only children who have an earlier row."
        )
    moved = contributions_of(model, now).values - contributions_of(model, then).values
    at, before = now.to_numpy(dtype=np.float64), then.to_numpy(dtype=np.float64)
    lines: list[dict[str, object]] = []
    for (part, kind), places in _parts(features).items():
        total = moved[:, places].sum(axis=1)
        for row in np.flatnonzero(total).tolist():
            line = {"row": row, "part": part, "kind": kind, "change": total[row]}
            if kind == "theme":
                other = places[_differs(at[row, places], before[row, places])]
                said = _said(features, other, np.sign(total[row]) * moved[row], at[row], before[row], earlier)
                line |= said or _no_change([features[place] for place in places], total[row])
            lines.append(line)
    made = pd.DataFrame(lines, columns=COLUMNS)
    size = -made["change"].astype("float64").abs()
    made = made.assign(size=size).sort_values(["row", "size", "part"], ignore_index=True)
    return made[COLUMNS]


def said_beside(feature: Declared, now: float, then: float, earlier: date) -> str:
    """A sentence on a value now, with what it was then.

    >>> from prevention_model.features import Feature
    >>> from prevention_model.query import Count, Lookback
    >>> late = Feature("late", Count("event", "late"), Lookback("6 months"), sentence="Late {times} in {window}",
    ...     sentence_none="Never late in {window}")
    >>> said_beside(late, 3, 1, date(2023, 4, 1)), said_beside(late, 0, 1, date(2023, 4, 1))
    ('Late 3 times in 6 months, once at 1 April 2023', 'Never late in 6 months, once at 1 April 2023')
    """
    day, number = plain_date(earlier), _number(feature.sentence)
    if np.isnan(then):
        return f"{feature.say(now)}, nothing on record at {day}"
    is_yes_or_no = feature.sentence and not number and "{change}" not in feature.sentence
    if is_yes_or_no and {now, then} == {0.0, 1.0}:
        return f"{feature.say(now)}, {'unlike' if then else 'not so'} at {day}"
    # After a sentence of none, a bare number would not say of what.
    is_bare = number.startswith("{value") and not number.endswith("%") and now == 0
    if number and not is_bare and not np.isnan(now) and then >= 0:
        before = "none" if then == 0 and number == "{times}" else feature.say_as(number, then)
        return f"{feature.say(now)}, {before} at {day}"
    said, before = "Nothing on record now" if np.isnan(now) else feature.say(now), feature.say(then)
    return f"{said}; at {day}: {before[:1].lower()}{before[1:]}"


def _parts(features: Sequence[Declared]) -> dict[tuple[str, str], np.ndarray]:
    """The places of the features of each part, by its name and kind."""
    parts: dict[tuple[str, str], list[int]] = {}
    for place, feature in enumerate(features):
        context = feature.polarity == "context"
        part = (_of_context(feature), "context") if context else (feature.theme, "theme")
        parts.setdefault(part, []).append(place)
    return {part: np.array(places) for part, places in parts.items()}


def _of_context(feature: Declared) -> str:
    if isinstance(made_by(feature), AgeMonths):
        return AGE
    return AREA if feature.theme == "place" else OTHER


def _differs(now: np.ndarray, then: np.ndarray) -> np.ndarray:
    differs: np.ndarray = (now != then) & ~(np.isnan(now) & np.isnan(then))
    return differs


def _said(
    features: Sequence[Declared],
    places: np.ndarray,
    moved: np.ndarray,
    now: np.ndarray,
    then: np.ndarray,
    earlier: date,
) -> dict[str, object]:
    """The words of that feature, of those whose value changed, which moved furthest in the direction of its theme."""
    if not len(places) or moved[places].max() <= 0:
        return {}
    place = int(places[moved[places].argmax()])
    feature = features[place]
    return {
        "feature": feature.name,
        "agency": feature.agency,
        "share_with": ",".join(feature.share_with),
        "text": said_beside(feature, float(now[place]), float(then[place]), earlier),
    }


def _no_change(features: Sequence[Declared], change: float) -> dict[str, object]:
    """That a theme weighs otherwise, to be seen by those who may see all of it."""
    weighs = "more" if change > 0 else "less"
    seen_by = set.intersection(*(set(feature.share_with) for feature in features))
    return {
        "share_with": ",".join(name for name in features[0].share_with if name in seen_by),
        "text": f"What is on record about {features[0].theme.replace('_', ' ')} weighs {weighs} beside the rest",
    }


def _number(sentence: str) -> str:
    """The part of a sentence that holds its one number, with the signs that touch it; blank where there is no such.

    >>> _number("Missed {value:.0f}% of sessions in the last {window}"), _number("Is an apprentice")
    ('{value:.0f}%', '')
    >>> _number("Absence {change} in the last {recent}")
    ''
    """
    parts = [(before, place, spec) for before, place, spec, _ in string.Formatter().parse(sentence) if place]
    numbers = [part for part in parts if part[1] not in ("window", "recent")]
    if len(numbers) != 1 or numbers[0][1] == "change":
        return ""
    before, place, spec = numbers[0]
    written = "{" + str(place) + (f":{spec}" if spec else "") + "}"
    return ("£" if before.endswith("£") else "") + written + ("%" if f"{written}%" in sentence else "")
