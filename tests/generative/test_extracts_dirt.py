"""Annex A, the Standard Safeguarding Dataset and the agencies' extracts: whatever stands in a file, every row is told
of; order, case and further columns change nothing."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from prevention_model.records.extract import Extract
from tests.fixtures.made_up_annex_a import LISTS
from tests.fixtures.made_up_extracts import EXAMPLES, Files, read, rows
from tests.fixtures.made_up_ssd import SSD

FEW = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
WHOLE: dict[str, Files] = {**EXAMPLES, "annex_a": LISTS, "ssd": SSD}
DIRT = (
    *("", " ", "N/A", "PLACEHOLDER_DATA", "31/02/2024", "02/01/20251", "01/01/1066", "2030-01-01", "zz/zz/zzzz"),
    *("soon", "1e999", "-5", "XXX", "a) Yes", '["1A",', "{}", "=1+1", "Zoë\u00a0", "0", "true", "\x1f", "'", "999"),
)  # fmt: skip
TABLES = ("event", "spell", "measurement", "attribute", "household", "place", "relationship", "person")


def cells(line: str) -> list[str]:
    """The cells of a line, of which those in quotes hold no quote."""
    parts = line.split('"')
    parts[1::2] = [part.replace(",", "\0") for part in parts[1::2]]
    return [cell.replace("\0", ",") for cell in "".join(parts).split(",")]


def line(row: Sequence[str]) -> str:
    """The cells as a line, those with a comma in quotes."""
    return ",".join(f'"{cell}"' if "," in cell else cell for cell in row)


def said(extracts: Sequence[Extract]) -> dict[str, list[tuple[str, ...]]]:
    """All that the extracts say, row by row, in order."""
    columns = {
        name: sorted({c for e in extracts for f in e.frames.get(name, []) for c in f} - {"mention"})
        for name in TABLES
    }
    return {name: rows(extracts, name, *columns[name]) for name in TABLES}


@pytest.mark.parametrize("standard", sorted(WHOLE))
@FEW
@given(st.randoms(use_true_random=False))
def test_every_row_is_accepted_or_set_aside_whatever_stands_in_it(
    standard: str, chance: random.Random
) -> None:
    dirty = {}
    for name, lines in WHOLE[standard].items():
        table = [cells(text) for text in lines]
        for row in table[1:]:
            for place in range(len(row)):
                if chance.random() < 0.25:
                    row[place] = chance.choice(DIRT)
        more = [list(row) for row in table[1:] if chance.random() < 0.3]
        short = [
            [*row, "x"] if chance.random() < 0.5 else row[:-1] for row in table[1:] if chance.random() < 0.2
        ]
        dirty[name] = [line(row) for row in [*table, *more, *short]]
    with tempfile.TemporaryDirectory() as folder:
        extracts = read(standard, Path(folder), dirty)
    counted = {extract.file: extract.rows_in for extract in extracts}
    for name, lines in dirty.items():
        # A line in which nothing stands is no row.
        filled = sum(bool(text.replace(",", "").replace("\u00a0", " ").strip()) for text in lines[1:])
        assert counted[name] == filled
    for extract in extracts:
        told = [*extract.mentions["row"], *extract.quarantined["row"]]
        assert len(set(told)) == len(told)


@pytest.mark.parametrize("standard", sorted(WHOLE))
@FEW
@given(st.randoms(use_true_random=False))
def test_order_case_and_further_columns_change_nothing(standard: str, chance: random.Random) -> None:
    other = {}
    for name, lines in WHOLE[standard].items():
        head, *table = [cells(text) for text in lines]
        order = list(range(len(head)))
        chance.shuffle(order)
        names = [chance.choice([str.lower, str.upper, str])(head[place]) for place in order]
        other[name] = [
            line([*names, "Supplier note"]), *(line([*(row[place] for place in order), "x"]) for row in table),
        ]  # fmt: skip
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        assert said(read(standard, Path(one), other)) == said(read(standard, Path(two), WHOLE[standard]))


@pytest.mark.parametrize("standard", sorted(WHOLE))
def test_two_deliveries_of_the_same_say_it_once(standard: str, tmp_path: Path) -> None:
    twice = {}
    for name, lines in WHOLE[standard].items():
        stem = name.removesuffix(".csv").removesuffix("_202404").removesuffix("_2024-05")
        twice |= {f"{stem}_2024-05-01.csv": lines, f"{stem}_2024-05-02.csv": lines}
    if standard == "ssd":  # its tables have no dates in their names: a folder is an extract
        twice = dict(WHOLE[standard])
        (tmp_path / "later").mkdir()
        twice |= {f"later/{name}": lines for name, lines in WHOLE[standard].items()}
    (tmp_path / "once").mkdir()
    once = read(standard, tmp_path / "once", WHOLE[standard])
    again = read(standard, tmp_path, twice)
    for table in ("event", "spell", "measurement"):
        columns = ("kind", "code", "start_date", "event_date")
        found, expected = rows(again, table, *columns), rows(once, table, *columns)
        assert found == expected
