"""Two thousand damaged files for each reader: each is read or refused in words. And the harness finds what it must."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from prevention_model.errors import RecordsRefused
from prevention_model.records.standards.catalogue import STANDARDS
from tests.generative import fuzzing
from tests.generative.fuzz_files import READERS
from tests.generative.fuzzing import SECRET, Reader, Tally, Together, fuzz


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(READERS))
def test_a_damaged_file_is_read_or_refused_in_words(name: str) -> None:
    tally = fuzz(READERS[name], 2_000)
    assert tally.read > 20 and tally.refused > 20, tally


def test_every_standard_is_fuzzed() -> None:
    assert set(STANDARDS) <= set(READERS)


def reader(read: object) -> Reader:
    return Reader({"a.csv": SECRET.encode()}, read)  # type: ignore[arg-type]


def test_files_that_are_read_together_are_all_read_and_a_traceback_is_found() -> None:
    seen: list[bytes] = []

    def read(paths: Sequence[Path]) -> None:
        assert len(paths) <= 3
        seen.extend(path.read_bytes() for path in paths)

    together = Together(lambda path: SECRET.encode() in path.read_bytes(), read, files=3)
    whole = {"a.csv": b"x," + SECRET.encode()}
    tally = fuzz(Reader(whole, lambda path: seen.append(path.read_bytes()), together=together), 200)
    assert tally == Tally(200, 0) and len(list(filter(lambda one: SECRET.encode() in one, seen))) > 3
    assert 30 < len(seen) == len(set(seen)), "a file that comes again is read again, or others are not read"
    broken = Together(lambda path: True, lambda paths: {}["surname"], files=3)
    with pytest.raises(AssertionError, match="a delivery up to file 2 of seed 0 raises KeyError"):
        fuzz(Reader(whole, lambda path: None, together=broken), 5)


def test_a_traceback_is_found() -> None:
    def breaks(path: Path) -> None:
        raise KeyError("surname")

    with pytest.raises(AssertionError, match="file 0 of seed 0 raises KeyError"):
        fuzz(reader(breaks), 5)


def test_a_message_that_quotes_the_file_is_found() -> None:
    def quotes(path: Path) -> None:
        raise RecordsRefused(f"{SECRET} is no date.", where="file a", todo="Correct it.")

    with pytest.raises(AssertionError, match="is quoted in a message"):
        fuzz(reader(quotes), 5)


def test_a_message_that_says_not_what_to_do_is_found() -> None:
    def short(path: Path) -> None:
        raise RecordsRefused("No.")

    with pytest.raises(AssertionError, match="without saying where"):
        fuzz(reader(short), 5)


def test_a_reader_that_hangs_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzing, "SECONDS", 0.05)
    with pytest.raises(AssertionError, match="takes longer than"):
        fuzz(reader(lambda path: time.sleep(0.5)), 5)


@pytest.mark.skipif(fuzzing.resource is None, reason="Windows does not say how much memory was held")
def test_a_reader_that_swells_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzzing, "MEGABYTES", 20)
    # Larger than anything that this process can have held and given back before.
    swollen = int(fuzzing.held() * 1e6) + (100 << 20)
    with pytest.raises(AssertionError, match="the files together took"):
        fuzz(reader(lambda path: len(bytearray(b"x") * swollen)), 1)


def test_the_same_numbers_make_the_same_files(tmp_path: Path) -> None:
    seen: list[list[bytes]] = [[], []]
    for files in seen:
        fuzz(reader(lambda path, files=files: files.append(path.read_bytes())), 200, seed=3)
    assert seen[0] == seen[1] and len(set(seen[0])) > 50
