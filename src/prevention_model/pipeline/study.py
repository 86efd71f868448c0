"""One outcome: split, fit, rivals, refits, rise, and what the list would have been on later dates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit

from prevention_model.dataset import Dataset, Split, temporal_split
from prevention_model.lists.ranking import rank_families
from prevention_model.model import Rise, RiskModel, rise_of, rival_scores
from prevention_model.model.rise import Expectation
from prevention_model.outcomes import Outcome
from prevention_model.pipeline.fitting import enough, fit, usable
from prevention_model.pipeline.plan import Plan


@dataclass(frozen=True)
class Study:
    """Everything that was learnt about one outcome. `test` are the rows that judged: at risk, families apart."""

    outcome: Outcome
    split: Split
    model: RiskModel
    refits: tuple[RiskModel, ...]
    expectation: Expectation
    test: np.ndarray
    level: np.ndarray
    label: np.ndarray
    rise: Rise
    rivals: pd.DataFrame
    listed: np.ndarray

    @property
    def models(self) -> tuple[RiskModel, ...]:
        """The model and its refits, the model first."""
        return (self.model, *self.refits)


def study(data: Dataset, outcome: Outcome, plan: Plan) -> Study:
    """Fit and judge the model of one outcome on a data set. Raises WrongUsage when a period lacks onsets."""
    split = temporal_split(data, plan.experiment.split, outcome.follow_up)
    taught = usable(data, outcome.name, split.fit)
    calibrating = usable(data, outcome.name, split.calibrate)
    test = split.test[data.at_risk(outcome.name, split.test)]
    enough(data, outcome.name, {"fit": taught, "calibration": calibrating, "test": test})
    model = fit(data, outcome.name, plan, taught, calibrating)
    refits = tuple(
        _refit(data, outcome.name, plan, taught, calibrating, number)
        for number in range(plan.refits(outcome.name))
    )
    expectation = _expectation(data, model, plan, split)
    paired = Paired.of(data, (model, *refits), plan, test)
    rise = paired.rise(0, expectation, plan.experiment.rise.credible)
    return Study(
        outcome=outcome,
        split=split,
        model=model,
        refits=refits,
        expectation=expectation,
        test=test,
        level=paired.now[0],
        label=data.label(outcome.name, test),
        rise=rise,
        rivals=rivals_of(data, outcome.name, plan, taught, test),
        listed=would_be_listed(data, plan, test, paired.now[0], rise.direction),
    )


def level_of(model: RiskModel, data: Dataset, rows: np.ndarray) -> np.ndarray:
    """Level of each row, in pieces so that memory stays small."""
    pieces = np.array_split(rows, max(1, len(rows) // 100_000 + 1))
    found: np.ndarray = np.concatenate([expit(model.margin(data.features.iloc[p])) for p in pieces if len(p)])
    return found


@dataclass(frozen=True)
class Paired:
    """Levels of the same rows by several models (models x rows): now, and at the child's earlier row."""

    before: np.ndarray
    now: np.ndarray

    @classmethod
    def of(cls, data: Dataset, models: Sequence[RiskModel], plan: Plan, rows: np.ndarray) -> "Paired":
        """By each model, against the same child's row `rise.over` earlier; missing where there is none."""
        earlier = data.earlier(rows, {day: plan.before(day) for day in np.unique(data.days[rows])})
        has = earlier >= 0
        before = np.full((len(models), len(rows)), np.nan)
        now = np.empty((len(models), len(rows)))
        for place, model in enumerate(models):
            now[place] = level_of(model, data, rows)
            if has.any():
                before[place, has] = level_of(model, data, earlier[has])
        return cls(before, now)

    def rise(self, place: int, expectation: Expectation, credible: float) -> Rise:
        """The rise by the model at `place`; all the others say how unsure it is."""
        others = [other for other in range(len(self.now)) if other != place]
        return rise_of(
            self.before[place], self.now[place], self.before[others], self.now[others], expectation, credible
        )


def would_be_listed(
    data: Dataset, plan: Plan, rows: np.ndarray, level: np.ndarray, direction: np.ndarray
) -> np.ndarray:
    """True for the children of the families that would have been listed, at the capacity of each zone.

    Capacity is scaled to the share of families that judge; no places are drawn at random here.
    """
    members = data.members.iloc[rows]
    share = plan.experiment.split.test_families
    capacity = {zone: max(1, round(places * share)) for zone, places in plan.capacity.items()}
    families = rank_families(
        pd.DataFrame(
            {
                "person_id": members["person_id"].to_numpy(),
                "household_id": members["family_id"].to_numpy(),
                "zone": members["zone"].to_numpy(),
                "index_date": members["index_date"].to_numpy(),
                "level": level,
                "direction": direction,
                "eligible": True,
            }
        ),
        capacity,
        reserve=0,
    )
    held = families.loc[families["listed"], ["household_id", "index_date"]]
    keys = pd.MultiIndex.from_arrays([members["family_id"], members["index_date"]])
    listed: np.ndarray = keys.isin(pd.MultiIndex.from_frame(held))
    return listed


def _refit(
    data: Dataset, outcome: str, plan: Plan, taught: np.ndarray, calibrating: np.ndarray, number: int
) -> RiskModel:
    """The same model on a bootstrap sample of the families: each counts as often as it was drawn."""
    families = pd.factorize(data.members["family_id"].to_numpy()[taught])[0]
    drawn = np.random.default_rng([plan.experiment.model.seed, number]).poisson(1, families.max() + 1)[
        families
    ]
    return fit(data, outcome, plan, taught[drawn > 0], calibrating, drawn[drawn > 0])


def _expectation(data: Dataset, model: RiskModel, plan: Plan, split: Split) -> Expectation:
    """Learnt at the last index date before the test, from children whose outcomes nobody has used there."""
    settings = plan.experiment.split
    days = np.unique(data.days)
    between = days[(days > np.datetime64(settings.last_taught)) & (days < np.datetime64(settings.test_start))]
    if not len(between):
        return Expectation(0.0, 1.0)
    rows = data.at(list(between[-1:]))
    earlier = data.earlier(rows, {between[-1]: plan.before(between[-1])})
    pairs = earlier >= 0
    if not pairs.any():
        return Expectation(0.0, 1.0)
    return Expectation.learn(level_of(model, data, earlier[pairs]), level_of(model, data, rows[pairs]))


def rivals_of(data: Dataset, outcome: str, plan: Plan, taught: np.ndarray, test: np.ndarray) -> pd.DataFrame:
    """Scores of the experiment's rivals on the rows `test`, learnt from `taught`; one column a rival."""
    rivals = plan.experiment.rivals
    zones = data.members["zone"]
    return rival_scores(
        data.features.iloc[taught],
        data.label(outcome, taught),
        data.features.iloc[test],
        risk_features=[feature.name for feature in plan.features if feature.polarity == "risk"],
        area=(zones.iloc[taught], zones.iloc[test]) if zones.nunique() > 1 else None,
        area_features=rivals.area,
        prior_contact=rivals.prior_contact,
        seed=plan.experiment.model.seed,
    )
