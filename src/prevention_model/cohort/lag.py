"""How far behind each source is at an index date: the last period is not complete where receipt ended before it."""

import numpy as np
import pandas as pd

COLUMNS = ("index_date", "source", "last_day", "days_missing")


def coverage_lag(coverage: pd.DataFrame, dates: np.ndarray) -> pd.DataFrame:
    """One row for each index date and source that was not being received up to the day before it.

    `last_day` is the last day received of anything in the source, `days_missing` how many days from the next one up
    to the index date were not. Features whose window reaches into them are missing, never 0. A kind of rows that
    ended before the rest of its source is told by the flags of its features alone (`coverage_flags`).

    >>> coverage = pd.DataFrame({"source": ["police"], "from": pd.to_datetime(["2020-01-01"]),
    ...     "to": pd.to_datetime(["2024-01-01"])})
    >>> days = np.array(["2024-01-01", "2024-02-01"], dtype="datetime64[s]")
    >>> coverage_lag(coverage, days).astype(str).values.tolist()
    [['2024-02-01', 'police', '2023-12-31', '31']]
    """
    received = coverage[(coverage["to"] > coverage["from"]).to_numpy()]
    ends = received.groupby("source")["to"].max().sort_index()
    to, days = ends.to_numpy().astype("datetime64[D]"), dates.astype("datetime64[D]")
    at, which = np.nonzero(to[None, :] < days[:, None])
    return pd.DataFrame(
        {
            "index_date": days[at].astype("datetime64[s]"),
            "source": pd.Series(ends.index.to_numpy()[which], dtype="str"),
            "last_day": (to[which] - np.timedelta64(1, "D")).astype("datetime64[s]"),
            "days_missing": (days[at] - to[which]).astype(np.int64),
        }
    )


def no_lag() -> pd.DataFrame:
    """`coverage_lag` where every source is complete."""
    empty = pd.DataFrame({"source": pd.Series([], dtype="str")}).assign(
        **{name: np.array([], dtype="datetime64[s]") for name in ("from", "to")}
    )
    return coverage_lag(empty, np.array([], dtype="datetime64[s]"))
