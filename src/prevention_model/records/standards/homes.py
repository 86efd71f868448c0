"""Homes that several returns tell of, each from the first that had it to the one that has another."""

import numpy as np
import pandas as pd

from prevention_model.records.standards.sightings import Sightings, after, of_kind, ranked

_TOLD_BY = ("postcode", "uprn", "address")


def stitched_homes(seen: Sightings, module: str) -> Sightings:
    """The sightings with each home of the module once, known from the first census that had it.

    A person may have several homes in one census. One that is not told of any more, while another is, was left.
    """
    rows = seen.rows("place", of_kind("home"), (module,), beside=[f"vault:{name}" for name in _TOLD_BY])
    if not len(rows):
        return seen
    rows = rows.assign(home=_same_home(rows))
    kept = rows = ranked(rows, ["pupil", "home"])
    first = rows.groupby("run")["known_date"].transform("min")
    kept = kept.assign(**{"known_date": first, "from": first})
    kept = kept[~kept.duplicated("run", keep="last")]
    later = after(
        kept["pupil"].to_numpy(),
        kept["census"].to_numpy(),
        rows["pupil"].to_numpy(),
        rows["census"].to_numpy(),
    )
    return seen.put_back("place", of_kind("home"), kept.assign(to=seen.days_of(later)))


def _same_home(rows: pd.DataFrame) -> np.ndarray:
    """A number for each home of a pupil. A postcode is one home, unless it has several property numbers or lines."""
    columns = {}
    for name in _TOLD_BY:
        held = rows[f"vault:{name}"] if f"vault:{name}" in rows else pd.Series("", index=rows.index)
        text = held.astype("str").fillna("")
        columns[name] = text.str.replace(r"[\W_]+", "", regex=True).str.casefold()
    told = pd.DataFrame({"pupil": rows["pupil"], **columns})
    area = told["postcode"].where(
        told["postcode"] != "", told["uprn"].where(told["uprn"] != "", told["address"])
    )
    groups = told.replace("", None).groupby([told["pupil"], area], sort=False)
    several = (groups["uprn"].transform("nunique") > 1) | (groups["address"].transform("nunique") > 1)
    exact = (told["uprn"] + " " + told["address"]).where(several, "")
    return (
        told.assign(area=area, exact=exact)
        .groupby(["pupil", "area", "exact"], sort=False)
        .ngroup()
        .to_numpy()
    )
