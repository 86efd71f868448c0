"""An agency's CSV file as a table of text: any usual encoding, any column order, nothing dropped silently."""

import re
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from prevention_model.errors import RecordsRefused
from prevention_model.records.csv_text import CsvText, read_csv_text
from prevention_model.records.text_table import TextTable, told_apart

_BLOCK = 1 << 23
_ANYTHING = re.compile(rb"\S")


def read_csv_file(path: Path) -> TextTable:
    """Read a CSV file as text. Raises RecordsRefused when it is missing, empty or not a text table."""
    text = read_csv_text(path)
    names = [name or f"unnamed {place}" for place, name in enumerate(text.names)]
    unique, twice = told_apart(names)
    table, uneven = _parse(text, unique, path.name)
    bad = [place for place, filled in uneven if filled]
    whole = np.ones(table.num_rows + len(uneven), dtype=bool)
    whole[[place for place, _ in uneven]] = False
    rows = np.flatnonzero(whole) + text.first_row
    empty = _empty_rows(table)
    if empty.any():
        table, rows = table.filter(pa.array(~empty)), rows[~empty]
    malformed = sorted(text.broken.union(place + text.first_row for place in bad))
    return TextTable(path.name, table, rows, np.array(malformed, dtype=np.int64), twice)


def _parse(text: CsvText, names: list[str], name: str) -> tuple[pa.Table, list[tuple[int, bool]]]:
    """The rows as text columns, and the places of rows with a wrong number of cells: and whether they hold anything."""
    if not _ANYTHING.search(text.body):
        return pa.table({column: pa.array([], pa.string()) for column in names}), []
    uneven: list[tuple[int, bool]] = []
    nothing = f"{text.separator} \t\r\n\u00a0"

    def skip(row: pacsv.InvalidRow) -> str:
        # Separators alone are no row, whatever their number.
        uneven.append((int(row.number) - 1, row.text is None or bool(row.text.strip(nothing))))
        return "skip"

    try:
        table = pacsv.read_csv(
            pa.py_buffer(text.body),
            # One thread: otherwise the parser does not know the numbers of faulty rows.
            read_options=pacsv.ReadOptions(column_names=names, use_threads=False, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=text.separator,
                newlines_in_values=text.quoted,
                invalid_row_handler=skip,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        raise RecordsRefused(
            "The file is not a table of separated text.",
            where=f"file {name}",
            todo="Open it in a spreadsheet and save it as CSV in UTF-8.",
        ) from None
    return table, uneven


def _empty_rows(table: pa.Table) -> np.ndarray:
    empty = np.ones(table.num_rows, dtype=bool)
    for column in table.columns:
        if not empty.any():
            break
        nothing = pc.or_(pc.equal(pc.binary_length(column), 0), pc.utf8_is_space(column))
        empty &= nothing.to_numpy()
    return empty
