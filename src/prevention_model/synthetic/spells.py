"""Episodes that open and close while the county lives."""

from dataclasses import dataclass

import numpy as np

from prevention_model.synthetic.calendar import MISSING


@dataclass(frozen=True)
class Rows:
    """Rows of one kind: the child's place, and a day or two, and whatever else was noted."""

    person: np.ndarray
    start: np.ndarray
    end: np.ndarray
    note: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    def where(self, keep: np.ndarray) -> "Rows":
        """Only the rows for which `keep` is true."""
        return Rows(self.person[keep], self.start[keep], self.end[keep], self.note[keep])


class Journal:
    """Rows written down month by month.

    >>> journal = Journal()
    >>> journal.add(np.array([3]), np.array([10]))
    >>> journal.rows().start.tolist()
    [10]
    """

    def __init__(self) -> None:
        self._parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []

    def add(
        self,
        person: np.ndarray,
        start: np.ndarray,
        end: np.ndarray | None = None,
        note: np.ndarray | None = None,
    ) -> None:
        """Write rows down."""
        blank = np.full(len(person), MISSING, dtype=np.int32)
        self._parts.append(
            (person, start, blank if end is None else end, np.zeros_like(blank) if note is None else note)
        )

    def rows(self) -> Rows:
        """Everything written down, in order."""
        if not self._parts:
            empty = np.zeros(0, dtype=np.int32)
            return Rows(empty, empty, empty, empty)
        return Rows(*(np.concatenate(column).astype(np.int32) for column in zip(*self._parts, strict=True)))


class Register:
    """Who has an open episode of one kind, since which day, and in which month it opened.

    >>> register = Register(4)
    >>> register.open(np.array([1]), np.array([100]), month=0, note=np.array([2]))
    >>> register.close(np.array([1]), np.array([130]))
    >>> rows = register.closed()
    >>> rows.start.tolist(), rows.end.tolist(), rows.note.tolist()
    ([100], [130], [2])
    """

    def __init__(self, size: int) -> None:
        self.since = np.full(size, MISSING, dtype=np.int32)
        self.month = np.full(size, -999, dtype=np.int32)
        self.note = np.zeros(size, dtype=np.int32)
        self._journal = Journal()

    @property
    def is_open(self) -> np.ndarray:
        """Which children have an episode now."""
        return self.since != MISSING

    def open(self, who: np.ndarray, days: np.ndarray, month: int, note: np.ndarray | int = 0) -> None:
        """Open an episode for each of `who`, who have none."""
        self.since[who], self.month[who], self.note[who] = days, month, note

    def close(self, who: np.ndarray, days: np.ndarray) -> None:
        """Close their episodes, a day after they began at the earliest."""
        ends = np.maximum(days, self.since[who] + 1)
        self._journal.add(who.astype(np.int32), self.since[who], ends, self.note[who])
        self.since[who] = MISSING

    def closed(self) -> Rows:
        """Every episode that has ended, and then those that are open with no end."""
        rows, still = self._journal.rows(), np.flatnonzero(self.is_open).astype(np.int32)
        extra = Rows(still, self.since[still], np.full(len(still), MISSING, dtype=np.int32), self.note[still])
        parts = zip(vars(rows).values(), vars(extra).values(), strict=True)
        return Rows(*(np.concatenate(pair) for pair in parts))
