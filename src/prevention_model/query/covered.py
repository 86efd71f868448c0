"""When a kind, or one code of it, was being received, and so when no row means that nothing happened."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from prevention_model.query.columns import Bools
from prevention_model.query.length import Days
from prevention_model.query.needs import Needs
from prevention_model.query.pairs import days_of
from prevention_model.query.rows import Ints

UNCOVERED_TABLES = ("place", "household", "person")


@dataclass(frozen=True, eq=False)
class Spans:
    """Times of receipt of one kind, or of one code of it, joined where they touch or overlap, in order."""

    start: Ints
    end: Ints

    @classmethod
    def of(cls, coverage: pd.DataFrame, kind: str, code: str | None = None) -> "Spans":
        """The spans of a kind, or of one code of it; a row without a kind is for every kind.

        A row that names a code is for that code alone. A code that no row names was received with its kind.

        >>> since = pd.DataFrame({"kind": "contact", "code": [None, "early_help"],
        ...     "from": pd.to_datetime(["2020-01-01", "2023-01-01"]), "to": pd.to_datetime("2025-01-01")})
        >>> [Spans.of(since, "contact", code).start.tolist() for code in (None, "police", "early_help")]
        [[18262], [18262], [19358]]
        """
        rows = coverage[(coverage["kind"].isna() | (coverage["kind"] == kind)).to_numpy()]
        own = (
            (rows["code"] == code).to_numpy(dtype=np.bool_) if code is not None else np.zeros(len(rows), bool)
        )
        rows = rows[own if own.any() else rows["code"].isna().to_numpy()]
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
    """The coverage table, with each set of spans made once. Without any row, everything was received."""

    def __init__(self, coverage: pd.DataFrame) -> None:
        self._coverage = coverage
        self._spans: dict[tuple[str, str | None], Spans] = {}

    def spans(self, kind: str, code: str | None) -> Spans:
        """When this kind, or this code of it, was being received. Only for a table that has rows."""
        if (kind, code) not in self._spans:
            self._spans[kind, code] = Spans.of(self._coverage, kind, code)
        return self._spans[kind, code]

    def hold(self, needs: Needs, start: Days, end: Days) -> Bools:
        """Whether all that is needed was received in all of `[start, end)`."""
        held = np.ones(len(end), dtype=np.bool_)
        if self._coverage.empty:
            return held
        for kind, code in dict.fromkeys(
            (need.kind, need.code) for need in needs if need.table not in UNCOVERED_TABLES
        ):
            held &= self.spans(kind, code).hold(start, end)
        return held
