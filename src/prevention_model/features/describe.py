"""The page of the catalogue, made from its declarations: `python -m prevention_model.features.describe`."""

import sys
from collections import Counter
from collections.abc import Sequence

from prevention_model.features.catalogue import catalogue
from prevention_model.features.declared import POLARITIES, Declared
from prevention_model.features.in_words import in_words, plain

HEAD = """# Features of the catalogue

What is known of a child at an index date, in the words that a coordinator reads. In the sentences `{times}`,
`{duration}` and `{value}` stand for the number, `{change}` for the way that it went and how far. Some look at others:
*household* at those who live with the child, *siblings* and *parents* at these wherever they live, *place* at everybody
else of the same area. A *risk* can be a reason, a *strength* is shown beside the reasons, a *context* is never either.
Nobody but those named under "seen by" is shown the sentence. Protected traits are not among them.

Some are derived: worked out from others, as a ratio, a difference, a trajectory (how fast something rises or falls, in
its own units a year) or the time since something was reached. *At 4 dates 3 months apart* they look at the index date
and three dates before it, each time at what was known then. What they mean is in `tests/spec/derived_features.md`.

An experiment uses all of them or those that it names in `features`, less those in `leave_out_features`, and those that
it adds itself.
[All settings](../how-to/configure.md). Where a source is not received, its features are missing, which is not 0.

This page is made by `python -m prevention_model.features.describe`; a test compares the two.
"""
COLUMNS = ("feature", "says", "polarity", "looks back", "of whom", "agency", "seen by", "why")


def page() -> str:
    """The whole page, as Markdown.

    >>> "## Youth justice" in page()
    True
    """
    features = catalogue()
    themes = dict.fromkeys(feature.theme for feature in features)
    sections = (section([feature for feature in features if feature.theme == theme]) for theme in themes)
    return "\n".join([HEAD, summary(features), "", *sections])


def summary(features: Sequence[Declared]) -> str:
    """How many features of each polarity a theme has.

    >>> print(summary([feature for feature in catalogue() if feature.theme == "missing"]).splitlines()[2])
    | missing | 8 | 3 | 0 |
    """
    counts = Counter((feature.theme, feature.polarity) for feature in features)
    rows = ["| theme | " + " | ".join(POLARITIES) + " |", "|---" * (len(POLARITIES) + 1) + "|"]
    for theme in dict.fromkeys(feature.theme for feature in features):
        rows.append(
            f"| {plain(theme)} | " + " | ".join(str(counts[theme, each]) for each in POLARITIES) + " |"
        )
    totals = Counter(feature.polarity for feature in features)
    return "\n".join(
        [*rows, f"| all {len(features)} | " + " | ".join(str(totals[p]) for p in POLARITIES) + " |"]
    )


def section(features: Sequence[Declared]) -> str:
    """A theme and its table, a row for each feature."""
    rows = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    rows += ["| " + " | ".join(cells(feature)) + " |" for feature in features]
    return "\n".join([f"## {plain(features[0].theme).capitalize()}", "", *rows, ""])


def cells(feature: Declared) -> tuple[str, ...]:
    """What stands in the columns of a feature's row.

    >>> cells(next(feature for feature in catalogue() if feature.name == "absence_share_6m"))[:2]
    ('`absence_share_6m`', 'Missed {value}% of school sessions in the last 6 months')
    """
    told = in_words([feature]).iloc[0]
    return (f"`{feature.name}`", *(told[name] for name in COLUMNS[1:]))


if __name__ == "__main__":
    sys.stdout.write(page())
