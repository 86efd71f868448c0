"""Levels against what happened: as a whole, along the range, and bin by bin.

Intercept and slope are those of an unpenalised logistic regression of the outcome on the log-odds of the
level (Cox 1958; Van Calster and others 2016). Perfect levels have intercept 0 and slope 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.errors import WrongUsage
from prevention_model.metrics.arrays import (
    Floats,
    both_classes,
    outcome_and_level,
    shares_of,
    weighed_levels,
    weights_of,
)

# A level of exactly 0 or 1 has no log-odds. One in a million is beyond what any data can tell.
EDGE = 1e-6


@dataclass(frozen=True)
class CalibrationLine:
    """`intercept` and `slope` fitted together; `in_the_large` is the intercept with the slope held at 1."""

    intercept: float
    slope: float
    in_the_large: float


def log_odds(level: npt.ArrayLike) -> Floats:
    """Log-odds of probabilities, kept within one in a million of 0 and 1.

    >>> log_odds([0.5, 0.75]).round(4).tolist()
    [0.0, 1.0986]
    """
    kept = np.clip(np.asarray(level, dtype=np.float64), EDGE, 1 - EDGE)
    return np.log(kept) - np.log1p(-kept)


def calibration_line(
    outcome: npt.ArrayLike, level: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> CalibrationLine:
    """Intercept and slope of the outcome on the log-odds of the level.

    outcome, level and weights (n,). NaN where they are not defined: one class only, a single level, or no
    case below any non-case (or the reverse), where the best slope is endless (Albert and Anderson 1984).
    Raises WrongUsage.

    >>> happened = np.repeat([1, 0, 1, 0], [20, 80, 60, 40])
    >>> level = np.repeat([0.2, 0.2, 0.6, 0.6], [20, 80, 60, 40])
    >>> line = calibration_line(happened, level)
    >>> round(line.intercept, 6) + 0.0, round(line.slope, 6)
    (0.0, 1.0)
    """
    happened, levels, given = weighed_levels(outcome, level, weights)
    # The fit does not depend on the unit of the weights; the rule when to stop would.
    given = given / given.mean() if len(given) else given
    raw = log_odds(levels)
    if not both_classes(happened):
        return CalibrationLine(float("nan"), float("nan"), float("nan"))
    large = _fit(np.ones((len(raw), 1)), happened, raw, given)[0]
    if _separated(raw, happened):
        return CalibrationLine(float("nan"), float("nan"), float(large))
    both = _fit(np.column_stack([np.ones_like(raw), raw]), happened, np.zeros_like(raw), given)
    return CalibrationLine(float(both[0]), float(both[1]), float(large))


def slope_terms(
    outcome: npt.ArrayLike,
    level: npt.ArrayLike,
    line: CalibrationLine,
    weights: npt.ArrayLike | None = None,
) -> Floats:
    """One row of five sums for each child (n x 5), from which `slope_from_sums` re-estimates the line.

    Score and information of the logistic likelihood at the fitted line: residual, residual times log-odds,
    and the three entries of the information matrix. All 0 for a row of weight 0. Raises WrongUsage.
    """
    given = weights_of(weights, len(np.asarray(level)))
    happened, levels = outcome_and_level(np.where(given > 0, outcome, 0.0), level)
    raw = log_odds(levels)
    expected = 1 / (1 + np.exp(-(line.intercept + line.slope * raw)))
    residual, weight = given * (happened - expected), given * expected * (1 - expected)
    return np.column_stack([residual, residual * raw, weight, weight * raw, weight * raw * raw])


def slope_from_sums(sums: Floats, line: CalibrationLine) -> Floats:
    """Intercept and slope (B x 2) from resampled sums (B x 5), by one Newton step from the fitted line.

    One step is enough to first order (the one-step bootstrap: Shao and Tu 1995, section 3.3), and makes a
    thousand resamples a matter of arithmetic. NaN where a resample holds too little.
    """
    s0, s1, w0, w1, w2 = (sums[:, column] for column in range(5))
    with np.errstate(divide="ignore", invalid="ignore"):
        determinant = w0 * w2 - w1 * w1
        determinant = np.where(determinant > 0, determinant, np.nan)
        intercept = line.intercept + (w2 * s0 - w1 * s1) / determinant
        slope = line.slope + (w0 * s1 - w1 * s0) / determinant
    return np.column_stack([intercept, slope])


def expected_minus_observed(
    outcome: npt.ArrayLike, level: npt.ArrayLike, weights: npt.ArrayLike | None = None
) -> float:
    """Mean level less the share to whom it happened. Above 0: the levels are too high.

    >>> round(expected_minus_observed([1, 0, 0, 0], [0.3, 0.3, 0.3, 0.3]), 3)
    0.05
    """
    happened, levels, given = weighed_levels(outcome, level, weights)
    return float(shares_of(given) @ (levels - happened))


def bins_of_equal_weight(levels: Floats, bins: int, weights: Floats) -> npt.NDArray[np.intp]:
    """The bin of each row, whole numbers from 0 in the order of the level; every one of them is used.

    A bin ends at the first level by which its part of the weight is reached. Equal levels stay in one bin,
    so there may be fewer than `bins`. Raises WrongUsage.

    >>> bins_of_equal_weight(np.array([0.9, 0.1, 0.2, 0.2]), 2, np.ones(4)).tolist()
    [1, 0, 0, 0]
    """
    if bins < 1:
        raise WrongUsage(f"bins is {bins}; give 1 or more")
    if not len(levels):
        return np.empty(0, dtype=np.intp)
    order = np.argsort(levels, kind="stable")
    so_far = np.cumsum(weights[order])
    # Sums of floats: a part counts as reached when all but a billionth of it is.
    parts = so_far[-1] * np.arange(1, bins) / bins * (1 - 1e-9)
    edges = np.unique(levels[order][np.searchsorted(so_far, parts)])
    return np.unique(np.searchsorted(edges, levels), return_inverse=True)[1]


def calibration_curve(
    outcome: npt.ArrayLike, level: npt.ArrayLike, bins: int = 10, weights: npt.ArrayLike | None = None
) -> pd.DataFrame:
    """Bins of equal weight (equal numbers, where none is given) by level: lowest, highest and mean level
    (`expected`), share to whom it happened (`observed`), both weighed, and the number of rows (`count`) and of
    those among them to whom it happened (`events`). Equal levels stay in one bin. Raises WrongUsage.

    >>> calibration_curve([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], bins=2)["observed"].tolist()
    [0.0, 1.0]
    """
    happened, levels, given = weighed_levels(outcome, level, weights)
    place = bins_of_equal_weight(levels, bins, given)
    table = pd.DataFrame(
        {"y": happened, "p": levels, "w": given, "wy": given * happened, "wp": given * levels}
    )
    by = table.groupby(place)
    weight = by["w"].sum()
    return pd.DataFrame(
        {
            "lowest": by["p"].min(),
            "highest": by["p"].max(),
            "expected": by["wp"].sum() / weight,
            "observed": by["wy"].sum() / weight,
            "count": by["y"].size(),
            "events": by["y"].sum().astype(int),
        }
    ).reset_index(drop=True)


def expected_calibration_error(
    outcome: npt.ArrayLike, level: npt.ArrayLike, bins: int = 10, weights: npt.ArrayLike | None = None
) -> float:
    """Mean distance of expected from observed over bins of equal weight (Naeini and others 2015).

    It is above 0 by chance alone, the more so the smaller the bins: read it beside
    `calibration_error_by_chance`, and compare like with like only. Raises WrongUsage.

    >>> round(expected_calibration_error([0, 0, 1, 1], [0.1, 0.1, 0.9, 0.9], bins=2), 3)
    0.1
    """
    happened, levels, given = weighed_levels(outcome, level, weights)
    place = bins_of_equal_weight(levels, bins, given)
    return float(np.abs(np.bincount(place, shares_of(given) * (levels - happened))).sum())


def calibration_error_by_chance(
    level: npt.ArrayLike, bins: int = 10, weights: npt.ArrayLike | None = None
) -> float:
    """What `expected_calibration_error` comes to on average when the levels are exactly right.

    The observed share of a bin then lies around the expected one with a known spread, and the mean distance
    is that spread times the root of 2 / pi: the consistency resampling of Broecker and Smith (2007) with the
    normal curve in place of draws. Rows count as independent; brothers and sisters make it larger. An error
    not well above it shows no fault. It is no bias to be taken off: with a real fault, chance adds less.

    >>> round(calibration_error_by_chance([0.2] * 100), 4), round(calibration_error_by_chance([0.2] * 10000), 4)
    (0.0319, 0.0032)
    """
    levels = np.asarray(level, dtype=np.float64)
    _, levels, given = weighed_levels(np.zeros_like(levels), levels, weights)
    place = bins_of_equal_weight(levels, bins, given)
    spread = np.sqrt(np.bincount(place, shares_of(given) ** 2 * levels * (1 - levels)))
    return float(np.sqrt(2 / np.pi) * spread.sum())


def _separated(raw: Floats, happened: Floats) -> bool:
    """Whether some log-odds lies between all cases and all others, ties allowed: then no slope is the best."""
    cases, others = raw[happened == 1], raw[happened == 0]
    return bool(others.max() <= cases.min() or cases.max() <= others.min())


def _fit(design: Floats, happened: Floats, offset: Floats, given: Floats) -> Floats:
    """Newton's method for logistic regression, halving steps that worsen the fit; NaN without an optimum."""
    weights = np.zeros(design.shape[1])
    reached = _likelihood(design @ weights + offset, happened, given)
    for _ in range(50):
        expected = 1 / (1 + np.exp(-np.clip(design @ weights + offset, -500, 500)))
        information = (design * (given * expected * (1 - expected))[:, None]).T @ design
        try:
            step = np.linalg.solve(information, design.T @ (given * (happened - expected)))
        except np.linalg.LinAlgError:
            return np.full_like(weights, np.nan)
        for _ in range(30):
            now = _likelihood(design @ (weights + step) + offset, happened, given)
            if now >= reached - 1e-12:
                break
            step /= 2
        weights, reached = weights + step, now
        if np.abs(step).max() < 1e-9:
            return weights
    return np.full_like(weights, np.nan)


def _likelihood(raw: Floats, happened: Floats, given: Floats) -> float:
    return float(np.sum(given * (happened * raw - np.logaddexp(0, raw))))
