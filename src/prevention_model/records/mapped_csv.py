"""The mapped-CSV reader: an agency's files and their map in, canonical rows and a quarantine out."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from prevention_model.errors import RecordsRefused
from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.extract import Extract
from prevention_model.records.files.opening import open_file
from prevention_model.records.mapped import Delivered
from prevention_model.records.maps import SourceMap
from prevention_model.records.slices import read_long_table
from prevention_model.records.superseded import refused_together, supersede


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
    return read_long_table(Delivered(read_csv_file(path), received), source_map)[0]


def read_source(paths: Sequence[Path], source_map: SourceMap, received: date) -> list[Extract]:
    """Read the files of one source, given from the earliest to the latest, as `read_mapped_csv` does.

    Where two files hold a row with the same key (the map's `unique`), the later file's row counts, and the
    earlier is set aside as superseded: an episode open in one year's file is closed in the next.
    Raises RecordsRefused with the faults of all files.
    """
    read: list[tuple[Extract, pd.Series]] = []
    faults: list[RecordsRefused] = []
    for path in paths:
        try:
            for table in open_file(path).tables:
                read.append(read_long_table(Delivered(table, received), source_map))
        except RecordsRefused as refused:
            faults.append(refused)
    if faults:
        raise refused_together(faults, source_map.source)
    return supersede(read, ", ".join(source_map.unique))
