"""Every source of an authority read, each by its standard or its map, with the time that it covers."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from prevention_model.errors import PreventionError, RecordsRefused, WrongUsage, listed
from prevention_model.pipeline.progress import Progress
from prevention_model.records.extract import Extract, Period
from prevention_model.records.files.matching import files_matching
from prevention_model.records.mapped_csv import read_source
from prevention_model.records.maps import SourceMap
from prevention_model.records.received import COLUMNS, coverage_of
from prevention_model.records.standards.catalogue import standard_called
from prevention_model.records.standards.reading import read_database, read_standard
from prevention_model.settings.authority import Authority, Source

_PLACES = ("home", "placement", "school")
"""Kinds of place, which any source may deliver."""


@dataclass(frozen=True)
class Sources:
    """What all sources delivered: extracts in the order of authority.yaml, and the coverage table."""

    extracts: tuple[Extract, ...]
    coverage: pd.DataFrame


def read_sources(
    authority: Authority, base: Path, progress: Progress
) -> tuple[Sources, list[PreventionError]]:
    """Read every source; paths are relative to `base`. The faults of all of them are gathered, not raised."""
    faults: list[PreventionError] = []
    extracts: list[Extract] = []
    coverage = [pd.DataFrame(columns=COLUMNS)]
    with progress.steps("Reading files", authority.sources) as sources:
        for source in sources:
            try:
                some, covers = _read(source, base)
            except (RecordsRefused, WrongUsage) as fault:
                faults.append(fault)
                continue
            extracts.extend(some)
            coverage.append(covers)
    filled = [part for part in coverage if len(part)] or coverage[:1]
    return Sources(tuple(extracts), pd.concat(filled, ignore_index=True)), faults


def _read(source: Source, base: Path) -> tuple[Sequence[Extract], pd.DataFrame]:
    stated = Period(source.coverage.start, source.coverage.end) if source.coverage else None
    if source.map is not None:
        source_map = _map_of(source, base)
        _check_kinds(source, source_map.kinds())
        extracts = read_source(_files(source, base), source_map, source.received)
        return extracts, _stated(source, source_map)
    standard = standard_called(str(source.standard))
    _check_kinds(source, standard.kinds())
    if source.database is not None:
        extracts = read_database(standard, _address(source), source.received, source.name)
    else:
        extracts = read_standard(standard, _files(source, base), source.received, source.name)
    covers = coverage_of(extracts, standard, source.name, stated)
    if covers.empty and any(extract.rows_in for extract in extracts):
        raise WrongUsage(
            "Nothing in the files says what time they cover.",
            where=f"source {source.name}",
            todo="Give the source `coverage` in authority.yaml.",
        )
    return extracts, covers


def _check_kinds(source: Source, delivered: Sequence[str]) -> None:
    """A retention of a misspelt kind would be kept of nothing."""
    strange = sorted(set(source.retention_by_kind) - {*delivered, *_PLACES})
    if strange:
        raise WrongUsage(
            f"retention_by_kind names what the source does not deliver: {listed(strange)}.",
            where=f"source {source.name}",
            todo=f"It delivers: {listed(sorted(delivered))}.",
        )


def _files(source: Source, base: Path) -> list[Path]:
    try:
        return files_matching(base, str(source.files))
    except RecordsRefused as refused:
        raise RecordsRefused(refused.what, where=f"source {source.name}", todo=refused.todo) from None


def _address(source: Source) -> str:
    """The database's URL, which holds a password and so stands in the environment."""
    name = str(source.database)
    if not os.environ.get(name):
        raise WrongUsage(
            f"The environment variable {name} does not hold the database's address.",
            where=f"source {source.name}",
            todo="Set it to a SQLAlchemy URL, such as postgresql+psycopg://user:password@host/database.",
        )
    return os.environ[name]


def _map_of(source: Source, base: Path) -> SourceMap:
    path = base / str(source.map)
    source_map = SourceMap.read(path)
    if source_map.source != source.name:
        raise WrongUsage(
            f"The map is for source {source_map.source}, not {source.name}.",
            where=path.name,
            todo="Correct `map` in authority.yaml.",
        )
    return source_map


def _stated(source: Source, source_map: SourceMap) -> pd.DataFrame:
    """The coverage of a mapped source, as authority.yaml states it."""
    assert source.coverage is not None  # a source with a map cannot be made without it
    span = {"from": pd.Timestamp(source.coverage.start), "to": pd.Timestamp(source.coverage.end)}
    lines = [{"source": source.name, "kind": kind, "code": None, **span} for kind in source_map.kinds()]
    return pd.DataFrame(lines, columns=COLUMNS)


def together(faults: Sequence[PreventionError]) -> PreventionError:
    """One error for all faults: a refused delivery, unless only settings were wrong."""
    if len(faults) == 1:
        return faults[0]
    kind = WrongUsage if all(isinstance(fault, WrongUsage) for fault in faults) else RecordsRefused
    what = listed([f"{fault.what.rstrip('.')} ({fault.where})" for fault in faults])
    return kind(
        f"The delivery was refused for {len(faults)} reasons: {what}.",
        where="the sources in authority.yaml",
        todo="Correct them all and load again; nothing was written.",
    )
