"""Values are held to four decimal places as whole numbers, in both engines.

Whole numbers add up to the same total in any order; floating-point numbers do not. This is part of the
definition of Sum, Mean, Share and Latest, not a detail of the fast engine.
"""

import re

import numpy as np
from numpy.typing import NDArray

from prevention_model.errors import RecordsRefused

SCALE = 10_000
LARGEST = 1e9
_NEAR = 65_536
"""Values that are turned at a time: what is made of them on the way stays near the processor."""


def number_in(text: object) -> float | None:
    """The number that a text holds, such as an attribute's "7" or "-0.5"; None for any other text.

    >>> number_in("7"), number_in("7 or 8")
    (7.0, None)
    """
    if not isinstance(text, str) or not re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]+)?", text.strip()):
        return None
    return float(text)


def refuse_too_large(table: str) -> RecordsRefused:
    """The error for a value that cannot be held to four decimal places."""
    return RecordsRefused(
        f"A value is beyond {LARGEST:,.0f}.",
        where=f"table {table}, column value",
        todo="Correct the value or its unit.",
    )


def held(values: NDArray[np.float64], table: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Values as whole ten-thousandths, and which of them are numbers at all (neither missing nor infinite)."""
    made, usable = np.empty(len(values), dtype=np.int64), np.empty(len(values), dtype=np.bool_)
    for begin in range(0, len(values), _NEAR):
        here = slice(begin, begin + _NEAR)
        np.isfinite(values[here], out=usable[here])
        known = np.where(usable[here], values[here], 0.0)
        if (np.abs(known) > LARGEST).any():
            raise refuse_too_large(table)
        made[here] = np.rint(known * SCALE)
    return made, usable


def per_30_days(total: int, days: int) -> float:
    """How many in 30 days, for a total over `days`. Both engines divide in this order.

    >>> per_30_days(2, 60)
    1.0
    """
    return float(30 * total) / float(days)
