"""Pure arithmetic on arrays: telling apart, capacity, calibration, net benefit, intervals by family.

Outcomes are 0 or 1; censored rows are left out before. Levels are probabilities; scores are any numbers,
higher meaning more. Wrong arrays raise ValueError.
"""

from prevention_model.metrics.bootstrap import Resampled, family_bootstrap, sums_by_family
from prevention_model.metrics.calibration import (
    CalibrationLine,
    brier,
    calibration_curve,
    calibration_line,
    expected_calibration_error,
    expected_minus_observed,
    log_odds,
)
from prevention_model.metrics.capacity import (
    NaturalFrequency,
    frequency_of,
    natural_frequency,
    precision_at,
    recall_at,
    top,
    top_within,
)
from prevention_model.metrics.discrimination import auc, average_precision, lift
from prevention_model.metrics.net_benefit import net_benefit, net_benefit_curve
from prevention_model.metrics.paired import average_precision_differences
from prevention_model.metrics.score_interval import effective_size, newcombe, wilson

__all__ = [
    "auc",
    "average_precision",
    "lift",
    "top",
    "top_within",
    "precision_at",
    "recall_at",
    "NaturalFrequency",
    "natural_frequency",
    "frequency_of",
    "CalibrationLine",
    "calibration_line",
    "calibration_curve",
    "expected_minus_observed",
    "expected_calibration_error",
    "brier",
    "log_odds",
    "net_benefit",
    "net_benefit_curve",
    "family_bootstrap",
    "sums_by_family",
    "wilson",
    "newcombe",
    "effective_size",
    "Resampled",
    "average_precision_differences",
]
