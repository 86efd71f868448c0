"""What would be said of children, and whether it holds: for the audit, before anybody reads it."""

import numpy as np
import pandas as pd

from prevention_model.dataset import Dataset
from prevention_model.explanation import carrying, contributions_of, deletion_table
from prevention_model.lists.sharing import may_be_shown
from prevention_model.metrics import shift_since, stability_index
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.study import Study

_NEAR = 1000
_TAUGHT = 60_000


def stated_of(reasons: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """The lines of one outcome as a coordinator would read them, blank where it may not be seen, and as a parent and a
    young person would."""
    mine = reasons[reasons["outcome"] == outcome]
    seen = may_be_shown(mine)
    lines = mine[["person_id", "kind", "theme", "feature"]]
    blanked = np.where(seen, mine["text"].to_numpy(dtype=object), "")
    told = [
        lines.assign(text=blanked, reader_may_see=seen),
        *(
            lines.assign(text=mine[name], reader_may_see=True)
            for name in ("text_parent", "text_young_person")
        ),
    ]
    return pd.concat(told, ignore_index=True)


def deletions_of(data: Dataset, study: Study, plan: Plan) -> pd.DataFrame:
    """Children with the highest levels at the last test date, scored again without what would be said of them."""
    at_last = study.test[study.at_last]
    rows = at_last[np.argsort(-study.level[study.at_last], kind="stable")[:_NEAR]]
    values, everybody = data.features.iloc[rows], data.features.iloc[at_last]
    added = contributions_of(study.model, values).values
    carried = carrying(study.model, plan.features, values, added, everybody)
    table = deletion_table(study.model, plan.features, values, carried, everybody)
    return table[["kind", "before", "after", "other"]]


def drift_of_features(data: Dataset, study: Study, plan: Plan, weight: pd.Series) -> pd.DataFrame:
    """The children scored now against those who taught: shift of each feature, with its share of all contributions,
    and of the level. `weight` is the sum of absolute contributions by feature."""
    taught = study.split.fit[data.at_risk(study.outcome.name, study.split.fit)]
    taught = taught[np.sort(np.random.default_rng(0).permutation(len(taught))[:_TAUGHT])]
    now = data.at([np.datetime64(plan.experiment.score_on)])
    now = now[data.at_risk(study.outcome.name, now)]
    share = weight / weight.sum() if weight.sum() else weight
    rows = [
        {
            "feature": feature.name,
            "shift": shift_since(_column(data, place, taught), _column(data, place, now)),
            "weight": float(share.iloc[place]),
        }
        for place, feature in enumerate(plan.features)
    ]
    shift = stability_index(study.levels.of(taught), study.levels.of(now))
    return pd.DataFrame([*rows, {"feature": "level", "shift": shift, "weight": 1.0}])


def _column(data: Dataset, place: int, rows: np.ndarray) -> np.ndarray:
    return data.features.iloc[rows, place].to_numpy(dtype=np.float64, na_value=np.nan)
