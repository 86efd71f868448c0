"""MEDS data as records: anybody's, or our own exact export, which comes back as it was."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from prevention_model.errors import Damaged, RecordsRefused
from prevention_model.records.meds.foreign import foreign_frames, split_codes, undatable
from prevention_model.records.meds.layout import ABOUT, COVERAGE
from prevention_model.records.meds.own import own_frames
from prevention_model.records.meds.shards import read_shards
from prevention_model.records.quarantine import Findings
from prevention_model.records.records import Records
from prevention_model.records.schema import SCHEMAS

_EARLIEST, _LATEST = np.datetime64("1800-01-01"), np.datetime64("2300-01-01")
"""Data sets that hide their dates move them by up to two centuries."""
_Fault = tuple[np.ndarray, str, str]


@dataclass(frozen=True)
class MedsDelivery:
    """What a MEDS folder gave.

    `files`: file, rows_in, accepted, set_aside. `quarantined`: file, row, column, reason, one line a row set aside.
    """

    records: Records
    files: pd.DataFrame
    quarantined: pd.DataFrame

    def __post_init__(self) -> None:
        lost = self.files["rows_in"] != self.files["accepted"] + self.files["set_aside"]
        if lost.any():
            raise AssertionError(f"rows were lost in {list(self.files['file'][lost])}")


def read_meds(folder: str | Path) -> Records:
    """Records from a folder in the MEDS layout (version 0.4), of whatever maker.

    `code` is split at the first `//` into kind and code: `LAB//50912` is an event of kind `LAB`, code `50912`,
    with its `numeric_value`. MEDS_BIRTH gives the month of birth, MEDS_DEATH the death; rows without a time the
    sex or ethnicity, or an attribute. Free text (`text_value`) is not read: it may name people. The number of a
    subject becomes its person_id. What was assumed, and how many rows were set aside, stands in `assumptions`;
    `meds_delivery` says which rows. Raises RecordsRefused when a file cannot be read or lacks a column.

    >>> import tempfile
    >>> from prevention_model.records.meds.write import write_meds
    >>> stay = {"person_id": ["a"], "kind": ["cp_plan"], "start_date": ["2024-03-01"], "end_date": ["2024-09-01"]}
    >>> records = Records.from_frames({"spell": pd.DataFrame(stay)})
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_meds(records, Path(place) / "exact", exact=True)
    ...     write_meds(records, Path(place) / "plain")
    ...     back, plain = read_meds(Path(place) / "exact"), read_meds(Path(place) / "plain")
    >>> back.fingerprint() == records.fingerprint(), plain.frames["event"]["kind"].to_list()
    (True, ['cp_plan_start', 'cp_plan_end'])
    """
    return meds_delivery(folder).records


def meds_delivery(folder: str | Path) -> MedsDelivery:
    """`read_meds`, with the rows that were set aside and why. The same errors."""
    folder = Path(folder)
    rows, owned = read_shards(folder)
    notes: tuple[str, ...] = ()
    if owned:
        frames = own_frames(rows)
        files, quarantined = _counted(rows, [])
    else:
        rows, faults = _checked(rows)
        files, quarantined = _counted(rows, faults)
        frames, notes = foreign_frames(rows[~np.logical_or.reduce([where for where, _, _ in faults])])
        if len(quarantined):
            notes = (*notes, f"meds: {len(quarantined)} rows could not be used")
    about = _about(folder)
    coverage = _coverage(folder)
    if coverage is not None:
        frames["coverage"] = coverage
    made = Records.from_frames(frames)
    left_out = tuple(
        f"meds: {name} could not be held, {number} rows" for name, number in about["left_out"].items()
    )
    own = (
        tuple(about["assumptions"])
        if owned
        else tuple(dict.fromkeys((*made.assumptions, *about["assumptions"])))
    )
    return MedsDelivery(Records(made.frames, (*own, *notes, *left_out)), files, quarantined)


def _checked(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[_Fault]]:
    """The rows with kind, kind_code and person_id, and which of them cannot be used, why, by which column."""
    code = rows["code"].mask(rows["code"] == "")
    day = rows["day"]
    impossible = ((day < _EARLIEST) | (day >= _LATEST)).to_numpy()
    rows = rows.assign(person_id=rows["subject_id"].astype("str")).join(split_codes(code))
    faults: list[_Fault] = [
        (rows["subject_id"].isna().to_numpy(dtype=bool), "no_identifier", "subject_id"),
        (code.isna().to_numpy(), "missing_value", "code"),
        (impossible, "impossible_date", "time"),
    ]
    usable = ~np.logical_or.reduce([where for where, _, _ in faults])
    lost = np.zeros(len(rows), dtype=bool)
    lost[usable] = undatable(rows[usable])
    return rows, [*faults, (lost, "missing_date", "time")]


def _counted(rows: pd.DataFrame, faults: list[_Fault]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """For each file how many rows came and went where; and a line for each row set aside."""
    counts, lines = [], []
    for name, places in rows.groupby("file", sort=False).indices.items():
        findings = Findings(str(name), rows["at"].to_numpy()[places])
        for where, reason, column in faults:
            findings.set_aside(where[places], reason, column)
        set_aside = findings.quarantined()
        accepted = int(findings.accepted.sum())
        counts.append((str(name), len(places), accepted, len(set_aside)))
        lines.append(set_aside)
    files = pd.DataFrame(counts, columns=["file", "rows_in", "accepted", "set_aside"])
    return files, pd.concat(lines, ignore_index=True) if lines else Findings("", np.array([])).quarantined()


def _about(folder: Path) -> dict[str, Any]:
    """What our own export says of itself; nothing for anybody else's."""
    path = folder / ABOUT
    if not path.exists():
        return {"assumptions": [], "left_out": {}}
    try:
        about = json.loads(path.read_text(encoding="utf-8"))
        assumptions, left_out = map(str, about["assumptions"]), dict(about["left_out"])
        return {"assumptions": list(assumptions), "left_out": {str(k): int(n) for k, n in left_out.items()}}
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _damaged(ABOUT, error) from None


def _coverage(folder: Path) -> pd.DataFrame | None:
    if not (folder / COVERAGE).exists():
        return None
    try:
        table = pq.read_table(folder / COVERAGE, partitioning=None)
        return SCHEMAS["coverage"].conform(table.to_pandas(ignore_metadata=True))
    except (pa.ArrowException, OSError, ValueError, TypeError, RecordsRefused) as error:
        raise _damaged(COVERAGE, error) from None


def _damaged(file: str, error: Exception) -> Damaged:
    return Damaged(
        f"What the export says of itself cannot be read ({type(error).__name__}).",
        where=file,
        todo="Write the export again; without this file the folder is read as anybody's MEDS data.",
    )
