"""Children scored again with one thing changed that should not matter: see PM019.

The change is made in the records and the features are built again, so whatever feature it reaches counts.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from prevention_model.audit.checks.pm019_family_size_or_agencies_raise_levels import (
    ONE_MORE_AGENCY,
    ONE_MORE_CHILD,
)
from prevention_model.audit.tables import empty
from prevention_model.dataset import Dataset
from prevention_model.features import build_features
from prevention_model.features.within_reach import within_reach
from prevention_model.pipeline.plan import Plan
from prevention_model.pipeline.study import Study
from prevention_model.query import Retention
from prevention_model.records.records import Records
from prevention_model.records.seen import as_known_at

CONTACT = "contact"
"""The kind of event whose code says which agency was in contact."""
_MOST = 400
_YEAR = np.timedelta64(365, "D")


def counterfactuals(
    records: Records,
    day: np.datetime64,
    data: Dataset,
    studies: Sequence[Study],
    plan: Plan,
    retention: Retention,
) -> dict[str, pd.DataFrame]:
    """By outcome, change, before and after (levels) of children of one day, by the records as they were known then.

    One more child: as old as the child itself, there for as long, of whom nothing is on record. One more agency: of a
    child's contacts in the last year one is by another agency; there are as many as before, on the same days.
    """
    contacts = _contacts(records, day)
    agencies = contacts["code"].value_counts().index[:2]
    changes = (
        (ONE_MORE_CHILD, _with_a_home(data, day), _with_one_more_child),
        (
            ONE_MORE_AGENCY,
            _with_one_agency(contacts, data, day) if len(agencies) > 1 else np.empty(0, dtype=np.intp),
            partial(_with_one_more_agency, agencies=agencies, day=day),
        ),
    )
    parts = {each.outcome.name: [empty("counterfactuals")] for each in studies}
    for change, rows, made in changes:
        if not len(rows):
            continue
        asked = data.members.iloc[rows][["person_id", "index_date"]]
        known = as_known_at(within_reach(records, asked["person_id"], plan.features), day)
        other = made(known, data.members.iloc[rows])
        values = build_features(other, asked, plan.features, retention=retention)
        for each in studies:
            mine = each.scored(data, rows)
            parts[each.outcome.name].append(
                pd.DataFrame(
                    {
                        "change": change,
                        "before": each.levels.of(rows[mine]),
                        "after": each.model.predict_proba(values[mine])[:, 1],
                    }
                )
            )
    return {name: pd.concat(each) for name, each in parts.items()}


def _sample(rows: np.ndarray) -> np.ndarray:
    chosen = np.random.default_rng(0).permutation(len(rows))[:_MOST]
    return rows[np.sort(chosen)]


def _with_a_home(data: Dataset, day: np.datetime64) -> np.ndarray:
    """Rows of some children of the day whose household is known."""
    if "household_id" not in data.members:
        return np.empty(0, dtype=np.intp)
    here = data.at([day])
    return _sample(here[data.members["household_id"].iloc[here].notna().to_numpy()])


def _with_one_more_child(known: Records, members: pd.DataFrame) -> Records:
    """Their homes, each with a newcomer, known for as long as the child itself lives there."""
    home, person = known.frames["household"], known.frames["person"]
    links = home.merge(members[["person_id", "household_id"]], on=["person_id", "household_id"])
    links = links.drop_duplicates(["household_id"], keep="last")
    names = pd.Series([f"newcomer-{number}" for number in range(len(links))], dtype="str")
    births = person.set_index("person_id")["birth_date"].reindex(links["person_id"]).to_numpy()
    people = person.iloc[: len(links)].assign(
        person_id=names.to_numpy(), birth_date=births, death_date=None, is_adult=False
    )
    frames = dict(known.frames)
    frames["household"] = pd.concat([home, links.assign(person_id=names.to_numpy())], ignore_index=True)
    frames["person"] = pd.concat([person, people], ignore_index=True)
    return replace(known, frames=frames)


def _with_one_agency(contacts: pd.DataFrame, data: Dataset, day: np.datetime64) -> np.ndarray:
    """Rows of some children of the day with several contacts, all by one agency."""
    by_child = contacts.groupby("person_id")["code"].agg(["size", "nunique"])
    able = by_child.index[(by_child["size"] > 1) & (by_child["nunique"] == 1)]
    here = data.at([day])
    return _sample(here[data.members["person_id"].iloc[here].isin(able).to_numpy()])


def _with_one_more_agency(
    known: Records, members: pd.DataFrame, agencies: pd.Index, day: np.datetime64
) -> Records:
    """Their contacts in the year before, of which the last is now by another of the two `agencies`."""
    events, contacts = known.frames["event"], _contacts(known, day)
    chosen = contacts[contacts["person_id"].isin(members["person_id"])]
    last = chosen.sort_values("event_date", kind="stable").drop_duplicates("person_id", keep="last")
    other = np.where(last["code"] == agencies[0], agencies[1], agencies[0])
    codes_after = events["code"].copy()
    codes_after.loc[last.index] = other
    return replace(known, frames={**known.frames, "event": events.assign(code=codes_after)})


def _contacts(records: Records, day: np.datetime64) -> pd.DataFrame:
    """Contacts of the year before the day, by an agency that is named, as far as they were known then."""
    events = records.frames["event"]
    events = events[(events["kind"] == CONTACT).to_numpy()]
    in_year = (
        (events["event_date"] >= day - _YEAR) & (events["event_date"] < day) & ~(events["known_date"] >= day)
    )
    return events[(in_year & events["code"].notna()).to_numpy()]
