"""A pack as an age file (age-encryption.org) that the holder of a key can open. The only file that knows pyrage."""

import io
import zipfile
from collections.abc import Mapping

import pyrage

from prevention_model.errors import Damaged, WrongUsage

HEAD = b"age-encryption.org/"
_DAY = (1980, 1, 1, 0, 0, 0)


def age_for(files: Mapping[str, bytes], public_key: str) -> bytes:
    """The files, by name, in one zip, sealed for the holder of the private half of a key (age1...).

    Raises WrongUsage for a key that is none.

    >>> age_for({}, "age1nobody")
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: This is not the public half of an age key. What to do: Ask the recipient \
for the line that begins with age1, whole.
    """
    try:
        recipient = pyrage.x25519.Recipient.from_str(public_key)
    except pyrage.RecipientError:
        raise WrongUsage(
            "This is not the public half of an age key.",
            todo="Ask the recipient for the line that begins with age1, whole.",
        ) from None
    return pyrage.encrypt(_zipped(files), [recipient])


def files_of_age(sealed: bytes, private_key: str, largest: int = 100_000_000) -> dict[str, bytes]:
    """The files in an age file, by name. Raises WrongUsage for a key that does not open it, Damaged."""
    try:
        identity = pyrage.x25519.Identity.from_str(private_key)
    except pyrage.IdentityError:
        raise WrongUsage(
            "This is not an age key.",
            todo="Give the file that holds the line AGE-SECRET-KEY-1..., and that alone.",
        ) from None
    try:
        held = io.BytesIO(pyrage.decrypt(sealed, [identity]))
        with zipfile.ZipFile(held) as archive:
            if sum(each.file_size for each in archive.infolist()) > largest:
                raise _damaged()
            return {each.filename: archive.read(each) for each in archive.infolist()}
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise WrongUsage(
                "The key does not open it.", todo="Check the key and the zone that it is of."
            ) from None
        raise _damaged() from None
    except (
        zipfile.BadZipFile,
        RuntimeError,
        ValueError,
        OSError,
    ):  # sealed so by its writer: age itself notices changes
        raise _damaged() from None


def _zipped(files: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _DAY), files[name], zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _damaged() -> Damaged:
    return Damaged("The age file is not as it was written.", todo="Ask for it again.")
