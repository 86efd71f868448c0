"""Loading: an authority's files in, checked and linked records out, or nothing written at all."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from prevention_model.errors import PreventionError, RecordsRefused, WrongUsage, listed
from prevention_model.ledger import Ledger
from prevention_model.linkage import link
from prevention_model.linkage.areas import Areas
from prevention_model.pipeline.progress import Progress
from prevention_model.records.delivery import DeliveryReport
from prevention_model.records.extract import Extract
from prevention_model.records.mapped_csv import read_source
from prevention_model.records.maps import SourceMap
from prevention_model.records.vault import Vault, vault_exists
from prevention_model.records.vault_keys import KeyPlace
from prevention_model.records.workspace import Workspace
from prevention_model.settings.authority import Authority, Source, read_authority


@dataclass(frozen=True)
class Loaded:
    """What a load brought: the delivery report, the quality of linkage, and the fingerprint of the records."""

    workspace: Workspace
    report: DeliveryReport
    linkage: dict[str, int]
    fingerprint: str


def load(authority_path: Path, progress: Progress) -> Loaded:
    """Read every source of `authority.yaml` and make its records the current ones of the workspace.

    Everything is read and checked before anything is written; all faults of all files are reported at
    once. Raises WrongUsage or RecordsRefused.
    """
    authority = read_authority(authority_path)
    base = authority_path.resolve().parent
    keys = key_place(authority, base).read(needed=_has_vault(authority, base))
    areas, extracts = _read_all(authority, base, progress)
    workspace = Workspace.create(workspace_folder(authority, base))
    workspace.sweep()
    report = DeliveryReport.of(extracts)
    with progress.step("Linking people and households"):
        linked = link(
            extracts,
            Vault(workspace.vault, keys),
            coverage=_coverage(authority, base),
            areas=areas,
            deliveries={source.name: source.received.isoformat() for source in authority.sources},
        )
    with progress.step("Writing records"):
        fingerprint = workspace.store_records(linked.records, report)
    ledger = Ledger.create(workspace.ledger) if not workspace.ledger.exists() else Ledger(workspace.ledger)
    counts = {name: int(report.files[name].sum()) for name in ("rows_in", "accepted", "set_aside")}
    known = {entry.body.get("fingerprint") for entry in ledger.entries(kind="loaded")}
    if fingerprint not in known:
        body = {"fingerprint": fingerprint, **counts, "linkage": linked.quality}
        ledger.append("loaded", authority.code, body)
    return Loaded(workspace, report, linked.quality, fingerprint)


def workspace_folder(authority: Authority, base: Path) -> Path:
    """The workspace folder that `authority.yaml` names, relative to that file."""
    return (base / authority.workspace).resolve()


def key_place(authority: Authority, base: Path) -> KeyPlace:
    """Where the keys of the authority's vault are kept. Raises WrongUsage when that is in the workspace."""
    return KeyPlace.of(base / authority.keys, workspace_folder(authority, base), os.environ)


def _has_vault(authority: Authority, base: Path) -> bool:
    return vault_exists(Workspace(workspace_folder(authority, base)).vault)


def _read_all(authority: Authority, base: Path, progress: Progress) -> tuple[Areas, list[Extract]]:
    faults: list[PreventionError] = []
    extracts: list[Extract] = []
    areas: Areas | None = None
    try:
        areas = Areas.read(base / authority.areas, [zone.code for zone in authority.zones])
    except RecordsRefused as refused:
        faults.append(refused)
    with progress.steps("Reading files", authority.sources) as sources:
        for source in sources:
            try:
                extracts.extend(_read_source(source, base))
            except (RecordsRefused, WrongUsage) as refused:
                faults.append(refused)
    if faults or areas is None:
        raise _together(faults)
    return areas, extracts


def _read_source(source: Source, base: Path) -> Iterable[Extract]:
    source_map = _map_of(source, base)
    paths = sorted(base.glob(source.files))
    if not paths:
        raise RecordsRefused(
            f"No file matches {source.files}.",
            where=f"source {source.name}",
            todo="Put the files there, or correct `files` in authority.yaml.",
        )
    return read_source(paths, source_map, source.received)


def _map_of(source: Source, base: Path) -> SourceMap:
    source_map = SourceMap.read(base / source.map)
    if source_map.source != source.name:
        raise WrongUsage(
            f"The map is for source {source_map.source}, not {source.name}.",
            where=Path(source.map).name,
            todo="Correct `map` in authority.yaml.",
        )
    return source_map


def _coverage(authority: Authority, base: Path) -> pd.DataFrame:
    lines = [
        {"source": s.name, "kind": kind, "from": s.coverage.start, "to": s.coverage.end}
        for s in authority.sources
        for kind in _map_of(s, base).kinds()
    ]
    return pd.DataFrame(lines, columns=["source", "kind", "from", "to"])


def _together(faults: list[PreventionError]) -> PreventionError:
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


def opened(authority: Path) -> tuple[Authority, Workspace]:
    """The settings of an authority, and its workspace. Raises WrongUsage when there is none."""
    settings = read_authority(authority)
    return settings, Workspace.open(workspace_folder(settings, authority.resolve().parent))
