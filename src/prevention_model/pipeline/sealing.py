"""A sealed copy of one zone's pack, to leave the house: made of a list that holds today, and entered in the ledger."""

import getpass
import hashlib
import os
import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from prevention_model.errors import Damaged, Expired, ReleaseRefused, WrongUsage
from prevention_model.ledger import Entry, Ledger, Transaction, whole
from prevention_model.lists import check_zone_pack
from prevention_model.lists import manifest as manifests
from prevention_model.lists.sealed_age import HEAD as AGE_HEAD
from prevention_model.lists.sealed_age import files_of_age
from prevention_model.lists.sealed_zip import files_of_zip
from prevention_model.records.on_disk import appearing, partial_file
from prevention_model.records.workspace import Workspace
from prevention_model.release import given_list, hash_of
from prevention_model.release.states import entries_of, in_words, state_of

SHORTEST_PASSWORD = 20
"""Characters: the zip's own way from password to key costs a guesser almost nothing, so length has to do it."""

_OTHERS = 0o077
_ZIP_HEAD = b"PK"


def seal(
    workspace: Workspace,
    ledger: Ledger,
    list_id: str,
    target: Path,
    how: str,
    sealed_by: Callable[[Mapping[str, bytes]], bytes],
    by: str,
) -> Entry:
    """Write a sealed copy of a list to `target`, and its hash to the ledger. `sealed_by` makes it of the pack's files.

    The ledger comes first: a copy that nobody knows of cannot be called back. Raises WrongUsage (no such list, or
    the target exists), ReleaseRefused or Expired (it is not to be used), Damaged (it is not as it was released).
    """
    if not by.strip():
        raise WrongUsage("Somebody makes this copy, by name.", where="--by", todo="Say who.")
    _must_be_new(target)
    with ledger.reading() as held:
        given = _usable(held, list_id, ledger.today())
    folder = workspace.release(str(given.body["release_id"])) / str(given.body["zone"])
    sealed = sealed_by(_files(folder, given))
    try:
        part = partial_file(target.parent, sealed)
    except OSError as error:
        raise WrongUsage(
            f"Nothing can be written there ({type(error).__name__}).",
            where=str(target.parent),
            todo="Name a file in a folder that you may write to.",
        ) from None
    try:
        with ledger.transaction() as held:
            _usable(held, list_id, ledger.today())
            copy, day = hashlib.sha256(sealed).hexdigest(), ledger.today().isoformat()
            body = {"list_id": list_id, "how": how, "copy": copy, "by": by.strip(), "day": day}
            entry = held.append("list_sealed", given.subject, whole("list_sealed", body))
        _put(part, target)
    finally:
        part.unlink(missing_ok=True)
    return entry


def unseal(sealed: Path, folder: Path, secret: Callable[[str], str]) -> str:
    """Open a sealed copy into a new folder; the number of its list. `secret` is asked for "zip" or "age".

    Raises WrongUsage (the folder exists, the secret does not open it, or it is no sealed copy) and Damaged.
    """
    _must_be_new(folder)
    try:
        content = sealed.read_bytes()
    except OSError as error:
        raise WrongUsage(
            f"The file cannot be read ({type(error).__name__}).", where=sealed.name, todo="Check the path."
        ) from None
    if content.startswith(AGE_HEAD):
        files = files_of_age(content, secret("age"))
    elif content.startswith(_ZIP_HEAD):
        files = files_of_zip(content, secret("zip"))
    else:
        raise WrongUsage(
            "This is not a sealed copy of a list.",
            where=sealed.name,
            todo="Give the file as it was received.",
        )
    names = {re.sub(r"^[^/\\]*/", "", name): text for name, text in files.items()}
    if manifests.NAME not in names or any(not re.fullmatch(r"[A-Za-z][\w.-]*", name) for name in names):
        raise Damaged("The file does not hold one list.", where=sealed.name, todo="Ask for it again.")
    with appearing(folder) as partial:
        for name, text in names.items():
            (partial / name).write_bytes(text)
        content_of = check_zone_pack(partial)
    folder.chmod(0o700)
    return str(content_of["list_id"])


def password_from(file: Path | None, *, twice: bool) -> str:
    """A password, from the first line of a file that is its owner's alone, or asked for where nobody sees it.

    `twice`: it is a new one, so it is asked for again and has to be long. Raises WrongUsage, and repeats nothing.
    """
    given = secret_from(file, "--password-file") if file is not None else _asked("Password: ")
    if not twice:
        return given
    if not given.isascii() or not given.isprintable():
        raise WrongUsage(
            "The password holds characters that programs write in different ways.",
            todo="Use letters, digits, spaces and signs of an English keyboard.",
        )
    if len(given) < SHORTEST_PASSWORD or len(set(given)) < 8:
        raise WrongUsage(
            f"The password is too easy to guess: it has fewer than {SHORTEST_PASSWORD} characters, or repeats few.",
            todo="Use four or more words that have nothing to do with each other, and send it by another way than "
            "the file.",
        )
    if file is None and _asked("The same again: ") != given:
        raise WrongUsage("The two passwords differ.", todo="Run the command again.")
    return given


def secret_from(file: Path, where: str) -> str:
    """The first line of a file that says something and is no comment. Raises WrongUsage when others may read it."""
    try:
        mode, text = file.stat().st_mode, file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsage(
            f"The file cannot be read ({type(error).__name__}).",
            where=f"{where} {file.name}",
            todo="Check the path.",
        ) from None
    if os.name == "posix" and mode & _OTHERS:
        raise WrongUsage(
            "Other people on this computer may read the file.",
            where=f"{where} {file.name}",
            todo="Make it yours alone with `chmod 600`; if somebody read it, use another secret.",
        )
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise WrongUsage(
            "The file is empty.", where=f"{where} {file.name}", todo="Write the secret on one line."
        )
    return lines[0]


def _asked(prompt: str) -> str:
    if not sys.stdin.isatty():
        raise WrongUsage(
            "There is nobody to ask for the password.",
            where="--password-file",
            todo="Give a file that only you can read (`chmod 600`), with the password on one line. It is never "
            "taken from the command line, where others on this computer could read it.",
        )
    return getpass.getpass(prompt)


def _usable(held: Transaction, list_id: str, today: date) -> Entry:
    """The entry of a list that may leave the house today."""
    given = given_list(held, list_id)
    state = state_of(entries_of(held, given.subject), today)
    if state == "expired" or today.isoformat() > given.body["until"]:
        raise Expired(
            f"The list ended on {given.body['until']}.",
            where=f"list {list_id}",
            todo="Run the experiment on newer records, have it signed, and release that.",
        )
    if state != "released":
        raise ReleaseRefused(
            f"The list does not leave the house: {in_words(state)}.",
            where=f"list {list_id}",
            todo="Use a release that holds.",
        )
    return given


def _files(folder: Path, given: Entry) -> dict[str, bytes]:
    """The files of a pack under the number of its list, each as it was released."""
    list_id = str(given.body["list_id"])
    content = check_zone_pack(folder)
    if hash_of(folder / manifests.NAME) != given.body["pack"]:
        raise Damaged(
            "The pack is not the one that the ledger records.",
            where=f"list {list_id}",
            todo="Restore the folder of the release from a backup, and find out who changed it.",
        )
    names = [*content["files"], manifests.NAME]
    return {f"{list_id}/{name}": (folder / name).read_bytes() for name in names}


def _must_be_new(target: Path) -> None:
    if target.exists() or target.is_symlink():
        raise WrongUsage(
            "There is something of that name already, and nothing is overwritten.",
            where=target.name,
            todo="Name another.",
        )
    if not target.parent.is_dir():
        raise WrongUsage("There is no such folder.", where=str(target.parent), todo="Make it first.")


def _put(part: Path, target: Path) -> None:
    try:
        os.link(part, target)  # unlike a rename, this never replaces a file that is there
    except FileExistsError:
        raise WrongUsage(
            "There is something of that name already, and nothing is overwritten.",
            where=target.name,
            todo="Name another. The ledger now names a copy that was not kept.",
        ) from None
    except OSError:  # a memory stick has no links
        os.replace(part, target)
