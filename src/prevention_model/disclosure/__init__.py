"""Small-number rules: what may be printed about a group, and what can be worked out from all that is printed."""

from prevention_model.disclosure.bounds import Ranges, Sums
from prevention_model.disclosure.log import Published, ReleaseLog
from prevention_model.disclosure.pack import Pack, protect_pack, recoverable
from prevention_model.disclosure.small import (
    DFE,
    SYMBOL,
    OneWay,
    Thresholds,
    is_small,
    printed,
    protect_counts,
    protect_groups,
    protect_share,
    rounded,
    without_small,
)
from prevention_model.disclosure.table import Cell, Counts

__all__ = [
    "Thresholds", "DFE", "SYMBOL",
    "is_small", "printed", "rounded", "without_small", "protect_counts", "protect_share", "protect_groups", "OneWay",
    "Counts", "Cell",
    "protect_pack", "Pack", "recoverable",
    "Sums", "Ranges",
    "ReleaseLog", "Published",
]  # fmt: skip
