"""Ed25519 signing keys: a private file for one person, and the public half for `authority.yaml`."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from prevention_model.errors import WrongUsage

_OTHERS = 0o077


@dataclass(frozen=True)
class Key:
    """A private key, held in memory. `public` is 64 hexadecimal characters; printing shows only that.

    >>> key = Key(Ed25519PrivateKey.generate())
    >>> verify(key.public, key.sign(b"yes"), b"yes"), verify(key.public, key.sign(b"yes"), b"no")
    (True, False)
    """

    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> str:
        """The public half, as it stands in `authority.yaml`."""
        return self.private.public_key().public_bytes_raw().hex()

    def sign(self, content: bytes) -> str:
        """The signature over `content`, 128 hexadecimal characters."""
        return self.private.sign(content).hex()


def new_key(path: str | Path) -> str:
    """Write a new private key (PEM, mode 0600), whole or not at all, and return its public half.

    Raises WrongUsage when the file exists: a key is never overwritten.
    """
    path = Path(path)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        number = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)  # unlike a rename, this never replaces a key that is there
    except FileExistsError:
        raise WrongUsage(
            "There is a file of that name already, and a key is never overwritten.",
            where=path.name,
            todo="Name another file.",
        ) from None
    except OSError as error:
        raise WrongUsage(
            f"The key cannot be written ({type(error).__name__}).",
            where=path.name,
            todo="Name a file in a folder that exists and that you may write to.",
        ) from None
    finally:
        beside.unlink(missing_ok=True)
    return Key(key).public


def load(path: str | Path) -> Key:
    """Read a private key. Raises WrongUsage: not there, not such a key, or readable by others."""
    path = Path(path)
    try:
        others_may_read = path.stat().st_mode & _OTHERS
        content = path.read_bytes()
    except OSError as error:
        raise WrongUsage(
            f"The key cannot be read ({type(error).__name__}).", where=path.name, todo="Check the path."
        ) from None
    if os.name == "posix" and others_may_read:
        raise WrongUsage(
            "Other people on this computer may read the key, so it does not show who signs.",
            where=path.name,
            todo="If nobody copied it, make it yours alone with `chmod 600`; otherwise make a new key.",
        )
    try:
        private = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise WrongUsage(
            "The file is not an Ed25519 private key without a password.",
            where=path.name,
            todo="Make one with `prevention-model key new`.",
        )
    return Key(private)


def verify(public: str, signature: str, content: bytes) -> bool:
    """Whether `signature` over `content` was made with the private half of `public` (both hexadecimal)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), content)
    except (ValueError, InvalidSignature):
        return False
    return True
