"""Signing a finished run: its facts from its files, and the signature into the ledger."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from prevention_model.errors import WrongUsage
from prevention_model.ledger import Entry, Ledger
from prevention_model.records.workspace import Workspace
from prevention_model.release import RunFacts, RunFiles, SignOff, Waiver, load, sign
from prevention_model.settings.authority import Authority
from prevention_model.settings.policy import Policy


def read_facts(folder: Path) -> RunFacts:
    """The facts of a finished run, hashes recomputed from its files. Raises Damaged or WrongUsage."""
    try:
        said = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise WrongUsage(
            f"There is no run {folder.name}.",
            where=str(folder.parent),
            todo="`prevention-model status` lists them.",
        ) from None
    return RunFacts.of_files(
        RunFiles.in_folder(folder),
        run_id=said["run_id"],
        author=said["author"],
        records_hash=said["records_hash"],
        created=date.fromisoformat(said["created"]),
        experiment=said["experiment"],
    )


def sign_run(
    workspace: Workspace,
    authority: Authority,
    run_id: str,
    key_file: Path,
    waivers: Sequence[Waiver],
) -> Entry:
    """Sign off a run with a key file. Raises ReleaseRefused with everything that stands in the way."""
    ledger = Ledger(workspace.ledger)
    facts = read_facts(workspace.run(run_id))
    rules = SignOff.of(Policy.read(facts.files.policy))
    return sign(ledger, facts, load(key_file), authority.signatories, rules, waivers, today=ledger.today())


def parse_waivers(checks: Sequence[str], reason: str | None, until: str | None) -> list[Waiver]:
    """Waivers as typed: checks, one reason and one date for all of them."""
    if not checks:
        if reason or until:
            raise WrongUsage("A reason or date was given, but no check to waive.", todo="Add --waive CHECK.")
        return []
    if not reason or not until:
        raise WrongUsage(
            "A waiver needs a reason and a last day.", todo="Add --reason TEXT and --until DATE."
        )
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise WrongUsage("--until is not a date.", todo="Write it as 2025-12-31.") from None
    return [Waiver(code, reason, day) for code in checks]
