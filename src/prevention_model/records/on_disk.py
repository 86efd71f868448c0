"""Writing so that a reader finds the old state or the new one, never a part, however the writer ended."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_PARTIAL = ".partial-"
_LOCK = ".lock"
_STALE = 3600.0


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A hidden folder to write into; it appears as `folder` in one step at the end, or not at all.

    Raises FileExistsError when `folder` holds something by then.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with appearing(Path(place) / "run") as partial:
    ...         _ = (partial / "scores.txt").write_text("0.2")
    ...     sorted(path.name for path in Path(place).rglob("*"))
    ['run', 'scores.txt']
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(dir=folder.parent, prefix=_prefix()))
    try:
        yield partial
        for path in sorted(partial.rglob("*")):
            _to_disk(path)
        _to_disk(partial)
        try:
            os.replace(partial, folder)
        except OSError:
            if folder.exists():
                raise FileExistsError(folder.name) from None
            raise
        _to_disk(folder.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step, for its owner only (mode 0600).

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_whole(Path(place) / "current.json", b"{}")
    ...     (Path(place) / "current.json").read_bytes()
    b'{}'
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = partial_file(path.parent, content)
    try:
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    _to_disk(path.parent)


def partial_file(folder: Path, content: bytes) -> Path:
    """A new hidden file in `folder` that holds `content`, flushed to disk, to be moved or linked into place."""
    number, name = tempfile.mkstemp(dir=folder, prefix=_prefix())
    with os.fdopen(number, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Wait until no other process works on `folder`, then keep them waiting. A killed process holds no lock.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as place, locked(Path(place)):
    ...     [path.name for path in Path(place).iterdir()]
    ['.lock']
    """
    handle = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def sweep(folder: Path) -> None:
    """Remove from `folder` what interrupted writers left; what a living process is writing stays."""
    if not folder.is_dir():
        return
    for left in folder.glob(f"{_PARTIAL}*"):
        if _abandoned(left):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def is_partial(path: Path) -> bool:
    """Whether this is something that a writer has not finished."""
    return path.name.startswith(_PARTIAL)


def _prefix() -> str:
    # The writer's number lets a later command see whether the writer still lives.
    return f"{_PARTIAL}{os.getpid()}-"


def _abandoned(path: Path) -> bool:
    writer = path.name.removeprefix(_PARTIAL).partition("-")[0]
    if os.name == "nt" or not writer.isdecimal():
        return time.time() - path.stat().st_mtime > _STALE
    try:
        os.kill(int(writer), 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        return False
    return False


def _to_disk(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot flush a folder, and does not need to
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
