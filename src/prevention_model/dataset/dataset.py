"""Features and outcomes of the same children at the same index dates, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from prevention_model.cohort import Members
from prevention_model.errors import WrongUsage, listed
from prevention_model.features import Declared, build_features
from prevention_model.outcomes import Outcome, outcome_statuses
from prevention_model.query import KEPT, Retention
from prevention_model.records.records import Records


@dataclass(frozen=True)
class Dataset:
    """One row for each child and index date; all parts have the same rows in the same order.

    `members` has person_id, index_date, family_id and zone. `features` are numbers, missing where not
    known. `status` holds for each outcome onset, none, censored or not_at_risk.
    """

    members: pd.DataFrame
    features: pd.DataFrame
    status: pd.DataFrame

    def __post_init__(self) -> None:
        sizes = {len(self.members), len(self.features), len(self.status)}
        if len(sizes) > 1:
            raise WrongUsage("Members, features and outcomes must have the same number of rows.")
        lacking = [n for n in ("person_id", "index_date", "family_id", "zone") if n not in self.members]
        if lacking:
            raise WrongUsage(f"The members of a data set also need: {listed(lacking)}.")

    @cached_property
    def days(self) -> np.ndarray:
        """Index date of each row."""
        return self.members["index_date"].to_numpy(dtype="datetime64[D]")

    def at(self, days: Sequence[np.datetime64]) -> np.ndarray:
        """Positions of the rows at these index dates."""
        return np.flatnonzero(np.isin(self.days, np.asarray(days, dtype="datetime64[D]")))

    def label(self, outcome: str, rows: np.ndarray) -> np.ndarray:
        """1 onset, 0 none, missing where censored or not at risk."""
        status = self.status[outcome].to_numpy()[rows]
        label: np.ndarray = np.where(status == "onset", 1.0, np.where(status == "none", 0.0, np.nan))
        return label

    def at_risk(self, outcome: str, rows: np.ndarray) -> np.ndarray:
        """True where the child could still have an onset: free of it at the index date."""
        free: np.ndarray = self.status[outcome].to_numpy()[rows] != "not_at_risk"
        return free

    def earlier(self, rows: np.ndarray, days: Mapping[np.datetime64, np.datetime64]) -> np.ndarray:
        """For each row the position of the same child's row at `days[index date]`, or -1.

        >>> members = pd.DataFrame({"person_id": ["a", "a"], "family_id": "f", "zone": "Z1",
        ...     "index_date": pd.to_datetime(["2024-01-01", "2024-07-01"])})
        >>> data = Dataset(members, pd.DataFrame(index=range(2)), pd.DataFrame(index=range(2)))
        >>> data.earlier(np.array([1]), {np.datetime64("2024-07-01"): np.datetime64("2024-01-01")})
        array([0])
        """
        people, _ = pd.factorize(self.members["person_id"])
        places = pd.Series(
            np.arange(len(self.days)), index=pd.MultiIndex.from_arrays([people, self.days], names=["p", "d"])
        )
        wanted = np.array(
            [days.get(day, np.datetime64("NaT")) for day in self.days[rows]], dtype="datetime64[D]"
        )
        found = places.reindex(pd.MultiIndex.from_arrays([people[rows], wanted]))
        return found.fillna(-1).to_numpy(dtype=np.int64)


def assemble(
    records: Records,
    members: Members,
    features: Sequence[Declared],
    outcomes: Sequence[Outcome],
    retention: Retention = KEPT,
) -> Dataset:
    """Build features and outcomes for the members. A child in no known household is a family of one.

    Rows past the `retention` of their kind are not looked at, neither by a feature nor to say who is at risk.
    """
    frame = members.frame.reset_index(drop=True)
    household = (
        frame["household_id"] if "household_id" in frame else pd.Series(None, index=frame.index, dtype="str")
    )
    zone = frame["zone"] if "zone" in frame else pd.Series("unallocated", index=frame.index, dtype="str")
    frame = frame.assign(family_id=household.fillna("alone:" + frame["person_id"]), zone=zone)
    built = build_features(records, members, features, dtype="float32", retention=retention)
    status = outcome_statuses(records, members, outcomes, retention).reset_index(drop=True)
    return Dataset(frame, built.reset_index(drop=True), status)
