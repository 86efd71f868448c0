"""Every kind and code that the catalogue asks for is written by somebody: a shipped standard, or the made-up county."""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import prevention_model.outcomes as outcomes
from prevention_model.features import PROTECTED, Declared, Feature, catalogue
from prevention_model.query import Count, DistinctCodes, Latest, Lookback, SpellsEnded
from prevention_model.query.needs import Need
from prevention_model.records.declarations import Cell
from prevention_model.records.maps import Produce, SourceMap
from prevention_model.records.standards.catalogue import STANDARDS
from prevention_model.synthetic import write_county

ANY = "*"
"""The code of a kind whose codes are handed on as they come."""
Written = dict[tuple[str, str], set[str]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    county = tmp_path_factory.mktemp("county")
    write_county(county, people=200, years=1)
    found: Written = defaultdict(set)
    for piece in (*shipped(), *of_the_county(county)):
        found[piece.table, piece.named] |= told(piece)
    for standard in STANDARDS.values():
        for kind in standard.settings.derived:
            found["spell", kind] |= set()
    with (county / "areas.csv").open(encoding="utf-8") as areas:
        for name in next(csv.reader(areas)):
            found["attribute", name] |= {"true", "false"}
    return found


def shipped() -> Iterator[Produce]:
    for standard in STANDARDS.values():
        for module in standard.modules:
            yield from module.produces


def of_the_county(county: Path) -> Iterator[Produce]:
    for path in sorted((county / "maps").glob("*.yaml")):
        yield from SourceMap.read(path).produces


def told(piece: Produce) -> set[str]:
    """The codes, outcomes and texts that a piece writes."""
    said: set[str] = set()
    for cell in (piece.code, piece.outcome, piece.value):
        if isinstance(cell, Cell):
            said |= {ANY} if cell.map is None else set(cell.map.values())
        elif cell is not None:
            said.add(cell)
    return said


def lacking(features: Sequence[Declared], written: Written) -> list[tuple[str, Need]]:
    """What features ask for and nobody writes."""
    return [
        (feature.name, need)
        for feature in features
        for question in feature.questions
        for need in question.aggregate.needs()
        if (need.table, need.kind) not in written
        or (need.code is not None and not {need.code, ANY} & written[need.table, need.kind])
    ]


def test_every_kind_and_code_of_the_catalogue_is_written_by_somebody(written: Written) -> None:
    assert lacking(catalogue(), written) == []


@pytest.mark.parametrize(
    "aggregate",
    [
        Count("event", "wish"),
        Count("measurement", "contact"),
        Count("event", "contact", code="moon"),
        SpellsEnded("early_help", outcome="moon"),
        Latest("attribute", "young_carer", equals="moon"),
    ],
)
def test_what_nobody_writes_is_found(aggregate: Count | SpellsEnded | Latest, written: Written) -> None:
    assert len(lacking((Feature("x", aggregate, Lookback("12 months")),), written)) == 1


def test_every_outcome_can_occur_from_what_a_shipped_standard_delivers() -> None:
    """Each kind with each code that it names, and of whom it is asked: not from the made-up county's own maps."""
    by_standard: Written = defaultdict(set)
    for piece in shipped():
        by_standard[piece.table, piece.named] |= told(piece)
    for standard in STANDARDS.values():
        for kind in standard.settings.derived:
            by_standard["spell", kind] |= set()
    missing = [
        (outcome.name, need)
        for outcome in outcomes.catalogue()
        for needs in (
            outcome.onset.needs(),
            outcome.lost_sight.needs() if outcome.lost_sight else (),
            *(asked.aggregate.needs() for asked in outcome.among),
        )
        for need in needs
        if (need.table, need.kind) not in by_standard
        or (need.code is not None and not {need.code, ANY} & by_standard[need.table, need.kind])
    ]
    assert missing == []


def test_no_count_of_different_codes_counts_a_protected_trait(written: Written) -> None:
    for feature in catalogue():
        for aggregate in (question.aggregate for question in feature.questions):
            for need in aggregate.needs() if isinstance(aggregate, DistinctCodes) else ():
                codes = {need.code} if need.code else written[need.table, need.kind]
                assert not {word for code in codes for word in code.split("_")} & set(PROTECTED), feature.name
