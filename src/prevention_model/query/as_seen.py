"""The household and the home of each pair, as far as was known before the index date."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from prevention_model.query.columns import Bools, Frames, texts
from prevention_model.query.pairs import days_of
from prevention_model.query.rows import Ints, Rows
from prevention_model.query.stays import area_stays, household_stays, zone_stays
from prevention_model.query.steps import IN_NUMPY
from prevention_model.query.tables import Tables


class HomeAsSeen(NamedTuple):
    """For each pair: whether a home is known, and its zone (missing when the place has none)."""

    known: Bools
    zone: pd.Series


def household_as_seen(frames: Frames, pairs: pd.DataFrame) -> pd.Series:
    """The household_id of each pair, in the order of the pairs; missing when none was known.

    Ties: the later from, then the later known_date, then the household_id that sorts last.
    """
    tables, rows, order = _rows(frames, pairs)
    stays, ids = household_stays(tables)
    return _texts(stays.lived_in(rows), ids, order)


def home_as_seen(frames: Frames, pairs: pd.DataFrame) -> HomeAsSeen:
    """The home (place kind "home") of each pair, in the order of the pairs.

    Ties: the later from, then the later known_date, then the zone that sorts last.
    """
    tables, rows, order = _rows(frames, pairs)
    stays, zones = zone_stays(tables)
    current = stays.current(rows)
    known = np.empty(len(rows), dtype=np.bool_)
    known[order] = current >= 0
    return HomeAsSeen(known, _texts(np.append(stays.where, -1)[current], zones, order))


def area_as_seen(frames: Frames, pairs: pd.DataFrame) -> pd.Series:
    """The area (lsoa) of the home of each pair, in the order of the pairs; missing when none was known.

    Ties: the later from, then the later known_date, then the area that sorts last.
    """
    tables, rows, order = _rows(frames, pairs)
    stays, areas = area_stays(tables)
    return _texts(stays.lived_in(rows), areas, order)


def _rows(frames: Frames, pairs: pd.DataFrame) -> tuple[Tables, Rows, Ints]:
    asked = texts(pairs, "person_id")
    tables = Tables(frames, asked.texts, IN_NUMPY)
    rows, order = Rows.of(
        tables.person_codes(asked), days_of(pairs["index_date"]), len(tables.people), IN_NUMPY
    )
    return tables, rows, order


def _texts(codes: Ints, ids: pd.Index, order: Ints) -> pd.Series:
    given = np.empty_like(codes)
    given[order] = codes
    return pd.Series(np.array([*ids, None], dtype=object)[given], dtype="str")
