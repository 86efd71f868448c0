"""The commands about who answers for a run: `key new`, `sign`, `status`; what they return is printed."""

import json
from pathlib import Path

from prevention_model.ledger import Ledger
from prevention_model.pipeline.contests import contest_lines
from prevention_model.pipeline.opening import opened
from prevention_model.pipeline.signing import parse_waivers, sign_run
from prevention_model.release import new_key, overview


def key_new(name: str, folder: Path) -> list[str]:
    """Make a signing key."""
    path = folder / f"{name}.pem"
    public = new_key(path)
    return [
        f"Private key: {path}. Keep it where only its owner can read it.",
        "Public half, for `signatories` in authority.yaml:",
        f"  - {{name: {json.dumps(name)}, role: ROLE, public_key: {public}}}",
    ]


def sign(
    authority: Path, run_id: str, key: Path, waive: list[str], reason: str | None, until: str | None
) -> list[str]:
    """Sign off a run."""
    settings, workspace = opened(authority)
    entry = sign_run(workspace, settings, run_id, key, parse_waivers(waive, reason, until))
    who = entry.body["payload"]
    return [f"Signed: {run_id}, by {who['name']} ({who['role']}); ledger entry {entry.seq}."]


def status(authority: Path) -> list[str]:
    """Where everything stands."""
    _, workspace = opened(authority)
    ledger = Ledger(workspace.ledger)
    lines = [f"Ledger: {ledger.verify()} entries, each as it was written."]
    for run in overview(ledger, ledger.today()):
        failed = f"; failed: {', '.join(run.failed_checks)}" if run.failed_checks else ""
        signed = f"; signed by {', '.join(run.signed_by)}" if run.signed_by else ""
        lines.append(f"{run.run_id} ({run.experiment}, by {run.author}): {run.state}{failed}{signed}")
        for each in run.releases:
            lines.append(
                f"  {each.release_id}: {each.state}; lists until {each.lists_until}, certificate until {each.expires}"
            )
    return [*lines, *contest_lines(ledger.entries(), ledger.today())]
