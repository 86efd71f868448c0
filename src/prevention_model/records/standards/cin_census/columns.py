"""A census table's columns as days and as keys: what every derived column is made from."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.cells import NOT_A_DATE, dates_in, identifiers_in
from prevention_model.records.piece import EARLIEST
from prevention_model.records.text_table import TextTable

_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class Columns:
    """A table, the formats that its dates have, and the day it was received.

    What is read of the table here is not kept with it: a long table is read again slice by slice.
    """

    table: TextTable
    formats: tuple[str, ...]
    received: date

    @classmethod
    def of(cls, table: TextTable, formats: tuple[str, ...], received: date) -> "Columns":
        """The columns of a table."""
        return cls(table.renamed({}), formats, received)

    def written(self, name: str) -> np.ndarray:
        """The day in each cell, whatever day that is; NaT where it is blank or cannot be read."""
        column = self.table.column(name)
        return column.spread(dates_in(column.texts, self.formats), NOT_A_DATE)

    def days(self, name: str) -> np.ndarray:
        """The day in each cell; NaT where it is blank or no possible day.

        >>> table = TextTable("a.csv", pa.table({"d": ["2024-05-01", "2999-01-01"]}), np.array([2, 3]), np.array([]))
        >>> Columns(table, ("%Y-%m-%d",), date(2024, 9, 1)).days("d")
        array(['2024-05-01',        'NaT'], dtype='datetime64[D]')
        """
        days = self.written(name)
        impossible = (days < EARLIEST) | (days > np.datetime64(self.received, "D"))
        return np.where(impossible, NOT_A_DATE, days)

    def filled(self, name: str) -> np.ndarray:
        """Where a cell has anything in it."""
        return ~self.table.column(name).blank

    def among(self, name: str, values: frozenset[str]) -> np.ndarray:
        """Where a cell holds one of the values; case does not matter."""
        column = self.table.column(name)
        hits = np.array([text.casefold() in values for text in column.texts], dtype=bool)
        return column.spread(hits, False)

    def keys(self, *dates: str) -> np.ndarray:
        """A number for each row's child and days: the same in any table, however the file writes them.

        A child goes by the authority's number, or by the UPN where a row has no other.
        """
        keys = self._named("UPN")
        keys = np.where(self.filled("LAchildID"), self._named("LAchildID"), keys)
        for name in dates:
            column = self.table.column(name)
            days = dates_in(column.texts, self.formats)
            meant = np.where(np.isnat(days), column.texts, days.astype("str"))
            keys = keys * _PRIME + column.spread(pd.util.hash_array(meant, categorize=False), np.uint64(1))
        return keys

    def children(self) -> pa.ChunkedArray:
        """The authority's number of each row's child, in capitals and without outer spaces; null where blank."""
        column = pc.utf8_upper(pc.utf8_trim_whitespace(self.table.plain("LAchildID")))
        return pc.if_else(pc.equal(column, ""), None, column)

    def _named(self, name: str) -> np.ndarray:
        column = self.table.column(name)
        names, _ = identifiers_in(column.texts)
        return column.spread(pd.util.hash_array(names, categorize=False), np.uint64(1))


def as_text(days: np.ndarray) -> pa.DictionaryArray:
    """Days as a column of text; NaT is blank.

    >>> as_text(np.array(["2024-05-01", "NaT"], dtype="datetime64[D]")).to_pylist()
    ['2024-05-01', None]
    """
    held = pa.array(days).dictionary_encode()
    return pa.DictionaryArray.from_arrays(held.indices, pc.cast(held.dictionary, pa.string()))


def as_mark(where: np.ndarray) -> pa.DictionaryArray:
    """A column that is filled where the mask is true.

    >>> as_mark(np.array([True, False])).to_pylist()
    ['1', None]
    """
    numbers = pa.array(np.zeros(len(where), dtype=np.int32), mask=~where)
    return pa.DictionaryArray.from_arrays(numbers, pa.array(["1"]))
