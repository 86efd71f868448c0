"""Groups by several traits at once, with small ones pooled until each is large enough to say anything about."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from prevention_model.audit.grouping import CROSS, Grouping, Known, grouping_of

OTHERS = "all others"


def pooled(known: Known, traits: Sequence[str], least_people: int, least_cases: int) -> Grouping:
    """One grouping by all `traits`. A combination with fewer than `least_people` people, or `least_cases` to whom it
    happened, is pooled with its small neighbours: those that differ in the last trait only, then in the last two, and
    so on; what is still too small ends in "all others".

    The order of the traits is the order in which they are kept apart: name first what matters most.
    """
    parts = np.column_stack([known.groups[trait].to_numpy(dtype=object) for trait in traits])
    labels = _joined(parts)
    for kept in range(len(traits) - 1, -1, -1):
        small = _too_small(labels, known, least_people, least_cases)
        if not small.any():
            break
        labels[small] = _shorter(parts[small], kept)
    return grouping_of("pooled " + CROSS.join(traits), pd.Series(labels), known)


def _joined(parts: np.ndarray) -> np.ndarray:
    """The label of each row, made once for each combination that there is."""
    codes = np.column_stack([pd.factorize(column)[0] for column in parts.T])
    _, first, place = np.unique(codes, axis=0, return_index=True, return_inverse=True)
    names = np.array([CROSS.join(str(part) for part in parts[row]) for row in first], dtype=object)
    return names[place.reshape(-1)]


def _shorter(parts: np.ndarray, kept: int) -> np.ndarray:
    if not kept:
        return np.full(len(parts), OTHERS, dtype=object)
    # An asterisk for each trait that is told apart no longer.
    shorter: np.ndarray = _joined(parts[:, :kept]) + (CROSS + "*") * (parts.shape[1] - kept)
    return shorter


def _too_small(labels: np.ndarray, known: Known, least_people: int, least_cases: int) -> np.ndarray:
    table = pd.DataFrame({"label": labels, "person": known.people, "case": known.happened})
    each = table.groupby(["label", "person"], sort=False)["case"].max().groupby("label").agg(["size", "sum"])
    few = each.index[(each["size"] < least_people) | (each["sum"] < least_cases)]
    small: np.ndarray = table["label"].isin(few).to_numpy()
    return small
