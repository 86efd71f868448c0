"""One way of writing a value as JSON, so that its SHA-256 means something."""

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

DIGITS = 6


def plain(value: Any) -> Any:
    """`value` as JSON types: numbers rounded to six decimals, anything not finite as None.

    The rounding keeps a digest the same on another machine, whose sums may differ in the last bit.

    >>> plain({"gap": np.float64(0.1234567891), "none": float("nan"), "n": np.int64(3)})
    {'gap': 0.123457, 'none': None, 'n': 3}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset, np.ndarray)):
        items = sorted(value) if isinstance(value, (set, frozenset)) else value
        return [plain(item) for item in items]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return (round(float(value), DIGITS) + 0.0) if math.isfinite(value) else None
    if isinstance(value, date):
        return value.isoformat()
    return None if value is None else str(value)


def canonical_json(value: Any) -> str:
    """Sorted keys, no spaces, ASCII.

    >>> canonical_json({"b": 1, "a": (True, None)})
    '{"a":[true,null],"b":1}'
    """
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def sha256(text: str) -> str:
    """SHA-256 of a text, in hexadecimal.

    >>> sha256("")[:8]
    'e3b0c442'
    """
    return hashlib.sha256(text.encode()).hexdigest()
