"""Damaged files, thousands of them: a reader either reads one or refuses it in words.

    python -m tests.generative.fuzz_files --files 50000 --reader xml

A reader is a few tiny files that are whole, and what is done with a file. Of every file made from them only a
PreventionError may come, which does not quote what stands in the file; in little time and little memory. To
fuzz another reader, make a `Reader` and give it to `fuzz` (and to `READERS`, for the longer run by hand).
"""

import argparse
import contextlib
import io
import random
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook

from prevention_model.errors import PreventionError
from prevention_model.records.csv_file import read_csv_file
from prevention_model.records.files.opening import open_file
from prevention_model.records.files.parquet_file import parquet_tables
from prevention_model.records.files.workbook import workbook_tables
from prevention_model.records.files.xml_file import xml_tables

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

SECRET = "Quillfeather"
"""A name in every whole file. No message may repeat it."""

SECONDS, MEGABYTES = 5.0, 400
"""What one file may take, and what all files of a run together may add to the memory held at its start."""

Mutation = Callable[[bytes, random.Random], bytes]

SPLITTERS = (b",", b";", b"\t", b">", b"<", b'"', b"\n", b" ")
NASTY = (
    *(b'"', b"'", b"<", b">", b"&", b"\x00", b"\r", b"\n", b",", b"\xef\xbb\xbf", b"\xff\xfe", b"\x1f", b"\xa0"),
    *(b"]]>", b"<![CDATA[", b"<!--", b"&#0;", b"&x;", b"<!DOCTYPE a>", b"</", b"/>", b'<?xml version="1.0"?>'),
    *(b"=1+1", b"#N/A", b"1e999", b"-0", b"99999999999999999999", b"31/02/2024", b"02/01/20251", b"zz/zz/zzzz"),
    *(b"nan", b"A" * 3000, b"(" * 500, b"<a>" * 80),
)  # fmt: skip


def mutated(raw: bytes, chance: random.Random) -> bytes:
    """The same file damaged once to four times.

    >>> {mutated(b"ref,name", random.Random(seed)) for seed in range(20)} == {b"ref,name"}
    False
    """
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        raw = chance.choice(MUTATIONS)(raw, chance)
    return raw


def flipped(raw: bytes, chance: random.Random) -> bytes:
    """A few bytes are others."""
    changed = bytearray(raw)
    for _ in range(chance.randint(1, 8) if raw else 0):
        changed[chance.randrange(len(raw))] = chance.randrange(256)
    return bytes(changed)


def cut(raw: bytes, chance: random.Random) -> bytes:
    """The file breaks off, or begins late."""
    at = chance.randint(0, len(raw))
    return raw[:at] if chance.random() < 0.8 else raw[at:]


def inserted(raw: bytes, chance: random.Random) -> bytes:
    """Something stands where it should not."""
    at = chance.randint(0, len(raw))
    return raw[:at] + chance.choice(NASTY) * chance.choice((1, 1, 3)) + raw[at:]


def doubled(raw: bytes, chance: random.Random) -> bytes:
    """A piece comes again, or is missing."""
    start, end = sorted((chance.randint(0, len(raw)), chance.randint(0, len(raw))))
    return (
        raw[:end] + raw[start:end] * chance.randint(1, 3) + raw[end:]
        if chance.random() < 0.6
        else raw[:start] + raw[end:]
    )


def cells_swapped(raw: bytes, chance: random.Random) -> bytes:
    """Two cells have changed places."""
    mark = chance.choice(SPLITTERS)
    cells = raw.split(mark)
    one, other = chance.randrange(len(cells)), chance.randrange(len(cells))
    cells[one], cells[other] = cells[other], cells[one]
    return mark.join(cells)


def columns_swapped(raw: bytes, chance: random.Random) -> bytes:
    """Two columns have changed places, in the header only or all the way down."""
    lines = [line.split(b",") for line in raw.split(b"\n")]
    one, other = chance.randrange(len(lines[0])), chance.randrange(len(lines[0]))
    for line in lines if chance.random() < 0.5 else lines[:1]:
        if len(line) > max(one, other):
            line[one], line[other] = line[other], line[one]
    return b"\n".join(b",".join(line) for line in lines)


MUTATIONS: tuple[Mutation, ...] = (flipped, cut, inserted, doubled, cells_swapped, columns_swapped)


def mutated_parts(raw: bytes, chance: random.Random) -> bytes:
    """A workbook damaged inside: one of its parts is, and the archive around it is whole. Or the other way round."""
    if chance.random() < 0.2:
        return mutated(raw, chance)
    with zipfile.ZipFile(io.BytesIO(raw)) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    wanted = [name for name in parts if "theme" not in name and "docProps" not in name]
    name = chance.choice(wanted)
    if chance.random() < 0.1:
        parts[chance.choice(wanted)] = parts.pop(name)
    else:
        parts[name] = mutated(parts[name], chance)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return made.getvalue()


@dataclass(frozen=True)
class Reader:
    """Whole files, what is done with one, what it is called on the disk, and how it is damaged."""

    whole: tuple[bytes, ...]
    read: Callable[[Path], object]
    name: str = "delivered.csv"
    mutate: Mutation = mutated


@dataclass(frozen=True)
class Tally:
    """How many files were read, and how many refused."""

    read: int
    refused: int


def fuzz(reader: Reader, files: int = 2_000, seed: int = 0) -> Tally:
    """Damage and read so many files. Raises AssertionError, with the number of the file, for the first that
    does anything but be read or be refused in words. The same numbers make the same files."""
    refused = 0
    for whole in reader.whole:
        assert SECRET.encode() in whole or SECRET.encode("utf-16-le") in whole or whole[:2] == b"PK", (
            "no secret"
        )
    with tempfile.TemporaryDirectory() as folder, bounded_memory():
        path = Path(folder) / reader.name
        for number in range(files):
            chance = random.Random(f"{seed}/{number}")
            content = reader.mutate(chance.choice(reader.whole), chance)
            path.write_bytes(content)
            refused += refuses(reader, path, f"file {number} of seed {seed}")
    return Tally(files - refused, refused)


def refuses(reader: Reader, path: Path, which: str) -> bool:
    """Read one file. Whether it was refused; anything else is an AssertionError."""
    try:
        with bounded_time(which):
            reader.read(path)
    except PreventionError as refused:
        assert SECRET not in str(refused), f"{which} is quoted in a message: {refused}"
        assert refused.todo and refused.where, (
            f"{which} is refused without saying where, or what to do: {refused}"
        )
        return True
    except AssertionError:
        raise
    except BaseException as error:
        told = "".join(traceback.format_exception(error)[-6:])
        raise AssertionError(f"{which} raises {type(error).__name__}\n{told}") from None
    return False


@contextlib.contextmanager
def bounded_time(which: str) -> Iterator[None]:
    """An alarm where there are alarms; elsewhere the clock is looked at afterwards."""

    def ring(*_: object) -> None:
        raise AssertionError(f"{which} takes longer than {SECONDS} seconds")

    started = time.monotonic()
    alarm = getattr(signal, "SIGALRM", None)
    before = signal.signal(alarm, ring) if alarm else None
    if alarm:
        signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        if alarm:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(alarm, before)
    assert time.monotonic() - started <= SECONDS, f"{which} takes longer than {SECONDS} seconds"


@contextlib.contextmanager
def bounded_memory() -> Iterator[None]:
    """The most memory held at any time may grow so far and no further."""
    before = held()
    yield
    grown = held() - before
    assert grown <= MEGABYTES, f"the files together took {grown:.0f} MB"


def held() -> float:
    """The most memory that this process has held, in megabytes; 0 where the system does not say."""
    if resource is None:
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


ROWS = [
    ["Child ID", "Surname", "Born", "Note"],
    ["C1", SECRET, "17/05/2015", "two\nlines"],
    ["C2", SECRET, "2014-01-02", 'a "b", c'],
    ["C3", "Zoë", "", "=1+1"],
]


def a_csv(encoding: str, separator: str = ",") -> bytes:
    """The rows as CSV."""
    lines = [separator.join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in ROWS]
    return "\r\n".join(lines).encode(encoding)


def an_xml() -> bytes:
    """The rows as XML."""
    children = "".join(
        f"<Child><Ids><ID>{row[0]}</ID><Surname>{row[1]}</Surname></Ids>\n<Born>{row[2]}</Born>"
        f"<Need><Code>N1</Code><Code>N2</Code><Note><![CDATA[{row[3]}]]></Note></Need></Child>\n"
        for row in ROWS[1:]
    )
    return f'<?xml version="1.0"?>\n<Message><Header><Year>2024</Year></Header>{children}</Message>'.encode()


def a_workbook() -> bytes:
    """The rows as a workbook, with a title above them and figures beside them."""
    made, book = io.BytesIO(), Workbook()
    for row in (["Made up"], [*ROWS[0], "Day", "n", "f"], *([*row, None, 7.5, "=1+1"] for row in ROWS[1:])):
        book.active.append(row)
    book.create_sheet("List 2").append(ROWS[0])
    book.save(made)
    return made.getvalue()


def a_parquet() -> bytes:
    """The rows as Parquet."""
    made = io.BytesIO()
    columns = dict(zip(ROWS[0], zip(*ROWS[1:], strict=True), strict=True))
    pq.write_table(pa.table(columns).append_column("n", pa.array([1.5, None, 3.0])), made, compression="none")
    return made.getvalue()


XML_ROWS = {"Child": (), "Need": ("ID", "Surname")}
READERS: dict[str, Reader] = {
    "csv": Reader((a_csv("utf-8"), a_csv("cp1252", ";"), a_csv("utf-16")), read_csv_file),
    "workbook": Reader((a_workbook(),), workbook_tables, "delivered.xlsx", mutated_parts),
    "xml": Reader(
        (an_xml(), an_xml().decode().encode("utf-16")),
        lambda path: xml_tables(path, XML_ROWS),
        "delivered.xml",
    ),
    "parquet": Reader((a_parquet(),), parquet_tables, "delivered.parquet"),
    "any": Reader(
        (a_csv("utf-8"), an_xml(), a_parquet(), a_workbook()), lambda path: open_file(path, XML_ROWS), "a"
    ),
}
"""What can be fuzzed by name."""


def main() -> None:
    """The longer run by hand."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--reader", choices=sorted(READERS), action="append")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    for name in told.reader or sorted(READERS):
        started = time.monotonic()
        tally = fuzz(READERS[name], told.files, told.seed)
        print(f"{name}: {tally.read:,} read, {tally.refused:,} refused, {time.monotonic() - started:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
