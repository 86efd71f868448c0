"""A date that may be wrong without costing its row, and what a key of several forms means."""

from pathlib import Path

import pandas as pd
import pytest

from prevention_model.records.piece import NO_DAY, OVER
from tests.unit.records_files import NOTICE, a_map, aside, odd, read, spell

HEADER = "ref,start,end,known\n"
SPELL = spell(end_date={"column": "end", "minor": True}, known_end={"rule": "same_day"})


@pytest.mark.parametrize("end", ["soon", "1066-01-01", "2024-01-31", "31/02/2024"])
def test_an_impossible_end_is_put_at_the_day_of_the_delivery_and_reported(tmp_path: Path, end: str) -> None:
    found = read(tmp_path, f"{HEADER}C1,01/02/2024,{end},01/02/2024\n", a_map(SPELL))
    (frame,) = found.frames["spell"]
    assert frame["end_date"].to_list() == frame["known_end"].to_list() == [pd.Timestamp("2024-09-01")]
    assert ("end", OVER, 1, 2) in odd(found) and not aside(found)


def test_a_blank_end_stays_open_and_a_planned_one_too(tmp_path: Path) -> None:
    text = f"{HEADER}C1,01/02/2024,,01/02/2024\nC2,01/02/2024,2025-01-01,01/02/2024\n"
    (frame,) = read(tmp_path, text, a_map(SPELL)).frames["spell"]
    assert frame["end_date"].isna().all() and frame["known_end"].isna().all()


def test_what_stands_in_for_a_blank_date_stands_in_for_an_impossible_one(tmp_path: Path) -> None:
    known = {"column": "received", "minor": True, "or_else": {"rule": "extract"}}
    text = "ref,occurred,received,type\nC1,01/02/2024,soon,DA\nC2,01/02/2024,05/02/2024,DA\n"
    found = read(tmp_path, text, a_map({**NOTICE, "known_date": known}))
    assert found.frames["event"][0]["known_date"].dt.strftime("%Y-%m-%d").to_list() == [
        "2024-09-01",
        "2024-02-05",
    ]
    assert odd(found) == [("received", NO_DAY, 1, 2)]


def test_a_key_is_one_however_its_day_and_number_are_written(tmp_path: Path) -> None:
    text = f"{HEADER}C1,01/02/2024,,01/02/2024\nc 1,2024-02-01,,01/02/2024\nC1,soon,,01/02/2024\nC1,later,,01/02/2024\n"
    found = read(tmp_path, text, a_map({**SPELL, "minor": True}, unique=["ref", "start"]))
    assert aside(found) == [(3, "ref, start", "duplicate_row")]


def test_a_kind_whose_columns_were_not_delivered_is_not_told(tmp_path: Path) -> None:
    pieces = (SPELL, {**NOTICE, "event_date": {"column": "occurred"}, "known_date": {"rule": "same_day"}})
    found = read(
        tmp_path, f"{HEADER}C1,01/02/2024,,01/02/2024\n", a_map(pieces[0], {**pieces[1], "minor": True})
    )
    assert dict(found.known) == {"early_help": "the date in known"}
