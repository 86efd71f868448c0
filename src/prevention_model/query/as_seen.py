"""The household and the home of each pair, as far as was known before the index date."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from prevention_model.query.history import Frames
from prevention_model.query.household import Stays, household_stays
from prevention_model.query.pairs import days_of
from prevention_model.query.rows import Rows
from prevention_model.query.tables import Tables, Texts


class HomeAsSeen(NamedTuple):
    """For each pair: whether a home is known, and its zone (missing when the place has none)."""

    known: np.ndarray
    zone: pd.Series


def household_as_seen(frames: Frames, pairs: pd.DataFrame) -> pd.Series:
    """The household_id of each pair, in the order of the pairs; missing when none was known.

    Ties: the later from, then the later known_date, then the household_id that sorts last.
    """
    tables, rows, order = _rows(frames, pairs)
    stays, ids = household_stays(tables)
    return _texts(np.append(stays.where, -1)[stays.current(rows)], ids, order)


def home_as_seen(frames: Frames, pairs: pd.DataFrame) -> HomeAsSeen:
    """The home (place kind "home") of each pair, in the order of the pairs.

    Ties: the later from, then the later known_date, then the zone that sorts last.
    """
    tables, rows, order = _rows(frames, pairs)
    homes = frames["place"][frames["place"]["kind"] == "home"]
    zones = Texts.of(homes["zone"])
    stays = Stays.of(tables, homes, zones.codes)
    current = stays.current(rows)
    known = np.empty(len(rows), dtype=np.bool_)
    known[order] = current >= 0
    return HomeAsSeen(known, _texts(np.append(stays.where, -1)[current], zones.texts, order))


def _rows(frames: Frames, pairs: pd.DataFrame) -> tuple[Tables, Rows, np.ndarray]:
    tables = Tables(frames, pairs)
    rows, order = Rows.of(tables.person_codes(pairs["person_id"]), days_of(pairs["index_date"]))
    return tables, rows, order


def _texts(codes: np.ndarray, texts: pd.Index, order: np.ndarray) -> pd.Series:
    given = np.empty_like(codes)
    given[order] = codes
    return pd.Series(np.array([*texts, None], dtype=object)[given], dtype="str")
