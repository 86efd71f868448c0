"""What one way of listing comes to, in every group and in all, and how it differs from today's with the same resamples.

Everything is a sum over rows, or made of one, so that one draw of families weighs all figures of all ways alike.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.audit.grouping import Grouping, Known
from prevention_model.metrics import (
    Resampled,
    calibration_line,
    family_bootstrap,
    ranking_bootstrap,
)
from prevention_model.metrics.arrays import Floats
from prevention_model.metrics.bootstrap import family_codes
from prevention_model.metrics.calibration import slope_from_sums, slope_terms
from prevention_model.settings.policy import Policy

LIST = "the list"
RATES = ("missed", "for nothing", "chosen", "observed over expected")
"""Of those to whom it happened, the share not chosen; of those chosen, the share to whom it did not happen; the share
chosen of all; and how many onsets came for one that levels expect."""
WHOLE = ("precision", "recall", "auc", "average_precision", "calibration_slope", "observed_expected")
"""`precision`: of the families listed, at each date, the share with an onset. `recall`: of onsets, the share listed."""


@dataclass(frozen=True, eq=False)
class Way:
    """One way of listing children whose outcome is known (n rows each): audit's `Known`, and the index `dates`."""

    known: Known
    dates: npt.NDArray

    @cached_property
    def families(self) -> npt.NDArray[np.intp]:
        """A whole number for each family, in the order that resampling goes by."""
        return family_codes(self.known.families)


@dataclass(frozen=True, eq=False)
class Priced:
    """Figures of one way. `keys`: rate, cut, grouping and group of each; of each group its `value`, and its `gap` to
    all others; `whole` are those of `WHOLE`. `fewest`: see `group_rows`."""

    keys: tuple[tuple[str, str, str, str], ...]
    fewest: tuple[int, ...]
    value: Resampled
    gap: Resampled
    whole: Resampled


class Pricer:
    """Prices ways of one data set, each with the same `resamples` draws of whole families.

    What two ways share, such as who is among the highest levels, is resampled once.
    """

    def __init__(self, groupings: Sequence[Grouping], policy: Policy, resamples: int) -> None:
        self.groupings, self.policy = tuple(groupings), policy
        self._draw = (resamples, policy.seed, policy.confidence)
        self._known: dict[bytes, Any] = {}

    def price(self, way: Way) -> Priced:
        """All figures of a way."""
        rates = list(_rates(way, self.policy))
        drawn = [self._once(self._resampled, way, hits, of) for _, _, hits, of in rates]
        fewest = [self._once(self._fewest, way, hits, of) for _, _, hits, of in rates]
        groups = sum(len(grouping.labels) for grouping in self.groupings)
        return Priced(
            tuple(
                (rate, cut, grouping.name, label)
                for rate, cut, _, _ in rates
                for grouping in self.groupings
                for label in grouping.labels
            ),
            tuple(number for each in fewest for number in each),
            Resampled.joined([each.part(slice(None, groups)) for each in drawn]),
            Resampled.joined([each.part(slice(groups, None)) for each in drawn]),
            self.whole(way),
        )

    def whole(self, way: Way) -> Resampled:
        """The figures of all children, in the order of `WHOLE`."""
        lists = self._once(self._of_lists, way, way.known.listed, way.known.happened)
        levels = self._once(self._of_levels, way, way.known.level, way.known.happened)
        return Resampled.joined([lists, levels])

    def _once(self, make: Callable[[Way, npt.NDArray, npt.NDArray], Any], way: Way, *two: npt.NDArray) -> Any:
        key = make.__name__.encode() + b"".join(blake2b(each.tobytes()).digest() for each in two)
        if key not in self._known:
            self._known[key] = make(way, *two)
        return self._known[key]

    def _resampled(self, way: Way, hits: Floats, of: Floats) -> Resampled:
        """The values of all groups, grouping by grouping, and then their gaps."""
        sums = [[_by_family(way, grouping, each) for each in (of, hits)] for grouping in self.groupings]
        ends = np.cumsum([2 * len(grouping.labels) for grouping in self.groupings])[:-1]

        def values_and_gaps(total: Floats) -> Floats:
            both = [_values_and_gaps(each) for each in np.split(total, ends, axis=1)]
            return np.column_stack([*(value for value, _ in both), *(gap for _, gap in both)])

        table = np.column_stack([each for pair in sums for each in pair])
        return family_bootstrap(np.arange(len(table)), table, values_and_gaps, *self._draw)

    def _fewest(self, way: Way, hits: Floats, of: Floats) -> list[int]:
        """By group the fewest distinct people among those it happened to and the others of a share, but for none."""
        people = pd.factorize(way.known.people)[0]
        number, found = int(people.max()) + 1, list[int]()
        for grouping in self.groupings:
            sides = np.array(
                [
                    np.bincount(
                        np.unique(grouping.codes[side] * number + people[side]) // number,
                        minlength=len(grouping.labels),
                    )
                    for side in (hits > 0, of > hits)
                ]
            )
            found += np.where(sides > 0, sides, number).min(axis=0).tolist()
        return found

    def _of_lists(self, way: Way, listed: npt.NDArray[np.bool_], happened: Floats) -> Resampled:
        """Precision and recall of the list."""
        sums = np.column_stack([*_listed_families(way), happened * listed, happened])
        return family_bootstrap(
            way.known.families, sums, lambda total: total[:, [1, 2]] / total[:, [0, 3]], *self._draw
        )

    def _of_levels(self, way: Way, level: Floats, happened: Floats) -> Resampled:
        """AUC, average precision, calibration slope, and what happened for one that is expected."""
        families, line = way.known.families, calibration_line(happened, level)
        sums = np.column_stack([happened, level, slope_terms(happened, level, line)])

        def of_sums(total: Floats) -> Floats:
            slope = slope_from_sums(total[:, 2:], line)[:, 1]
            return np.column_stack([slope, total[:, 0] / total[:, 1]])

        summed = family_bootstrap(families, sums, of_sums, *self._draw)
        return Resampled.joined([ranking_bootstrap(families, happened, level, *self._draw), summed])


def changed(one: Resampled, other: Resampled) -> Resampled:
    """`other` less `one`, draw by draw."""
    return Resampled.of(other.estimate - one.estimate, other.draws - one.draws, one.confidence)


def whole_rows(today: Resampled, other: Resampled) -> list[dict[str, Any]]:
    """One row for each figure of all children: today, with the measure, and the change with its interval."""
    change = changed(today, other)
    return [
        {
            "figure": name,
            "today": float(today.estimate[at]),
            "with": float(other.estimate[at]),
            **_interval(change, at),
        }
        for at, name in enumerate(WHOLE)
    ]


def group_rows(
    today: Priced, other: Priced, groupings: Sequence[Grouping], policy: Policy
) -> list[dict[str, Any]]:
    """One row for each rate, cut and group: value and gap to all others, today and with the measure, and the change of
    the gap (of levels: of the value) with its interval. `enough` is False where the policy says that a group is too
    small to assess; `fewest` are the fewest people, but for none, on either side of a share, so that a page can hide
    what would count them.
    """
    by_name = {
        (grouping.name, label): (int(grouping.people[at]), int(grouping.cases[at]))
        for grouping in groupings
        for at, label in enumerate(grouping.labels)
    }
    of_gap, of_value = changed(today.gap, other.gap), changed(today.value, other.value)
    rows = []
    for at, (rate, cut, grouping, group) in enumerate(today.keys):
        people, cases = by_name[grouping, group]
        rows.append(
            {
                "rate": rate,
                "cut": cut,
                "grouping": grouping,
                "group": group,
                "people": people,
                "events": cases,
                "enough": people >= policy.min_people and cases >= policy.min_events,
                "fewest": min(today.fewest[at], other.fewest[at]),
                "value_today": float(today.value.estimate[at]),
                "value_with": float(other.value.estimate[at]),
                "gap_today": float(today.gap.estimate[at]),
                "gap_with": float(other.gap.estimate[at]),
                **_interval(of_value if rate == RATES[3] else of_gap, at),
            }
        )
    return rows


def families_changed(
    families: npt.NDArray, dates: npt.NDArray, today: npt.NDArray, other: npt.NDArray
) -> dict[str, int]:
    """Families listed `today` and by the `other` way (n; true or false), each at each date, and how many on both lists.

    >>> families_changed(np.array(["f", "g"]), np.array([1, 1]), np.array([True, False]), np.array([True, True]))
    {'today': 1, 'with': 2, 'both': 1}
    """
    one, two = (set(zip(families[rows], dates[rows], strict=True)) for rows in (today, other))
    return {"today": len(one), "with": len(two), "both": len(one & two)}


def _rates(way: Way, policy: Policy) -> Iterator[tuple[str, str, Floats, Floats]]:
    """Rate, cut, hits and of (n each), in one order for every way."""
    happened, everybody = way.known.happened, np.ones(len(way.known.happened))
    for cut, chosen in ((LIST, way.known.listed), (f"the highest {policy.wider_cut:.0%}", way.known.wide)):
        inside = chosen.astype(np.float64)
        yield RATES[0], cut, happened * (1 - inside), happened
        yield RATES[1], cut, inside * (1 - happened), inside
        yield RATES[2], cut, inside, everybody
    yield RATES[3], "all", happened, way.known.level


def _by_family(way: Way, grouping: Grouping, counted: Floats) -> Floats:
    """Sums of each family in each group (families x groups)."""
    groups, families = len(grouping.labels), int(way.families.max()) + 1
    cells = way.families * groups + grouping.codes
    sums: Floats = np.bincount(cells, counted, minlength=families * groups).astype(np.float64)
    return sums.reshape(families, groups)


def _values_and_gaps(total: Floats) -> tuple[Floats, Floats]:
    groups = total.shape[1] // 2
    of, hits = total[:, :groups], total[:, groups:]
    rest_of, rest_hits = (each.sum(axis=1, keepdims=True) - each for each in (of, hits))
    value = hits / of
    return value, value - rest_hits / rest_of


def _listed_families(way: Way) -> tuple[Floats, Floats]:
    """On the first row of each family at a date: 1 where it is listed, and 1 where it then also had an onset."""
    known = way.known
    table = pd.DataFrame({"family": way.families, "date": way.dates, "happened": known.happened})
    table = table[known.listed]
    onset = table.groupby(["family", "date"], sort=False)["happened"].transform("max")
    first = ~table.duplicated(["family", "date"])
    listed, found = np.zeros(len(known.listed)), np.zeros(len(known.listed))
    listed[table.index[first]] = 1.0
    found[table.index[first]] = onset[first]
    return listed, found


def _interval(change: Resampled, at: int) -> dict[str, float]:
    return {
        "change": float(change.estimate[at]),
        "lower": float(change.lower[at]),
        "upper": float(change.upper[at]),
    }
