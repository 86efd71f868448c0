"""How each measure of the mitigation menu lists the children who judge: from features and levels, and no trait but one.

Only `group_cut_offs` reads a trait of the children who are scored; it is priced, and no command applies it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit

from prevention_model.dataset import Dataset
from prevention_model.dataset.groups import NOT_RECORDED
from prevention_model.errors import WrongUsage
from prevention_model.lists.ranking import rank_families
from prevention_model.mitigation import (
    RisingLine,
    by_expected_onsets,
    by_share_found,
    chosen_by_group,
    features_that_carry,
    found_alike,
    gains_of,
    list_parts,
    places_by_group,
    reweighing_weights,
    share_found,
    told_together,
)
from prevention_model.mitigation.proxy_features import CARRIES
from prevention_model.mitigation.reductions import MOST_ROWS, Boosted, Mixture
from prevention_model.model.boosting import lightgbm_settings
from prevention_model.model.calibration import platt
from prevention_model.model.proxies import family_sample, proxy_table
from prevention_model.pipeline.fitting import unfitted, usable
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.study import Study

_TREES, _RATE = 60, 0.15
"""Trees of each of the many fits of a reduction, and how fast they learn."""


@dataclass(frozen=True, eq=False)
class Scene:
    """What every measure starts from: a study, and the `trait` (text) of each row of the data set."""

    data: Dataset
    study: Study
    plan: Plan
    trait: pd.Series

    @property
    def outcome(self) -> str:
        """The outcome that the menu is about."""
        return self.study.outcome.name

    @cached_property
    def families(self) -> np.ndarray:
        """The family of each row of the data set."""
        return self.data.members["family_id"].to_numpy()

    @cached_property
    def learning(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows that teach, and rows that calibrate. Without a period for these, a third of the families are kept."""
        taught = usable(self.data, self.outcome, self.study.split.fit)
        later = usable(self.data, self.outcome, self.study.split.calibrate)
        if len(later):
            return taught, later
        codes = pd.factorize(self.families[taught])[0]
        kept = np.random.default_rng(self.seed).permutation(codes.max() + 1)[codes] % 3 == 0
        return taught[~kept], taught[kept]

    @property
    def seed(self) -> int:
        """What everything random goes by."""
        return int(self.study.model.get_params()["seed"])

    @property
    def names(self) -> list[str]:
        """The features of the model."""
        return list(self.data.features.columns)


@dataclass(frozen=True, eq=False)
class Listing:
    """What a measure gives for the rows that judged: levels, who is listed, and what there is to say of how it was
    made. `wide`: who is among the highest levels by the wider cut, where that does not follow from the levels."""

    level: np.ndarray
    listed: np.ndarray
    said: Mapping[str, Any] = field(default_factory=dict)
    wide: np.ndarray | None = None
    reference: "Listing | None" = None


class NotTried(Exception):
    """Why a measure could not be tried, in words for the page."""


def listing_of(name: str, scene: Scene) -> Listing:
    """The listing of a measure of the menu, by its name. Raises NotTried."""
    return _MAKERS[name](scene)


def _reweighing(scene: Scene) -> Listing:
    taught, later = scene.learning
    label = scene.data.label(scene.outcome, taught)
    weights = reweighing_weights(scene.trait.to_numpy()[taught], label)
    said = {"least_weight": float(weights.min()), "most_weight": float(weights.max()), "rows": len(taught)}
    return _fitted(scene, scene.names, taught, later, said, weights)


def _without_proxies(scene: Scene) -> Listing:
    taught, later = scene.learning
    # Of whom the trait is not recorded tells of records, and not of the trait.
    rows = taught[scene.trait.to_numpy()[taught] != NOT_RECORDED]
    groups = pd.DataFrame({"trait": scene.trait.iloc[rows]})
    features, families = scene.data.features.iloc[rows], scene.families[rows]
    before = proxy_table(features, groups, ["trait"], families, scene.seed)
    gone = features_that_carry(before)
    if not gone:
        raise NotTried(
            f"No feature alone tells a group by an area (AUC) of {CARRIES} or more, beyond chance."
        )
    kept = [name for name in scene.names if name not in gone]
    if not kept:
        raise NotTried("No feature would be left.")
    after = proxy_table(features[kept], groups, ["trait"], families, scene.seed, alone=False)
    said = {"left_out": list(gone), "told_before": told_together(before), "told_after": told_together(after)}
    return _fitted(scene, kept, taught, later, said)


def _fitted(
    scene: Scene,
    kept: list[str],
    taught: np.ndarray,
    later: np.ndarray,
    said: Mapping[str, Any],
    weights: np.ndarray | None = None,
) -> Listing:
    """Today's model fitted again. It is calibrated on rows without weights, so that levels stay levels."""
    features, outcome = scene.data.features[kept], scene.outcome
    model = unfitted(scene.study.model, kept).fit(
        features.iloc[taught],
        scene.data.label(outcome, taught),
        sample_weight=weights,
        calibrate=(features.iloc[later], scene.data.label(outcome, later)),
    )
    level = model.predict_proba(features.iloc[scene.study.test])[:, 1]
    return Listing(level, listed_by(scene, level), said)


def _reductions(scene: Scene) -> Listing:
    taught, later = scene.learning
    rows = taught[family_sample(scene.families[taught], MOST_ROWS, scene.seed)]
    label = scene.data.label(scene.outcome, rows)
    if label.sum() < 2 * scene.plan.policy.min_events:
        raise NotTried("Too few onsets among the rows that a reduction may learn from.")
    of = scene.study.model.get_params()
    leaf = max(20, round(of["rows_in_leaf"] * len(rows) / len(taught)))
    settings = lightgbm_settings({**of, "learning_rate": _RATE, "rows_in_leaf": leaf})
    values = scene.study.model.numbers(scene.data.features.iloc[rows])
    today = scene.study.model.predict_proba(scene.data.features.iloc[rows])[:, 1]
    cut = float(np.quantile(today, 1 - scene.plan.policy.wider_cut))
    least = scene.plan.policy.min_events
    mixture = found_alike(values, label, scene.trait.to_numpy()[rows], cut, settings, _TREES, least)
    if not mixture.fits:
        raise NotTried("No fit was better than to find nobody.")
    plain = Mixture((Boosted(settings, _TREES).fit(values, label),), (1.0,))
    level, beside = (_calibrated(scene, each, later) for each in (mixture, plain))
    said = {"rows": len(rows), "of": len(taught), "fits": len(mixture.fits), "weights": list(mixture.weights)}
    return Listing(level, listed_by(scene, level), said, reference=Listing(beside, listed_by(scene, beside)))


def _calibrated(scene: Scene, mixture: Mixture, later: np.ndarray) -> np.ndarray:
    """Levels of the rows that judged, from a score and a slope and intercept learnt on later rows."""
    numbers = scene.study.model.numbers
    label = scene.data.label(scene.outcome, later)
    score = mixture.margin(numbers(scene.data.features.iloc[later]))
    slope, intercept = platt(score, label, np.ones(len(label)))
    level: np.ndarray = expit(
        intercept + slope * mixture.margin(numbers(scene.data.features.iloc[scene.study.test]))
    )
    return level


def _recalibration(scene: Scene) -> Listing:
    later = usable(scene.data, scene.outcome, scene.study.split.calibrate)
    if not len(later):
        raise NotTried(
            "The experiment has no period for calibration, so no rows are left that taught nothing."
        )
    model, features = scene.study.model, scene.data.features
    line = RisingLine.fit(model.margin(features.iloc[later]), scene.data.label(scene.outcome, later))
    level = expit(line(model.margin(features.iloc[scene.study.test])))
    said = {"bends": len(line.at), "rows": len(later)}
    return Listing(level, listed_by(scene, level), said)


def _by_share_found(scene: Scene) -> Listing:
    return _moved(scene, by_share_found)


def _by_onsets(scene: Scene) -> Listing:
    return _moved(scene, by_expected_onsets)


def _moved(scene: Scene, deal: Callable[[Mapping[str, np.ndarray], int], dict[str, int]]) -> Listing:
    zones = scene.data.members["zone"].to_numpy()[scene.study.test]
    gains = _gains(scene, zones)
    today = {zone: room for zone, room in judging_places(scene.plan).items() if zone in gains}
    if len(today) < 2:
        raise NotTried("There is one zone only, so that no place can move.")
    try:
        moved = deal({zone: gains[zone] for zone in today}, sum(today.values()))
    except WrongUsage as fault:
        raise NotTried(str(fault)) from None
    level = scene.study.level
    said = {
        "places": {zone: [today[zone], moved[zone]] for zone in sorted(today)},
        "share_found": {
            zone: [share_found(gains, each)[zone] for each in (today, moved)] for zone in sorted(today)
        },
    }
    return Listing(level, listed_by(scene, level, places=moved), said)


def _group_cut_offs(scene: Scene) -> Listing:
    members = scene.data.members.iloc[scene.study.test]
    trait = scene.trait.to_numpy()[scene.study.test]
    parts = list_parts(members["zone"], trait)
    places = places_by_group(_gains(scene, parts), judging_places(scene.plan))
    level = scene.study.level
    wide = chosen_by_group(
        level,
        pd.factorize(members["index_date"])[0],
        trait,
        members["person_id"].to_numpy(dtype=str),
        scene.plan.policy.wider_cut,
    )
    return Listing(level, listed_by(scene, level, parts, places), {"parts": len(places)}, wide)


def _gains(scene: Scene, parts: np.ndarray) -> dict[str, np.ndarray]:
    """What the places of each part are expected to find, in today's order: onsets among the children of a family."""
    frame = _frame(scene, scene.study.level, parts)
    expected = frame[frame["eligible"]].groupby(["household_id", "index_date"])["level"].sum()
    families = rank_families(frame, dict.fromkeys(pd.unique(parts), 1), reserve=0)
    keys = pd.MultiIndex.from_frame(families[["household_id", "index_date"]])
    return gains_of(
        families["zone"], families["index_date"], families["position"], expected.reindex(keys).to_numpy()
    )


def judging_places(plan: Plan) -> dict[str, int]:
    """Places of each zone on the lists that judge: its capacity by the share of the families that judge."""
    share = plan.experiment.split.test_families
    return {zone: max(1, round(room * share)) for zone, room in plan.capacity.items()}


def listed_by(
    scene: Scene,
    level: np.ndarray,
    parts: np.ndarray | None = None,
    places: Mapping[str, int] | None = None,
) -> np.ndarray:
    """True for the rows that judged whose family would be listed by these levels; in `parts` of its own in place of
    zones, with `places` of their own in place of what zones have today."""
    places = judging_places(scene.plan) if places is None else places
    families = rank_families(_frame(scene, level, parts), places, reserve=0)
    held = families.loc[families["listed"], ["household_id", "index_date"]]
    members = scene.data.members.iloc[scene.study.test]
    keys = pd.MultiIndex.from_arrays([members["family_id"], members["index_date"]])
    listed: np.ndarray = keys.isin(pd.MultiIndex.from_frame(held))
    return listed


def _frame(scene: Scene, level: np.ndarray, parts: np.ndarray | None) -> pd.DataFrame:
    members = scene.data.members.iloc[scene.study.test]
    return pd.DataFrame(
        {
            "person_id": members["person_id"].to_numpy(),
            "household_id": members["family_id"].to_numpy(),
            "zone": members["zone"].to_numpy() if parts is None else parts,
            "index_date": members["index_date"].to_numpy(),
            "level": level,
            "direction": scene.study.rise.direction,
            "eligible": pd.isna(scene.study.why_not_scored(scene.data, scene.study.test)),
        }
    )


_MAKERS: Mapping[str, Callable[[Scene], Listing]] = {
    "reweighing": _reweighing,
    "reductions": _reductions,
    "recalibration": _recalibration,
    "without_proxies": _without_proxies,
    "capacity_by_share_found": _by_share_found,
    "capacity_by_onsets": _by_onsets,
    "group_cut_offs": _group_cut_offs,
}
