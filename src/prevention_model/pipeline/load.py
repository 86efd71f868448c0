"""Loading: an authority's files in, checked and linked records out, or nothing written at all."""

import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from prevention_model.errors import PreventionError, RecordsRefused
from prevention_model.ledger import Ledger
from prevention_model.linkage import Linked, link
from prevention_model.linkage.areas import Areas
from prevention_model.pipeline.opening import key_place, workspace_folder
from prevention_model.pipeline.progress import Progress
from prevention_model.pipeline.retention import agreed_in, in_words
from prevention_model.pipeline.rights import Desk, check_continuity
from prevention_model.pipeline.sources import Sources, read_sources, together
from prevention_model.records.delivery import DeliveryReport
from prevention_model.records.delivery_page import delivery_page
from prevention_model.records.extract import no_raw
from prevention_model.records.honoured import honour
from prevention_model.records.on_disk import locked
from prevention_model.records.vault import Vault, vault_exists
from prevention_model.records.workspace import LINKAGE, Workspace
from prevention_model.settings.authority import Authority, read_authority


@dataclass(frozen=True)
class Loaded:
    """What a load brought: the delivery report, the quality of linkage, and the fingerprint of the records."""

    workspace: Workspace
    report: DeliveryReport
    linkage: dict[str, int]
    fingerprint: str
    rights: list[str]
    retention: list[str]


def load(authority_path: Path, progress: Progress, *, vault_lost: bool = False) -> Loaded:
    """Read every source of `authority.yaml` and make its records the current ones of the workspace.

    Everything is read and checked before anything is written; all faults of all files are reported at
    once. What people asked for is honoured in the records before they are stored. `vault_lost` says that the
    vault that the ledger knows cannot be had any more. Raises WrongUsage, RecordsRefused or Damaged.
    """
    authority = read_authority(authority_path)
    base = authority_path.resolve().parent
    keys = key_place(authority, base).read(needed=_has_vault(authority, base))
    Workspace.check(workspace_folder(authority, base))
    areas, sources = _read_all(authority, base, progress)
    workspace = Workspace.create(workspace_folder(authority, base))
    workspace.sweep()
    days = {source.name: source.received for source in authority.sources}
    report = DeliveryReport.of(sources.extracts, sources.coverage, days)
    # Nobody records a right between linking and storing: it would be lost until the next load.
    with locked(workspace.folder):
        ledger = Ledger(workspace.ledger) if workspace.ledger.exists() else Ledger.create(workspace.ledger)
        vault = Vault(workspace.vault, keys)
        again = check_continuity(ledger, vault, keys, authority.code, vault_lost=vault_lost)
        with progress.step("Linking people and households"):
            linked = link(
                sources.extracts,
                vault,
                coverage=sources.coverage,
                areas=areas,
                deliveries={name: day.isoformat() for name, day in days.items()},
                chart=workspace.folder / "records" / "linkage.html",
            )
            # What people wrote where a code was expected may name somebody, so it lies in the vault.
            vault.store("unmapped", _unmapped(sources))
        with progress.step("Writing records"):
            honoured = honour(linked.records, vault, delivered=True)
            fingerprint = workspace.store_records(honoured.records, report, _about(report, linked, authority))
            Desk(workspace, ledger, vault).kept(honoured)
        _enter(ledger, authority.code, fingerprint, report, linked.quality)
    return Loaded(
        workspace,
        report,
        linked.quality,
        fingerprint,
        [*honoured.text(), *again],
        in_words(agreed_in(authority)),
    )


def _unmapped(sources: Sources) -> pd.DataFrame:
    parts = [extract.unmapped for extract in sources.extracts if len(extract.unmapped)]
    return pd.concat(parts, ignore_index=True) if parts else no_raw()


def _about(report: DeliveryReport, linked: Linked, authority: Authority) -> dict[str, bytes]:
    """What is kept beside the records: the report as a page, and how sure each person's linkage is."""
    sure = io.BytesIO()
    linked.certainty.to_parquet(sure, index=False)
    page = delivery_page(report, f"What was delivered to {authority.name}")
    return {"delivery.html": page.encode(), LINKAGE: sure.getvalue()}


def _enter(
    ledger: Ledger, authority: str, fingerprint: str, report: DeliveryReport, quality: dict[str, int]
) -> None:
    counts = {name: int(report.files[name].sum()) for name in ("rows_in", "accepted", "set_aside")}
    known = {entry.body.get("fingerprint") for entry in ledger.entries(kind="loaded")}
    if fingerprint not in known:
        ledger.append("loaded", authority, {"fingerprint": fingerprint, **counts, "linkage": quality})


def _has_vault(authority: Authority, base: Path) -> bool:
    return vault_exists(Workspace(workspace_folder(authority, base)).vault)


def _read_all(authority: Authority, base: Path, progress: Progress) -> tuple[Areas, Sources]:
    faults: list[PreventionError] = []
    areas: Areas | None = None
    try:
        areas = Areas.read(
            base / authority.areas,
            [zone.code for zone in authority.zones],
            base / authority.postcodes if authority.postcodes else None,
        )
    except RecordsRefused as refused:
        faults.append(refused)
    sources, further = read_sources(authority, base, progress)
    faults += further
    if faults or areas is None:
        raise together(faults)
    return areas, sources
