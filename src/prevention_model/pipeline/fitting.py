"""Fit a candidate for one outcome on given rows, where there are onsets enough to learn from."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from sklearn.base import clone

from prevention_model.dataset import Dataset
from prevention_model.errors import WrongUsage
from prevention_model.model import RiskModel
from prevention_model.model.candidates import Candidate, candidates_of
from prevention_model.pipeline.plan import Plan

# To calibrate or judge with fewer says nothing at all.
_LEAST_SEEN = 5


def own_model(plan: Plan) -> Candidate:
    """The experiment's own model, as a candidate."""
    (own,) = candidates_of(plan.experiment.model, ())
    return own


def usable(data: Dataset, outcome: str, rows: np.ndarray) -> np.ndarray:
    """Those of the rows whose outcome is known."""
    kept: np.ndarray = rows[~np.isnan(data.label(outcome, rows))]
    return kept


def enough(data: Dataset, outcome: str, least: int, periods: dict[str, np.ndarray]) -> None:
    """Raises WrongUsage where the period `fit` has fewer than `least` onsets, or another that has rows too few."""
    for name, rows in periods.items():
        needed, purpose = (least, "fit") if name == "fit" else (_LEAST_SEEN, f"use for {name}")
        onsets = int(np.nansum(data.label(outcome, rows)))
        if len(rows) and onsets < needed:
            raise WrongUsage(
                f"Outcome {outcome}: too few onsets to {purpose}: {onsets} of at least {needed}.",
                where="split",
                todo="Choose longer periods, or leave this outcome out of the experiment.",
            )


def fit_all(
    data: Dataset,
    outcome: str,
    plan: Plan,
    candidates: Sequence[Candidate],
    taught: np.ndarray,
    calibrating: np.ndarray,
) -> dict[str, RiskModel]:
    """Every candidate fitted as by `fit`, by its name. They are fitted side by side: each takes one core."""
    with ThreadPoolExecutor(min(len(candidates), os.cpu_count() or 1)) as pool:
        models = pool.map(
            lambda candidate: fit(data, outcome, plan, candidate, taught, calibrating), candidates
        )
        return {each.name: model for each, model in zip(candidates, models, strict=True)}


def fit(
    data: Dataset,
    outcome: str,
    plan: Plan,
    candidate: Candidate,
    taught: np.ndarray,
    calibrating: np.ndarray,
) -> RiskModel:
    """The candidate fitted on `taught`, and calibrated on `calibrating` where that holds rows."""
    polarity = {feature.name: feature.polarity for feature in plan.features}
    # `enough` has looked for onsets; what a refit happens to draw may hold fewer.
    model = candidate.model(polarity, least_onsets=1)
    return model.fit(
        data.features.iloc[taught],
        data.label(outcome, taught),
        families=data.members["family_id"].to_numpy()[taught],
        calibrate=(data.features.iloc[calibrating], data.label(outcome, calibrating))
        if len(calibrating)
        else None,
    )


def unfitted(model: RiskModel, kept: Sequence[str]) -> RiskModel:
    """The same model, not fitted yet, for some of its columns. However few onsets there are, it can be fitted."""
    settings = model.get_params()
    directions = {name: way for name, way in (settings["monotone"] or {}).items() if name in kept}
    return clone(model).set_params(
        monotone=directions or None,
        categorical=[name for name in settings["categorical"] if name in kept],
        least_onsets=1,
    )
