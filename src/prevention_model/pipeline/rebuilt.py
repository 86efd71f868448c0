"""Features built again from less: only what was known at the time, only what may still be looked at."""

from dataclasses import replace
from typing import Any

import numpy as np

from prevention_model.dataset import Dataset
from prevention_model.features import build_features
from prevention_model.features.within_reach import within_reach
from prevention_model.pipeline.plan import Plan
from prevention_model.query import Retention
from prevention_model.records.records import Records
from prevention_model.records.seen import as_known_at

_MOST = 500
_ENDS = {
    "event": "event_date",
    "measurement": "event_date",
    "attribute": "event_date",
    "spell": "end_date",
    "place": "to",
}
_KINDS = {"attribute": "name"}


def rebuilt(
    records: Records, day: np.datetime64, data: Dataset, test: np.ndarray, plan: Plan, retention: Retention
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Every cell of a day, of some children, built again and compared: from only what was known then, and from that
    without all that was past its retention, destroyed and not merely overlooked."""
    chosen = test[data.days[test] == day][:_MOST]
    people = data.members["person_id"].iloc[chosen]
    known = as_known_at(within_reach(records, people, plan.features), day)
    by_time = _compared(known, data, chosen, plan, retention)
    by_age = _compared(destroyed(known, retention, day), data, chosen, plan, Retention({}))
    without = sorted(source for source, agreed in plan.retention.items() if agreed.length is None)
    return by_time, by_age | {"sources_without": without}


def destroyed(records: Records, retention: Retention, day: np.datetime64) -> Records:
    """The records without any row that is past its retention on a day.

    >>> import pandas as pd
    >>> events = pd.DataFrame({"person_id": "a", "kind": "notice", "event_date": ["2019-01-01", "2023-01-01"]})
    >>> left = destroyed(Records.from_frames({"event": events}), Retention({"notice": "2 years"}),
    ...     np.datetime64("2024-01-01"))
    >>> len(left.frames["event"])
    1
    """
    frames = dict(records.frames)
    first = day.astype("datetime64[D]").item()
    starts = {kind: np.datetime64(retention.start(kind, first), "s") for kind in retention.lengths}
    for table, ends in _ENDS.items():
        frame = frames[table]
        start = frame[_KINDS.get(table, "kind")].map(starts).astype("datetime64[s]")
        over = (frame[ends] < start).to_numpy()
        if over.any():  # a table of many millions of rows is not copied for nothing
            frames[table] = frame[~over].reset_index(drop=True)
    return replace(records, frames=frames)


def _compared(
    records: Records, data: Dataset, chosen: np.ndarray, plan: Plan, retention: Retention
) -> dict[str, Any]:
    asked = data.members.iloc[chosen][["person_id", "index_date"]]
    again = build_features(records, asked, plan.features, retention=retention).to_numpy(dtype=np.float64)
    used = data.features.iloc[chosen].to_numpy(dtype=np.float64)
    same = (again.astype(np.float32) == used.astype(np.float32)) | (np.isnan(again) & np.isnan(used))
    differing = [plan.features[place].name for place in np.flatnonzero(~same.all(axis=0))]
    return {
        "cells_compared": same.size,
        "cells_different": int((~same).sum()),
        "features_different": differing,
    }
