"""Places moved between the parts of a whole (zones, or groups), the number of all places unchanged."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from prevention_model.errors import WrongUsage

Gains = Mapping[str, npt.NDArray[np.float64]]
"""For each part how many onsets its first place, its second, and so on are expected to find."""


def gains_of(
    part: npt.ArrayLike, date: npt.ArrayLike, position: npt.ArrayLike, expected: npt.ArrayLike
) -> dict[str, npt.NDArray[np.float64]]:
    """Gains of each part, averaged over dates, from units (families, or children) that stand in the order of a list.

    All (n): the `part` and `date` of a unit, its `position` there (1 is first), and the onsets `expected` in it.

    >>> found = gains_of(["N", "N", "S"], [1, 1, 1], [2, 1, 1], [0.1, 0.3, 0.2])
    >>> {name: each.tolist() for name, each in found.items()}
    {'N': [0.3, 0.1], 'S': [0.2]}
    """
    table = pd.DataFrame({"part": np.asarray(part, dtype=object), "position": position, "expected": expected})
    dates = len(pd.unique(np.asarray(date)))
    sums = table.groupby(["part", "position"], sort=True)["expected"].sum() / dates
    return {str(name): each.to_numpy() for name, each in sums.groupby(level="part")}


def by_share_found(gains: Gains, places: int, least: int = 1) -> dict[str, int]:
    """Places of each part, `places` in all, so that the expected share found is as equal as whole places allow.

    One place after another goes to the part whose share found is least, counted to the middle of what the place would
    add: so that neither small parts, where one place is a large share, nor large ones come first (as Sainte-Lague deals
    seats). Each begins with `least`. Raises WrongUsage where there are fewer places than that takes.

    >>> by_share_found({"N": np.array([4.0, 2, 1, 1]), "S": np.array([1.0, 0.5, 0.5])}, 4)
    {'N': 2, 'S': 2}
    """
    found = _begun(gains, places, least)
    whole = {name: float(each.sum()) for name, each in gains.items()}
    middle = {name: (np.cumsum(each) - each / 2) / max(whole[name], 1e-12) for name, each in gains.items()}
    for _ in range(places - sum(found.values())):
        open_to = [name for name in found if found[name] < len(gains[name]) and whole[name] > 0]
        if not open_to:
            break
        # Of equal shares the first by name, so that the answer is the same every time.
        behind = min(open_to, key=lambda name: (middle[name][found[name]], name))
        found[behind] += 1
    return found


def by_expected_onsets(gains: Gains, places: int, least: int = 1) -> dict[str, int]:
    """Places of each part, `places` in all, in proportion to the onsets expected in it (largest remainder).

    >>> by_expected_onsets({"N": np.array([4.0, 2, 1, 1]), "S": np.array([1.0, 0.5, 0.5])}, 5)
    {'N': 4, 'S': 1}
    """
    found = _begun(gains, places, least)
    left = places - sum(found.values())
    total = sum(float(each.sum()) for each in gains.values())
    if not total:
        return found
    # What the first places are worth is taken off, so that a small part is not served twice.
    due = {name: max(places * float(each.sum()) / total - least, 0.0) for name, each in gains.items()}
    scale = left / sum(due.values()) if sum(due.values()) else 0.0
    whole = {name: int(due[name] * scale) for name in found}
    rest = sorted(found, key=lambda name: (whole[name] - due[name] * scale, name))
    for name in rest[: left - sum(whole.values())]:
        whole[name] += 1
    return {name: found[name] + whole[name] for name in found}


def share_found(gains: Gains, places: Mapping[str, int]) -> dict[str, float]:
    """For each part the share of its expected onsets that so many places are expected to find.

    >>> share_found({"N": np.array([3.0, 1.0])}, {"N": 1})
    {'N': 0.75}
    """
    return {
        name: float(each[: places.get(name, 0)].sum() / each.sum()) if each.sum() else float("nan")
        for name, each in gains.items()
    }


def _begun(gains: Gains, places: int, least: int) -> dict[str, int]:
    names: Sequence[str] = sorted(gains)
    if places < least * len(names):
        raise WrongUsage(f"{places} places are fewer than {least} for each of {len(names)} parts.")
    return dict.fromkeys(names, least)
