"""One agency's extract: its columns as text, and the map that says what they mean."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from prevention_model.synthetic.calendar import END, FORMATS, MISSING, day

Produce = dict[str, Any]

YES = ("1", "true", "TRUE", "Y", "Yes", "a) Yes", "1 - Yes")
NO = ("0", "false", "FALSE", "N", "No", "b) No", "0 - No")
"""The ways in which systems write a yes and a no (standards, section 19)."""

YES_NO = {**dict.fromkeys(YES, "true"), **dict.fromkeys(NO, "false")}


@dataclass(frozen=True)
class Faults:
    """What is wrong with a source's files, besides what they say. Shares are at dirt 1.

    `dates`, `codes`, `ids`, `spaces`: columns in which some cells get an impossible date, an unknown code, nothing, or
    spaces after the text.
    """

    dates: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()
    byte_order_mark: bool = False
    encoding: str = "utf-8"
    supplier_columns: bool = False
    date_share: float = 0.0008
    code_share: float = 0.002
    id_share: float = 0.005
    duplicate_share: float = 0.002


@dataclass(frozen=True)
class Extract:
    """A source's rows in the order they became known, the person each is about, and how to read them.

    `columns` are texts (null is an empty cell). `part` numbers the file each row is in, by `parts` names.
    `style` is how the agency writes dates. `since` is the first day that the source covers.
    """

    source: str
    agency: str
    description: str
    who: np.ndarray
    columns: dict[str, pa.Array]
    identifiers: dict[str, str]
    produces: list[Produce]
    style: str
    since: date
    unique: tuple[str, ...] = ()
    other_identifiers: dict[str, str] = field(default_factory=dict)
    vault: dict[str, str] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    part: np.ndarray | None = None
    parts: tuple[str, ...] = ()
    lawful_basis: str = "Public task, Article 6(1)(e); Children Act 2004 section 10"

    def mapped(self) -> dict[str, Any]:
        """The content of the source's map, in the words of the mapped-CSV reader."""
        used = _columns_used(self.produces)
        used |= {
            *self.identifiers.values(),
            *self.other_identifiers.values(),
            *self.vault.values(),
            *self.unique,
        }
        content: dict[str, Any] = {
            "source": self.source,
            "agency": self.agency,
            "description": self.description,
            "date_format": [FORMATS[self.style], FORMATS["iso"]] if self.style != "iso" else FORMATS["iso"],
            "columns": {
                "required": [name for name in self.columns if name in used],
                "optional": [*(name for name in self.columns if name not in used), *SUPPLIER_COLUMNS],
            },
            "identifiers": self.identifiers,
        }
        for name in ("other_identifiers", "vault"):
            if getattr(self, name):
                content[name] = getattr(self, name)
        if self.unique:
            content["unique"] = list(self.unique)
        return {**content, "produces": self.produces}


SUPPLIER_COLUMNS = ("LA", "YEAR")
"""Columns that a supplier adds and nobody asked for."""


def column(name: str, **codes: str) -> dict[str, Any]:
    """A cell of a map: the column, and what its codes mean.

    >>> column("kind", DA="domestic_abuse")
    {'column': 'kind', 'map': {'DA': 'domestic_abuse'}}
    """
    return {"column": name, "map": codes} if codes else {"column": name}


def event(kind: str, happened: str, known: str, **more: Any) -> Produce:
    """A map's piece that makes an event."""
    return {
        "table": "event",
        "kind": kind,
        "event_date": column(happened),
        "known_date": column(known),
        **more,
    }


def spell(kind: str, start: str, end: str, known: str, known_end: str, **more: Any) -> Produce:
    """A map's piece that makes a spell."""
    return {
        "table": "spell", "kind": kind, "start_date": column(start), "end_date": column(end),
        "known_start": column(known), "known_end": column(known_end), **more,
    }  # fmt: skip


def only(name: str, *values: str) -> dict[str, Any]:
    """A map's row condition."""
    return {"column": name, "in": list(values)}


def delayed(rng: np.random.Generator, days: np.ndarray, least: int, typical: float) -> np.ndarray:
    """The day each fact reached the authority: at least `least` days later, `typical` more on average, skewed."""
    wait = least + rng.gamma(1.3, max(typical, 0.01) / 1.3, len(days))
    return np.where(days == MISSING, MISSING, days + wait).astype(np.int32)


def in_time(known: np.ndarray) -> np.ndarray:
    """True for what was known before the day of the extract."""
    return (known != MISSING) & (known < day(END))


def known_ends(end: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends, and the days they became known, without those not yet known on the day of the extract."""
    late = ~in_time(known)
    return (np.where(late, MISSING, end).astype(np.int32), np.where(late, MISSING, known).astype(np.int32))


def coded(
    values: tuple[str, ...] | list[str], places: np.ndarray, blank: np.ndarray | None = None
) -> pa.Array:
    """Texts from a short list, by place in it."""
    return pa.array(list(values), pa.string()).take(pa.array(places.astype(np.int32), mask=blank))


def taken(texts: pa.Array, who: np.ndarray) -> pa.Array:
    """One text for each row, from texts by person."""
    return texts.take(pa.array(who.astype(np.int32)))


def _columns_used(produces: list[Produce]) -> set[str]:
    cells = [cell for piece in produces for cell in piece.values() if isinstance(cell, dict)]
    return {cell["column"] for cell in cells if "column" in cell}
