"""Pure arithmetic on arrays: telling apart, capacity, calibration, net benefit, intervals by family.

Outcomes are 0 or 1. Levels are probabilities; scores are any numbers, higher meaning more. Every measure takes
`weights`, one a row, in any unit: a row of weight 0 is as if it were not there. Censored rows are left out
before, or are given the outcome and weights of `at_horizon`. Wrong arrays raise WrongUsage. A plain number that
is not defined, such as the area under the curve of a group without cases, is NaN, so that tables of groups and
resamples keep their gaps.
"""

from prevention_model.metrics.bootstrap import (
    Resampled,
    family_bootstrap,
    family_bootstrap_by_weights,
    family_bootstrap_each,
    sums_by_family,
)
from prevention_model.metrics.brier import BrierParts, brier, brier_parts
from prevention_model.metrics.calibration import (
    CalibrationLine,
    calibration_curve,
    calibration_error_by_chance,
    calibration_line,
    expected_calibration_error,
    expected_minus_observed,
    log_odds,
)
from prevention_model.metrics.capacity import (
    Found,
    NaturalFrequency,
    found_at,
    frequency_of,
    natural_frequency,
    precision_at,
    recall_at,
    top,
    top_within,
)
from prevention_model.metrics.censoring import (
    AtHorizon,
    StepCurve,
    at_horizon,
    censoring_curve,
    kaplan_meier,
)
from prevention_model.metrics.discrimination import (
    RankingPrecision,
    auc,
    average_precision,
    lift,
    ranking_precision,
)
from prevention_model.metrics.drift import shift_since, stability_index
from prevention_model.metrics.exposure import (
    Agreement,
    Bands,
    agreement,
    bands_of,
    by_exposure_alone,
    levels_by_part,
    matched_ranking,
    unmatched_cases,
)
from prevention_model.metrics.hazard import (
    HazardLikelihood,
    PersonPeriods,
    hazard_log_likelihood,
    level_from_hazards,
    person_periods,
)
from prevention_model.metrics.net_benefit import net_benefit, net_benefit_curve
from prevention_model.metrics.paired import average_precision_differences, ranking_bootstrap
from prevention_model.metrics.placements import GroupAuc, group_auc
from prevention_model.metrics.score_interval import effective_size, kish_size, newcombe, wilson

__all__ = [
    "auc",
    "average_precision",
    "lift",
    "RankingPrecision",
    "ranking_precision",
    "top",
    "top_within",
    "precision_at",
    "recall_at",
    "Found",
    "found_at",
    "NaturalFrequency",
    "natural_frequency",
    "frequency_of",
    "CalibrationLine",
    "calibration_line",
    "calibration_curve",
    "expected_minus_observed",
    "expected_calibration_error",
    "calibration_error_by_chance",
    "brier",
    "BrierParts",
    "brier_parts",
    "log_odds",
    "net_benefit",
    "net_benefit_curve",
    "AtHorizon",
    "at_horizon",
    "StepCurve",
    "kaplan_meier",
    "censoring_curve",
    "PersonPeriods",
    "person_periods",
    "HazardLikelihood",
    "hazard_log_likelihood",
    "level_from_hazards",
    "family_bootstrap",
    "family_bootstrap_by_weights",
    "family_bootstrap_each",
    "sums_by_family",
    "wilson",
    "newcombe",
    "effective_size",
    "kish_size",
    "Resampled",
    "average_precision_differences",
    "ranking_bootstrap",
    "GroupAuc",
    "group_auc",
    "Bands",
    "bands_of",
    "matched_ranking",
    "unmatched_cases",
    "by_exposure_alone",
    "levels_by_part",
    "stability_index",
    "shift_since",
    "Agreement",
    "agreement",
]
