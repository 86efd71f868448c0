"""The mapped-CSV reader: an agency's files and their map in, canonical rows and a quarantine out."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from prevention_model.errors import RecordsRefused, listed
from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.extract import Extract
from prevention_model.records.mapped import NO_KEYS, Delivered, read_table
from prevention_model.records.maps import SourceMap


def read_mapped_csv(path: Path, source_map: SourceMap, received: date) -> Extract:
    """Read one file through its map. Rows in = rows accepted + rows quarantined, always.

    Raises RecordsRefused when the file cannot be read or lacks a mandatory column (all are named).

    >>> import tempfile
    >>> content = {
    ...     "source": "clubs", "agency": "participation", "description": "Club evenings",
    ...     "date_format": "%d/%m/%Y", "columns": {"required": ["ref", "day"]},
    ...     "identifiers": {"la_person_id": "ref"},
    ...     "produces": [{"table": "event", "kind": "activity_attended",
    ...                   "event_date": {"column": "day"}, "known_date": {"rule": "same_day"}}],
    ... }
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "clubs.csv"
    ...     _ = path.write_text("ref,day\\nC1,01/03/2024\\nC2,soon\\n")
    ...     clubs = read_mapped_csv(path, SourceMap.check(content, where="clubs.yaml"), date(2024, 9, 1))
    >>> clubs.rows_in, len(clubs.mentions), clubs.quarantined["reason"].to_list()
    (2, 1, ['bad_date'])
    """
    return read_table(Delivered(read_csv_file(path), received), source_map)[0]


def read_source(paths: Sequence[Path], source_map: SourceMap, received: date) -> list[Extract]:
    """Read the files of one source, given from the earliest to the latest, as `read_mapped_csv` does.

    Where two files hold a row with the same key (the map's `unique`), the later file's row counts, and the
    earlier is set aside as superseded: an episode open in one year's file is closed in the next.
    Raises RecordsRefused with the faults of all files.
    """
    extracts: list[Extract] = []
    faults: list[RecordsRefused] = []
    seen = NO_KEYS
    for path in reversed(paths):
        try:
            extract, keys = read_table(Delivered(read_csv_file(path), received), source_map, seen)
        except RecordsRefused as refused:
            faults.append(refused)
            continue
        seen = np.union1d(seen, keys)
        extracts.append(extract)
    if len(faults) > 1:
        raise RecordsRefused(
            listed([f"{fault.what.rstrip('.')} ({fault.where})" for fault in reversed(faults)]) + ".",
            where=f"source {source_map.source}",
            todo="Correct them all, or ask the agency for the files again.",
        )
    if faults:
        raise faults[0]
    return extracts[::-1]
