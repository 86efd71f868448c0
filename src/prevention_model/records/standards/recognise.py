"""Which module of which standard a delivered table is: by its columns, and by its name where those do not tell."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from prevention_model.errors import RecordsRefused
from prevention_model.records.standards.module import Module
from prevention_model.records.standards.standard import Standard
from prevention_model.records.text_table import TextTable, fold


@dataclass(frozen=True)
class Match:
    """A module that a table may be, the table under the module's names, and how well they agree (0 to 2)."""

    module: Module
    table: TextTable
    likeness: float


def match(table: TextTable, standard: Standard) -> Match | None:
    """The module of the standard that the table is, or None. Raises RecordsRefused.

    A table whose name says what it is, but which lacks columns that every such table has, is refused: to read
    on without it would lose what it holds.
    """
    found = [m for module in standard.modules for m in [_matched(table, module)] if m is not None]
    if found:
        return max(found, key=lambda one: one.likeness)
    named = [module for module in standard.modules if module.is_named(table.name)]
    lacking = _lacking(table, named[0]) if len(named) == 1 else []
    if lacking and len(lacking) < len(named[0].columns.required):
        raise RecordsRefused(
            f"Mandatory columns are missing: {', '.join(lacking)}.",
            where=f"file {table.name}",
            todo=f"Ask for the {named[0].title.lower()} table again, with all its columns.",
        )
    return None


def _matched(table: TextTable, module: Module) -> Match | None:
    if module.element is not None and fold(module.element) == fold(table.name.rpartition(": ")[2]):
        whole = table.renamed(module.naming(table.names))
        # What no element of the file says is blank in every row; a column of a CSV file is there or is not.
        absent = [name for name in module.declared if not whole.has(name)]
        blank = pa.nulls(len(table.rows), pa.string())
        return Match(module, whole.with_columns(dict.fromkeys(absent, blank)), 2.0)
    if not module.detect:
        return None
    naming = module.naming(table.names)
    there = set(naming.values())
    if not module.is_in(there):
        return None
    known, foreign = len(there) / len(module.declared), len(there) / max(len(table.names), 1)
    likeness = (known + foreign) / 2 + (1.0 if module.is_named(table.name) else 0.0)
    return Match(module, table.renamed(naming), likeness)


def _lacking(table: TextTable, module: Module) -> list[str]:
    there = set(module.naming(table.names).values())
    return [name for name in module.columns.required if name not in there]


def agreement(tables: Sequence[TextTable], standard: Standard) -> float:
    """How much of a delivery the standard explains: the sum of the likeness of the tables that are in it."""
    total = 0.0
    for table in tables:
        try:
            found = match(table, standard)
        except RecordsRefused:
            # The name fits but columns are missing: a sign, if a weak one.
            total += 0.25
            continue
        total += found.likeness if found else 0.0
    return total
