"""Reading the files of a standard: opened, recognised, dated, joined, mapped, and put in order of time."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from prevention_model.errors import RecordsRefused
from prevention_model.records.extract import Extract
from prevention_model.records.files.database import database_tables, tables_there
from prevention_model.records.files.opening import Opened, open_file
from prevention_model.records.mapped import Delivered
from prevention_model.records.quarantine import Findings
from prevention_model.records.slices import read_long_table
from prevention_model.records.standards.module import Module
from prevention_model.records.standards.recognise import match
from prevention_model.records.standards.standard import Part, Return, Standard
from prevention_model.records.superseded import refused_together, supersede
from prevention_model.records.text_table import TextTable

Read = tuple[Extract, pd.Series]


def read_standard(
    standard: Standard, paths: Sequence[Path], received: date, source: str = ""
) -> list[Extract]:
    """Read files of one standard. Rows in = rows accepted + rows quarantined, always.

    Files of one return are read together, returns one after another, so memory is bounded by the largest
    return and what was read. Of rows that several returns hold, the latest return's counts. A table that is
    none of the standard's is quarantined whole. Raises RecordsRefused with the faults of all files.
    """
    source = source or standard.name
    read: list[Read] = []
    faults: list[RecordsRefused] = []
    names = told_apart_by_folder(paths)
    for files in _returns(standard, paths):
        try:
            read.extend(_read_return(standard, {path: names[path] for path in files}, received, source))
        except RecordsRefused as refused:
            faults.append(refused)
    if faults:
        raise refused_together(faults, source)
    in_time = sorted(read, key=lambda one: one[0].period.end if one[0].period else date.min)
    return standard.finish(_superseded(standard, in_time))


def read_database(standard: Standard, url: str, received: date, source: str = "") -> list[Extract]:
    """Read a standard's tables straight from a database, by a SQLAlchemy URL. Only reads.

    Raises RecordsRefused when the database cannot be reached or holds none of the tables.
    """
    source = source or standard.name
    wanted = {module.module for module in standard.modules}
    there = [name for name in tables_there(url) if name.casefold() in wanted]
    tables = database_tables(url, there) if there else []
    parts: list[Part] = []
    strange: list[TextTable] = []
    _sort(Opened(Path(source), tuple(tables)), standard, parts, strange)
    if not parts:
        raise RecordsRefused(
            f"The database holds none of the tables of {standard.settings.title}.",
            where=f"source {source}",
            todo="Check the database's name, and that the account may read the tables.",
        )
    return standard.finish(_superseded(standard, _prepared(standard, parts, strange, received, source)))


def _returns(standard: Standard, paths: Sequence[Path]) -> Iterator[list[Path]]:
    groups: dict[str, list[Path]] = {}
    for path in sorted(paths):
        groups.setdefault(standard.belongs(path), []).append(path)
    yield from groups.values()


def told_apart_by_folder(paths: Sequence[Path]) -> dict[Path, str]:
    """What to call each file in a report: its name, with its folder where two files have the same name.

    >>> list(told_apart_by_folder([Path("2023/reviews.csv"), Path("2024/reviews.csv"), Path("a/b.csv")]).values())
    ['2023/reviews.csv', '2024/reviews.csv', 'b.csv']
    """
    times = Counter(path.name for path in paths)
    return {path: path.name if times[path.name] == 1 else f"{path.parent.name}/{path.name}" for path in paths}


def _read_return(standard: Standard, files: Mapping[Path, str], received: date, source: str) -> list[Read]:
    parts: list[Part] = []
    strange: list[TextTable] = []
    faults: list[RecordsRefused] = []
    rows = standard.settings.xml.rows if standard.settings.xml else None
    for path, name in files.items():
        try:
            _sort(_called(open_file(path, rows), name), standard, parts, strange)
        except RecordsRefused as refused:
            faults.append(refused)
    if faults:
        raise refused_together(faults, source)
    return _prepared(standard, parts, strange, received, source)


def _prepared(
    standard: Standard, parts: list[Part], strange: Sequence[TextTable], received: date, source: str
) -> list[Read]:
    prepared = list(standard.prepare(Return(tuple(parts), received)).parts)
    # Each table is let go once it has been read, and memory that reading the file took is given back at once.
    parts.clear()
    pa.default_memory_pool().release_unused()
    read = []
    while prepared:
        read.append(_mapped(standard, prepared.pop(0), received, source))
    nothing = pd.Series([], dtype="uint64")
    return read + [(_set_aside(table, source), nothing) for table in strange]


def _called(opened: Opened, name: str) -> Opened:
    """The opened file, its tables called by the name that the report has for it."""
    tables = (replace(table, name=table.name.replace(opened.path.name, name, 1)) for table in opened.tables)
    return replace(opened, tables=tuple(tables))


def _sort(opened: Opened, standard: Standard, parts: list[Part], strange: list[TextTable]) -> None:
    """The recognised tables of a file to `parts`, the others to `strange`. Raises RecordsRefused.

    XML of another kind has none of the rows that are looked for: without a word it would seem to be empty.
    """
    shape = standard.settings.xml
    if shape and opened.root not in ("", shape.root.casefold()) and not any(t.rows_in for t in opened.tables):
        raise RecordsRefused(
            f"The XML is no {standard.settings.title}: its outermost element is not {shape.root}.",
            where=f"file {opened.path.name}",
            todo="Name the standard that the file follows, or put the right file here.",
        )
    for table in opened.tables:
        found = match(table, standard)
        if found is not None:
            parts.append(Part(found.module, found.table, opened.path, opened.header))
        elif table.rows_in:
            strange.append(table)


def _mapped(standard: Standard, part: Part, received: date, source: str) -> Read:
    """The extract of a part, and the keys of its rows."""
    source_map = standard.settings.source_map(part.module, source)
    if source_map is None:
        return _looked_up(part, source), pd.Series([], dtype="uint64")
    return read_long_table(
        Delivered(part.table, received, part.module.module, part.period, part.faults), source_map
    )


def _looked_up(part: Part, source: str) -> Extract:
    """A table that names nobody: its rows say what others mean. Counted, so that no row of a delivery is lost."""
    findings = Findings(part.table.name, part.table.rows)
    for fault in part.faults:
        findings.set_aside(*fault)
    return replace(
        _nobody(part.table, source, findings),
        module=part.module.module,
        period=part.period,
        lookups=int(findings.accepted.sum()),
    )


def _set_aside(table: TextTable, source: str) -> Extract:
    """A table that nobody recognised: all of it in quarantine, none of it lost."""
    findings = Findings(table.name, table.rows)
    findings.set_aside(np.ones(len(table.rows), dtype=bool), "unknown_table", "")
    return _nobody(table, source, findings)


def _nobody(table: TextTable, source: str, findings: Findings) -> Extract:
    mentions = pd.DataFrame({"row": pd.Series([], dtype="int64")})
    quarantined = findings.quarantined(table.malformed.tolist())
    return Extract(source, table.name, table.rows_in, mentions, {}, quarantined, ())


def _superseded(standard: Standard, read: Sequence[Read]) -> list[Extract]:
    """The extracts, each row only where the latest return has it; in the order of `read`."""
    modules: Mapping[str, Module] = {module.module: module for module in standard.modules}
    kept: dict[int, Extract] = {}
    for name in dict.fromkeys(extract.module for extract, _ in read):
        places = [place for place, (extract, _) in enumerate(read) if extract.module == name]
        some = [read[place] for place in places]
        columns = ", ".join(modules[name].unique) if name else ""
        kept.update(zip(places, supersede(some, columns), strict=True))
    return [kept[place] for place in range(len(read))]
