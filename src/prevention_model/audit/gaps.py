"""One rate in each group against everybody else: gaps, intervals that hold for all at once, and a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from prevention_model.audit.grouping import Grouping
from prevention_model.metrics import (
    Resampled,
    effective_size,
    family_bootstrap_each,
    newcombe,
    sums_by_family,
    wilson,
)
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
    """A rate to compare, at one cut: rows that count (`of`), and among them those it happens to (`hits`: true or
    false, or a share of 1). `limit` is the largest gap allowed, where it is not that of the grouping."""

    cut: str
    hits: npt.NDArray
    of: npt.NDArray[np.bool_]
    limit: float | None = None


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
    compared = [each for rate in rates for each in _compare(rate, groupings, families, large_enough, policy)]
    # A group that holds everybody has no others to be compared with.
    assessed = [each.large & np.isfinite(each.gap.estimate) for each in compared]
    reach = Resampled.joined([each.gap for each in compared]).reach(np.concatenate(assessed))
    rows = []
    for each, able in zip(compared, assessed, strict=True):
        grouping = each.grouping
        limit = limits[grouping.name] if each.rate.limit is None else each.rate.limit
        inside, outside = each.sizes
        value, gap = each.value.estimate, each.gap.estimate
        alone = wilson(value, inside, float(norm.ppf(0.5 + policy.confidence / 2)))
        low, high = newcombe(value, inside, value - gap, outside, reach)
        for at, label in enumerate(grouping.labels):
            rows.append(
                {
                    "cut": each.rate.cut,
                    "grouping": grouping.name,
                    "group": label,
                    "people": grouping.people[at],
                    "events": grouping.cases[at],
                    "value": value[at],
                    "value_lower": alone[0][at],
                    "value_upper": alone[1][at],
                    "rest": value[at] - gap[at],
                    "gap": gap[at],
                    "lower": low[at] if able[at] else np.nan,
                    "upper": high[at] if able[at] else np.nan,
                    "limit": limit,
                    "judged": judged_gap(gap[at], low[at], high[at], limit) if able[at] else FEW,
                }
            )
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


@dataclass(frozen=True, eq=False)
class _Compared:
    """One rate in the groups of one grouping, resampled: in each group, and less that of everybody else."""

    rate: Rate
    grouping: Grouping
    value: Resampled
    rest: Resampled
    gap: Resampled
    families: tuple[npt.NDArray, npt.NDArray]
    large: npt.NDArray[np.bool_]

    @property
    def sizes(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """As many separate children as each group, and everybody else, are worth: at most their families."""
        inside, outside = self.families
        return (
            effective_size(self.value.estimate, self.value.spread, inside),
            effective_size(self.rest.estimate, self.rest.spread, outside),
        )


def _compare(
    rate: Rate,
    groupings: Sequence[Grouping],
    families: npt.NDArray,
    large_enough: Mapping[tuple[str, str], npt.NDArray[np.bool_]],
    policy: Policy,
) -> list[_Compared]:
    mine, hits = families[rate.of], rate.hits[rate.of]
    sums = []
    for grouping in groupings:
        members = grouping.members[rate.of]
        sums.append(np.column_stack([members, members * hits[:, None]]))
    drawn = family_bootstrap_each(
        mine, sums, [_rates_and_gaps] * len(sums), policy.resamples, policy.seed, policy.confidence
    )
    found = []
    for grouping, table, each in zip(groupings, sums, drawn, strict=True):
        groups = len(grouping.labels)
        held = sums_by_family(mine, table[:, :groups])
        found.append(
            _Compared(
                rate=rate,
                grouping=grouping,
                value=each.part(slice(None, groups)),
                rest=each.part(slice(groups, 2 * groups)),
                gap=each.part(slice(2 * groups, None)),
                families=(
                    (held > 0).sum(axis=0),
                    (held.sum(axis=1, keepdims=True) > held).sum(axis=0),
                ),
                large=large_enough[rate.cut, grouping.name],
            )
        )
    return found


def _rates_and_gaps(total: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """From totals by group of those that count, and of those it happens to: value, rest and gap."""
    of, hits = np.split(total, 2, axis=1)
    value = hits / of
    rest = (hits.sum(axis=1, keepdims=True) - hits) / (of.sum(axis=1, keepdims=True) - of)
    return np.column_stack([value, rest, value - rest])


def judged_gap(gap: float, lower: float, upper: float, limit: float) -> str:
    """What a gap with its interval comes to. Only a gap whose interval leaves none out is found.

    >>> judged_gap(0.2, 0.05, 0.35, 0.1), judged_gap(0.05, -0.02, 0.2, 0.1)
    ('gap found', 'cannot tell')
    """
    if lower > 0:
        return FOUND if gap > limit else WITHIN
    return NONE if upper <= limit else UNCLEAR
