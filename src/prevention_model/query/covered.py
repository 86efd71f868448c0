"""When a kind was being received, and so when the absence of a row means that nothing happened."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from prevention_model.query.aggregates import Needs
from prevention_model.query.length import Days
from prevention_model.query.pairs import days_of
from prevention_model.query.rows import Ints
from prevention_model.query.tables import Bools

UNCOVERED_TABLES = ("place", "household", "person")


@dataclass(frozen=True, eq=False)
class Spans:
    """Times of receipt of one kind, joined where they touch or overlap, in order."""

    start: Ints
    end: Ints

    @classmethod
    def of(cls, coverage: pd.DataFrame, kind: str) -> "Spans":
        """The spans of a kind; a row without a kind is for every kind."""
        rows = coverage[coverage["kind"].isna() | (coverage["kind"] == kind)]
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(
            zip(days_of(rows["from"]).tolist(), days_of(rows["to"]).tolist(), strict=True)
        ):
            if end <= start:
                continue
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        return cls(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))

    def received_until(self, day: Days) -> Days:
        """The first day from `day` on that was not received: `day` itself when it was not."""
        at = np.searchsorted(self.start, day, side="right") - 1
        end = np.append(self.end, np.iinfo(np.int64).min)[at]
        return np.maximum(end, day)

    def hold(self, start: Days, end: Days) -> Bools:
        """Whether all of `[start, end)` was received."""
        return self.received_until(start) >= end


class Receipt:
    """The coverage table, with the spans of each kind made once. Without any row, everything was received."""

    def __init__(self, coverage: pd.DataFrame) -> None:
        self._coverage = coverage
        self._spans: dict[str, Spans] = {}

    def spans(self, kind: str) -> Spans:
        """When this kind was being received. Only for a table that has rows."""
        if kind not in self._spans:
            self._spans[kind] = Spans.of(self._coverage, kind)
        return self._spans[kind]

    def hold(self, needs: Needs, start: Days, end: Days) -> Bools:
        """Whether every needed kind was received in all of `[start, end)`."""
        held = np.ones(len(end), dtype=np.bool_)
        if self._coverage.empty:
            return held
        for kind in sorted({kind for table, kind in needs if table not in UNCOVERED_TABLES}):
            held &= self.spans(kind).hold(start, end)
        return held
