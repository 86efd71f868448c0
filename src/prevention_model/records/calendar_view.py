"""Coverage as a small calendar: by source and quarter, how much of it was received."""

import numpy as np
import pandas as pd


def quarters_received(coverage: pd.DataFrame) -> pd.DataFrame:
    """The share of each quarter's days in which a source was received: sources down, quarters across.

    A source counts as received on a day on which any of its kinds was.

    >>> coverage = pd.DataFrame({"source": ["cin"], "kind": ["referral"], "code": [None],
    ...                          "from": pd.to_datetime(["2023-04-01"]), "to": pd.to_datetime(["2023-11-16"])})
    >>> quarters_received(coverage).round(1).to_dict("index")
    {'cin': {'2023 Q1': 0.0, '2023 Q2': 1.0, '2023 Q3': 1.0, '2023 Q4': 0.5}}
    """
    spans = coverage[coverage["code"].isna() & (coverage["from"] < coverage["to"]).to_numpy()]
    if spans.empty:
        return pd.DataFrame()
    first, last = spans["from"].min(), spans["to"].max() - pd.Timedelta(days=1)
    days = pd.date_range(f"{first.year}-01-01", f"{last.year}-12-31", freq="D")
    quarter = days.year.astype("str") + " Q" + days.quarter.astype("str")
    shares = {}
    for source, rows in spans.groupby("source", sort=False):
        got = np.zeros(len(days), dtype=bool)
        for start, end in zip(rows["from"], rows["to"], strict=True):
            got |= (days >= start) & (days < end)
        shares[source] = pd.Series(got, index=quarter).groupby(level=0, sort=False).mean()
    return pd.DataFrame(shares).T


def calendar_lines(shares: pd.DataFrame) -> list[str]:
    """The calendar as text: a line a source, four marks a year.

    >>> calendar_lines(pd.DataFrame({"2023 Q1": [0.0], "2023 Q2": [0.4], "2023 Q3": [1.0], "2023 Q4": [1.0]}, ["cin"]))
    ['       2023', '  cin  ·▒██']
    """
    if shares.empty:
        return []
    width = max(len(str(source)) for source in shares.index)
    years = list(dict.fromkeys(str(name)[:4] for name in shares.columns))
    lines = ["  " + " " * width + "  " + " ".join(years)]
    for source, row in shares.iterrows():
        marks = ["█" if share >= 1 else "▒" if share > 0 else "·" for share in row]
        grouped = ["".join(marks[place : place + 4]) for place in range(0, len(marks), 4)]
        lines.append(f"  {str(source).ljust(width)}  {' '.join(grouped)}")
    return lines
