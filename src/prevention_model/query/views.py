"""What many rows see, some people at a time: small arrays stay near the processor, and its cores share the work."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from prevention_model.query.answers import Asked, Parts, gather
from prevention_model.query.retention import Retention
from prevention_model.query.rows import Rows
from prevention_model.query.sight import Sight
from prevention_model.query.tables import Tables
from prevention_model.query.windows import Lookback

ROWS = 120_000
"""About how many rows are looked at together."""


def in_parts(rows: Rows, size: int) -> Iterator[tuple[slice, int, int]]:
    """Parts of about `size` rows, each with all rows of its people: where, the first person, and after the last."""
    begin = 0
    while begin < len(rows):
        last = int(rows.person[min(begin + size, len(rows)) - 1])
        end = int(rows.starts[last + 1])
        yield slice(begin, end), int(rows.person[begin]), last + 1
        begin = end


class Views:
    """The sights of all parts of some rows, kept from question to question."""

    def __init__(self, tables: Tables, rows: Rows, retention: Retention) -> None:
        self._sights = [
            Sight(tables, rows.between(first, after), retention, first)
            for _, first, after in in_parts(rows, ROWS)
        ] or [Sight(tables, rows, retention)]  # no rows see nothing, and that is an answer

    def gather(self, ask: Asked, lookback: Lookback) -> Parts:
        """`answers.gather` over all rows."""
        if len(self._sights) == 1:
            return gather(self._sights[0], ask, lookback)
        # The first one alone: what the parts share, such as the order of a table, is made once.
        made = [gather(self._sights[0], ask, lookback)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            made += pool.map(lambda sight: gather(sight, ask, lookback), self._sights[1:])
        return tuple(np.concatenate(pieces) for pieces in zip(*made, strict=True))
