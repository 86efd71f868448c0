"""A zip archive opened with care: a small file that unpacks into a huge one is refused before any of it is read."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prevention_model.errors import RecordsRefused

MOST_ENTRIES = 10_000
MOST_BYTES = 2 << 30
"""Bytes of all parts together. A full sheet of a million rows and twenty columns has about 0.6 GB."""
MOST_RATIO = 200
"""How many times its size a part may unpack to. Workbooks reach about 30."""

_SMALL = 10 << 20  # below ten megabytes any ratio does no harm
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


@contextmanager
def opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive for reading. Raises RecordsRefused for a bomb, a password or damage, then or later.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.zip"
    ...     with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file: file.writestr("big", bytes(1 << 24))
    ...     with opened_archive(path) as archive: pass
    Traceback (most recent call last):
    prevention_model.errors.RecordsRefused: The file unpacks into far more than a delivery holds. ...
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive, path.name)
            yield archive
    except _FAULTS as error:
        raise RecordsRefused(
            f"The workbook is damaged or only half there ({type(error).__name__}).",
            where=f"file {path.name}",
            todo="Open it in a spreadsheet program, save it under another name and deliver that.",
        ) from None


def _check(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    swollen = [
        part for part in parts if part.file_size > max(_SMALL, MOST_RATIO * max(part.compress_size, 1))
    ]
    if len(parts) > MOST_ENTRIES or sum(part.file_size for part in parts) > MOST_BYTES or swollen:
        raise RecordsRefused(
            "The file unpacks into far more than a delivery holds.",
            where=f"file {name}",
            todo="Ask who sent it what it is; have it delivered as CSV.",
        )
    if any(part.flag_bits & 1 or part.compress_type not in _METHODS for part in parts):
        raise RecordsRefused(
            "The file is protected by a password, or packed in an unusual way.",
            where=f"file {name}",
            todo="Open it, save it as .xlsx without a password and deliver that.",
        )
