"""Progress that a person can watch on a terminal, and plain lines everywhere else."""

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress

T = TypeVar("T")


class Progress(Protocol):
    """Says what is being done. `step` is one thing; `steps` is one thing for each item."""

    def step(self, what: str) -> AbstractContextManager[None]:
        """Say `what` while the block runs."""
        ...

    def steps(self, what: str, items: Sequence[T]) -> AbstractContextManager[Iterable[T]]:
        """Say `what` while the items, which the block is given, are worked through."""
        ...


class Silent:
    """Says nothing: for scripts and tests."""

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        yield

    @contextmanager
    def steps(self, what: str, items: Sequence[T]) -> Iterator[Iterable[T]]:
        yield items


class Plain:
    """One plain line for each step as it ends, with its seconds: for logs and for --quiet terminals."""

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        print(f"{what}: {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)

    @contextmanager
    def steps(self, what: str, items: Sequence[T]) -> Iterator[Iterable[T]]:
        with self.step(f"{what} ({len(items)})"):
            yield items


class Bars:
    """Bars on a terminal."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)

    def _bars(self) -> RichProgress:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        return RichProgress(*columns, console=self.console)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        with self._bars() as bars:
            task = bars.add_task(what, total=1)
            yield
            bars.advance(task)

    @contextmanager
    def steps(self, what: str, items: Sequence[T]) -> Iterator[Iterable[T]]:
        with self._bars() as bars:
            yield bars.track(items, description=what)


def progress_for(quiet: bool) -> Progress:
    """Bars on a terminal, plain lines where the output goes to a file, or nothing at all when asked."""
    if quiet:
        return Silent()
    return Bars() if sys.stderr.isatty() else Plain()
