"""The peers of benchmarks/features answer what the engine answers: SQL and pandas, written apart from it."""

from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.features.agree import differences
from benchmarks.features.peers import duckdb, limit, limit_zstd, ours, pandas, parts
from benchmarks.features.questions import questions
from benchmarks.features.worlds import Size, make

SIZE = Size(children=600, events=20_000)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small world, whose households nevertheless move and whose rows come late: some of the homes are not known."""
    folder = tmp_path_factory.mktemp("world")
    make(folder, SIZE)
    return folder


@pytest.fixture(scope="module")
def our_answers(world: Path) -> Path:
    """The engine's matrix."""
    ours.answer(world, questions(), world / "ours.arrow")
    return world / "ours.arrow"


@pytest.mark.parametrize("peer", [duckdb, pandas, parts])
def test_a_peer_gives_our_answers(peer: ModuleType, world: Path, our_answers: Path, tmp_path: Path) -> None:
    peer.answer(world, questions(), tmp_path / "theirs.parquet")
    assert differences(our_answers, tmp_path / "theirs.parquet") == {}


def test_the_limit_answers_something_else_and_is_told_apart(
    world: Path, our_answers: Path, tmp_path: Path
) -> None:
    limit.answer(world, questions(), tmp_path / "limit.arrow")
    limit_zstd.answer(world, questions(), tmp_path / "limit_zstd.parquet")
    for made in ("limit.arrow", "limit_zstd.parquet"):
        assert len(differences(our_answers, tmp_path / made)) > len(questions()) / 2


def test_a_world_of_the_same_size_is_the_same(world: Path, tmp_path: Path) -> None:
    make(tmp_path, SIZE)
    for name in ("event", "spell", "household", "person"):
        path = Path("records") / f"{name}.parquet"
        assert (tmp_path / path).read_bytes() == (world / path).read_bytes()


def test_there_are_questions_enough() -> None:
    assert len(questions()) >= 249
