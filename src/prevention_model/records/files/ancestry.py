"""The columns that rows of XML take from the rows they lie in."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.files.gathering import Gathering, blank

PARENT = "_parent"
"""The column that says which row of the table above a row lies in: its place there, counted from 0."""


class Ancestry:
    """All rows of one file. Each column is made once, however many rows inherit it."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, str], pa.DictionaryArray] = {}

    def table(self, rows: Gathering, inherits: Sequence[str]) -> pa.Table:
        """A row's own columns, the inherited ones, and its place in the table above."""
        names = dict.fromkeys([*rows.cells, *inherits])
        columns = {name: self._column(rows, name, name in inherits) for name in names}
        if rows.within:
            columns[PARENT] = _texts_of(rows)
        return pa.table(columns)

    def _column(self, rows: Gathering, name: str, inherited: bool) -> pa.DictionaryArray:
        own = self._own(rows, name)
        if not inherited or not rows.within:
            return own
        above = self._above(rows, name)
        if name not in rows.cells:
            return above
        texts = own.dictionary_decode()
        return pc.if_else(pc.equal(texts, ""), above.dictionary_decode(), texts).dictionary_encode()

    def _own(self, rows: Gathering, name: str) -> pa.DictionaryArray:
        key = (id(rows), name)
        if key not in self._made:
            there = name in rows.cells
            self._made[key] = rows.cells[name].column(rows.count) if there else blank(rows.count)
        return self._made[key]

    def _above(self, rows: Gathering, name: str) -> pa.DictionaryArray:
        """The column as the nearest row around each row has it."""
        parts, places = [], []
        for kind, mine, theirs in rows.places():
            parts.append(self._column(kind, name, inherited=True).take(pa.array(theirs)))
            places.append(mine)
        outside = np.setdiff1d(np.arange(rows.count), np.concatenate(places))
        whole = pa.chunked_array([*parts, blank(len(outside))]).combine_chunks()
        back = np.argsort(np.concatenate([*places, outside]), kind="stable")
        return whole.take(pa.array(back))


def _texts_of(rows: Gathering) -> pa.DictionaryArray:
    parents = pa.array(np.array(rows.parents, dtype=np.int64)).dictionary_encode()
    texts = pc.if_else(pc.less(parents.dictionary, 0), "", pc.cast(parents.dictionary, pa.string()))
    return pa.DictionaryArray.from_arrays(parents.indices, texts)
