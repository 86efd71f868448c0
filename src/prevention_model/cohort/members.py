"""The members of a cohort, and how many were left out."""

from dataclasses import dataclass, field

import pandas as pd

from prevention_model.query import pairs_of


def _nobody() -> pd.DataFrame:
    return pd.DataFrame({"reason": pd.Series([], dtype="str"), "count": pd.Series([], dtype="int64")})


@dataclass(frozen=True)
class Members:
    """Pairs of person_id and index_date, each once; `frame` may hold more columns beside them.

    `left_out` counts by reason the pairs that were not eligible: columns reason and count.

    >>> members = Members(pd.DataFrame({"person_id": ["a"], "index_date": ["2024-01-01"], "zone": ["north"]}))
    >>> len(members), list(members.frame.columns)
    (1, ['person_id', 'index_date', 'zone'])
    """

    frame: pd.DataFrame
    left_out: pd.DataFrame = field(default_factory=_nobody)

    def __post_init__(self) -> None:
        pairs = pairs_of(self.frame)
        rest = self.frame.drop(columns=["person_id", "index_date"]).reset_index(drop=True)
        object.__setattr__(self, "frame", pd.concat([pairs, rest], axis=1))

    def __len__(self) -> int:
        return len(self.frame)
