"""One rate in each group against everybody else: gaps, intervals that hold for all at once, and a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from prevention_model.audit.grouping import Grouping
from prevention_model.metrics import Resampled, family_bootstrap
from prevention_model.settings.policy import Policy

FOUND, WITHIN, NONE, UNCLEAR, FEW = (
    "gap found",
    "gap within the limit",
    "no gap found",
    "cannot tell",
    "too few",
)
MULTIPLICITY = (
    "{count} groups were compared; the interval of each gap is widened so that, were there no gap at all, "
    "only about {wrong} in 100 audits would show one."
)


@dataclass(frozen=True, eq=False)
class Rate:
    """A rate to compare, at one cut: rows that count (`of`), and among them those it happens to (`hits`)."""

    cut: str
    hits: npt.NDArray[np.bool_]
    of: npt.NDArray[np.bool_]


def rate_gaps(
    rates: Sequence[Rate],
    groupings: Sequence[Grouping],
    families: npt.NDArray,
    large_enough: Mapping[tuple[str, str], npt.NDArray[np.bool_]],
    limits: Mapping[str, float],
    policy: Policy,
) -> list[dict[str, Any]]:
    """One row for each cut and group: value, its interval, rest, gap, lower and upper of the gap, judged.

    `large_enough[(cut, grouping)]` says which groups can be assessed; `limits[grouping]` is the largest gap
    allowed upwards. The intervals of the gaps of all groups that can be assessed hold at once.
    """
    places = [(rate, grouping) for rate in rates for grouping in groupings]
    values, gaps = [], []
    for rate, grouping in places:
        both = _resampled(rate, grouping, families, policy)
        half = len(grouping.labels)
        values.append(_part(both, slice(None, half)))
        gaps.append(_part(both, slice(half, None)))
    # A group that holds everybody has no others to be compared with.
    assessed = [
        large_enough[rate.cut, grouping.name] & np.isfinite(gap.estimate)
        for (rate, grouping), gap in zip(places, gaps, strict=True)
    ]
    low, high = _at_once(gaps, assessed, policy.confidence)
    rows = []
    for (rate, grouping), value, gap, able, lows, highs in zip(
        places, values, gaps, assessed, low, high, strict=True
    ):
        for at, label in enumerate(grouping.labels):
            row = {
                "cut": rate.cut,
                "grouping": grouping.name,
                "group": label,
                "people": grouping.people[at],
                "events": grouping.cases[at],
                "value": value.estimate[at],
                "value_lower": value.lower[at],
                "value_upper": value.upper[at],
                "rest": value.estimate[at] - gap.estimate[at],
                "gap": gap.estimate[at],
                "lower": lows[at],
                "upper": highs[at],
            }
            limit = limits[grouping.name]
            word = _judged(gap.estimate[at], lows[at], highs[at], limit) if able[at] else FEW
            rows.append(row | {"limit": limit, "judged": word})
    return rows


def limits_by_grouping(
    groupings: Sequence[Grouping], usual: float, wider: Mapping[str, float]
) -> dict[str, float]:
    """The largest gap allowed in each grouping."""
    return {grouping.name: wider.get(grouping.name, usual) for grouping in groupings}


def unassessed_share(rows: Sequence[Mapping[str, Any]], count: str) -> tuple[str, float]:
    """The grouping with the largest share of `count` in groups too small to assess, and that share."""
    worst = ("", 0.0)
    for cut, grouping in sorted({(row["cut"], row["grouping"]) for row in rows}):
        these = [row for row in rows if row["cut"] == cut and row["grouping"] == grouping]
        total = sum(row[count] for row in these)
        few = sum(row[count] for row in these if row["judged"] == FEW)
        if total and few / total > worst[1]:
            worst = (grouping, few / total)
    return worst


def multiplicity(rows: Sequence[Mapping[str, Any]], policy: Policy) -> str:
    """The note that many comparisons were made, and what was done about it."""
    count = len({(row["cut"], row["grouping"], row["group"]) for row in rows if row["judged"] != FEW})
    return MULTIPLICITY.format(count=count, wrong=round(100 * (1 - policy.confidence)))


def _resampled(rate: Rate, grouping: Grouping, families: npt.NDArray, policy: Policy) -> Resampled:
    members, groups = grouping.members[rate.of], len(grouping.labels)
    sums = np.column_stack([members, members * rate.hits[rate.of][:, None]])

    def rates_and_gaps(total: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        of, hits = total[:, :groups], total[:, groups:]
        value = hits / of
        rest = (hits.sum(axis=1, keepdims=True) - hits) / (of.sum(axis=1, keepdims=True) - of)
        return np.column_stack([value, value - rest])

    return family_bootstrap(
        families[rate.of], sums, rates_and_gaps, policy.resamples, policy.seed, policy.confidence
    )


def _part(whole: Resampled, columns: slice) -> Resampled:
    return Resampled(
        whole.estimate[columns],
        whole.draws[:, columns],
        whole.confidence,
        whole.lower[columns],
        whole.upper[columns],
    )


def _at_once(
    parts: Sequence[Resampled], assessed: Sequence[npt.NDArray[np.bool_]], confidence: float
) -> tuple[list[npt.NDArray], list[npt.NDArray]]:
    whole = Resampled.joined(parts)
    low, high = whole.simultaneous(np.concatenate(assessed))
    ends = np.cumsum([len(part.estimate) for part in parts])[:-1]
    return np.split(low, ends), np.split(high, ends)


def _judged(gap: float, lower: float, upper: float, limit: float) -> str:
    if lower > 0:
        return FOUND if gap > limit else WITHIN
    return NONE if upper <= limit else UNCLEAR
