"""The command that answers who was listed, by what, who saw it and what followed; what it returns is printed."""

import json
from pathlib import Path

from prevention_model.errors import WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.pages.document import to_html, to_markdown
from prevention_model.pipeline.commands_vault import whose
from prevention_model.pipeline.opening import key_place, opened
from prevention_model.pipeline.retention import agreed_in
from prevention_model.pipeline.trace import PersonTrace, ReleaseTrace, Tracer
from prevention_model.pipeline.trace_words import of_people, of_release, plain
from prevention_model.records.on_disk import write_whole
from prevention_model.records.vault import Vault


def trace(
    authority: Path, release_id: str, row_id: str, person: str, id_type: str, value: str, by: str, as_json: bool,
    out: Path | None,
) -> list[str]:  # fmt: skip
    """Trace a release, a row, or a person."""
    asked = [bool(release_id), bool(row_id), bool(person or id_type or value)]
    if sum(asked) != 1:
        raise WrongUsage(
            "It is not said what is traced.",
            todo="Give one of --release, --row, --person, or --identifier with --value.",
        )
    settings, workspace = opened(authority)
    tracer = Tracer(workspace, Ledger(workspace.ledger), agreed_in(settings))
    found: ReleaseTrace | PersonTrace
    if release_id:
        found = tracer.release(release_id)
    elif row_id:
        found = tracer.row(row_id, by)
    elif person:
        found = tracer.person(person, by)
    else:
        # Only whoever asks by an identifier needs the vault opened: a pseudonym is enough otherwise.
        keys = key_place(settings, authority.resolve().parent).read(needed=True)
        found = tracer.person(whose("", id_type, value).found(Vault(workspace.vault, keys)), by)
    document = of_release(found) if isinstance(found, ReleaseTrace) else of_people(found)
    if out is not None:
        write_whole(out, to_html(document).encode())
        return [f"Written: {out}. It holds what is known of identifiable people: keep it where only those who need it "
                "can open it."]  # fmt: skip
    if as_json:
        return json.dumps(plain(found), indent=1, default=str).splitlines()
    return to_markdown(document).splitlines()
