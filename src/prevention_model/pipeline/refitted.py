"""Fits beside the one that is released: on other families, from another seed, and the very same once more."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.audit.lists_alike import FAMILIES, SEED
from prevention_model.dataset import Dataset
from prevention_model.explanation import carrying, contributions_of, theme_reasons
from prevention_model.model import RiskModel
from prevention_model.pipeline.fitting import fit, usable
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rising import Levels
from prevention_model.pipeline.study import Placing, Study, lists_of

_NEAR = 500
SEEDS = 2
"""Fits from other seeds, beside the model itself."""


def refits_by_outcome(
    data: Dataset, studies: Sequence[Study], plan: Plan
) -> tuple[dict[str, pd.DataFrame], dict[str, dict[str, int]]]:
    """By outcome, the last test date scored by each other fit: levels, lists, and reasons for those near the top;
    and of outcomes that rank, how many levels a second fit of the same gives differently (rows, different).

    The outcomes that rank are listed together, the first refit of one with the first of each other.
    """
    by_families = _table(data, plan, {each.outcome.name: _rescored(data, each, plan) for each in studies})
    ranking = [each for each in studies if each.outcome.name in plan.weights]
    fits = {each.outcome.name: _fits_again(data, each, plan) for each in ranking}
    again = {each.outcome.name: _differences(data, each, fits[each.outcome.name][0]) for each in ranking}
    by_seed = _table(
        data,
        plan,
        {each.outcome.name: _reseeded(data, each, plan, fits[each.outcome.name][1:]) for each in ranking},
    )
    tables = {}
    for name, table in by_families.items():
        seeds = by_seed.get(name)
        others = (
            []
            if seeds is None
            else [seeds.assign(refit=seeds["refit"] + table["refit"].max() + 1, drawn=SEED)]
        )
        tables[name] = pd.concat([table.assign(drawn=FAMILIES), *others], ignore_index=True)
    return tables, again


def _table(
    data: Dataset, plan: Plan, scored: dict[str, list[tuple[Placing, np.ndarray]]]
) -> dict[str, pd.DataFrame]:
    # Outcomes that do not rank are fitted again less often; a place that one does not have is left out.
    most = max((len(fits) for fits in scored.values()), default=0)
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in scored}
    for number in range(most):
        fits = {name: each[number] for name, each in scored.items() if number < len(each)}
        listed = lists_of(data, plan, [placing for placing, _ in fits.values()])
        for name, (placing, reasons) in fits.items():
            members = data.members.iloc[placing.rows]
            parts[name].append(
                pd.DataFrame(
                    {
                        "refit": number,
                        "person_id": members["person_id"].to_numpy(),
                        "level": placing.level,
                        "reasons": reasons,
                        "listed": listed[name].listed[name],
                        "family_id": members["family_id"].to_numpy(),
                    }
                )
            )
    return {name: pd.concat(each, ignore_index=True) for name, each in parts.items() if each}


def _rescored(data: Dataset, study: Study, plan: Plan) -> list[tuple[Placing, np.ndarray]]:
    """How the rows of the last test date stand by the model and by each refit, with the reasons of those near the top.

    Reasons are only ever written for families near a list, so only theirs are compared.
    """
    rows, paired = study.test[study.at_last], study.paired_at_last
    near = np.argsort(-study.level[study.at_last], kind="stable")[:_NEAR]
    scored = study.scored(data, rows)
    values = data.features.iloc[rows[near]]
    own = contributions_of(study.model, values).values
    found = []
    for number, model in enumerate(study.models):
        rise = paired.rise(number, study.reliability, plan.experiment.rise.credible)
        reasons = np.full(len(rows), "", dtype=object)
        said = (
            own if model is study.model else study.refits.scaled(own, contributions_of(model, values).values)
        )
        reasons[near] = theme_reasons(plan.features, values, carrying(model, plan.features, values, said))
        placing = Placing(study.outcome.name, rows, paired.now[number], rise.direction, scored)
        found.append((placing, reasons))
    return found


def _reseeded(
    data: Dataset, study: Study, plan: Plan, models: Sequence[RiskModel]
) -> list[tuple[Placing, np.ndarray]]:
    """The same rows by the model and by fits from other seeds. Whether a level is rising only decides between equal
    levels, so that of the model serves for all."""
    at_last, rows = study.at_last, study.test[study.at_last]
    direction, scored = study.rise.direction[at_last], study.scored(data, rows)
    unsaid = np.full(len(rows), "", dtype=object)
    levels = [study.level[at_last], *(Levels(model, data).of(rows) for model in models)]
    return [(Placing(study.outcome.name, rows, level, direction, scored), unsaid) for level in levels]


def _fits_again(data: Dataset, study: Study, plan: Plan) -> list[RiskModel]:
    """The same fit once more, and then from other seeds, one after the other: each takes its rows as numbers."""
    taught = usable(data, study.outcome.name, study.split.fit)
    calibrating = usable(data, study.outcome.name, study.split.calibrate)

    def once(more: int) -> RiskModel:
        settings = {**study.candidate.settings, "seed": study.model.seed + more}
        candidate = replace(study.candidate, settings=settings)
        return fit(data, study.outcome.name, plan, candidate, taught, calibrating)

    return [once(more) for more in (0, *(1000 * (number + 1) for number in range(SEEDS)))]


def _differences(data: Dataset, study: Study, again: RiskModel) -> dict[str, Any]:
    level = Levels(again, data).of(study.test)
    return {"rows": len(level), "different": int((level != study.level).sum())}
