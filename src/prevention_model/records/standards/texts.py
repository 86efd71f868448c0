"""Columns of text made from columns of text: taken by place, put under one another, joined, filled from another."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from prevention_model.records.cells import NOT_A_DATE, dates_in
from prevention_model.records.text_table import TextColumn

NOBODY = -1
"""The place of what is not there."""
_EARLIEST = np.datetime64("1990-01-01", "D")


def texts_by(codes: np.ndarray, texts: Sequence[str] | np.ndarray) -> pa.DictionaryArray:
    """A column of text from each row's place among a few texts; below 0 is blank.

    >>> texts_by(np.array([1, -1]), ["a", "b"]).to_pylist()
    ['b', None]
    """
    indices = pa.array(codes.astype(np.int32), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(indices, pa.array(texts, pa.string()))


def decoded(column: TextColumn) -> pa.Array:
    """The text of each row, null where blank."""
    return texts_by(column.codes, column.texts).dictionary_decode()


def at(column: TextColumn, places: np.ndarray) -> TextColumn:
    """A column at some places, blank where the place is below 0.

    >>> at(TextColumn.of(pa.chunked_array([["a", "b"]])), np.array([1, -1])).values().to_list()
    ['b', nan]
    """
    # A place of -1 is the last one of all: the blank that is added.
    return column.by(np.append(column.codes, np.int32(NOBODY))[places])


def taken(column: TextColumn, places: np.ndarray) -> pa.DictionaryArray:
    """The texts of a column at some places, blank where the place is below 0.

    >>> taken(TextColumn.of(pa.chunked_array([["a", "b"]])), np.array([1, -1])).to_pylist()
    ['b', None]
    """
    found = at(column, places)
    return texts_by(found.codes, found.texts)


def either(first: TextColumn, second: TextColumn) -> TextColumn:
    """The first column, and the second where that is blank.

    >>> first, second = (TextColumn.of(pa.chunked_array([texts])) for texts in (["a", ""], ["b", "c"]))
    >>> either(first, second).values().to_list()
    ['a', 'c']
    """
    if not first.blank.any():
        return first
    if first.blank.all():
        return second
    codes = np.where(first.blank & ~second.blank, second.codes + len(first.texts), first.codes)
    return TextColumn(codes.astype(np.int32), np.concatenate([first.texts, second.texts]))


def stacked(columns: Sequence[TextColumn]) -> TextColumn:
    """One column under another.

    >>> first, second = (TextColumn.of(pa.chunked_array([texts])) for texts in (["a", ""], ["b"]))
    >>> stacked([first, second]).values().to_list()
    ['a', nan, 'b']
    """
    if not columns:
        return TextColumn.all_blank(0)
    if len(columns) == 1:
        return columns[0]
    starts = np.cumsum([0, *(len(column.texts) for column in columns)])
    codes = [
        np.where(column.blank, NOBODY, column.codes + start)
        for column, start in zip(columns, starts, strict=False)
    ]
    texts = np.concatenate([column.texts for column in columns])
    return TextColumn(np.concatenate(codes).astype(np.int32), texts)


def together(columns: Sequence[TextColumn], all_of_it: bool = True) -> TextColumn:
    """Several columns as one text a row: blank where the first says nothing, or (not `all_of_it`) where none does.

    >>> first, second = (TextColumn.of(pa.chunked_array([texts])) for texts in (["a", ""], ["b", "c"]))
    >>> together([first, second]).values().to_list()
    ['a, b', nan]
    >>> together([first, second], all_of_it=False).values().to_list()
    ['a, b', ', c']
    """
    numbers = np.zeros(len(columns[0].codes), dtype=np.int64)
    for column in columns:
        joint = numbers * (len(column.texts) + 1) + column.codes + 1
        numbers = pd.factorize(joint)[0].astype(np.int64)
    rows = np.flatnonzero(~pd.Series(numbers).duplicated().to_numpy())
    said = [pc.fill_null(decoded(column.at(rows)), "") for column in columns]
    texts = pc.binary_join_element_wise(*said, ", ").to_numpy(zero_copy_only=False)
    told = [columns[0].blank] if all_of_it else [column.blank for column in columns]
    codes = np.where(np.logical_and.reduce(told), NOBODY, numbers)
    return TextColumn(codes.astype(np.int32), texts)


def days_written(column: TextColumn, formats: tuple[str, ...]) -> np.ndarray:
    """The day in each row of a column, NaT where blank, unreadable or before 1990."""
    days = dates_in(column.texts, formats)
    return column.spread(np.where(days < _EARLIEST, NOT_A_DATE, days), NOT_A_DATE)


def as_text(days: np.ndarray) -> pa.DictionaryArray:
    """Days as a column of text, blank where NaT.

    >>> as_text(np.array(["2024-10-03", "NaT"], dtype="datetime64[D]")).to_pylist()
    ['2024-10-03', None]
    """
    codes, kinds = pd.factorize(days)
    return texts_by(codes, [str(day) for day in kinds.astype("datetime64[D]")])
