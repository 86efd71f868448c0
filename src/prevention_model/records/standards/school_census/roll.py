"""The pupils of one return, and how the rows of other tables find theirs by the key of the pupils' tables.

Keys of the extract mean nothing outside it, so a pupil goes by the UPN, else by names and date of birth.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.cells import NOT_A_DATE
from prevention_model.records.piece import compared
from prevention_model.records.standards.standard import Part
from prevention_model.records.standards.texts import NOBODY, stacked
from prevention_model.records.text_table import TextColumn

ON, OFF = "pupilonroll", "pupilnolongeronroll"


@dataclass(frozen=True)
class Roll:
    """Every row of the pupils' tables of a return, one after another; `starts` is where each table begins.

    `usual` is the census day of the return as a whole. `has_second_half`: the second half of the summer term has
    a table of its own.
    """

    parts: tuple[Part, ...]
    usual: np.datetime64 = NOT_A_DATE
    has_second_half: bool = False

    @cached_property
    def starts(self) -> np.ndarray:
        """Where the rows of each part begin, and where the last end."""
        sizes = [len(part.table.rows) for part in self.parts]
        return np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    @property
    def size(self) -> int:
        """How many rows of pupils there are."""
        return int(self.starts[-1])

    def column(self, name: str) -> TextColumn:
        """A column of all the pupils' tables."""
        return stacked([part.table.column(name) for part in self.parts])

    @cached_property
    def key(self) -> TextColumn:
        """The key of each row, by which the other tables name it."""
        return stacked([part.table.column(f"{part.module.module}tableid") for part in self.parts])

    @cached_property
    def _first(self) -> Mapping[str, tuple[pa.Array, np.ndarray]]:
        """By module, every key that a pupil's row has, and the first row that has it."""
        return {module: self._first_of(module) for module in (ON, OFF)}

    def _first_of(self, module: str) -> tuple[pa.Array, np.ndarray]:
        theirs = self.on == (module == ON)
        if not theirs.any():
            return pa.array([], pa.large_string()), np.array([], dtype=np.int64)
        codes, keys = self.key.ask(_whatever_case)
        numbers = np.append(codes, NOBODY)[self.key.codes]
        rows = np.flatnonzero((numbers >= 0) & theirs)[::-1]
        first = np.full(len(keys), NOBODY, dtype=np.int64)
        first[numbers[rows]] = rows
        return keys, first

    @cached_property
    def on(self) -> np.ndarray:
        """Whether each row is of a pupil on roll."""
        return np.repeat([part.module.module == ON for part in self.parts], np.diff(self.starts)).astype(bool)

    def rows_of(self, part: Part) -> np.ndarray:
        """For each row of a table that hangs on the pupils', the pupil's row; NOBODY where there is none.

        The same key may stand in both of the pupils' tables, and mean either.
        """
        key = part.table.column("pupilonrolltableid")
        folded = pc.utf8_lower(key.arrow)
        found = []
        for module in (ON, OFF):
            keys, first = self._first[module]
            if not len(keys):
                found.append(np.full(len(key.codes), NOBODY, dtype=np.int64))
                continue
            places = pc.index_in(folded, value_set=keys).fill_null(NOBODY).to_numpy()
            found.append(key.spread(np.append(first, NOBODY)[places].astype(np.int64), NOBODY))
        names = " ".join([part.table.name, *part.table.names]).casefold()
        if re.search(r"off[\W_]*roll|no[\W_]*longer", names):
            return found[1]
        if re.search(r"on[\W_]*roll(?!tableid)", names):
            return found[0]
        return max(found, key=lambda rows: int((rows >= 0).sum()))

    def with_columns(self, columns: Mapping[str, TextColumn | pa.DictionaryArray]) -> "Roll":
        """The same pupils with further columns."""
        made = [
            part.with_columns({name: _some(column, slice(start, end)) for name, column in columns.items()})
            for part, start, end in zip(self.parts, self.starts[:-1], self.starts[1:], strict=True)
        ]
        return replace(self, parts=tuple(made))


def _some(column: TextColumn | pa.DictionaryArray, rows: slice) -> TextColumn | pa.DictionaryArray:
    return column.at(rows) if isinstance(column, TextColumn) else column[rows]


def _whatever_case(texts: np.ndarray) -> tuple[np.ndarray, pa.Array]:
    """Keys that differ in case only as one: the number of each text, and the keys in small letters."""
    codes, keys = pd.factorize(pd.Series(texts, dtype="object").str.casefold())
    return codes, pa.array(keys, pa.large_string())


def identities(roll: Roll) -> TextColumn:
    """What each pupil goes by, across returns: the UPN; else names and date of birth; else the extract's key."""
    delivered = roll.column("upn")
    names, _ = delivered.ask(compared)
    upn, codes = names.texts, names.codes[delivered.codes]
    rows = np.flatnonzero(codes < 0)
    if not len(rows):
        return TextColumn(codes.astype(np.int32), upn)
    named, said = np.ones(len(rows), dtype=bool), pd.Series("named", index=range(len(rows)), dtype="object")
    for name in ("surname", "forename", "dob"):
        column = roll.column(name).at(rows)
        named &= ~column.blank
        said = said + " " + column.values().astype("object").fillna("").str.casefold()
    said = said.where(named, "key " + roll.key.at(rows).values().astype("object"))
    numbers, texts = pd.factorize(said)
    codes[rows] = np.where(numbers < 0, NOBODY, numbers + len(upn))
    return TextColumn(codes.astype(np.int32), np.concatenate([upn, np.asarray(texts, dtype=object)]))
