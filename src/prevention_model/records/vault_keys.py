"""The two keys of the identity vault: one seals its tables, one makes pseudonyms. Both lie outside the workspace.

They are one line of JSON, in a file for its owner only or in an environment variable. While the first of
them is being replaced the line holds the former one too, so that whatever was sealed can be opened.
"""

import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from prevention_model.errors import Damaged, WrongUsage
from prevention_model.records.on_disk import partial_file, write_whole

VARIABLE = "PREVENTION_MODEL_VAULT_KEYS"
"""The environment variable that holds the keys where there is no key file, or in its stead."""

KEY_BYTES = 32
FORMAT = 1
_OTHERS = 0o077
_PAGE = "docs/how-to/vault-keys.md"


@dataclass(frozen=True)
class VaultKeys:
    """The keys in memory; printing shows none of them. `former` is the sealing key that is being replaced.

    >>> keys = VaultKeys.new()
    >>> keys
    VaultKeys()
    >>> VaultKeys.parse(keys.text(), where="keys/vault.key") == keys
    True
    """

    sealing: bytes = field(repr=False)
    pseudonym: bytes = field(repr=False)
    former: bytes | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        held = [self.sealing, self.pseudonym, *([] if self.former is None else [self.former])]
        if any(len(key) != KEY_BYTES for key in held) or len(set(held)) != len(held):
            raise ValueError(
                f"the keys of a vault are different from each other, and each has {KEY_BYTES} bytes"
            )

    @classmethod
    def new(cls) -> "VaultKeys":
        """Two new keys from the system's source of randomness."""
        return cls(secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))

    @classmethod
    def parse(cls, text: str, *, where: str) -> "VaultKeys":
        """From the line that `text` gives. Raises Damaged.

        >>> VaultKeys.parse("letmein", where="keys/vault.key")
        Traceback (most recent call last):
        ...
        prevention_model.errors.Damaged: The keys of the identity vault are not what was written. \
Where: keys/vault.key. What to do: Take them from their backup; docs/how-to/vault-keys.md says what is left to do \
without.
        """
        try:
            said = json.loads(text)
            if said.pop("format") != FORMAT or not set(said) <= {"sealing", "pseudonym", "former"}:
                raise ValueError
            return cls(**{name: bytes.fromhex(value) for name, value in said.items()})
        except (ValueError, TypeError, AttributeError, KeyError):
            raise Damaged(
                "The keys of the identity vault are not what was written.",
                where=where,
                todo=f"Take them from their backup; {_PAGE} says what is left to do without.",
            ) from None

    def text(self) -> str:
        """The line to keep."""
        held = {"sealing": self.sealing, "pseudonym": self.pseudonym, "former": self.former}
        made = {name: key.hex() for name, key in held.items() if key is not None}
        return json.dumps({"format": FORMAT, **made})

    def opening(self) -> dict[str, bytes]:
        """The keys that may have sealed a table, by number; the one to seal with is the first."""
        held = [self.sealing, *([] if self.former is None else [self.former])]
        return {key_number(key): key for key in held}

    def renewed(self) -> "VaultKeys":
        """A new sealing key beside the present one."""
        return VaultKeys(secrets.token_bytes(KEY_BYTES), self.pseudonym, self.sealing)

    def settled(self) -> "VaultKeys":
        """Without the former sealing key."""
        return VaultKeys(self.sealing, self.pseudonym)


def key_number(key: bytes) -> str:
    """What a key may be called where others read it: it tells keys apart, and nothing about the key.

    >>> len(key_number(b"k" * 32))
    16
    """
    return hmac.digest(key, b"number of a key", "sha256")[:8].hex()


@dataclass(frozen=True)
class KeyPlace:
    """Where an authority keeps its vault's keys: the file that authority.yaml names, or the environment.

    >>> KeyPlace(Path("keys/vault.key"), {VARIABLE: VaultKeys.new().text()}).read(needed=True)
    VaultKeys()
    """

    file: Path
    environment: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, file: Path, workspace: Path, environment: Mapping[str, str]) -> "KeyPlace":
        """Raises WrongUsage when the file lies in the workspace: a copy of that would hold lock and key."""
        if file.resolve().is_relative_to(workspace.resolve()):
            raise WrongUsage(
                "The key file of the identity vault lies in the workspace, so whoever copies the one has the other.",
                where=str(file),
                todo="Name a file elsewhere as `keys` in authority.yaml, and move the key there.",
            )
        return cls(file, environment)

    @property
    def in_environment(self) -> bool:
        """Whether the environment holds the keys: then the file counts for nothing."""
        return bool(self.environment.get(VARIABLE))

    def read(self, *, needed: bool) -> VaultKeys:
        """The keys. `needed`: a vault is there already, and cannot be read without. Raises WrongUsage, Damaged."""
        if self.in_environment:
            return VaultKeys.parse(self.environment[VARIABLE], where=f"environment variable {VARIABLE}")
        try:
            mode, text = self.file.stat().st_mode, self.file.read_text(encoding="ascii", errors="replace")
        except FileNotFoundError:
            raise (_gone(self.file) if needed else _none_yet(self.file)) from None
        except OSError as error:
            raise WrongUsage(
                f"The key file of the identity vault cannot be read ({type(error).__name__}).",
                where=str(self.file),
                todo="Run this as the person whose file it is.",
            ) from None
        if os.name == "posix" and mode & _OTHERS:
            raise WrongUsage(
                "Other people on this computer may read the keys of the identity vault.",
                where=str(self.file),
                todo="If nobody copied them, make the file yours alone with `chmod 600`; otherwise do that and "
                "then `prevention-model key rotate`.",
            )
        return VaultKeys.parse(text, where=str(self.file))

    def replace(self, keys: VaultKeys) -> None:
        """Write the key file in one step, in place of the one that is there."""
        write_whole(self.file, keys.text().encode())


def new_key_file(path: Path, keys: VaultKeys) -> None:
    """Write a key file (mode 0600), whole or not at all; one that is there is never overwritten.

    Raises WrongUsage: the file exists, the folder cannot be written to, or lies in a workspace.
    """
    if any((folder / "workspace.json").exists() for folder in path.resolve().parents):
        raise WrongUsage(
            "Keys are not kept in a workspace: whoever copies the one has the other.",
            where=str(path),
            todo="Name a file elsewhere.",
        )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = partial_file(path.parent, keys.text().encode())
        try:
            os.link(part, path)  # unlike a rename, this never replaces a key that is there
        finally:
            with suppress(FileNotFoundError):
                part.unlink()
    except FileExistsError:
        raise WrongUsage(
            "There is a file of that name already, and a key is never overwritten.",
            where=str(path),
            todo="Name another file.",
        ) from None
    except OSError as error:
        raise WrongUsage(
            f"The keys cannot be written ({type(error).__name__}).",
            where=str(path),
            todo="Name a file in a folder that you may write to.",
        ) from None


def _none_yet(file: Path) -> WrongUsage:
    return WrongUsage(
        "The identity vault has no keys yet: names and addresses are kept under a key, and pseudonyms are made "
        "with another.",
        where=str(file),
        todo=f"Make both with `prevention-model key vault {file}`, keep a copy where the workspace's backups are "
        f"not, and load again; {_PAGE} says more.",
    )


def _gone(file: Path) -> Damaged:
    return Damaged(
        "The key file of the identity vault is gone, and the vault cannot be read without it.",
        where=str(file),
        todo=f"Take it from its backup; {_PAGE} says what is left to do without.",
    )
