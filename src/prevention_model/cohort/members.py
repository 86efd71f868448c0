"""The members of a cohort, and how many were left out."""

from dataclasses import dataclass, field

import pandas as pd

from prevention_model.cohort.lag import no_lag
from prevention_model.cohort.steps import check_sums, nobody, nobody_by_date
from prevention_model.query import pairs_of


@dataclass(frozen=True)
class Members:
    """Pairs of person_id and index_date, each once; `frame` may hold more columns beside them.

    `left_out` has a row for each step of eligibility that was asked, in order: reason; before, left_out and remaining
    (pairs); people_before, people_left_out and people_remaining (distinct people, left out by the step that takes
    their last pair). `left_out_by_date` has the pairs of each index_date. `coverage_lag` names the sources whose
    receipt ended before an index date: index_date, source, last_day, days_missing. Raises WrongUsage where the steps
    do not sum up to the members.

    >>> members = Members(pd.DataFrame({"person_id": ["a"], "index_date": ["2024-01-01"], "zone": ["north"]}))
    >>> len(members), list(members.frame.columns)
    (1, ['person_id', 'index_date', 'zone'])
    """

    frame: pd.DataFrame
    left_out: pd.DataFrame = field(default_factory=nobody)
    left_out_by_date: pd.DataFrame = field(default_factory=nobody_by_date)
    coverage_lag: pd.DataFrame = field(default_factory=no_lag)

    def __post_init__(self) -> None:
        pairs = pairs_of(self.frame)
        rest = self.frame.drop(columns=["person_id", "index_date"]).reset_index(drop=True)
        object.__setattr__(self, "frame", pd.concat([pairs, rest], axis=1))
        check_sums(self.left_out, len(self.frame))

    def __len__(self) -> int:
        return len(self.frame)
