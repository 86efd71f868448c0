"""Children compared with those who were seen as often: how much of a ranking is only who was watched.

An outcome is on record where somebody looked. Who was seen often before has more on record, so a higher level, and is
seen more often after, so that the outcome is found more often at the same need. Within a band of children with about
as many contacts that way to be right is closed: contacts alone rank there no better than chance.

The area is the covariate-adjusted one of Janes and Pepe (Biometrika 96, 2009): for each case the share of the
non-cases *of its band* that it beats, averaged over cases. A case whose band holds no non-case is left out. Average
precision is taken in each band as if its base rate were the one of all matched rows, so that it compares with the
plain figure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from prevention_model.errors import WrongUsage
from prevention_model.metrics.arrays import Floats, outcome_and_level, outcome_and_score
from prevention_model.metrics.bootstrap import Resampled, family_bootstrap, family_codes, weight_blocks

Codes = npt.NDArray[np.intp]
NOT_KNOWN = "not known"


@dataclass(frozen=True, eq=False)
class Bands:
    """Rows by how often they were seen: `codes` (n) into `labels`, fewest first, "not known" last."""

    codes: Codes
    labels: tuple[str, ...]


def bands_of(counts: npt.ArrayLike) -> Bands:
    """Bands of about equal counts: 0, 1, 2, 3 to 4, 5 to 7, and so on, each reaching half as far again.

    counts (n,), none below 0; missing counts are a band of their own. Bands without rows are left out.
    Raises WrongUsage.

    >>> bands = bands_of([0, 1, 4, 3, np.nan, 6])
    >>> bands.labels, bands.codes.tolist()
    (('0', '1', '3 to 4', '5 to 7', 'not known'), [0, 1, 2, 2, 4, 3])
    """
    given = np.asarray(counts, dtype=np.float64)
    if given.ndim != 1 or (given < 0).any() or np.isinf(given).any():
        raise WrongUsage("counts holds negative or endless values, or is no flat array; give 0 or more a row")
    starts = [0, 1]
    while starts[-1] <= np.nanmax(given, initial=0):
        starts.append(max(starts[-1] + 1, -(-3 * starts[-1] // 2)))
    place = np.searchsorted(starts, given, side="right") - 1
    place[np.isnan(given)] = len(starts)
    used, codes = np.unique(place, return_inverse=True)
    return Bands(codes.astype(np.intp), tuple(_label(starts, band) for band in used))


def _label(starts: Sequence[int], band: int) -> str:
    if band == len(starts):
        return NOT_KNOWN
    first, last = starts[band], starts[band + 1] - 1
    return str(first) if first == last else f"{first} to {last}"


def matched_ranking(
    families: npt.ArrayLike,
    outcome: npt.ArrayLike,
    score: npt.ArrayLike,
    bands: npt.ArrayLike,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Resampled:
    """Area under the curve and average precision within bands, in this order, resampled by family.

    All arrays (n,). With one band they are `auc` and `average_precision`; the same seed draws the same families as
    `ranking_bootstrap` does on the same rows, so the two are paired. NaN where no case has a match. Raises WrongUsage.

    >>> found = matched_ranking(["a", "b", "c", "d"], [1, 0, 1, 0], [9, 8, 2, 1], [1, 1, 0, 0], resamples=200)
    >>> found.estimate.tolist()
    [1.0, 1.0]
    """
    codes = family_codes(families)
    within = _Within(codes, *outcome_and_score(outcome, score), np.asarray(bands))
    once = np.ones((1, int(codes.max(initial=-1)) + 1))
    blocks = (once, *weight_blocks(once.shape[1], resamples, seed))
    found = np.concatenate([[within.figures(weight) for weight in block] for block in blocks])
    return Resampled.of(found[0], found[1:], confidence)


def unmatched_cases(outcome: npt.ArrayLike, bands: npt.ArrayLike) -> int:
    """How many cases stand in a band without anybody to whom it did not happen.

    >>> unmatched_cases([1, 0, 1, 1], [0, 0, 0, 5])
    1
    """
    happened, place = outcome_and_score(outcome, np.asarray(bands))
    others = set(place[happened == 0])
    return int(sum(band not in others for band in place[happened == 1]))


class _Within:
    """Rows by band and, in each, by falling score; equal scores of a band are one step. Only cases are looked at
    one by one: for each it is known at which rows, and which cases, its band and its step begin and end."""

    def __init__(self, codes: Codes, happened: Floats, score: Floats, bands: npt.NDArray) -> None:
        if bands.shape != score.shape:
            raise WrongUsage(f"bands has shape {bands.shape}; give one band for each of {len(score)} rows")
        order = np.lexsort((-score, bands))
        band, score = bands[order], score[order]
        new_band = np.append(True, band[1:] != band[:-1])[: len(band)]
        new_step = new_band | np.append(True, score[1:] != score[:-1])[: len(band)]
        self.families, self.places = codes[order], np.flatnonzero(happened[order])
        self.band, self.step = (_ends(new, self.places) for new in (new_band, new_step))
        self.band_of = np.unique(self.band[0], return_inverse=True)[1]

    def figures(self, weight: Floats) -> tuple[float, float]:
        """Area and average precision, each family counted `weight` (families,) times."""
        rows = weight[self.families]
        cases = rows[self.places]
        seen, found = (np.concatenate(([0.0], np.cumsum(held))) for held in (rows, cases))
        band_first, band_last, band_case, band_end = self.band
        step_first, step_last, step_case, step_end = self.step
        of_band, to_step = found[band_end] - found[band_case], found[step_end] - found[band_case]
        others = seen[band_last] - seen[band_first] - of_band
        above = seen[step_first] - seen[band_first] - (found[step_case] - found[band_case])
        through = seen[step_last] - seen[band_first] - to_step
        counted = cases * (others > 0)
        if not counted.any():
            return float("nan"), float("nan")
        kept = counted > 0
        # Others of a band count as many times as give it the base rate of all matched rows.
        first = np.unique(self.band_of[kept], return_index=True)[1]
        odds = of_band[kept][first].sum() / others[kept][first].sum()
        counted, others, of_band, to_step = counted[kept], others[kept], of_band[kept], to_step[kept]
        beaten = 1 - (above[kept] + through[kept]) / 2 / others
        precision = to_step / (to_step + through[kept] * of_band / others / odds)
        return float(np.average(beaten, weights=counted)), float(np.average(precision, weights=counted))


def _ends(new: npt.NDArray[np.bool_], places: Codes) -> tuple[Codes, Codes, Codes, Codes]:
    """For each case the first row of its run and the row after, and the first case in it and the case after."""
    first = np.flatnonzero(new)
    run = np.searchsorted(first, places, side="right") - 1
    begins, ends = first[run], np.append(first[1:], len(new))[run]
    return begins, ends, np.searchsorted(places, begins), np.searchsorted(places, ends)


def by_exposure_alone(plain: float, matched: float) -> float:
    """The share of what an area has above chance that is gone among children seen as often; NaN without any.

    >>> by_exposure_alone(0.80, 0.65)
    0.5
    """
    return round((plain - matched) / (plain - 0.5), 12) if plain > 0.5 else float("nan")


def levels_by_part(
    families: npt.ArrayLike,
    outcome: npt.ArrayLike,
    level: npt.ArrayLike,
    codes: npt.ArrayLike,
    labels: Sequence[str],
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """By part (`codes` (n) into `labels`): rows, cases, mean level (`expected`), share to whom it happened
    (`observed`), and `gap`, expected less observed, with `lower` and `upper` by resampling families. NaN for a part
    without rows. Raises WrongUsage.

    >>> table = levels_by_part(["a", "b", "c"], [1, 0, 0], [0.5, 0.5, 0.1], [0, 0, 1], ["seen", "not seen"])
    >>> table[["part", "rows", "cases", "expected", "observed"]].values.tolist()
    [['seen', 2, 1, 0.5, 0.5], ['not seen', 1, 0, 0.1, 0.0]]
    """
    happened, levels = outcome_and_level(outcome, level)
    size, place = len(labels), np.asarray(codes)
    member = place[:, None] == np.arange(size)
    sums = np.hstack([member * held[:, None] for held in (np.ones_like(levels), happened, levels)])

    def gaps(total: Floats) -> Floats:
        count, cases, expected = (total[:, size * at : size * (at + 1)] for at in range(3))
        found: Floats = (expected - cases) / count
        return found

    found = family_bootstrap(families, sums, gaps, resamples, seed)
    count, cases, expected = sums.sum(axis=0).reshape(3, size)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = {"expected": expected / count, "observed": cases / count}
    return pd.DataFrame(
        {
            "part": list(labels),
            "rows": count.astype(int),
            "cases": cases.astype(int),
            **shares,
            "gap": found.estimate,
            "lower": found.lower,
            "upper": found.upper,
        }
    )


@dataclass(frozen=True)
class Agreement:
    """Two rankings of the same children. `correlation` is Spearman's. Of the children highest in the one, the share
    `rate_in_top` had the outcome of the other; of those highest in the other itself `own_top`; of all `base_rate`."""

    correlation: float
    rate_in_top: float
    own_top: float
    base_rate: float


def agreement(
    level: npt.ArrayLike, other: npt.ArrayLike, other_outcome: npt.ArrayLike, share: float = 0.1
) -> Agreement:
    """How alike two rankings are, and how the top `share` of the first fares on the outcome of the other.

    All (n,); an outcome may be missing, and its row then counts for the correlation only. NaN where one of the
    rankings does not vary or no outcome is known. Raises WrongUsage.

    >>> agreement([4, 3, 2, 1], [3, 4, 2, 1], [0, 1, 0, 0], share=0.25)
    Agreement(correlation=0.8, rate_in_top=0.0, own_top=1.0, base_rate=0.25)
    """
    first, second = np.asarray(level, dtype=np.float64), np.asarray(other, dtype=np.float64)
    happened = np.asarray(other_outcome, dtype=np.float64)
    if not first.shape == second.shape == happened.shape or first.ndim != 1:
        raise WrongUsage(
            "levels and outcome of two rankings are not of the same rows; give three flat arrays"
        )
    if not 0 < share <= 1:
        raise WrongUsage(f"share is {share}; give a number above 0 and at most 1")
    known = ~np.isnan(happened)
    alike = len(first) > 1 and np.ptp(first) > 0 and np.ptp(second) > 0
    return Agreement(
        correlation=round(float(np.corrcoef(rankdata(first), rankdata(second))[0, 1]), 12)
        if alike
        else float("nan"),
        rate_in_top=_rate_in_top(first[known], happened[known], share),
        own_top=_rate_in_top(second[known], happened[known], share),
        base_rate=float(happened[known].mean()) if known.any() else float("nan"),
    )


def _rate_in_top(score: Floats, happened: Floats, share: float) -> float:
    if not len(score):
        return float("nan")
    top = np.argsort(-score, kind="stable")[: max(1, round(share * len(score)))]
    return float(happened[top].mean())
