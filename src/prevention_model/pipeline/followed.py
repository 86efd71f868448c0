"""What followed after a list was made, by what the records say now: to whom which outcome came, and on which day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from prevention_model.features.within_reach import within_reach
from prevention_model.outcomes import Outcome, ShareReaches, outcome_statuses
from prevention_model.outcomes.onset_days import onset_days
from prevention_model.pipeline.retention import Agreed, retention_of
from prevention_model.query import days_of
from prevention_model.records.records import Records

WORDS = {
    "onset": "It came",
    "none": "It did not come",
    "censored": "Not known, or not yet: nobody could follow to the end",
    "not_at_risk": "Already there on that day, or of an age at which it does not count",
}
"""What each status of `outcomes.STATUSES` means for somebody who was on a list."""


@dataclass(frozen=True)
class Followed:
    """What followed for one person from one index date: `day` is that of the onset, where there was one."""

    person_id: str
    outcome: str
    plain: str
    index_date: date
    horizon: str
    status: str
    day: date | None

    @property
    def line(self) -> str:
        """In words.

        >>> Followed("p", "care", "care", date(2024, 1, 1), "12 months", "onset", date(2024, 3, 1)).line
        'It came, on 2024-03-01'
        """
        return WORDS[self.status] + (f", on {self.day}" if self.day else "")


def followed(
    records: Records,
    members: pd.DataFrame,
    outcomes: Sequence[Outcome],
    agreed: Mapping[str, Agreed],
) -> list[Followed]:
    """What followed for each member (person_id, index_date) of each outcome, in the order of both.

    Whoever is in the records no longer is left out: nothing is known of them.
    """
    held = members["person_id"].isin(records.frames["person"]["person_id"]).to_numpy()
    asked = members[held].reset_index(drop=True)
    if asked.empty:
        return []
    retention = retention_of(records, agreed)
    near = within_reach(records, set(asked["person_id"]))
    statuses = outcome_statuses(near, asked, outcomes, retention)
    found = []
    for outcome in outcomes:
        status = statuses[outcome.name].astype(str)
        days = _onsets(near, asked, outcome, status.to_numpy())
        found += [
            Followed(
                str(person), outcome.name, outcome.short or outcome.name, index.date(),
                str(outcome.follow_up.horizon), each, day,
            )
            for (person, index), each, day in zip(
                asked[["person_id", "index_date"]].itertuples(index=False, name=None), status, days, strict=True
            )
        ]  # fmt: skip
    return found


def _onsets(records: Records, asked: pd.DataFrame, outcome: Outcome, status: np.ndarray) -> list[date | None]:
    """The first day of the outcome within the follow-up of whom it came to; a share has no day of its own."""
    if isinstance(outcome.onset, ShareReaches):
        return [None] * len(asked)
    person, day = onset_days(records, outcome.onset)
    start, end = outcome.follow_up.window_days(days_of(asked["index_date"]))
    days = {
        str(each): np.sort(day[group])
        for each, group in person.reset_index(drop=True).groupby(person.array).indices.items()
    }
    found: list[date | None] = []
    for each, first, last, came in zip(asked["person_id"], start, end, status == "onset", strict=True):
        within = [d for d in days.get(str(each), ()) if first <= d < last] if came else []
        found.append(np.datetime64(int(within[0]), "D").item() if within else None)
    return found
