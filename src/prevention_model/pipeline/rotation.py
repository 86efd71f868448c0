"""Replacing the key that seals the vault: at every moment of it, the keys that are kept open everything."""

from pathlib import Path

from prevention_model.errors import WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.records.vault import Vault
from prevention_model.records.vault_keys import VARIABLE, KeyPlace, VaultKeys, key_number, new_key_file
from prevention_model.records.workspace import Workspace

ROTATED = "vault_key_rotated"
"""Kind of the ledger entry that says by which key the vault is sealed from then on."""


def rotate(workspace: Workspace, place: KeyPlace, out: Path | None, by: str) -> list[str]:
    """Replace the sealing key of a vault, in three steps; what was interrupted is finished by doing it again.

    First the new key is kept beside the former one, then every table is sealed anew, then the former key is
    let go. Where the environment holds the keys, a person takes the first and the last step: the keys to put
    there are written to the file `out`. The key of the pseudonyms stays. Raises WrongUsage, Damaged.
    """
    keys = place.read(needed=True)
    if keys.former is None:
        keys = keys.renewed()
        if place.in_environment:
            return _to_put(keys, out)
        place.replace(keys)
    Vault(workspace.vault, keys).reseal()
    ledger, number = Ledger(workspace.ledger), key_number(keys.sealing)
    if not any(entry.body["key"] == number for entry in ledger.entries(ROTATED)):
        ledger.append(ROTATED, "vault", {"key": number, "by": by})
    if place.in_environment:
        return [f"The vault is sealed with the new key. Take `former` out of {VARIABLE}."]
    place.replace(keys.settled())
    return [
        f"The vault is sealed with a new key, which is in {place.file}. Copy it to where its backup is kept. "
        "Backups of the vault from before need the former key: keep that copy for as long as those."
    ]


def _to_put(keys: VaultKeys, out: Path | None) -> list[str]:
    if out is None:
        raise WrongUsage(
            "The keys are in the environment, which this command cannot change.",
            where=VARIABLE,
            todo="Add --out FILE: the keys to put there are written to that file.",
        )
    new_key_file(out, keys)
    return [
        f"Put what is in {out} into {VARIABLE}, destroy the file, and run this command again. "
        "Nothing was changed yet."
    ]
