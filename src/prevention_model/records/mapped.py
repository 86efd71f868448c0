"""One table through its map: canonical rows, who they are about, and what was set aside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache, lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

from prevention_model.errors import RecordsRefused
from prevention_model.records.cells import NOT_A_DATE, dates_in
from prevention_model.records.extract import Extract, Period
from prevention_model.records.maps import Produce, SourceMap
from prevention_model.records.piece import Held, Reading, SplitColumn
from prevention_model.records.quarantine import Findings, PieceFindings
from prevention_model.records.row_keys import RowKeys
from prevention_model.records.schema import SCHEMAS
from prevention_model.records.text_table import TextColumn, TextTable, as_series, fold

NOT_READ = "names somebody, but nothing in it that the map reads"
BAD_BIRTH_DATE = "a date of birth for the vault that is no possible date, left blank"


Fault = tuple[np.ndarray, str, str]
"""Rows that cannot be used: a mask, the reason code, and the column."""


@dataclass(frozen=True)
class Delivered:
    """A table as it was delivered: the day it was received, and the part and time of the return that it is.

    `faults` are rows that other tables of the return show to be unusable, `seen` the keys of rows before it.
    """

    table: TextTable
    received: date
    module: str = ""
    period: Period | None = None
    faults: tuple[Fault, ...] = ()
    seen: RowKeys = field(default_factory=RowKeys)


def read_table(given: Delivered, source_map: SourceMap) -> tuple[Extract, pd.Series]:
    """Read a table through its map. Rows in = rows accepted + rows quarantined, always.

    Returns the extract, and the keys of its accepted rows (the map's `unique`, as numbers, by place; a row
    whose key is blank has none), for `supersede`. Raises RecordsRefused when a mandatory column is missing
    (all are named).
    """
    table = given.table.saying_none(source_map.saying_none())
    _check_columns(table, source_map)
    end = np.datetime64(given.period.last, "D") if given.period else NOT_A_DATE
    findings = Findings(table.name, table.rows)
    for fault in given.faults:
        findings.set_aside(*fault)
    reading = Reading(table, source_map, np.datetime64(given.received, "D"), findings, end)
    extract, keys = _Rows(reading, findings, given.seen).extract()
    return replace(extract, module=given.module, period=given.period), keys


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

    def __init__(self, reading: Reading, findings: Findings, seen: RowKeys) -> None:
        self.reading, self.map = reading, reading.map
        self.file, self.findings, self.seen = reading.file, findings, seen

    def extract(self) -> tuple[Extract, pd.Series]:
        """The extract, and the keys of its accepted rows by place."""
        named: dict[str, TextColumn] = {}
        for id_type, column in self.map.identifiers.items():
            named[id_type] = self.reading.identifier(column)
        theirs = [column for column in self.map.identifiers.values() if not column.startswith("_")]
        self.findings.set_aside(self._nobody(named), "no_identifier", ", ".join(theirs))
        keys, keyed = self._keyed()
        frames = self._frames(keys, keyed)
        accepted = np.flatnonzero(self.findings.accepted)
        extract = Extract(
            source=self.map.source,
            file=self.file.name,
            rows_in=self.file.rows_in,
            mentions=self._mentions(named, accepted),
            frames=frames,
            quarantined=self.findings.quarantined(self.file.malformed.tolist()),
            issues=(*self.findings.issues(), *self._file_notes()),
            known=tuple(sorted({_rule(piece) for piece in self.map.produces if self._could_say(piece)})),
            unfilled=self._unfilled(),
            unmapped=self.findings.unmapped(),
        )
        told = np.flatnonzero(self.findings.accepted & keyed)
        return extract, pd.Series(keys[told], index=told)

    def _unfilled(self) -> tuple[str, ...]:
        """Columns that the map reads and no row fills, but for the reader's own (`_...`)."""
        used = [name for name in self.map.used() if not name.startswith("_")]
        return tuple(dict.fromkeys(name for name in used if self.file.column(name).blank.all()))

    def _could_say(self, piece: Produce) -> bool:
        """Whether the file has the columns without which no row can make the piece, filled or not."""
        return piece.known is not None and all(self.file.has(name) for name in piece.lives_on())

    def _frames(self, keys: np.ndarray, keyed: np.ndarray) -> dict[str, list[pd.DataFrame]]:
        pieces: list[tuple[str, dict[str, Held], np.ndarray]] = []
        for piece in self.map.produces:
            reading = self.reading
            if piece.minor:
                reading = replace(reading, findings=PieceFindings(self.findings))
            used = reading.chosen(piece)
            made: dict[str, Held] = {**reading.values(piece, used), **reading.days(piece, used)}
            pieces.append((piece.table, made, used & reading.findings.accepted))
        # Last, so that a corrected row is not lost to the faulty one before it.
        self._repeated(keys, keyed)
        said = np.logical_or.reduce([used for _, _, used in pieces])
        self.findings.note(~said, NOT_READ, "")
        frames: dict[str, list[pd.DataFrame]] = {}
        for table, made, used in pieces:
            rows = np.flatnonzero(used & self.findings.accepted)
            if any(column.name == "agency" for column in SCHEMAS[table].columns):
                made["agency"] = self.map.agency
            frames.setdefault(table, []).append(_frame(made, rows))
        return frames

    def _nobody(self, named: Mapping[str, TextColumn]) -> np.ndarray:
        """Rows without any identifier, nor a forename and a surname by which linkage may find somebody."""
        nobody = np.ones(len(self.file.rows), dtype=bool)
        for texts in named.values():
            nobody &= texts.blank
        names = [
            self.file.column(self.map.vault[n]).blank for n in ("forename", "surname") if n in self.map.vault
        ]
        return nobody & (names[0] | names[1]) if len(names) == 2 else nobody

    def _file_notes(self) -> list[dict[str, object]]:
        """Oddities of the file itself, in the words of the report."""
        names = ("issue", "column", "rows", "first_row")
        return [{"file": self.file.name, **dict(zip(names, note, strict=True))} for note in self.file.notes]

    def _repeated(self, keys: np.ndarray, keyed: np.ndarray) -> None:
        good = np.flatnonzero(self.findings.accepted & keyed)
        again = np.zeros(len(keys), dtype=bool)
        again[good] = self.seen.repeated(keys[good])
        self.findings.set_aside(again, "duplicate_row", ", ".join(self.map.unique))

    def _keyed(self) -> tuple[np.ndarray, np.ndarray]:
        """A number for each row's key, and which rows have a key: any of its cells filled."""
        keys, keyed = self._key_of(self.map.unique)
        if self.map.or_unique:
            unnamed = self.file.column(self.map.unique[0]).blank
            others, told = self._key_of(self.map.or_unique)
            keys, keyed = np.where(unnamed, others, keys), np.where(unnamed, told, keyed)
        return keys, keyed

    def _key_of(self, names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        rows = len(self.file.rows)
        keys, keyed = np.zeros(rows, dtype=np.uint64), np.zeros(rows, dtype=bool)
        for name in names:
            column = self._meant(name)
            hashed = column.ask(_hashed)
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + column.spread(hashed, np.uint64(1))
            keyed |= ~column.blank
        return keys, keyed

    def _meant(self, name: str) -> TextColumn:
        """A column of the key by what it means: 1/5/2024 is the same day in another file's 2024-05-01."""
        column = self.file.column(name)
        if name in {*self.map.identifiers.values(), *self.map.other_identifiers.values()}:
            return self.reading.identifier(name)
        if name not in self.map.dated():
            return column
        days: TextColumn = column.ask(_days_in_one_form, self.map.date_format)
        return days.by(column.codes)

    def _mentions(self, named: Mapping[str, TextColumn], accepted: np.ndarray) -> pd.DataFrame:
        made: dict[str, object] = {"row": self.file.rows[accepted]}
        made |= {name: column.at(accepted).values().array for name, column in named.items()}
        for id_type, name in self.map.other_identifiers.items():
            made[f"other:{id_type}"] = self.reading.identifier(name).at(accepted).values().array
        for vaulted, name in self.map.vault.items():
            if vaulted == "birth_date":
                made["vault:birth_date"] = self._birth_dates(name)[accepted].astype("datetime64[s]")
            else:
                made[f"vault:{vaulted}"] = self.file.column(name).at(accepted).values().array
        return pd.DataFrame(made, index=pd.Index(accepted), copy=False)

    def _birth_dates(self, name: str) -> np.ndarray:
        """Days of birth for the vault: an impossible one is left out, and costs nobody their row."""
        told = self.reading.dates_of(name)
        strange = told.early | told.late
        self.findings.note(strange | told.unreadable, BAD_BIRTH_DATE, name)
        return np.where(strange, NOT_A_DATE, told.days)


def _hashed(texts: np.ndarray) -> np.ndarray:
    """A number for each text."""
    return pd.util.hash_array(texts, categorize=False)


def _days_in_one_form(texts: np.ndarray, formats: tuple[str, ...]) -> TextColumn:
    """Each text once, days as 2024-05-01."""
    days = dates_in(texts, formats)
    return TextColumn(np.arange(len(texts)), np.where(np.isnat(days), texts, days.astype("str")))


def _kind(held: Held) -> str:
    """The type of a column made from this."""
    if isinstance(held, np.ndarray):
        return "datetime64[s]" if held.dtype.kind == "M" else str(held.dtype)
    return "str" if isinstance(held, TextColumn | SplitColumn | str) else type(held).__name__


def _no_rows(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    # Most pieces of a wide table say nothing in a given file, and making a frame takes longer than copying one.
    return _empty(columns).copy(deep=False)


@cache
def _empty(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    return pd.DataFrame({"mention": [], **{name: [] for name, _ in columns}}).astype(
        {"mention": "int64", **dict(columns)}
    )


def _rule(piece: Produce) -> tuple[str, str]:
    """What a piece makes, and by which rule it became known."""
    return piece.named, piece.known.in_words() if piece.known else ""


def _over_and_over(held: str | float | bool, times: int) -> object:
    if not isinstance(held, str):
        return np.full(times, held)
    return as_series(_repeats(held, 1 << (times - 1).bit_length()).slice(0, times)).array


@lru_cache(maxsize=16)
def _repeats(held: str, times: int) -> pa.LargeStringArray:
    # The slices of a table say the same of all of their rows: they share it.
    return pa.repeat(pa.scalar(held, pa.large_string()), times)


def _frame(made: Mapping[str, Held], rows: np.ndarray) -> pd.DataFrame:
    """The canonical rows of one piece."""
    if not len(rows):
        return _no_rows(
            tuple((name, _kind(held) if name != "is_adult" else "boolean") for name, held in made.items())
        )
    columns: dict[str, object] = {}
    for name, held in made.items():
        if isinstance(held, SplitColumn):
            rows, columns[name] = held.spread(rows)
    columns = {
        "mention": rows,
        **{name: pd.Series(codes, dtype="str").array for name, codes in columns.items()},
    }
    for name, held in made.items():
        if isinstance(held, TextColumn):
            columns[name] = held.at(rows).values().array
        elif isinstance(held, np.ndarray):
            some = held[rows]
            columns[name] = some.astype("datetime64[s]") if some.dtype.kind == "M" else some
        elif not isinstance(held, SplitColumn):
            columns[name] = _over_and_over(held, len(rows))
    # No other frame has these arrays, and texts are never changed in place: nothing needs a copy. And no series is
    # given: each would be put in line with the index first.
    frame = pd.DataFrame(columns, index=range(len(rows)), copy=False)
    if "is_adult" in frame and str(frame["is_adult"].dtype) == "str":
        frame["is_adult"] = frame["is_adult"].map({"true": True, "false": False}).astype("boolean")
    return frame
