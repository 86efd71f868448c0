"""Episodes as several annual returns have them: what a later return no longer tells, and what was left open."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

UNTOLD = "open at the end of its return and in no later one: taken as ended with the year"
MOVED_ON = "open, and another begins later: taken as ended where that begins"
OVERLAP = "begins before the one before it has ended"
LAST_GOES_ON = "ends as if another followed on the same day, and none does"


@dataclass
class Corrected:
    """Episodes with every end that can be told, and what was found on the way.

    `rows` has, for each episode: child, start, end (NaT while open), known_end, reason (why it began), ended (why
    care ended, or `continues`), legal, place, place_ended, need, year_end (the first day after its return) and
    whatever else it came with. `gone` are the labels of rows that a later return has replaced, `notes` words for
    the report with the labels that each is about.
    """

    rows: pd.DataFrame
    gone: pd.Index
    notes: list[tuple[str, str, pd.Index]] = field(default_factory=list)


def corrected(rows: pd.DataFrame) -> Corrected:
    """Say how every episode ended, as far as the returns can tell.

    A return holds every child with an episode in its year. So an episode that is open at the end of its return,
    and that no later return has, was entered anew under another day (then the later entry counts), or was over
    before the later return began.

    >>> day = pd.Timestamp
    >>> rows = pd.DataFrame({"child": ["C1", "C2"], "start": day("2022-05-01"), "end": pd.NaT, "known_end": pd.NaT,
    ...     "reason": "started", "ended": None, "year_end": [day("2023-04-01"), day("2024-04-01")]})
    >>> rows = rows.astype({name: "datetime64[s]" for name in ("start", "end", "known_end", "year_end")})
    >>> corrected(rows).rows["end"].dt.date.to_list()
    [datetime.date(2023, 4, 1), NaT]
    """
    made = Corrected(rows.sort_values(["child", "start", "year_end"], kind="stable"), rows.index[:0])
    _untold(made)
    _moved_on(made)
    _noted(made)
    return made


def _untold(made: Corrected) -> None:
    """Episodes left open by their return, where later returns are there and say nothing of them."""
    rows = made.rows
    returns = np.unique(rows["year_end"].dropna().to_numpy(dtype="datetime64[s]"))
    if len(returns) < 2:
        return
    left = rows[rows["end"].isna() & (rows["year_end"] < returns[-1])]
    if left.empty:
        return
    told = _later(left, rows)
    made.gone = left.index[told["replaced"].to_numpy()]
    left, told = left[~told["replaced"]], told[~told["replaced"]]
    closed = told["next"].isna() | told["starts_anew"]
    ended = left[closed.to_numpy()]
    begins = told["next"][closed]
    place = np.searchsorted(returns, ended["year_end"].to_numpy(), side="right")
    rows.loc[ended.index, "end"] = ended["year_end"].where(~(begins < ended["year_end"]), begins)
    rows.loc[ended.index, "known_end"] = returns[place] - np.timedelta64(1, "D")
    made.notes.append((UNTOLD, "DEC", ended.index))
    made.rows = rows.drop(index=made.gone)


def _later(left: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """What later returns say of the child of each episode: `replaced`, `next` first day, and if it `starts_anew`."""
    own = left.reset_index()[["index", "child", "start", "year_end", "reason"]]
    pairs = own.merge(rows, on="child", suffixes=("", "_later"))
    pairs = pairs[pairs["year_end_later"] > pairs["year_end"]]
    over = pairs["end"].isna() | (pairs["end"] > pairs["start"])
    covers = (pairs["start_later"] <= pairs["start"]) & over
    after = pairs[pairs["start_later"] > pairs["start"]].sort_values("start_later").drop_duplicates("index")
    after = after.set_index("index")
    told = pd.DataFrame(index=left.index)
    told["next"] = after["start_later"].reindex(left.index)
    told["starts_anew"] = after["reason_later"].reindex(left.index).eq("started")
    # Both begin a period of care, the later within the year of the return that has only the earlier: one start.
    same = told["starts_anew"] & left["reason"].eq("started") & (told["next"] < left["year_end"])
    told["replaced"] = left.index.isin(pairs["index"][covers]) | same
    return told


def _moved_on(made: Corrected) -> None:
    """An open episode ends where the child's next begins."""
    rows = made.rows
    following = rows.groupby("child")["start"].shift(-1)
    ended = rows["end"].isna() & following.notna()
    for column in ("end", "known_end"):
        rows[column] = rows[column].where(~ended, following)
    made.notes.append((MOVED_ON, "DEC", rows.index[ended]))


def _noted(made: Corrected) -> None:
    rows = made.rows
    by_child = rows.groupby("child")
    before = by_child["end"].shift(1)
    made.notes.append((OVERLAP, "DECOM", rows.index[(before > rows["start"]).to_numpy()]))
    last = by_child.cumcount(ascending=False).eq(0) & rows["end"].notna() & rows["ended"].eq("continues")
    made.notes.append((LAST_GOES_ON, "REC", rows.index[last.to_numpy()]))
