"""Sealing a table of the vault: AES-256-GCM, by the `cryptography` library.

A sealed table is MAGIC, the number of the key (8 bytes), a nonce (12 bytes, new at each writing), then the
ciphertext with its tag. What stands before the nonce, and the table's name, are authenticated with it: a
table that was altered, cut short or put in another's place does not open.
"""

import os
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"PMV1"
_NONCE = 12
_HEAD = len(MAGIC) + 8


class NotSealed(Exception):
    """These bytes are not what was sealed under that name."""


class OtherKey(Exception):
    """These bytes were sealed with a key that is not at hand."""


def seal(name: str, content: bytes, number: str, key: bytes) -> bytes:
    """`content` sealed under the table's name, with a key and the number that names it (16 hexadecimal digits).

    >>> sealed = seal("people", b"Ann", "00" * 8, b"k" * 32)
    >>> b"Ann" in sealed, unseal("people", sealed, {"00" * 8: b"k" * 32})
    (False, b'Ann')
    """
    head, nonce = MAGIC + bytes.fromhex(number), os.urandom(_NONCE)
    return head + nonce + AESGCM(key).encrypt(nonce, content, head + name.encode())


def unseal(name: str, sealed: bytes, keys: Mapping[str, bytes]) -> bytes:
    """What was sealed under that name. Raises NotSealed, or OtherKey when its key is none of `keys`."""
    if not sealed.startswith(MAGIC):
        raise NotSealed
    key = keys.get(sealed_by(sealed))
    if key is None:
        raise OtherKey
    head, rest = sealed[:_HEAD], sealed[_HEAD:]
    try:
        return AESGCM(key).decrypt(rest[:_NONCE], rest[_NONCE:], head + name.encode())
    except (InvalidTag, ValueError):
        raise NotSealed from None


def sealed_by(sealed: bytes) -> str:
    """The number of the key that sealed these bytes.

    >>> sealed_by(seal("people", b"Ann", "0f" * 8, b"k" * 32))
    '0f0f0f0f0f0f0f0f'
    """
    return sealed[len(MAGIC) : _HEAD].hex()
