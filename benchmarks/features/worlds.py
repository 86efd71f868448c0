"""Made-up records of a stated size, as the Parquet files that a workspace holds, and the pairs asked about.

Nothing is drawn but numbers, and events are written piece by piece in the order in which deliveries come (by
source, then by date), so that memory stays bounded whatever the size. The same size and seed give the same
world.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from prevention_model.records import Records
from prevention_model.records.schema import SCHEMAS

Ints = NDArray[np.int64]

SOURCES = {
    "absence": 8,
    "contact": 7,
    "police_notice": 6,
    "rent_arrears": 5,
    "health_visit": 5,
    "exclusion": 4,
    "benefit_change": 3,
}
"""Each kind of event with how many codes it has; each comes from a source of its own."""

SPELLS = {"early_help": 0.6, "cin_episode": 0.3}
"""Each kind of spell with how many there are for a child."""

MONTHS = {"monthly": 1, "quarterly": 3}
FIRST, END = (int(np.datetime64(day, "D").astype(np.int64)) for day in ("2017-01-01", "2025-01-01"))
"""Records run over eight years; the index dates lie in the last five of them."""

_PIECE = 1_000_000
DICTIONARY = 64 * 2**20
"""As `Records.write` keeps its texts."""
_NEVER = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Size:
    """How large a world is. There are as many adults as children, two of each to a household."""

    children: int = 85_690
    events: int = 15_000_000
    dates: str = "quarterly"
    seed: int = 1

    @property
    def people(self) -> int:
        """Children first, then adults."""
        return 2 * self.children

    def index_dates(self) -> NDArray[np.datetime64]:
        """The first of each month or quarter, the last of them the day after the records end."""
        step = MONTHS[self.dates]
        months = np.arange(60 // step) * step + step
        return (np.datetime64("2020-01", "M") + months).astype("datetime64[D]")


def make(folder: Path, size: Size) -> None:
    """Write the world into `folder`: `records/`, as a workspace holds them, and `members.parquet`.

    A world of the same size that is there already stays as it is.
    """
    told = folder / "size.json"
    if told.exists() and json.loads(told.read_text(encoding="utf-8")) == asdict(size):
        return
    folder.mkdir(parents=True, exist_ok=True)
    told.unlink(missing_ok=True)
    world = _World(size)
    if not (folder / "records").exists():
        Records.from_frames({}).write(folder / "records")
    for name, pieces in world.tables().items():
        _write(folder / "records" / f"{name}.parquet", name, pieces)
    pq.write_table(world.members(), folder / "members.parquet", compression="zstd")
    told.write_text(json.dumps(asdict(size)), encoding="utf-8")


class _World:
    def __init__(self, size: Size) -> None:
        self.size = size
        self._chance = np.random.default_rng(size.seed)
        self._ids = _pseudonyms(size.people, "p")
        self._households = _pseudonyms((size.children + 1) // 2, "h")

    def tables(self) -> dict[str, Iterator[dict[str, pa.Array]]]:
        """The tables that hold rows, each as pieces."""
        return {
            "event": self._events(),
            "spell": iter([self._spells(kind, share) for kind, share in SPELLS.items()]),
            "household": iter([self._memberships()]),
            "person": iter([self._people()]),
        }

    def members(self) -> pa.Table:
        """Every child at every index date."""
        dates = self.size.index_dates().astype("datetime64[s]")
        child = np.repeat(np.arange(self.size.children), len(dates))
        return pa.table(
            {"person_id": self._ids.take(pa.array(child)), "index_date": np.tile(dates, self.size.children)}
        )

    def _events(self) -> Iterator[dict[str, pa.Array]]:
        total = sum(SOURCES.values())
        left = self.size.events
        for number, (kind, codes) in enumerate(SOURCES.items()):
            # Whoever has more codes to tell apart has more rows.
            count = left if number == len(SOURCES) - 1 else self.size.events * codes // total
            left -= count
            pieces = max(1, -(-count // _PIECE))
            ends = np.linspace(FIRST, END, pieces + 1).astype(np.int64)
            for piece in range(pieces):
                rows = count * (piece + 1) // pieces - count * piece // pieces
                day = np.sort(self._chance.integers(ends[piece], ends[piece + 1], rows))
                yield self._event_rows(number, kind, codes, day)

    def _event_rows(self, number: int, kind: str, codes: int, day: Ints) -> dict[str, pa.Array]:
        rows, chance = len(day), self._chance
        code = np.minimum(chance.integers(0, codes, rows), chance.integers(0, codes, rows))
        pence = np.rint(np.exp(chance.normal(6.5, 1.0, rows)))
        names = pa.array([f"{kind}_{letter}" for letter in "abcdefgh"[:codes]], pa.large_string())
        return {
            "person_id": self._ids.take(pa.array(self._whom(number, rows))),
            "kind": _same(kind, rows),
            "code": names.take(pa.array(code, mask=chance.random(rows) < 0.01)),
            "value": pa.array(pence / 100, mask=chance.random(rows) < 0.1),
            "agency": _same(f"agency_{number}", rows),
            "event_date": _dates(day),
            "known_date": _dates(day + self._delay(rows)),
            "source": _same(f"source_{number}", rows),
            "delivery": _same("2025-01-02", rows),
            "row": pa.array(np.arange(2, rows + 2)),
        }

    def _whom(self, number: int, rows: int) -> Ints:
        """Seven rows in ten are about a child; a few people have most rows, others in each source."""
        half = self.size.children
        rank = (self._chance.random(rows) ** 2 * half).astype(np.int64)
        step = _coprime(half, 1_000_003 + 7919 * number)
        return rank * step % half + np.where(self._chance.random(rows) < 0.7, 0, half)

    def _delay(self, rows: int) -> Ints:
        """Up to 60 days; for three rows in a hundred up to 400."""
        delay = self._chance.integers(0, 61, rows)
        late = self._chance.random(rows) < 0.03
        return np.where(late, self._chance.integers(61, 401, rows), delay)

    def _spells(self, kind: str, share: float) -> dict[str, pa.Array]:
        rows, chance = int(self.size.children * share), self._chance
        start = np.sort(chance.integers(FIRST, END, rows))
        end = start + chance.integers(30, 700, rows)
        known_end = end + self._delay(rows)
        told = (end < END) & (chance.random(rows) < 0.9)
        whom = chance.integers(0, self.size.children, rows)
        return {
            "person_id": self._ids.take(pa.array(whom)),
            "kind": _same(kind, rows),
            "start_date": _dates(start),
            "end_date": _dates(np.where(told, end, _NEVER)),
            "known_start": _dates(start + self._delay(rows)),
            "known_end": _dates(np.where(told, known_end, _NEVER)),
        }

    def _memberships(self) -> dict[str, pa.Array]:
        """Everybody has a household from before the records begin; one in ten moves to another, once."""
        people, half, chance = self.size.people, self.size.children, self._chance
        home = (np.arange(people) % half) // 2
        moved = np.flatnonzero(chance.random(people) < 0.1)
        on = chance.integers(FIRST, END, len(moved))
        left = np.full(people, _NEVER)
        left[moved] = on
        where = np.append(home, chance.integers(0, len(self._households), len(moved)))
        since = np.append(np.full(people, FIRST - 400), on)
        return {
            "household_id": self._households.take(pa.array(where)),
            "person_id": self._ids.take(pa.array(np.append(np.arange(people), moved))),
            "from": _dates(since),
            "to": _dates(np.append(left, np.full(len(moved), _NEVER))),
            "known_date": _dates(since + self._delay(len(since))),
        }

    def _people(self) -> dict[str, pa.Array]:
        people, half = self.size.people, self.size.children
        age = np.where(np.arange(people) < half, 6 * 365, 30 * 365) + self._chance.integers(
            0, 8 * 365, people
        )
        birth = np.array(FIRST - age, "datetime64[D]").astype("datetime64[M]").astype("datetime64[D]")
        return {
            "person_id": self._ids,
            "birth_date": _dates(birth.astype(np.int64)),
            "is_adult": pa.array(np.arange(people) >= half),
        }


def _write(path: Path, name: str, pieces: Iterator[dict[str, pa.Array]]) -> None:
    """As `Records.write` does it, a row group a piece; columns that a piece lacks are missing."""
    schema = pa.Schema.from_pandas(SCHEMAS[name].empty(), preserve_index=False)
    with pq.ParquetWriter(path, schema, compression="zstd", dictionary_pagesize_limit=DICTIONARY) as writer:
        for piece in pieces:
            rows = len(next(iter(piece.values())))
            columns = [
                piece[field.name].cast(field.type) if field.name in piece else pa.nulls(rows, field.type)
                for field in schema
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=_PIECE)


def _pseudonyms(count: int, letter: str) -> pa.Array:
    """Sixteen hexadecimal digits each; multiplying by an odd number never makes two alike."""
    mixed = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return pa.array([f"{letter}{number:016x}" for number in mixed.tolist()], pa.large_string())


def _coprime(count: int, step: int) -> int:
    """The first number from `step` on that visits all of `count` places when it is added again and again."""
    while np.gcd(step, count) != 1:
        step += 1
    return step


def _same(text: str, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(text, pa.large_string()), rows)


def _dates(days: Ints) -> pa.Array:
    """Days since 1970 as dates; `_NEVER` is missing."""
    missing = days == _NEVER
    return pa.array(np.where(missing, 0, days) * 86_400, pa.timestamp("s"), mask=missing)


def main() -> None:
    """Make one world, in a process of its own."""
    parser = argparse.ArgumentParser(description=make.__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--children", type=int, required=True)
    parser.add_argument("--events", type=int, required=True)
    parser.add_argument("--dates", choices=MONTHS, required=True)
    asked = parser.parse_args()
    make(asked.folder, Size(asked.children, asked.events, asked.dates))


if __name__ == "__main__":
    main()
