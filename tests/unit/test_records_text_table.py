"""Columns that share their texts: what is asked of these once holds for every one, and nothing leaks between them."""

import numpy as np
import pyarrow as pa
import pytest

from prevention_model.records import text_table
from prevention_model.records.text_table import TextColumn, TextTable

CELLS = ["K1", "R2", None, " R2", "n/a", "K3", "K1"]


def a_table(column: pa.Array) -> TextTable:
    """A table of one column."""
    rows = np.arange(2, len(column) + 2)
    return TextTable("a.csv", pa.table({"ref": column}), rows, np.array([9]), notes=(("odd", "ref", 1, 2),))


def test_texts_are_asked_once_for_all_rows_taken_from_a_column() -> None:
    asked = []
    column = TextColumn.of(pa.chunked_array([CELLS]))

    def lengths(texts: np.ndarray) -> int:
        asked.append(len(texts))
        return len(texts)

    parts = [column, column.at(np.array([0, 1])), column.at(slice(2, 4)), column.by(np.array([-1]))]
    assert [part.ask(lengths) for part in parts] == [3, 3, 3, 3] and asked == [3]
    assert parts[1].values().to_list() == ["K1", "R2"] and parts[3].values().isna().all()


def test_what_is_asked_with_another_argument_is_another_question() -> None:
    column = TextColumn.of(pa.chunked_array([CELLS]))

    def ends_with(texts: np.ndarray, end: str) -> int:
        return sum(text.endswith(end) for text in texts)

    assert [column.ask(ends_with, end) for end in ("1", "2", "9", "1")] == [1, 1, 0, 1]


@pytest.mark.parametrize("many", [0, 100])
@pytest.mark.parametrize("encoded", [False, True])
@pytest.mark.parametrize("numbered", [False, True])
def test_a_part_of_a_table_says_what_the_whole_does(
    monkeypatch: pytest.MonkeyPatch, many: int, encoded: bool, numbered: bool
) -> None:
    monkeypatch.setattr(text_table, "_MANY", many)
    cells = pa.array(CELLS)
    table = a_table(cells.dictionary_encode() if encoded else cells)
    whole = a_table(cells).column("ref").values().fillna("-").to_list()
    if numbered:
        table.column("ref")
    parts = [table.part(slice(start, start + 3), ["ref"]) for start in (0, 3, 6)]
    assert [text for part in parts for text in part.column("ref").values().fillna("-")] == whole
    assert [len(part.rows) for part in parts] == [3, 3, 1]
    assert [len(part.malformed) for part in parts] == [1, 0, 0] == [len(part.notes) for part in parts]


def test_a_column_given_numbered_is_the_table_s_for_whoever_reads_it() -> None:
    given = TextColumn(np.array([1, -1], dtype=np.int32), np.array(["a", "b"], dtype=object))
    table = a_table(pa.array(["x", "y"])).with_columns({"REF": given})
    assert table.column("ref") is given
    assert table.plain("ref").to_pylist() == ["b", None] == table.table["ref"].to_pylist()
    assert table.with_columns({"ref": pa.array(["c", ""])}).column("ref").values().fillna("-").to_list() == [
        "c",
        "-",
    ]
    assert table.taken(np.array([1, 0])).column("ref").values().fillna("-").to_list() == ["-", "b"]


@pytest.mark.parametrize("read_before", [False, True])
def test_none_is_a_code_only_in_columns_that_have_it_and_only_as_codes_are_written(read_before: bool) -> None:
    cells = pa.array(["NONE", "none", "None", " NONE ", "LD", None])
    table = TextTable("a.csv", pa.table({"found": cells, "other": cells}), np.arange(2, 8), np.array([9]))
    if read_before:
        assert table.column("found").values().dropna().to_list() == ["LD"]
    said = table.saying_none(["Found"])
    assert said.column("found").values().fillna("-").to_list() == ["NONE", "-", "-", "NONE", "LD", "-"]
    assert said.column("other").values().dropna().to_list() == ["LD"]
    part = said.part(slice(3, 5), ["found"])
    assert part.column("found").values().to_list() == ["NONE", "LD"]
    assert said.saying_none(["found"]) is said
