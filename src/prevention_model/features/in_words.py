"""Features in words: what each one is, says, looks at and is for, as a table for people."""

import shutil
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import fields
from itertools import zip_longest

import pandas as pd

from prevention_model.features.declared import Declared
from prevention_model.features.derived import Derived
from prevention_model.features.feature import Feature
from prevention_model.query import KEPT, Change, Retention

_SCOPES = {"own": "the child", "household_others": "household"}
PRINTED = ("feature", "says", "looks back", "of whom", "polarity")
"""Columns that are printed; all others are in the frame."""


def in_words(features: Iterable[Declared], retention: Retention = KEPT) -> pd.DataFrame:
    """One row a feature, in their order; all cells are text. `kept for` says what `retention` holds for its kinds.

    >>> from prevention_model.query import Count, Lookback
    >>> late = Feature("late_6m", Count("event", kind="late"), Lookback("6 months"), sentence="Late {times}")
    >>> in_words([late]).loc[0, ["feature", "how", "looks back", "of whom"]].tolist()
    ['late_6m', 'Count(event, late)', '6 months', 'the child']
    """
    rows = [
        {
            "feature": each.name,
            "says": says(each),
            "how": how(each.rule if isinstance(each, Derived) else each.aggregate),
            "looks back": (each.window or "all time") if isinstance(each, Feature) else each.looks_back,
            "of whom": of_whom(each),
            "theme": plain(each.theme),
            "agency": plain(each.agency),
            "polarity": each.polarity,
            "seen by": ", ".join(plain(whose) for whose in each.share_with),
            "why": each.purpose,
            "kept for": _kept_for(each, retention),
        }
        for each in features
        if isinstance(each, Feature | Derived)
    ]
    return pd.DataFrame(rows)


def says(each: Declared) -> str:
    """Its sentence, with all filled in that does not hang on the value."""
    text = each.sentence.replace("{window}", each.window or "")
    for written in ("{value:.0f}", "{value:,.0f}", "{value:.1f}", "{years}"):
        text = text.replace(written, "{value}")
    if isinstance(each, Feature) and isinstance(each.aggregate, Change):
        text = text.replace("{recent}", each.aggregate.recent)
    return text


def of_whom(each: Declared) -> str:
    """Whom it is about, in a word or two."""
    scopes = dict.fromkeys(question.scope for question in each.questions)
    return " and ".join(_SCOPES.get(scope, scope) for scope in scopes)


def how(made: object) -> str:
    """An aggregate or a rule, as it is written, without what is left at its default.

    >>> from prevention_model.features.rules import Trajectory
    >>> how(Trajectory("late_3m", times=3))
    'Trajectory(late_3m, 3 months, 3)'
    """
    values = [getattr(made, item.name) for item in fields(made)]  # type: ignore[arg-type]
    return f"{type(made).__name__}({', '.join(_argument(value) for value in values if value not in (None, False))})"


def _argument(value: object) -> str:
    if isinstance(value, Feature):
        return value.name
    if isinstance(value, tuple):
        return " or ".join(value)
    return how(value) if hasattr(value, "__dataclass_fields__") else str(value)


def plain(name: str) -> str:
    """A name as words.

    >>> plain("zone_coordinator")
    'zone coordinator'
    """
    return name.replace("_", " ")


def _kept_for(each: Declared, retention: Retention) -> str:
    kinds = dict.fromkeys(need.kind for question in each.questions for need in question.aggregate.needs())
    return ", ".join(f"{kind}: {retention.lengths[kind]}" for kind in kinds if kind in retention.lengths)


def as_text(table: pd.DataFrame, line: int | None = None) -> str:
    """The columns of PRINTED, wrapped to lines so long; without, as long as the terminal's. Where a feature has no
    sentence, how it is made stands in its place.

    >>> from prevention_model.query import Count, Lookback
    >>> late = Feature("late_6m", Count("event", kind="late"), Lookback("6 months"), sentence="Late {times}")
    >>> print(as_text(in_words([late]), 90))
    feature              says                              looks back     of whom    polarity
    late_6m              Late {times}                      6 months       the child  context
    """
    line = line or shutil.get_terminal_size((120, 24)).columns
    rest = max(line - 25, 40)  # the last two columns take 17, and the gaps between all of them 8
    widths = [rest * 3 // 10, rest // 2, rest // 5, 9, 8]
    table = table.assign(says=table["says"].where(table["says"] != "", table["how"]))
    rows = [list(PRINTED), *table[list(PRINTED)].to_numpy().tolist()]
    return "\n".join(printed for row in rows for printed in _lines(row, widths))


def _lines(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    cells = [textwrap.wrap(cell, width) for cell, width in zip(row, widths, strict=True)]
    for pieces in zip_longest(*cells, fillvalue=""):
        padded = (piece.ljust(width) for piece, width in zip(pieces, widths, strict=True))
        yield "  ".join(padded).rstrip()
