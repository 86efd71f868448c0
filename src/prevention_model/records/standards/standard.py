"""A standard: what it declares, and the few things about it that no declaration can say."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from prevention_model.records.extract import Extract, Period
from prevention_model.records.mapped import Fault
from prevention_model.records.standards.module import Module, StandardSettings, read_modules
from prevention_model.records.text_table import TextColumn, TextTable


@dataclass(frozen=True)
class Part:
    """A table that was recognised: which module it is, the file it came from, and what that file's header says.

    Its columns bear the module's names. `period` is the time that its return covers, once that is found.
    `faults` are rows that only the other tables show to be unusable: which, the reason code, and the column.
    """

    module: Module
    table: TextTable
    path: Path
    header: Mapping[str, str] = field(default_factory=dict)
    period: Period | None = None
    faults: tuple[Fault, ...] = ()

    def with_columns(self, columns: Mapping[str, TextColumn | pa.Array | pa.ChunkedArray]) -> "Part":
        """The same part with further columns of text."""
        return replace(self, table=self.table.with_columns(columns))

    def noted(self, where: np.ndarray, what: str, column: str) -> "Part":
        """The same part with something odd to report about its rows where the mask is true; they are kept."""
        rows = self.table.rows[where]
        if not len(rows):
            return self
        note = (what, column, len(rows), int(rows[0]))
        return replace(self, table=replace(self.table, notes=(*self.table.notes, note)))

    def without(self, where: np.ndarray, reason: str, column: str) -> "Part":
        """The same part, its rows where the mask is true to be quarantined for this reason."""
        return replace(self, faults=(*self.faults, (where, reason, column))) if where.any() else self


@dataclass(frozen=True)
class Return:
    """What one return holds: the parts that belong together, such as the tables of one year or one term."""

    parts: tuple[Part, ...]
    received: date

    def of(self, module: str) -> tuple[Part, ...]:
        """The parts that are this module."""
        return tuple(part for part in self.parts if part.module.module == module)

    def dated(self, period: Period | None) -> "Return":
        """The same return, all of it of one period."""
        return replace(self, parts=tuple(replace(part, period=period) for part in self.parts))

    def changed(self, change: Callable[[Part], Part]) -> "Return":
        """The same return with each part changed."""
        return replace(self, parts=tuple(change(part) for part in self.parts))


def as_it_is(delivered: Return) -> Return:
    """A return in which no table needs another one."""
    return delivered


def nothing_to_add(extracts: Sequence[Extract]) -> list[Extract]:
    """Extracts that say everything already."""
    return list(extracts)


@dataclass(frozen=True)
class Standard:
    """One standard, and how to read it.

    `belongs` names the return that a file is part of: files with the same name are prepared together.
    `prepare` dates a return and brings into each table what stands in another. `finish` sees the extracts of all
    returns, in order of time, and adds what only several of them say together, such as periods of care.
    """

    settings: StandardSettings
    modules: tuple[Module, ...]
    belongs: Callable[[Path], str]
    prepare: Callable[[Return], Return] = as_it_is
    finish: Callable[[Sequence[Extract]], list[Extract]] = nothing_to_add

    @property
    def name(self) -> str:
        """The name that authority.yaml and `read_return` know it by."""
        return self.settings.standard

    @classmethod
    def shipped(
        cls,
        folder: Path,
        *,
        belongs: Callable[[Path], str] = str,
        prepare: Callable[[Return], Return] = as_it_is,
        finish: Callable[[Sequence[Extract]], list[Extract]] = nothing_to_add,
    ) -> "Standard":
        """The standard whose declarations lie in `folder`; each file is a return of its own unless told otherwise."""
        settings, modules = read_modules(folder)
        return cls(settings, modules, belongs, prepare, finish)

    def made_by(self) -> dict[str, set[str]]:
        """For each kind of event, spell and measurement and each attribute's name: the modules that it rests on."""
        tables = ("event", "spell", "measurement", "attribute")
        made: dict[str, set[str]] = {}
        for module in self.modules:
            for piece in module.produces:
                if piece.table in tables:
                    made.setdefault(piece.named, set()).add(module.module)
        for kind, modules in self.settings.derived.items():
            made.setdefault(kind, set()).update(modules)
        return made

    def kinds(self) -> list[str]:
        """The kinds of event, spell and measurement and the names of attributes that it delivers."""
        return sorted(self.made_by())
