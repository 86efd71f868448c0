"""Keys of rows that were read, as numbers: whether a further row has one of them."""

import numpy as np
import pandas as pd


class RowKeys:
    """Keys gathered a slice at a time, in sorted runs, each more than twice as long as the next.

    So adding and asking cost about as much for the hundredth slice as for the first.

    >>> keys = RowKeys()
    >>> keys.add(np.array([7, 3], dtype=np.uint64))
    >>> keys.repeated(np.array([3, 4, 5, 4], dtype=np.uint64)).tolist()
    [True, False, False, True]
    """

    def __init__(self) -> None:
        self._runs: list[np.ndarray] = []

    def add(self, keys: np.ndarray) -> None:
        """Keep these keys too."""
        run = np.sort(keys)
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]))
        self._runs.append(run)

    def repeated(self, keys: np.ndarray) -> np.ndarray:
        """Which of these keys are among those kept, or came before in the same array."""
        # In order, neighbours look in the same place: several times faster than as they come.
        ordered = np.sort(keys)
        again = _again(keys, ordered)
        found = [ordered[_among(ordered, run)] for run in self._runs if len(run)]
        hits = np.concatenate([ordered[:0], *found])
        return again | np.isin(keys, hits) if len(hits) else again


def repeated(keys: np.ndarray) -> np.ndarray:
    """Which keys came before in the same array.

    >>> repeated(np.array([3, 4, 3])).tolist()
    [False, False, True]
    """
    return _again(keys, np.sort(keys))


def _again(keys: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    # Mostly none does, and then there is nothing to look up.
    if not (ordered[1:] == ordered[:-1]).any():
        return np.zeros(len(keys), dtype=bool)
    again: np.ndarray = pd.Series(keys).duplicated().to_numpy()
    return again


def _among(ordered: np.ndarray, run: np.ndarray) -> np.ndarray:
    places = np.minimum(np.searchsorted(run, ordered), len(run) - 1)
    among: np.ndarray = run[places] == ordered
    return among
