"""Files damaged as files are: bytes flipped, cut short, pieces doubled, cells and columns that changed places."""

import io
import random
import zipfile
from collections.abc import Callable

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
