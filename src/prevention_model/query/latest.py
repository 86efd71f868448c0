"""The latest of what a row sees: a running maximum of ranks, never a search per row."""

import numpy as np

from prevention_model.query.household import Household
from prevention_model.query.rows import Ints, Rows, running_latest
from prevention_model.query.sight import Points
from prevention_model.query.tables import Bools
from prevention_model.query.windows import Lookback


def latest_own(rows: Rows, points: Points, lookback: Lookback) -> Ints:
    """For each row the position in `points` of the latest one in its window, -1 for none.

    The points are in order of person, day, known day, value. If the latest seen lies before the window, so
    do all the others.
    """
    if len(points.day) == 0:
        return np.full(len(rows), -1, dtype=np.int64)
    best = running_latest(len(rows), points.enter)
    found = (best >= 0) & (points.person[best] == rows.person)
    if not lookback.is_all:
        found &= points.day[best] >= rows.starts(lookback)
    return np.where(found, best, -1)


def latest_of_others(household: Household, points: Points, lookback: Lookback) -> Ints:
    """For each asked pair the position of the latest point of the others in the household, -1 for none."""
    own = latest_own(household.rows, points, lookback)
    order = np.lexsort((points.number, points.known, points.day))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    ranks = np.where(own >= 0, np.append(rank, -1)[own], -1)
    best = household.largest_of_others(ranks)
    return np.where(best >= 0, np.append(order, -1)[best], -1)


def known_days(points: Points, at: Ints, day: Ints) -> tuple[Ints, Bools]:
    """Days from the point at each position to the index date, and where there is a point."""
    found = at >= 0
    return day - np.append(points.day, 0)[at], found
