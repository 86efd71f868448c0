"""A long table read in slices says what it says when read at once."""

from pathlib import Path

import pandas as pd
import pytest

from prevention_model.records import slices
from prevention_model.records.extract import Extract
from tests.unit.records_files import a_map, aside, odd, read, spell

SPELL = spell(code={"column": "type", "map": {"DA": "domestic_abuse"}}, minor=True)
ROWS = [
    "C1,01/02/2024,05/02/2024,01/02/2024,05/02/2024,DA",
    "C2,soon,05/02/2024,01/02/2024,05/02/2024,DA",
    ",01/02/2024,05/02/2024,01/02/2024,05/02/2024,DA",
    "c 1,2024-02-01,05/02/2024,01/02/2024,05/02/2024,DA",
    "C3,01/02/2024",
    "C4,01/02/2024,05/02/2024,01/02/2024,05/02/2024,ZZ",
    "C5,03/02/2024,05/02/2024,03/02/2024,05/02/2024,ZZ",
    "C2,02/02/2024,05/02/2024,02/02/2024,05/02/2024,DA",
]
TEXT = "ref,start,end,known,known_end,type\n" + "\n".join(ROWS) + "\n"


def whole(extract: Extract) -> pd.DataFrame:
    """All spells of an extract in one frame."""
    return pd.concat(extract.frames["spell"], ignore_index=True)


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_slices_say_what_the_whole_table_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    source_map = a_map(SPELL, unique=["ref", "start"])
    at_once = read(tmp_path, TEXT, source_map)
    monkeypatch.setattr(slices, "SLICE", size)
    sliced = read(tmp_path, TEXT, source_map)
    assert sliced.rows_in == at_once.rows_in == len(ROWS)
    assert aside(sliced) == aside(at_once) and (5, "ref, start", "duplicate_row") in aside(sliced)
    assert sorted(odd(sliced), key=str) == sorted(odd(at_once), key=str)
    assert any(rows == 2 for _, _, rows, _ in odd(sliced))
    pd.testing.assert_frame_equal(whole(sliced), whole(at_once))
    pd.testing.assert_frame_equal(sliced.mentions, at_once.mentions)
    assert sliced.unmapped["row"].to_list() == at_once.unmapped["row"].to_list() == [7, 8]
    assert (sliced.known, sliced.unfilled) == (at_once.known, at_once.unfilled)
