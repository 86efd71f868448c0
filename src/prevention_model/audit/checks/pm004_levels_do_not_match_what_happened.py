"""PM004: a level of one in ten must mean that it happens to one in ten."""

from typing import Any

import numpy as np

from prevention_model.audit.check import Check, Finding
from prevention_model.audit.evidence import Evidence, OutcomeEvidence
from prevention_model.audit.grouping import Known, known_rows
from prevention_model.metrics import Resampled, calibration_curve, calibration_line, family_bootstrap
from prevention_model.metrics.calibration import slope_from_sums, slope_terms
from prevention_model.settings.policy import Policy


def look(evidence: Evidence, outcome: OutcomeEvidence, policy: Policy) -> Finding:
    """Fails when slope, difference or ratio is outside its band and its interval leaves perfection out.

    Outside the band with perfection inside the interval is "too few": it is not shown to match.
    """
    known = known_rows(outcome, policy)
    events = int(known.happened.sum())
    if events < policy.overall_min_events:
        return Finding.too_few(f"{events} events on later rows; levels need {policy.overall_min_events}.")
    rows = _measures(known, policy)
    numbers = [*rows, *_curve(known)]
    said = "; ".join(
        f"{row['measure']} {row['value']:.3f} ({row['lower']:.3f} to {row['upper']:.3f}, "
        f"allowed {row['from']:g} to {row['to']:g})"
        for row in rows
    )
    if any(row["judged"] == "outside" for row in rows):
        return Finding.failed(f"The levels do not match what happened: {said}.", numbers)
    if any(row["judged"] == "cannot tell" for row in rows):
        return Finding.too_few(f"The levels are not shown to match what happened: {said}.", numbers)
    return Finding.passed(f"The levels match what happened: {said}.", numbers)


def _measures(known: Known, policy: Policy) -> list[dict[str, Any]]:
    line = calibration_line(known.happened, known.level)
    ones = np.ones_like(known.level)
    terms = slope_terms(known.happened, known.level, line)
    drawn = family_bootstrap(
        known.families,
        np.column_stack([terms, known.happened, known.level, ones]),
        lambda total: np.column_stack(
            [
                slope_from_sums(total[:, :5], line)[:, 1],
                (total[:, 6] - total[:, 5]) / total[:, 7],
                total[:, 5] / total[:, 6],
            ]
        ),
        policy.resamples,
        policy.seed,
        policy.confidence,
    )
    widest = policy.observed_expected_difference_max
    bands = [policy.calibration_slope, (-widest, widest), policy.observed_expected_ratio]
    names = ["calibration slope", "expected less observed", "observed over expected"]
    return [
        _row(name, drawn, at, band, (1, 0, 1)[at])
        for at, (name, band) in enumerate(zip(names, bands, strict=True))
    ]


def _row(name: str, drawn: Resampled, at: int, band: tuple[float, float], perfect: int) -> dict[str, Any]:
    value, lower, upper = float(drawn.estimate[at]), float(drawn.lower[at]), float(drawn.upper[at])
    if band[0] <= value <= band[1]:
        judged = "inside"
    elif lower > perfect or upper < perfect:
        judged = "outside"
    else:
        judged = "cannot tell"
    return {
        "measure": name,
        "value": value,
        "lower": lower,
        "upper": upper,
        "from": band[0],
        "to": band[1],
        "judged": judged,
    }


def _curve(known: Known) -> list[dict[str, Any]]:
    curve = calibration_curve(known.happened, known.level)
    rows = curve.to_dict("records")
    return [{"measure": "curve"} | {str(key): value for key, value in row.items()} for row in rows]


CHECK = Check(
    code="PM004",
    title="Levels do not match what happened",
    why="In Illinois children were given a chance of 100% of a harm that hardly ever followed.",
    policy_keys=(
        "calibration_slope",
        "observed_expected_difference_max",
        "observed_expected_ratio",
        "overall_min_events",
    ),
    run=look,
)
