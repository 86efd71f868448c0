"""What a delivery brought: per file rows in, accepted and set aside, and what to ask the agency about."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from prevention_model.records.extract import Extract
from prevention_model.records.quarantine import REASONS

_COUNTS = ["rows_in", "accepted", "set_aside"]
_FILES = ["file", "source", *_COUNTS, "latest_known"]
_KNOWN = ("known_date", "known_start", "known_end")


@dataclass(frozen=True)
class DeliveryReport:
    """Counts of a delivery. `files`: file, source, rows_in, accepted, set_aside, latest_known.

    `quarantined`: file, row, column, reason, one line a row. `issues`: file, column, issue, rows,
    first_row. Never a value from a file, but for `latest_known`, the latest day on which anything in the
    file became known: a source that fell silent shows there.
    """

    files: pd.DataFrame
    quarantined: pd.DataFrame
    issues: pd.DataFrame

    @classmethod
    def of(cls, extracts: Sequence[Extract]) -> "DeliveryReport":
        """The report over the extracts of a delivery, in their order.

        >>> DeliveryReport.of([]).text()
        '0 files from 0 sources: 0 rows, 0 accepted, 0 set aside.'
        """
        files = pd.DataFrame([_counts(extract) for extract in extracts], columns=_FILES)
        lines = [extract.quarantined for extract in extracts if len(extract.quarantined)]
        columns = ["file", "row", "column", "reason"]
        quarantined = pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(columns=columns)
        issues = pd.DataFrame(
            [issue for extract in extracts for issue in extract.issues],
            columns=["file", "column", "issue", "rows", "first_row"],
        )
        return cls(files, quarantined, issues)

    def __post_init__(self) -> None:
        lost = self.files["rows_in"] != self.files["accepted"] + self.files["set_aside"]
        if lost.any():
            # A reader broke its promise: better to stop than to count children wrongly.
            raise AssertionError(f"rows were lost in {list(self.files['file'][lost])}")

    def by_source(self) -> pd.DataFrame:
        """One line a source: source, files, rows_in, accepted, set_aside, latest_known."""
        grouped = self.files.groupby("source", sort=False)
        sums = grouped[_COUNTS].sum()
        table = sums.assign(files=grouped.size(), latest_known=grouped["latest_known"].max())
        return table[["files", *_COUNTS, "latest_known"]].reset_index()

    def reasons(self) -> pd.DataFrame:
        """Rows set aside by file, column and reason: count, first row and what the reason means."""
        grouped = self.quarantined.groupby(["file", "column", "reason"], sort=True)["row"]
        table = grouped.agg(rows="count", first_row="min").reset_index()
        return table.assign(meaning=table["reason"].map(REASONS))

    def text(self) -> str:
        """The report as plain text for a terminal or a file."""
        total = self.files[_COUNTS].sum()
        sources = self.by_source()
        lines = [
            f"{_some(len(self.files), 'file')} from {_some(len(sources), 'source')}: "
            f"{_some(total['rows_in'], 'row')}, {total['accepted']:,} accepted, {total['set_aside']:,} set aside."
        ]
        if len(sources):
            lines += ["", *_table(sources)]
        if len(self.quarantined):
            lines += ["", "Set aside:"]
            for row in self.reasons().to_dict("records"):
                lines.append(f"  {_place(row)}: {row['meaning']}")
        if len(self.issues):
            lines += ["", "Kept, but worth asking the agency about:"]
            for row in self.issues.to_dict("records"):
                lines.append(f"  {_place(row)}: {row['issue']}.")
        return "\n".join(lines)


def _counts(extract: Extract) -> dict[str, object]:
    latest = [
        frame[name].max()
        for frames in extract.frames.values()
        for frame in frames
        for name in _KNOWN
        if name in frame and frame[name].notna().any()
    ]
    return {
        "file": extract.file,
        "source": extract.source,
        "rows_in": extract.rows_in,
        "accepted": len(extract.mentions),
        "set_aside": len(extract.quarantined),
        "latest_known": max(latest).date().isoformat() if latest else "",
    }


def _some(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _place(row: Mapping[Hashable, Any]) -> str:
    column = f", column {row['column']}" if row["column"] else ""
    count = row["rows"]
    first = (
        f"row {row['first_row']}" if count == 1 else f"{count:,} rows, the first is row {row['first_row']}"
    )
    return f"{row['file']}{column}, {first}"


def _table(sources: pd.DataFrame) -> list[str]:
    shown = sources.rename(columns=lambda name: str(name).replace("_", " "))
    for name in ("files", "rows in", "accepted", "set aside"):
        shown[name] = shown[name].map("{:,}".format)
    widths = {name: max(len(name), *(len(str(cell)) for cell in shown[name])) for name in shown.columns}
    rows: list[Mapping[Hashable, Any]] = [{name: name for name in shown.columns}, *shown.to_dict("records")]
    made = []
    for row in rows:
        cells = [str(row[name]).rjust(width) for name, width in widths.items() if name != "source"]
        made.append("  ".join(["", str(row["source"]).ljust(widths["source"]), *cells]).rstrip())
    return made
