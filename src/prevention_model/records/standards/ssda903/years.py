"""Which year each table of a 903 delivery covers: as a column or a name says, else as its dates do."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from prevention_model.records.cells import NOT_A_DATE, dates_in
from prevention_model.records.standards.calendar import financial_year, year_in
from prevention_model.records.standards.standard import Part, Return

DATES: Mapping[str, tuple[str, ...]] = {
    "episodes": ("DECOM", "DEC"),
    "reviews": ("REVIEW",),
    "missing": ("MIS_START", "MIS_END"),
    "placed_adoption": ("DATE_PLACED", "DATE_PLACED_CEASED"),
    "ad1": ("DATE_INT", "DATE_MATCH"),
    "social_worker": ("SW_DECOM", "SW_DEC"),
    "dolo": ("DOLO_START", "DOLO_END"),
}
"""By module, the columns with days on which something happened. Who was born when tells nothing of the year."""

FROM_DATES = "the name gives no year that fits the dates: the year was taken from the dates"
NO_YEAR = "nothing says which year it covers: it counts as the oldest of its kind"

_FIRST = np.datetime64("1991-10-14", "D")  # the Children Act 1989 came into force
_STRAY, _WRONG = 0.005, 0.05


def belongs(path: Path) -> str:
    """The return that a file is part of: its folder, and the year in its name.

    >>> belongs(Path("903/episodes_2024.csv")) == belongs(Path("903/header 2023-24.csv"))
    True
    """
    return f"{path.parent}|{year_in(path.stem) or ''}"


def days_of(part: Part, column: str, formats: tuple[str, ...]) -> np.ndarray:
    """The days in a column, NaT where there is none or it cannot be read."""
    held = part.table.column(column)
    return held.spread(dates_in(held.texts, formats), NOT_A_DATE)


def dated(delivered: Return, formats: tuple[str, ...]) -> Return:
    """The return with a period on every table. A table whose rows are of several years becomes one for each.

    Of names, that of the sheet counts before the file's and the folder's; but no return tells of days after its
    year, so a name that most dates contradict is not believed.
    """
    parts = [one for part in delivered.parts for one in _by_year_column(part)]
    tables = Counter(part.path for part in delivered.parts)
    sets: dict[tuple[Path, int | None], list[int]] = {}
    for place, part in enumerate(parts):
        if part.period is None:
            whole = part.path if tables[part.path] > 1 else part.path.parent
            sets.setdefault((whole, _named(part)), []).append(place)
    for (_, said), places in sets.items():
        some = [parts[place] for place in places]
        for place, part in zip(places, _dated_set(some, said, delivered.received, formats), strict=True):
            parts[place] = part
    return Return(tuple(parts), delivered.received)


def _by_year_column(part: Part) -> list[Part]:
    """A part for each year that its column YEAR names; the part itself where there is no such column."""
    column = part.table.column("YEAR")
    years = np.array([year_in(text) or 0 for text in column.texts], dtype=np.int64)
    if not years.any():
        return [part]
    of_row = column.spread(years, 0)
    made = []
    for number, year in enumerate(sorted(set(of_row.tolist()))):
        rows = part.table.taken(of_row == year)
        if number == 0:
            rows = replace(rows, malformed=part.table.malformed, notes=part.table.notes)
        made.append(replace(part, table=rows, period=financial_year(year) if year else None))
    return made


def _dated_set(
    parts: Sequence[Part], said: int | None, received: date, formats: tuple[str, ...]
) -> list[Part]:
    """The tables of one file or folder, all of them said to be of one year or of none, each with its period."""
    days = np.concatenate([_happened(part, received, formats) for part in parts])
    if said is not None:
        late = days >= np.datetime64(financial_year(said).end, "D")
        if late.sum() <= _WRONG * len(late):
            return [replace(part, period=financial_year(said)) for part in parts]
    modules = Counter(part.module.module for part in parts)
    if modules["episodes"] == 1 or max(modules.values()) == 1:
        years = [_latest(days)] * len(parts)
    else:
        years = _apart(parts, received, formats)
    return [_noted(part, year) for part, year in zip(parts, years, strict=True)]


def _noted(part: Part, year: int | None) -> Part:
    rows = part.table.rows
    if not len(rows):
        return replace(part, period=financial_year(year) if year else None)
    notes = (*part.table.notes, (FROM_DATES if year else NO_YEAR, "", len(rows), int(rows.min())))
    return replace(
        part, table=replace(part.table, notes=notes), period=financial_year(year) if year else None
    )


def _named(part: Part) -> int | None:
    """The year that the XML's header, the sheet, the file, or one of the two folders above it gives."""
    header = (part.header.get(name, "") for name in ("year", "referencedate", "collectionyear"))
    sheet = part.table.name.removeprefix(part.path.name)
    names = (*header, sheet, part.path.stem, part.path.parent.name, part.path.parent.parent.name)
    return next((year for year in map(year_in, names) if year is not None), None)


def _happened(part: Part, received: date, formats: tuple[str, ...]) -> np.ndarray:
    """Every possible day of the table."""
    columns = DATES.get(part.module.module, ())
    days = [days_of(part, column, formats) for column in columns] or [np.array([], dtype="datetime64[D]")]
    some = np.concatenate(days)
    return some[(some >= _FIRST) & (some <= np.datetime64(received, "D"))]


def _latest(days: np.ndarray) -> int | None:
    """The last financial year with more than a stray day in it, by the year in which it ends."""
    if not len(days):
        return None
    months = days.astype("datetime64[M]").astype(np.int64)
    ends, counts = np.unique(1970 + (months + 9) // 12, return_counts=True)
    from_last = np.cumsum(counts[::-1])
    return int(ends[::-1][np.argmax(from_last >= max(1.0, _STRAY * len(days)))])


def _apart(parts: Sequence[Part], received: date, formats: tuple[str, ...]) -> list[int | None]:
    """Several returns in one folder: episodes have their own year, other tables that of the same children."""
    own = [_latest(_happened(part, received, formats)) for part in parts]
    episodes = [place for place, part in enumerate(parts) if part.module.module == "episodes"]
    years = []
    for place, part in enumerate(parts):
        since = own[place] or 0
        alike = [(_likeness(part, parts[n]), n) for n in episodes if (own[n] or 0) >= since]
        years.append(own[place] if place in episodes or not alike else own[max(alike)[1]])
    return years


def _likeness(one: Part, other: Part) -> float:
    """How many of the children of two tables are in both, and what their names share beside words."""
    first, second = (set(part.table.column("CHILD").texts.tolist()) for part in (one, other))
    names = [set(re.split(r"[\W_]+", part.path.stem.casefold())) for part in (one, other)]
    return len(first & second) / max(len(first | second), 1) + 0.1 * len(names[0] & names[1])


def year_column(part: Part) -> pa.Array:
    """The year of the part's return for each of its rows, as "2023-24"; blank where it is not known."""
    text = f"{part.period.start.year}-{part.period.end.year % 100:02}" if part.period else None
    return pa.array([text] * len(part.table.rows), pa.string())
