"""Rows that could not be accepted, each with a reason code, file, column and row number, never a value."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

REASONS = {
    "malformed_row": "The row has more or fewer cells than the header, or a quote that is not closed.",
    "duplicate_row": "A row with the same key came before.",
    "superseded_row": "A later file of the same source holds a row with the same key.",
    "no_identifier": "The row names nobody: no identifier in it, and no full name.",
    "bad_date": "A date is not one of the declared formats.",
    "missing_date": "A date that the row cannot do without is blank.",
    "impossible_date": "A date is before 1900, or after the day the file was received.",
    "ends_before_start": "It ends before it starts.",
    "not_a_number": "A figure is not a number.",
    "impossible_figure": "A figure is below or above what is possible.",
    "missing_value": "A value that the row cannot do without is blank.",
    "unknown_code": "A code that must be known is in no list.",
    "unknown_table": "The table is none that the standard has.",
    "no_parent": "The row belongs to another that is not in the delivery.",
}
"""Why a row is set aside, in words that an analyst can act on."""


_NO_LINES = pd.DataFrame(
    {"file": pd.Series([], dtype="str"), "row": pd.Series([], dtype="int64"), "column": pd.Series([], dtype="str"),
     "reason": pd.Series([], dtype="str")}
)  # fmt: skip
_NO_TEXTS = pd.DataFrame(columns=["file", "row", "column", "value"])
# Most tables have none of either, and copying a frame takes a tenth of the time of making one.


@dataclass
class Findings:
    """Collects, for one file, which rows are set aside and why, and what was odd about rows that are kept.

    A row is set aside once, for the first reason found.

    >>> findings = Findings("police.csv", np.array([2, 3]))
    >>> findings.set_aside(np.array([False, True]), "bad_date", "received")
    >>> findings.quarantined().to_dict("records")
    [{'file': 'police.csv', 'row': 3, 'column': 'received', 'reason': 'bad_date'}]
    """

    file: str
    rows: np.ndarray
    accepted: np.ndarray = field(init=False)
    _faults: list[tuple[np.ndarray, str, str]] = field(default_factory=list)
    _notes: list[tuple[np.ndarray, str, str]] = field(default_factory=list)
    _raw: list[tuple[np.ndarray, str, pd.Series]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accepted = np.ones(len(self.rows), dtype=bool)

    def set_aside(self, where: np.ndarray, reason: str, column: str) -> None:
        """Quarantine the rows where the mask is true, unless they already are."""
        places = np.flatnonzero(where & self.accepted)
        if len(places):
            self.accepted[places] = False
            self._faults.append((places, reason, column))

    def note(self, where: np.ndarray, issue: str, column: str) -> None:
        """Report rows that are kept although something is odd."""
        places = np.flatnonzero(where)
        if len(places):
            self._notes.append((places, issue, column))

    def keep_raw(self, where: np.ndarray, column: str, texts: pd.Series) -> None:
        """Keep what the file says where its code is in no list; `texts` is the whole column."""
        places = np.flatnonzero(where)
        if len(places):
            self._raw.append((places, column, texts.iloc[places]))

    def unmapped(self) -> pd.DataFrame:
        """The texts that are in no list, of accepted rows: file, row, column, value. It holds what people wrote."""
        parts = [
            pd.DataFrame(
                {"file": self.file, "row": self.rows[places], "column": column, "value": texts.to_numpy()}
            )[self.accepted[places]]
            for places, column, texts in self._raw
        ]
        if not parts:
            return _NO_TEXTS.copy()
        made = pd.concat(parts)
        return made.drop_duplicates(["row", "column"]).sort_values(["row", "column"], ignore_index=True)

    def issues(self) -> list[dict[str, object]]:
        """What was odd about rows that were kept: file, column, issue, how many rows, the first of them."""
        gathered: dict[tuple[str, str], list[np.ndarray]] = {}
        for places, issue, column in self._notes:
            gathered.setdefault((column, issue), []).append(places)
        found: list[dict[str, object]] = []
        for (column, issue), parts in gathered.items():
            places = np.unique(np.concatenate(parts))
            rows = self.rows[places[self.accepted[places]]]
            if len(rows):
                odd = {"file": self.file, "column": column, "issue": issue}
                found.append({**odd, "rows": len(rows), "first_row": int(rows.min())})
        return found

    def quarantined(self, malformed: Iterable[int] = ()) -> pd.DataFrame:
        """One line for each row set aside: file, row, column, reason, in the order of the file."""
        parts = [(np.fromiter(malformed, dtype=np.int64), "malformed_row", "")]
        parts += [(self.rows[places], reason, column) for places, reason, column in self._faults]
        rows = np.concatenate([some for some, _, _ in parts]).astype(np.int64)
        if not len(rows):
            return _NO_LINES.copy()
        order = np.argsort(rows, kind="stable")
        which = np.repeat(np.arange(len(parts)), [len(some) for some, _, _ in parts])[order]
        return pd.DataFrame(
            {
                "file": _spread([self.file], np.zeros(len(rows), dtype=np.int64)),
                "row": rows[order],
                "column": _spread([column for _, _, column in parts], which),
                "reason": _spread([reason for _, reason, _ in parts], which),
            }
        )


def _spread(texts: Sequence[str], which: np.ndarray) -> pd.Series:
    return pd.Series(texts, dtype="str").take(which).reset_index(drop=True)


@dataclass
class PieceFindings:
    """What is wrong with a minor piece of a map: reported, and the piece left out of that row, not the row.

    >>> findings = Findings("cin.csv", np.array([2, 3]))
    >>> piece = PieceFindings(findings)
    >>> piece.set_aside(np.array([False, True]), "bad_date", "conference")
    >>> piece.accepted.tolist(), findings.accepted.tolist(), findings.issues()[0]["rows"]
    ([True, False], [True, True], 1)
    """

    whole: Findings
    accepted: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.accepted = np.ones(len(self.whole.rows), dtype=bool)

    def set_aside(self, where: np.ndarray, reason: str, column: str) -> None:
        """Leave the piece out of these rows, and report it."""
        self.whole.note(where & self.accepted, f"not used: {REASONS[reason].rstrip('.').lower()}", column)
        self.accepted &= ~where

    def note(self, where: np.ndarray, issue: str, column: str) -> None:
        """Report rows whose piece is kept although something is odd."""
        self.whole.note(where, issue, column)

    def keep_raw(self, where: np.ndarray, column: str, texts: pd.Series) -> None:
        """Keep what the file says where its code is in no list."""
        self.whole.keep_raw(where, column, texts)
