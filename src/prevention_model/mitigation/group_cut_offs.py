"""A cut-off of its own for each group: priced only. It needs legal sign-off before any use; no command applies it."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from prevention_model.metrics import top_within
from prevention_model.mitigation.capacity_moves import Gains, by_share_found, gains_of

_BETWEEN = " / "


def list_parts(zone: npt.ArrayLike, group: npt.ArrayLike) -> npt.NDArray:
    """For each row its zone and group as one name: the part of a zone's list in which it stands.

    >>> list_parts(["Z1"], ["girls"]).tolist()
    ['Z1 / girls']
    """
    pairs = zip(np.asarray(zone, dtype=object), np.asarray(group, dtype=object), strict=True)
    return np.array([f"{one}{_BETWEEN}{other}" for one, other in pairs], dtype=object)


def places_by_group(gains: Gains, places: Mapping[str, int]) -> dict[str, int]:
    """Places of each part of each zone's list; `gains` by part as `list_parts` names them, `places` by zone.

    Each zone keeps its places. A part without one is left out.

    >>> places_by_group({"Z1 / a": np.array([4.0, 4]), "Z1 / b": np.array([1.0, 1])}, {"Z1": 2})
    {'Z1 / a': 1, 'Z1 / b': 1}
    """
    found: dict[str, int] = {}
    for zone, room in places.items():
        own = {name: each for name, each in gains.items() if name.startswith(zone + _BETWEEN)}
        found |= by_share_found(own, room, least=0) if own else {}
    return {name: count for name, count in found.items() if count}


def chosen_by_group(
    level: npt.NDArray[np.float64],
    date: npt.NDArray[np.intp],
    group: npt.ArrayLike,
    names: npt.NDArray,
    share: float,
) -> npt.NDArray[np.bool_]:
    """As many children at each date as the highest `share` of all, each group by a cut-off of its own.

    level, date (whole numbers from 0), group and names, by which equal levels go, are (n,).

    >>> level = np.array([0.9, 0.8, 0.7, 0.2])
    >>> chosen_by_group(level, np.zeros(4, dtype=int), ["a", "a", "b", "b"], np.arange(4), 0.5).tolist()
    [True, False, True, False]
    """
    groups = np.asarray(group, dtype=object)
    chosen = np.zeros(len(level), dtype=np.bool_)
    for day in np.unique(date):
        rows = np.flatnonzero(date == day)
        labels, codes = np.unique(groups[rows].astype(str), return_inverse=True)
        order = np.lexsort((names[rows], -level[rows], codes))
        starts = np.searchsorted(codes[order], np.arange(len(labels)))
        position = np.empty(len(rows), dtype=np.intp)
        position[order] = np.arange(len(rows)) - starts[codes[order]] + 1
        gains = gains_of(labels[codes], np.zeros(len(rows)), position, level[rows])
        room = by_share_found(gains, int(np.ceil(len(rows) * share)), least=0)
        sizes = np.array([room[label] for label in labels])
        chosen[rows] = top_within(level[rows], sizes, codes, names[rows].astype(str))
    return chosen
