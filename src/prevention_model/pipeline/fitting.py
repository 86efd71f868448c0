"""Fit the experiment's model of one outcome on given rows, where there are onsets enough to learn from."""

import numpy as np

from prevention_model.dataset import Dataset
from prevention_model.errors import WrongUsage
from prevention_model.model import RiskModel
from prevention_model.model.candidates import candidates_of
from prevention_model.pipeline.plan import Plan


def usable(data: Dataset, outcome: str, rows: np.ndarray) -> np.ndarray:
    """Those of the rows whose outcome is known."""
    kept: np.ndarray = rows[~np.isnan(data.label(outcome, rows))]
    return kept


def enough(data: Dataset, outcome: str, periods: dict[str, np.ndarray]) -> None:
    """Raises WrongUsage where a period that has rows has fewer than 5 onsets."""
    for name, rows in periods.items():
        label = data.label(outcome, rows)
        if len(rows) and np.nansum(label) < 5:
            raise WrongUsage(
                f"Outcome {outcome}: fewer than 5 onsets in the {name} period.",
                where="split",
                todo="Choose longer periods, or leave this outcome out of the experiment.",
            )


def fit(
    data: Dataset,
    outcome: str,
    plan: Plan,
    taught: np.ndarray,
    calibrating: np.ndarray,
    weight: np.ndarray | None = None,
) -> RiskModel:
    """The model by the experiment's settings, calibrated on `calibrating` where that holds rows."""
    (candidate,) = candidates_of(plan.experiment.model, ())
    polarity = {feature.name: feature.polarity for feature in plan.features}
    # `enough` has looked for onsets; what a refit happens to draw may hold fewer.
    model = candidate.model(polarity, least_onsets=1)
    return model.fit(
        data.features.iloc[taught],
        data.label(outcome, taught),
        families=data.members["family_id"].to_numpy()[taught],
        sample_weight=weight,
        calibrate=(data.features.iloc[calibrating], data.label(outcome, calibrating))
        if len(calibrating)
        else None,
    )
