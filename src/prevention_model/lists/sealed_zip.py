"""A pack as a zip that opens with a password: AES-256 as WinZip and 7-Zip write it. The only file that knows pyzipper.

What such a zip does not hide: the names of its files, their sizes, and the number of the list in them. And the
format makes guessing cheap (a thousand rounds for each try), so that the password alone has to be strong.
"""

import io
import struct
import zlib
from collections.abc import Mapping

import pyzipper

from prevention_model.errors import Damaged, WrongUsage

_DAY = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the first that a zip can name: when a pack was sealed is nobody's to read off it

# What the reader says of a zip with changed bytes, by where they are; of a wrong password, a plain RuntimeError.
_NOT_A_ZIP = (
    pyzipper.BadZipFile, zlib.error, struct.error, LookupError, ValueError, EOFError, OSError, NotImplementedError,
)  # fmt: skip


def zip_with_password(files: Mapping[str, bytes], password: str) -> bytes:
    """The files, by name, in one zip; each time other bytes, because each time another salt.

    >>> sealed = zip_with_password({"L-1/list.html": b"<p>"}, "correct horse battery")
    >>> files_of_zip(sealed, "correct horse battery")
    {'L-1/list.html': b'<p>'}
    """
    held = io.BytesIO()
    with pyzipper.AESZipFile(
        held, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(password.encode("ascii"))
        for name in sorted(files):
            place = archive.zipinfo_cls(name, _DAY)
            place.compress_type, place.external_attr = pyzipper.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(place, files[name])
    return held.getvalue()


def files_of_zip(sealed: bytes, password: str, largest: int = 100_000_000) -> dict[str, bytes]:
    """The files in a zip, by name. Raises WrongUsage for a wrong password, Damaged for anything else that is wrong.

    >>> files_of_zip(zip_with_password({"a": b"1"}, "correct horse battery"), "another horse")
    Traceback (most recent call last):
    ...
    prevention_model.errors.WrongUsage: The password does not open it. What to do: Check the password and the list \
that it is for.
    """
    try:
        with pyzipper.AESZipFile(io.BytesIO(sealed)) as archive:
            archive.setpassword(password.encode("ascii", "replace"))
            if sum(each.file_size for each in archive.infolist()) > largest:
                raise _damaged()
            return {each.filename: archive.read(each) for each in archive.infolist()}
    except _NOT_A_ZIP:
        raise _damaged() from None
    except RuntimeError:
        raise WrongUsage(
            "The password does not open it.", todo="Check the password and the list that it is for."
        ) from None


def _damaged() -> Damaged:
    return Damaged("The zip is not as it was written.", todo="Ask for it again.")
