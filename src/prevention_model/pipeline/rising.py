"""Levels now and before, by the model and its refits; how reliable a change is; since when a child has been rising."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from prevention_model.dataset import Dataset, Split
from prevention_model.model import Refits, Reliability, Rise, RiskModel, rise_of
from prevention_model.model.rise import rising_since
from prevention_model.pipeline.plan import Plan, three_apart

_PIECE = 100_000


def level_of(model: RiskModel, data: Dataset, rows: np.ndarray) -> np.ndarray:
    """Level of each row, in pieces so that memory stays small."""
    level: np.ndarray = expit(_margin(model, data, rows))
    return level


def level_before(data: Dataset, model: RiskModel, plan: Plan, rows: np.ndarray) -> np.ndarray | None:
    """The level of the same children one length of a rise before each row; missing where they have no row there.

    None where nobody has one.
    """
    level = _at(data, model, rows, {day: plan.before(day) for day in np.unique(data.days[rows])})
    return None if np.isnan(level).all() else level


@dataclass(frozen=True)
class Paired:
    """Levels of the same rows by several models (models x rows, the model itself first): now, and at the child's
    earlier row. Those of refits are scaled to the spread of whole fits."""

    before: np.ndarray
    now: np.ndarray

    @classmethod
    def of(cls, data: Dataset, model: RiskModel, refits: Refits, plan: Plan, rows: np.ndarray) -> "Paired":
        """Against the same child's row `rise.over` earlier; missing where there is none."""
        earlier = data.earlier(rows, {day: plan.before(day) for day in np.unique(data.days[rows])})
        has = earlier >= 0
        before = np.full((1 + len(refits.models), len(rows)), np.nan)
        now = _levels(data, model, refits, rows)
        if has.any():
            before[:, has] = _levels(data, model, refits, earlier[has])
        return cls(before, now)

    def rise(self, place: int, reliability: Reliability, credible: float) -> Rise:
        """The rise by the model at `place`; the refits say how unsure it is."""
        return rise_of(
            self.before[place], self.now[place], self.before[1:], self.now[1:], reliability, credible
        )


def reliability_of(data: Dataset, outcome: str, model: RiskModel, plan: Plan, split: Split) -> Reliability:
    """How reliable changes are, from levels before the test of families that taught nothing; no outcome is used."""
    settings = plan.experiment.split
    dates = three_apart(settings.fit_start, settings.test_start, np.unique(data.days))
    if dates is None:
        return Reliability.unknown()
    last = dates[-1]
    taught = set(data.members["family_id"].iloc[split.taught()])
    rows = data.at([last])
    rows = rows[data.at_risk(outcome, rows)]
    rows = rows[~data.members["family_id"].iloc[rows].isin(taught).to_numpy()]
    levels = [_at(data, model, rows, {last: day}) for day in dates]
    before = _at(data, model, rows, {last: plan.before(last)})
    part = (last - plan.before(last)) / (last - dates[1])
    return Reliability.learn((levels[0], levels[1], levels[2]), (before, levels[2]), float(part))


def since_when(
    data: Dataset,
    model: RiskModel,
    refits: Refits,
    reliability: Reliability,
    plan: Plan,
    rows: np.ndarray,
    rising: np.ndarray,
) -> np.ndarray:
    """For the rows (of one index date) that are rising: the first index date of the run of rising; else missing."""
    since = np.full(len(rows), np.datetime64("NaT"), dtype="datetime64[D]")
    if not rising.any():
        return since
    today, chosen = data.days[rows[0]], rows[rising]
    days = plan.followed_back(np.unique(data.days))
    run = np.zeros((len(days) + 1, len(chosen)), dtype=bool)
    run[-1] = True
    for place, day in enumerate(days):
        then = data.earlier(chosen, {today: day})
        there = then >= 0
        if there.any():
            paired = Paired.of(data, model, refits, plan, then[there])
            found = paired.rise(0, reliability, plan.experiment.rise.credible)
            run[place, there] = found.direction == "rising"
    since[rising] = rising_since(run, np.append(days, today).astype("datetime64[D]"))
    return since


def _levels(data: Dataset, model: RiskModel, refits: Refits, rows: np.ndarray) -> np.ndarray:
    own = _margin(model, data, rows)
    others = [refits.scaled(own, _margin(each, data, rows)) for each in refits.models]
    levels: np.ndarray = expit(np.array([own, *others]))
    return levels


def _margin(model: RiskModel, data: Dataset, rows: np.ndarray) -> np.ndarray:
    pieces: Sequence[np.ndarray] = np.array_split(rows, max(1, len(rows) // _PIECE + 1))
    found: np.ndarray = np.concatenate([model.margin(data.features.iloc[p]) for p in pieces if len(p)])
    return found


def _at(
    data: Dataset, model: RiskModel, rows: np.ndarray, days: dict[np.datetime64, np.datetime64]
) -> np.ndarray:
    """The level of the same children on another day; missing where they have no row there."""
    there = data.earlier(rows, days)
    level = np.full(len(rows), np.nan)
    if (there >= 0).any():
        level[there >= 0] = level_of(model, data, there[there >= 0])
    return level
