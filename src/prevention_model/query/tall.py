"""All tables of the records as one tall frame, so that the rows that a part of the children needs travel together.

A tall row has the `tag` of its table, the `person_id`, three texts, a number, four days and a list of numbers; which
of them holds what is written here once, for the way there (SQL that DuckDB and Spark both understand) and back.
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

ASKED, AREA = "asked", "area"
"""Tags of what is no table of the records: the pairs asked about (`wanted` is 1 where the answers are, not only looked
back at), and the areas of which everybody is here."""

TEXTS, _DAYS = ("text1", "text2", "text3"), ("day1", "day2", "day3", "day4")
COLUMNS: dict[str, pa.DataType] = {
    "tag": pa.string(), "person_id": pa.string(), **dict.fromkeys(TEXTS, pa.string()), "number": pa.float64(),
    **dict.fromkeys(_DAYS, pa.date32()), "answers": pa.list_(pa.float64()),
}  # fmt: skip
"""The columns of the tall frame. `answers` are what was answered about a pair before."""

_POINT = {"kind": "text1", "code": "text2", "value": "number", "event_date": "day1", "known_date": "day2"}
_STAY = {"from": "day1", "to": "day2", "known_date": "day3"}
HELD: dict[str, dict[str, str]] = {
    "event": _POINT,
    "measurement": _POINT,
    "attribute": {"name": "text1", "value": "text2", "event_date": "day1", "known_date": "day2"},
    "spell": {
        "kind": "text1", "code": "text2", "outcome": "text3",
        "start_date": "day1", "end_date": "day2", "known_start": "day3", "known_end": "day4",
    },
    "place": {"kind": "text1", "lsoa": "text2", **_STAY},
    "household": {"household_id": "text1", **_STAY},
    "relationship": {"other_id": "text1", "role": "text2", **_STAY},
    "person": {"birth_date": "day1", "is_adult": "number"},
    ASKED: {"index_date": "day1", "wanted": "number", "answers": "answers"},
    AREA: {"lsoa": "text1"},
}  # fmt: skip
"""For each tag where its columns lie, besides `person_id`. Columns that no question reads stay behind."""


@dataclass(frozen=True)
class Dialect:
    """Where two ways of writing SQL differ: the mark around a name, a text's number below `parts`, a list's type."""

    quote: str
    number: str
    doubles: str

    def name(self, column: str) -> str:
        """A column's name, `from` among them."""
        return f"{self.quote}{column}{self.quote}"

    def part(self, text: str, parts: int) -> str:
        """The part that a text falls into: always the same one."""
        return self.number.format(text=text, parts=parts)


DUCKDB = Dialect('"', "CAST(hash({text}) % {parts} AS INTEGER)", "DOUBLE[]")
SPARK = Dialect("`", "CAST(pmod(xxhash64({text}), {parts}) AS INTEGER)", "ARRAY<DOUBLE>")

_TYPES = {pa.string(): "STRING", pa.float64(): "DOUBLE", pa.date32(): "DATE"}


def tall_columns(tag: str, dialect: Dialect) -> str:
    """The columns of a table `t` as tall columns."""
    given = {held: f"t.{dialect.name(name)}" for name, held in HELD[tag].items()}
    given |= {"tag": f"'{tag}'"} | ({} if tag == AREA else {"person_id": "t.person_id"})
    return ", ".join(
        f"CAST({given.get(name, 'NULL')} AS {_TYPES.get(kind, dialect.doubles)}) AS {name}"
        for name, kind in COLUMNS.items()
    )


def frames_in(tall: pa.Table, coverage: pa.Table) -> dict[str, pa.Table]:
    """The tables that a tall frame holds, one a tag, and the coverage beside them."""
    tags = tall.column("tag")
    frames: dict[str, pa.Table] = {"coverage": coverage}
    for tag, held in HELD.items():
        rows = tall.filter(pc.equal(tags, tag))
        frames[tag] = pa.table(
            {name: rows.column(place) for name, place in {"person_id": "person_id", **held}.items()}
        )
    return frames
