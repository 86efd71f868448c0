"""Scores at the scoring date, by the very models that were audited, and reasons for families near a list."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from prevention_model.dataset import Dataset
from prevention_model.explanation import as_at_dates, carrying, contributions_of, explain
from prevention_model.pipeline.near_lists import near_lists
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rising import Paired, since_when
from prevention_model.pipeline.study import Study
from prevention_model.records.records import Records


def score(data: Dataset, studies: Sequence[Study], plan: Plan) -> pd.DataFrame:
    """One line a child and outcome at `score_on`: level, rise, whether it may be ranked and why not."""
    return pd.concat([_score(data, each, plan) for each in studies], ignore_index=True)


def reasons_near_lists(
    records: Records, data: Dataset, scores: pd.DataFrame, studies: Sequence[Study], plan: Plan
) -> pd.DataFrame:
    """Reasons and strengths of the children whose families are on a list or near one, by each outcome that ranks and
    counts for them; `studies` are of those outcomes.

    Columns: person_id, outcome, kind, position, theme, feature, text, text_parent, text_young_person, agency,
    share_with, source, as_at.
    """
    told = near_lists(scores, plan)
    said = [
        _reasons(records, data, each, plan, set(told.loc[told["outcome"] == each.outcome.name, "person_id"]))
        for each in studies
    ]
    return pd.concat(said, ignore_index=True)


def _reasons(records: Records, data: Dataset, study: Study, plan: Plan, people: set[str]) -> pd.DataFrame:
    rows = _rows_at(data, plan)
    rows = rows[data.members["person_id"].iloc[rows].isin(people).to_numpy()]
    columns = [
        "person_id",
        "outcome",
        "kind",
        "position",
        "theme",
        "feature",
        "text",
        "text_parent",
        "text_young_person",
        "agency",
        "share_with",
        "source",
        "as_at",
    ]
    if not len(rows):
        return pd.DataFrame(columns=columns)
    values = data.features.iloc[rows]
    everybody = data.features.iloc[_rows_at(data, plan)]
    added = contributions_of(study.model, values).values
    said = explain(plan.features, values, carrying(study.model, plan.features, values, added, everybody))
    members = data.members.iloc[rows].reset_index(drop=True)
    said["person_id"] = members["person_id"].to_numpy()[said["row"]]
    said["index_date"] = members["index_date"].to_numpy()[said["row"]]
    family = members[["person_id", "household_id"]] if "household_id" in members else members[["person_id"]]
    dated = as_at_dates(records, said, plan.features, _household_members(records, family))
    return dated.assign(outcome=study.outcome.name)[columns]


def _rows_at(data: Dataset, plan: Plan) -> np.ndarray:
    return data.at([np.datetime64(plan.experiment.score_on)])


def _score(data: Dataset, study: Study, plan: Plan) -> pd.DataFrame:
    rows = _rows_at(data, plan)
    members = data.members.iloc[rows]
    paired = Paired.of(study.levels, study.refits, plan, rows)
    rise = paired.rise(0, study.reliability, plan.experiment.rise.credible)
    free = data.at_risk(study.outcome.name, rows)
    # Who is at or above the threshold is so at any age; only then does the age band count.
    left_out = pd.Series(
        np.where(free, study.why_not_scored(data, rows), study.outcome.why_not_at_risk), dtype="object"
    )
    eligible = left_out.isna().to_numpy()
    since = since_when(
        study.levels,
        study.refits,
        study.reliability,
        plan,
        rows,
        eligible & (rise.direction == "rising"),
    )
    return pd.DataFrame(
        {
            "person_id": members["person_id"].to_numpy(),
            "household_id": members["family_id"].to_numpy(),
            "zone": members["zone"].to_numpy(),
            "index_date": members["index_date"].to_numpy(),
            "outcome": study.outcome.name,
            "level": paired.now[0],
            "level_before": paired.before[0],
            "rise": rise.rise,
            "credibility": rise.credibility,
            "direction": rise.direction.astype(object),
            "rising_since": since.astype("datetime64[s]"),
            "eligible": eligible,
            "left_out": left_out.astype("str"),
        }
    )


def _household_members(records: Records, family: pd.DataFrame) -> pd.DataFrame:
    """Everybody who ever shared the household: whose facts a reason of household scope may rest on."""
    if "household_id" not in family:
        return pd.DataFrame({"person_id": [], "member_id": []}, dtype="str")
    shared = records.frames["household"][["household_id", "person_id"]].drop_duplicates()
    joined = family.dropna().merge(shared.rename(columns={"person_id": "member_id"}), on="household_id")
    return joined[["person_id", "member_id"]]
