"""A ratio that should be one: what it comes to with its interval, and how far off it is."""

from collections.abc import Mapping
from typing import Any

import numpy as np

INSIDE, OUTSIDE, UNCLEAR = "inside", "outside", "cannot tell"


def judged_ratio(ratio: float, lower: float, upper: float, band: tuple[float, float]) -> str:
    """Outside only where it is outside the band and the interval leaves 1 out.

    >>> judged_ratio(1.4, 1.1, 1.7, (0.8, 1.25)), judged_ratio(1.4, 0.9, 1.9, (0.8, 1.25))
    ('outside', 'cannot tell')
    """
    low, high = band
    if low <= ratio <= high:
        return INSIDE
    return OUTSIDE if lower > 1 or upper < 1 else UNCLEAR


def distance(row: Mapping[str, Any]) -> float:
    """How far the `value` of a row is from 1, up and down alike.

    >>> distance({"value": 2.0}) == distance({"value": 0.5})
    True
    """
    return abs(float(np.log(max(row["value"], 1e-9))))
