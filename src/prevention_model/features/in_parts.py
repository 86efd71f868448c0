"""Features of more children than memory holds, on one machine: DuckDB parts the records, the kernel takes a part at
a time, and each part becomes a file.

Memory is that of DuckDB, which is bounded, and of the parts that are worked on, whatever the number of children.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from prevention_model.errors import WrongUsage
from prevention_model.features.declared import Declared
from prevention_model.features.matrix import parquet_options
from prevention_model.features.part import PartWork
from prevention_model.query import (
    DUCKDB,
    KEPT,
    READ,
    TEXTS,
    Question,
    Reads,
    Retention,
    by_area,
    by_family,
    pairs_looked_at,
    pairs_of,
)

ROWS = 200_000
"""About how many pairs a part has."""

HELD_ROWS, GROUP_ROWS = 100_000, 20_480
"""What each of DuckDB's threads holds back, and each open file: with many parts they are most of its memory."""


def write_features_in_parts(
    folder: str | Path,
    members: pd.DataFrame | str | Path,
    features: Sequence[Declared],
    out: str | Path,
    *,
    retention: Retention = KEPT,
    rows: int = ROWS,
    memory: str = "2 GB",
    workers: int = 2,
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """What `build_features` builds, as Parquet files in the new folder `out`; returns the number of rows.

    `folder` holds the canonical tables as Parquet, each a file (`event.parquet`) or a folder of files (`event/`).
    `members` has person_id and index_date: a frame, or the path of Parquet files with these columns. A file of `out`
    holds about `rows` pairs in the order of person and index date, all pairs of a child in the same one; columns are
    as `write_features` makes them. DuckDB takes `memory` at most and then goes on on the disk; each of the `workers`
    takes the memory of one part. Nothing stands at `out` until all of it does. Raises WrongUsage, and RecordsRefused
    for a value that cannot be held.

    >>> import tempfile
    >>> from prevention_model.features.feature import Feature
    >>> from prevention_model.query import Count, Lookback
    >>> from prevention_model.records import Records
    >>> events = pd.DataFrame({"person_id": ["a"], "kind": "contact", "event_date": ["2024-03-01"]})
    >>> members = pd.DataFrame({"person_id": ["a", "a"], "index_date": ["2024-03-01", "2024-03-02"]})
    >>> contacts = Feature("contacts", Count("event", kind="contact"), Lookback("30 days"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Records.from_frames({"event": events}).write(Path(folder, "records"))
    ...     told = write_features_in_parts(f"{folder}/records", members, [contacts], f"{folder}/made")
    ...     told, pq.read_table(f"{folder}/made")["contacts"].to_pylist()
    (2, [0.0, 1.0])
    """
    folder, out = Path(folder), Path(out)
    if out.exists():
        raise WrongUsage(f"There is a {out.name} already.", todo="Name a folder that is not there yet.")
    if rows < 1 or workers < 1:
        raise WrongUsage(
            "A part needs a pair, and somebody to work on it.", todo="Write rows=200_000, workers=2."
        )
    coverage = pq.read_table(_files(folder, "coverage"), partitioning=None)
    work = PartWork.of(features, retention, coverage)
    unfinished = out.with_name(out.name + ".unfinished")
    rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    try:
        with _database(unfinished, memory, workers) as database:
            shelf = _Shelf(database, unfinished, workers)
            asked = shelf.open(folder, members, work)
            parts = max(1, -(-asked // rows))
            if work.of_areas:
                shelf.spread("areas", by_area(work.of_areas, DUCKDB, parts), work.of_areas, parts)
                deque(shelf.work_on("areas", "answers", work.area_answers), maxlen=0)
                shelf.ask_with("answers", work)
            shelf.spread("families", by_family(work.of_families, DUCKDB, parts), work.of_families, parts)
        if not asked:
            (unfinished / "made").mkdir()
            pq.write_table(work.schema.empty_table(), unfinished / "made" / "00000.parquet")
        made = 0
        for count in shelf.work_on("families", "made", work.matrix):
            made += count
            if progress is not None:
                progress(made, asked)
        assert made == asked, f"{asked} pairs were asked about and {made} answered"
        (unfinished / "made").replace(out)
    finally:
        rmtree(unfinished, ignore_errors=True)
    return asked


@contextmanager
def _database(folder: Path, memory: str, workers: int) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own, which goes on in the folder when its memory is used up."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": workers,
        "temp_directory": str(folder / "spilled"),
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        database = duckdb.connect(config=settings)
    except duckdb.Error:
        raise WrongUsage(f"memory={memory!r} is no amount of memory.", todo='Write memory="2 GB".') from None
    try:
        with database:
            yield database
    except duckdb.OutOfMemoryException:
        raise WrongUsage(
            f"The records cannot be parted in {memory}.",
            todo="Write a larger memory=, or larger rows= so that there are fewer parts.",
        ) from None
    except duckdb.BinderException as error:  # names columns, and no more
        raise WrongUsage(
            f"The tables are not as they should be: {str(error).splitlines()[0]}.",
            todo="Give them the columns of data_schemas.",
        ) from None


@dataclass(frozen=True)
class _Shelf:
    """The records in parts on the disk: in `folder` a folder for each purpose, in it one for each part."""

    database: duckdb.DuckDBPyConnection
    folder: Path
    workers: int

    def open(self, records: Path, members: pd.DataFrame | str | Path, work: PartWork) -> int:
        """Open the tables and what is asked; how many pairs that are."""
        for table in READ:
            self._view(table, _files(records, table))
        if isinstance(members, pd.DataFrame):
            self.database.register("members", pa.Table.from_pandas(pairs_of(members), preserve_index=False))
        else:
            self._view("members", Path(members))
        count, empty = self.database.execute(
            "SELECT COUNT(*), COUNT(*) FILTER (person_id IS NULL OR index_date IS NULL) FROM members"
        ).fetchall()[0]
        if empty:
            raise WrongUsage(
                f"{empty} of the members have no person_id or no index_date.", todo="Leave them out."
            )
        days = self.database.execute("SELECT DISTINCT CAST(index_date AS DATE) FROM members").fetchall()
        self.database.register("earlier", work.earlier(day for (day,) in days))
        self._ask(work, answered=False)
        return int(count)

    def spread(self, name: str, statement: str, questions: Sequence[Question], parts: int) -> None:
        """Write the rows that each part needs."""
        self.database.register("kinds", Reads.of(questions).table())
        (self.folder / name).mkdir()
        where, files = _text(self.folder / name), f"partitioned_write_max_open_files={parts + 1}"
        self.database.execute(f"SET {files}; SET partitioned_write_flush_threshold={HELD_ROWS}")
        self.database.execute(
            f"COPY ({_named(statement)}) TO {where} "
            f"(FORMAT parquet, PARTITION_BY (part), ROW_GROUP_SIZE {GROUP_ROWS})"
        )

    def work_on(self, name: str, made: str, work: Callable[[pa.Table], pa.Table]) -> Iterator[int]:
        """Do the work on each part, write what is made of it, and tell how many rows that is."""
        (self.folder / made).mkdir(exist_ok=True)

        def one(place: Path) -> int:
            done = work(pq.read_table(place, partitioning=None, read_dictionary=["tag", "person_id", *TEXTS]))
            rmtree(place)
            file = self.folder / made / f"{int(place.name.removeprefix('part=')):05}.parquet"
            pq.write_table(done, file, **parquet_options(done.schema))
            return len(done)

        with ThreadPoolExecutor(self.workers) as pool:
            yield from pool.map(one, sorted((self.folder / name).iterdir()))

    def ask_with(self, name: str, work: PartWork) -> None:
        """Put what was answered beside the pairs; nothing was where nobody has a home on record."""
        if any((self.folder / name).iterdir()):
            self._view("answered", self.folder / name)
            self._ask(work, answered=True)

    def _ask(self, work: PartWork, *, answered: bool) -> None:
        earlier = bool(work.of_areas and work.plan.earlier)
        statement = pairs_looked_at(DUCKDB, earlier=earlier, answered=answered)
        self.database.execute(f"CREATE OR REPLACE VIEW asked AS {_named(statement)}")

    def _view(self, name: str, place: Path) -> None:
        files = _text(place / "*.parquet" if place.is_dir() else place)
        self.database.execute(
            f"CREATE VIEW {name} AS SELECT * FROM read_parquet({files}, union_by_name=true)"
        )


def _named(statement: str) -> str:
    """A statement over views that have the names of their tables."""
    return statement.format(
        **{name: name for name in (*READ, "asked", "kinds", "members", "earlier", "answered")}
    )


def _files(folder: Path, table: str) -> Path:
    """The file of a table, or the folder of its files."""
    found = [place for place in (folder / f"{table}.parquet", folder / table) if place.exists()]
    if not found:
        raise WrongUsage(
            f"The records have no table {table}.",
            where=folder.name,
            todo="Write all nine tables, as Records.write does; one may be empty.",
        )
    if len(found) > 1:  # both read, every row would count twice
        raise WrongUsage(
            f"The table {table} is there twice.",
            where=folder.name,
            todo=f"Leave one of them: {table}.parquet or the folder {table}.",
        )
    return found[0]


def _text(path: Path) -> str:
    """A path as a text of SQL."""
    return "'" + str(path).replace("'", "''") + "'"
