"""Of children whose families are on a list or near one: what changed, and without what they would not be listed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import expit

from prevention_model.dataset import Dataset
from prevention_model.explanation.changed import COLUMNS as OF_CHANGE
from prevention_model.explanation.changed import what_changed
from prevention_model.explanation.contrast import COLUMNS as OF_CONTRAST
from prevention_model.explanation.contrast import would_not_be_listed
from prevention_model.lists.ranking import combined, counted, rank_families
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.study import Study

_NEAR = 4


def near_lists(scores: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The scores, by each outcome that counts, of children whose families are among the first of their zone: as many as
    four lists hold."""
    ranking = scores[scores["outcome"].isin(plan.weights)]
    wide = {zone: places * _NEAR for zone, places in plan.capacity.items()}
    families = rank_families(combined(ranking, plan.weights), wide, reserve=0)
    near = ranking["household_id"].isin(families.loc[families["listed"], "household_id"])
    return ranking[near & counted(ranking, plan.weights).notna()]


def changes_near_lists(
    data: Dataset, scores: pd.DataFrame, studies: Sequence[Study], plan: Plan
) -> pd.DataFrame:
    """What changed since `rise.over` before, by each outcome, of children who have a row there, and of nobody else.

    Columns: person_id, outcome, since (the earlier index date) and those of `what_changed`.
    """
    near = near_lists(scores, plan)
    told = [_changes(data, each, plan, near[near["outcome"] == each.outcome.name]) for each in studies]
    return pd.concat(told, ignore_index=True)


def contrasts_near_lists(
    data: Dataset, scores: pd.DataFrame, studies: Sequence[Study], plan: Plan
) -> pd.DataFrame:
    """Without what each child would fall below the first family that its zone has no place for.

    The level is that by which lists are ordered: of all outcomes that count for the child, together. Places drawn at
    random are left aside. Columns: person_id and those of `would_not_be_listed`.
    """
    near = near_lists(scores, plan)
    rows = _rows_of(data, plan, near["person_id"])
    people = data.members["person_id"].iloc[rows].to_numpy()
    shares = _shares(near, studies, plan).reindex(people).to_numpy(dtype=np.float64)
    of_row = pd.DataFrame(shares, index=data.features.index[rows])

    def levels(values: pd.DataFrame) -> np.ndarray:
        each = np.column_stack([expit(study.model.margin(values)) for study in studies])
        together: np.ndarray = (each * of_row.loc[values.index].to_numpy()).sum(axis=1)
        return together

    cuts = _cuts(scores, near, plan).reindex(people).to_numpy(dtype=np.float64)
    if not len(rows):
        return pd.DataFrame(columns=["person_id", *OF_CONTRAST[1:]])
    found = would_not_be_listed(levels, plan.features, data.features.iloc[rows], cuts)
    return found.assign(person_id=people[found["row"].to_numpy(dtype=int)])[["person_id", *OF_CONTRAST[1:]]]


def _changes(data: Dataset, study: Study, plan: Plan, near: pd.DataFrame) -> pd.DataFrame:
    columns = ["person_id", "outcome", "since", *OF_CHANGE[1:]]
    today = np.datetime64(plan.experiment.score_on)
    before = plan.before(today)
    rows = _rows_of(data, plan, near["person_id"])
    then = data.earlier(rows, {today: before})
    rows, then = rows[then >= 0], then[then >= 0]
    if not len(rows):
        return pd.DataFrame(columns=columns)
    now, earlier = data.features.iloc[rows], data.features.iloc[then]
    found = what_changed(study.model, plan.features, now, earlier, before.astype("datetime64[D]").item())
    people = data.members["person_id"].iloc[rows].to_numpy()[found["row"].to_numpy(dtype=int)]
    return found.assign(person_id=people, outcome=study.outcome.name, since=pd.Timestamp(before))[columns]


def _rows_of(data: Dataset, plan: Plan, people: pd.Series) -> np.ndarray:
    rows = data.at([np.datetime64(plan.experiment.score_on)])
    wanted: np.ndarray = rows[data.members["person_id"].iloc[rows].isin(set(people)).to_numpy()]
    return wanted


def _shares(near: pd.DataFrame, studies: Sequence[Study], plan: Plan) -> pd.DataFrame:
    """What a level of each outcome adds to each child's level in the order of lists; 0 where it does not count."""
    largest = max(plan.weights.values())
    weight = near["outcome"].map(plan.weights).astype("float64") / largest
    wide = near.assign(weight=weight).pivot(index="person_id", columns="outcome", values="weight")
    return wide.reindex(columns=[study.outcome.name for study in studies]).fillna(0.0)


def _cuts(scores: pd.DataFrame, near: pd.DataFrame, plan: Plan) -> pd.Series:
    """For each child the level of the first family that the zone of its family has no place for."""
    ranking = scores[scores["outcome"].isin(plan.weights)]
    families = rank_families(combined(ranking, plan.weights), dict(plan.capacity), reserve=0)
    first_out = families[~families["listed"]].groupby("zone")["level"].max()
    zone_of = families.set_index("household_id")["zone"]
    children = near.drop_duplicates("person_id").set_index("person_id")["household_id"]
    return children.map(zone_of).map(first_out).astype("float64")
