"""What a list of a given length finds: who would be on it, how many rightly, and how many it misses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from prevention_model.errors import WrongUsage
from prevention_model.metrics.arrays import Flags, Floats, outcome_and_score, weights_of
from prevention_model.metrics.score_interval import wilson


def top(score: npt.ArrayLike, size: int, names: Sequence[str] | npt.NDArray | None = None) -> Flags:
    """Mark the `size` rows with the highest scores. Equal scores go by `names` in alphabetical order, or
    by position where there are no names, so the same rows are marked every time.

    >>> top([0.5, 0.9, 0.5], 2, names=["b", "a", "a2"]).tolist()
    [False, True, True]
    """
    scores = np.asarray(score, dtype=np.float64)
    if size < 0:
        raise WrongUsage(f"size is {size}; a list has no rows or more")
    if np.isnan(scores).any():
        raise WrongUsage("score holds missing values; every row needs a score")
    second = np.arange(len(scores)) if names is None else np.asarray(names, dtype=np.str_)
    chosen = np.lexsort((second, -scores))[:size]
    marked = np.zeros(len(scores), dtype=np.bool_)
    marked[chosen] = True
    return marked


def top_within(
    score: npt.ArrayLike,
    sizes: npt.ArrayLike,
    within: npt.ArrayLike,
    names: Sequence[str] | npt.NDArray | None = None,
) -> Flags:
    """As `top`, separately within each value of `within` (whole numbers from 0); `sizes[g]` rows of value g.

    >>> top_within([3, 2, 1, 9], sizes=[1, 1], within=[0, 0, 1, 1]).tolist()
    [True, False, False, True]
    """
    scores, places = np.asarray(score, dtype=np.float64), np.asarray(within, dtype=np.intp)
    room = np.asarray(sizes, dtype=np.intp)
    second = np.arange(len(scores)) if names is None else np.unique(np.asarray(names), return_inverse=True)[1]
    order = np.lexsort((second, -scores, places))
    counts = np.bincount(places, minlength=len(room))
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))
    rank = np.empty(len(scores), dtype=np.intp)
    rank[order] = np.arange(len(scores)) - first[places[order]]
    return rank < room[places]


def precision_at(
    outcome: npt.ArrayLike,
    score: npt.ArrayLike,
    size: int,
    names: Sequence[str] | npt.NDArray | None = None,
    weights: npt.ArrayLike | None = None,
) -> float:
    """Share of the first `size` rows to whom it happened. NaN for an empty list.

    >>> precision_at([1, 0, 1], [0.9, 0.8, 0.1], 2)
    0.5
    """
    return float(found_at(outcome, score, [size], names=names, weights=weights).precision[0])


def recall_at(
    outcome: npt.ArrayLike,
    score: npt.ArrayLike,
    size: int,
    names: Sequence[str] | npt.NDArray | None = None,
    weights: npt.ArrayLike | None = None,
) -> float:
    """Share of those to whom it happened who are among the first `size` rows. NaN without cases.

    >>> recall_at([1, 0, 1, 1], [0.9, 0.8, 0.1, 0.2], 2)
    0.3333333333333333
    """
    return float(found_at(outcome, score, [size], names=names, weights=weights).recall[0])


@dataclass(frozen=True, eq=False)
class Found:
    """What lists found, zone by zone, each (z,): `rows` there, `listed` of them, `cases` (rows to whom it
    happened), and `found`, the cases that were listed. With weights, sums of weights.
    """

    rows: Floats
    listed: Floats
    cases: Floats
    found: Floats

    @property
    def precision(self) -> Floats:
        """Share of the listed to whom it happened. NaN where nobody is listed."""
        return _share(self.found, self.listed)

    @property
    def recall(self) -> Floats:
        """Share of those to whom it happened who are listed. NaN where it happened to nobody."""
        return _share(self.found, self.cases)

    def together(self) -> "Found":
        """All zones as one: the lists as they were made, each up to its own capacity."""
        return Found(*(part.sum(keepdims=True) for part in (self.rows, self.listed, self.cases, self.found)))


def found_at(
    outcome: npt.ArrayLike,
    score: npt.ArrayLike,
    sizes: npt.ArrayLike,
    within: npt.ArrayLike | None = None,
    names: Sequence[str] | npt.NDArray | None = None,
    weights: npt.ArrayLike | None = None,
) -> Found:
    """What is found by lists of `sizes[g]` rows for each zone g: precision and recall at capacity.

    outcome, score and weights (n,); sizes (z,), one for each zone; within (n,), the zone of each row as a whole
    number from 0, or none where all is one zone. Who is listed goes by the score and never by the weights: a
    row of weight 0, whose outcome is not known, takes its place on a list and counts for nothing.
    Raises WrongUsage.

    >>> lists = found_at([1, 0, 1, 1], [4, 3, 2, 1], sizes=[1, 2], within=[0, 0, 1, 1])
    >>> lists.precision.tolist(), lists.recall.tolist(), lists.together().recall.round(3).tolist()
    ([1.0, 1.0], [1.0, 1.0], [1.0])
    """
    happened, room = np.asarray(outcome, dtype=np.float64), np.asarray(sizes)
    given = weights_of(weights, len(happened))
    happened, scores = outcome_and_score(np.where(given > 0, happened, 0.0), score)
    places = np.zeros(len(scores), dtype=np.intp) if within is None else np.asarray(within)
    if places.shape != scores.shape or not np.isin(places, np.arange(len(room))).all():
        raise WrongUsage(
            f"within holds zones for which there is no size; give whole numbers below {len(room)}"
        )
    if (room < 0).any():
        raise WrongUsage(f"size is {room.min()}; a list has no rows or more")
    places = places.astype(np.intp)
    second = None if names is None else np.asarray(names, dtype=np.str_)
    listed = given * top_within(scores, room, places, second)
    parts = (given, listed, given * happened, listed * happened)
    return Found(*(np.bincount(places, part, len(room)).astype(np.float64) for part in parts))


def _share(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


@dataclass(frozen=True)
class NaturalFrequency:
    """About `about` of `of`, and between `lower` and `upper` of `of`.

    >>> str(NaturalFrequency(20, 7, 5, 9))
    'about 7 of 20 (between 5 and 9)'
    """

    of: int
    about: int
    lower: int
    upper: int

    def __str__(self) -> str:
        return f"about {self.about} of {self.of} (between {self.lower} and {self.upper})"


def natural_frequency(found: int, listed: int, of: int = 20, confidence: float = 0.95) -> NaturalFrequency:
    """`found` of `listed`, said as so many of `of`, with Wilson's score interval (Wilson 1927). The ends are
    rounded outwards, so the words never promise more than the figures. Raises WrongUsage.

    >>> str(natural_frequency(180, 500))
    'about 7 of 20 (between 6 and 9)'
    """
    if not 0 <= found <= listed or listed == 0 or of < 1:
        raise WrongUsage(
            f"found is {found} and listed {listed}; give 0 <= found <= listed, and at least one listed"
        )
    z = float(norm.ppf(0.5 + confidence / 2))
    lower, upper = wilson(found / listed, listed, z)
    return frequency_of(found / listed, float(lower), float(upper), of)


def frequency_of(share: float, lower: float, upper: float, of: int = 20) -> NaturalFrequency:
    """A share and its interval, from whatever source, as so many of `of`; the ends rounded outwards.

    >>> str(frequency_of(0.36, 0.31, 0.41))
    'about 7 of 20 (between 6 and 9)'
    """
    low = math.floor(round(max(lower, 0.0) * of, 9))
    high = math.ceil(round(min(upper, 1.0) * of, 9))
    return NaturalFrequency(of, round(share * of), low, high)
