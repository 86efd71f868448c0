"""Who is asked about and when: the (person, index date) pairs, checked once for both engines."""

from typing import Protocol, runtime_checkable

import numpy as np
import pandas as pd

from prevention_model.errors import WrongUsage


@runtime_checkable
class HasFrame(Protocol):
    """Anything that carries its pairs in a frame, as `Members` does."""

    @property
    def frame(self) -> pd.DataFrame:
        """Columns person_id and index_date, one row a pair."""
        ...


def pairs_of(members: HasFrame | pd.DataFrame) -> pd.DataFrame:
    """The columns person_id (str) and index_date (midnight) of `members`, in the order given.

    Raises WrongUsage when a column is absent, a cell is empty, or a pair stands there twice.

    >>> pairs_of(pd.DataFrame({"person_id": ["a"], "index_date": ["2024-01-01"]})).index_date[0]
    Timestamp('2024-01-01 00:00:00')
    """
    frame = members if isinstance(members, pd.DataFrame) else members.frame
    absent = [name for name in ("person_id", "index_date") if name not in frame.columns]
    if absent:
        raise WrongUsage(
            f"The members lack the column {' and '.join(absent)}.",
            todo="Give one row for each person_id and index_date, as Cohort(...).members(records) does.",
        )
    try:
        dates = pd.to_datetime(frame["index_date"], format="ISO8601").dt.normalize().astype("datetime64[s]")
    except (ValueError, TypeError, AttributeError):
        raise WrongUsage(
            "The column index_date does not hold dates.", todo="Write dates as 2024-01-31."
        ) from None
    made = pd.DataFrame({"person_id": frame["person_id"].astype("str"), "index_date": dates}).reset_index(
        drop=True
    )
    empty = (frame["person_id"].isna().to_numpy() | made["index_date"].isna().to_numpy()).nonzero()[0]
    if len(empty):
        raise WrongUsage(
            f"{len(empty)} of the members have no person_id or no index_date (first at row {empty[0]}).",
            todo="Leave those rows out.",
        )
    twice = int(made.duplicated().sum())
    if twice:
        raise WrongUsage(
            f"{twice} of the members stand there twice.", todo="Keep each (person_id, index_date) once."
        )
    return made


def index_of(pairs: pd.DataFrame) -> pd.MultiIndex:
    """The MultiIndex (person_id, index_date) in the order of the pairs."""
    codes, people = pd.factorize(pairs["person_id"])
    day_codes, days = pd.factorize(pairs["index_date"])
    return pd.MultiIndex(
        levels=[pd.Index(people), pd.Index(days)],
        codes=[codes, day_codes],  # type: ignore[list-item]
        names=["person_id", "index_date"],
        verify_integrity=False,
    )


def days_of(dates: pd.Series) -> np.ndarray:
    """Days since 1970 as int64; missing dates become the smallest int64."""
    days = dates.to_numpy().astype("datetime64[D]")
    return days.astype(np.int64)
