"""The mapped-CSV reader: an agency's file and its map in, canonical rows and a quarantine out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from prevention_model.errors import RecordsRefused, listed
from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.maps import SourceMap
from prevention_model.records.piece import EARLIEST, Held, Reading
from prevention_model.records.quarantine import Findings
from prevention_model.records.schema import SCHEMAS
from prevention_model.records.text_table import TextColumn, TextTable, fold

NOT_READ = "names somebody, but nothing in it that the map reads"
BAD_BIRTH_DATE = "a date of birth for the vault that is no possible date, left blank"


@dataclass(frozen=True)
class Extract:
    """What one file gave. A *mention* is one accepted row: somebody named by identifiers.

    `mentions` holds a row for each accepted row: row number, one column an identifier type, `other:` the
    other person's identifiers, and `vault:` what only the vault may hold. Its index are the places of the
    rows in the file. `frames` are canonical rows whose `mention` is such a place; linkage turns mentions
    into people. Outside `mentions` there is nothing that names a person.
    """

    source: str
    file: str
    rows_in: int
    mentions: pd.DataFrame
    frames: Mapping[str, list[pd.DataFrame]]
    quarantined: pd.DataFrame
    issues: tuple[dict[str, object], ...]


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
    return _read(path, source_map, received, np.array([], dtype=np.uint64))[0]


def read_source(paths: Sequence[Path], source_map: SourceMap, received: date) -> list[Extract]:
    """Read the files of one source, given from the earliest to the latest, as `read_mapped_csv` does.

    Where two files hold a row with the same key (the map's `unique`), the later file's row counts, and the
    earlier is set aside as superseded: an episode open in one year's file is closed in the next.
    Raises RecordsRefused with the faults of all files.
    """
    extracts: list[Extract] = []
    faults: list[RecordsRefused] = []
    seen = np.array([], dtype=np.uint64)
    for path in reversed(paths):
        try:
            extract, keys = _read(path, source_map, received, seen)
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


def _read(path: Path, source_map: SourceMap, received: date, seen: np.ndarray) -> tuple[Extract, np.ndarray]:
    file = read_csv_file(path)
    _check_columns(file, source_map)
    day = np.datetime64(received, "D")
    return _Rows(Reading(file, source_map, day, Findings(file.name, file.rows)), seen).extract()


def _check_columns(file: TextTable, source_map: SourceMap) -> None:
    # Only names that the map gives are repeated: in a file without a header, the first row holds values.
    faults = []
    lacking = [name for name in source_map.columns.required if not file.has(name)]
    if lacking:
        faults.append(f"Mandatory columns are missing: {', '.join(lacking)}.")
    twice = [name for name in dict.fromkeys(source_map.used()) if fold(name) in file.twice]
    if twice:
        faults.append(f"Columns stand twice: {', '.join(twice)}.")
    if faults:
        raise RecordsRefused(
            " ".join(faults),
            where=f"file {file.name}",
            todo=f"Ask the agency for the file again, or correct the map of source {source_map.source}.",
        )


class _Rows:
    """The rows of one file: who each names, what each says, which are accepted."""

    def __init__(self, reading: Reading, seen: np.ndarray) -> None:
        self.reading, self.map, self.seen = reading, reading.map, seen
        self.file, self.findings = reading.file, reading.findings
        self.keys = np.zeros(len(self.file.rows), dtype=np.uint64)

    def extract(self) -> tuple[Extract, np.ndarray]:
        """The extract, and the keys of its accepted rows."""
        named: dict[str, TextColumn] = {}
        for id_type, column in self.map.identifiers.items():
            named[id_type] = self.reading.identifier(column)
        nobody = np.logical_and.reduce([texts.blank for texts in named.values()])
        self.findings.set_aside(nobody, "no_identifier", ", ".join(self.map.identifiers.values()))
        frames = self._frames()
        accepted = np.flatnonzero(self.findings.accepted)
        extract = Extract(
            source=self.map.source,
            file=self.file.name,
            rows_in=self.file.rows_in,
            mentions=self._mentions(named, accepted),
            frames=frames,
            quarantined=self.findings.quarantined(self.file.malformed.tolist()),
            issues=tuple(self.findings.issues()),
        )
        return extract, self.keys[accepted]

    def _frames(self) -> dict[str, list[pd.DataFrame]]:
        pieces: list[tuple[str, dict[str, Held], np.ndarray]] = []
        for piece in self.map.produces:
            used = self.reading.chosen(piece)
            made: dict[str, Held] = {**self.reading.values(piece, used), **self.reading.days(piece, used)}
            pieces.append((piece.table, made, used))
        # Last, so that a corrected row is not lost to the faulty one before it.
        self._repeated()
        said = np.logical_or.reduce([used for _, _, used in pieces])
        self.findings.note(~said, NOT_READ, "")
        frames: dict[str, list[pd.DataFrame]] = {}
        for table, made, used in pieces:
            rows = np.flatnonzero(used & self.findings.accepted)
            if any(column.name == "agency" for column in SCHEMAS[table].columns):
                made["agency"] = self.map.agency
            frames.setdefault(table, []).append(_frame(made, rows))
        return frames

    def _repeated(self) -> None:
        self.keys, keyed = self._keyed()
        keys, columns = self.keys, ", ".join(self.map.unique)
        good = np.flatnonzero(self.findings.accepted & keyed)
        again = np.zeros(len(keys), dtype=bool)
        again[good] = pd.Series(keys[good]).duplicated().to_numpy()
        self.findings.set_aside(again, "duplicate_row", columns)
        if len(self.seen):
            self.findings.set_aside(keyed & np.isin(keys, self.seen), "superseded_row", columns)

    def _keyed(self) -> tuple[np.ndarray, np.ndarray]:
        """A number for each row's key, and which rows have a key: any of its cells filled."""
        rows = len(self.file.rows)
        keys, keyed = np.zeros(rows, dtype=np.uint64), np.zeros(rows, dtype=bool)
        for name in self.map.unique:
            column = self.file.column(name)
            hashed = pd.util.hash_array(column.texts, categorize=False)
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + column.spread(hashed, np.uint64(1))
            keyed |= ~column.blank
        return keys, keyed

    def _mentions(self, named: Mapping[str, TextColumn], accepted: np.ndarray) -> pd.DataFrame:
        made: dict[str, object] = {"row": self.file.rows[accepted]}
        made |= {name: column.at(accepted).values() for name, column in named.items()}
        for id_type, name in self.map.other_identifiers.items():
            made[f"other:{id_type}"] = self.reading.identifier(name).at(accepted).values()
        for field, name in self.map.vault.items():
            if field == "birth_date":
                made["vault:birth_date"] = self._birth_dates(name)[accepted].astype("datetime64[s]")
            else:
                made[f"vault:{field}"] = self.file.column(name).at(accepted).values()
        return pd.DataFrame(made).set_index(accepted)

    def _birth_dates(self, name: str) -> np.ndarray:
        """Days of birth for the vault: an impossible one is left out, and costs nobody their row."""
        days, unreadable = self.reading.dates_of(name)
        strange = (days < EARLIEST) | (days > self.reading.received)
        self.findings.note(strange | unreadable, BAD_BIRTH_DATE, name)
        return np.where(strange, np.datetime64("NaT", "D"), days)


def _frame(made: Mapping[str, Held], rows: np.ndarray) -> pd.DataFrame:
    """The canonical rows of one piece."""
    columns: dict[str, object] = {"mention": rows}
    for name, held in made.items():
        if isinstance(held, TextColumn):
            columns[name] = held.at(rows).values()
        elif isinstance(held, np.ndarray):
            some = held[rows]
            columns[name] = some.astype("datetime64[s]") if some.dtype.kind == "M" else some
        else:
            dtype = "str" if isinstance(held, str) else None
            columns[name] = pd.Series(held, index=range(len(rows)), dtype=dtype)
    frame = pd.DataFrame(columns, index=range(len(rows)))
    if "is_adult" in frame and str(frame["is_adult"].dtype) == "str":
        frame["is_adult"] = frame["is_adult"].map({"true": True, "false": False}).astype("boolean")
    return frame
