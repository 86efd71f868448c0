"""Releasing and taking back: from a signed run to the zone lists, through the one door."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from prevention_model.cohort import coverage_lag
from prevention_model.errors import Damaged
from prevention_model.ledger import Entry, Ledger
from prevention_model.lists import check_zone_pack, write_zone_pack, zone_lists
from prevention_model.lists.known import READ
from prevention_model.lists.manifest import NAME as PACK_MANIFEST
from prevention_model.papers import PAPER_FILES
from prevention_model.pipeline.card_places import card_places
from prevention_model.pipeline.earlier import Earlier, keep
from prevention_model.pipeline.figures import Figures
from prevention_model.pipeline.listed import LISTED, contents_hash, kept_hash, write_contents, write_listed
from prevention_model.pipeline.notices import write_notices
from prevention_model.pipeline.progress import Progress
from prevention_model.pipeline.relisting import relisting
from prevention_model.pipeline.retention import agreed_in, without_old
from prevention_model.pipeline.run_pages import DOCUMENTS, write_released_cards
from prevention_model.pipeline.signing import read_facts
from prevention_model.pipeline.taking_back import take_back
from prevention_model.query import Length
from prevention_model.records.on_disk import locked
from prevention_model.records.records import Records
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import KeyPlace
from prevention_model.records.workspace import Workspace, appearing
from prevention_model.release import (
    Recipient,
    ReleasedScores,
    SignOff,
    check,
    hash_of,
    record,
    suspend,
    withdraw,
)
from prevention_model.settings.authority import Authority
from prevention_model.settings.experiment import Experiment
from prevention_model.settings.policy import Policy
from prevention_model.tracking import Tracking


def release_run(
    workspace: Workspace, authority: Authority, keys: KeyPlace, run_id: str, stage: str, progress: Progress
) -> dict[str, Path]:
    """Release a run: the pack of each zone, by zone code. Releasing it again gives the same packs.

    The keys of the vault are read when the gate has opened, and not before.

    The lists are written into a hidden folder, the release goes into the ledger with their hash, and only
    then does the folder appear; whatever interrupts that, releasing again finishes it.
    """
    workspace.sweep()
    ledger = Ledger(workspace.ledger)
    facts = read_facts(workspace.run(run_id))
    rules = SignOff.of(Policy.read(facts.files.policy))
    form, sources = authority.publication, [each.name for each in authority.sources]
    unfilled = (*form.unfilled(sources), *form.overdue(ledger.today()))
    released = check(ledger, facts, authority.signatories, rules, stage, ledger.today(), unfilled)
    folder = workspace.release(released.release_id)
    known = _recorded(ledger, run_id, stage)
    made_on = date.fromisoformat(known[0].body["date"]) if known else ledger.today()
    # Zones, recipients and offers are those of the day that the lists carry.
    authority = authority.on(made_on)
    if not folder.exists():
        # When somebody releases it at the same moment, the folder that appeared first is the release.
        with suppress(FileExistsError), appearing(folder) as partial:
            before = _before(ledger, known)
            _write_packs(partial, released, workspace, authority, keys, made_on, before, progress)
            earlier = Earlier.of(
                workspace, ledger, facts.experiment, released.outcomes, run_id, released.release_id
            )
            published = write_released_cards(
                partial, workspace.run(run_id), released, authority, earlier, made_on
            )
            given = _recipients(partial, authority)
            manifest = write_contents(partial, _contents(partial, released, authority))
            record(ledger, released, manifest, given)
            keep(workspace, released.release_id, made_on, published)
        folder.chmod(0o700)
    known = _recorded(ledger, run_id, stage)
    found = {contents_hash(_contents(folder, released, authority)), kept_hash(folder)}
    if not known or found != {known[0].body["manifest"]}:
        raise Damaged(
            "The lists are not the ones that the ledger records.",
            where=f"release {released.release_id}",
            todo="Move the folder away and release again, and find out who changed it.",
        )
    with _alone(workspace) as tracking:
        tracking.mark(run_id, f"released: {stage}")
        tracking.let_out(run_id, facts.experiment, _tags(released))
    return {zone.code: folder / zone.code for zone in authority.zones}


@contextmanager
def _alone(workspace: Workspace) -> Iterator[Tracking]:
    """Tracking while nobody else registers a model: of two at once, MLflow would refuse one or keep both."""
    workspace.tracking.mkdir(parents=True, exist_ok=True)
    with locked(workspace.tracking):
        yield Tracking(workspace.tracking)


def _before(ledger: Ledger, known: Sequence[Entry]) -> list[Entry]:
    """What the ledger held when the release was recorded, or holds now: what was decided since is for the next one."""
    entries = ledger.entries()
    return [entry for entry in entries if entry.seq < known[0].seq] if known else entries


def _recorded(ledger: Ledger, run_id: str, stage: str) -> list[Entry]:
    """The entry of a run's release at a stage, if there is one."""
    return [entry for entry in ledger.entries("released", run_id) if entry.body["stage"] == stage]


CLOSED = {"withdrawn": withdraw, "suspended": suspend}


def close(
    workspace: Workspace, authority: Authority, state: str, release_id: str, reason: str, by: str
) -> tuple[Entry, list[Path]]:
    """Withdraw a release for good, or suspend it: by a named person, for a reason. Returns the entry, and the letters
    to those who received a list. Where the lists lay, pages say so; what they said is kept apart."""
    ledger = Ledger(workspace.ledger)
    entry = CLOSED[state](ledger, release_id, reason, by, ledger.today())
    take_back(workspace, ledger, entry, authority)
    letters = write_notices(workspace, ledger, entry, authority)
    with _alone(workspace) as tracking:
        tracking.mark(entry.subject, state)
        tracking.take_back(entry.subject)
    return entry, letters


def _write_packs(
    folder: Path,
    released: ReleasedScores,
    workspace: Workspace,
    authority: Authority,
    keys: KeyPlace,
    made_on: date,
    before: Sequence[Entry],
    progress: Progress,
) -> None:
    records = workspace.records(READ)
    identities = Vault(workspace.vault, keys.read(needed=True)).read()
    home = workspace.run(released.run.run_id)
    run = json.loads((home / "run.json").read_text(encoding="utf-8"))
    policy = Policy.read(home / "policy.yaml")
    figures = _figures(home, released, records) | relisting(workspace, before, released, policy, made_on)
    index_date = Experiment.read(home / "experiment.yaml").score_on
    shown = without_old(records, agreed_in(authority), index_date)
    lists = zone_lists(released, run, shown, identities, authority, figures, made_on)
    with progress.steps("Writing zone lists", authority.zones) as zones:
        listed = []
        for zone, made in zip(zones, lists, strict=True):
            write_zone_pack(folder / zone.code, made)
            listed.append(made.key())
    write_listed(folder, listed)


def _figures(folder: Path, released: ReleasedScores, records: Records) -> dict[str, Any]:
    experiment = Experiment.read(folder / "experiment.yaml")
    said = Figures.read(folder / "figures.json").outcomes
    coverage = records.frames["coverage"]
    received = coverage.groupby("source")["to"].max()
    behind = coverage_lag(coverage, np.array([experiment.score_on], "datetime64[s]"))
    return {
        "expected_true_in_list": {
            name: said[name]["list"]["words_of_one_list"] for name in released.outcomes
        },
        "model_id": experiment.name,
        "model_version": released.run.run_id,
        "data_as_at": {str(name): day.date() for name, day in received.items()},
        "coverage_warnings": [
            f"{source} was received up to {day.date()} only"
            for source, day in zip(behind["source"], behind["last_day"], strict=True)
        ],
        "reserve": experiment.reserve,
        "change_since": Length.parse(experiment.rise.over).before(experiment.score_on),
    }


def _recipients(folder: Path, authority: Authority) -> list[Recipient]:
    """Whom each pack is made for; every file of each is checked against its manifest, and that is hashed."""
    given = []
    for zone in authority.zones:
        content = check_zone_pack(folder / zone.code)
        pack = hash_of(folder / zone.code / PACK_MANIFEST)
        given.append(Recipient(zone.code, content["list_id"], zone.recipient, zone.recipient_role, pack))
    return given


def _tags(released: ReleasedScores) -> dict[str, str]:
    """What the registered model says of itself: by what it was let out, and until when."""
    run = released.run
    return {
        "run": run.run_id,
        "stage": released.stage,
        "certificate": released.certificate.id,
        "expires": released.certificate.expires.isoformat(),
        "report_hash": run.report_hash,
        "policy_hash": run.policy_hash,
        "records_hash": run.records_hash,
        "model_hash": run.model_hash,
    }


def _contents(folder: Path, released: ReleasedScores, authority: Authority) -> dict[str, str]:
    """The SHA-256 of each card, board pack and paper, of the record of who is on a list, and of each zone's pack; every
    file of a pack is checked against its manifest."""
    held = {each.zone: each.pack for each in _recipients(folder, authority)}
    places = card_places(folder, released.outcomes).values()
    others = [place / name for place in places for name in DOCUMENTS] + [
        folder / name for name in PAPER_FILES
    ]
    return held | {path.relative_to(folder).as_posix(): hash_of(path) for path in [*others, folder / LISTED]}
