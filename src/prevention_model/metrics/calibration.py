"""Levels against what happened: as a whole, along the range, and bin by bin.

Intercept and slope are those of an unpenalised logistic regression of the outcome on the log-odds of the
level (Cox 1958; Van Calster and others 2016). Perfect levels have intercept 0 and slope 1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.metrics.arrays import Floats, outcome_and_level

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


def calibration_line(outcome: npt.ArrayLike, level: npt.ArrayLike) -> CalibrationLine:
    """Intercept and slope of the outcome on the log-odds of the level.

    NaN where they are not defined: one class only, a single level, or complete separation.

    >>> happened = np.repeat([1, 0, 1, 0], [20, 80, 60, 40])
    >>> level = np.repeat([0.2, 0.2, 0.6, 0.6], [20, 80, 60, 40])
    >>> line = calibration_line(happened, level)
    >>> round(line.intercept, 6) + 0.0, round(line.slope, 6)
    (0.0, 1.0)
    """
    happened, levels = outcome_and_level(outcome, level)
    raw = log_odds(levels)
    if not 0 < happened.sum() < len(happened):
        return CalibrationLine(float("nan"), float("nan"), float("nan"))
    large = _fit(np.ones((len(raw), 1)), happened, offset=raw)[0]
    if np.ptp(raw) == 0:
        return CalibrationLine(float("nan"), float("nan"), float(large))
    both = _fit(np.column_stack([np.ones_like(raw), raw]), happened, offset=np.zeros_like(raw))
    return CalibrationLine(float(both[0]), float(both[1]), float(large))


def slope_terms(outcome: npt.ArrayLike, level: npt.ArrayLike, line: CalibrationLine) -> Floats:
    """One row of five sums for each child, from which `slope_from_sums` re-estimates the line.

    Score and information of the logistic likelihood at the fitted line: residual, residual times log-odds,
    and the three entries of the information matrix.
    """
    happened, levels = outcome_and_level(outcome, level)
    raw = log_odds(levels)
    expected = 1 / (1 + np.exp(-(line.intercept + line.slope * raw)))
    residual, weight = happened - expected, expected * (1 - expected)
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


def expected_minus_observed(outcome: npt.ArrayLike, level: npt.ArrayLike) -> float:
    """Mean level less the share to whom it happened. Above 0: the levels are too high.

    >>> round(expected_minus_observed([1, 0, 0, 0], [0.3, 0.3, 0.3, 0.3]), 3)
    0.05
    """
    happened, levels = outcome_and_level(outcome, level)
    return float(levels.mean() - happened.mean())


def calibration_curve(outcome: npt.ArrayLike, level: npt.ArrayLike, bins: int = 10) -> pd.DataFrame:
    """Bins of equal numbers by level: lowest, highest and mean level (`expected`), share to whom it
    happened (`observed`), `count` and `events`. Equal levels stay in one bin.

    >>> calibration_curve([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9], bins=2)["observed"].tolist()
    [0.0, 1.0]
    """
    happened, levels = outcome_and_level(outcome, level)
    if bins < 1:
        raise ValueError(f"bins is {bins}; give 1 or more")
    edges = np.unique(np.quantile(levels, np.linspace(0, 1, bins + 1)[1:-1])) if bins > 1 else np.empty(0)
    table = pd.DataFrame({"bin": np.searchsorted(edges, levels, side="left"), "y": happened, "p": levels})
    by = table.groupby("bin")
    return pd.DataFrame(
        {
            "lowest": by["p"].min(),
            "highest": by["p"].max(),
            "expected": by["p"].mean(),
            "observed": by["y"].mean(),
            "count": by["y"].size(),
            "events": by["y"].sum().astype(int),
        }
    ).reset_index(drop=True)


def brier(outcome: npt.ArrayLike, level: npt.ArrayLike) -> float:
    """Mean squared distance of the level from what happened (Brier 1950).

    >>> brier([1, 0], [0.8, 0.2]).__round__(3)
    0.04
    """
    happened, levels = outcome_and_level(outcome, level)
    return float(np.mean((levels - happened) ** 2))


def expected_calibration_error(outcome: npt.ArrayLike, level: npt.ArrayLike, bins: int = 10) -> float:
    """Mean distance of expected from observed over bins of equal numbers, weighted by count.

    It is above 0 by chance alone, the more so the smaller the bins: compare like with like only.

    >>> round(expected_calibration_error([0, 0, 1, 1], [0.1, 0.1, 0.9, 0.9], bins=2), 3)
    0.1
    """
    curve = calibration_curve(outcome, level, bins)
    return float(np.average((curve["expected"] - curve["observed"]).abs(), weights=curve["count"]))


def _fit(design: Floats, happened: Floats, offset: Floats) -> Floats:
    """Newton's method for logistic regression, halving steps that worsen the fit; NaN without an optimum."""
    weights = np.zeros(design.shape[1])
    reached = _likelihood(design @ weights + offset, happened)
    for _ in range(50):
        expected = 1 / (1 + np.exp(-np.clip(design @ weights + offset, -500, 500)))
        information = (design * (expected * (1 - expected))[:, None]).T @ design
        try:
            step = np.linalg.solve(information, design.T @ (happened - expected))
        except np.linalg.LinAlgError:
            return np.full_like(weights, np.nan)
        for _ in range(30):
            now = _likelihood(design @ (weights + step) + offset, happened)
            if now >= reached - 1e-12:
                break
            step /= 2
        weights, reached = weights + step, now
        if np.abs(step).max() < 1e-9:
            return weights
    return np.full_like(weights, np.nan)


def _likelihood(raw: Floats, happened: Floats) -> float:
    return float(np.sum(happened * raw - np.logaddexp(0, raw)))
