"""`Records`: everything that is known about pseudonymous people, as nine canonical tables."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from prevention_model.errors import Damaged, RecordsRefused, WrongUsage, listed
from prevention_model.records.schema import SCHEMAS, TABLES

_ASSUMPTIONS = "assumptions.txt"
_DICTIONARY = 64 * 2**20
_ALWAYS = pd.Timestamp("1900-01-01")
_KNOWN = {
    "event": (("known_date", "event_date"),),
    "measurement": (("known_date", "event_date"),),
    "attribute": (("known_date", "event_date"),),
    "spell": (("known_start", "start_date"), ("known_end", "end_date")),
    "household": (("known_date", "from"),),
    "place": (("known_date", "from"),),
    "relationship": (("known_date", "from"),),
}


@dataclass(frozen=True)
class Records:
    """Dated facts about pseudonymous people. `frames` always holds all nine tables, maybe empty.

    `assumptions` names in words what had to be assumed because it was not delivered; they are
    printed on the card. Raises WrongUsage where a table is missing: `from_frames` fills in those that you do not have.

    >>> Records.from_frames({"person": pd.DataFrame({"person_id": ["a"]})}).frames["event"].empty
    True
    """

    frames: Mapping[str, pd.DataFrame]
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        missing = [name for name in TABLES if name not in self.frames]
        if missing:
            raise WrongUsage(
                f"Records need all nine tables; missing: {listed(missing)}.",
                todo="Use Records.from_frames, which fills in the tables that you do not have.",
            )

    @classmethod
    def from_frames(cls, frames: Mapping[str, pd.DataFrame]) -> "Records":
        """Records from any person-level, dated frames; see `data_schemas/` for tables and columns.

        Optional columns may be left out. Where `known_date` is absent it is taken to be the day it
        happened; where there is no coverage table every source is taken to have been received all the
        time. Both are noted in `assumptions`. Raises RecordsRefused with every fault of every table.

        >>> import pandas as pd
        >>> events = pd.DataFrame({"person_id": ["a"], "kind": ["absence"], "event_date": ["2024-03-01"]})
        >>> records = Records.from_frames({"event": events})
        >>> len(records.frames["event"]), len(records.frames["spell"])
        (1, 0)
        >>> records.assumptions[0]
        'event: no known_date delivered, so each row counts as known on the day it happened'
        """
        unknown = [name for name in frames if name not in TABLES]
        if unknown:
            raise RecordsRefused(
                f"There is no canonical table called {listed(unknown)}.",
                todo=f"Use one of: {', '.join(TABLES)}.",
            )
        made: dict[str, pd.DataFrame] = {}
        notes: list[str] = []
        faults: list[str] = []
        odd = [name for name, frame in frames.items() if not isinstance(frame, pd.DataFrame)]
        if odd:
            raise WrongUsage(
                f"A canonical table must be a pandas DataFrame; these are none: {listed(odd)}.",
                where="Records.from_frames",
                todo="Give each table as a DataFrame.",
            )
        for name in TABLES:
            if name not in frames:
                made[name] = SCHEMAS[name].empty()
                continue
            frame, noted = _with_known_dates(name, frames[name])
            notes.extend(noted)
            columns = {column.name for column in SCHEMAS[name].columns}
            extra = [str(column) for column in frame.columns if column not in columns]
            if extra:
                notes.append(f"{name}: columns that the table does not have were left out: {listed(extra)}")
            try:
                made[name] = SCHEMAS[name].conform(frame)
            except RecordsRefused as refused:
                faults.append(refused.what)
        if faults:
            raise RecordsRefused(" ".join(faults), todo="Give the tables the columns of data_schemas/*.yaml.")
        if made["coverage"].empty:
            notes.append("coverage: none delivered, so every source counts as received at all times")
        return cls(made, tuple(notes))

    def fingerprint(self) -> str:
        """SHA-256 over the content of all tables and the assumptions, the rows in the order they stand in.

        >>> import pandas as pd
        >>> visit = {"person_id": ["a"], "kind": ["visit"], "event_date": ["2024-03-01"]}
        >>> one = Records.from_frames({"event": pd.DataFrame(visit)})
        >>> same = Records.from_frames({"event": pd.DataFrame(visit)})
        >>> other = Records.from_frames({"event": pd.DataFrame({**visit, "kind": ["call"]})})
        >>> one.fingerprint() == same.fingerprint(), one.fingerprint() == other.fingerprint()
        (True, False)
        """
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        # Kept, because a run asks for it several times and millions of rows take seconds; nobody writes into a frame.
        digest = hashlib.sha256()
        for name in TABLES:
            frame = self.frames[name]
            digest.update(f"{name}:{len(frame)};".encode())
            for column in frame.columns:
                digest.update(f"{column};".encode())
                for part in _content(frame[column]):
                    digest.update(part)
        digest.update("\n".join(self.assumptions).encode())
        return digest.hexdigest()

    def write(self, folder: Path) -> None:
        """Write one Parquet file a table into `folder`, which must not exist yet."""
        folder.mkdir(parents=True)
        for name in TABLES:
            table = pa.Table.from_pandas(self.frames[name], preserve_index=False)
            # A large dictionary still costs less, to keep and to read, than the same texts over and over.
            pq.write_table(
                table, folder / f"{name}.parquet", compression="zstd", dictionary_pagesize_limit=_DICTIONARY
            )
        (folder / _ASSUMPTIONS).write_text("\n".join(self.assumptions), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, wanted: Mapping[str, Collection[str] | None] | None = None) -> "Records":
        """Read what `write` wrote. With `wanted` only these tables, of which the kinds (of attributes: the names) that
        are given, or all of a table with None; what is not wanted is empty. Raises Damaged when a table is missing or
        cannot be read.

        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as place:
        ...     Records.from_frames({}).write(Path(place) / "tables")
        ...     Records.read(Path(place) / "tables").assumptions
        ('coverage: none delivered, so every source counts as received at all times',)
        """
        frames: dict[str, pd.DataFrame] = {}
        for name in TABLES:
            kinds = None if wanted is None else wanted.get(name, ())
            if kinds is not None and not kinds:
                frames[name] = SCHEMAS[name].empty()
                continue
            named = "name" if name == "attribute" else "kind"
            only = None if kinds is None else [(named, "in", sorted(kinds))]
            try:
                stored = pq.read_table(folder / f"{name}.parquet", partitioning=None, filters=only)
                frames[name] = SCHEMAS[name].conform(stored.to_pandas())
            except (OSError, ValueError, KeyError, TypeError, pa.ArrowException, RecordsRefused) as error:
                raise _damaged(f"{name}.parquet", folder, error) from None
        try:
            notes = (folder / _ASSUMPTIONS).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise _damaged(_ASSUMPTIONS, folder, error) from None
        return cls(frames, tuple(notes))


def _damaged(file: str, folder: Path, error: Exception) -> Damaged:
    return Damaged(
        f"A stored table of the records cannot be read ({type(error).__name__}).",
        where=f"{folder.name}/{file}",
        todo="Load the authority's files again with `prevention-model load`.",
    )


def _content(values: pd.Series) -> list[bytes | memoryview]:
    """The bytes that a column's content always has, however it is held in memory: missing, then values."""
    missing = values.isna().to_numpy()
    told: list[bytes | memoryview] = [np.packbits(missing).tobytes()]
    if str(values.dtype) == "str":
        texts = pa.array(values, pa.large_string()).fill_null("")
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        if not len(texts):
            return told
        # Most texts stand many times over: each once, then which row holds which, is far less to hash.
        numbered = texts.dictionary_encode()
        told.append("".join(numbered.dictionary.to_pylist()).encode())
        told.append(pc.binary_length(numbered.dictionary).to_numpy().astype(np.int64).tobytes())
        told.append(numbered.indices.to_numpy().astype(np.int32).tobytes())
    elif str(values.dtype).startswith("datetime64"):
        told.append(values.to_numpy(dtype="datetime64[s]").astype(np.int64).tobytes())
    else:
        told.append(values.to_numpy(dtype=np.float64, na_value=np.nan).tobytes())
    return told


def _with_known_dates(name: str, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Fill the dates that were not delivered at all, and say so."""
    notes: list[str] = []
    if name in ("household", "place") and "from" not in frame.columns:
        since = frame["known_date"] if "known_date" in frame.columns else _ALWAYS
        frame = frame.assign(**{"from": since})
        told = "the day it became known stands for it" if "known_date" in frame else "it counts as always so"
        notes.append(f"{name}: no first day (from) delivered, so {told}")
    for known, happened in _KNOWN.get(name, ()):
        if known not in frame.columns and happened in frame.columns:
            frame = frame.assign(**{known: frame[happened]})
            notes.append(f"{name}: no {known} delivered, so each row counts as known on the day it happened")
    return frame, notes
