"""One outcome: split, fit, rivals, refits, rise, and what the list would have been on later dates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from prevention_model.dataset import Dataset, Split, temporal_split
from prevention_model.lists.ranking import combined, rank_families, tied_places
from prevention_model.model import Refits, Reliability, Rise, RiskModel, refit, rival_scores
from prevention_model.model.age_bands import AgeBand, band_of, judge_age_bands
from prevention_model.model.candidates import Candidate
from prevention_model.outcomes import Outcome
from prevention_model.pipeline.fitting import enough, fit, own_model, usable
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rising import Levels, Paired, level_at_last_list, reliability_of


@dataclass(frozen=True)
class Seen:
    """Rows that judged in a period before the test: levels of the candidates, by name, and scores of the rivals."""

    rows: np.ndarray
    levels: Mapping[str, np.ndarray]
    rivals: pd.DataFrame


@dataclass(frozen=True)
class Placing:
    """How rows of the data set stand by one outcome: what a list is made of. `scored` is False in age bands that are
    not scored."""

    outcome: str
    rows: np.ndarray
    level: np.ndarray
    direction: np.ndarray
    scored: np.ndarray


@dataclass(frozen=True)
class Study:
    """Everything that was learnt about one outcome. `levels` are by the `candidate` as it was fitted for the audit.
    `test` are the rows that judged: at risk, families apart; `at_last` those of the last date (places in `test`), with
    their levels by each refit. `listed_alone`: by the levels of this outcome alone."""

    outcome: Outcome
    candidate: Candidate
    split: Split
    levels: Levels
    refits: Refits
    reliability: Reliability
    test: np.ndarray
    level: np.ndarray
    label: np.ndarray
    rise: Rise
    at_last: np.ndarray
    paired_at_last: Paired
    rivals: pd.DataFrame
    age_bands: tuple[AgeBand, ...]
    listed_alone: np.ndarray

    @property
    def model(self) -> RiskModel:
        """The model that the audit judges, and that scores."""
        return self.levels.model

    @property
    def models(self) -> tuple[RiskModel, ...]:
        """The model and its refits, the model first."""
        return (self.model, *self.refits.models)

    def why_not_scored(self, data: Dataset, rows: np.ndarray) -> np.ndarray:
        """For each row why its age band is not scored; missing where it is."""
        return _why_not_scored(self.age_bands, data, rows)

    def scored(self, data: Dataset, rows: np.ndarray) -> np.ndarray:
        """True where the age band of a row is scored."""
        found: np.ndarray = pd.isna(self.why_not_scored(data, rows))
        return found

    def placing(self, data: Dataset) -> Placing:
        """How the rows that judged stand by this outcome."""
        scored = self.scored(data, self.test)
        return Placing(self.outcome.name, self.test, self.level, self.rise.direction, scored)


def study(
    data: Dataset,
    outcome: Outcome,
    plan: Plan,
    candidate: Candidate | None = None,
    earlier: Sequence[Seen] = (),
) -> Study:
    """Fit and judge the candidate for one outcome on a data set; without one, the experiment's own model.

    Which age bands are scored is decided on what was seen `earlier`, and on the test only where there is nothing.

    Raises WrongUsage when a period lacks onsets.
    """
    candidate = candidate or own_model(plan)
    split = temporal_split(data, plan.experiment.split, outcome.follow_up)
    taught = usable(data, outcome.name, split.fit)
    calibrating = usable(data, outcome.name, split.calibrate)
    test = split.test[data.at_risk(outcome.name, split.test)]
    least = plan.experiment.model.least_onsets
    enough(data, outcome.name, least, {"fit": taught, "calibration": calibrating, "test": test})
    model = fit(data, outcome.name, plan, candidate, taught, calibrating)
    later = (data.features.iloc[calibrating], data.label(outcome.name, calibrating))
    refits = refit(
        model,
        data.features.iloc[taught],
        data.label(outcome.name, taught),
        data.members["family_id"].to_numpy()[taught],
        plan.refits(outcome.name),
        later if len(calibrating) else None,
    )
    levels = Levels(model, data)
    reliability = reliability_of(levels, outcome.name, plan, split)
    paired = Paired.of(levels, refits, plan, test)
    rise = paired.rise(0, reliability, plan.experiment.rise.credible)
    before = level_at_last_list(levels, plan, test)
    rivals = rivals_of(data, outcome.name, plan, taught, test, before)
    label = data.label(outcome.name, test)
    on_test = Seen(test, {candidate.name: paired.now[0]}, rivals)
    bands = _age_bands(data, plan, outcome.name, candidate.name, earlier or (on_test,), on_test=not earlier)
    scored = pd.isna(_why_not_scored(bands, data, test))
    at_last = np.flatnonzero(data.days[test] == data.days[test].max())
    return Study(
        outcome=outcome,
        candidate=candidate,
        split=split,
        levels=levels,
        refits=refits,
        reliability=reliability,
        test=test,
        level=paired.now[0],
        label=label,
        rise=rise,
        at_last=at_last,
        paired_at_last=paired.only(at_last),
        rivals=rivals,
        age_bands=bands,
        listed_alone=would_be_listed(data, plan, test, paired.now[0], rise.direction, scored),
    )


def would_be_listed(
    data: Dataset,
    plan: Plan,
    rows: np.ndarray,
    level: np.ndarray,
    direction: np.ndarray,
    scored: np.ndarray | bool = True,
) -> np.ndarray:
    """True for the children of the families that would have been listed, at the capacity of each zone.

    `scored`: False for children of an age band that is not scored. Capacity is scaled to the share of families that
    judge; no places are drawn at random here.
    """
    return _members_of(data, rows, _families(data, plan, rows, level, direction, scored))


@dataclass(frozen=True)
class Together:
    """What one list by several outcomes would have held: for each outcome, True for those of its rows whose family is
    listed (`listed`, by outcome), and how many places of each zone's list a tie-break filled (`cuts`)."""

    listed: Mapping[str, np.ndarray]
    cuts: pd.DataFrame


def listed_together(
    data: Dataset, plan: Plan, placings: Sequence[Placing], weights: Mapping[str, float]
) -> Together:
    """Whose family would have been listed by all outcomes together, in the very order of a released list."""
    scores = pd.concat(
        pd.DataFrame(
            {
                "person_id": each.rows,  # a row is one child at one index date, and shorter than its name
                "outcome": each.outcome,
                "level": each.level,
                "direction": each.direction,
                "eligible": each.scored,
            }
        )
        for each in placings
    )
    children = combined(scores, weights)
    rows = children["person_id"].to_numpy()
    families = _families(
        data,
        plan,
        rows,
        children["level"].to_numpy(),
        children["direction"].to_numpy(),
        children["eligible"].to_numpy(),
    )
    listed = np.zeros(len(data.members), dtype=bool)
    listed[rows] = _members_of(data, rows, families)
    return Together({each.outcome: listed[each.rows] for each in placings}, tied_places(families))


def lists_of(data: Dataset, plan: Plan, placings: Sequence[Placing]) -> dict[str, Together]:
    """By outcome, the list it stands on: of those that rank the one that would be handed out, of each other one by its
    own levels."""
    found: dict[str, Together] = {}
    if ranking := [each for each in placings if each.outcome in plan.weights]:
        found |= dict.fromkeys(
            (each.outcome for each in ranking), listed_together(data, plan, ranking, plan.weights)
        )
    for each in placings:
        if each.outcome not in plan.weights:
            found[each.outcome] = listed_together(data, plan, [each], {each.outcome: 1.0})
    return found


def _families(
    data: Dataset,
    plan: Plan,
    rows: np.ndarray,
    level: np.ndarray,
    direction: np.ndarray,
    scored: np.ndarray | bool,
) -> pd.DataFrame:
    members = data.members.iloc[rows]
    share = plan.experiment.split.test_families
    capacity = {zone: max(1, round(places * share)) for zone, places in plan.capacity.items()}
    return rank_families(
        pd.DataFrame(
            {
                "person_id": members["person_id"].to_numpy(),
                "household_id": members["family_id"].to_numpy(),
                "zone": members["zone"].to_numpy(),
                "index_date": members["index_date"].to_numpy(),
                "level": level,
                "direction": direction,
                "eligible": scored,
            }
        ),
        capacity,
        reserve=0,
    )


def _members_of(data: Dataset, rows: np.ndarray, families: pd.DataFrame) -> np.ndarray:
    held = families.loc[families["listed"], ["household_id", "index_date"]]
    members = data.members.iloc[rows]
    keys = pd.MultiIndex.from_arrays([members["family_id"], members["index_date"]])
    listed: np.ndarray = keys.isin(pd.MultiIndex.from_frame(held))
    return listed


def _age_bands(
    data: Dataset, plan: Plan, outcome: str, candidate: str, seen: Sequence[Seen], *, on_test: bool
) -> tuple[AgeBand, ...]:
    """The bands by which the experiment groups ages, judged on the rows seen; none where it groups no ages."""
    starts = [group.bands for group in plan.experiment.groups if group.member == "age_years" and group.bands]
    if not starts or "age_years" not in data.members:
        return ()
    rows = np.concatenate([each.rows for each in seen])
    # The level before is the model's own, and no rule by which a band could do without the model.
    rivals = pd.concat([each.rivals for each in seen], join="inner", ignore_index=True)
    return judge_age_bands(
        data.members["age_years"].to_numpy(dtype=np.float64)[rows],
        tuple(int(start) for start in starts[0]),
        data.members["family_id"].to_numpy()[rows],
        data.label(outcome, rows),
        np.concatenate([each.levels[candidate] for each in seen]),
        rivals.drop(columns="last_level", errors="ignore"),
        plan.policy.resamples,
        "the test" if on_test else "periods before the test",
    )


def _why_not_scored(bands: tuple[AgeBand, ...], data: Dataset, rows: np.ndarray) -> np.ndarray:
    why = np.full(len(rows), None, dtype=object)
    if bands:
        ages = data.members["age_years"].to_numpy(dtype=np.float64)[rows]
        place = band_of(ages, tuple(band.start for band in bands))
        for number, band in enumerate(bands):
            if not band.scored:
                why[place == number] = band.why_not
    return why


def rivals_of(
    data: Dataset,
    outcome: str,
    plan: Plan,
    taught: np.ndarray,
    test: np.ndarray,
    last_level: np.ndarray | None = None,
) -> pd.DataFrame:
    """Scores of the experiment's rivals on the rows `test`, learnt from `taught`; one column a rival.

    `last_level`: the level of these rows at the list before, where anybody has one.
    """
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
        criteria=rivals.criteria,
        last_level=last_level,
        seed=plan.experiment.model.seed,
    )
