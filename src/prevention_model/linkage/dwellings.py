"""Households at an address: the people whose stays at one dwelling overlap."""

import numpy as np
import pandas as pd

LARGEST = 12
"""More people than this at one address at one time are no household: a hostel, a home, a hall, a mistake."""
_OPEN, _NEVER = 10**7, -(10**7)
"""In days since 1970."""
_WRITTEN, _BY_NUMBER = 0.7, 0.8


def at_dwellings(stays: pd.DataFrame) -> pd.DataFrame:
    """The stays at dwellings where a household can be, with `key`, which names the household, and confidence.

    People who lived at a dwelling one after the other, with a day between them on which nobody is known to have
    lived there, are two households. A person's stay is over, for this, once they are known somewhere else. An
    address given by its property number is surer (0.8) than one that was written out (0.7).
    """
    rows = stays[~stays["home"].str.match(r"(postcode|area) ")].copy()
    if not len(rows):
        return rows.assign(key=pd.Series([], dtype="str"), confidence=pd.Series([], dtype="float64"))
    rows = rows.sort_values(["person_id", "from"], kind="stable")
    rows["gone"] = np.minimum(_days(rows["until"]), _next(rows))
    rows = rows.sort_values(["home", "from", "person_id"], kind="stable")
    start, gone = _days(rows["from"]), rows["gone"].to_numpy()
    home = pd.factorize(rows["home"])[0]
    latest = pd.Series(gone).groupby(home).cummax().groupby(home).shift().fillna(_NEVER).to_numpy()
    new = start > latest
    first = pd.Series(np.where(new, rows["from"].dt.strftime("%Y-%m-%d"), None)).ffill()
    rows["key"] = (rows["home"].to_numpy() + " since " + first).to_numpy()
    rows["confidence"] = np.where(rows["home"].str.startswith("uprn "), _BY_NUMBER, _WRITTEN)
    return rows[_small_enough(rows["key"].to_numpy(), start, gone)]


def _next(rows: pd.DataFrame) -> np.ndarray:
    """The first day of each person's next stay, wherever."""
    following = rows["from"].shift(-1).where(rows["person_id"].eq(rows["person_id"].shift(-1)))
    return _days(following)


def _small_enough(key: np.ndarray, start: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Which rows belong to a key at which never more than the largest number of people lived at once."""
    number = pd.factorize(key)[0]
    moves = pd.DataFrame(
        {
            "number": np.concatenate([number, number]),
            "day": np.concatenate([start, gone]),
            "step": np.concatenate([np.ones(len(key)), -np.ones(len(key))]),
        }
    ).sort_values(["number", "day", "step"])
    most = moves["step"].groupby(moves["number"]).cumsum().groupby(moves["number"]).max()
    found: np.ndarray = (most <= LARGEST).to_numpy()[number]
    return found


def _days(dates: pd.Series) -> np.ndarray:
    days = dates.to_numpy(dtype="datetime64[D]")
    return np.where(np.isnat(days), _OPEN, days.astype(np.int64))
