"""Thousands of damaged files: a reader either reads one or refuses it in words.

A reader is a few tiny files that are whole, and what is done with a file. Of every file made from them only a
PreventionError may come, which does not quote what stands in the file; in little time and little memory.
"""

import contextlib
import hashlib
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prevention_model.errors import PreventionError
from tests.generative.damage import Mutation, mutated

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

SECRET = "Quillfeather"
"""A name in every whole file. No message may repeat it."""

SECONDS, TOGETHER_SECONDS, MEGABYTES = 5.0, 60.0, 400
"""What one file may take, what the files of one delivery may, on a machine that has much else to do; and what all
files of a run together may add to the memory held at its start."""


@dataclass(frozen=True)
class Together:
    """Files that are read a few at a time, since most of the time goes into what is done once a delivery.

    Only `sound` files are: one that is refused would refuse the others with it, and is read alone.
    """

    sound: Callable[[Path], bool]
    read: Callable[[Sequence[Path]], object]
    files: int = 50


@dataclass(frozen=True)
class Reader:
    """Whole files by name, what is done with one once it has been damaged, and how it is.

    `beside` are whole files that lie in its folder, and `together` says how several are read at once.
    """

    whole: Mapping[str, bytes]
    read: Callable[[Path], object]
    mutate: Mutation = mutated
    beside: Mapping[str, bytes] = field(default_factory=dict)
    together: Together | None = None


@dataclass(frozen=True)
class Tally:
    """How many files were read, and how many refused."""

    read: int
    refused: int


def fuzz(
    reader: Reader, files: int = 2_000, seed: int = 0, told: Callable[[int], object] | None = None
) -> Tally:
    """Damage and read so many files. Raises AssertionError, with the number of the file, for the first that
    does anything but be read or be refused in words. The same numbers make the same files; a file that is made
    once more, byte for byte, is counted once more and not read again. `told` is told how many are done."""
    waiting, verdicts = list[Path](), _Verdicts()
    for name, whole in reader.whole.items():
        hidden = (SECRET.encode(), SECRET.encode("utf-16-le"))
        assert whole[:2] == b"PK" or any(secret in whole for secret in hidden), f"no secret in {name}"
    with tempfile.TemporaryDirectory() as folder, bounded_memory():
        for name, whole in reader.beside.items():
            (Path(folder) / name).write_bytes(whole)
        for number in range(files):
            chance = random.Random(f"{seed}/{number}")
            name = chance.choice(list(reader.whole))
            damaged = reader.mutate(reader.whole[name], chance)
            path = Path(folder) / f"{_lettered(number)}_{name}"
            which = f"file {number} of seed {seed}"
            if verdicts.comes_first(path, name, damaged):
                path.write_bytes(damaged)
                if reader.together and _sound(reader.together, path, which):
                    waiting.append(path)
                else:
                    verdicts.told([path], refuses(lambda path=path: reader.read(path), which))
            if reader.together and len(waiting) == reader.together.files:
                verdicts.told(waiting, _refused(reader.together, waiting, f"a delivery up to {which}"))
            if told:
                told(number + 1)
        if reader.together and waiting:
            verdicts.told(waiting, _refused(reader.together, waiting, f"the last delivery of seed {seed}"))
    return verdicts.tally()


class _Verdicts:
    """How often each different file was made, and whether it was refused."""

    def __init__(self) -> None:
        self._first: dict[bytes, Path] = {}
        self._times: Counter[Path] = Counter()
        self._refused: set[Path] = set()

    def comes_first(self, path: Path, name: str, content: bytes) -> bool:
        """Count a file; whether there was none like it under the same name."""
        first = self._first.setdefault(hashlib.sha256(name.encode() + b"\0" + content).digest(), path)
        self._times[first] += 1
        return first == path

    def told(self, paths: list[Path], refused: bool) -> None:
        """Keep what was said of these files, and take them away."""
        self._refused.update(paths if refused else ())
        for path in paths:
            path.unlink()
        paths.clear()

    def tally(self) -> Tally:
        """Every file made, and not only the different ones."""
        refused = sum(self._times[path] for path in self._refused)
        return Tally(self._times.total() - refused, refused)


def _lettered(number: int) -> str:
    """A number as letters: digits in a name may stand for a year.

    >>> _lettered(2024)
    'cace'
    """
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _sound(together: Together, path: Path, which: str) -> bool:
    sound = False

    def ask() -> None:
        nonlocal sound
        sound = together.sound(path)

    return not refuses(ask, which) and sound


def _refused(together: Together, waiting: Sequence[Path], which: str) -> bool:
    """Whether the files that wait are refused, read as one delivery: all of them or none."""
    return refuses(lambda: together.read(waiting), which, TOGETHER_SECONDS)


def refuses(read: Callable[[], object], which: str, seconds: float | None = None) -> bool:
    """Whether what is read is refused; anything else that goes wrong is an AssertionError."""
    try:
        with bounded_time(which, SECONDS if seconds is None else seconds):
            read()
    except PreventionError as refused:
        assert SECRET not in str(refused), f"{which} is quoted in a message: {refused}"
        assert refused.todo and refused.where, (
            f"{which} is refused without saying where, or what to do: {refused}"
        )
        return True
    except AssertionError as wrong:
        said = str(wrong)
        raise AssertionError(said if said.startswith(which) else f"{which}: {said}") from wrong
    except BaseException as error:
        told = "".join(traceback.format_exception(error)[-6:])
        raise AssertionError(f"{which} raises {type(error).__name__}\n{told}") from None
    return False


@contextlib.contextmanager
def bounded_time(which: str, seconds: float) -> Iterator[None]:
    """An alarm where there are alarms; elsewhere the clock is looked at afterwards."""

    def ring(*_: object) -> None:
        raise AssertionError(f"{which} takes longer than {seconds} seconds")

    started = time.monotonic()
    alarm = getattr(signal, "SIGALRM", None)
    before = signal.signal(alarm, ring) if alarm else None
    if alarm:
        signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        if alarm:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(alarm, before)
    assert time.monotonic() - started <= seconds, f"{which} takes longer than {seconds} seconds"


@contextlib.contextmanager
def bounded_memory() -> Iterator[None]:
    """The most memory held at any time may grow so far and no further."""
    before = held()
    yield
    grown = held() - before
    assert grown <= MEGABYTES, f"the files together took {grown:.0f} MB"


def held() -> float:
    """The most memory that this process has held, in megabytes; 0 where the system does not say."""
    if resource is None:
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)
