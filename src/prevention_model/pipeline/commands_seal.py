"""The commands that seal a list to leave the house, and open it again; what they return is printed."""

from collections.abc import Callable, Mapping
from pathlib import Path

from prevention_model.errors import WrongUsage
from prevention_model.ledger import Ledger
from prevention_model.lists.sealed_age import age_for
from prevention_model.lists.sealed_zip import zip_with_password
from prevention_model.pipeline.opening import opened
from prevention_model.pipeline.sealing import password_from, seal, secret_from, unseal
from prevention_model.settings.authority import Authority

_ONE_WAY = "Give --zip for a zip with a password, or --age for the recipient's key in authority.yaml."


def pack(
    authority: Path, release_id: str, zone: str, to: Path, as_zip: bool, as_age: bool, password_file: Path | None,
    by: str,
) -> list[str]:  # fmt: skip
    """Write a sealed copy of one zone's list."""
    if as_zip == as_age:
        raise WrongUsage("It is not said how the copy is sealed.", todo=_ONE_WAY)
    settings, workspace = opened(authority)
    ledger = Ledger(workspace.ledger)
    if as_age:
        how, sealed_by = _for_key(settings.on(ledger.today()), zone)
    else:
        how, sealed_by = _with_password(password_from(password_file, twice=True))
    entry = seal(workspace, ledger, f"{release_id}-{zone}", to, how, sealed_by, by)
    return [
        f"Sealed copy of list {entry.body['list_id']}: {to}; ledger entry {entry.seq}.",
        *(["Send the password by another way than the file."] if as_zip else []),
    ]


def unpack(sealed: Path, to: Path, password_file: Path | None, key_file: Path | None) -> list[str]:
    """Open a sealed copy into a new folder."""

    def secret(how: str) -> str:
        if how == "zip":
            return password_from(password_file, twice=False)
        if key_file is None:
            raise WrongUsage(
                "It is an age file.", where=sealed.name, todo="Give --key-file with the age key."
            )
        return secret_from(key_file, "--key-file")

    list_id = unseal(sealed, to, secret)
    return [f"List {list_id}, every file as it was released: {to / 'list.html'}"]


def _with_password(password: str) -> tuple[str, Callable[[Mapping[str, bytes]], bytes]]:
    return "zip, password", lambda files: zip_with_password(files, password)


def _for_key(settings: Authority, zone: str) -> tuple[str, Callable[[Mapping[str, bytes]], bytes]]:
    keys = {each.code: each.age_public_key for each in settings.zones}
    key = keys.get(zone)
    if key is None:
        raise WrongUsage(
            f"No age key of a recipient is known for {zone}."
            if zone in keys
            else f"There is no zone {zone}.",
            where="authority.yaml, zones",
            todo="Add its `age_public_key`, as the recipient read it out to you.",
        )
    return f"age, {key}", lambda files: age_for(files, key)
