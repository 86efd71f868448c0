"""What a delivery brought: per file rows in, accepted and set aside, and what to ask the agency about."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from prevention_model.records.calendar_view import calendar_lines, quarters_received
from prevention_model.records.extract import Extract
from prevention_model.records.quarantine import REASONS

_COUNTS = ["rows_in", "accepted", "set_aside"]
_FILES = ["file", "source", "holds", "covers", *_COUNTS, "replaced", "latest_event", "received"]
_HAPPENED = ("event_date", "start_date", "end_date", "from")
_SNAPSHOT = ("attribute",)
"""A snapshot is dated by its extract, and would make every source look fresh."""
_SHOWN = 8
"""Row numbers that a line names; all of them are in quarantine.csv."""


REPLACED = "superseded_row"
_BY_TABLE = ["source", "holds", "column"]


def _no_coverage() -> pd.DataFrame:
    return pd.DataFrame(columns=["source", "kind", "code", "from", "to"])


@dataclass(frozen=True)
class DeliveryReport:
    """Counts of a delivery. Never a value from a file, but for `latest_event`, the latest day on which anything
    in the file happened: a source that fell silent shows there.

    `files`: file, source, holds (the module), covers (the return's period), rows_in, accepted, set_aside,
    replaced (of those set aside, rows that a later return holds too), latest_event, received.
    `quarantined`: file, row, column, reason, one line a row. `issues`: file, column, issue, rows, first_row.
    `known`: source, what, rule: by which rule each kind of row became known. `unfilled`: source, holds, column,
    files: columns that nobody filled in any file of the module. `coverage`: the canonical coverage table.
    """

    files: pd.DataFrame
    quarantined: pd.DataFrame
    issues: pd.DataFrame
    known: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["source", "what", "rule"]))
    unfilled: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["source", "holds", "column", "files"])
    )
    coverage: pd.DataFrame = field(default_factory=_no_coverage)

    @classmethod
    def of(
        cls,
        extracts: Sequence[Extract],
        coverage: pd.DataFrame | None = None,
        received: Mapping[str, date] | None = None,
    ) -> "DeliveryReport":
        """The report over the extracts of a delivery, in their order; `received` gives each source's day.

        >>> DeliveryReport.of([]).text()
        '0 tables from 0 sources: 0 rows, 0 accepted, 0 set aside.'
        """
        files = pd.DataFrame([_counts(extract, received or {}) for extract in extracts], columns=_FILES)
        lines = [extract.quarantined for extract in extracts if len(extract.quarantined)]
        columns = ["file", "row", "column", "reason"]
        quarantined = pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(columns=columns)
        issues = pd.DataFrame(
            [issue for extract in extracts for issue in extract.issues],
            columns=["file", "column", "issue", "rows", "first_row"],
        )
        rules = dict.fromkeys((e.source, what, rule) for e in extracts for what, rule in e.known)
        known = pd.DataFrame(list(rules), columns=["source", "what", "rule"])
        unfilled = _unfilled(extracts)
        return cls(
            files, quarantined, issues, known, unfilled, _no_coverage() if coverage is None else coverage
        )

    def __post_init__(self) -> None:
        lost = self.files["rows_in"] != self.files["accepted"] + self.files["set_aside"]
        if lost.any():
            # A reader broke its promise: better to stop than to count children wrongly.
            raise AssertionError(f"rows were lost in {list(self.files['file'][lost])}")

    def by_source(self) -> pd.DataFrame:
        """One line a source: source, files, rows_in, accepted, set_aside, replaced, latest_event, received."""
        grouped = self.files.groupby("source", sort=False)
        table = grouped[[*_COUNTS, "replaced"]].sum()
        table = table.assign(files=grouped.size(), **grouped[["latest_event", "received"]].max())
        return table[["files", *_COUNTS, "replaced", "latest_event", "received"]].reset_index()

    def reasons(self) -> pd.DataFrame:
        """Rows set aside by table, column and reason: `where`, rows, row numbers in words, what the reason means.

        Without those that a later return replaced: see `replaced`.
        """
        placed = self._placed(self.quarantined[self.quarantined["reason"] != REPLACED])
        rows = []
        for (source, holds, column, reason), some in placed.groupby([*_BY_TABLE, "reason"], sort=True):
            which = _in_words(some["row"]) if some["file"].nunique() == 1 else _spread(some, "row", len(some))
            where = _where(source, holds, some["file"])
            rows.append((where, column, reason, len(some), which, REASONS[str(reason)]))
        return pd.DataFrame(rows, columns=["where", "column", "reason", "rows", "which", "meaning"])

    def replaced(self) -> pd.DataFrame:
        """Rows that a later return holds too, and better: `where`, rows, files."""
        placed = self._placed(self.quarantined[self.quarantined["reason"] == REPLACED])
        rows = [
            (_joined(source, holds), len(some), some["file"].nunique())
            for (source, holds), some in placed.groupby(["source", "holds"], sort=False)
        ]
        return pd.DataFrame(rows, columns=["where", "rows", "files"])

    def oddities(self) -> pd.DataFrame:
        """What was odd about rows that were kept, by table and column: `where`, column, issue, rows, which."""
        rows = []
        placed = self._placed(self.issues)
        for (source, holds, column, issue), some in placed.groupby([*_BY_TABLE, "issue"], sort=False):
            total = int(some["rows"].sum())
            alone = some["file"].nunique() == 1
            which = _first(total, some["first_row"].iloc[0]) if alone else _spread(some, "first_row", total)
            rows.append((_where(source, holds, some["file"]), column, issue, total, which))
        return pd.DataFrame(rows, columns=["where", "column", "issue", "rows", "which"])

    def _placed(self, lines: pd.DataFrame) -> pd.DataFrame:
        """The lines with the source and the module of their file."""
        held = self.files.drop_duplicates("file").set_index("file")[["source", "holds"]]
        return lines.join(held, on="file").fillna({"source": "", "holds": ""})

    def calendar(self) -> pd.DataFrame:
        """By source and quarter, the share of days received (0 to 1)."""
        return quarters_received(self.coverage)

    def headline(self) -> str:
        """The whole delivery in one sentence."""
        total = self.files[[*_COUNTS, "replaced"]].sum()
        sources = self.files["source"].nunique()
        replaced = (
            f" ({int(total['replaced']):,} of them replaced by later returns)" if total["replaced"] else ""
        )
        return (
            f"{_some(len(self.files), 'table')} from {_some(sources, 'source')}: "
            f"{_some(int(total['rows_in']), 'row')}, {int(total['accepted']):,} accepted, "
            f"{int(total['set_aside']):,} set aside{replaced}."
        )

    def text(self) -> str:
        """The report as plain text for a terminal or a file."""
        lines = [self.headline()]
        if len(self.files):
            lines += [
                "",
                *_aligned(self.by_source(), ("files", "rows in", "accepted", "set aside", "replaced")),
            ]
        if len(self.coverage):
            lines += [
                "",
                "Received, by quarter (█ all of it, ▒ part, · none):",
                *calendar_lines(self.calendar()),
            ]
        if len(replaced := self.replaced()):
            told = (f"{row['where']} {_some(row['rows'], 'row')}" for row in replaced.to_dict("records"))
            lines += ["", f"Replaced by a later return: {', '.join(told)}."]
        if len(reasons := self.reasons()):
            lines += ["", "Set aside:"]
            for row in reasons.to_dict("records"):
                lines.append(f"  {_place(row)}, {row['which']}: {row['meaning']}")
        if len(self.issues):
            lines += ["", "Kept, but worth asking the agency about:"]
            for row in self.oddities().to_dict("records"):
                lines.append(f"  {_place(row)}, {row['which']}: {row['issue']}.")
        if len(self.unfilled):
            lines += ["", "Nobody filled:"]
            for (source, holds), rows in self.unfilled.groupby(["source", "holds"], sort=False):
                lines.append(f"  {_joined(source, holds)}: {', '.join(rows['column'])}.")
        return "\n".join(lines)


def _counts(extract: Extract, received: Mapping[str, date]) -> dict[str, object]:
    dated = {name: frames for name, frames in extract.frames.items() if name not in _SNAPSHOT}
    latest = _latest(dated) or _latest(extract.frames)
    day, period = received.get(extract.source), extract.period
    return {
        "file": extract.file,
        "source": extract.source,
        "holds": extract.module,
        "covers": f"{period.start.isoformat()} to {period.last.isoformat()}" if period else "",
        "rows_in": extract.rows_in,
        "accepted": extract.accepted,
        "set_aside": len(extract.quarantined),
        "replaced": int((extract.quarantined["reason"] == REPLACED).sum()),
        "latest_event": latest,
        "received": day.isoformat() if day else "",
    }


def _latest(tables: Mapping[str, list[pd.DataFrame]]) -> str:
    """The latest day on which anything in these tables happened, as text; blank where nothing is dated."""
    days = [
        frame[name].max()
        for frames in tables.values()
        for frame in frames
        for name in _HAPPENED
        if name in frame and frame[name].notna().any()
    ]
    return max(days).date().isoformat() if days else ""


def _unfilled(extracts: Sequence[Extract]) -> pd.DataFrame:
    """Columns that are blank in every file of their module: source, holds, column, files."""
    held: dict[tuple[str, str], list[Extract]] = {}
    for extract in extracts:
        if extract.rows_in and (extract.known or extract.module):
            held.setdefault((extract.source, extract.module), []).append(extract)
    rows = [
        (source, module, column, len(some))
        for (source, module), some in held.items()
        for column in some[0].unfilled
        if all(column in one.unfilled for one in some[1:])
    ]
    return pd.DataFrame(rows, columns=["source", "holds", "column", "files"])


def _some(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _in_words(rows: pd.Series) -> str:
    """Row numbers as a reader writes them: "row 5", "rows 5, 6 and 9", "rows 5, 6, ... and 40 more"."""
    numbers = [f"{row}" for row in np.sort(rows.to_numpy())]
    if len(numbers) == 1:
        return f"row {numbers[0]}"
    if len(numbers) <= _SHOWN:
        return f"rows {', '.join(numbers[:-1])} and {numbers[-1]}"
    return f"rows {', '.join(numbers[:_SHOWN])} and {len(numbers) - _SHOWN:,} more"


def _first(rows: int, first: int) -> str:
    return f"row {first}" if rows == 1 else f"{rows:,} rows, the first is row {first}"


def _spread(some: pd.DataFrame, row: str, total: int) -> str:
    """Rows of several files: how many, in how many files, and the first of them."""
    first = some.iloc[0]
    return f"{total:,} rows in {some['file'].nunique():,} files, the first is row {first[row]} of {first['file']}"


def _where(source: object, holds: object, files: pd.Series) -> str:
    """A table by its file where there is one, else by source and module."""
    return str(files.iloc[0]) if files.nunique() == 1 else _joined(source, holds)


def _place(row: Mapping[Hashable, Any]) -> str:
    column = f", column {row['column']}" if row["column"] else ""
    return f"{row['where']}{column}"


def _joined(source: object, holds: object) -> str:
    return f"{source} {holds}".strip()


def _aligned(table: pd.DataFrame, counts: Sequence[str]) -> list[str]:
    """The table as aligned lines, counts with commas; columns in which nothing stands are left out."""
    shown = table.rename(columns=lambda name: str(name).replace("_", " "))
    if not shown["replaced"].any():
        shown = shown.drop(columns="replaced")
    shown = shown.drop(columns=[name for name in ("received",) if (shown[name] == "").all()])
    for name in counts:
        if name in shown:
            shown[name] = shown[name].map("{:,}".format)
    widths = {name: max(len(name), *(len(str(cell)) for cell in shown[name])) for name in shown.columns}
    rows: list[Mapping[Hashable, Any]] = [{name: name for name in shown.columns}, *shown.to_dict("records")]
    made = []
    for row in rows:
        cells = [str(row[name]).rjust(width) for name, width in widths.items() if name != "source"]
        made.append("  ".join(["", str(row["source"]).ljust(widths["source"]), *cells]).rstrip())
    return made
