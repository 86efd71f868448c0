"""The days on which outcomes began, whoever knew of it then: what happened, not what was seen."""

import numpy as np
import pandas as pd

from prevention_model.outcomes.onset import Onset, Return
from prevention_model.query import Length, days_of
from prevention_model.query.around import around_as_seen
from prevention_model.records import Records

_NAT = np.iinfo(np.int64).min


def onset_days(records: Records, onset: Onset | Return) -> tuple[pd.Series, np.ndarray]:
    """Each person and day, in days since 1970."""
    frame = records.frames[onset.table]
    frame = frame[frame["kind"].isin(onset.kinds)]
    if onset.codes is not None:
        frame = frame[frame["code"].isin(onset.codes)]
    days = days_of(frame["event_date" if onset.table == "event" else "start_date"])
    person, days = frame["person_id"][days != _NAT], days[days != _NAT]
    if isinstance(onset, Return):
        return _returns(person, days, onset.within)
    return _of_households(records, person, days) if onset.scope == "household" else (person, days)


def _returns(person: pd.Series, days: np.ndarray, within: str) -> tuple[pd.Series, np.ndarray]:
    """Those that came `within` so long after the one before, of the same person and of an earlier day."""
    once = (
        pd.DataFrame({"person": person.array, "day": days}).drop_duplicates().sort_values(["person", "day"])
    )
    day, whose = once["day"].to_numpy(dtype=np.int64), once["person"]
    after_another = whose.eq(whose.shift()).to_numpy(dtype=np.bool_)
    soon = np.zeros(len(once), dtype=np.bool_)
    soon[1:] = day[1:] < Length.parse(within).after_days(day[:-1])
    returned = after_another & soon
    return whose[returned], day[returned]


def _of_households(records: Records, person: pd.Series, days: np.ndarray) -> tuple[pd.Series, np.ndarray]:
    """The same, and again for everybody who lives with the person, as known by the end of that day."""
    next_day = pd.to_datetime(pd.Series(days + 1), unit="D").astype("datetime64[s]")
    asked = pd.DataFrame({"person_id": person.astype("str").array, "index_date": next_day}).drop_duplicates()
    around = around_as_seen(records.frames, asked.reset_index(drop=True), "household_others")
    others = days_of(around["index_date"]) - 1
    whose = pd.concat([person.astype("str"), around["member_id"].astype("str")], ignore_index=True)
    return whose, np.concatenate([days, others])
