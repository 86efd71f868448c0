"""Children scored again with one thing changed that should not matter: see PM019.

The change is made in the records and the features are built again, so whatever feature it reaches counts.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from prevention_model.audit.checks.pm019_family_size_or_agencies_raise_levels import (
    ONE_MORE_AGENCY,
    ONE_MORE_CHILD,
)
from prevention_model.audit.tables import empty
from prevention_model.dataset import Dataset
from prevention_model.features import build_features
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.rising import level_of
from prevention_model.pipeline.study import Study
from prevention_model.query import Retention
from prevention_model.records.records import Records

CONTACT = "contact"
"""The kind of event whose code says which agency was in contact."""
_MOST = 400
_YEAR = np.timedelta64(365, "D")


def counterfactuals(
    known: Records,
    day: np.datetime64,
    data: Dataset,
    studies: Sequence[Study],
    plan: Plan,
    retention: Retention,
) -> dict[str, pd.DataFrame]:
    """By outcome, change, before and after (levels) of children of one day; `known` are the records as known then.

    One more child: as old as the child itself, there for as long, of whom nothing is on record. One more agency: of a
    child's contacts in the last year one is by another agency; there are as many as before, on the same days.
    """
    changed = [
        (ONE_MORE_CHILD, *_with_one_more_child(known, data, day)),
        (ONE_MORE_AGENCY, *_with_one_more_agency(known, data, day)),
    ]
    parts = {each.outcome.name: [empty("counterfactuals")] for each in studies}
    for change, other, rows in changed:
        if not len(rows):
            continue
        asked = data.members.iloc[rows][["person_id", "index_date"]]
        values = build_features(other, asked, plan.features, retention=retention)
        for each in studies:
            mine = each.scored(data, rows)
            parts[each.outcome.name].append(
                pd.DataFrame(
                    {
                        "change": change,
                        "before": level_of(each.model, data, rows[mine]),
                        "after": each.model.predict_proba(values[mine])[:, 1],
                    }
                )
            )
    return {name: pd.concat(each) for name, each in parts.items()}


def _sample(rows: np.ndarray) -> np.ndarray:
    chosen = np.random.default_rng(0).permutation(len(rows))[:_MOST]
    return rows[np.sort(chosen)]


def _with_one_more_child(records: Records, data: Dataset, day: np.datetime64) -> tuple[Records, np.ndarray]:
    """Homes of some children, each with a newcomer, known for as long as the child itself lives there."""
    if "household_id" not in data.members:
        return records, np.empty(0, dtype=np.intp)
    here = data.at([day])
    rows = _sample(here[data.members["household_id"].iloc[here].notna().to_numpy()])
    members = data.members.iloc[rows]
    home, person = records.frames["household"], records.frames["person"]
    links = home.merge(members[["person_id", "household_id"]], on=["person_id", "household_id"])
    links = links.drop_duplicates(["household_id"], keep="last")
    names = pd.Series([f"newcomer-{number}" for number in range(len(links))], dtype="str")
    births = person.set_index("person_id")["birth_date"].reindex(links["person_id"]).to_numpy()
    people = person.iloc[: len(links)].assign(
        person_id=names.to_numpy(), birth_date=births, death_date=None, is_adult=False
    )
    frames = dict(records.frames)
    frames["household"] = pd.concat([home, links.assign(person_id=names.to_numpy())], ignore_index=True)
    frames["person"] = pd.concat([person, people], ignore_index=True)
    return replace(records, frames=frames), rows


def _with_one_more_agency(records: Records, data: Dataset, day: np.datetime64) -> tuple[Records, np.ndarray]:
    """Some children with several contacts in the year before, all by one agency: the last is now by another."""
    events = records.frames["event"]
    in_year = (events["kind"] == CONTACT) & (events["event_date"] >= day - _YEAR) & events["code"].notna()
    contacts = events[in_year.to_numpy()]
    codes = contacts["code"].value_counts().index
    if len(codes) < 2:
        return records, np.empty(0, dtype=np.intp)
    by_child = contacts.groupby("person_id")["code"].agg(["size", "nunique"])
    able = by_child.index[(by_child["size"] > 1) & (by_child["nunique"] == 1)]
    here = data.at([day])
    rows = _sample(here[data.members["person_id"].iloc[here].isin(able).to_numpy()])
    chosen = contacts[contacts["person_id"].isin(data.members["person_id"].iloc[rows])]
    last = chosen.sort_values("event_date", kind="stable").drop_duplicates("person_id", keep="last")
    other = np.where(last["code"] == codes[0], codes[1], codes[0])
    codes_after = events["code"].copy()
    codes_after.loc[last.index] = other
    return replace(records, frames={**records.frames, "event": events.assign(code=codes_after)}), rows
