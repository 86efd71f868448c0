"""Candidates and rivals, made and judged again in every period, for the first outcome that ranks.

Each period is fitted anew on what was on file when it begins to judge. Every candidate is tried in those that may
choose; in the others, and in the last one, the test, only the one that they chose. The model of the test is the one
that was audited. All are listed by their level or score alone, so that the lists of a period compare.
Children whose follow-up was cut short are stood for by those watched to the end (`metrics.at_horizon`).

Only counts and figures of many leave this file, nothing about a person.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.dataset import Dataset, Period, periods_of
from prevention_model.errors import WrongUsage
from prevention_model.metrics import (
    AtHorizon,
    Found,
    at_horizon,
    auc,
    brier,
    calibration_error_by_chance,
    calibration_line,
    expected_calibration_error,
    ranking_precision,
)
from prevention_model.model.candidates import Candidate, candidates_of
from prevention_model.outcomes import share_followed
from prevention_model.pipeline.choosing import Choice, choose
from prevention_model.pipeline.fitting import enough, fit_all, usable
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rising import Levels, level_at_last_list
from prevention_model.pipeline.study import Seen, Study, rivals_of, would_be_listed
from prevention_model.records.records import Records

_TOP = 0.05
# A weight above this is cut, and how many were is said: one row must not decide a figure.
_HEAVIEST = 20.0


def earlier_periods(
    records: Records, data: Dataset, plan: Plan
) -> tuple[list[dict[str, Any]], Choice, tuple[Seen, ...]]:
    """Every period before the test, earliest first, with its dates, counts and figures by candidate and rival; and the
    candidate that those chose whose outcomes were on file in time; and what was seen in these. A period with too few
    onsets has no candidates, and `why_not` says so.
    """
    periods = periods_of(data, plan.experiment.split, plan.first.follow_up)[:-1]
    tried = candidates_of(plan.experiment.model, plan.experiment.candidates)
    choosing = [_judged(records, data, plan, period, tried) for period in periods if period.selects]
    choice = choose(plan, [said for said, _ in choosing])
    # Periods lie in the order of time, so those that come too late to choose come last.
    others = [
        _judged(records, data, plan, period, (choice.candidate,)) for period in periods if not period.selects
    ]
    seen = tuple(found for _, found in choosing if found is not None)
    return [said for said, _ in (*choosing, *others)], choice, seen


def judged_test(records: Records, data: Dataset, plan: Plan, study: Study) -> dict[str, Any]:
    """The test as the last period, from the `study` of the first outcome that ranks."""
    period = periods_of(data, plan.experiment.split, plan.first.follow_up)[-1]
    said = _about(data, plan.first.name, period, study.test) | {"audits": True}
    levels = {study.candidate.name: study.level}
    return said | _figures(records, data, plan, study.test, levels, study.rivals)


def frame_of(periods: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """One row a period, candidate, zone ("" for the whole county) and metric."""
    rows = [
        (said["judges"][0], said["judges"][1], candidate, zone, metric, value)
        for said in periods
        for candidate, held in said["candidates"].items()
        for zone, figures in {"": held["whole"], **held["zones"]}.items()
        for metric, value in figures.items()
    ]
    names = ["judges_from", "judges_to", "candidate", "zone", "metric", "value"]
    return pd.DataFrame(rows, columns=names)


def _judged(
    records: Records, data: Dataset, plan: Plan, period: Period, tried: Sequence[Candidate]
) -> tuple[dict[str, Any], Seen | None]:
    outcome, rows = plan.first.name, period.rows
    taught, calibrating = usable(data, outcome, rows.fit), usable(data, outcome, rows.calibrate)
    test = rows.test[data.at_risk(outcome, rows.test)]
    said = _about(data, outcome, period, test)
    try:
        least = plan.experiment.model.least_onsets
        enough(data, outcome, least, {"fit": taught, "calibration": calibrating, "test": test})
    except WrongUsage as refused:
        return said | {"why_not": refused.what}, None
    models = fit_all(data, outcome, plan, tried, taught, calibrating)
    by_name = {name: Levels(model, data) for name, model in models.items()}
    levels = {name: each.of(test) for name, each in by_name.items()}
    # The level at the list before has to be somebody's; it is that of the simplest.
    before = level_at_last_list(by_name[tried[0].name], plan, test)
    seen = Seen(test, levels, rivals_of(data, outcome, plan, taught, test, before))
    return said | _figures(records, data, plan, test, levels, seen.rivals), seen


def _about(data: Dataset, outcome: str, period: Period, test: np.ndarray) -> dict[str, Any]:
    dates, rows = period.dates, {"fit": period.rows.fit, "calibrate": period.rows.calibrate, "test": test}
    return {
        "fit": _days(dates.fit),
        "calibrate": _days(dates.calibrate) if dates.calibrate else None,
        "judges": _days(dates.test),
        "known": period.known.isoformat(),
        "embargo": period.embargo,
        "selects": period.selects,
        "audits": False,
        "rows": {name: len(held) for name, held in rows.items()},
        "onsets": {name: int(np.nansum(data.label(outcome, held))) for name, held in rows.items()},
        "kept_out": period.rows.kept_out,
        "censored": int(np.isnan(data.label(outcome, test)).sum()),
        "why_not": "",
        "candidates": {},
    }


def _days(span: tuple[Any, Any]) -> list[str]:
    return [day.isoformat() for day in span]


def _figures(
    records: Records,
    data: Dataset,
    plan: Plan,
    test: np.ndarray,
    levels: Mapping[str, np.ndarray],
    rivals: pd.DataFrame,
) -> dict[str, Any]:
    """The figures of each candidate, by its levels, and of each rival, on the same rows with the same weights, and
    what the weights come to."""
    known = _known(records, data, plan, test)
    zones = data.members["zone"].astype("str").to_numpy()[test]
    steady = np.full(len(test), "steady", dtype=object)
    found = {}
    scores = {**levels, **{name: rivals[name].to_numpy() for name in sorted(map(str, rivals))}}
    for name, score in scores.items():
        listed = would_be_listed(data, plan, test, score, steady)
        whole = _ranking(known, score) | _at_capacity(known, listed)
        if name in levels:
            whole |= _calibration(known, score)
        found[name] = {"whole": whole, "zones": _by_zone(known, listed, zones)}
    return {"candidates": found, "weights": str(known)}


def _known(records: Records, data: Dataset, plan: Plan, test: np.ndarray) -> AtHorizon:
    asked = data.members.iloc[test][["person_id", "index_date"]].reset_index(drop=True)
    status = data.status[plan.first.name].to_numpy()[test]
    watched = share_followed(records, asked, plan.first, status)
    return at_horizon(watched, status == "onset", 1.0, truncate_at=_HEAVIEST)


def _ranking(known: AtHorizon, score: np.ndarray) -> dict[str, float]:
    rows = known.weights > 0
    label, weights = known.outcome[rows], known.weights[rows]
    precision = ranking_precision(label, score[rows], _TOP, weights)
    return {
        "auc": auc(label, score[rows], weights),
        "average_precision": precision.average,
        "base_rate": precision.base_rate,
        "lift_in_top_twentieth": precision.lift,
    }


def _calibration(known: AtHorizon, level: np.ndarray) -> dict[str, float]:
    rows = known.weights > 0
    label, levels, weights = known.outcome[rows], level[rows], known.weights[rows]
    line = calibration_line(label, levels, weights)
    return {
        "calibration_slope": line.slope,
        "calibration_intercept": line.in_the_large,
        "brier": brier(label, levels, weights),
        "expected_calibration_error": expected_calibration_error(label, levels, weights=weights),
        "calibration_error_by_chance": calibration_error_by_chance(levels, weights=weights),
    }


def _at_capacity(known: AtHorizon, listed: np.ndarray) -> dict[str, float]:
    """Of the children of families that would have been listed: how many had an onset, and of all onsets how many."""
    found = _found(known, listed, np.zeros(len(listed), dtype=np.intp), 1)
    return {"precision_at_capacity": float(found.precision[0]), "recall_at_capacity": float(found.recall[0])}


def _by_zone(known: AtHorizon, listed: np.ndarray, zones: np.ndarray) -> dict[str, dict[str, float]]:
    names, place = np.unique(zones, return_inverse=True)
    found = _found(known, listed, place, len(names))
    return {
        str(name): {"precision_at_capacity": float(precision), "recall_at_capacity": float(recall)}
        for name, precision, recall in zip(names, found.precision, found.recall, strict=True)
    }


def _found(known: AtHorizon, listed: np.ndarray, zones: np.ndarray, count: int) -> Found:
    """Who is on a list was settled without the outcome; a child whose outcome is not known counts for nothing."""
    weights, happened = known.weights, np.nan_to_num(known.outcome)
    parts = (weights, weights * listed, weights * happened, weights * listed * happened)
    return Found(*(np.bincount(zones, part, count).astype(np.float64) for part in parts))
